"""How posts gather interactions over their days: a curve with one number, the half-life.

A post of age t has ``t / (t + half_life)`` of the interactions it will ever have: half of them
after one half-life, nine tenths after nine. New interactions then fall with the square of the
time, a slow decay such as Crane and Sornette (2008, PNAS 105, 15649-15653) found for videos. The
half-life is measured where posts were collected more than once, and assumed where they were not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from tfw.relevance.intervals import Floats, Interval

# An assumption for stores where each post was read once; nothing is measured then.
ASSUMED_HALF_LIFE = 2.0
ENOUGH_POSTS = 30
GRID = np.geomspace(0.05, 60, 300)
RESAMPLES = 500
# More add nothing to a single number; they are drawn by chance.
MOST_PAIRS = 5_000
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Growth:
    """The curve: its half-life in days with an interval, and from how many posts it was measured.

    An assumed half-life has 0 posts, and an interval from a third of it to three times as long.
    """

    half_life: Interval
    posts: int = 0

    @classmethod
    def assumed(cls, days: float = ASSUMED_HALF_LIFE) -> "Growth":
        """A curve that nothing was measured for."""
        return cls(Interval(days, days / 3, days * 3))

    def share(self, days: float | Floats) -> Any:  # noqa: ANN401 (a number for a number)
        """The share of its final interactions that a post of so many days has, 0 to 1."""
        return days / (days + self.half_life.value)

    def __str__(self) -> str:
        source = f"measured from {self.posts:,} posts" if self.posts else "assumed"
        return f"half-life {self.half_life.value:.1f} days ({source})"


def measure_growth(
    snapshots: Iterable[tuple[float, float, float, float]], seed: int = 1
) -> Growth | None:
    """The curve that fits posts which were read twice best; None with fewer than 30 of them.

    The half-life minimises the mean distance between the logarithms of observed and expected
    growth (least absolute deviations, which a few posts that went viral late do not move); its
    interval is a percentile bootstrap over posts.

    Args:
        snapshots: for each post the age in days and the interactions at the first reading, and
            the same at the last.
        seed: of the draws.
    """
    pairs: Floats = np.array(list(snapshots), dtype=np.float64).reshape(-1, 4)
    if len(pairs) < ENOUGH_POSTS:
        return None
    draw = np.random.default_rng(seed)
    kept = draw.permutation(pairs)[:MOST_PAIRS]
    distances = _distances(kept)
    best = float(GRID[distances.mean(axis=0).argmin()])
    resampled = [_best_of(distances, draw) for _ in range(RESAMPLES)]
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Growth(Interval(best, float(low), float(high)), len(pairs))


def snapshot_pair(
    post: Mapping[str, Any], weights: Mapping[str, float]
) -> tuple[float, float, float, float] | None:
    """A post's first and last reading for :func:`measure_growth`; None when they tell nothing.

    They tell something when they lie half a day apart or more, and the first one has counters
    above zero.
    """
    created = post.get("created_at")
    history: Sequence[Mapping[str, Any]] = post.get("history") or ()
    if created is None or len(history) < 2:
        return None
    first, last = history[0], history[-1]
    ages = [(read["collected_at"] - created) / DAY for read in (first, last)]
    sums = [interactions(read, weights) for read in (first, last)]
    if ages[0] <= 0 or ages[1] - ages[0] < 0.5 or not sums[0] or not sums[1]:
        return None
    return ages[0], sums[0], ages[1], sums[1]


def interactions(stats: Mapping[str, Any], weights: Mapping[str, float]) -> float | None:
    """The weighted sum of counters; None when one that has a weight is not known."""
    total = 0.0
    for name, weight in weights.items():
        value = stats.get(name)
        if weight and value is None:
            return None
        total += weight * value if value is not None else 0.0
    return total


def _distances(pairs: Floats) -> Floats:
    """For each post and half-life of the grid, how far expected and observed growth are apart."""
    first_age, first, last_age, last = (pairs[:, [column]] for column in range(4))
    expected = np.log(last_age / (last_age + GRID)) - np.log(first_age / (first_age + GRID))
    distances: Floats = np.abs(np.log(last / first) - expected)
    return distances


def _best_of(distances: Floats, draw: np.random.Generator) -> float:
    chosen: npt.NDArray[np.int64] = draw.integers(0, len(distances), len(distances))
    weights = np.bincount(chosen, minlength=len(distances))
    return float(GRID[(weights @ distances).argmin()])
