"""Topics that keep their names when the model is learnt again.

A new model numbers and weighs its topics afresh. Its topics are matched one to one to those of the
last model so that the sum of their similarities is highest (Hungarian assignment; Kuhn 1955); what
is matched well keeps its name. The similarity of two topics is 1 minus the Jensen-Shannon
divergence (base 2; Lin 1991) of their first terms: 1 for the same terms and weights, 0 when they
share none. The same measure between models from different random starts is their stability, in
the manner of Greene, O'Callaghan and Cunningham (2014).
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
from pydantic import Field
from scipy.optimize import linear_sum_assignment

from tfw.records import Record

# Topics that share half of their weight have 0.5; unrelated ones stay under 0.2.
LEAST_KEPT = 0.4
# The half of a topic that was split evenly has 0.69 with the whole, a third 0.55, a fifth 0.44.
LEAST_PART = 0.3
NAME_TERMS = 3


class TopicTerm(Record):
    """A term of a topic with its probability in it."""

    term: str
    weight: float


class Topic(Record):
    """A topic of a topic model: its first terms, its share of all words, its coherence.

    ``topic`` is its rank by share in its own model; ``name`` stays over refits. A person may have
    renamed it (``learnt_name`` is what it was called before), marked it as not ``fashion``, or
    merged it into another one.
    """

    topic: int
    terms: tuple[TopicTerm, ...]
    share: float
    coherence: float | None = None
    name: str | None = None
    learnt_name: str | None = None
    fashion: bool = True
    merged_into: int | None = None


class KeptTopic(Record):
    """A topic that both models have: its numbers in them, its name, and how similar the two are."""

    old: int
    new: int
    name: str
    similarity: float


class TopicChanges(Record):
    """What became of the topics of the last model, by name.

    ``split`` maps an old topic to the new ones that it became, ``merged`` a new topic to the old
    ones that it took up; their other parts are in neither ``new`` nor ``lost``.
    """

    kept: tuple[KeptTopic, ...] = ()
    new: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    split: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    merged: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def __str__(self) -> str:
        counts = [f"{len(self.kept)} topics kept", f"{len(self.new)} new", f"{len(self.lost)} lost"]
        return ", ".join([*counts, f"{len(self.split)} split", f"{len(self.merged)} merged"])


def similarity(one: Topic, other: Topic) -> float:
    """How alike two topics are by their first terms, 0 to 1.

    >>> a = Topic(topic=1, share=1, terms=(TopicTerm(term="boot", weight=0.2),))
    >>> similarity(a, a)
    1.0
    """
    words = sorted({entry.term for topic in (one, other) for entry in topic.terms})
    p, q = (_distribution(topic, words) for topic in (one, other))
    middle = (p + q) / 2
    divergence = (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2
    return float(min(max(1 - divergence, 0.0), 1.0))


def _distribution(topic: Topic, words: Sequence[str]) -> npt.NDArray[np.float64]:
    weights = {entry.term: entry.weight for entry in topic.terms}
    row = np.array([weights.get(word, 0.0) for word in words], dtype=np.float64)
    shares: npt.NDArray[np.float64] = row / max(float(row.sum()), 1e-300)
    return shares


def _relative_entropy(p: npt.NDArray[np.float64], q: npt.NDArray[np.float64]) -> float:
    there = p > 0
    return float((p[there] * np.log2(p[there] / q[there])).sum())


def similarities(old: Sequence[Topic], new: Sequence[Topic]) -> npt.NDArray[np.float64]:
    """The similarities of all pairs, (old, new)."""
    values = [[similarity(one, other) for other in new] for one in old]
    return np.array(values, dtype=float).reshape(len(old), len(new))


def stability(models: Sequence[Sequence[Topic]]) -> float | None:
    """How alike the topics of several models are, 0 to 1; None for a single model.

    The mean, over all pairs of models, of the mean similarity of their matched topics.
    """
    pairs = [_mean_matched(one, other) for one, other in combinations(models, 2)]
    return float(np.mean(pairs)) if pairs else None


def _mean_matched(one: Sequence[Topic], other: Sequence[Topic]) -> float:
    table = similarities(one, other)
    rows, columns = linear_sum_assignment(table, maximize=True)
    return float(table[rows, columns].sum() / max(table.shape))


def name_topics(
    topics: Sequence[Topic], previous: Sequence[Topic] = ()
) -> tuple[tuple[Topic, ...], TopicChanges]:
    """Topics with names, and what changed since the previous ones.

    A topic that matches a previous one keeps its name; another is called by its first terms.
    """
    previous = [old if old.name else _named(old, set()) for old in previous]
    table = similarities(previous, topics)
    matched = _matched(table)
    taken = {previous[row].name or "" for row in matched}
    named = [
        topic.model_copy(update={"name": previous[row].name})
        if (row := _old_of(matched, column)) is not None
        else _named(topic, taken)
        for column, topic in enumerate(topics)
    ]
    return tuple(named), _changes(table, matched, previous, named)


def compare_topics(old: Sequence[Topic], new: Sequence[Topic]) -> TopicChanges:
    """What two models have in common, each topic under the name that it has in its own model."""
    old, new = (
        [topic if topic.name else _named(topic, set()) for topic in one] for one in (old, new)
    )
    table = similarities(old, new)
    return _changes(table, _matched(table), old, new)


def _matched(table: npt.NDArray[np.float64]) -> dict[int, int]:
    """Old topics with the new ones that they became."""
    rows, columns = linear_sum_assignment(table, maximize=True)
    return {
        int(row): int(column)
        for row, column in zip(rows, columns, strict=True)
        if table[row, column] >= LEAST_KEPT
    }


def _old_of(matched: dict[int, int], column: int) -> int | None:
    return next((row for row, found in matched.items() if found == column), None)


def _named(topic: Topic, taken: set[str]) -> Topic:
    """A topic called by its first terms, by as many as make the name its own."""
    terms = [entry.term for entry in topic.terms]
    names = (", ".join(terms[:n]) for n in range(min(NAME_TERMS, len(terms)), len(terms) + 1))
    numbered = f"{', '.join(terms[:NAME_TERMS])} ({topic.topic})"
    name = next((name for name in names if name not in taken), numbered)
    taken.add(name)
    return topic.model_copy(update={"name": name})


def _changes(
    table: npt.NDArray[np.float64],
    matched: dict[int, int],
    previous: Sequence[Topic],
    named: Sequence[Topic],
) -> TopicChanges:
    kept = [
        KeptTopic(
            old=previous[row].topic,
            new=named[column].topic,
            name=named[column].name or "",
            similarity=float(table[row, column]),
        )
        for row, column in matched.items()
    ]
    rest_old = set(range(len(previous))) - set(matched)
    rest_new = set(range(len(named))) - set(matched.values())
    split = _parts(table, rest_new, matched)
    merged = _parts(table.T, rest_old, {column: row for row, column in matched.items()})
    return TopicChanges(
        kept=tuple(sorted(kept, key=lambda topic: topic.new)),
        new=_names(named, rest_new - {part for parts in split.values() for part in parts}),
        lost=_names(previous, rest_old - {part for parts in merged.values() for part in parts}),
        split={previous[row].name or "": _names(named, parts) for row, parts in split.items()},
        merged={named[col].name or "": _names(previous, parts) for col, parts in merged.items()},
    )


def _parts(
    table: npt.NDArray[np.float64], rest: set[int], matched: dict[int, int]
) -> dict[int, list[int]]:
    """Rows with all columns that are parts of them: the matched one and similar unmatched ones."""
    found: dict[int, list[int]] = {}
    for column in sorted(rest if len(table) else ()):
        row = int(table[:, column].argmax())
        if row in matched and table[row, column] >= LEAST_PART:
            found.setdefault(row, [matched[row]]).append(column)
    return found


def _names(topics: Sequence[Topic], numbers: Sequence[int] | set[int]) -> tuple[str, ...]:
    return tuple(topics[number].name or "" for number in sorted(numbers))
