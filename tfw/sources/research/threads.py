"""How far the comments of each post are read, in the collection `threads`, to be resumed.

A thread is the post's comments, page after page, and then the replies to each of them where
replies are asked for. Its `cursor` and `reply_cursor` say which page comes next.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from tfw.connection import clear_errors
from tfw.sources.research.endpoints import Page
from tfw.sources.research.leases import FREE, Leases
from tfw.sources.research.windows import CLIENT_VERSION
from tfw.store import Store

Document = dict[str, Any]

COLLECTION = "threads"
BEGINNING: Mapping[str, Any] = {
    "cursor": 0,
    "listed": False,
    "capped": False,
    "stuck": False,
    "reply_to": "",
    "reply_cursor": 0,
    "reply_more": False,
    "with_replies": False,
    "delivered": 0,
    "requests": 0,
}


class ThreadBook:
    """The threads that this run reads."""

    def __init__(self, store: Store, leases: Leases, replies: bool) -> None:
        self._threads = store.database[COLLECTION]
        self._leases = leases
        self._replies = replies

    def take(self, post_id: str) -> Document | None:
        """The thread of a post, now with this run; None when it is done or another has it."""
        thread = self._get_or_add(post_id)
        if not self._may_give_more(thread):
            return None
        return self._leases.take(thread, {"state": "running", "reason": None})

    def save_page(self, thread: Document, page: Page, **progress: object) -> bool:
        """Note that a page's rows are stored; False when the thread is another worker's now."""
        moved = {
            "log_id": page.log_id,
            "collected_at": page.received_at,
            "requests": thread["requests"] + page.attempts,
            "delivered": thread["delivered"] + len(page.rows),
            **progress,
        }
        thread.update(moved)
        return self._leases.change(thread["_id"], moved)

    def note(self, thread: Document, **changes: object) -> bool:
        """Note progress that no page brought."""
        thread.update(changes)
        return self._leases.change(thread["_id"], changes)

    def finish(self, thread: Document, state: str, reason: str | None, **more: object) -> bool:
        """End a thread, and give it back."""
        return self.note(
            thread, state=state, reason=reason, ended_at=datetime.now(UTC), lease=FREE, **more
        )

    def give_back(self, thread: Document, attempts: int) -> bool:
        """Leave a thread to whoever goes on with it."""
        return self.note(
            thread, state="pending", requests=thread["requests"] + attempts, lease=FREE
        )

    def _may_give_more(self, thread: Document) -> bool:
        if thread["state"] == "complete":
            return self._replies and not thread["with_replies"]
        if thread["state"] == "failed":
            ended: datetime = thread["ended_at"]
            return bool(thread.get("passing")) and ended.date() < datetime.now(UTC).date()
        return True

    def _get_or_add(self, post_id: str) -> Document:
        with clear_errors("read how far comments are collected"):
            thread = self._threads.find_one({"_id": post_id})
        if thread is not None:
            return thread
        new: Document = {
            "_id": post_id,
            "state": "pending",
            "reason": None,
            "lease": FREE,
            "client_version": CLIENT_VERSION,
            "created_at": datetime.now(UTC),
            **BEGINNING,
        }
        with clear_errors("begin to collect comments"):
            try:
                self._threads.insert_one(new)
            except DuplicateKeyError:
                return self._get_or_add(post_id)  # another process was first
        return new
