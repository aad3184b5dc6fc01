"""A desk that stays up to date by itself, for as long as somebody can see it.

The page asks every two seconds and waits for the answer before it asks again, so a busy kernel is
not flooded. The figures are read in a thread beside the kernel's main one.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

logger = logging.getLogger(__name__)

EVERY_SECONDS = 2.0


class Pulse(anywidget.AnyWidget):
    """Put it anywhere into a desk; it shows nothing.

    Args:
        refresh: reads and shows; called in a thread, never twice at the same time.
        every: seconds between two questions.
    """

    _esm = Path(__file__).with_name("pulse.js")
    every_ms = traitlets.Int(2_000).tag(sync=True)

    def __init__(self, refresh: Callable[[], None], *, every: float = EVERY_SECONDS) -> None:
        super().__init__(every_ms=round(every * 1000), layout={"display": "none"})
        self._refresh = refresh
        self._busy = threading.Lock()
        self.on_msg(self._asked)

    def beat(self) -> None:
        """Refresh now, in this thread; nothing where a refresh is under way."""
        if self._busy.acquire(blocking=False):
            try:
                self._refresh()
            except Exception:  # nobody awaits this thread; the next beat may do better
                logger.exception("a desk could not be brought up to date")
            finally:
                self._busy.release()

    def _asked(self, _: object, content: Mapping[str, Any], __: object) -> None:
        threading.Thread(target=self._answer, name="tfw-desk-pulse", daemon=True).start()

    def _answer(self) -> None:
        self.beat()
        self.send({"kind": "answered"})
