"""Which posts' comments are worth a request, the most valuable ones first, and what they cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tfw.connection import clear_errors
from tfw.sources.research.fields import COMMENTS_CAP, DAILY_REQUESTS, MAX_PER_PAGE
from tfw.sources.research.threads import COLLECTION
from tfw.sources.waiting import most_valuable, reported, waiting, waiting_of
from tfw.store import Store

Document = dict[str, Any]


@dataclass(frozen=True)
class CommentCost:
    """What reading comments costs: one request for each 100 comments of a post, ten at most."""

    posts: int
    comments: int
    requests: int

    @property
    def days_of_quota(self) -> float:
        """The days of quota it takes."""
        return self.requests / DAILY_REQUESTS["general"]

    def __str__(self) -> str:
        return (
            f"{self.posts:,} posts with {self.comments:,} comments: {self.requests:,} requests, "
            f"{self.days_of_quota:.2g} days of quota."
        )


def estimate_comments(store: Store, post_ids: Sequence[str] | None = None) -> CommentCost:
    """The cost of the comments that :func:`collect_comments` would read."""
    posts = comments = requests = 0
    for post in waiting(store) if post_ids is None else waiting_of(store, post_ids):
        posts += 1
        reachable = min(reported(post), COMMENTS_CAP)
        comments += reachable
        requests += max(1, -(-reachable // MAX_PER_PAGE))
    return CommentCost(posts, comments, requests)


def choose_posts(
    store: Store, post_ids: Sequence[str] | None, limit: int, replies: bool
) -> list[str]:
    """The ids of the posts to read comments of, at most `limit`.

    Without a list: those of :func:`tfw.sources.waiting.most_valuable`, and then those whose replies
    are missing. A list keeps its order; ids of it that are not stored are read too.
    """
    if post_ids is not None:
        wanted = {post["_id"] for post in waiting_of(store, post_ids)}
        wanted |= _without_replies(store) if replies else set()
        return [id_ for id_ in post_ids if id_ in wanted][:limit]
    chosen = most_valuable(store, limit, reach=COMMENTS_CAP)
    more = sorted(_without_replies(store)) if replies else []
    return list(dict.fromkeys([*chosen, *more]))[:limit]


def _without_replies(store: Store) -> set[str]:
    found: Iterable[Document] = store.database[COLLECTION].find(
        {"state": "complete", "with_replies": False}, {"_id": 1}
    )
    with clear_errors("read how far comments are collected"):
        return {thread["_id"] for thread in found}
