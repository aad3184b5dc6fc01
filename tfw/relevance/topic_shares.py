"""How much of the stored posts each topic makes up, over time, with example posts.

A post is about a topic as far as its words are. Of the first words of all topics, those that
stand in a post each have one vote, split over the topics by how probable they are given the word:

    P(topic | word) = share(topic) · P(word | topic) / Σ over topics of the same

The mean of the votes is the post's share of each topic; a post without any such word has none and
is counted apart. Shares of a day are means over its posts that have topic words. This is the
first step of a mixture model's estimate (the E-step; Dempster, Laird and Rubin 1977), which every
reader can check by hand; it needs no model but the first words that the vocabulary keeps.
Posts are read once, a thousand at a time; what is kept grows with days and topics only.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import heappush, heappushpop
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from tfw.relevance.matching import Matcher
from tfw.relevance.topic_names import Topic

if TYPE_CHECKING:
    from tfw.store import Store

FIELDS = ("description", "hashtags", "created_at", "relevance.vocabulary_id")
BATCH = 1_000
EXAMPLES = 5
# An example has so many words of no topic added, so that a post with one word is never the best.
PRIOR_WORDS = 2.0
SECONDS_A_DAY = 86_400
Matrix = npt.NDArray[np.float64]


class Example(NamedTuple):
    """A post that is an example of a topic: its share of it, and how many topic words it has."""

    post_id: str
    share: float
    words: int


@dataclass(frozen=True)
class TopicShares:
    """What topics make up of posts; rows of ``days`` and columns of topics, in ``numbers``' order.

    ``sums`` are the posts' shares added up by day (UTC), ``counts`` the posts of the day that have
    topic words. ``undated`` posts have words but no known time. ``scored_with`` counts posts by the
    vocabulary that they were scored with.
    """

    numbers: tuple[int, ...]
    posts: int
    with_words: int
    undated: int
    totals: Matrix
    days: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    sums: Matrix
    examples: Mapping[int, tuple[Example, ...]] = field(repr=False)
    scored_with: Mapping[str, int] = field(default_factory=dict)
    complete: bool = True

    def share(self, topics: Iterable[int]) -> float | None:
        """The share of some topics together in posts with topic words; None without any post."""
        if not self.with_words:
            return None
        return float(self.totals[self._columns(topics)].sum() / self.with_words)

    def over_time(self, topics: Iterable[int]) -> pd.DataFrame:
        """The share by day, week or month: columns ``share`` and ``posts``, indexed by its start.

        Days up to two months, weeks up to two years, months beyond. A period without posts has no
        share (nan).
        """
        columns = self._columns(topics)
        dates = pd.to_datetime(self.days * SECONDS_A_DAY, unit="s")
        table = pd.DataFrame(
            {"sum": self.sums[:, columns].sum(axis=1), "posts": self.counts}, index=dates
        )
        grouped = table.resample(self.period).sum() if len(table) else table
        with np.errstate(invalid="ignore"):
            share = grouped["sum"].to_numpy(dtype=float) / grouped["posts"].to_numpy(dtype=float)
        return pd.DataFrame({"share": share, "posts": grouped["posts"]}, index=grouped.index)

    @property
    def period(self) -> str:
        """The length of a period, as pandas writes it: a day, a week or a month."""
        span = int(self.days[-1] - self.days[0]) if len(self.days) else 0
        if span <= 62:
            return "D"
        return "W-MON" if span <= 730 else "MS"

    def best(self, topics: Iterable[int], number: int = EXAMPLES) -> list[Example]:
        """The posts that stand most clearly for some topics, the clearest first."""
        found = {one.post_id: one for topic in topics for one in self.examples.get(topic, ())}
        return sorted(found.values(), key=_rank, reverse=True)[:number]

    def _columns(self, topics: Iterable[int]) -> list[int]:
        return [self.numbers.index(topic) for topic in topics]


def _rank(example: Example) -> tuple[float, str]:
    return example.share * example.words / (example.words + PRIOR_WORDS), example.post_id


def read_shares(
    store: "Store",
    topics: Sequence[Topic],
    query: Mapping[str, Any] | None = None,
    *,
    told: Callable[[int], None] = lambda posts: None,
    stopped: Callable[[], bool] = lambda: False,
) -> TopicShares:
    """What each topic makes up of the stored posts.

    Args:
        store: the database.
        topics: of a vocabulary, with their first words and weights.
        query: which posts; all when not given.
        told: is called with the number of posts read so far.
        stopped: asked after each thousand posts; true ends the reading, with ``complete`` false.

    Raises:
        StoreError: the database cannot be read.
    """
    adder = _Adder(topics)
    posts = store.posts(query, FIELDS)
    while batch := list(islice(posts, BATCH)):
        adder.add(batch)
        told(adder.posts)
        if stopped():
            return adder.result(complete=False)
    return adder.result(complete=True)


def word_votes(topics: Sequence[Topic]) -> tuple[list[str], Matrix]:
    """The first words of all topics, and the probability of each topic given the word."""
    words = sorted({entry.term for t in topics for entry in t.terms if len(entry.term) > 1})
    place = {word: number for number, word in enumerate(words)}
    votes = np.zeros((len(words), len(topics)))
    for column, topic in enumerate(topics):
        for entry in topic.terms:
            if entry.term in place:
                # A model without shares counts its topics as equal.
                votes[place[entry.term], column] = entry.weight * (topic.share or 1e-9)
    totals = votes.sum(axis=1, keepdims=True)
    return words, np.divide(votes, totals, out=np.zeros_like(votes), where=totals > 0)


class _Adder:
    """Adds posts up, batch by batch."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.numbers = tuple(topic.topic for topic in topics)
        words, self._votes = word_votes(topics)
        self._place = {word: number for number, word in enumerate(words)}
        self._matcher = Matcher.of_words(words)
        self._totals = np.zeros(len(topics))
        self._days: dict[int, Matrix] = {}
        self._best: list[list[tuple[float, str, int, float]]] = [[] for _ in topics]
        self._seen: list[set[bytes]] = [set() for _ in topics]
        self._scored_with: Counter[str] = Counter()
        self.posts = self._with_words = self._undated = 0

    def add(self, posts: Sequence[Mapping[str, Any]]) -> None:
        """Count a batch of posts."""
        self.posts += len(posts)
        scores = (post.get("relevance") for post in posts)
        self._scored_with.update(known["vocabulary_id"] for known in scores if known)
        rows, columns = self._words_of(posts)
        ones = np.ones(len(rows))
        found = csr_matrix((ones, (rows, columns)), shape=(len(posts), len(self._place)))
        words = np.bincount(rows, minlength=len(posts))
        here = np.flatnonzero(words).tolist()
        if not here:
            return
        shares = (found[here] @ self._votes) / words[here, None]
        self._with_words += len(here)
        self._totals += shares.sum(axis=0)
        self._add_days([posts[i].get("created_at") for i in here], shares)
        self._keep_best([posts[i] for i in here], shares, words[here])

    def _words_of(
        self, posts: Sequence[Mapping[str, Any]]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Pairs of a post's place and the number of a word in it, each pair once."""
        rows: list[int] = []
        columns: list[int] = []
        for row, post in enumerate(posts):
            there = {self._place[hit.term] for hit in self._matcher.find(_text(post))}
            rows.extend([row] * len(there))
            columns.extend(there)
        return np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)

    def _add_days(self, times: Sequence[datetime | None], shares: Matrix) -> None:
        days = np.array([_day(time) for time in times])
        self._undated += int((days < 0).sum())
        for day in np.unique(days[days >= 0]):
            of_day = shares[days == day]
            row = np.append(of_day.sum(axis=0), len(of_day))
            self._days[int(day)] = self._days.get(int(day), 0) + row

    def _keep_best(
        self, posts: Sequence[Mapping[str, Any]], shares: Matrix, words: npt.NDArray[np.int64]
    ) -> None:
        """Of each topic the posts that rank highest, a text that was copied once."""
        ranks = shares * (words / (words + PRIOR_WORDS))[:, None]
        for column, best in enumerate(self._best):
            bar = best[0][0] if len(best) == EXAMPLES else 0.0
            good = np.flatnonzero(ranks[:, column] > bar)
            order = good[np.argsort(-ranks[good, column], kind="stable")]
            self._take(
                column,
                (
                    (float(ranks[i, column]), posts[i], int(words[i]), float(shares[i, column]))
                    for i in order
                ),
            )

    def _take(
        self, column: int, candidates: Iterator[tuple[float, Mapping[str, Any], int, float]]
    ) -> None:
        best, seen = self._best[column], self._seen[column]
        for rank, post, words, share in candidates:
            if len(best) == EXAMPLES and rank <= best[0][0]:
                return
            name = _text_name(post)
            if name in seen:
                continue
            seen.add(name)
            entry = (rank, str(post["_id"]), words, share)
            if len(best) < EXAMPLES:
                heappush(best, entry)
            else:
                heappushpop(best, entry)

    def result(self, *, complete: bool) -> TopicShares:
        """What was counted."""
        days = sorted(self._days)
        width = len(self.numbers)
        table = np.array([self._days[day] for day in days]).reshape(len(days), width + 1)
        return TopicShares(
            numbers=self.numbers,
            posts=self.posts,
            with_words=self._with_words,
            undated=self._undated,
            totals=self._totals,
            days=np.array(days, dtype=np.int64),
            counts=table[:, width].astype(np.int64),
            sums=table[:, :width],
            examples={
                number: tuple(Example(post_id, share, words) for _, post_id, words, share in best)
                for number, best in zip(self.numbers, self._best, strict=True)
            },
            scored_with=dict(self._scored_with),
            complete=complete,
        )


def _text(post: Mapping[str, Any]) -> str:
    tags = " ".join(f"#{tag}" for tag in post.get("hashtags", ()))
    return f"{post.get('description', '')} {tags}"


def _text_name(post: Mapping[str, Any]) -> bytes:
    text = " ".join(_text(post).lower().split())
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _day(time: datetime | None) -> int:
    """Days since 1970 in UTC; -1 where the time is not known."""
    return int(time.astimezone(UTC).timestamp()) // SECONDS_A_DAY if time else -1
