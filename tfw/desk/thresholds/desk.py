"""A desk for thresholds: drag them, see at once what they do, save them with a reason.

    tfw.thresholds_desk(store)

The stored scores are judged anew at each move; no model runs, and nothing is written before Save.
"""

import threading
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
from markupsafe import Markup

from tfw.desk.access import access, person
from tfw.desk.desk import Desk
from tfw.desk.fields import SliderField
from tfw.desk.messages import Message
from tfw.desk.thresholds.bars import bars_on_paper
from tfw.desk.thresholds.changed_posts import ChangedPosts, Excerpts
from tfw.desk.thresholds.figure import SAMPLE, ThresholdFigure
from tfw.desk.thresholds.save_form import SaveForm
from tfw.desk.thresholds.views import (
    NOT_SAVED,
    changed_table,
    counts_table,
    history_table,
    in_force,
    labelled_note,
    named,
)
from tfw.errors import InputError
from tfw.relevance.labels import random_sample, read_labels
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.threshold_moves import Moved, ThresholdBoard
from tfw.relevance.thresholds import (
    Thresholds,
    keep_thresholds,
    read_thresholds,
    thresholds_in_force,
)
from tfw.relevance.why import Why, why
from tfw.report.shown import open_mask
from tfw.settings import load_settings
from tfw.store import Store

__all__ = ["ThresholdsDesk", "thresholds_desk"]

MOST_TERMS = 15
HISTORY_ROWS = 10
PRIVACY = "pseudonymise"
NO_SCORES = "No post has scores yet: run notebook 05_score_posts, then read them again here."


def thresholds_desk(
    store: Store,
    thresholds_file: str | Path = "params/thresholds.yaml",
    *,
    sample: int = SAMPLE,
    watched: bool | None = None,
) -> "ThresholdsDesk":
    """A desk that shows what other thresholds would do, and saves them.

    Args:
        store: the database, whose scores and labels are read once, now.
        thresholds_file: where the thresholds in force stand; relative to the project's folder.
        sample: so many posts are drawn as points; all are counted.
        watched: whether a person is there; found out by itself when not given.

    Raises:
        SettingsError: the thresholds file is missing or cannot be read.
        StoreError: the database cannot be read.
    """
    return ThresholdsDesk(store, thresholds_file, sample=sample, watched=watched)


class ThresholdsDesk(Desk):
    """See :func:`thresholds_desk`."""

    def __init__(
        self, store: Store, thresholds_file: str | Path, *, sample: int, watched: bool | None
    ) -> None:
        super().__init__(watched=watched)
        self._store, self._sample = store, sample
        self._path = load_settings().resolve(thresholds_file)
        self._file = Thresholds.load(self._path)
        self._labels = read_labels(store)
        self._board = ThresholdBoard.of(ScoreColumns.read(store), self._labels)
        self._mask = open_mask(PRIVACY)

    def __repr__(self) -> str:
        return f"ThresholdsDesk({self._board!r}, {self._path.name})"

    @property
    def columns(self) -> ScoreColumns:
        """The scores that were read, for further looks at them."""
        return self._board.columns

    def closest(self) -> Why | None:
        """Why the post whose verdict would turn first if a threshold moved is in or out."""
        nearest = self._board.nearest(self._file, first=1)
        return why(self._store, nearest[0].post_id, thresholds=self._file) if nearest else None

    @property
    def tried(self) -> Thresholds:
        """The thresholds that the sliders stand on."""
        label, vocabulary = float(self.label.value), int(self.vocabulary.value)
        if (label, vocabulary) == self._file.pair:
            return self._file
        return Thresholds(label=label, vocabulary=vocabulary, name=NOT_SAVED)

    def build(self) -> widgets.Widget:
        """Sliders, figures, posts and the form that saves."""
        self._make_controls()
        self._head, self._counts, self._history = (widgets.HTML() for _ in range(3))
        self._figure_box = widgets.VBox()
        self._show_board()
        self._show_file()
        sliders = widgets.VBox([self.label.widget, self.vocabulary.widget])
        buttons = widgets.HBox([self.back, self.again], layout={"flex_flow": "row wrap"})
        return widgets.VBox(
            [
                access().row(),
                self._head,
                widgets.HBox(
                    [sliders, buttons], layout={"flex_flow": "row wrap", "align_items": "center"}
                ),
                self.message.widget,
                self._counts,
                self.at_random,
                self._figure_box,
                _heading("Posts that change side"),
                self.posts.widget,
                _heading("Save what the sliders stand on"),
                self.form.widget,
                self._history,
            ]
        )

    def static(self) -> Markup:
        """The verdicts of the thresholds in force, and the posts that are nearest to them."""
        if not len(self._board.columns):
            return Markup('<p class="empty">{}</p>').format(NO_SCORES)
        nearest = self._board.nearest(self._file)
        texts = Excerpts(self._store, self._mask).of(nearest)
        caption = f"The {len(nearest)} posts whose verdict would turn first if a threshold moved"
        return Markup("").join(
            [
                self._in_force(),
                self._counted(None),
                bars_on_paper(self._board.columns, self._file),
                changed_table(nearest, texts, caption, NO_SCORES),
                history_table(read_thresholds(self._store, HISTORY_ROWS)),
            ]
        )

    def back_to_file(self) -> None:
        """Set the sliders to the thresholds in force."""
        if self.tried.pair != self._file.pair:
            self.label.value, self.vocabulary.value = self._file.pair
        self.move()

    def move(self) -> None:
        """Show what the thresholds of the sliders do."""
        tried = self.tried
        moved = self._board.move(self._file, tried)
        changed = moved if tried.pair != self._file.pair else None
        self._counts.value = self._counted(changed)
        self.figure.move(tried, moved.verdicts)
        self.posts.show(changed, tried)

    def choose(self, post_id: str) -> None:
        """Show the why-card of a post, and a ring around its point where it is one.

        Raises:
            InputError: there is no such post, or it has no scores.
        """
        self.posts.choose(post_id, self.tried)
        self.figure.mark(post_id)

    def save(self) -> None:
        """Write the thresholds of the sliders to the file, with the form's name and reason.

        Raises:
            AccessError: the page is read-only.
            InputError: name or reason is empty, nothing changed, or the file changed meanwhile.
        """
        access().check()
        self._check_file()
        label, vocabulary = self.tried.pair
        new = Thresholds(
            label=label, vocabulary=vocabulary, name=self.form.name, reason=self.form.reason
        ).save(self._path)
        keep_thresholds(self._store, new, by=person())
        self._file = new
        self.form.fill("", "")
        self._show_file()
        self.form.message.say(
            f"Saved in {self._path.name}: {new.name}, {named(new)}. The next run of "
            "05_score_posts judges all posts by them; no model runs for that.",
            "good",
        )

    def read_again(self) -> None:
        """Read scores, labels and the thresholds file again, beside the page."""
        self.again.disabled = True
        self.message.say("Reading scores and labels …")
        threading.Thread(target=self._read_again, name="read scores", daemon=True).start()

    def _read_again(self) -> None:
        try:
            with self.message.errors():
                self._file = Thresholds.load(self._path)
                self._labels = read_labels(self._store)
                self._board = ThresholdBoard.of(
                    ScoreColumns.read(self._store), self._wanted_labels()
                )
                self._show_board()
                self._show_file()
                self.message.say(
                    f"Read {len(self._board.columns):,} scored posts, {len(self._board.truth):,} "
                    "of them labelled.",
                    "good",
                )
        finally:
            self.again.disabled = False

    def _check_file(self) -> None:
        there = Thresholds.load(self._path)
        if there != self._file:
            tried = self.tried
            self._file = there
            self._show_file()
            self.label.value, self.vocabulary.value = tried.pair
            self.move()
            raise InputError(
                f"{self._path.name} was changed meanwhile: {there.name} ({named(there)}) are in "
                "force now. Nothing was saved; look again, then save again."
            )

    def _make_controls(self) -> None:
        self.message = Message()
        self.label = SliderField("Label score above", 0.0, 1.0, 0.01, self.message)
        self.vocabulary = SliderField("Vocabulary terms above", 0, MOST_TERMS, 1, self.message)
        self.back = widgets.Button(
            description="Back to the thresholds in force", layout={"width": "auto"}
        )
        self.again = widgets.Button(
            description="Read scores and labels again", layout={"width": "auto"}
        )
        self.at_random = widgets.Checkbox(
            description="Measure on labelled posts that were drawn at random alone",
            indent=False,
            layout={"width": "auto"},
        )
        self.posts = ChangedPosts(self._store, self._mask, self.message)
        self.form = SaveForm("Save thresholds", f"writes {self._path.name}")
        self.label.on_change(self._moved)
        self.vocabulary.on_change(self._moved)
        self.posts.on_choose(self.choose)
        self.at_random.observe(lambda _: self._measure(), "value")
        self.back.on_click(lambda _: self._back())
        self.again.on_click(lambda _: self.read_again())
        self.form.on_save(self.save)

    def _moved(self) -> None:
        self.message.say("")
        self.move()

    def _back(self) -> None:
        with self.message.errors():
            self.message.say("")
            self.back_to_file()

    def _measure(self) -> None:
        """Judge all labelled posts, or those that were drawn at random."""
        with self.message.errors():
            self._board = ThresholdBoard.of(self._board.columns, self._wanted_labels())
            self.move()

    def _wanted_labels(self) -> pd.DataFrame:
        return random_sample(self._labels) if self.at_random.value else self._labels

    def _clicked(self, post_id: str) -> None:
        with self.message.errors():
            self.message.say("")
            self.choose(post_id)

    def _show_board(self) -> None:
        """A figure of the scores that were read."""
        self.figure = ThresholdFigure(self._board.columns, self._file, self._sample)
        self.figure.on_choose(self._clicked)
        drawn = self.at_random.value
        self.at_random.disabled = not drawn and random_sample(self._labels).empty
        empty = widgets.HTML(Markup('<p class="empty">{}</p>').format(NO_SCORES))
        self._figure_box.children = (self.figure.widget,) if len(self._board.columns) else (empty,)

    def _show_file(self) -> None:
        """The thresholds in force, and the sliders on them."""
        self._head.value = self._in_force()
        self._history.value = history_table(read_thresholds(self._store, HISTORY_ROWS))
        self.back_to_file()

    def _in_force(self) -> Markup:
        return in_force(self._file, self._path.name, thresholds_in_force(self._store))

    def _counted(self, moved: Moved | None) -> Markup:
        here, posts = self._board.judge(self._file), len(self._board.columns)
        settled = None if moved is None else moved.settled
        return counts_table(here, moved, posts) + labelled_note(here[1], settled)


def _heading(text: str) -> widgets.HTML:
    return widgets.HTML(Markup("<h4>{}</h4>").format(text))
