"""Collecting the posts of a public list of the site, and going on where the last run ended."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tqdm.auto import tqdm

from tfw.errors import ParameterError
from tfw.sources.web.browser import Browser, open_browser
from tfw.sources.web.captcha import AskPerson, CaptchaDesk, ask_nobody
from tfw.sources.web.failures import BrowserLost, CollectionEnded, PageFailed
from tfw.sources.web.feed_batch import Harvest
from tfw.sources.web.feed_reading import Batch, FeedReader
from tfw.sources.web.feed_sources import Feed, feed_of
from tfw.sources.web.pace import Pace, todays_pages
from tfw.sources.web.profile import SessionProfile, draw_profile
from tfw.sources.web.site import is_loopback, site_address
from tfw.sources.web.states import PageState
from tfw.store import Store

log = logging.getLogger(__name__)

COLLECTION = "feeds"
BROWSERS = 3

Profiles = SessionProfile | Mapping[str, Any] | Sequence[SessionProfile | Mapping[str, Any]] | None


@dataclass(frozen=True)
class ScrapeSummary:
    """What a run got from a list.

    ``new`` posts were not in the store before; ``known`` ones were, and have new counters now;
    ``repeats`` is how often the list gave a post again. ``state`` is ``ok`` where the run ended as
    it should, else what failed; ``stopped`` says why it ended in either case.
    """

    source: str
    site: str
    asked: int
    new: int
    known: int
    repeats: int
    rejected: Mapping[str, int]
    skipped: Mapping[str, int]
    rounds: int
    calls: int
    state: PageState
    stopped: str
    cursor: int | str | None
    captchas: int
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether the site gave something else than the list."""
        return self.state is not PageState.OK

    def __str__(self) -> str:
        lines = [
            f"{self.source}: {self.new:,} new posts of {self.asked:,} asked for, {self.known:,} "
            f"seen before, {self.repeats:,} repeats left out.",
            f"{self.rounds:,} batches with {self.calls:,} calls in {self.seconds:,.0f} s; "
            f"{self.captchas} captchas.",
            f"{'Failed' if self.failed else 'Ended'}: {self.stopped}.",
        ]
        for title, reasons in (("Rejected", self.rejected), ("Skipped", self.skipped)):
            lines += [f"{title}: {count:,} x {reason}" for reason, count in reasons.items()]
        if self.cursor is not None:
            lines.append(f"The next run goes on at cursor {self.cursor}.")
        return "\n".join(lines)


def scrape_posts(
    store: Store,
    *,
    source: str = "recommend",
    posts_to_scrape: int = 30,
    cursor: int | str | None = None,
    profile: Profiles = None,
    remote_url: str | None = None,
    site: str | None = None,
    pace: Pace | Mapping[str, Any] | None = None,
    ask: AskPerson = ask_nobody,
    rounds_without_news: int = 5,
    headless: bool = True,
    browser: Browser | None = None,
    progress: bool = True,
) -> ScrapeSummary:
    """What was collected from a public list; its posts are in the store, batch by batch.

    What the site refuses is in the summary, with its reason; an empty answer is a failure too.

    Args:
        store: where the posts and the place in the list are kept.
        source: ``recommend``, ``fashion``, ``tag:NAME``, or a category of the Explore page.
        posts_to_scrape: how many posts are wanted that the store does not have yet.
        cursor: the place in a list that has places; where the last run ended if None.
        profile: how the browser presents itself; one is drawn of several.
        remote_url: a Selenium Grid that opens the browser; this machine does if None.
        site: the address of the site; ``TFW_TIKTOK_URL``'s or TikTok's if None.
        pace: slower rates, such as ``{"page": [10, 20]}``.
        ask: asks a person when a captcha is shown.
        rounds_without_news: batches in a row without news, after which the run ends.
        headless: whether the browser has no window of its own.
        browser: an open session to use first; it stays open, and its site is the site.
        progress: whether to show a bar.

    Raises:
        ParameterError: an argument is wrong, or the pace is too fast.
        BrowserUnavailable: no browser can be started.
        StoreError: the database refuses.
        KeyboardInterrupt: the user interrupted; what came until then is stored.
    """
    feed, address = feed_of(source), browser.site if browser else site_address(site)
    _check_numbers(posts_to_scrape, rounds_without_news, cursor)
    drawn = _profile(profile)
    paced = Pace.of(pace, local=is_loopback(address), count_page=todays_pages(store))
    run = _Run(
        store,
        feed,
        address,
        Harvest(store, feed, posts_to_scrape),
        paced,
        CaptchaDesk(ask, paced),
        rounds_without_news,
    )
    run.cursor = run.place() if cursor is None else cursor
    with tqdm(total=posts_to_scrape, desc=feed.name, unit="post", disable=not progress) as bar:
        if browser and run.collect(browser, bar):
            run.note_end()
            return run.summary()
        for _ in range(BROWSERS):
            with open_browser(
                site=address, profile=drawn, remote_url=remote_url, headless=headless
            ) as session:
                if run.collect(session, bar):
                    break
    run.note_end()
    return run.summary()


@dataclass
class _Run:
    store: Store
    feed: Feed
    site: str
    harvest: Harvest
    pace: Pace
    desk: CaptchaDesk
    patience: int
    cursor: int | str | None = None
    rounds: int = 0
    idle: int = 0
    calls: int = 0
    state: PageState = PageState.OK
    stopped: str = ""
    begun: float = field(default_factory=time.monotonic)

    def collect(self, browser: Browser, bar: "tqdm[Any]") -> bool:
        """Read the list in one browser; False where the browser was lost."""
        reader = FeedReader(browser, self.feed, self.pace, self.desk, self.cursor)
        try:
            self._read(reader, bar)
        except BrowserLost as error:
            log.warning("%s", error)
            self._end(PageState.UNKNOWN, str(error).rstrip("."))
            return False
        except CollectionEnded as error:
            self._end(reader.state, str(error).rstrip("."))
        except PageFailed as error:
            self._end(PageState.UNKNOWN, str(error).rstrip("."))
        finally:
            self.calls += reader.calls
            self.pace.after_page()
        return True

    def _read(self, reader: FeedReader, bar: "tqdm[Any]") -> None:
        for batch in reader.batches(self.harvest.wanted):
            self._take(batch)
            bar.update(self.harvest.new - bar.n)
            if self.harvest.full:
                return self._end(PageState.OK, "as many new posts as asked for")
            if self.idle >= self.patience:
                reason = f"{self.idle} batches in a row held nothing new"
                return self._end(PageState.OK, reason)
        if reader.state is PageState.OK:
            self.cursor = None
            self._remember(ended=True)
            return self._end(PageState.OK, "the list has no more")
        self._end(reader.state, reader.reason)

    def _take(self, batch: Batch) -> None:
        news = self.harvest.take(batch.payloads)
        self.rounds += 1
        self.idle = 0 if news else self.idle + 1
        # A batch of which posts were left out is asked for again by the next run.
        if self.feed.paged and not self.harvest.cut:
            self.cursor = batch.cursor
        self._remember(ended=False)

    def _remember(self, *, ended: bool) -> None:
        self.store.put(COLLECTION, self._place(ended=ended))

    def _place(self, *, ended: bool) -> dict[str, Any]:
        return {
            "_id": self.feed.name,
            "site": _host(self.site),
            "cursor": self.cursor,
            "ended": ended,
            "at": datetime.now(UTC),
        }

    def note_end(self) -> None:
        """Keep why the run ended beside its place, for whoever looks later."""
        known = self.store.get(COLLECTION, self.feed.name) or self._place(ended=False)
        end = {"state": self.state.value, "stopped": self.stopped, "at": datetime.now(UTC)}
        self.store.put(COLLECTION, {**known, **end})

    def place(self) -> int | str | None:
        """Where the last run left the list of this site; None for its beginning."""
        known = self.store.get(COLLECTION, self.feed.name) or {}
        return known.get("cursor") if known.get("site") == _host(self.site) else None

    def _end(self, state: PageState, reason: str) -> None:
        self.state, self.stopped = state, reason

    def summary(self) -> ScrapeSummary:
        got = self.harvest
        return ScrapeSummary(
            source=self.feed.name,
            site=self.site,
            asked=got.wanted,
            new=got.new,
            known=got.known,
            repeats=got.repeats,
            rejected=dict(got.rejected),
            skipped=dict(got.skipped),
            rounds=self.rounds,
            calls=self.calls,
            state=self.state,
            stopped=self.stopped,
            cursor=self.cursor,
            captchas=self.desk.shown,
            seconds=time.monotonic() - self.begun,
        )


def _host(site: str) -> str:
    """A stand-in has another port each time, and is the same site."""
    return urlsplit(site).hostname or site


def _profile(given: Profiles) -> SessionProfile:
    if isinstance(given, SessionProfile):
        return given
    if given is None or isinstance(given, Mapping):
        return SessionProfile.of(given)
    return draw_profile(given)


def _check_numbers(posts: object, rounds: object, cursor: object) -> None:
    for name, value in (("posts_to_scrape", posts), ("rounds_without_news", rounds)):
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ParameterError(f"{name} is {value!r}; it is a whole number from 1.")
    if cursor is not None and not str(cursor).isdecimal():
        raise ParameterError(f"cursor is {cursor!r}; it is a whole number from 0, or null.")
