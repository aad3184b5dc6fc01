"""A post against its creator's usual level, at the same age: what the sum cannot tell.

The statistical score of a star's dull post is higher than that of a newcomer's hit. Here a post's
interactions are first carried to the level they would end at (:mod:`tfw.relevance.growth`), and
then divided by the median of the creator's other posts, carried likewise: 3 means three times the
usual. The interval is that of the median; it is wide when the creator has few other posts. The
spread of a creator's posts is taken from all creators together, so that one other post is enough
for an interval. It does not cover that a half-life may be wrong: hence the flag for young posts.
"""

import math
from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pymongo import UpdateOne
from scipy import stats
from tqdm.auto import tqdm

from tfw.bulk import BATCH, chunks, write
from tfw.connection import clear_errors
from tfw.errors import InputError
from tfw.records import RelativeLevel
from tfw.relevance.growth import DAY, Growth, interactions, measure_growth, snapshot_pair
from tfw.relevance.intervals import Floats, Z
from tfw.relevance.score import DEFAULT_WEIGHTS, check_weights

if TYPE_CHECKING:
    from tfw.store import Store

FIELDS = ("author", "created_at", "stats", "history")
YOUNG, OLD_COUNTERS, FEW_POSTS = "young", "old counters", "few posts"
# Less than half of what a post will gather was there when it was read.
YOUNG_SHARE = 0.5
# Since the counters were read a post of this age has grown by more than a tenth.
OLD_GROWTH = 1.1
ENOUGH_OTHERS = 5
# So many deviations from creators' medians tell the usual spread.
ENOUGH_DEVIATIONS = 30


@dataclass(frozen=True, repr=False)
class RelativeLevels:
    """Posts against their creators' usual levels.

    ``table`` is indexed by post id: times, low, high (nan where there is no other post), others
    (how many of the creator's posts the median is of), and the flags young, old_counters,
    few_posts. Posts without an age or a counter are not in it.
    """

    table: pd.DataFrame
    growth: Growth
    left_out: int

    def __str__(self) -> str:
        compared = int(self.table["times"].notna().sum())
        flags = ", ".join(
            f"{int(self.table[name.replace(' ', '_')].sum()):,} {name}"
            for name in (YOUNG, OLD_COUNTERS, FEW_POSTS)
        )
        return (
            f"{compared:,} posts compared with their creators' others ({flags}); {self.left_out:,} "
            f"without age or counters; {self.growth}"
        )

    def __repr__(self) -> str:
        return f"RelativeLevels({self})"

    def records(self, at: datetime) -> Iterator[tuple[str, RelativeLevel]]:
        """Each post's id and its level as the database keeps it."""
        for post_id, row in self.table.iterrows():
            known = not math.isnan(row["times"])
            numbers = {name: float(row[name]) for name in ("times", "low", "high") if known}
            names = (YOUNG, OLD_COUNTERS, FEW_POSTS)
            flags = tuple(name for name in names if row[name.replace(" ", "_")])
            half_life = self.growth.half_life.value
            yield (
                str(post_id),
                RelativeLevel(
                    **numbers, others=int(row["others"]), flags=flags, half_life=half_life, at=at
                ),
            )


def relative_levels(
    posts: Iterable[Mapping[str, Any]],
    *,
    weights: Mapping[str, float] | None = None,
    half_life_days: float | None = None,
    now: datetime | None = None,
) -> RelativeLevels:
    """How each post did against its creator's other posts, corrected for age.

    Args:
        posts: documents with author, created_at, stats and history; read once.
        weights: of the counters, as in the statistical score.
        half_life_days: of the interactions; when not given it is measured from posts that were
            read more than once, and taken as 2 days where there are fewer than 30 of them.
        now: the moment against which counters are old; the present one when not given.

    Raises:
        InputError: weights or a half-life that cannot be used.
    """
    weights = dict(DEFAULT_WEIGHTS if weights is None else weights)
    check_weights(weights)
    if half_life_days is not None and not 0 < half_life_days < math.inf:
        raise InputError(f"half_life_days is {half_life_days}; valid are days above 0, such as 2.")
    read = _Columns(weights)
    for post in posts:
        read.add(post)
    if half_life_days is None:
        growth = measure_growth(read.pairs) or Growth.assumed()
    else:
        growth = Growth.assumed(half_life_days)
    return RelativeLevels(_table(read, growth, now or datetime.now(UTC)), growth, read.left_out)


@clear_errors("save relative levels")
def relate_posts(
    store: "Store",
    *,
    weights: Mapping[str, float] | None = None,
    half_life_days: float | None = None,
    progress: bool = False,
) -> RelativeLevels:
    """Compare all posts with their creators' others and keep it with the scored posts.

    Run it after scoring: a post that is scored again loses its relative level until the next run.
    Arguments and errors as for :func:`relative_levels`.
    """
    posts = tqdm(store.posts({}, FIELDS), desc="reading levels", unit="post", disable=not progress)
    levels = relative_levels(posts, weights=weights, half_life_days=half_life_days)
    collection = store.database["posts"]
    for batch in chunks(levels.records(datetime.now(UTC)), BATCH):
        write(
            collection,
            [
                UpdateOne(
                    # Only where there are scores: a level alone would be half a document.
                    {"_id": post_id, "relevance.vocabulary": {"$exists": True}},
                    {"$set": {"relevance.relative": _stored(level)}},
                )
                for post_id, level in batch
            ],
        )
    return levels


class _Columns:
    """What is kept of each post: about 60 bytes and its id."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._codes: dict[Hashable, int] = {}
        self.ids: list[str] = []
        self.creators, self.sums = array("q"), array("d")
        self.created, self.read = array("d"), array("d")
        self.pairs: list[tuple[float, float, float, float]] = []
        self.left_out = 0

    def add(self, post: Mapping[str, Any]) -> None:
        created, counters = post.get("created_at"), post.get("stats") or {}
        read, total = counters.get("collected_at"), interactions(counters, self._weights)
        if created is None or read is None or total is None or read <= created:
            self.left_out += 1
            return
        self.ids.append(str(post["_id"]))
        self.creators.append(self._creator(post))
        self.sums.append(total)
        self.created.append(created.timestamp())
        self.read.append(read.timestamp())
        pair = snapshot_pair(post, self._weights)
        if pair:
            self.pairs.append(pair)

    def _creator(self, post: Mapping[str, Any]) -> int:
        """A number for each creator; a post without one is alone."""
        author = post.get("author") or {}
        name = author.get("name")
        key: Hashable = ("name", name.casefold()) if name else ("id", author.get("id"))
        if key == ("id", None):
            key = ("post", post["_id"])
        return self._codes.setdefault(key, len(self._codes))


def _table(read: _Columns, growth: Growth, now: datetime) -> pd.DataFrame:
    seconds = DAY.total_seconds()
    created, seen = np.array(read.created), np.array(read.read)
    share = growth.share((seen - created) / seconds)
    grown = growth.share(np.maximum(now.timestamp() - created, seen - created) / seconds) / share
    # One more than counted, so that a post without any interaction has a level too.
    levels = np.log((np.array(read.sums) + 1) / share)
    young = share < YOUNG_SHARE
    medians, others = _usual(np.array(read.creators), levels, ~young)
    half = Z * _spread(levels - medians, levels) * np.sqrt(math.pi / (2 * np.maximum(others, 1)))
    distance = levels - medians
    return pd.DataFrame(
        {
            "times": np.exp(distance),
            "low": np.exp(distance - half),
            "high": np.exp(distance + half),
            "others": others,
            "young": young,
            "old_counters": grown > OLD_GROWTH,
            "few_posts": others < ENOUGH_OTHERS,
        },
        index=pd.Index(read.ids, dtype="str", name="post_id"),
    )


def _usual(creators: Any, levels: Floats, settled: Any) -> tuple[Floats, Any]:  # noqa: ANN401
    """The median of each creator's other settled posts, and how many they are."""
    medians = np.full(len(levels), np.nan)
    others = np.zeros(len(levels), dtype=np.int64)
    order = np.argsort(creators, kind="stable")
    edges = np.flatnonzero(np.diff(creators[order])) + 1
    for posts in np.split(order, edges):
        base = posts[settled[posts]]
        ranked = np.sort(levels[base])
        young = posts[~settled[posts]]
        others[young], others[base] = len(ranked), len(ranked) - 1
        if len(ranked):
            medians[young] = np.median(ranked)
        if len(ranked) > 1:
            medians[base] = _medians_of_others(levels[base], ranked)
    return medians, others


def _medians_of_others(levels: Floats, ranked: Floats) -> Floats:
    """For each level the median of the others, from all of them in their order."""
    places = np.searchsorted(ranked, levels)
    left = len(ranked) - 1
    middle = [(left - 1) // 2, left // 2]
    picked = [ranked[np.where(place < places, place, place + 1)] for place in middle]
    medians: Floats = (picked[0] + picked[1]) / 2
    return medians


def _spread(distances: Floats, levels: Floats) -> float:
    """The usual spread of a creator's posts, as a standard deviation of logarithms.

    The median absolute deviation, scaled for normal ones (Rousseeuw and Croux 1993); with too few
    posts that have others, the spread of all posts, which is wider.
    """
    known = distances[~np.isnan(distances)]
    kept = known if len(known) >= ENOUGH_DEVIATIONS else levels
    return float(stats.median_abs_deviation(kept, scale="normal")) if len(kept) else math.nan


def _stored(level: RelativeLevel) -> dict[str, Any]:
    document = level.document()
    return {**document, "flags": list(document["flags"])}
