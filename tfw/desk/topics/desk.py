"""The desk of topics: look into a stored model, edit it, compare it, choose how many topics.

What is edited is kept with who and when (:mod:`tfw.relevance.topic_versions`); scoring with the
latest vocabulary takes it, and the next learnt vocabulary inherits it.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import ipywidgets as widgets
import numpy as np
from markupsafe import Markup

from tfw.desk.access import access
from tfw.desk.desk import Desk
from tfw.desk.live_figure import live_figure
from tfw.desk.messages import Message
from tfw.desk.topics.edit import KEPT, RESCORE, EditForm
from tfw.desk.topics.numbers import NumbersPanel, curves_table
from tfw.desk.topics.pieces import (
    NO_MODEL,
    before,
    compared,
    css,
    empty,
    option,
    topic_label,
    topic_map,
    version_note,
)
from tfw.desk.topics.state import Posts, TopicsState
from tfw.desk.topics.tables import (
    edits_table,
    examples,
    likeness,
    summary,
    topics_table,
)
from tfw.plain import one_line
from tfw.relevance.topic_editing import name_of
from tfw.relevance.topic_number import read_curves
from tfw.relevance.vocabulary import load_vocabulary
from tfw.report.formats import day, thousands
from tfw.report.shown import open_mask
from tfw.report.topic_charts import likeness_map, share_over_time

if TYPE_CHECKING:
    from tfw.store import Store

VIEWS = ("Topics", "Map", "Number of topics", "Compare", "Edits")
# Together with the file browser they fit into 1,280 pixels.
WIDE, NARROW = 820, 480
MAP_HINT = (
    "Each circle is a topic, numbered as in the list; its area is its share of all words, and "
    "topics that share words lie close together. Choose one with the pointer, or by its number "
    "above the map, to see its words; the slider moves from frequent words (1) to words that only "
    "this topic has (0)."
)


class TopicsDesk(Desk):
    """A stored model of topics; see :func:`topics_desk`."""

    def __init__(
        self,
        store: "Store",
        vocabulary: str = "latest",
        *,
        posts: Posts | None = None,
        privacy: str = "pseudonymise",
        reason: str = "",
        watched: bool | None = None,
    ) -> None:
        super().__init__(watched=watched)
        self.state = TopicsState(store, vocabulary, posts)
        self.mask = open_mask(privacy, reason)
        self.message = Message()
        self.reader: threading.Thread | None = None
        self._reading = threading.Event()  # set to stop

    def __repr__(self) -> str:
        return f"TopicsDesk({self.state.vocabulary!r}, {len(self.state.groups)} topics)"

    def build(self) -> widgets.Widget:
        """The live desk."""
        self.models = widgets.Dropdown(description="Model", layout={"width": "96%"})
        self.summary = widgets.HTML()
        self.progress = widgets.HTML()
        self.view_choice = widgets.ToggleButtons(options=VIEWS, description="Show")
        self.table = widgets.HTML()
        self.topic = widgets.Dropdown(description="Topic", layout={"width": "30em"})
        self.trend = widgets.VBox(layout={"width": "100%"})
        self.examples = widgets.HTML()
        self.form = EditForm(self.state, self.message, self.refresh)
        self.map = widgets.HTML()
        self.numbers = NumbersPanel(self.state, self.message, self.open)
        self.other = widgets.Dropdown(
            description="Compare with", layout={"width": "96%"}, style={"description_width": "7em"}
        )
        self.likeness = widgets.VBox(layout={"width": "100%"})
        self.compared = widgets.HTML()
        self.edits = widgets.HTML()
        self.edit = widgets.Dropdown(description="Edit", layout={"width": "96%"})
        self.undo = widgets.Button(description="Take it back", layout={"width": "auto"})
        self._connect()
        self.body = widgets.VBox()
        self._views = self._make_views()
        self.refresh()
        self._read()
        body = [
            access().row(), self.models, self.summary, self.progress, self.view_choice,
            self.message.widget, self.body,
        ]  # fmt: skip
        style = widgets.HTML(Markup("<style>{}</style>").format(css()), layout={"display": "none"})
        return widgets.VBox([style, *body]).add_class("tfw-topics")

    def _make_views(self) -> dict[str, tuple[widgets.Widget, Callable[[], None]]]:
        """Each view with what fills it; only the one that is shown is filled."""
        detail = widgets.VBox([self.trend, self.examples], layout={"flex": "1 1 400px"})
        columns = widgets.HBox([detail, self.form.widget], layout={"flex_flow": "row wrap"})
        hint = widgets.HTML(f'<p class="soft">{MAP_HINT}</p>')
        views = (
            (widgets.VBox([self.table, self.topic, columns]), self._show_topics),
            (widgets.VBox([hint, self.map]), self._show_map),
            (self.numbers.widget, self.numbers.show),
            (widgets.VBox([self.other, self.likeness, self.compared]), self._show_comparison),
            (
                widgets.VBox([self.edits, widgets.HBox([self.edit, self.undo])]),
                self._show_edits,
            ),
        )
        return dict(zip(VIEWS, views, strict=True))

    def _connect(self) -> None:
        self.models.observe(self._on_model, "value")
        self.view_choice.observe(self._on_view, "value")
        self.topic.observe(self._on_topic, "value")
        self.other.observe(self._on_other, "value")
        self.undo.on_click(self._on_undo)
        access().on_unlock(self._show_edits)

    def open(self, vocabulary_id: str) -> None:
        """Show another stored model."""
        self.state.open(vocabulary_id)
        self.refresh()
        self._read()

    def refresh(self) -> None:
        """Show everything as it is now; called after every edit."""
        self._set(self.models, [option(m) for m in self.state.models], self.state.vocabulary.id)
        self.summary.value = summary(self.state) + version_note(self.state.model)
        self._show_view()

    def _show_view(self) -> None:
        view, show = self._views[self.view_choice.value]
        self.body.children = [view]
        show()

    def _set(
        self, control: widgets.Dropdown, options: Sequence[tuple[str, object]], value: object
    ) -> None:
        """Other options without anybody being told; the value, or else the first one."""
        handlers = {self.models: self._on_model, self.topic: self._on_topic}
        handler = handlers.get(control, self._on_other)
        control.unobserve(handler, "value")
        control.options = options
        values = [entry for _, entry in options]
        control.value = value if value in values else values[0] if values else None
        control.observe(handler, "value")

    def _show_topics(self) -> None:
        found = topics_table(self.state)
        self.table.value = found if self.state.groups else empty(NO_MODEL)
        numbers = [(topic_label(group), n) for n, group in self.state.groups.items()]
        self._set(self.topic, numbers, self.topic.value)
        self._show_topic()

    def _show_topic(self) -> None:
        group = self.state.groups.get(self.topic.value)
        shown = group is not None
        for part in (self.topic, self.trend, self.examples, self.form.widget):
            part.layout.display = None if shown else "none"
        if group is None:
            return
        self.form.show(group)
        self.examples.value = examples(self.state, group, self.mask)
        shares = self.state.shares
        if shares is None:
            self.trend.children = ()
            return
        table = shares.over_time([topic.topic for topic in group])
        figure = share_over_time(table, name_of(group[0]), shares.period)
        self.trend.children = [live_figure(figure, NARROW)]

    def _show_map(self) -> None:
        self.map.value = topic_map(self.state)

    def _show_comparison(self) -> None:
        others = [option(m) for m in self.state.models if m.id != self.state.vocabulary.id]
        self._set(self.other, others, self.other.value or self.state.vocabulary.previous)
        self._show_compared()

    def _show_compared(self) -> None:
        if self.other.value is None:
            self.likeness.children = ()
            self.compared.value = empty("No other model is stored: learn again, then compare.")
            return
        other = load_vocabulary(self.state.store, self.other.value)
        self.compared.value = compared(self.state.vocabulary, other)
        table, rows, columns = likeness(self.state.vocabulary, other)
        figure = likeness_map(np.array(table), rows, columns)
        self.likeness.children = [live_figure(figure, WIDE)] if table else ()

    def _show_edits(self) -> None:
        vocabulary, model = self.state.vocabulary, self.state.model
        self.edits.value = edits_table(vocabulary)
        active = [edit for edit in reversed(vocabulary.edits) if edit.is_active]
        self.edit.options = [(one_line(f"{day(e.at)} {e.by}: {e}"), e.id) for e in active]
        self.edit.value = active[0].id if active else None
        closed = not (active and access().may_write and model is not None and model.is_newest)
        self.edit.disabled = self.undo.disabled = closed

    def _on_model(self, change: dict[str, object]) -> None:
        with self.message.errors():
            self.message.say("")
            self.open(str(change["new"]))

    def _on_view(self, _: object) -> None:
        with self.message.errors():
            self._show_view()

    def _on_topic(self, _: object) -> None:
        with self.message.errors():
            self._show_topic()

    def _on_other(self, _: object) -> None:
        with self.message.errors():
            self._show_compared()

    def _on_undo(self, _: object) -> None:
        with self.message.errors():
            rescore = self.state.undo(self.edit.value or "")
            self.refresh()
            said = RESCORE.format(id=self.state.vocabulary.id) if rescore else KEPT
            self.message.say(f"Taken back. {said}", "good")

    def _read(self) -> None:
        """Read the stored posts beside the desk, unless that was done for this model."""
        self._reading.set()
        if self.reader is not None:
            self.reader.join()
        self._reading = threading.Event()
        if self.state.shares is not None or not self.state.groups:
            return
        self.reader = threading.Thread(target=self._read_all, name="topic shares", daemon=True)
        self.reader.start()

    def _read_all(self) -> None:
        stop = self._reading

        def told(posts: int) -> None:
            self.progress.value = f"<p><progress></progress> reading posts: {thousands(posts)}</p>"

        with self.message.errors():
            found = self.state.read_shares(told, stop.is_set)
            if found.complete and not stop.is_set():
                self.refresh()
        self.progress.value = ""

    def close(self) -> None:
        """End what goes on beside the desk."""
        self._reading.set()
        if self._view is not None:
            self.numbers.close()

    def static(self) -> Markup:
        """The same on paper: list, examples, map, numbers of topics, comparison, edits."""
        state = self.state
        if not state.groups:
            return summary(state) + empty(NO_MODEL)
        state.read_shares()
        cards = Markup("").join(
            Markup("<details><summary>{}</summary>{}</details>").format(
                topic_label(group), examples(state, group, self.mask)
            )
            for group in state.groups.values()
        )
        parts = [
            ("", summary(state) + topics_table(state)),
            ("Example posts", cards),
            ("Map", Markup('<p class="soft">{}</p>').format(MAP_HINT) + topic_map(state)),
            ("Number of topics", curves_table(read_curves(state.store, state.vocabulary.corpus))),
            ("Compared with the model before", before(state)),
            ("Edits", edits_table(state.vocabulary)),
        ]
        body = Markup("").join(
            (Markup("<h3>{}</h3>").format(title) if title else "") + part for title, part in parts
        )
        return Markup('<style>{}</style><div class="tfw-topics">{}</div>').format(css(), body)


def topics_desk(
    store: "Store",
    vocabulary: str = "latest",
    *,
    posts: Posts | None = None,
    privacy: str = "pseudonymise",
    reason: str = "",
    watched: bool | None = None,
) -> TopicsDesk:
    """A desk for the topics of a stored model: map, list, examples, edits, comparison.

    Args:
        store: the database.
        vocabulary: id of the vocabulary to open first, or ``"latest"``.
        posts: the Instagram posts that models are learnt from, or their file; without them
            numbers of topics cannot be measured.
        privacy: how names in example posts are shown (:class:`tfw.PrivacyLevel`).
        reason: for ``privacy="keep"``.
        watched: whether a person is there; found out when not given.

    Raises:
        InputError: there is no vocabulary of that id.
        ParameterError: an unknown privacy level, or ``keep`` without a reason.
    """
    return TopicsDesk(
        store, vocabulary, posts=posts, privacy=privacy, reason=reason, watched=watched
    )
