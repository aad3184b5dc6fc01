"""The work on the windows of one run: page after page, and what to do when the API fails."""

import logging
import threading
from collections import deque
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tqdm.auto import tqdm

from tfw.sources.research.answers import Meaning
from tfw.sources.research.client import ResearchClient
from tfw.sources.research.endpoints import Page
from tfw.sources.research.failures import (
    ApiDown,
    ApiUnavailable,
    EndpointClosed,
    RequestRefused,
    ResearchError,
    SearchLost,
)
from tfw.sources.research.honesty import Canary, check_canary, count_over_matched, uses_keywords
from tfw.sources.research.query import VideoQuery
from tfw.sources.research.rows import read_rows
from tfw.sources.research.windows import OPEN, WindowBook, embargo_end
from tfw.store import Store, WriteCounts

log = logging.getLogger(__name__)

MAX_RESTARTS = 2
STUCK_WAITS = (5.0, 10.0, 15.0)
# A search id this old is not waited for: its results are most likely gone for good.
OLD_SEARCH = timedelta(hours=1)
FAILURES_IN_A_ROW = 3
PROBE_DAYS_AGO = 10

Document = dict[str, Any]


class Collector:
    """Collects windows; its methods are called by several threads."""

    def __init__(
        self,
        store: Store,
        query: VideoQuery,
        client: ResearchClient,
        book: WindowBook,
        bar: "tqdm[Any]",
    ) -> None:
        self.posts = WriteCounts()
        self.canary: Canary | None = None
        self._store = store
        self._query = query
        self._client = client
        self._book = book
        self._bar = bar
        self._queue: deque[Document] = deque()
        self._lock = threading.Lock()
        self._canary_lock = threading.Lock()
        self._failures = 0
        self._keyword_query = uses_keywords(query)
        self._found_any = False

    def take(self) -> Document | None:
        """A free window, or None when there is none just now."""
        return self._take_known() or self._take_new()

    def _take_known(self) -> Document | None:
        while self._queue:
            if window := self._book.take(self._queue.popleft()):
                return window
        return None

    def _take_new(self) -> Document | None:
        """Look at the plan again: windows were split, or others gave some back."""
        self._queue.extend(window for window in self._book.all() if window["state"] in OPEN)
        return self._take_known()

    def collect(self, window: Document) -> None:
        """Collect a window to its end, whatever that is."""
        if window.get("splitting"):
            self._book.split(window)
            return
        try:
            self._pages(window)
        except EndpointClosed as error:
            self._book.give_back(window, error.attempts)
            raise
        except RequestRefused as error:
            window["requests"] += error.attempts
            self._end(window, "failed", str(error), requests=window["requests"])
        except (ApiUnavailable, SearchLost) as error:
            self._divide(window, error)
        except ResearchError as error:
            self._book.give_back(window, error.attempts)
            raise

    def _pages(self, window: Document) -> None:
        """Ask for page after page; a page that is not stored yet is asked for once more."""
        stuck = 0
        while True:
            page = self._ask(window)
            if page is None:
                continue
            advanced = not page.has_more or (page.cursor or 0) > window["cursor"]
            if not self._keep(window, page, counted=advanced):
                return  # another worker has it now
            if not page.has_more or self._query.is_random:
                self._complete(window)
                return
            if advanced:
                stuck = 0
            elif stuck < len(STUCK_WAITS):
                self._client.pause(STUCK_WAITS[stuck])
                stuck += 1
            else:
                reason = f"the cursor stands still at {window['cursor']:,} although there is more"
                self._end(window, "truncated", reason)
                return

    def _ask(self, window: Document) -> Page | None:
        """The next page; None when the window has to begin again."""
        try:
            page = self._client.query_videos(
                window["body"],
                window["fields"],
                cursor=window["cursor"],
                search_id=window["search_id"],
                give_up_on={Meaning.SEARCH} if _is_old(window) else (),
            )
        except SearchLost as error:
            if window["restarts"] >= MAX_RESTARTS:
                raise
            log.info("%s begins again: %s", window_name(window), error)
            self._book.restart(window, error.attempts)
            return None
        self._failures = 0
        return page

    def _keep(self, window: Document, page: Page, *, counted: bool) -> bool:
        """Store the rows, then the cursor; False when the window is another worker's now."""
        at = page.received_at or datetime.now(UTC)
        posts, unreadable = read_rows(page.rows, at, self._query.name)
        written = self._store.upsert_posts(posts)
        with self._lock:
            self.posts += written
            self._found_any |= bool(page.rows)
        counts = {
            "delivered": len(page.rows),
            "over_matched": count_over_matched(self._query, page.rows),
            "unreadable": unreadable,
        }
        # A page that comes again, because its cursor stood still, is counted when it moves on.
        kept = self._book.save_page(window, page, counts if counted else {})
        self._bar.set_postfix(posts=f"{self.posts.inserted:,}", refresh=False)
        return kept

    def _complete(self, window: Document) -> None:
        if not window["asked"] and self._is_silent(window):
            self._end(window, "truncated", str(self.canary))
        elif window["begun_at"] < embargo_end(window):
            reason = (
                "its last videos were not searchable yet (up to 48 hours); a run after "
                f"{embargo_end(window):%Y-%m-%d} collects it again"
            )
            self._end(window, "truncated", reason, embargo=True)
        else:
            self._end(window, "complete", None, embargo=False, passing=False)

    def _is_silent(self, window: Document) -> bool:
        """Whether an empty answer to a keyword query means nothing; asked once a run."""
        if not self._keyword_query or self._found_any:
            return False
        with self._canary_lock:
            return not self._ask_canary(window).found

    def _ask_canary(self, window: Document) -> Canary:
        if self.canary is None:
            self.canary = check_canary(
                self._client, _date(window["start_date"]), _date(window["end_date"])
            )
            if not self.canary.found:
                log.warning("%s", self.canary)
        return self.canary

    def _divide(self, window: Document, error: ResearchError) -> None:
        """Put two halves in place of a window that cannot be had; a single day fails."""
        window["requests"] += error.attempts
        self._look_for_life(window)
        if self._book.split(window):
            log.warning("%s is split in two: %s", window_name(window), error)
            self._bar.total = (self._bar.total or 0) + 1
        else:
            requests = window["requests"]
            self._end(window, "failed", str(error), passing=True, requests=requests)

    def _look_for_life(self, window: Document) -> None:
        """Stop when the API fails on a simple query too, before it eats the day's quota."""
        self._failures += 1
        if self._failures < FAILURES_IN_A_ROW:
            return
        day = (datetime.now(UTC) - timedelta(days=PROBE_DAYS_AGO)).date()
        try:
            check_canary(self._client, day, day, {Meaning.FAULT})
        except ApiUnavailable as down:
            self._book.give_back(window)
            raise ApiDown(
                f"The API fails on every query ({down}). Nothing is lost; start the run again "
                "later."
            ) from None
        self._failures = 0

    def _end(self, window: Document, state: str, reason: str | None, **more: object) -> None:
        if reason:
            log.warning("%s is %s: %s", window_name(window), state, reason)
        self._book.finish(window, state, reason, **more)
        self._bar.update()


def _is_old(window: Document) -> bool:
    """Whether the search that a window was left at is most likely forgotten."""
    saved: datetime | None = window.get("collected_at")
    return bool(window["cursor"] and saved and datetime.now(UTC) - saved > OLD_SEARCH)


def window_name(window: Document) -> str:
    """What to call a window in messages: its day, or its first and last day."""
    start, end = _date(window["start_date"]), _date(window["end_date"])
    return f"window {start}" if start == end else f"window {start} to {end}"


def _date(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
