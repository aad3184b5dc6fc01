"""SIGTERM, SIGINT and SIGHUP, turned into an orderly end of a run.

A first signal interrupts the cell that runs, as the stop button of a notebook does. A kernel
that has not answered some seconds later, or a second signal, is killed with all it started.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from jupyter_client.manager import KernelManager

GRACE_SECONDS = 5.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop:
    """Whether a run was asked to stop, and by which signal."""

    def __init__(self, grace: float = GRACE_SECONDS) -> None:
        self.signal: str | None = None
        self._grace = grace
        self._kernel: KernelManager | None = None
        self._killer: threading.Timer | None = None

    @contextmanager
    def listening(self) -> Iterator["Stop"]:
        """Listen to signals while the context lasts.

        A signal that the process ignores stays ignored (``nohup``). Outside the main thread
        Python delivers no signals, and nothing changes.
        """
        before: dict[signal.Signals, Any] = {}
        if threading.current_thread() is threading.main_thread():
            before = {number: signal.getsignal(number) for number in SIGNALS}
        heard = [number for number in before if before[number] is not signal.SIG_IGN]
        for number in heard:
            signal.signal(number, self._hear)
        try:
            yield self
        finally:
            for number in heard:
                signal.signal(number, before[number])

    @contextmanager
    def guarding(self, kernel: KernelManager) -> Iterator[None]:
        """Let a signal end this kernel while the context lasts."""
        self._kernel = kernel
        try:
            yield
        finally:
            self._kernel = None
            if self._killer:
                self._killer.cancel()

    def _hear(self, number: int, frame: FrameType | None) -> None:
        again = self.signal is not None
        self.signal = signal.Signals(number).name
        if self._kernel is None:
            return
        if again:
            kill_kernel(self._kernel)
            return
        signal_kernel(self._kernel, signal.SIGINT)
        self._killer = threading.Timer(self._grace, kill_kernel, [self._kernel])
        self._killer.daemon = True
        self._killer.start()


def kill_kernel(kernel: KernelManager) -> None:
    """End a kernel and the processes it started in its own session."""
    signal_kernel(kernel, signal.SIGKILL)


def signal_kernel(kernel: KernelManager, number: signal.Signals) -> None:
    """Send a signal to the process group of a kernel; nothing happens when it is gone."""
    group = getattr(kernel.provisioner, "pgid", None)
    if group:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
