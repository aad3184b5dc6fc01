"""A panel in JupyterLab that shows the live page while a captcha is on it.

The collector stops at a captcha and asks; the panel shows what the browser shows, and passes the
person's own clicks, drags and keys to the page. No program solves anything here.

    panel = tfw.captcha_panel()
    panel                                    # in a cell of its own, above the collection
    await panel.collect(tfw.scrape_posts, store)
"""

import base64
import html
import logging
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

import anywidget
import traitlets

from tfw.desk.background import in_background
from tfw.runs.record import current_run
from tfw.sources.web.browser import Browser, PersonEvent
from tfw.sources.web.captcha import Captcha, wait_for_person

__all__ = ["CaptchaPanel", "captcha_panel"]

R = TypeVar("R")
log = logging.getLogger(__name__)

PATIENCE = 600.0
# A picture of the page after this many seconds, and sooner after each move of the person.
PICTURE_EVERY = 1.0
LOOK_EVERY = 1.5
IDLE = "No captcha so far. Should one appear, the page is shown here and waits for you."
UNATTENDED = (
    "Nobody watches this run, so nobody is asked: a post whose page shows a captcha is set aside "
    "and can be collected later with this notebook open in JupyterLab."
)
_HERE = Path(__file__).parent


class _View(anywidget.AnyWidget):
    """What the browser of the person shows; it has no logic of its own."""

    _esm = _HERE / "obstacles.js"
    _css = _HERE / "obstacles.css"
    state = traitlets.Unicode("idle").tag(sync=True)
    message = traitlets.Unicode(IDLE).tag(sync=True)
    picture = traitlets.Unicode("").tag(sync=True)
    width = traitlets.Int(1280).tag(sync=True)
    height = traitlets.Int(900).tag(sync=True)
    seconds_left = traitlets.Int(0).tag(sync=True)


class CaptchaPanel:
    """The panel; :meth:`ask` is the hook that collectors call.

    Args:
        watched: whether a person is there; found out by itself when not given (a run through
            `tfw run` has nobody).
        seconds: how long the page waits for the person.
    """

    def __init__(self, *, watched: bool | None = None, seconds: float = PATIENCE) -> None:
        self._seconds = seconds
        self._moves: SimpleQueue[Mapping[str, Any]] = SimpleQueue()
        attended = current_run() is None if watched is None else watched
        self._view = _View() if attended else None
        if self._view is not None:
            self._view.on_msg(lambda _, content, __: self._moves.put(content))

    def ask(self, browser: Browser, captcha: Captcha) -> bool:
        """Whether the person made the captcha go away; False when nobody is there or wants to."""
        view = self._view
        if view is None:
            return False
        self._empty_moves()
        view.width, view.height = browser.run("return [innerWidth, innerHeight]")
        view.message = f"A captcha is on the page ({captcha.kind}). Please solve it in the picture."
        view.state = "asking"
        turn = _Turn(browser, view, self._moves, time.monotonic() + self._seconds)
        solved = wait_for_person(
            browser, captcha, seconds=self._seconds, poll=LOOK_EVERY, step=turn.serve
        )
        view.picture = ""
        view.state = "solved" if solved else "set aside"
        view.message = _after(solved, turn.declined)
        log.info("captcha %s", "gone" if solved else "left; the post is set aside")
        return solved

    async def collect(self, collector: Callable[..., R], *args: object, **kwargs: object) -> R:
        """What a collector returns that is called with this panel's ``ask``.

        It works beside the cell that awaits it, so that the panel can hear the person meanwhile.
        """
        return await in_background(partial(collector, *args, ask=self.ask, **kwargs))

    def _empty_moves(self) -> None:
        while not self._moves.empty():
            self._moves.get_nowait()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - IPython's form
        """The live panel, or the same in words where nobody watches."""
        if self._view is not None:
            return self._view._repr_mimebundle_(**kwargs)
        return {"text/plain": UNATTENDED, "text/html": f"<p>{html.escape(UNATTENDED)}</p>"}


def captcha_panel(*, watched: bool | None = None, seconds: float = PATIENCE) -> CaptchaPanel:
    """A panel for captchas; show it in a cell of its own and hand its ``ask`` to a collector."""
    return CaptchaPanel(watched=watched, seconds=seconds)


class _Turn:
    """One captcha before one person."""

    def __init__(
        self,
        browser: Browser,
        view: _View,
        moves: "SimpleQueue[Mapping[str, Any]]",
        until: float,
    ) -> None:
        self._browser, self._view, self._moves, self._until = browser, view, moves, until
        self._looked = 0.0
        self.declined = False

    def serve(self) -> bool:
        """Pass on what the person did and show what came of it; False to stop waiting."""
        moved = self._pass_on_all()
        now = time.monotonic()
        if moved or now - self._looked >= PICTURE_EVERY:
            self._looked = now
            self._view.picture = base64.b64encode(self._browser.screenshot()).decode()
            self._view.seconds_left = max(0, round(self._until - now))
        return not self.declined

    def _pass_on_all(self) -> bool:
        moved = False
        while True:
            try:
                move = self._moves.get(timeout=0.05)
            except Empty:
                return moved
            moved = True
            if move.get("kind") == "set aside":
                self.declined = True
                return moved
            if (event := _event(move)) is not None:
                self._browser.pass_on(event)


def _event(move: Mapping[str, Any]) -> PersonEvent | None:
    """A person's move as the browser takes it; None for what is none."""
    kind = move.get("kind")
    if kind in ("down", "move", "up"):
        return PersonEvent(kind, x=float(move["x"]), y=float(move["y"]))
    return PersonEvent("key", key=str(move["key"])) if kind == "key" else None


def _after(solved: bool, declined: bool) -> str:
    if solved:
        return "Solved, thank you. The collection goes on, more slowly."
    reason = "as you asked" if declined else "because nobody solved its captcha in time"
    return f"The post was set aside {reason}. The collection goes on, or ends and says so."
