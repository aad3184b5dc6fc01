"""The circuit breaker: a site that stops showing its pages is left alone."""

import threading
from collections import deque

from tfw.sources.web.failures import TooUnreadable


class Breaker:
    """Opens when too many of the last pages could not be read; shared by all sessions of a run.

    The usual figures are those of a public project that met the silent throttle: 6 of 10.
    """

    def __init__(self, window: int = 10, most: int = 6) -> None:
        self.window = window
        self.most = most
        self._last: deque[bool] = deque(maxlen=window)
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        """Whether the run has to end."""
        return self._last.count(False) >= self.most

    def note(self, readable: bool) -> None:
        """Count one page; one that is gone or private was read.

        Raises:
            TooUnreadable: too many of the last pages could not be read.
        """
        with self._lock:
            self._last.append(readable)
            if self.open:
                raise TooUnreadable(
                    f"{self._last.count(False)} of the last {len(self._last)} pages could not be "
                    "read: the site probably limits this session. Wait some hours, then go on more "
                    "slowly."
                )
