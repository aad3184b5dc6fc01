"""The numbers of a report, read from the store in one pass over the posts."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from tfw.privacy import PrivacyLevel
from tfw.records import reason_kind
from tfw.report.columns import PostColumns, TermCounts
from tfw.report.exports import FIELDS
from tfw.report.formats import day
from tfw.report.ranking import Share, Top, distance, draw, engagement, wilson
from tfw.report.shown import Mask, ShownPost, open_mask, show_post
from tfw.store import Store

BEST_POSTS = 50
NEAR_POSTS = 10
SAMPLED_POSTS = 3_000
TOP_TERMS = 40
EXCERPT = 80


@dataclass(frozen=True)
class Scoring:
    """What the stored scores were made with, each with its number of posts."""

    thresholds: Counter[tuple[tuple[str, float], ...]] = field(default_factory=Counter)
    vocabularies: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)

    @property
    def in_force(self) -> dict[str, float]:
        """The thresholds of most posts; empty where none is scored."""
        return dict(self.thresholds.most_common(1)[0][0]) if self.thresholds else {}

    @property
    def vocabulary_id(self) -> str | None:
        """The vocabulary of most posts."""
        return self.vocabularies.most_common(1)[0][0] if self.vocabularies else None

    @property
    def model(self) -> str | None:
        """The label model of most posts."""
        return self.models.most_common(1)[0][0] if self.models else None

    def add(self, relevance: Mapping[str, Any]) -> None:
        """Take down what one post was scored with."""
        self.thresholds[tuple(sorted(relevance["thresholds"].items()))] += 1
        self.vocabularies[relevance["vocabulary_id"]] += 1
        self.models[relevance["model"]] += 1
        self.labels.update(relevance.get("labels", {}).keys())
        self.days[day(relevance.get("at"))] += 1


@dataclass(frozen=True)
class ReportFigures:
    """Everything a report counts.

    ``posts`` has a row a post (columns: :class:`tfw.report.columns.PostColumns`); ``hashtags``
    and ``terms`` have kind, term, fashion, other, unscored, posts; ``sample`` has at most
    SAMPLED_POSTS scored posts with id, vocabulary, label, verdict, text, terms. Texts and tables
    of posts hold what a reader may see at the chosen privacy level.
    """

    posts: pd.DataFrame
    hashtags: pd.DataFrame
    terms: pd.DataFrame
    sample: pd.DataFrame
    best: tuple[ShownPost, ...]
    just_in: tuple[ShownPost, ...]
    just_out: tuple[ShownPost, ...]
    scoring: Scoring
    comment_reasons: Counter[tuple[str, str]]
    queries: Counter[str]

    @property
    def scored(self) -> int:
        """How many posts have a verdict."""
        return int(self.posts["verdict"].notna().sum())

    @property
    def fashion(self) -> int:
        """How many posts are about fashion."""
        return int(self.posts["verdict"].sum())

    @property
    def share(self) -> Share | None:
        """The share of fashion posts among the scored ones; None where none is scored."""
        return wilson(self.fashion, self.scored) if self.scored else None

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """The times of the oldest and the newest post; None where no time is known."""
        known = self.posts["created_at"].dropna()
        return (known.min().to_pydatetime(), known.max().to_pydatetime()) if len(known) else None


class Figures:
    """Gathers post documents one by one; :meth:`result` gives the figures."""

    def __init__(self, mask: Mask, best_posts: int = BEST_POSTS) -> None:
        self._mask = mask
        self._columns = PostColumns()
        self._hashtags, self._terms = TermCounts(), TermCounts()
        self._best, self._sample = Top(best_posts), Top(SAMPLED_POSTS)
        self._just_in, self._just_out = Top(NEAR_POSTS), Top(NEAR_POSTS)
        self._scoring = Scoring()
        self._reasons: Counter[tuple[str, str]] = Counter()
        self._queries: Counter[str] = Counter()

    def add(self, post: Mapping[str, Any]) -> None:
        """Take down one post document."""
        relevance = post.get("relevance")
        verdict = relevance["verdict"] if relevance else None
        self._columns.add(post)
        self._queries.update(post.get("queries", ()))
        self._hashtags.add((("hashtag", tag) for tag in post.get("hashtags", ())), verdict)
        comments = post.get("comments") or {}
        if comments.get("reason"):
            self._reasons[comments["state"], reason_kind(comments["reason"])] += 1
        if relevance:
            self._scoring.add(relevance)
            terms = relevance.get("terms", ())
            self._terms.add(((hit["kind"], hit["term"]) for hit in terms), verdict)
            self._rank(post, relevance)

    def result(self) -> ReportFigures:
        """The figures of all posts so far."""
        return ReportFigures(
            posts=self._columns.frame(),
            hashtags=self._hashtags.frame(TOP_TERMS),
            terms=self._terms.frame(TOP_TERMS),
            sample=self._sample_frame(),
            best=self._shown(self._best),
            just_in=self._shown(self._just_in),
            just_out=self._shown(self._just_out),
            scoring=self._scoring,
            comment_reasons=self._reasons,
            queries=self._queries,
        )

    def _rank(self, post: Mapping[str, Any], relevance: Mapping[str, Any]) -> None:
        self._sample.offer(draw(str(post["_id"])), post)
        near = self._just_in if relevance["verdict"] else self._just_out
        near.offer((-distance(relevance),), post)
        if relevance["verdict"]:
            self._best.offer(engagement(relevance), post)

    def _shown(self, top: Top) -> tuple[ShownPost, ...]:
        return tuple(show_post(post, self._mask) for post in top.posts())

    def _sample_frame(self) -> pd.DataFrame:
        names = ["id", "vocabulary", "label", "verdict", "text", "terms"]
        rows = [_sample_row(post, self._mask) for post in self._sample.posts()]
        return pd.DataFrame(rows, columns=names).astype({"label": "float64", "verdict": "bool"})


def read_figures(
    store: Store,
    *,
    query: Mapping[str, Any] | None = None,
    privacy: PrivacyLevel | str = PrivacyLevel.PSEUDONYMISE,
    reason: str = "",
    best_posts: int = BEST_POSTS,
) -> ReportFigures:
    """The figures of the posts that a MongoDB query finds, or of all.

    >>> figures = read_figures(store)                               # doctest: +SKIP
    >>> charts.posts_over_time(figures.posts)                       # doctest: +SKIP

    Raises:
        ParameterError: an unknown privacy level, or ``keep`` without a reason.
        StoreError: the database cannot be read.
    """
    figures = Figures(open_mask(privacy, reason), best_posts)
    for post in store.posts(query, FIELDS):
        figures.add(post)
    return figures.result()


def _sample_row(post: Mapping[str, Any], mask: Mask) -> tuple[Any, ...]:
    relevance = post["relevance"]
    terms = ", ".join(hit["term"] for hit in relevance.get("terms", ()))
    return (
        str(post["_id"]),
        relevance["vocabulary"],
        relevance.get("label"),
        relevance["verdict"],
        mask.text(post.get("description", ""))[:EXCERPT],
        terms[:EXCERPT],
    )
