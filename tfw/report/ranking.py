"""Which posts a report shows one by one: the best, those near the threshold, and a sample."""

import hashlib
import heapq
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

Key = tuple[float, ...]

# How far a post is from the other verdict: one vocabulary term counts like 0.1 of the label score.
TERM_STEP = 0.1


class Share(NamedTuple):
    """A share of posts with its 95 % confidence interval, all between 0 and 1."""

    value: float
    low: float
    high: float


class Top:
    """Keeps the ``size`` posts with the greatest keys."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._heap: list[tuple[Key, str, Mapping[str, Any]]] = []

    def offer(self, key: Key, post: Mapping[str, Any]) -> None:
        """Keep a post document if its key is among the greatest."""
        entry = (key, str(post["_id"]), post)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, entry)
        elif self._heap and entry[:2] > self._heap[0][:2]:
            heapq.heapreplace(self._heap, entry)

    def posts(self) -> list[Mapping[str, Any]]:
        """The kept posts, the greatest key first."""
        return [post for *_, post in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]


def engagement(relevance: Mapping[str, Any]) -> Key:
    """The order of the best posts: engagement a day, then label score, then number of terms."""
    statistical, label = relevance.get("statistical"), relevance.get("label")
    return (
        -1.0 if statistical is None else statistical,
        -1.0 if label is None else label,
        relevance["vocabulary"],
    )


def distance(relevance: Mapping[str, Any]) -> float:
    """How far the scores are from the other verdict; one vocabulary term counts TERM_STEP.

    A post is in when one score is above its threshold: so the score furthest above it decides
    for a post that is in, and the score closest below it for one that is out.
    """
    thresholds, label = relevance["thresholds"], relevance.get("label")
    # The line lies half way between the last number of terms that is out and the first one in.
    terms = (relevance["vocabulary"] - math.floor(thresholds["vocabulary"]) - 0.5) * TERM_STEP
    margin: float = terms if label is None else max(terms, label - thresholds["label"])
    return abs(margin)


def draw(post_id: str) -> Key:
    """A number drawn at random for a post, the same every time."""
    return (int.from_bytes(hashlib.blake2b(post_id.encode(), digest_size=6).digest()),)


def wilson(found: int, of: int) -> Share:
    """A share with its 95 % interval by Wilson's score method.

    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212.
    """
    z = 1.959964
    share = found / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return Share(share, max(middle - half, 0.0), min(middle + half, 1.0))
