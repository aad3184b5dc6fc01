"""How a rule's answers compare with what the posts are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tfw.relevance.intervals import Bools, Interval, f1, share


@dataclass(frozen=True)
class Quality:
    """How a rule's answers compare with what the posts are; counts of labelled posts."""

    name: str
    hits: int
    false_alarms: int
    misses: int
    rejections: int
    area: Interval | None = None

    @classmethod
    def of(cls, name: str, called: Bools, truth: Bools, area: Interval | None = None) -> "Quality":
        """The quality of answers."""
        hits, all_called, fashion = (
            int(np.count_nonzero(answers)) for answers in (called & truth, called, truth)
        )
        rejections = len(truth) - all_called - fashion + hits
        return cls(name, hits, all_called - hits, fashion - hits, rejections, area)

    @property
    def posts(self) -> int:
        """How many posts were judged."""
        return self.hits + self.false_alarms + self.misses + self.rejections

    @property
    def fashion(self) -> int:
        """How many of them are about fashion."""
        return self.hits + self.misses

    @property
    def precision(self) -> Interval | None:
        """The share of fashion posts among those called so; None when none is."""
        return share(self.hits, self.hits + self.false_alarms)

    @property
    def recall(self) -> Interval | None:
        """The share of fashion posts that are called so; None when there is none."""
        return share(self.hits, self.fashion)

    @property
    def specificity(self) -> Interval | None:
        """The share of other posts that are not called fashion; None when there is none."""
        return share(self.rejections, self.rejections + self.false_alarms)

    @property
    def f1(self) -> Interval | None:
        """The harmonic mean of precision and recall."""
        return f1(self.hits, self.false_alarms, self.misses)

    @property
    def accuracy(self) -> Interval | None:
        """The share of right answers."""
        return share(self.hits + self.rejections, self.posts)


def quality_table(rules: Sequence[Quality], index: str) -> pd.DataFrame:
    """A row for each rule with its posts and its numbers, with _low and _high for intervals."""
    rows = [
        {
            index: rule.name,
            "posts": rule.posts,
            "fashion": rule.fashion,
            **_cells("precision", rule.precision),
            **_cells("recall", rule.recall),
            **_cells("f1", rule.f1),
            **_cells("area", rule.area),
        }
        for rule in rules
    ]
    return pd.DataFrame(rows).set_index(index) if rows else pd.DataFrame()


def _cells(name: str, interval: Interval | None) -> dict[str, float]:
    values = interval or (np.nan, np.nan, np.nan)
    return dict(zip((name, f"{name}_low", f"{name}_high"), values, strict=True))


def in_words(interval: Interval | None) -> str:
    """The number with its interval, or that there is none."""
    return str(interval) if interval else "not defined"
