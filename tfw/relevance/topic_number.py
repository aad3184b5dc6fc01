"""How many topics? Coherence and stability for several numbers of topics.

For each number a model is learnt from several random starts. Coherence is the mean normalised
pointwise mutual information (c_npmi, -1 to 1; Röder, Both and Hinneburg 2015) of the first ten
terms of its topics, stability how alike the topics of the starts are (0 to 1; in the manner of
Greene, O'Callaghan and Cunningham 2014). Good is a number where both are high; where coherence
stays level, the smaller stable number is easier to read.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tfw.records import Record, Time
from tfw.relevance.topic_names import stability
from tfw.relevance.topics import check_numbers, corpus_id, counted, first_terms, learn_once
from tfw.relevance.vocabulary import now

if TYPE_CHECKING:
    from tfw.store import Store

COLLECTION = "topic_numbers"
NUMBERS = (4, 6, 8, 10, 12, 15, 20)
# Enough to see the curves' shape in minutes; the choice is a reader's, not a decimal's.
SAMPLE = 5_000
TERMS = 10


class NumberPoint(Record):
    """What one number of topics gives: coherence of the starts, and their stability.

    ``undefined`` counts topics of all starts without a coherence: two of their terms never stand
    together.
    """

    number: int
    coherence: float | None
    lowest: float | None
    highest: float | None
    stability: float | None
    undefined: int
    starts: int


class NumberCurves(Record):
    """The points of a corpus, by number of topics."""

    corpus: str
    documents: int
    sample: int
    seed: int
    created_at: Time
    points: tuple[NumberPoint, ...] = ()

    @property
    def id(self) -> str:
        """The corpus and what the points were measured with."""
        return f"{self.corpus}-{self.sample}-{self.seed}"

    def document(self) -> dict[str, Any]:
        """As stored, under its id."""
        return {"_id": self.id, **super().document()}

    def with_point(self, point: NumberPoint) -> "NumberCurves":
        """The curves with another point, in place of one of the same number."""
        others = {one.number: one for one in self.points} | {point.number: point}
        return self.model_copy(update={"points": tuple(others[n] for n in sorted(others))})

    @property
    def most_coherent(self) -> int | None:
        """The number of topics with the highest coherence."""
        known = [point for point in self.points if point.coherence is not None]
        return max(known, key=lambda p: p.coherence or 0.0).number if known else None

    @property
    def most_stable(self) -> int | None:
        """The number of topics with the highest stability."""
        known = [point for point in self.points if point.stability is not None]
        return max(known, key=lambda p: p.stability or 0.0).number if known else None


def measure_numbers(
    documents: Sequence[Sequence[str]],
    numbers: Sequence[int] = NUMBERS,
    *,
    starts: int = 3,
    sample: int = SAMPLE,
    seed: int = 1,
    store: "Store | None" = None,
    told: Callable[[int, int], None] = lambda done, total: None,
    stopped: Callable[[], bool] = lambda: False,
) -> NumberCurves:
    """Coherence and stability for several numbers of topics.

    Args:
        documents: tokenised documents (:func:`tfw.relevance.learn.corpus`).
        numbers: numbers of topics to try.
        starts: random starts of each.
        sample: at most so many documents, drawn at random; 0 for all.
        seed: of the draw and of the first start.
        store: where points are kept as soon as they are known; numbers known there are not
            measured again.
        told: is called with how many models were learnt, and of how many.
        stopped: asked before each model; true ends the work with the points so far.

    Raises:
        InputError: too few documents or words for so many topics.
    """
    for number in numbers:
        check_numbers(documents, number, TERMS, starts)
    curves = _known(documents, sample, seed, store)
    known = {point.number for point in curves.points if point.starts >= starts}
    wanted = [number for number in sorted(set(numbers)) if number not in known]
    drawn = _drawn(documents, curves.sample, seed)
    for place, number in enumerate(wanted):
        point = _point(drawn, number, _starts(place, len(wanted), seed, starts, told, stopped))
        if point.starts < starts:
            break
        curves = curves.with_point(point)
        if store is not None:
            store.put(COLLECTION, curves.document())
    return curves


def read_curves(store: "Store", corpus: str | None) -> NumberCurves | None:
    """The newest stored curves of a corpus."""
    found = store.database[COLLECTION].find({"corpus": corpus}).sort([("created_at", -1)]).limit(1)
    return next((_curves(document) for document in found), None)


def _curves(document: dict[str, Any]) -> NumberCurves:
    points = [_with_gaps(point) for point in document.get("points", ())]
    fields = {k: v for k, v in document.items() if k in NumberCurves.model_fields}
    return NumberCurves.model_validate(fields | {"points": points})


def _with_gaps(point: dict[str, Any]) -> dict[str, Any]:
    """Unknown values, which the database leaves out, are None again."""
    return dict.fromkeys(("coherence", "lowest", "highest", "stability")) | point


def _known(
    documents: Sequence[Sequence[str]], sample: int, seed: int, store: "Store | None"
) -> NumberCurves:
    size = min(sample, len(documents)) if sample else len(documents)
    fresh = NumberCurves(
        corpus=corpus_id(documents),
        documents=len(documents),
        sample=size,
        seed=seed,
        created_at=now(),
    )
    found = store.get(COLLECTION, fresh.id) if store is not None else None
    return _curves(found).model_copy(update={"created_at": now()}) if found else fresh


def _drawn(documents: Sequence[Sequence[str]], size: int, seed: int) -> Sequence[Sequence[str]]:
    if size >= len(documents):
        return documents
    return random.Random(seed).sample(list(documents), size)


def _starts(
    place: int,
    numbers: int,
    seed: int,
    starts: int,
    told: Callable[[int, int], None],
    stopped: Callable[[], bool],
) -> Iterator[int]:
    """The seeds of one number's starts, until somebody stops."""
    for start in range(starts):
        if stopped():
            return
        yield seed + start
        told(place * starts + start + 1, numbers * starts)


def _point(documents: Sequence[Sequence[str]], number: int, seeds: Iterator[int]) -> NumberPoint:
    dictionary, bags = counted(documents, number)
    tried = [learn_once(bags, dictionary, number, seed) for seed in seeds]
    means = [mean for _, _, mean in tried if mean is not None]
    return NumberPoint(
        number=number,
        coherence=float(np.mean(means)) if means else None,
        lowest=min(means, default=None),
        highest=max(means, default=None),
        stability=stability([first_terms(model, TERMS) for model, _, _ in tried]),
        undefined=sum(value is None for _, each, _ in tried for value in each),
        starts=len(tried),
    )
