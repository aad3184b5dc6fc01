"""Figures that take seconds to count, counted beside the desk and never for most of the time."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

import ipywidgets as widgets

F = TypeVar("F")
logger = logging.getLogger(__name__)

# Of the time, at most this share goes into counting.
SHARE = 0.1
_NEVER = object()


class Counted(Generic[F]):
    """The last figures of a slow count, and when to count again.

    ``figures`` is None until the first count is done, ``seconds`` how long the last one took.

    Args:
        count: makes the figures; called in a thread.
        done: told in that thread when there are new ones.
    """

    def __init__(self, count: Callable[[], F], done: Callable[[], None]) -> None:
        self._count, self._done = count, done
        self._lock = threading.Lock()
        self._signature: object = _NEVER
        self._next = 0.0
        self.figures: F | None = None
        self.seconds = 0.0

    def count(self, signature: object, *, at_once: bool = False) -> None:
        """Count where the signature is another one than at the last count, and it is time to.

        With ``at_once`` the figures are there, and of now, when this returns.
        """
        if at_once:
            with self._lock:
                self._run(signature)
        elif self._due(signature) and self._lock.acquire(blocking=False):
            threading.Thread(
                target=self._beside, args=(signature,), name="tfw-desk-count", daemon=True
            ).start()

    def forget(self) -> None:
        """Let the next call count, whatever the signature and the time."""
        self._signature, self._next = _NEVER, 0.0

    def _due(self, signature: object) -> bool:
        return signature != self._signature and time.monotonic() >= self._next

    def _beside(self, signature: object) -> None:
        try:
            self._run(signature)
        except Exception:  # the desk goes on with the figures it has
            logger.exception("the posts could not be counted")
            self._next = time.monotonic() + 1 / SHARE
            return
        finally:
            self._lock.release()
        self._done()

    def _run(self, signature: object) -> None:
        begun = time.monotonic()
        self.figures, self._signature = self._count(), signature
        self.seconds = time.monotonic() - begun
        self._next = begun + self.seconds / SHARE


def show(widget: widgets.HTML, html: str) -> None:
    """Put HTML into a widget; nothing is sent where it is there already."""
    if widget.value != html:
        widget.value = html
