"""Which posts wait for their comments, and which of them are worth the most."""

import heapq
from collections.abc import Iterator, Sequence
from typing import Any

from tfw.bulk import read_by_id
from tfw.connection import clear_errors
from tfw.records import CommentState
from tfw.store import Store

Document = dict[str, Any]

SEEN = {"comments": 1, "stats.comments": 1, "stats.plays": 1, "relevance.verdict": 1}


def most_valuable(store: Store, limit: int, *, reach: int | None = None) -> list[str]:
    """The ids of the posts whose comments are collected first, at most `limit`.

    Of the stored posts with a comment count above 0 and none fetched: first those judged to be
    about fashion, then those not judged yet, then the others; in each group those with the most
    comments, as far as a source can reach them (`reach`), then those with the most plays.
    """

    def value(post: Document) -> tuple[int, int, int]:
        verdict = post.get("relevance", {}).get("verdict")
        rank = {True: 2, None: 1, False: 0}[verdict]
        count = reported(post)
        within = count if reach is None else min(count, reach)
        return rank, within, post.get("stats", {}).get("plays") or 0

    best = heapq.nlargest(limit, waiting(store), key=value)
    return [post["_id"] for post in best]


def reported(post: Document) -> int:
    """The number of comments that the platform reports; 0 where it is not known."""
    count = post.get("comments", {}).get("reported")
    return int(count if count is not None else post.get("stats", {}).get("comments") or 0)


def waiting(store: Store) -> Iterator[Document]:
    """The stored posts that have comments and none fetched."""
    pending = store.posts({"comments.state": CommentState.PENDING.value}, SEEN)
    return (post for post in pending if reported(post))


def waiting_of(store: Store, post_ids: Sequence[str]) -> Iterator[Document]:
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
