"""Reproducible chance: the same key gives the same draws on every machine and Python version.

Only ``random.Random(text)`` and its ``random()`` are used, whose values Python promises to keep;
``choice``, ``sample`` and the distributions have changed between versions.
"""

import math
import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


def key_at(share: float, weights: Mapping[T, float]) -> T:
    """The key in whose part of the total weight a share from 0 to 1 falls."""
    keys, sums = list(weights), list(accumulate(weights.values()))
    return keys[min(bisect_right(sums, share * sums[-1]), len(keys) - 1)]


class Dice:
    """Draws that follow from a key alone, for example ``Dice(7, "post", 12)``."""

    def __init__(self, *key: object) -> None:
        self._draw = random.Random("/".join(map(str, key))).random

    def share(self) -> float:
        """A number from 0 (included) to 1 (excluded), every one equally likely."""
        return self._draw()

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self._draw() < probability

    def number(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self._draw() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[int(self._draw() * len(choices))]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """One key, in proportion to its weight."""
        return key_at(self._draw(), weights)

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Up to ``count`` different places of the sequence, in random order."""
        pool = list(choices)
        for place in range(min(count, len(pool))):
            other = self.number(place, len(pool) - 1)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def lognormal(self, median: float, sigma: float) -> float:
        """A heavy-tailed positive number; ``sigma`` is the spread of its logarithm."""
        return median * math.exp(sigma * self._normal())

    def _normal(self) -> float:
        """Close to a standard normal: twelve draws, summed exactly, for ``sum`` has changed too."""
        return math.fsum(self._draw() for _ in range(12)) - 6
