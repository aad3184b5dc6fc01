"""Collecting the comments of many posts with one or several browsers."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tqdm.auto import tqdm

from tfw.errors import ParameterError
from tfw.privacy import Pseudonymiser, open_pseudonymiser
from tfw.settings import load_settings
from tfw.sources.waiting import most_valuable
from tfw.sources.web.breaker import Breaker
from tfw.sources.web.browser import Browser, open_browser
from tfw.sources.web.browser_pool import BrowserPool
from tfw.sources.web.captcha import AskPerson, CaptchaDesk, ask_nobody
from tfw.sources.web.pace import Pace, todays_pages
from tfw.sources.web.post_queue import PostQueue, add_unknown, check_post_ids
from tfw.sources.web.profile import SessionProfile, draw_profile
from tfw.sources.web.reading import read_comments
from tfw.sources.web.scrape_summary import Miss, ScrapeCommentsSummary
from tfw.sources.web.scrolling import Limits
from tfw.sources.web.selectors import SELECTORS, load_selectors
from tfw.sources.web.sessions import Sessions
from tfw.sources.web.site import is_loopback, site_address
from tfw.store import Store

__all__ = ["Miss", "ScrapeCommentsSummary", "scrape_comments"]

MOST_SESSIONS = 16
ALL = 1_000_000
LOOK_FOLDER = "changed_pages"

Profile = SessionProfile | Mapping[str, Any]


def scrape_comments(
    store: Store,
    *,
    post_ids: Sequence[str] | None = None,
    max_posts_to_process: int = 50,
    sessions: int = 1,
    remote_url: str | None = None,
    site: str | None = None,
    profile: Profile | Sequence[Profile] | None = None,
    pace: Pace | Mapping[str, Any] | None = None,
    ask: AskPerson = ask_nobody,
    recycle_after: int = 50,
    retries: int = 3,
    headless: bool = True,
    page_seconds: float = 30.0,
    limits: Limits | None = None,
    selectors: Path = SELECTORS,
    pseudonymiser: Pseudonymiser | None = None,
    progress: bool = True,
) -> ScrapeCommentsSummary:
    """Read the comments of posts from their public pages; what was read and missed, and why.

    Comments are stored as they come, authors as pseudonyms, and the post gets a state: complete,
    partial, off, unavailable or blocked, with a reason. Posts that could not be read stay pending.

    Args:
        store: where posts and comments are.
        post_ids: ids or addresses of the posts to read, whatever their state; unknown ones are
            added. If None, posts of the store that have comments and none fetched, the most
            valuable ones first (:func:`tfw.sources.waiting.most_valuable`).
        max_posts_to_process: posts to read at most; 0 for all.
        sessions: browsers at work at the same time. Off this machine they take turns with pages.
        remote_url: a Selenium Grid that opens the browsers; this machine does if None.
        site: the address of the site; ``TFW_TIKTOK_URL``'s or TikTok's if None.
        profile: how a browser presents itself; of several, each session draws one.
        pace: slower rates, such as ``{"page": [10, 20]}``.
        ask: asks a person when a captcha is shown.
        recycle_after: pages after which a session gets a new browser, which bounds its memory.
        retries: how often a post is tried that a browser crashed or hung on.
        headless: whether the browsers have no windows of their own.
        page_seconds: how long a page, a script or a call may take.
        limits: when to give up on a page.
        selectors: the data file that says where things stand on a page.
        pseudonymiser: of comment authors; the project's own if None.
        progress: whether to show a bar.

    Raises:
        ParameterError: an argument is wrong, or the pace is too fast.
        SettingsError: the selectors file is wrong.
        BrowserUnavailable: no browser can be started.
        StoreError: the database refuses.
        KeyboardInterrupt: the user interrupted; what came until then is stored, the browsers are
            closed, and posts that were not read to the end are pending.
    """
    _check("max_posts_to_process", max_posts_to_process, 0, 1_000_000)
    _check("sessions", sessions, 1, MOST_SESSIONS)
    _check("recycle_after", recycle_after, 1, 10_000)
    _check("retries", retries, 1, 20)
    address, settings = site_address(site), load_settings()
    paced = Pace.of(pace, local=is_loopback(address), count_page=todays_pages(store))
    desk = CaptchaDesk(ask, paced)
    most = max_posts_to_process or ALL
    ids = None if post_ids is None else check_post_ids(post_ids)[:most]
    read = partial(
        read_comments,
        pace=paced,
        desk=desk,
        pseudonymiser=pseudonymiser or open_pseudonymiser(settings),
        limits=limits,
        selectors=load_selectors(selectors),
        look_folder=settings.hidden_folder / LOOK_FOLDER,
    )
    profiles = _profiles(profile)
    if ids is None:
        # Some more than wanted: another run may be at work on the first ones.
        queue = PostQueue(store, most_valuable(store, 2 * most), pending=True, most=most)
    else:
        add_unknown(store, ids)
        queue = PostQueue(store, ids)

    def new_browser() -> Browser:
        return open_browser(
            site=address,
            profile=draw_profile(profiles),
            remote_url=remote_url,
            headless=headless,
            page_seconds=page_seconds,
        )

    with tqdm(total=len(queue), desc="comments", unit="post", disable=not progress) as bar:
        team = Sessions(
            store,
            queue,
            BrowserPool(new_browser, recycle_after),
            read,
            paced,
            Breaker(),
            retries=retries,
            bar=bar,
        )
        team.run(sessions)
    return team.summary(desk)


def _profiles(given: Profile | Sequence[Profile] | None) -> list[Profile]:
    """The profiles to draw from, checked before any browser starts."""
    listed = list(given) if isinstance(given, list | tuple) else [given]
    return [
        one if isinstance(one, SessionProfile) else SessionProfile.of(one)  # type: ignore[arg-type]
        for one in listed
    ]


def _check(name: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ParameterError(f"{name} is {value!r}; it is a whole number from {low} to {high:,}.")
