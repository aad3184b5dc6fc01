"""Verdicts of other thresholds on stored scores, for all posts at once.

The scores are read from the database once and kept as columns of numbers, about 60 bytes a post;
each move of a threshold is then one comparison of columns (benchmarks/desk.py).
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from tfw.errors import InputError
from tfw.relevance.thresholds import Thresholds

if TYPE_CHECKING:
    from tfw.store import Store

FIELDS = ("relevance.label", "relevance.vocabulary", "relevance.verdict")
NEEDED = ("label", "vocabulary")
Bools = npt.NDArray[np.bool_]


class VerdictCounts(NamedTuple):
    """How many posts have which verdict, and on which score those that are in rest."""

    posts: int
    fashion: int
    by_label_alone: int
    by_terms_alone: int
    by_both: int

    @property
    def share(self) -> float | None:
        """The share of fashion posts; None where there is no post."""
        return self.fashion / self.posts if self.posts else None


class Changed(NamedTuple):
    """The ids of the posts that come in and that go out when thresholds move."""

    into: list[str]
    out_of: list[str]


@dataclass(frozen=True, repr=False)
class ScoreColumns:
    """The stored scores of posts, ready for other thresholds.

    >>> columns = ScoreColumns.of(["1", "2"], label=[0.7, None], vocabulary=[0, 2])
    >>> columns.verdicts(Thresholds(label=0.8)).tolist()
    [False, True]
    """

    post_ids: npt.NDArray[np.str_]
    label: npt.NDArray[np.float64]
    vocabulary: npt.NDArray[np.int32]

    @classmethod
    def of(cls, post_ids: npt.ArrayLike, label: npt.ArrayLike, vocabulary: npt.ArrayLike) -> Self:
        """Columns of given values; an unknown label score is None or nan.

        Raises:
            InputError: they differ in length.
        """
        columns = cls(
            np.asarray(post_ids, dtype=np.str_),
            np.asarray(label, dtype=np.float64),
            np.asarray(vocabulary, dtype=np.int32),
        )
        lengths = {len(columns.post_ids), len(columns.label), len(columns.vocabulary)}
        if len(lengths) > 1:
            raise InputError(f"post_ids, label and vocabulary differ in length: {sorted(lengths)}.")
        return columns

    @classmethod
    def read(cls, store: "Store", query: Mapping[str, Any] | None = None) -> Self:
        """The scores of all scored posts of the database, or of those that a query finds.

        Raises:
            StoreError: the database cannot be read.
        """
        ids: list[str] = []
        labels, terms = array("d"), array("i")
        wanted = {**(query or {}), "relevance.vocabulary": {"$exists": True}}
        for post in store.posts(wanted, FIELDS):
            ids.append(post["_id"])
            labels.append(post["relevance"].get("label", np.nan))
            terms.append(post["relevance"]["vocabulary"])
        return cls.of(ids, labels, terms)

    @classmethod
    def from_frame(cls, scored: pd.DataFrame) -> Self:
        """The scores of a table with the columns label and vocabulary, indexed by post id.

        Raises:
            InputError: a column is missing.
        """
        missing = [name for name in NEEDED if name not in scored.columns]
        if missing:
            raise InputError(
                f"The table of scores lacks the column {missing[0]!r}; it needs label (0 to 1) and "
                "vocabulary (number of terms), and post ids as its index."
            )
        label = pd.to_numeric(scored["label"]).to_numpy(dtype=np.float64, na_value=np.nan)
        return cls.of(scored.index.astype(str), label, scored["vocabulary"].to_numpy())

    def take(self, places: npt.NDArray[np.intp]) -> Self:
        """The columns of the posts at some places, in their order."""
        return type(self)(self.post_ids[places], self.label[places], self.vocabulary[places])

    def __len__(self) -> int:
        return len(self.post_ids)

    def __repr__(self) -> str:
        return f"ScoreColumns({len(self):,} posts)"

    def verdicts(self, thresholds: Thresholds) -> Bools:
        """Whether each post is a fashion post, exactly as :meth:`Thresholds.verdict` says."""
        by_label, by_terms = self.above(thresholds)
        return by_label | by_terms

    def counts(self, thresholds: Thresholds) -> VerdictCounts:
        """How many posts are in, and why."""
        by_label, by_terms = self.above(thresholds)
        label, terms = int(by_label.sum()), int(by_terms.sum())
        both = int((by_label & by_terms).sum())
        return VerdictCounts(len(self), label + terms - both, label - both, terms - both, both)

    def changed(self, old: Thresholds, new: Thresholds) -> Changed:
        """The posts whose verdict differs between two sets of thresholds."""
        before, after = self.verdicts(old), self.verdicts(new)
        return Changed(
            self.post_ids[after & ~before].tolist(), self.post_ids[before & ~after].tolist()
        )

    def above(self, thresholds: Thresholds) -> tuple[Bools, Bools]:
        """Which posts are above the label threshold, and which above that of the terms."""
        # A label score that is not known is nan, which is above nothing.
        return self.label > thresholds.label, self.vocabulary > thresholds.vocabulary
