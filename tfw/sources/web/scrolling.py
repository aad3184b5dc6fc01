"""Scrolling through the comments of one open page until they end, or something stops it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tfw.records import Comment
from tfw.sources.web.browser import Browser
from tfw.sources.web.captcha import Captcha
from tfw.sources.web.evidence import CommentLists
from tfw.sources.web.harvest import Move, ShownComment, ShownComments, Step, harvest
from tfw.sources.web.obstacles import LoginWall
from tfw.sources.web.pace import Pace
from tfw.sources.web.selectors import PageSelectors
from tfw.sources.web.states import PageState

log = logging.getLogger(__name__)

# A stand-in on this machine answers in milliseconds; a page draws once a frame.
LOCAL_WAIT, LOCAL_QUIET_WAIT = 0.03, 0.1
LOCAL_QUIET_SECONDS = 4.0
LOCAL_PRESSES, POLITE_PRESSES = 50, 2
OPENINGS = 4
OPEN_AGAIN = 3
# Answers of the site that no further scrolling helps against.
FINAL = frozenset({PageState.RATE_LIMITED, PageState.LOGIN_WALL})
# A list stops at times until it is scrolled up and down again.
REARM: dict[int, Move] = {2: "up", 3: "down"}
# What the page shows may be a step ahead of what the recorder hands over.
HELD_STEPS = 3


@dataclass(frozen=True)
class Limits:
    """When to give up.

    Args:
        rounds: steps without anything new after which a page is at its end, and
        quiet_seconds: how long these last at least; a few seconds on this machine.
        loading_seconds: how long a page may show that more is on its way.
        fruitless: steps without a new comment after which a page leads nowhere.
        openings: how often a post's page is opened at most.
        retry_seconds: the wait before a page is opened again after an empty answer.
        patience: how long a waiting page gets to let the browser pass.
    """

    rounds: int = 6
    quiet_seconds: float = 12.0
    loading_seconds: float = 30.0
    fruitless: int = 150
    openings: int = 3
    retry_seconds: float = 60.0
    patience: float = 30.0


@dataclass(frozen=True)
class Scrolled:
    """How the scrolling of a page ended: OK where the page had no more to give."""

    state: PageState
    reason: str
    layout: str | None
    steps: int
    captcha: Captcha | None = None


@dataclass
class _Quiet:
    """How long nothing new has come."""

    rounds: int = 0
    since: float = 0.0
    fruitless: int = 0

    def note(self, *, news: bool, comments: bool) -> None:
        if news or not self.since:
            self.rounds, self.since = 0, time.monotonic()
        else:
            self.rounds += 1
        self.fruitless = 0 if comments else self.fruitless + 1

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.since


class Scroller:
    """Reads the comments of the page that is open.

    Args:
        browser: has the page.
        lists: takes the answers of the site's comment lists.
        shown: turns what the page draws into records.
        pace: between two steps.
        limits: when to give up.
        selectors: where things stand on the page.
        expects: whether there should be comments: False where they are off or counted as none.
        keep: gets new comments as they come.
    """

    def __init__(
        self,
        browser: Browser,
        lists: CommentLists,
        shown: ShownComments,
        pace: Pace,
        limits: Limits,
        selectors: PageSelectors,
        *,
        expects: bool,
        keep: Callable[[list[Comment]], None],
    ) -> None:
        self._browser = browser
        self._lists = lists
        self._shown = shown
        self._pace = pace
        self._limits = limits
        self._selectors = selectors
        self._expects = expects
        self._keep = keep
        self._wall = LoginWall()
        self._quiet = _Quiet()
        self._held: list[ShownComment] = []
        self._steps = 0
        self._opened = 0
        self._layout: str | None = None

    def run(self) -> Scrolled:
        """Scroll to the end.

        Raises:
            BrowserError: the page or the browser fails, or the run has to end.
        """
        step = self._step("stay")
        while (end := self._end(step)) is None:
            self._wait()
            step = self._step(REARM.get(self._quiet.rounds % 5, "on"))
        if self._held and not self._lists.answered:
            self._keep_shown(datetime.now(UTC))
        return end

    def _step(self, move: Move) -> Step:
        may_open = self._opened < OPENINGS and self._steps % OPEN_AGAIN == 0
        step = harvest(
            self._browser,
            self._selectors,
            move,
            open=self._opened if may_open else -1,
            presses=self._presses(),
        )
        self._steps += 1
        opens = may_open and step.has_opener
        self._opened += opens
        self._layout = step.layout or self._layout
        now = datetime.now(UTC)
        replies = self._browser.replies()
        told = [comment for reply in replies for comment in self._lists.take(reply, now)]
        self._keep(told)
        self._held += step.rows
        drawn = self._keep_drawn(now)
        moved = move == "on" and step.moved and not step.at_end
        heard = bool(replies) and not self._lists.failure
        pressed = step.pressed and not self._lists.failure
        news = bool(heard or drawn or pressed or moved or opens)
        self._quiet.note(news=news, comments=bool(told or drawn))
        return step

    def _presses(self) -> int:
        """Each press is a call to the site: few at a time, and one where calls fail."""
        if self._lists.failure:
            return 1
        return LOCAL_PRESSES if self._pace.local else POLITE_PRESSES

    def _keep_drawn(self, now: datetime) -> int:
        """Keep what the page draws only where its lists were not heard: they know ids and times."""
        if self._lists.answered:
            self._held.clear()
        elif self._steps >= HELD_STEPS:
            return self._keep_shown(now)
        return 0

    def _keep_shown(self, now: datetime) -> int:
        comments = [self._shown.comment(row, now) for row in self._held]
        self._held.clear()
        new = [comment for comment in comments if not self._lists.knows(comment)]
        self._keep(new)
        return len(new)

    def _wait(self) -> None:
        if self._pace.local:
            self._pace.wait(LOCAL_QUIET_WAIT if self._quiet.rounds else LOCAL_WAIT)
        self._pace.before_scroll()

    def _end(self, step: Step) -> Scrolled | None:
        if self._is_complete(step):
            return self._ended(PageState.OK, "")
        if step.captcha:
            kind = f"a {step.captcha.generation} captcha ({step.captcha.kind})"
            return self._ended(PageState.CAPTCHA, f"{kind} came up", step.captcha)
        if self._wall.note(step.obstacles):
            return self._ended(PageState.LOGIN_WALL, self._wall.reason)
        failure = self._lists.failure
        if failure and (failure.state in FINAL or self._quiet.rounds >= self._limits.rounds):
            return self._ended(failure.state, failure.reason)
        return self._end_of_patience(step)

    def _is_complete(self, step: Step) -> bool:
        """Whether all is known; where comments do not tell of answers, patience has to tell."""
        lists = self._lists
        return lists.complete and lists.all_told and not step.waiting and not lists.failure

    def _end_of_patience(self, step: Step) -> Scrolled | None:
        if not self._expects and not self._lists.count and self._quiet.rounds >= 3:
            return self._ended(PageState.OK, "")
        if self._quiet.fruitless >= self._limits.fruitless:
            return self._ended(PageState.OK, f"nothing new in {self._quiet.fruitless} steps")
        if self._quiet.rounds < self._limits.rounds or self._quiet.seconds < self._patience(step):
            return None
        if step.layout is None and not step.has_list:
            return self._ended(PageState.PAGE_CHANGED, self._page_changed())
        return self._ended(PageState.OK, "the page gave no more")

    def _patience(self, step: Step) -> float:
        if step.loading:
            return self._limits.loading_seconds
        most = LOCAL_QUIET_SECONDS if self._pace.local else self._limits.quiet_seconds
        return min(most, self._limits.quiet_seconds)

    def _page_changed(self) -> str:
        return (
            "page changed: nothing on it matches the selectors of version "
            f"{self._selectors.version}"
        )

    def _ended(self, state: PageState, reason: str, captcha: Captcha | None = None) -> Scrolled:
        return Scrolled(state, reason, self._layout, self._steps, captcha)
