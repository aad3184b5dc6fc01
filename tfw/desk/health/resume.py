"""The buttons that go on with a collection from a desk, and stop it again."""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import ipywidgets as widgets

from tfw.desk.access import access
from tfw.desk.background import interrupt
from tfw.desk.messages import Message
from tfw.desk.numbers import parse_whole
from tfw.errors import InputError
from tfw.sources.research.collect import CollectSummary
from tfw.sources.research.progress import is_running
from tfw.sources.research.windows import OPEN


class Resume:
    """Resume, Stop, and how many requests may be made; ``widget`` is what to show.

    Args:
        collect: collects the open windows with at most so many requests; called in a thread.
        working: lasts as long as that.
        message: where its end is told.
    """

    def __init__(
        self,
        collect: Callable[[int | None], CollectSummary],
        working: Callable[[], AbstractContextManager[None]],
        message: Message,
    ) -> None:
        self._collect, self._working, self._message = collect, working, message
        self.worker: threading.Thread | None = None
        self.go_on = widgets.Button(
            description="Resume",
            icon="play",
            button_style="primary",
            tooltip="Collects the open windows; those that failed in passing or were too young "
            "are tried again",
        )
        self.stop = widgets.Button(description="Stop", icon="stop", disabled=True)
        self.most = widgets.Text(
            description="Requests at most",
            placeholder="all that are left",
            layout={"width": "19em"},
            style={"description_width": "initial"},
        )
        self.go_on.on_click(self._start)
        self.stop.on_click(self._end)
        self.widget = widgets.HBox(
            [self.go_on, self.stop, self.most], layout={"flex_flow": "row wrap"}
        )

    @property
    def running(self) -> bool:
        """Whether this desk is collecting."""
        return self.worker is not None and self.worker.is_alive()

    def follow(self, windows: Sequence[Mapping[str, Any]], *, busy: bool) -> None:
        """Offer what can be done with these windows; nothing while somebody is at them."""
        elsewhere = not self.running and any(is_running(window) for window in windows)
        locked = not access().may_write
        self.go_on.description = _words(windows)
        self.go_on.disabled = self.running or busy or elsewhere or locked
        self.stop.disabled = not self.running or locked
        self.most.disabled = locked

    def _start(self, _: object) -> None:
        """Collect beside the kernel's main thread."""
        with self._message.errors():
            access().check()
            most = parse_whole(self.most.value) if self.most.value.strip() else None
            if most is not None and most < 1:
                raise InputError("Requests at most: give a whole number from 1, or nothing.")
            if self.running:
                raise InputError("This desk is collecting already.")
            self.go_on.disabled, self.stop.disabled = True, False
            self._message.say("Collecting; the figures below follow.")
            self.worker = threading.Thread(
                target=self._work, args=(most,), name="tfw-desk-resume", daemon=True
            )
            self.worker.start()

    def _work(self, most: int | None) -> None:
        try:
            with self._working(), self._message.errors():
                self._tell(self._collect(most))
        except KeyboardInterrupt:
            self._message.say("Stopped. What came is stored; Resume goes on from there.", "warning")
        finally:
            self.worker = None

    def _tell(self, summary: CollectSummary) -> None:
        posts = summary.posts
        words = (
            f"{posts.inserted:,} new posts, {posts.updated:,} updated, in {summary.requests:,} "
            f"requests; {summary.quota_left:,} are left today."
        )
        silent = summary.canary if summary.canary and not summary.canary.found else None
        if trouble := summary.paused or silent:
            return self._message.say(f"{words} {trouble}", "warning")
        self._message.say(words, "good")

    def _end(self, _: object) -> None:
        with self._message.errors():
            access().check()
            if self.worker is not None and self.worker.is_alive():
                self._message.say("Stopping after the requests in flight …")
                interrupt(self.worker)


def _words(windows: Sequence[Mapping[str, Any]]) -> str:
    if not windows:
        return "Start"
    left = sum(window["state"] in OPEN for window in windows)
    return f"Resume {left} open" if left else "Look for more"
