"""The posts that change side, the beginning of their texts, and the why-card of one of them."""

from collections.abc import Callable, Sequence

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.messages import Message
from tfw.desk.thresholds.views import changed_sentence, changed_table
from tfw.relevance.threshold_moves import ChangedPost, Moved
from tfw.relevance.thresholds import Thresholds
from tfw.relevance.why import Why, why
from tfw.report.chart_layout import short_line
from tfw.report.shown import Mask
from tfw.report.why_card import why_card
from tfw.store import Store

EXCERPT = 140
CHOICE = 60
# Texts that were shown stay at hand, so that dragging to and fro reads each once.
KEPT_TEXTS = 5_000
NOTHING_CHOSEN = ("choose a post …", "")
NO_TEXT = "(no description)"
NONE_CHANGES = "No post changes side. Move a threshold to see which would."


class Excerpts:
    """The beginnings of posts' texts, in one line, with names hidden."""

    def __init__(self, store: Store, mask: Mask) -> None:
        self._store, self._mask = store, mask
        self._known: dict[str, str] = {}

    def of(self, posts: Sequence[ChangedPost]) -> dict[str, str]:
        """The texts of posts, by their ids."""
        missing = [post.post_id for post in posts if post.post_id not in self._known]
        if missing:
            if len(self._known) > KEPT_TEXTS:
                self._known.clear()
                missing = [post.post_id for post in posts]
            for post in self._store.posts({"_id": {"$in": missing}}, ["description"]):
                text = self._mask.text(post.get("description", ""))
                self._known[post["_id"]] = short_line(text, EXCERPT)
        return {post.post_id: self._known.get(post.post_id) or NO_TEXT for post in posts}


class ChangedPosts:
    """The list of posts that change side and a card of a chosen one; ``widget`` holds both.

    Args:
        store: the database.
        mask: how names are shown.
        message: where it is said that a post cannot be shown.
    """

    def __init__(self, store: Store, mask: Mask, message: Message) -> None:
        self._store, self._mask, self._message = store, mask, message
        self._excerpts = Excerpts(store, mask)
        self._found: Why | None = None
        self._quiet = False
        self._listeners: list[Callable[[str], None]] = []
        self.table, self.card = widgets.HTML(), widgets.HTML()
        self.choice = widgets.Dropdown(
            options=[NOTHING_CHOSEN],
            description="Show why: one of these",
            style={"description_width": "auto"},
            layout={"width": "40em", "max_width": "100%"},
        )
        self.post_id = widgets.Text(
            description="or any post id",
            continuous_update=False,
            style={"description_width": "auto"},
            layout={"width": "22em"},
        )
        self.choice.observe(lambda change: self._given(change["new"]), "value")
        self.post_id.observe(lambda change: self._given(change["new"].strip()), "value")
        row = widgets.HBox([self.choice, self.post_id], layout={"flex_flow": "row wrap"})
        self.widget = widgets.VBox([self.table, row, self.card])

    def on_choose(self, listener: Callable[[str], None]) -> None:
        """Call a function with the id of a post that a person chose here."""
        self._listeners.append(listener)

    def show(self, moved: Moved | None, thresholds: Thresholds) -> None:
        """List the posts that change side, and judge the chosen post by other thresholds."""
        first = moved.first if moved is not None else ()
        texts = self._excerpts.of(first)
        caption = changed_sentence(moved)
        if moved is not None and moved.come_in + moved.go_out > len(first):
            caption += f" The {len(first)} nearest to the thresholds in force:"
        listed = changed_table(first, texts, caption, NONE_CHANGES)
        self.table.value = Markup(
            '<div class="tfw-changed" tabindex="0" role="region" aria-label="posts that change '
            'side" style="max-height: 20em; overflow: auto">{}</div>'
        ).format(listed)
        self._offer(first, texts)
        self._show_card(thresholds)

    def choose(self, post_id: str, thresholds: Thresholds) -> None:
        """Show the why-card of a post; of none for an empty id.

        Raises:
            InputError: there is no such post, or it has no scores.
        """
        self._found = why(self._store, post_id) if post_id else None
        offered = {value for _, value in self.choice.options}
        self._set(self.choice, post_id if post_id in offered else "")
        self._set(self.post_id, post_id)
        self._show_card(thresholds)

    def _show_card(self, thresholds: Thresholds) -> None:
        if self._found is None:
            self.card.value = ""
            return
        judged = why(self._found.post, thresholds=thresholds)
        self.card.value = str(why_card(judged, self._mask))

    def _offer(self, first: Sequence[ChangedPost], texts: dict[str, str]) -> None:
        chosen = self._found.post_id if self._found is not None else ""
        self._quiet = True
        try:
            self.choice.options = [NOTHING_CHOSEN, *(_option(post, texts) for post in first)]
            offered = {post.post_id for post in first}
            self.choice.value = chosen if chosen in offered else ""
        finally:
            self._quiet = False

    def _set(self, field: widgets.Widget, value: str) -> None:
        self._quiet = True
        try:
            field.value = value
        finally:
            self._quiet = False

    def _given(self, post_id: str) -> None:
        if self._quiet:
            return
        with self._message.errors():
            self._message.say("")
            for listener in self._listeners:
                listener(post_id)


def _option(post: ChangedPost, texts: dict[str, str]) -> tuple[str, str]:
    side = "in" if post.comes_in else "out"
    label = "no label score" if post.label is None else f"label {post.label:.3f}"
    text = short_line(texts.get(post.post_id, NO_TEXT), CHOICE)
    return f"{side}: {label}, terms {post.vocabulary}, {text}", post.post_id
