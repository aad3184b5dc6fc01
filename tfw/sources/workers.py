"""Threads that do the same work, waited for together, also after an interrupt."""

import threading
import time
from collections.abc import Callable

# Some systems deliver an interrupt only between two waits.
LOOK_AGAIN = 0.5


class Workers:
    """The threads of one run.

    They are counted and not joined: when an interrupt ends ``Thread.join``, Python 3.11 takes the
    thread for ended although it works on, and nobody would wait for it any more.

    Args:
        work: what each of them does.
        number: how many there are.
        name: what they are called in logs.
    """

    def __init__(self, work: Callable[[], None], number: int, name: str) -> None:
        self._work = work
        self._changed = threading.Condition()
        self._at_work = 0
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{place}", daemon=True)
            for place in range(number)
        ]

    def start(self) -> None:
        """Begin; an interrupt leaves those at work that have begun."""
        for thread in self._threads:
            with self._changed:
                self._at_work += 1
                thread.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until all have ended, or for so many seconds; whether they have ended.

        Raises:
            KeyboardInterrupt: the user interrupted; they go on.
        """
        end = None if seconds is None else time.monotonic() + seconds
        with self._changed:
            while self._at_work:
                left = LOOK_AGAIN if end is None else min(LOOK_AGAIN, end - time.monotonic())
                if left <= 0:
                    return False
                self._changed.wait(left)
        return True

    def _run(self) -> None:
        try:
            self._work()
        finally:
            with self._changed:
                self._at_work -= 1
                self._changed.notify_all()
