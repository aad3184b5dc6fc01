"""What a move of thresholds does: to all posts, and to those that people have labelled.

Everything is read from the database once; a move then compares columns of numbers. The intervals
of precision, recall and F1 are Wilson's, in closed form (:mod:`tfw.relevance.intervals`; F1 = 2 J /
(1 + J) carries over that of a share), so that nothing is drawn again and again while one drags.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from tfw.relevance.judged import Labels, margins, settled
from tfw.relevance.labels import read_labels
from tfw.relevance.quality import Quality
from tfw.relevance.replay import Bools, ScoreColumns, VerdictCounts
from tfw.relevance.settling import Move, settle
from tfw.relevance.thresholds import Thresholds

if TYPE_CHECKING:
    from tfw.store import Store

FIRST = 50


class ChangedPost(NamedTuple):
    """A post whose verdict changes: whether it comes in, and its scores."""

    post_id: str
    comes_in: bool
    label: float | None
    vocabulary: int


@dataclass(frozen=True)
class Moved:
    """What other thresholds do.

    ``first`` are the changed posts that are nearest to the thresholds in force, so that the list
    stays as it is while one drags on. ``quality`` and ``settled`` are None where no
    scored post has a settled label.
    """

    thresholds: Thresholds
    counts: VerdictCounts
    verdicts: Bools
    come_in: int
    go_out: int
    first: tuple[ChangedPost, ...]
    quality: Quality | None
    settled: Move | None


@dataclass(frozen=True, repr=False)
class ThresholdBoard:
    """The stored scores and the labels, ready to be judged by any thresholds.

    ``labelled`` are the scores of the posts with a settled label, ``truth`` what they are.
    """

    columns: ScoreColumns
    labelled: ScoreColumns
    truth: Bools

    @classmethod
    def of(cls, columns: ScoreColumns, labels: Labels) -> Self:
        """The board of given scores, and of labels or settled answers by post id."""
        answers = settled(labels, "all").dropna().sort_index()
        places = pd.Index(columns.post_ids).get_indexer(answers.index)
        there = places >= 0
        truth = answers.to_numpy(dtype=np.bool_)[there]
        return cls(columns, columns.take(places[there]), truth)

    @classmethod
    def read(cls, store: "Store", query: Mapping[str, Any] | None = None) -> Self:
        """The board of all scored posts of the database, or of those that a query finds.

        Raises:
            StoreError: the database cannot be read.
        """
        return cls.of(ScoreColumns.read(store, query), read_labels(store))

    def __repr__(self) -> str:
        return f"ThresholdBoard({len(self.columns):,} posts, {len(self.truth):,} labelled)"

    def judge(self, thresholds: Thresholds) -> tuple[VerdictCounts, Quality | None]:
        """The verdicts of thresholds, and how good they are on the labelled posts, if any."""
        return self.columns.counts(thresholds), self._quality(thresholds)

    def move(self, old: Thresholds, new: Thresholds, first: int = FIRST) -> Moved:
        """What moving from some thresholds to others does.

        Args:
            old: those in force.
            new: the others.
            first: so many changed posts are named.
        """
        before, after = self.columns.verdicts(old), self.columns.verdicts(new)
        changed = np.flatnonzero(before != after)
        come_in = int(np.count_nonzero(after[changed]))
        return Moved(
            thresholds=new,
            counts=self.columns.counts(new),
            verdicts=after,
            come_in=come_in,
            go_out=len(changed) - come_in,
            first=self._named(self._nearest(changed, old, first), after),
            quality=self._quality(new),
            settled=settle(self.labelled, self.truth, old, new) if len(self.truth) else None,
        )

    def nearest(self, thresholds: Thresholds, first: int = FIRST) -> tuple[ChangedPost, ...]:
        """The posts whose verdict would turn first if a threshold moved."""
        every = np.arange(len(self.columns))
        verdicts = self.columns.verdicts(thresholds)
        return self._named(self._nearest(every, thresholds, first), verdicts)

    def _quality(self, thresholds: Thresholds) -> Quality | None:
        if not len(self.truth):
            return None
        return Quality.of("verdict", self.labelled.verdicts(thresholds), self.truth)

    def _nearest(
        self, places: npt.NDArray[np.intp], thresholds: Thresholds, first: int
    ) -> npt.NDArray[np.intp]:
        far = np.abs(margins(self.columns.take(places), thresholds))
        if len(places) > first:
            kept = np.argpartition(far, first)[:first]
            places, far = places[kept], far[kept]
        order: npt.NDArray[np.intp] = places[np.lexsort((places, far))]
        return order

    def _named(self, places: npt.NDArray[np.intp], verdicts: Bools) -> tuple[ChangedPost, ...]:
        columns = self.columns
        return tuple(
            ChangedPost(
                str(columns.post_ids[place]),
                bool(verdicts[place]),
                None if np.isnan(columns.label[place]) else float(columns.label[place]),
                int(columns.vocabulary[place]),
            )
            for place in places.tolist()
        )
