"""Several browsers that work off the posts of one run, each in a thread of its own."""

import logging
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Protocol

from tqdm.auto import tqdm

from tfw.records import Comment, CommentState, CommentStatus
from tfw.sources.web.breaker import Breaker
from tfw.sources.web.browser import Browser
from tfw.sources.web.browser_pool import BrowserPool
from tfw.sources.web.captcha import CaptchaDesk
from tfw.sources.web.failures import (
    BrowserLost,
    BrowserUnavailable,
    CollectionEnded,
    PageFailed,
)
from tfw.sources.web.keeping import keep_reading
from tfw.sources.web.landing import LOGIN_PAGE
from tfw.sources.web.pace import Pace
from tfw.sources.web.post_queue import PostQueue, Task
from tfw.sources.web.reading import Reading
from tfw.sources.web.scrape_summary import Miss, ScrapeCommentsSummary
from tfw.sources.web.states import PageState
from tfw.sources.workers import Workers
from tfw.store import Store, WriteCounts

log = logging.getLogger(__name__)

# How long an interrupted run waits for its sessions to let go.
PATIENCE = 10.0
LIMITED_SECONDS = (900.0, 1_200.0)
MOST_LIMITED = 2
TOLD = frozenset({CommentState.COMPLETE, CommentState.OFF})


class Read(Protocol):
    """Reads the comments of one post with a browser."""

    def __call__(
        self,
        browser: Browser,
        post_id: str,
        *,
        author: str | None,
        save: Callable[[list[Comment]], object],
    ) -> Reading:
        """What it came to."""


class Sessions:
    """The browsers of one run, and the account of what they read.

    Args:
        store: where comments go.
        queue: hands out posts.
        browsers: one for each session.
        read: reads the comments of one post.
        pace: of the run; all sessions share it.
        breaker: ends the run when too many pages cannot be read.
        retries: how often a post is tried.
        bar: moves with each post.
    """

    def __init__(
        self,
        store: Store,
        queue: PostQueue,
        browsers: BrowserPool,
        read: Read,
        pace: Pace,
        breaker: Breaker,
        *,
        retries: int,
        bar: "tqdm[Any]",
    ) -> None:
        self._store = store
        self._queue = queue
        self._browsers = browsers
        self._read = read
        self._pace = pace
        self._breaker = breaker
        self._retries = retries
        self._bar = bar
        self._lock = threading.Lock()
        self._alive = 0
        self._end: BaseException | None = None
        self._states: Counter[str] = Counter()
        self._written = WriteCounts()
        self._reported = self._collected = self._limited = 0
        self._misses: list[Miss] = []
        self._started = time.monotonic()

    def run(self, sessions: int) -> None:
        """Work until the posts are done or the run has to end.

        Raises:
            TfwError: something went wrong that the run cannot go on from.
            KeyboardInterrupt: the user interrupted.
        """
        threads = Workers(self._work, sessions, "tfw-browser")
        self._alive = sessions
        try:
            threads.start()
            threads.wait()
        except KeyboardInterrupt:
            self._interrupt(threads)
            raise
        finally:
            self._queue.release()
        if self._end is not None and not isinstance(self._end, CollectionEnded):
            raise self._end

    def summary(self, desk: CaptchaDesk) -> ScrapeCommentsSummary:
        """What was read."""
        busy = [Miss(id_, "busy", "another run reads it") for id_ in self._queue.busy]
        return ScrapeCommentsSummary(
            posts=dict(self._states),
            comments=self._written,
            reported=self._reported,
            collected=self._collected,
            misses=(*self._misses, *busy),
            pages=self._browsers.pages,
            browsers=self._browsers.opened,
            captchas=desk.shown,
            captchas_solved=desk.solved,
            seconds=time.monotonic() - self._started,
            stopped=str(self._end) if self._end else None,
        )

    def _interrupt(self, threads: Workers) -> None:
        self._finish(CollectionEnded("The run was interrupted."))
        self._pace.stop()
        self._browsers.close()  # whatever a session waits for in its browser fails now
        threads.wait(PATIENCE)

    def _work(self) -> None:
        try:
            while task := self._queue.take(lambda: self._end is not None):
                self._one(task)
        except CollectionEnded as end:
            self._finish(end)
        except BrowserUnavailable as error:
            self._leave(error)
        except BaseException as error:  # run() raises it in the main thread
            self._finish(error)
            self._pace.stop()
        finally:
            self._browsers.drop()
            with self._lock:
                self._alive -= 1

    def _one(self, task: Task) -> None:
        """Read one post; a browser that fails costs this post, which is tried again."""
        task.tries += 1
        try:
            browser = self._browsers.mine()
            reading = self._read(browser, task.post_id, author=task.author, save=self._save)
        except (BrowserLost, PageFailed) as error:
            self._browsers.drop()
            self._put_back(task, error)
            return
        except BaseException:
            self._queue.give_back(task)
            raise
        finally:
            self._pace.after_page()
        self._note(reading, keep_reading(self._store, reading))
        self._queue.done(task)
        self._breaker.note(reading.state is not CommentState.BLOCKED)
        if reading.reason == LOGIN_PAGE:
            raise CollectionEnded(
                "The site leads to its login page, and this program never signs in, so the run "
                "ends here. Wait some hours, then go on more slowly."
            )
        self._heed_limit(reading)

    def _put_back(self, task: Task, error: Exception) -> None:
        if self._end is not None or task.tries < self._retries:
            log.warning("post %s: try %d failed: %s", task.post_id, task.tries, error)
            self._queue.give_back(task)
            return
        with self._lock:
            self._misses.append(Miss(task.post_id, "failed", f"{task.tries} tries: {error}"))
            self._bar.update()
        self._queue.give_up(task)
        self._breaker.note(False)

    def _save(self, comments: list[Comment]) -> None:
        written = self._store.upsert_comments(comments)
        with self._lock:
            self._written += written

    def _note(self, reading: Reading, status: CommentStatus) -> None:
        with self._lock:
            self._states[str(status.state)] += 1
            self._reported += status.reported or 0
            self._collected += status.collected
            if reading.state not in TOLD:
                reason = reading.reason or "no reason known"
                self._misses.append(Miss(reading.post_id, str(reading.state), reason))
            self._bar.update()
            self._bar.set_postfix(comments=f"{self._collected:,}", refresh=False)
        log.info("post %s: %s, %s", reading.post_id, reading.state, reading.reason or "all read")

    def _heed_limit(self, reading: Reading) -> None:
        """A site that refuses is left alone for a quarter of an hour, and then for good."""
        if reading.page is not PageState.RATE_LIMITED:
            return
        with self._lock:
            self._limited += 1
        if self._limited >= MOST_LIMITED:
            raise CollectionEnded(
                f"{reading.reason}, twice in this run, so it ends here. Wait some hours, then go "
                "on more slowly."
            )
        self._pace.slow_down()
        if not self._pace.local:
            with self._pace.paused():
                self._pace.wait(random.uniform(*LIMITED_SECONDS))

    def _finish(self, end: BaseException) -> None:
        with self._lock:
            failed = self._end is not None and not isinstance(self._end, CollectionEnded)
            if self._end is None or (not failed and not isinstance(end, CollectionEnded)):
                self._end = end

    def _leave(self, error: BrowserUnavailable) -> None:
        """A session that gets no browser leaves its work to the others, if there are any."""
        with self._lock:
            alone = self._alive == 1
        if alone:
            self._finish(error)
        else:
            log.warning("One session ends: %s", error)
