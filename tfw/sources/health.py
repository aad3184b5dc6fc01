"""How complete a collection is: comments against what the platform reports, reasons, days.

Everything is read from the store, so a run of another process is seen like one's own.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from tfw.connection import clear_errors
from tfw.records import CommentState, reason_kind
from tfw.sources.day_counts import Coverage, DayCount
from tfw.sources.research.endpoints import VIDEOS
from tfw.sources.research.query import VideoQuery
from tfw.sources.web.feeds import COLLECTION as FEEDS
from tfw.sources.web.pace import COLLECTION as PAGES
from tfw.store import Store

Document = dict[str, Any]
Scope = VideoQuery | Literal["web"] | None

SEEN = {
    "source": 1,
    "queries": 1,
    "comments": 1,
    "stats.comments": 1,
    "created_at": 1,
    "first_seen": 1,
}
WEB = "web"
MOST_REASONS = 1_000
MORE_REASONS = "other reasons"


@dataclass
class CommentCount:
    """Posts of one source and state: comments that the platform reports, and those stored.

    ``unknown`` posts have no reported number; their comments are not in ``reported``.
    """

    posts: int = 0
    reported: int = 0
    collected: int = 0
    unknown: int = 0

    @property
    def share(self) -> float | None:
        """The share of the reported comments that is stored; None where none is reported."""
        return self.collected / self.reported if self.reported else None

    def add(self, post: Mapping[str, Any]) -> None:
        """Count one post."""
        comments = post.get("comments") or {}
        known = comments.get("reported", (post.get("stats") or {}).get("comments"))
        self.posts += 1
        self.unknown += known is None
        self.reported += known or 0
        self.collected += comments.get("collected") or 0


@dataclass
class PostFigures:
    """What one pass over posts gives; ``reasons`` counts (state, kind of reason) of misses."""

    posts: int = 0
    comments: dict[tuple[str, str], CommentCount] = field(
        default_factory=lambda: defaultdict(CommentCount)
    )
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    created: Counter[date] = field(default_factory=Counter)
    first_seen: Counter[date] = field(default_factory=Counter)
    comments_read: Counter[date] = field(default_factory=Counter)

    def add(self, post: Mapping[str, Any]) -> None:
        """Take down one post."""
        comments = post.get("comments") or {}
        state = comments.get("state", CommentState.PENDING.value)
        self.posts += 1
        self.comments[post.get("source", ""), state].add(post)
        if reason := reason_kind(comments.get("reason") or ""):
            known = (state, reason) in self.reasons or len(self.reasons) < MOST_REASONS
            self.reasons[state, reason if known else MORE_REASONS] += 1
        _count_day(self.created, post.get("created_at"))
        _count_day(self.first_seen, post.get("first_seen"))
        self.note_comments(post)

    def note_comments(self, post: Mapping[str, Any]) -> None:
        """Take down when a post's comments were read, and nothing else of it."""
        _count_day(self.comments_read, (post.get("comments") or {}).get("at"))


def read_posts(store: Store, scope: Scope = None) -> PostFigures:
    """The figures of the posts of a query, of those from web pages, or of all, in one pass."""
    figures = PostFigures()
    query = {"queries": scope.name} if isinstance(scope, VideoQuery) else {}
    for post in store.posts(query, SEEN):
        if scope != WEB or str(post.get("source", "")).startswith(WEB):
            figures.add(post)
        else:
            figures.note_comments(post)  # pages are opened for them too
    return figures


def collection_days(
    store: Store, figures: PostFigures, scope: Scope, now: datetime | None = None
) -> list[DayCount]:
    """The days on which something was asked, with the posts that came new on each.

    What was asked is known from the requests for videos, the pages opened and the files imported
    of each day. A day on which comments were read and nothing else was asked is none for posts.
    """
    today = (now or datetime.now(UTC)).date()
    asked = _asked_days(store, scope)
    days = sorted({*asked, *figures.first_seen, today} if asked or figures.first_seen else [])
    found = []
    for day in _every_day(days):
        rows = figures.first_seen.get(day, 0)
        read = asked.get(day, 0) and (rows or not figures.comments_read.get(day, 0))
        state = Coverage.COMPLETE if rows or read else Coverage.IDLE
        found.append(DayCount(day, rows, Coverage.YOUNG if day == today else state))
    return found


def feeds(store: Store) -> list[Document]:
    """The public lists that were read, each with its place."""
    with clear_errors("read the places in public lists"):
        return sorted(store.database[FEEDS].find(), key=lambda feed: str(feed["_id"]))


def _asked_days(store: Store, scope: Scope) -> Counter[date]:
    """How often posts were asked for on each day, as far as the store knows."""
    asked: Counter[date] = Counter()
    with clear_errors("read what was asked on each day"):
        for entry in store.database[PAGES].find():
            asked[date.fromisoformat(entry["_id"])] += int(entry.get("pages", 0))
        if scope != WEB:
            for entry in store.database["quota"].find({}, {"day": 1, "endpoints": 1}):
                videos = (entry.get("endpoints") or {}).get(VIDEOS.name, 0)
                asked[date.fromisoformat(entry["day"])] += int(videos)
            for entry in store.database["imports"].find({}, {"created_at": 1}):
                asked[entry["created_at"].astimezone(UTC).date()] += 1
    return asked


def _count_day(counts: Counter[date], time: datetime | None) -> None:
    if time is not None:
        counts[time.astimezone(UTC).date()] += 1


def _every_day(days: list[date]) -> Iterator[date]:
    if days:
        for number in range((days[-1] - days[0]).days + 1):
            yield days[0] + timedelta(days=number)
