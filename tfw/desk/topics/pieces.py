"""The pieces of the desk of topics that are neither tables nor controls: map, lists, notes."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from markupsafe import Markup

from tfw.desk.topics.state import TopicsState
from tfw.desk.topics.tables import comparison
from tfw.plain import one_line
from tfw.relevance.topic_editing import name_of
from tfw.relevance.topic_names import Topic, compare_topics
from tfw.relevance.topic_versions import StoredModel
from tfw.relevance.vocabulary import Vocabulary, load_vocabulary
from tfw.report.formats import day
from tfw.report.topics import topics_page

MAP_HEIGHT = 830
NO_MODEL = (
    "There is no model of topics in this vocabulary. Run 04_learn_vocabulary, then open this again."
)


@cache
def css() -> Markup:
    """The desk's own style."""
    return Markup((Path(__file__).parent / "topics.css").read_text(encoding="utf-8"))


def empty(text: str) -> Markup:
    """What stands where there is nothing to show."""
    return Markup('<p class="empty">{}</p>').format(text)


def option(model: StoredModel) -> tuple[str, object]:
    """A stored model in a list to choose from, with its id."""
    edits = f", {model.edits} edits" if model.edits else ""
    state = ", latest" if model.is_latest else "" if model.is_newest else ", older version"
    text = (
        f"{day(model.created_at)}  {model.name} ({model.topics} topics{edits}{state})  {model.id}"
    )
    return one_line(text), model.id


def topic_label(group: Sequence[Topic]) -> str:
    """A topic in a list to choose from."""
    note = "" if any(topic.fashion for topic in group) else " (not fashion)"
    return f"{' + '.join(str(t.topic) for t in group)}  {one_line(name_of(group[0]))}{note}"


def version_note(model: StoredModel | None) -> Markup:
    """Says of an older version that it is one."""
    if model is None or model.is_newest:
        return Markup("")
    return Markup('<div class="message warning" role="status">{}</div>').format(
        "This is an older version of its model, to look at; edit the newest one."
    )


def topic_map(state: TopicsState) -> Markup:
    """The map in a frame of its own, without a network."""
    if not state.vocabulary.topic_view:
        return empty("This vocabulary was kept without a map.")
    page = topics_page(state.vocabulary.topic_view, "Map of topics", state.names(), bare=True)
    names = Markup(" · ").join(
        Markup("<span><b>{}</b>&nbsp;<bdi>{}</bdi></span>").format(number, name)
        for number, name in state.names().items()
    )
    frame = Markup('<iframe title="Map of topics" height="{}" srcdoc="{}"></iframe>').format(
        MAP_HEIGHT, page
    )
    return Markup("<p>{}</p>{}").format(names, frame)


def compared(one: Vocabulary, other: Vocabulary) -> Markup:
    """What two models have in common, and what not."""
    return comparison(one, other, compare_topics(one.topics, other.topics))


def before(state: TopicsState) -> Markup:
    """The comparison with the model that was learnt before this one."""
    here = state.model
    if here is None:
        return empty(NO_MODEL)
    earlier = [
        m for m in state.models if m.learnt != here.learnt and m.created_at < here.created_at
    ]
    if not earlier:
        return empty("No other model is stored.")
    return compared(state.vocabulary, load_vocabulary(state.store, earlier[0].id))
