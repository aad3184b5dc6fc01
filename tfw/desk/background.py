"""Long work beside a notebook cell that waits for it, so that widgets stay alive meanwhile.

A kernel hears what widgets say only while no code runs in its main thread (ipykernel 7.4 sends a
widget's words to the thread that drew it), so the work goes to another one and the cell awaits it.
"""

import asyncio
import ctypes
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import ParamSpec, TypeVar

WAKE_SECONDS = 0.1
P = ParamSpec("P")
R = TypeVar("R")


async def in_background(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """What ``work`` returns, or raises; the caller awaits it in a cell of a notebook.

    Interrupting the kernel interrupts the work as it would in the cell: it gets a
    KeyboardInterrupt, tidies up, and only then the cell ends.
    """
    done: Future[R] = Future()
    done.set_running_or_notify_cancel()  # from here on nobody but the work ends it
    context = copy_context()  # what the work prints belongs to this cell
    thread = threading.Thread(
        target=context.run, args=(_deliver, done, lambda: work(*args, **kwargs)), name="collector"
    )
    thread.start()
    try:
        # The kernel notes an interruption without waking the loop that waits here, so it wakes.
        while not done.done():
            await asyncio.sleep(WAKE_SECONDS)
        return done.result()
    finally:
        if not done.done():
            interrupt(thread)
        thread.join()


def _deliver(done: "Future[R]", work: Callable[[], R]) -> None:
    try:
        result = work()
    except BaseException as failure:  # handed on to whoever awaits, KeyboardInterrupt too
        done.set_exception(failure)
    else:
        done.set_result(result)


def interrupt(thread: threading.Thread) -> None:
    """Raise KeyboardInterrupt in a running thread, at its next step in Python."""
    assert thread.ident is not None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt)
    )
