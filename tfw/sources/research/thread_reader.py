"""The work on the threads of one run: comments page after page, then their replies."""

import logging
import threading
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tqdm.auto import tqdm

from tfw.privacy import Pseudonymiser
from tfw.records import CommentState, CommentStatus, Post
from tfw.sources.research.client import ResearchClient
from tfw.sources.research.endpoints import Page
from tfw.sources.research.failures import (
    ApiDown,
    ApiUnavailable,
    CollectionPaused,
    EndpointClosed,
    RequestRefused,
    ResearchError,
    SearchLost,
)
from tfw.sources.research.fields import COMMENTS_CAP
from tfw.sources.research.rows import read_comments
from tfw.sources.research.threads import ThreadBook
from tfw.sources.waiting import reported
from tfw.store import Store, WriteCounts

log = logging.getLogger(__name__)

STUCK_WAITS = (5.0, 10.0, 15.0)
FAILURES_IN_A_ROW = 5

Document = dict[str, Any]


@dataclass(frozen=True)
class CommentSummary:
    """What a run read: posts by the state of their comments, and comments.

    ``reported`` is what TikTok's counters say of these posts, ``collected`` what is stored.
    """

    posts: dict[str, int]
    comments: WriteCounts
    reported: int
    collected: int
    requests: int
    quota_left: int
    problems: list[tuple[str, str]] = field(default_factory=list)
    paused: str | None = None
    resumes_at: datetime | None = None

    def __str__(self) -> str:
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.posts.items()))
        written = self.comments
        lines = [
            f"Comments: {written.inserted:,} new, {written.updated:,} updated, "
            f"{written.unchanged:,} as before.",
            f"Posts: {states or 'none'}; TikTok reports {self.reported:,} comments of them, "
            f"{self.collected:,} are stored.",
            f"Requests: {self.requests:,} in this run, {self.quota_left:,} left today.",
            *(f"post {post_id}: {reason}" for post_id, reason in self.problems),
        ]
        return "\n".join([*lines, *([self.paused] if self.paused else [])])


class ThreadReader:
    """Reads threads; its methods are called by several threads of the program."""

    def __init__(
        self,
        store: Store,
        client: ResearchClient,
        book: ThreadBook,
        chosen: Iterable[str],
        hide: Pseudonymiser,
        replies: bool,
        bar: "tqdm[Any]",
    ) -> None:
        self._store = store
        self._client = client
        self._book = book
        self._queue = deque(chosen)
        self._hide = hide
        self._replies = replies
        self._bar = bar
        self._lock = threading.Lock()
        self._failures = 0
        self._written = WriteCounts()
        self._states: Counter[str] = Counter()
        self._reported = self._collected = 0
        self._problems: list[tuple[str, str]] = []

    def take(self) -> Document | None:
        """The next thread that is free."""
        while self._queue:
            if thread := self._book.take(self._queue.popleft()):
                return thread
        return None

    def read(self, thread: Document) -> None:
        """Read a thread to its end, whatever that is."""
        try:
            if self._list_comments(thread) and self._list_replies(thread):
                self._finish(thread)
        except EndpointClosed as error:
            self._book.give_back(thread, error.attempts)
            raise
        except RequestRefused as error:
            self._fail(thread, error, CommentState.UNAVAILABLE)
        except (ApiUnavailable, SearchLost) as error:
            self._fail(thread, error, None)
            self._look_for_life()
        except ResearchError as error:
            self._book.give_back(thread, error.attempts)
            raise

    def summary(self, paused: CollectionPaused | None) -> CommentSummary:
        """What was read."""
        quota = self._client.quota
        return CommentSummary(
            posts=dict(self._states),
            comments=self._written,
            reported=self._reported,
            collected=self._collected,
            requests=quota.reserved,
            quota_left=quota.remaining(),
            problems=self._problems,
            paused=str(paused) if paused else None,
            resumes_at=paused.resumes_at if paused else None,
        )

    def _list_comments(self, thread: Document) -> bool:
        """Read the comments; False when the thread is another worker's now."""
        stuck = 0
        while not thread["listed"]:
            page = self._client.comments(thread["_id"], cursor=thread["cursor"])
            self._keep(page)
            cursor = page.cursor or 0
            stuck = 0 if cursor > thread["cursor"] else stuck + 1
            given_up = stuck > len(STUCK_WAITS)
            capped = page.has_more and cursor >= COMMENTS_CAP
            ended = not page.has_more or page.cursor is None
            progress = {
                "cursor": max(cursor, thread["cursor"]),
                "capped": capped,
                "stuck": given_up,
                "listed": ended or capped or given_up,
            }
            if not self._book.save_page(thread, page, **progress):
                return False
            if stuck and not thread["listed"]:
                self._client.pause(STUCK_WAITS[stuck - 1])
        return True

    def _list_replies(self, thread: Document) -> bool:
        """Read the replies of each comment; False when the thread is another worker's now."""
        if not self._replies:
            return True
        for parent in self._parents(thread):
            try:
                if not self._list_replies_to(thread, parent):
                    return False
            except EndpointClosed:
                raise
            except RequestRefused as error:
                log.warning("comment %s: no replies: %s", parent, error)
                requests = thread["requests"] + error.attempts
                self._book.note(thread, reply_to=parent, reply_more=False, requests=requests)
        return self._book.note(thread, with_replies=True)

    def _list_replies_to(self, thread: Document, parent: str) -> bool:
        resumed = thread["reply_to"] == parent
        cursor = thread["reply_cursor"] if resumed else 0
        stuck = 0
        while True:
            page = self._client.replies(parent, cursor=cursor)
            self._keep(page)
            following = page.cursor or 0
            stuck = 0 if following > cursor else stuck + 1
            more = page.has_more and following < COMMENTS_CAP and stuck <= len(STUCK_WAITS)
            cursor = max(cursor, following)
            progress = {"reply_to": parent, "reply_cursor": cursor, "reply_more": more}
            if not self._book.save_page(thread, page, **progress):
                return False
            if not more:
                return True
            if stuck:
                self._client.pause(STUCK_WAITS[stuck - 1])

    def _parents(self, thread: Document) -> list[str]:
        """The comments that have replies which are not stored, in the order of their ids."""
        comments = self._store.comments_of([thread["_id"]])[thread["_id"]]
        stored = Counter(comment.get("parent_id") for comment in comments)
        last = int(thread["reply_to"] or 0)
        if not thread["reply_more"]:
            last += 1
        return sorted(
            (
                comment["_id"]
                for comment in comments
                if int(comment["_id"]) >= last
                and not comment.get("parent_id")
                and (comment.get("replies") or 0) > stored[comment["_id"]]
            ),
            key=int,
        )

    def _keep(self, page: Page) -> None:
        self._failures = 0
        at = page.received_at or datetime.now(UTC)
        written = self._store.upsert_comments(read_comments(page.rows, at, self._hide))
        with self._lock:
            self._written += written

    def _finish(self, thread: Document) -> None:
        collected = len(self._store.comments_of([thread["_id"]])[thread["_id"]])
        post = self._store.get("posts", thread["_id"])
        state, reason = _outcome(thread, collected, reported(post) if post else None)
        self._end(thread, post, state, reason, collected)
        self._book.finish(thread, "complete", reason, with_replies=self._replies)

    def _fail(self, thread: Document, error: ResearchError, state: CommentState | None) -> None:
        """End a thread that gave no more; without a state the post waits for another day."""
        requests = thread["requests"] + error.attempts
        if state is None:
            self._states["failed"] += 1
        else:
            post = self._store.get("posts", thread["_id"])
            collected = len(self._store.comments_of([thread["_id"]])[thread["_id"]])
            self._end(thread, post, state, str(error), collected)
        self._note_problem(thread["_id"], str(error))
        passing = state is None
        self._book.finish(thread, "failed", str(error), passing=passing, requests=requests)

    def _end(
        self,
        thread: Document,
        post: Document | None,
        state: CommentState,
        reason: str | None,
        collected: int,
    ) -> None:
        if post is not None:
            status = CommentStatus(
                state=state,
                reason=reason,
                reported=reported(post),
                collected=collected,
                at=datetime.now(UTC),
            )
            changed = Post.from_document(post).model_copy(update={"comments": status})
            self._store.upsert_posts([changed])
        with self._lock:
            self._states[state.value] += 1
            self._reported += reported(post) if post else collected
            self._collected += collected
            self._bar.update()
        log.debug("post %s: comments %s, %s", thread["_id"], state.value, reason)

    def _note_problem(self, post_id: str, reason: str) -> None:
        log.warning("post %s: %s", post_id, reason)
        with self._lock:
            self._problems.append((post_id, reason))

    def _look_for_life(self) -> None:
        self._failures += 1
        if self._failures >= FAILURES_IN_A_ROW:
            raise ApiDown(
                f"The API failed on {self._failures} posts in a row. Nothing is lost; start the "
                "run again later."
            )


def _outcome(
    thread: Document, collected: int, reported: int | None
) -> tuple[CommentState, str | None]:
    """The state of a post's comments when the API has no more to give."""
    if reported is None or collected >= reported:
        return CommentState.COMPLETE, None
    if thread["stuck"]:
        return CommentState.PARTIAL, f"the cursor stands still at {thread['cursor']:,}"
    if thread["capped"]:
        return CommentState.PARTIAL, f"the API gives {COMMENTS_CAP:,} comments of a video at most"
    if not collected:
        return CommentState.UNAVAILABLE, f"the API gave none of {reported:,} comments"
    reason = f"the API gave {collected:,} of {reported:,}; the others are hidden, gone or replies"
    return CommentState.PARTIAL, reason
