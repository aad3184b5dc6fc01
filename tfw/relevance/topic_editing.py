"""A vocabulary with its edits: worked out from what was learnt, so that any edit can be undone.

A topic marked as not fashion takes its first words out of the vocabulary, also where they are a
hashtag or a phrase, unless another topic that is about fashion has them too; brands stay. Dropped
terms leave it whatever their kind. Names and merges change no term: they leave the vocabulary's
id, and with it every score, as it is.
"""

from collections.abc import Callable, Iterable, Sequence

from tfw.errors import InputError
from tfw.plain import one_line
from tfw.relevance.brands import glued
from tfw.relevance.spelling import usual_spelling
from tfw.relevance.topic_edits import EditKind, TopicEdit
from tfw.relevance.topic_names import Topic, TopicChanges
from tfw.relevance.vocabulary import RemovedTerm, Term, TermKind, Vocabulary

LONGEST_NAME = 80
Topics = dict[int, Topic]
# Brands, and everyday words that were asked for, are no topic's words.
_OF_TOPICS = (TermKind.TOPIC, TermKind.HASHTAG, TermKind.PHRASE)


def as_learnt(vocabulary: Vocabulary) -> Vocabulary:
    """The vocabulary as it was learnt, before any edit."""
    if not vocabulary.edits:
        return vocabulary
    terms = list(vocabulary.terms)
    for removed in sorted(vocabulary.removed, key=lambda removed: removed.place):
        terms.insert(removed.place, removed.term)
    topics = tuple(
        topic.model_copy(
            update={
                "name": topic.learnt_name or topic.name,
                "learnt_name": None,
                "fashion": True,
                "merged_into": None,
            }
        )
        for topic in vocabulary.topics
    )
    nothing = {"terms": tuple(terms), "topics": topics, "edits": (), "removed": ()}
    return vocabulary.model_copy(update=nothing)


def with_edits(vocabulary: Vocabulary, edits: Sequence[TopicEdit]) -> Vocabulary:
    """The vocabulary as learnt with these edits, in their order, instead of the ones it has."""
    learnt = as_learnt(vocabulary)
    active = [edit for edit in edits if edit.is_active]
    topics = {topic.topic: topic for topic in learnt.topics}
    for edit in active:
        _APPLIED[EditKind(edit.kind)](topics, edit)
    leaves = _leaving(topics.values(), active)
    kept: list[Term] = []
    removed: list[RemovedTerm] = []
    for place, term in enumerate(learnt.terms):
        if leaves(term):
            removed.append(RemovedTerm(place=place, term=term))
        else:
            kept.append(term)
    return learnt.model_copy(
        update={
            "terms": tuple(kept),
            "topics": tuple(topics.values()),
            "edits": tuple(edits),
            "removed": tuple(removed),
            "learnt": learnt.id,
        }
    )


def name_of(topic: Topic) -> str:
    """The name of a topic; those of older vocabularies have none and are called by their terms."""
    return topic.name or ", ".join(entry.term for entry in topic.terms[:3])


def groups(topics: Iterable[Topic]) -> dict[int, list[Topic]]:
    """The topics that stand for themselves, by number, each with those merged into it."""
    found: dict[int, list[Topic]] = {}
    for topic in sorted(topics, key=lambda topic: (topic.merged_into is not None, topic.topic)):
        found.setdefault(topic.merged_into or topic.topic, []).append(topic)
    return dict(sorted(found.items()))


def check_edit(vocabulary: Vocabulary, edit: TopicEdit) -> None:
    """Refuse an edit that cannot be made, or that would change nothing.

    Raises:
        InputError: with what would be valid.
    """
    found = groups(vocabulary.topics)
    unknown = [number for number in edit.topics if number not in found]
    if unknown:
        valid = ", ".join(map(str, found))
        raise InputError(f"There is no topic {unknown[0]} in this model; it has {valid}.")
    _CHECKS[EditKind(edit.kind)](vocabulary, edit, found)
    if not with_edits(vocabulary, [*vocabulary.edits, edit]).terms:
        raise InputError("No term would be left in the vocabulary.")


def tidy_name(name: str) -> str:
    """A name as typed, on one line, without signs that cannot be seen.

    >>> tidy_name("  Street   wear ")
    'Street wear'

    Raises:
        InputError: nothing is left, or it is too long.
    """
    tidy = one_line(name)
    if not tidy or len(tidy) > LONGEST_NAME:
        raise InputError(f"A topic's name has 1 to {LONGEST_NAME} characters.")
    return tidy


def carried_over(vocabulary: Vocabulary, previous: Vocabulary, changes: TopicChanges) -> Vocabulary:
    """A newly learnt vocabulary with the edits of the last one.

    Dropped terms stay out. What was said about a topic holds for the topic that it became; what
    was merged stays merged where two or more of its topics were kept. An edit of a lost topic
    stays with the last vocabulary.
    """
    kept = {change.old: change.new for change in changes.kept}
    family = {m.topic: group for group in groups(previous.topics).values() for m in group}
    learnt_names = {
        kept[topic.topic]: topic.learnt_name
        for topic in previous.topics
        if topic.learnt_name and topic.topic in kept
    }
    topics = tuple(
        topic.model_copy(update={"name": learnt_names.get(topic.topic, topic.name)})
        for topic in vocabulary.topics
    )

    def became(number: int) -> int | None:
        members = [number, *(member.topic for member in family.get(number, ()))]
        return next((kept[member] for member in members if member in kept), None)

    edits = [
        edit.model_copy(update={"topics": places, "carried_from": edit.carried_from or previous.id})
        for edit in previous.edits
        if edit.is_active
        for places in [_places(edit, kept if edit.kind == EditKind.MERGE else None, became)]
        if len(places) >= _NEEDED[EditKind(edit.kind)]
    ]
    fresh = vocabulary.model_copy(update={"topics": topics})
    return with_edits(fresh, edits) if edits else fresh


_NEEDED = {EditKind.RENAME: 1, EditKind.NOT_FASHION: 1, EditKind.DROP: 0, EditKind.MERGE: 2}


def _places(
    edit: TopicEdit, kept: dict[int, int] | None, became: Callable[[int], int | None]
) -> tuple[int, ...]:
    """The numbers of an edit's topics in the new model; a merge needs each topic itself."""
    places = [became(number) if kept is None else kept.get(number) for number in edit.topics]
    return tuple(dict.fromkeys(place for place in places if place is not None))


def _leaving(topics: Iterable[Topic], active: Iterable[TopicEdit]) -> Callable[[Term], bool]:
    dropped = {glued(t) for edit in active if edit.kind == EditKind.DROP for t in edit.terms}
    fashion, other = set[str](), set[str]()
    for topic in topics:
        (fashion if topic.fashion else other).update(
            usual_spelling(entry.term) for entry in topic.terms
        )
    out = other - fashion

    def leaves(term: Term) -> bool:
        of_topic = term.kind in _OF_TOPICS and out.issuperset(term.term.split())
        return of_topic or glued(term.term) in dropped

    return leaves


def _members(topics: Topics, number: int) -> list[Topic]:
    return next((group for group in groups(topics.values()).values() if _has(group, number)), [])


def _has(group: Iterable[Topic], number: int) -> bool:
    return any(topic.topic == number for topic in group)


def _rename(topics: Topics, edit: TopicEdit) -> None:
    _call(topics, _members(topics, edit.topics[0])[0], edit.name)


def _call(topics: Topics, topic: Topic, name: str | None) -> None:
    """Give a topic a name, and keep the one it was learnt with."""
    names = {"name": name, "learnt_name": topic.learnt_name or name_of(topic)}
    topics[topic.topic] = topic.model_copy(update=names)


def _not_fashion(topics: Topics, edit: TopicEdit) -> None:
    for topic in _members(topics, edit.topics[0]):
        topics[topic.topic] = topic.model_copy(update={"fashion": False})


def _drop(topics: Topics, edit: TopicEdit) -> None:
    """Dropped terms stay in the topics: they are the model's."""


def _merge(topics: Topics, edit: TopicEdit) -> None:
    members = {m.topic: m for number in edit.topics for m in _members(topics, number)}
    lead = _members(topics, edit.topics[0])[0].topic
    for number, topic in members.items():
        topics[number] = topic.model_copy(update={"merged_into": None if number == lead else lead})
    if edit.name:
        _call(topics, topics[lead], edit.name)


_APPLIED: dict[EditKind, Callable[[Topics, TopicEdit], None]] = {
    EditKind.RENAME: _rename,
    EditKind.NOT_FASHION: _not_fashion,
    EditKind.DROP: _drop,
    EditKind.MERGE: _merge,
}


def _check_name(vocabulary: Vocabulary, edit: TopicEdit, found: dict[int, list[Topic]]) -> None:
    taken = {
        name_of(group[0]): number for number, group in found.items() if number not in edit.topics
    }
    if edit.name in taken:
        raise InputError(
            f"Topic {taken[edit.name]} is called {edit.name!r} already; give another name, or "
            "merge the two."
        )


def _check_rename(vocabulary: Vocabulary, edit: TopicEdit, found: dict[int, list[Topic]]) -> None:
    if not edit.name or name_of(found[edit.topics[0]][0]) == edit.name:
        raise InputError("Type another name than the topic has.")
    _check_name(vocabulary, edit, found)


def _check_fashion(vocabulary: Vocabulary, edit: TopicEdit, found: dict[int, list[Topic]]) -> None:
    if not any(topic.fashion for topic in found[edit.topics[0]]):
        raise InputError("The topic is marked as not fashion already.")


def _check_drop(vocabulary: Vocabulary, edit: TopicEdit, found: dict[int, list[Topic]]) -> None:
    there = {glued(term.term) for term in vocabulary.terms}
    missing = [term for term in edit.terms if glued(term) not in there]
    if missing or not edit.terms:
        what = f"The vocabulary has no term {missing[0]!r}. " if missing else ""
        raise InputError(f"{what}Choose terms of the vocabulary to drop.")


def _check_merge(vocabulary: Vocabulary, edit: TopicEdit, found: dict[int, list[Topic]]) -> None:
    if len(set(edit.topics)) < 2:
        raise InputError("Choose at least one other topic to merge with.")
    if len({group.fashion for number in edit.topics for group in found[number]}) > 1:
        raise InputError(
            "One of these topics is marked as not fashion and another is not; mark both alike, "
            "then merge them."
        )
    if edit.name:
        _check_name(vocabulary, edit, found)


_CHECKS: dict[EditKind, Callable[[Vocabulary, TopicEdit, dict[int, list[Topic]]], None]] = {
    EditKind.RENAME: _check_rename,
    EditKind.NOT_FASHION: _check_fashion,
    EditKind.DROP: _check_drop,
    EditKind.MERGE: _check_merge,
}
