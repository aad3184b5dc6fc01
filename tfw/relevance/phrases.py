"""Phrases of two words that belong together: "street style", "high heel".

A pair is a collocation when its normalised pointwise mutual information (Bouma 2009),
``log(p(a, b) / (p(a) p(b))) / -log p(a, b)``, is high: 1 for words that only occur together, 0 for
words that meet by chance.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from tfw.relevance.text import word_runs

MIN_COUNT = 5
MIN_NPMI = 0.25


@dataclass(frozen=True)
class Phrase:
    """A pair of lemmas that stand side by side, how often, and how closely they belong together."""

    words: tuple[str, str]
    count: int
    npmi: float

    def __str__(self) -> str:
        return " ".join(self.words)


def find_phrases(
    texts: Iterable[tuple[str, Iterable[str]]],
    *,
    min_count: int = MIN_COUNT,
    min_npmi: float = MIN_NPMI,
) -> list[Phrase]:
    """The phrases of captions given with their hashtags, the most frequent first.

    A post counts a pair once, so that a hashtag repeated in one caption is no phrase.
    """
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for text, hashtags in texts:
        runs = word_runs(text, hashtags)
        words.update({word for run in runs for word in run})
        pairs.update({pair for run in runs for pair in pairwise(run)})
    total = sum(words.values())
    phrases = [
        Phrase(pair, count, npmi(count, words[pair[0]], words[pair[1]], total))
        for pair, count in pairs.items()
        if count >= min_count and pair[0] != pair[1]
    ]
    close = [phrase for phrase in phrases if phrase.npmi >= min_npmi]
    return sorted(close, key=lambda phrase: (-phrase.count, phrase.words))


def npmi(pair: int, first: int, second: int, total: int) -> float:
    """Normalised pointwise mutual information of counts, -1 to 1.

    >>> round(npmi(10, 10, 10, 1_000), 3), round(npmi(10, 100, 100, 1_000), 3)
    (1.0, 0.0)
    """
    joint = pair / total
    if joint >= 1:
        return 1.0
    return math.log(joint * total * total / (first * second)) / -math.log(joint)
