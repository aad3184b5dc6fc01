"""The posts of one run, handed to its sessions one at a time, each with a claim."""

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tfw.bulk import read_by_id
from tfw.connection import clear_errors
from tfw.errors import ParameterError
from tfw.records import Post, Stats, post_url
from tfw.store import Claim, Store

LEASE = timedelta(minutes=45)
LOOK_AGAIN = 0.5
NAMED = "named"
ADDRESS = re.compile(r"(?:.*/(?:video|photo)/)?(\d{15,20})(?:[/?#].*)?")


@dataclass
class Task:
    """A post to read, and how often reading it has failed."""

    post: dict[str, Any]
    claim: Claim
    tries: int = 0

    @property
    def post_id(self) -> str:
        """The id of the post."""
        return str(self.post["_id"])

    @property
    def author(self) -> str | None:
        """The handle of who posted it, where that is known."""
        name: str | None = self.post.get("author", {}).get("name")
        return name


class PostQueue:
    """Posts in their order; safe to use from threads.

    Args:
        store: where the posts are.
        post_ids: the posts to read.
        pending: whether posts are left out that have a state by the time their turn comes;
            otherwise they are read whatever their state is.
        most: posts that this run may read; all if None.
    """

    def __init__(
        self,
        store: Store,
        post_ids: Sequence[str],
        *,
        pending: bool = False,
        most: int | None = None,
    ) -> None:
        self._store = store
        self._waiting = deque(post_ids)
        self._pending = pending
        self._left = len(post_ids) if most is None else most
        self._again: deque[Task] = deque()
        self._out: dict[str, Task] = {}
        self._given_up: list[Task] = []
        self._changed = threading.Condition()
        self.busy: list[str] = []

    def __len__(self) -> int:
        """The number of posts that are still to be read, as far as nobody else reads them."""
        with self._changed:
            return min(self._left, len(self._waiting)) + len(self._again) + len(self._out)

    def take(self, ended: Callable[[], bool]) -> Task | None:
        """The next post, waited for while others may give one back; None when it is time to go."""
        with self._changed:
            while not ended():
                if task := self._next():
                    self._out[task.post_id] = task
                    return task
                if not self._out:
                    return None
                self._changed.wait(LOOK_AGAIN)
        return None

    def give_back(self, task: Task) -> None:
        """Let a session read a post again."""
        with self._changed:
            self._out.pop(task.post_id, None)
            self._again.append(task)
            self._changed.notify_all()

    def give_up(self, task: Task) -> None:
        """Leave a post to later runs; this one keeps its claim, so as not to meet it again."""
        with self._changed:
            self._out.pop(task.post_id, None)
            self._given_up.append(task)
            self._changed.notify_all()

    def done(self, task: Task) -> None:
        """A post was read."""
        with self._changed:
            self._out.pop(task.post_id, None)
            self._changed.notify_all()
        self._store.release(task.claim)

    def release(self) -> None:
        """Let other runs have what was not read."""
        with self._changed:
            open_tasks = [*self._again, *self._out.values(), *self._given_up]
            self._again.clear()
            self._out.clear()
            self._given_up.clear()
        for task in open_tasks:
            self._store.release(task.claim)

    def _next(self) -> Task | None:
        if self._again:
            return self._again.popleft()
        while self._waiting and self._left > 0:
            post_id = self._waiting.popleft()
            claim = self._store.claim_posts(
                "comments", limit=1, lease=LEASE, ids=[post_id], pending=self._pending
            )
            if claim.posts:
                self._left -= 1
                return Task(claim.posts[0], claim)
            if not self._pending:
                self.busy.append(post_id)
        return None


def check_post_ids(post_ids: Iterable[str]) -> list[str]:
    """The ids of posts given by id or by address, each once, in their order.

    Raises:
        ParameterError: one is neither.
    """
    if isinstance(post_ids, str):
        raise ParameterError("post_ids is one text; it is a list, such as ['7550552484896258577'].")
    ids: dict[str, None] = {}
    for given in post_ids:
        found = ADDRESS.fullmatch(given.strip()) if isinstance(given, str) else None
        if not found:
            raise ParameterError(
                f"post_ids: {given!r} is no post; write its id in quotes, 15 to 20 digits, or the "
                "address of its page."
            )
        ids[found.group(1)] = None
    return list(ids)


@clear_errors("read posts")
def add_unknown(store: Store, post_ids: Sequence[str]) -> int:
    """Store those of some posts that are not stored, with nothing but their ids. Their number."""
    known = {post["_id"] for post in read_by_id(store.database["posts"], post_ids, {"_id": 1})}
    stats = Stats(collected_at=datetime.now(UTC))
    new = [
        Post(id=id_, url=post_url(id_, None), source=NAMED, stats=stats)
        for id_ in post_ids
        if id_ not in known
    ]
    return store.upsert_posts(new).inserted
