"""The comments of one post, read from its public page, and how complete they are."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tfw.privacy import Pseudonymiser
from tfw.records import Comment, CommentState
from tfw.sources.web.browser import Browser
from tfw.sources.web.captcha import CaptchaDesk, find_captcha
from tfw.sources.web.evidence import CommentLists
from tfw.sources.web.failures import PageFailed
from tfw.sources.web.harvest import ShownComments
from tfw.sources.web.landing import PageReport, read_landing
from tfw.sources.web.pace import Pace
from tfw.sources.web.scrolling import Limits, Scrolled, Scroller
from tfw.sources.web.selectors import PageSelectors, load_selectors
from tfw.sources.web.states import PageState
from tfw.sources.web_items import counter
from tfw.sources.web_pages import unpack

log = logging.getLogger(__name__)

S = PageState
BATCH = 200
# The post is not there for whoever looks from here; asking again today is of no use.
UNAVAILABLE = frozenset({S.GONE, S.PRIVATE, S.REGION, S.HIDDEN, S.AGE_GATE, S.BAD_INPUT})
# These pass by themselves at times, so the page is opened again after a wait.
PASSING = frozenset({S.EMPTY, S.THROTTLED, S.SERVER_ERROR})

Save = Callable[[list[Comment]], object]


@dataclass(frozen=True)
class Reading:
    """What reading the comments of one post came to.

    ``state`` is complete only where the site's lists said that nothing more comes, for the comments
    and for the answers to each, or where as many were read as the site reports. ``reported`` is the
    site's counter, which counts hidden comments too; ``item`` is the post in the page's JSON.
    ``layout`` and ``selectors`` (a version) say by which marks the page was read. ``page`` is what
    the site made of the request; ``looked_at`` the page saved for a look where it has changed.
    """

    post_id: str
    state: CommentState
    reason: str | None
    page: PageState
    comments: list[Comment] = field(repr=False)
    reported: int | None
    has_more: bool | None
    layout: str | None
    selectors: str
    item: Mapping[str, Any] | None = field(repr=False)
    openings: int
    steps: int
    looked_at: Path | None = None


def read_comments(
    browser: Browser,
    post_id: str,
    *,
    author: str | None = None,
    pace: Pace,
    desk: CaptchaDesk,
    pseudonymiser: Pseudonymiser,
    save: Save | None = None,
    limits: Limits | None = None,
    selectors: PageSelectors | None = None,
    look_folder: Path | None = None,
) -> Reading:
    """The comments of a post with their answers, as far as its public page gives them.

    The site's own list answers are the best evidence (ids, exact times); comments in the page's
    JSON come second, and what the page draws third.

    Args:
        browser: a session; its page is left.
        post_id: the post.
        author: the handle of the post's author, for the address; any handle leads to the post.
        pace: waits before pages and between scrolls.
        desk: where a captcha is brought to.
        pseudonymiser: of the project.
        save: gets the comments in batches as they come.
        limits: when to give up.
        selectors: where things stand on the page.
        look_folder: where a page that nothing matches is saved.

    Raises:
        BrowserLost: the browser crashed or hangs; what was read has been given to ``save``.
        PageFailed: the page cannot be opened.
        CollectionEnded: the run has to end.
    """
    reader = _PostReader(
        browser,
        post_id,
        f"/@{author or '_'}/video/{post_id}",
        pace,
        desk,
        CommentLists(post_id, pseudonymiser),
        ShownComments(post_id, pseudonymiser),
        _Basket(save),
        limits or Limits(),
        selectors or load_selectors(),
    )
    try:
        reader.read()
    finally:
        reader.basket.flush()
    return reader.result(look_folder)


class _Basket:
    """The comments read so far; handed on in batches."""

    def __init__(self, save: Save | None) -> None:
        self.comments: list[Comment] = []
        self._save = save
        self._saved = 0

    def add(self, comments: list[Comment]) -> None:
        self.comments += comments
        if len(self.comments) - self._saved >= BATCH:
            self.flush()

    def flush(self) -> None:
        waiting = self.comments[self._saved :]
        if waiting and self._save:
            self._save(waiting)
        self._saved = len(self.comments)


@dataclass
class _PostReader:
    browser: Browser
    post_id: str
    path: str
    pace: Pace
    desk: CaptchaDesk
    lists: CommentLists
    shown: ShownComments
    basket: _Basket
    limits: Limits
    selectors: PageSelectors
    report: PageReport = field(default_factory=lambda: PageReport(S.UNKNOWN))
    scrolled: Scrolled | None = None
    item: Mapping[str, Any] | None = None
    openings: int = 0
    steps: int = 0
    _captcha_solved: bool = False

    def read(self) -> None:
        """Open the page, again where that may help, and scroll through it."""
        while True:
            again = self._visit()
            if not again or self.openings >= self.limits.openings:
                return
            log.info("post %s: its page is opened again: %s", self.post_id, self._outcome()[1])

    def _visit(self) -> bool:
        """Read the page once; whether it is worth to open it again."""
        self.scrolled = None
        self._land()
        if self.report.state is S.CAPTCHA and self._ask_person():
            self.report = self._look()
        if self.report.state is not S.OK:
            return self._is_passing(self.report.state)
        self._take_page()
        self.scrolled = self._scroll()
        self.steps += self.scrolled.steps
        if self.scrolled.state is S.CAPTCHA:
            return self._ask_person()
        return self._is_passing(self.scrolled.state) or self._is_empty_handed()

    def _land(self) -> None:
        self.pace.before_page()
        self.openings += 1
        landing = self.browser.open(self.path)
        self.report = read_landing(
            self.browser, landing, patience=self.limits.patience, wait=self.pace.wait
        )

    def _look(self) -> PageReport:
        return read_landing(self.browser, patience=self.limits.patience, wait=self.pace.wait)

    def _ask_person(self) -> bool:
        """Whether the captcha is gone; a post gets a person's help once."""
        captcha = find_captcha(self.browser)
        if captcha is None or self._captcha_solved:
            return False
        self._captcha_solved = self.desk.handle(self.browser, captcha)
        return self._captcha_solved

    def _is_passing(self, state: PageState) -> bool:
        if state not in PASSING or self.openings >= self.limits.openings:
            return False
        if not self.pace.local:
            self.pace.wait(self.limits.retry_seconds)
        return True

    def _is_empty_handed(self) -> bool:
        """Comments are reported and none came: perhaps they were never opened. Once."""
        page = self.scrolled and self.scrolled.state
        return page is S.OK and self._expects and not self.basket.comments and self.openings < 2

    def _take_page(self) -> None:
        """The post, and the comments that the page's JSON holds."""
        self.item = self.report.item or self.item
        entries = [
            piece.body
            for block in self.report.blocks
            for piece in unpack(block)
            if piece.kind == "comment"
        ]
        self.basket.add(self.lists.items(entries, datetime.now(UTC)))

    def _scroll(self) -> Scrolled:
        return Scroller(
            self.browser,
            self.lists,
            self.shown,
            self.pace,
            self.limits,
            self.selectors,
            expects=self._expects,
            keep=self.basket.add,
        ).run()

    @property
    def _is_off(self) -> bool:
        status = (self.item or {}).get("itemCommentStatus")
        return status not in (None, 0, "0")

    @property
    def reported(self) -> int | None:
        """How many comments the site says there are."""
        told = counter(self.item, "commentCount") if self.item else None
        return self.lists.total if told is None else told

    @property
    def _expects(self) -> bool:
        return self.reported != 0 and not self._is_off

    def result(self, look_folder: Path | None) -> Reading:
        """What it came to."""
        page, state, reason = self._judge()
        look = look_folder if page is S.PAGE_CHANGED else None
        return Reading(
            post_id=self.post_id,
            state=state,
            reason=reason,
            page=page,
            comments=self.basket.comments,
            reported=self.reported,
            has_more=not self.lists.complete if self.lists.answered else None,
            layout=self.scrolled.layout if self.scrolled else None,
            selectors=self.selectors.version,
            item=self.item,
            openings=self.openings,
            steps=self.steps,
            looked_at=self._save_look(look) if look else None,
        )

    def _save_look(self, folder: Path) -> Path | None:
        try:
            return self.browser.save_page(folder, f"page_changed_{self.post_id}")
        except PageFailed as error:
            log.warning("post %s: its page cannot be saved: %s", self.post_id, error)
            return None

    def _outcome(self) -> tuple[PageState, str]:
        if self.report.state is S.OK and self.scrolled:
            return self.scrolled.state, self.scrolled.reason
        return self.report.state, self.report.reason

    def _judge(self) -> tuple[PageState, CommentState, str | None]:
        """The page's state, the comments' state, and the reason for the latter."""
        page, reason = self._outcome()
        count, reported = len(self.basket.comments), self.reported
        if page is not S.OK:
            worst = CommentState.UNAVAILABLE if page in UNAVAILABLE else CommentState.BLOCKED
            return page, CommentState.PARTIAL if count else worst, reason or str(page)
        if self._is_off and not count:
            return page, CommentState.OFF, "comments are off or limited"
        return page, *self._judge_read(count, reported, reason)

    def _judge_read(
        self, count: int, reported: int | None, reason: str
    ) -> tuple[CommentState, str | None]:
        if reported is not None and count >= reported:
            return CommentState.COMPLETE, None
        if not count:
            return self._judge_nothing(reported)
        if self.lists.complete:
            return CommentState.COMPLETE, f"the lists end at {count:,} of {_of(reported)}"
        if not self.lists.answered:
            why = "what the page itself holds; it asked the site for no list"
        elif self.lists.ended:
            why = f"answers to {self.lists.open_threads:,} comments were not given"
        else:
            why = reason or "the page gave no more"
        return CommentState.PARTIAL, f"{count:,} of {_of(reported)}: {why}"

    def _judge_nothing(self, reported: int | None) -> tuple[CommentState, str | None]:
        if reported is None and self.lists.complete:
            return CommentState.COMPLETE, None
        told = "the list is empty" if self.lists.answered else "none came"
        return CommentState.BLOCKED, f"comments_blocked: {_of(reported)} reported, {told}"


def _of(reported: int | None) -> str:
    return "an unknown number" if reported is None else f"{reported:,}"
