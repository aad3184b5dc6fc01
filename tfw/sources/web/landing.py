"""What a page turned out to be: the post it shows, or why there is none.

Decided by HTTP status, visible elements and the codes in the page's JSON; never by words in its
source, where a table of all phrases stands on every page. The JSON is read as text and parsed
here, so that ids keep all their digits.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from tfw.sources.web.browser import Browser, Landing
from tfw.sources.web.captcha import find_captcha
from tfw.sources.web.states import PageState, exact_json, state_of_code, state_of_http
from tfw.sources.web_items import SIGN_IN_WALL, why_skip
from tfw.sources.web_pages import is_item

Json = Mapping[str, Any]
Expect = Literal["post", "list"]

LOGIN_PAGE = "the site leads to its login page"
PATIENCE = 30.0
POLL_SECONDS = 0.5
# A page of the site with nothing but its frame is many times as large.
SMALL_PAGE = 5_000
POST_DETAILS = ("webapp.video-detail", "webapp.reflow.video.detail")
LOOK = """
const of = (id) => document.getElementById(id);
const blocks = ["__UNIVERSAL_DATA_FOR_REHYDRATION__", "SIGI_STATE", "sigi-persisted-data",
                "__NEXT_DATA__"].map(of).filter(Boolean).map((block) => block.textContent);
if (!blocks.length && window.SIGI_STATE) blocks.push(JSON.stringify(window.SIGI_STATE));
const waiting = Boolean(of("cs") && (of("wci") || of("rci") || of("rs")));
const entry = performance.getEntriesByType("navigation")[0] || {};
return [location.href, entry.responseStatus || 0, waiting, blocks,
        document.body ? document.body.innerText.slice(0, 2000) : "",
        document.documentElement.outerHTML.length, entry.decodedBodySize || 0];
"""
# What a person sees, read only where the page's data hold no post; as a browser in English has it.
VISIBLE_TEXTS = (
    ("Page not available", PageState.THROTTLED, "the page is not available for the time being"),
    ("Video currently unavailable", PageState.GONE, "not available from here"),
    ("Couldn't find this", PageState.GONE, "not available from here"),
    ("This account is private", PageState.PRIVATE, "the account is private"),
)


@dataclass(frozen=True)
class PageReport:
    """What a page is.

    ``item`` is the post it shows, ``detail`` the part of the page's JSON that tells of it (with
    ``statusCode`` where it is not shown), ``blocks`` all JSON of the page.
    """

    state: PageState
    reason: str = ""
    detail: Json | None = None
    item: Json | None = None
    blocks: tuple[Any, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class _Look:
    url: str
    status: int | None
    waiting: bool
    blocks: tuple[Any, ...]
    text: str
    size: int
    received: int


def read_landing(
    browser: Browser,
    landing: Landing | None = None,
    *,
    expect: Expect = "post",
    patience: float = PATIENCE,
    wait: Callable[[float], object] = time.sleep,
) -> PageReport:
    """What the open page is.

    Args:
        browser: the session that opened it.
        landing: what opening it said; its HTTP status and size count where the page tells none.
        expect: whether the page of a post or of a list was asked for.
        patience: seconds that a waiting page gets to let the browser pass.
        wait: waits so many seconds.

    Raises:
        PageFailed: the page went away meanwhile.
        BrowserLost: the browser is gone or hangs.
    """
    seen = _look_past_waiting(browser, patience, wait)
    refused = landing and not seen.blocks and landing.bytes == 0
    status = landing.status if landing and refused else seen.status
    if urlsplit(seen.url).path.startswith("/login"):
        return PageReport(PageState.LOGIN_WALL, LOGIN_PAGE)
    if seen.waiting:
        return PageReport(PageState.WAITING, f"the site's waiting page stays for {patience:g} s")
    if by_http := state_of_http(status):
        return PageReport(*by_http, blocks=seen.blocks)
    if captcha := find_captcha(browser):
        reason = f"a {captcha.generation} captcha ({captcha.kind}) is on the page"
        return PageReport(PageState.CAPTCHA, reason, blocks=seen.blocks)
    if refused or (seen.received == 0 and not seen.blocks and not seen.text.strip()):
        return PageReport(PageState.EMPTY, f"an empty page (HTTP {status or 'unknown'})")
    if not seen.blocks:
        return _without_data(seen)
    return _post_report(seen) if expect == "post" else _list_report(seen)


def _look_past_waiting(browser: Browser, patience: float, wait: Callable[[float], object]) -> _Look:
    """A real browser passes the waiting page by itself, in seconds."""
    end = time.monotonic() + patience
    while (seen := _look(browser)).waiting and time.monotonic() < end:
        wait(POLL_SECONDS)
    return seen


def _look(browser: Browser) -> _Look:
    url, status, waiting, texts, text, size, received = browser.run(LOOK)
    blocks = tuple(block for block in map(exact_json, texts) if isinstance(block, Mapping))
    return _Look(url, int(status) or None, waiting, blocks, text, int(size), int(received))


def _without_data(seen: _Look) -> PageReport:
    if visible := _visible_state(seen):
        return PageReport(*visible)
    if seen.size < SMALL_PAGE:
        reason = f"a page of {seen.size:,} characters without data: the site holds it back"
        return PageReport(PageState.THROTTLED, reason)
    return PageReport(PageState.PAGE_CHANGED, "the page has no data in any known form")


def _post_report(seen: _Look) -> PageReport:
    for detail in _details(seen.blocks):
        item = _item(detail)
        state, reason = state_of_code(detail.get("statusCode") or 0, detail.get("statusMsg"))
        if state is not PageState.OK:
            return PageReport(state, reason, detail, item, seen.blocks)
        if item is not None:
            return PageReport(*_item_state(item), detail, item, seen.blocks)
    if visible := _visible_state(seen):
        return PageReport(*visible, blocks=seen.blocks)
    reason = "the page's data hold no post: the site throttles quietly"
    return PageReport(PageState.THROTTLED, reason, blocks=seen.blocks)


def _visible_state(seen: _Look) -> tuple[PageState, str] | None:
    shown = seen.text.replace("\u2019", "'").lower()
    for words, state, reason in VISIBLE_TEXTS:
        if words.lower() in shown:
            return state, f"{reason} (the page says: {words})"
    if seen.status == 404:
        return PageState.GONE, "not available from here (HTTP 404)"
    return None


def _list_report(seen: _Look) -> PageReport:
    for detail in _parts(seen.blocks):
        state, reason = state_of_code(detail.get("statusCode") or 0, detail.get("statusMsg"))
        if state is not PageState.OK:
            return PageReport(state, reason, detail, None, seen.blocks)
    return PageReport(PageState.OK, blocks=seen.blocks)


def _item_state(item: Json) -> tuple[PageState, str]:
    if item.get("isContentClassified") and not _has_media(item):
        return PageState.AGE_GATE, "only shown to adults who signed in (isContentClassified)"
    try:
        skipped = why_skip(item)
    except ValueError as error:
        return PageState.PAGE_CHANGED, str(error)
    if skipped == SIGN_IN_WALL:
        return PageState.LOGIN_WALL, SIGN_IN_WALL
    if item.get("privateItem") or item.get("secret"):
        return PageState.PRIVATE, "private by its owner"
    return PageState.OK, ""


def _has_media(item: Json) -> bool:
    video = item.get("video")
    played = isinstance(video, Mapping) and (video.get("playAddr") or video.get("bitrateInfo"))
    return bool(played or item.get("imagePost"))


def _details(blocks: tuple[Any, ...]) -> Iterator[Json]:
    """The parts of a page's JSON that tell of its one post, in all known forms."""
    for block in blocks:
        scope = _inner(block, "__DEFAULT_SCOPE__")
        yield from (_inner(scope, name) for name in POST_DETAILS if name in scope)
        if "ItemModule" in block or "VideoPage" in block:
            items = list(_inner(block, "ItemModule").values())
            page = _inner(block, "VideoPage")
            shown = {"itemInfo": {"itemStruct": items[0]}} if len(items) == 1 else {}
            yield {**page, **shown}
        if props := _inner(_inner(block, "props"), "pageProps"):
            yield props


def _parts(blocks: tuple[Any, ...]) -> Iterator[Json]:
    for block in blocks:
        for part in _inner(block, "__DEFAULT_SCOPE__").values():
            if isinstance(part, Mapping):
                yield part
        for name in ("ChallengePage", "UserPage", "VideoPage"):
            yield _inner(block, name)


def _item(detail: Json) -> Json | None:
    item = _inner(detail, "itemInfo").get("itemStruct")
    return item if is_item(item) or (isinstance(item, Mapping) and "id" in item) else None


def _inner(holder: object, name: str) -> Json:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, Mapping) else {}
