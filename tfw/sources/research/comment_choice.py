"""Which posts' comments are worth a request, the most valuable ones first, and what they cost."""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tfw.bulk import read_by_id
from tfw.connection import clear_errors
from tfw.records import CommentState
from tfw.sources.research.fields import COMMENTS_CAP, DAILY_REQUESTS, MAX_PER_PAGE
from tfw.sources.research.threads import COLLECTION
from tfw.store import Store

Document = dict[str, Any]

SEEN = {"comments": 1, "stats.comments": 1, "stats.plays": 1, "relevance.verdict": 1}


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
    for post in _waiting(store, post_ids):
        posts += 1
        reachable = min(reported(post), COMMENTS_CAP)
        comments += reachable
        requests += max(1, -(-reachable // MAX_PER_PAGE))
    return CommentCost(posts, comments, requests)


def choose_posts(
    store: Store, post_ids: Sequence[str] | None, limit: int, replies: bool
) -> list[str]:
    """The ids of the posts to read comments of, at most `limit`.

    Without a list: stored posts with a comment count above 0 and none fetched. First those judged
    to be about fashion, then those not judged yet, then the others; in each group those with the
    most comments. A list keeps its order; ids of it that are not stored are read too.
    """
    if post_ids is not None:
        waiting = {post["_id"] for post in _waiting(store, post_ids)}
        unread = _without_replies(store) if replies else set()
        return [id_ for id_ in post_ids if id_ in waiting or id_ in unread][:limit]
    best = heapq.nlargest(limit, _waiting(store, None), key=_value)
    chosen = [post["_id"] for post in best]
    more = sorted(_without_replies(store)) if replies else []
    return list(dict.fromkeys([*chosen, *more]))[:limit]


def reported(post: Document) -> int:
    """The number of comments that the platform reports; 0 where it is not known."""
    count = post.get("comments", {}).get("reported")
    return int(count if count is not None else post.get("stats", {}).get("comments") or 0)


def _waiting(store: Store, post_ids: Sequence[str] | None) -> Iterator[Document]:
    if post_ids is not None:
        return _waiting_of(store, post_ids)
    pending = store.posts({"comments.state": CommentState.PENDING.value}, SEEN)
    return (post for post in pending if reported(post))


def _waiting_of(store: Store, post_ids: Sequence[str]) -> Iterator[Document]:
    """The posts of a list that are not done; those that are not stored have no count."""
    with clear_errors("read posts"):
        stored = {post["_id"]: post for post in read_by_id(store.database["posts"], post_ids, SEEN)}
    for id_ in post_ids:
        post = stored.get(id_)
        if post is None:
            yield {"_id": id_}
        elif post["comments"]["state"] == CommentState.PENDING and _may_have(post):
            yield post


def _may_have(post: Document) -> bool:
    """Whether a post that was asked for by its id can have comments: an unknown count can."""
    known = {"reported": post["comments"].get("reported"), "stats": post["stats"].get("comments")}
    return reported(post) > 0 or all(count is None for count in known.values())


def _without_replies(store: Store) -> set[str]:
    found: Iterable[Document] = store.database[COLLECTION].find(
        {"state": "complete", "with_replies": False}, {"_id": 1}
    )
    with clear_errors("read how far comments are collected"):
        return {thread["_id"] for thread in found}


def _value(post: Document) -> tuple[int, int, int]:
    verdict = post.get("relevance", {}).get("verdict")
    rank = {True: 2, None: 1, False: 0}[verdict]
    return rank, min(reported(post), COMMENTS_CAP), post.get("stats", {}).get("plays") or 0
