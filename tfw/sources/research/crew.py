"""Threads that work off what they can get until there is no more, or nothing more may be done."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from tfw.sources.research.failures import CollectionPaused
from tfw.sources.research.pace import Pause
from tfw.sources.workers import Workers

log = logging.getLogger(__name__)

Item = TypeVar("Item")

# How long an interrupted run waits for the requests in flight.
PATIENCE = 5.0
LOOK_AGAIN = 0.5


class Crew(Generic[Item]):
    """Runs ``work`` on what ``take`` hands out, in several threads.

    ``take`` gives None when there is nothing to do just now: while another thread is at work, more
    may come of it.
    """

    def __init__(
        self, take: Callable[[], Item | None], work: Callable[[Item], None], pause: Pause
    ) -> None:
        self._take = take
        self._work = work
        self._pause = pause
        self._changed = threading.Condition()
        self._busy = 0
        self._end: BaseException | None = None

    def run(self, workers: int) -> CollectionPaused | None:
        """Work until all is done; why it paused, or None.

        Any other error of a worker is raised here, when the others have come to an end.

        Raises:
            KeyboardInterrupt: the user interrupted; no new request was begun after that.
        """
        threads = Workers(self._loop, workers, "tfw-worker")
        try:
            threads.start()
            threads.wait()
        except KeyboardInterrupt as interrupt:
            self._stop(interrupt)
            if not threads.wait(PATIENCE):
                log.warning("A request is still in flight; what it brings is left to the next run.")
            raise
        if self._end is not None and not isinstance(self._end, CollectionPaused):
            raise self._end
        return self._end

    def _loop(self) -> None:
        try:
            while (item := self._next()) is not None:
                try:
                    self._work(item)
                finally:
                    self._leave()
        except BaseException as error:  # whatever it is, run() raises it in the main thread
            self._stop(error)

    def _next(self) -> Item | None:
        """The next item, waited for while others are at work; None when it is time to go."""
        with self._changed:
            while self._end is None:
                item = self._take()
                if item is not None:
                    self._busy += 1
                    return item
                if not self._busy:
                    return None
                self._changed.wait(LOOK_AGAIN)
        return None

    def _leave(self) -> None:
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def _stop(self, error: BaseException) -> None:
        with self._changed:
            pausing = isinstance(error, CollectionPaused)
            if self._end is None or (isinstance(self._end, CollectionPaused) and not pausing):
                self._end = error
            self._changed.notify_all()
        if not isinstance(error, CollectionPaused):
            self._pause.stop()
