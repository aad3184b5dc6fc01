"""The tables under the label desk, which follow the labels."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.labels.tables import agreement_tables, label_counts
from tfw.desk.messages import Message
from tfw.relevance.label_queue import LabelQueue
from tfw.relevance.labels import read_labels
from tfw.report.formats import thousands

if TYPE_CHECKING:
    from tfw.store import Store

BLIND = (
    "Your agreement with other coders is shown when your pass is done ({} posts left), or now with "
    "the button."
)
# The tables follow the labels after this pause, beside the desk, so that keys stay quick.
PAUSE = 1.0


class LabelFigures:
    """Labels by coder and how coders agree.

    Args:
        store: the database.
        queue: gives what is labelled just now; the agreement of a blind pass that goes on stays
            hidden until it is done or asked for.
    """

    def __init__(self, store: "Store", queue: Callable[[], LabelQueue | None]) -> None:
        self._store, self._queue = store, queue
        self._message = Message()
        self._tables = widgets.HTML()
        self._again = widgets.Button(
            description="Count again, with agreement", icon="refresh", layout={"width": "auto"}
        )
        self._again.on_click(lambda _: self._show_all())
        self._timer: threading.Timer | None = None
        row = widgets.HBox([self._again])
        self.view = widgets.VBox([self._tables, row, self._message.widget])

    def show(self, everything: bool = False) -> None:
        """Count and show, now."""
        labels, queue = read_labels(self._store), self._queue()
        left = queue.left if queue and queue.task == "second" and not everything else 0
        hidden = queue.coder if queue and left else None
        parts = [label_counts(labels)]
        if len(labels):
            parts.append(agreement_tables(labels, hidden))
        if hidden:
            parts.append(Markup('<p class="soft">{}</p>').format(BLIND.format(thousands(left))))
        self._tables.value = Markup("").join(parts)

    def show_soon(self) -> None:
        """Count and show when no further label has come for a moment."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(PAUSE, self._show_beside)
        self._timer.daemon = True
        self._timer.start()

    def _show_beside(self) -> None:
        with self._message.errors():
            self.show()

    def _show_all(self) -> None:
        with self._message.errors():
            self._message.say("")
            self.show(everything=True)
