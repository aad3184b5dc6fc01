"""The form in which a person edits one topic: name, not fashion, terms to drop, merge."""

from collections.abc import Callable

import ipywidgets as widgets

from tfw.desk.access import access
from tfw.desk.messages import Message
from tfw.desk.topics.state import TopicsState
from tfw.desk.topics.tables import first_words
from tfw.plain import one_line
from tfw.relevance.brands import glued
from tfw.relevance.spelling import usual_spelling
from tfw.relevance.topic_editing import name_of
from tfw.relevance.topic_edits import EditKind
from tfw.relevance.topic_names import Topic

TERMS_HINT = (
    '<p class="soft">Its terms that are in the vocabulary; choose several with Ctrl or Shift:</p>'
)
WIDE = {"width": "96%"}
KEPT = "Kept. Names and merges change no score."
RESCORE = (
    "Kept as {id}, the latest vocabulary from now on: 05_score_posts scores all posts with it."
)


class EditForm:
    """The controls of one topic's edits; ``widget`` is what to put into the desk.

    Args:
        state: the model.
        message: where it is said what was done.
        changed: is called after an edit.
    """

    def __init__(self, state: TopicsState, message: Message, changed: Callable[[], None]) -> None:
        self._state, self._message, self._changed = state, message, changed
        self._group: list[Topic] = []
        self._shown: tuple[set[int], str] | None = None
        # With continuous updates the last letters may come after the click on a button.
        self.name = widgets.Text(description="Name", layout=WIDE, continuous_update=False)
        self.rename = self._button("Rename", self._rename)
        self.not_fashion = self._button("Mark as not fashion", self._mark)
        self.terms = widgets.SelectMultiple(description="Terms", rows=7, layout=WIDE)
        self.others = widgets.Text(
            description="or any", placeholder="terms of the vocabulary, with commas", layout=WIDE,
            continuous_update=False,
        )  # fmt: skip
        self.drop = self._button("Drop terms", self._drop)
        self.topics = widgets.SelectMultiple(description="With", rows=4, layout=WIDE)
        self.merge = self._button("Merge", self._merge)
        self.widget = widgets.VBox(
            [
                widgets.HTML("<h4>Edit this topic</h4>"),
                self.name, self.rename, self.not_fashion,
                widgets.HTML(TERMS_HINT),
                self.terms, self.others, self.drop,
                widgets.HTML('<p class="soft">Merge it with others, under its own name:</p>'),
                self.topics, self.merge,
            ],
            layout={"width": "340px", "flex": "0 0 auto"},
        ).add_class("edits")  # fmt: skip
        access().on_unlock(self._enable)

    def _button(self, description: str, work: Callable[[], bool]) -> widgets.Button:
        button = widgets.Button(description=description, layout={"width": "auto"})
        button.on_click(lambda _: self._do(work))
        return button

    def show(self, group: list[Topic]) -> None:
        """Show another topic."""
        self._group = group
        numbers = {topic.topic for topic in group}
        shown = (numbers, name_of(group[0]))
        # What somebody is typing stays, unless it was about another topic.
        if shown != self._shown:
            self._shown, self.name.value = shown, name_of(group[0])
        there = {glued(term.term): term.term for term in self._state.vocabulary.terms}
        forms = dict.fromkeys(glued(usual_spelling(word)) for word in first_words(group, 200))
        self.terms.options = [one_line(there[form]) for form in forms if form in there]
        self.topics.options = [
            (f"{number}  {one_line(name_of(other[0]))}", number)
            for number, other in self._state.groups.items()
            if number not in numbers
        ]
        self._enable()

    def _enable(self) -> None:
        model = self._state.model
        open_ = access().may_write and model is not None and model.is_newest
        for control in (
            self.name, self.rename, self.not_fashion, self.terms, self.others, self.drop,
            self.topics, self.merge,
        ):  # fmt: skip
            control.disabled = not open_
        self.not_fashion.disabled = not (open_ and any(t.fashion for t in self._group))

    def _do(self, work: Callable[[], bool]) -> None:
        with self._message.errors():
            rescore = work()
            self._changed()
            said = RESCORE.format(id=self._state.vocabulary.id) if rescore else KEPT
            self._message.say(said, "good")

    @property
    def _number(self) -> int:
        return self._group[0].topic

    def _rename(self) -> bool:
        return self._state.edit(EditKind.RENAME, topics=[self._number], name=self.name.value)

    def _mark(self) -> bool:
        return self._state.edit(EditKind.NOT_FASHION, topics=[self._number])

    def _drop(self) -> bool:
        typed = [term.strip().lower() for term in self.others.value.split(",")]
        terms = [*self.terms.value, *(term for term in typed if term)]
        rescore = self._state.edit(EditKind.DROP, terms=terms)
        self.others.value = ""
        return rescore

    def _merge(self) -> bool:
        return self._state.edit(EditKind.MERGE, topics=[self._number, *self.topics.value])
