"""Storing what a reading came to: the post's counters and the state of its comments."""

import logging
from datetime import UTC, datetime
from typing import Any

from tfw.records import CommentState, CommentStatus, Post
from tfw.sources.outcomes import SkipItem
from tfw.sources.web.harvest import SOURCE
from tfw.sources.web.reading import Reading
from tfw.sources.web_items import post_from_item
from tfw.store import Store

log = logging.getLogger(__name__)

S = CommentState
# How much a state tells. A reading that failed takes nothing back that an earlier one found out.
WORTH = {S.COMPLETE: 3, S.PARTIAL: 2, S.OFF: 1, S.UNAVAILABLE: 1, S.BLOCKED: 0, S.PENDING: -1}

Document = dict[str, Any]


def keep_reading(store: Store, reading: Reading) -> CommentStatus:
    """The status that a post's comments have now, after a reading.

    The earlier state and its reason stay where they tell more than this reading does; the number
    of comments is that of the stored ones in any case.
    """
    known = store.get("posts", reading.post_id)
    now = datetime.now(UTC)
    status = CommentStatus(
        state=reading.state,
        reason=reading.reason,
        reported=reading.reported,
        collected=store.count("comments", {"post_id": reading.post_id}),
        at=now,
    )
    post = _fresh(reading, now) or (Post.from_document(known) if known else None)
    if post is None:
        return status
    if known:
        status = _better(known["comments"], status)
        post = post.model_copy(update={"source": known["source"]})
    store.upsert_posts([post.model_copy(update={"comments": status})])
    return status


def _fresh(reading: Reading, now: datetime) -> Post | None:
    """The post as its page tells it, with today's counters."""
    if reading.item is None:
        return None
    try:
        return post_from_item(reading.item, source=SOURCE, collected_at=now)
    except (SkipItem, ValueError) as error:
        log.info("post %s: its page tells nothing new: %s", reading.post_id, error)
        return None


def _better(known: Document, status: CommentStatus) -> CommentStatus:
    if WORTH[CommentState(status.state)] >= WORTH[CommentState(known["state"])]:
        if status.reported is None:
            return status.model_copy(update={"reported": known.get("reported")})
        return status
    reported = status.reported if status.reported is not None else known.get("reported")
    kept = {"state": known["state"], "reason": known.get("reason"), "reported": reported}
    return status.model_copy(update=kept)
