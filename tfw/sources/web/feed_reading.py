"""Reading one list in one browser: what the page holds first, then call by call."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tfw.sources.web.browser import Browser, PageReply
from tfw.sources.web.captcha import CaptchaDesk, find_captcha
from tfw.sources.web.feed_sources import Feed
from tfw.sources.web.landing import PageReport, read_landing
from tfw.sources.web.obstacles import clear_obstacles
from tfw.sources.web.pace import Pace
from tfw.sources.web.states import Answer, PageState, judge
from tfw.sources.web_pages import unpack

log = logging.getLogger(__name__)

TRIES = 3
# What the site itself asks for: fewer would only mean more calls.
LEAST_A_CALL = 16
# Worth another try after a while; all else ends the reading at once.
PASSING = (PageState.EMPTY, PageState.SERVER_ERROR, PageState.THROTTLED)
PASSING_SECONDS = 60.0
LOOKS, LOOK_SECONDS = 10, 0.1
FACTS = """
const time = Intl.DateTimeFormat().resolvedOptions();
return {browser_language: navigator.language, browser_name: "Mozilla",
        browser_online: navigator.onLine, browser_platform: navigator.platform,
        cookie_enabled: navigator.cookieEnabled, language: navigator.language.split("-")[0],
        screen_height: screen.height, screen_width: screen.width, tz_name: time.timeZone};
"""
SITE_PARAMETERS = {
    "aid": 1988,
    "app_name": "tiktok_web",
    "channel": "tiktok_web",
    "device_platform": "web_pc",
}


@dataclass
class Batch:
    """The JSON of one answer, and where the list goes on."""

    payloads: list[object]
    cursor: int | str | None = None
    more: bool = True


@dataclass
class FeedReader:
    """One list in one browser; ``state`` and ``reason`` tell why it ended where it failed."""

    browser: Browser
    feed: Feed
    pace: Pace
    desk: CaptchaDesk
    cursor: int | str | None = None
    state: PageState = PageState.OK
    reason: str = ""
    calls: int = 0
    _facts: dict[str, object] = field(default_factory=dict)

    def batches(self, count: int) -> Iterator[Batch]:
        """What the page holds, then one answer a call, until the list ends or fails.

        Raises:
            CollectionEnded: the run has to stop.
            PageFailed: the page cannot be opened or went away.
            BrowserLost: the browser is gone or hangs.
        """
        report = self._land()
        if report is None:
            return
        first = self._first(report)
        yield first
        if not self._prepare(report):
            return
        self.cursor, more = first.cursor, first.more
        while more:
            answer = self._ask(count)
            if answer is None or answer.payload is None:
                return
            batch = _batch(answer.payload)
            more = batch.more
            self.cursor = batch.cursor if self.feed.paged else None
            yield batch

    def _first(self, report: PageReport) -> Batch:
        """What the page holds, and what it has asked the list for by itself."""
        replies = self._replies_of_page(patient=not any(map(_holds_items, report.blocks)))
        batch = Batch([*report.blocks, *replies], self.cursor)
        if self.feed.paged and not self.cursor and replies:
            last = _batch(replies[-1])
            batch.cursor, batch.more = last.cursor, last.more
        return batch

    def _land(self) -> PageReport | None:
        """The page of the list; None where it cannot be read."""
        for _ in range(TRIES):
            self.pace.before_page()
            landing = self.browser.open(self.feed.page)
            report = read_landing(self.browser, landing, expect="list", wait=self.pace.wait)
            self.state, self.reason = report.state, report.reason
            if report.state is PageState.CAPTCHA and self._captcha_gone():
                report = read_landing(self.browser, expect="list", wait=self.pace.wait)
                self.state, self.reason = report.state, report.reason
            if report.state is PageState.OK:
                clear_obstacles(self.browser)
                return report
            if not self._passing():
                break
        return None

    def _ask(self, count: int) -> Answer | None:
        """The next answer of the list; None where it fails."""
        for _ in range(TRIES):
            self.pace.before_page()
            self.calls += 1
            answer = judge(self.browser.fetch(self.feed.path, self._parameters(count)))
            self.state, self.reason = answer.state, answer.reason
            if answer.state is PageState.OK:
                return answer
            if answer.state is PageState.CAPTCHA:
                if not self._captcha_shown_and_gone():
                    break
            elif not self._passing():
                break
        return None

    def _passing(self) -> bool:
        """Whether to try again; waits a minute or more first, except on this machine."""
        if self.state not in PASSING:
            return False
        log.info("%s: %s; it is tried again.", self.feed.name, self.reason)
        self.pace.slow_down()
        self.pace.wait(0 if self.pace.local else PASSING_SECONDS * self.pace.slowness)
        return True

    def _captcha_shown_and_gone(self) -> bool:
        """The list wants a captcha: the page shows it now, or when it is loaded again."""
        if not find_captcha(self.browser):
            self.pace.before_page()
            self.browser.open(self.feed.page)
        return self._captcha_gone()

    def _captcha_gone(self) -> bool:
        captcha = find_captcha(self.browser)
        return captcha is not None and self.desk.handle(self.browser, captcha)

    def _replies_of_page(self, *, patient: bool) -> list[Mapping[str, Any]]:
        """The answers that the page itself got; one that has nothing else gets a moment for it."""
        for _ in range(LOOKS if patient else 1):
            answers = [judge(reply) for reply in self.browser.replies() if self._ours(reply)]
            if found := [answer.payload for answer in answers if _is_list(answer)]:
                return [payload for payload in found if payload is not None]
            self.pace.wait(LOOK_SECONDS if patient else 0)
        return []

    def _ours(self, reply: PageReply) -> bool:
        return urlsplit(reply.url).path.rstrip("/") == self.feed.path.rstrip("/")

    def _prepare(self, report: PageReport) -> bool:
        """Learn what the calls have to tell; False where the list cannot be asked for."""
        told = _app_context(report.blocks)
        region = told.get("region") or _region(self.browser.profile.language)
        device = self.browser.profile.device_id or told.get("wid")
        self._facts = {**SITE_PARAMETERS, **self.browser.run(FACTS)}
        self._facts |= {"region": region, "priority_region": region, "device_id": device}
        return self.feed.tag is None or self._learn_tag(report)

    def _learn_tag(self, report: PageReport) -> bool:
        """The site's number of a hashtag: in its page, or asked for by name."""
        number = next((found for found in map(_tag_number, _scopes(report.blocks)) if found), None)
        if number is None:
            self.pace.before_page()
            self.calls += 1
            asks = {**self._facts, "challengeName": self.feed.tag}
            answer = judge(self.browser.fetch("/api/challenge/detail/", asks))
            self.state, self.reason = answer.state, answer.reason
            number = _tag_number({"asked": answer.payload or {}})
            if number is None and answer.state is PageState.OK:
                self.state, self.reason = PageState.UNKNOWN, "the site tells no id of the hashtag"
        self._facts["challengeID"] = number
        return number is not None

    def _parameters(self, count: int) -> dict[str, object]:
        cursor = {"cursor": self.cursor or 0} if self.feed.paged else {}
        size = min(self.feed.most, max(LEAST_A_CALL, count))
        return {**self._facts, **self.feed.parameters, "count": size, **cursor}


def _batch(payload: Mapping[str, Any]) -> Batch:
    """Both response shapes: item lists, and the browse list."""
    listed = payload.get("videoList")
    holder = listed if isinstance(listed, Mapping) else payload
    more = holder.get("hasMore", holder.get("has_more", True))
    return Batch([payload], _cursor(holder.get("cursor")), more not in (False, 0, "0", "false"))


def _is_list(answer: Answer) -> bool:
    return answer.state is PageState.OK and answer.payload is not None


def _holds_items(block: object) -> bool:
    return any(piece.kind == "post" for piece in unpack(block))


def _cursor(value: object) -> int | str | None:
    text = "" if value is None else str(value)
    return int(text) if text.isdecimal() else text or None


def _scopes(blocks: tuple[Any, ...]) -> Iterator[Mapping[str, Any]]:
    for block in blocks:
        scope = block.get("__DEFAULT_SCOPE__")
        yield scope if isinstance(scope, Mapping) else block


def _app_context(blocks: tuple[Any, ...]) -> Mapping[str, Any]:
    for scope in _scopes(blocks):
        told = scope.get("webapp.app-context")
        if isinstance(told, Mapping):
            return told
    return {}


def _tag_number(scope: Mapping[str, Any]) -> str | None:
    for part in scope.values():
        info = part.get("challengeInfo") if isinstance(part, Mapping) else None
        challenge = info.get("challenge") if isinstance(info, Mapping) else None
        if isinstance(challenge, Mapping) and challenge.get("id"):
            return str(challenge["id"])
    return None


def _region(language: str) -> str:
    place = language.rsplit("-", 1)[-1]
    return place.upper() if "-" in language and len(place) == 2 else "US"
