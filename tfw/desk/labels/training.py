"""The part of the label desk where a model is trained on the labels."""

import threading
from typing import TYPE_CHECKING

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.access import access
from tfw.desk.labels.tables import gain_table, heads_table
from tfw.desk.messages import Message
from tfw.relevance.head import COLLECTION as HEADS
from tfw.relevance.head_gain import train_on_labels
from tfw.relevance.thresholds import Thresholds

if TYPE_CHECKING:
    from tfw.store import Store

NAME = "my-labels"
TRAINING = '<p role="status">Training. You can go on labelling.</p>'


def trained_heads(store: "Store") -> Markup:
    """The heads in the database, as a table."""
    return heads_table(store.database[HEADS].find({}, {"content": 0}))


class LabelTraining:
    """A name, a button, and what the trained head gains.

    Args:
        store: the database.
        thresholds: with which the stored label score is measured.
    """

    def __init__(self, store: "Store", thresholds: Thresholds | None) -> None:
        self._store, self._thresholds = store, thresholds
        self._name = widgets.Text(NAME, description="Name", layout={"width": "20em"})
        self._button = widgets.Button(description="Train and compare", layout={"width": "auto"})
        self._shown = widgets.HTML()
        self._message = Message()
        self._button.on_click(lambda _: self._train())
        row = widgets.HBox([self._name, self._button])
        self.view = widgets.VBox([row, self._message.widget, self._shown])

    def enable(self, allowed: bool) -> None:
        """Show what was trained so far; let the button be used, or not."""
        self._button.disabled = not allowed
        self._shown.value = trained_heads(self._store)

    def _train(self) -> None:
        with self._message.errors():
            access().check()
            self._button.disabled = True
            self._message.say("")
            self._shown.value = TRAINING
            name = self._name.value.strip()
            threading.Thread(target=self._train_beside, args=(name,), daemon=True).start()

    def _train_beside(self, name: str) -> None:
        shown = trained_heads(self._store)
        with self._message.errors():
            training = train_on_labels(self._store, name, thresholds=self._thresholds)
            use = '<p>Score posts with it in <code>05_score_posts</code>: <code>model = "head:{}"'
            shown = gain_table(training) + Markup(use + "</code>.</p>").format(name)
        self._shown.value = shown
        self._button.disabled = not access().may_write
