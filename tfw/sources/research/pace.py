"""Waiting: between tries, and so that requests do not come too fast."""

import threading
import time
from collections.abc import Callable

from tfw.sources.research.failures import Stopped


class Pause:
    """Waits that can be cut short, shared by the threads of one run.

    ``scale`` shortens the waits between tries: the lab and the tests need not wait for minutes.
    ``waited`` is told of each wait before it begins, with its full length in seconds.
    """

    def __init__(self, scale: float = 1.0, waited: Callable[[float], None] | None = None) -> None:
        self.scale = scale
        self._waited = waited
        self._stopped = threading.Event()

    def fresh(self) -> "Pause":
        """The same waits for another run, not stopped."""
        return Pause(self.scale, self._waited)

    def __call__(self, seconds: float) -> None:
        """Wait that long, times the scale.

        Raises:
            Stopped: the run was stopped, before or meanwhile.
        """
        if self._waited:
            self._waited(seconds)
        self.exactly(seconds * self.scale)

    def exactly(self, seconds: float) -> None:
        """Wait that long whatever the scale is; raises as a call does."""
        if self._stopped.wait(max(0.0, seconds)):
            raise Stopped("The run was stopped; it goes on from here when it is started again.")

    def stop(self) -> None:
        """End all waits; no request is begun any more."""
        self._stopped.set()


class Pacer:
    """Lets at most so many requests a second begin, whatever the number of threads."""

    def __init__(self, requests_per_second: float) -> None:
        self._interval = 1 / requests_per_second
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, pause: Pause) -> None:
        """Wait for the next free moment."""
        with self._lock:
            now = time.monotonic()
            mine = max(now, self._next)
            self._next = mine + self._interval
        pause.exactly(mine - now)
