"""What the database holds, counted in one pass over the posts."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tfw.records import CommentState
from tfw.sources.research.recheck import FIELD as GONE
from tfw.sources.waiting import reported
from tfw.store import Store

SEEN = {
    "source": 1,
    "score.state": 1,
    "relevance.verdict": 1,
    "relevance.at": 1,
    "comments.state": 1,
    "comments.reported": 1,
    "comments.collected": 1,
    "stats.comments": 1,
    "first_seen": 1,
    GONE: 1,
}


@dataclass
class SourceCounts:
    """The posts of one source by their states; ``comments`` is how many comments are stored."""

    posts: int = 0
    scored: int = 0
    fashion: int = 0
    comments: int = 0
    states: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "SourceCounts") -> "SourceCounts":
        return SourceCounts(
            self.posts + other.posts,
            self.scored + other.scored,
            self.fashion + other.fashion,
            self.comments + other.comments,
            self.states + other.states,
        )


@dataclass
class StoreCounts:
    """All posts by source, and what waits.

    ``comments_waiting`` are posts with comments and none fetched, ``gone`` those that a recheck
    did not find any more. ``oldest`` is when the first of them was collected, ``scored_at`` the
    newest time of scoring.
    """

    sources: dict[str, SourceCounts] = field(default_factory=lambda: defaultdict(SourceCounts))
    comments_waiting: int = 0
    gone: int = 0
    oldest: datetime | None = None
    scored_at: datetime | None = None

    @property
    def total(self) -> SourceCounts:
        """The sum over all sources."""
        return sum(self.sources.values(), SourceCounts())

    @property
    def score_waiting(self) -> int:
        """How many posts have no scores, or old ones."""
        total = self.total
        return total.posts - total.scored

    def add(self, post: Mapping[str, Any]) -> None:
        """Count one post."""
        relevance, comments = post.get("relevance") or {}, post.get("comments") or {}
        state = comments.get("state", CommentState.PENDING.value)
        counts = self.sources[str(post.get("source", ""))]
        counts.posts += 1
        counts.scored += (post.get("score") or {}).get("state") == "done"
        counts.fashion += relevance.get("verdict") is True
        counts.comments += comments.get("collected") or 0
        counts.states[state] += 1
        self.comments_waiting += state == CommentState.PENDING and reported(dict(post)) > 0
        self.gone += GONE in post
        self.oldest = min(filter(None, (self.oldest, post.get("first_seen"))), default=None)
        self.scored_at = max(filter(None, (self.scored_at, relevance.get("at"))), default=None)


def count_store(store: Store) -> StoreCounts:
    """The counts of now; some 10,000 posts a second on the embedded server."""
    counts = StoreCounts()
    for post in store.posts(projection=SEEN):
        counts.add(post)
    return counts
