"""The label desk: people say what posts are about, with one key per decision.

    tfw.label_desk(store)                    # in a cell of its own

Everything is kept in the database at once; opened again, the desk goes on where the coder stopped.
A coder sees texts and nothing of the scores.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.access import READ_ONLY, access, person
from tfw.desk.desk import Desk
from tfw.desk.labels.card import LabelCard, progress_of, shown_post
from tfw.desk.labels.figures import LabelFigures
from tfw.desk.labels.files import LabelFiles
from tfw.desk.labels.tables import agreement_tables, label_counts, what_is_left
from tfw.desk.labels.training import LabelTraining, trained_heads
from tfw.desk.messages import Message
from tfw.desk.numbers import parse_whole
from tfw.errors import InputError
from tfw.relevance.label_draws import DRAWS, Draw
from tfw.relevance.label_log import Task, last_decision
from tfw.relevance.label_queue import TASKS, LabelQueue
from tfw.relevance.labels import LabelValue, read_labels
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.thresholds import Thresholds
from tfw.report.shown import Mask, open_mask

if TYPE_CHECKING:
    from tfw.store import Store

__all__ = ["LabelDesk", "label_desk"]

GOAL = 100
FILE = "outputs/labels.csv"
SAID = {
    LabelValue.FASHION: "fashion", LabelValue.NOT: "not fashion", LabelValue.UNSURE: "unsure",
}  # fmt: skip
DONE: Mapping[Task, str] = {
    "first": "No scored post is left without a label. Score more posts with 05_score_posts, or "
    "choose another task.",
    "second": "You have labelled every post that other coders labelled. The agreement stands "
    "below.",
    "skipped": "There is no post that you skipped and did not label since.",
    "adjudicate": "There is no post on which coders differ and that is not settled.",
}
WITH_OTHERS = "The posts that are left are before other coders just now. Try again in some minutes."


class LabelDesk(Desk):
    """The desk; :func:`label_desk` makes one."""

    def __init__(
        self,
        store: "Store",
        *,
        coder: str | None = None,
        task: Task | None = None,
        draw: Draw | None = None,
        thresholds: Thresholds | None = None,
        columns: ScoreColumns | None = None,
        goal: int = GOAL,
        file: str | Path = FILE,
        watched: bool | None = None,
    ) -> None:
        super().__init__(watched=watched)
        self.store, self.goal = store, goal
        self._thresholds, self._columns = thresholds, columns
        self._coder = coder or person()
        last = last_decision(store, self._coder) or {}
        self._task: Task = _known(task, last.get("task"), TASKS, "first")
        self._draw: Draw = _known(draw, last.get("drawn"), DRAWS, "near")
        self._queue: LabelQueue | None = None
        self._serial = 0
        self._mask: Mask | None = None
        self._message = Message()
        self._figures = LabelFigures(store, lambda: self._queue)
        self._training = LabelTraining(store, thresholds)
        self._files = LabelFiles(store, file, self._changed_elsewhere)

    def __repr__(self) -> str:
        return f"LabelDesk({self._coder!r}, {self._task!r})"

    def static(self) -> Markup:
        """How many labels there are by coder, how coders agree, and what is left."""
        labels = read_labels(self.store)
        columns = ScoreColumns.read(self.store) if self._columns is None else self._columns
        return Markup("<h3>Labels</h3>{}{}{}{}").format(
            label_counts(labels),
            what_is_left(labels, columns),
            agreement_tables(labels),
            trained_heads(self.store),
        )

    def build(self) -> widgets.Widget:
        """The controls, the post, and below what was labelled so far."""
        self._make_card()
        self._make_settings()
        self._allow()
        access().on_unlock(self._unlocked)
        self._start()
        return widgets.VBox(
            [
                access().row(),
                widgets.HTML("<h3>Label posts</h3>"),
                widgets.HBox(
                    [self._coder_field, self._task_field, self._draw_field, self._goal_field],
                    layout={"flex_flow": "row wrap"},
                ),
                self._card,
                self._message.widget,
                widgets.HTML("<h3>Labels so far</h3>"),
                self._figures.view,
                widgets.HTML("<h3>Train a model on the labels</h3>"),
                self._training.view,
                widgets.HTML("<h3>Export and import labels</h3>"),
                self._files.view,
            ]
        )

    # --- the post before the coder ---

    def _make_card(self) -> None:
        self._card = LabelCard()
        self._card.on_msg(lambda _, content, __: self._hear(content))

    def _hear(self, content: Mapping[str, Any]) -> None:
        """Carry out what a key or a button asked for."""
        said = ""
        with self._message.errors():
            access().check()
            self._message.say("")
            said = self._do(str(content.get("kind")), content.get("serial"))
        self._card.answer(said)

    def _do(self, kind: str, serial: object) -> str:
        queue = self._queue
        if queue is None:
            raise InputError("Choose who labels and what first.")
        if kind == "undo":
            undone = queue.undo()
            if undone is None:
                return "There is nothing left to undo."
            self._show_next()
            self._figures.show_soon()
            return str(undone)
        # A key that was pressed for a post that is no longer shown decides nothing.
        if serial != self._serial:
            return ""
        if kind == "skip":
            queue.skip()
            said = "Skipped."
        else:
            queue.decide(LabelValue(kind))
            said = f"Saved: {SAID[LabelValue(kind)]}."
        self._show_next()
        self._figures.show_soon()
        return said

    def _show_next(self) -> None:
        assert self._queue is not None
        found = self._queue.next()
        self._serial += 1
        if self._mask is None:
            self._mask = open_mask("pseudonymise")
        self._card.show(
            shown_post(found, self._serial, self._mask) if found else {},
            progress_of(self._queue, self.goal),
            "" if found else self._nothing_left(),
        )
        if found is None:
            self._figures.show()

    def _nothing_left(self) -> str:
        assert self._queue is not None
        return WITH_OTHERS if self._queue.left else DONE[self._task]

    # --- who labels, and what ---

    def _make_settings(self) -> None:
        self._coder_field = widgets.Text(
            self._coder, description="Coder", continuous_update=False, layout={"width": "17em"}
        )
        self._task_field = widgets.Dropdown(
            options=[(words, task) for task, words in TASKS.items()],
            value=self._task, description="Task", layout={"width": "30em"},
        )  # fmt: skip
        self._draw_field = widgets.Dropdown(
            options=[(words, draw) for draw, words in DRAWS.items()],
            value=self._draw, description="Drawn", layout={"width": "19em"},
        )  # fmt: skip
        self._goal_field = widgets.Text(
            str(self.goal), description="Goal", continuous_update=False, layout={"width": "11em"}
        )
        for field in (self._coder_field, self._task_field, self._draw_field):
            field.observe(lambda _: self._start(), names="value")
        self._goal_field.observe(lambda _: self._set_goal(), names="value")

    def _set_goal(self) -> None:
        with self._message.errors():
            goal = parse_whole(self._goal_field.value)
            if goal < 1:
                raise InputError("The goal is a whole number from 1, such as 100.")
            self._message.say("")
            self.goal = goal
            if self._queue is not None:
                self._card.progress = progress_of(self._queue, self.goal)

    def _start(self) -> None:
        """Open the queue that the settings name, and show its first post."""
        self._leave()
        with self._message.errors():
            self._coder = self._coder_field.value.strip()
            self._task, self._draw = self._task_field.value, self._draw_field.value
            self._draw_field.layout.display = None if self._task == "first" else "none"
            self._goal_field.layout.display = self._draw_field.layout.display
            if access().may_write:
                self._open()
            else:
                self._card.words = READ_ONLY
            self._figures.show()

    def _open(self) -> None:
        if self._task == "first" and self._columns is None:
            self._columns = ScoreColumns.read(self.store)
        self._queue = LabelQueue(
            self.store,
            self._coder,
            task=self._task,
            draw=self._draw,
            thresholds=self._thresholds,
            columns=self._columns,
        )
        self._message.say("")
        self._card.said = ""
        self._show_next()

    def _leave(self) -> None:
        if self._queue is not None:
            self._queue.close()
        self._queue = None
        self._card.show({}, {}, "")

    def _allow(self) -> None:
        """Let controls that write be used by those who may."""
        allowed = access().may_write
        self._card.enabled = allowed
        self._training.enable(allowed)
        self._files.enable(allowed)

    def _unlocked(self) -> None:
        self._allow()
        self._start()

    def _changed_elsewhere(self) -> None:
        """Take up labels that did not come from the card."""
        self._start()


def label_desk(
    store: "Store",
    *,
    coder: str | None = None,
    task: Task | None = None,
    draw: Draw | None = None,
    thresholds: Thresholds | None = None,
    columns: ScoreColumns | None = None,
    goal: int = GOAL,
    file: str | Path = FILE,
    watched: bool | None = None,
) -> LabelDesk:
    """A desk to label posts at, with agreement, training, export and import.

    Keys work while the post has the focus: F fashion, N not, U unsure, S skip, Z or Backspace
    undo. Each decision is saved at once, with how the post was drawn.

    Args:
        store: the database, with scored posts.
        coder: who labels; the login name, or `TFW_PERSON`, when not given.
        task: ``first``, ``second`` (blind), ``skipped`` or ``adjudicate``; the coder's last one
            when not given.
        draw: ``near`` the threshold, at ``random``, or most ``uncertain`` first; the coder's last
            one when not given.
        thresholds: those that ``near`` means; the documented ones when not given.
        columns: the stored scores, where the notebook has read them already.
        goal: how many labels are wanted; the bar shows how far one is.
        file: where labels are exported to.
        watched: whether a person is there; found out by itself when not given.
    """
    return LabelDesk(
        store, coder=coder, task=task, draw=draw, thresholds=thresholds, columns=columns,
        goal=goal, file=file, watched=watched,
    )  # fmt: skip


def _known(given: Any, last: Any, valid: Mapping[Any, str], usual: Any) -> Any:  # noqa: ANN401
    """What was asked for, else what the coder did last, else the usual; the queue checks it."""
    if given is not None:
        return given
    return last if last in valid else usual
