"""What the site's own comment lists say about one post: comments, and how far the lists go.

The page asks for lists of comments while it is scrolled. Their raw answers have exact ids and
times, and tell where a list ends, which the page does not show.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tfw.privacy import Pseudonymiser
from tfw.records import Comment
from tfw.sources.outcomes import faults
from tfw.sources.values import secondary_id, word_of
from tfw.sources.web.browser import PageReply
from tfw.sources.web.keys import comment_key
from tfw.sources.web.states import Answer, PageState, judge
from tfw.sources.web_items import comment_from_item
from tfw.sources.web_pages import is_comment

log = logging.getLogger(__name__)

SOURCE = "web_comments"
TOP, ANSWERS = "/api/comment/list", "/api/comment/list/reply"

Item = Mapping[str, Any]


@dataclass
class Thread:
    """How far the answers to one comment are known; ``told`` is what its counter says."""

    told: int | None = None
    known: int = 0
    ended: bool = False
    more: bool = False

    @property
    def open(self) -> bool:
        """Whether answers are missing that the lists have not said to be out of reach."""
        return not self.ended and (self.more or self.known < (self.told or 0))


@dataclass
class CommentLists:
    """Takes the answers of one post's comment lists; gives the comments in them, each once."""

    post_id: str
    pseudonymiser: Pseudonymiser
    answered: bool = False
    ended: bool = False
    total: int | None = None
    failure: Answer | None = None
    rejected: dict[str, int] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    @property
    def complete(self) -> bool:
        """Whether the list of comments and the lists of answers to each were read to the end."""
        return self.ended and not self.open_threads

    @property
    def all_told(self) -> bool:
        """Whether each comment said how many answers it has."""
        return all(thread.told is not None or thread.ended for thread in self.threads.values())

    @property
    def open_threads(self) -> int:
        """The number of comments whose answers are not all read."""
        return sum(thread.open for thread in self.threads.values())

    @property
    def count(self) -> int:
        """The number of comments known, answers included."""
        return len(self._keys)

    def take(self, reply: PageReply, collected_at: datetime) -> list[Comment]:
        """The new comments of a list's answer; none where it is another post's or has failed."""
        address = urlsplit(reply.url)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        path = address.path.rstrip("/")
        if path not in (TOP, ANSWERS) or self._is_foreign(query):
            return []
        answer = judge(reply)
        self.failure = None if answer.state is PageState.OK else answer
        if self.failure or answer.payload is None:
            return []
        entries = [entry for entry in answer.payload.get("comments") or [] if is_comment(entry)]
        new = self.items(entries, collected_at)
        self._note_progress(path, query, answer.payload, entries)
        return new

    def items(self, entries: list[Item], collected_at: datetime) -> list[Comment]:
        """The new comments among list entries, with the answers that some hold inside them."""
        return [
            comment
            for entry in _with_answers(entries)
            if (comment := self._comment(entry, collected_at)) is not None
        ]

    def _is_foreign(self, query: Mapping[str, str]) -> bool:
        named = {query.get("aweme_id"), query.get("item_id")} - {None}
        return bool(named) and self.post_id not in named

    def _note_progress(
        self, path: str, query: Mapping[str, str], answer: Item, entries: list[Item]
    ) -> None:
        ended = str(answer.get("has_more", 0)) in ("0", "False", "None")
        if path == TOP:
            self.answered, self.ended = True, ended
            total = answer.get("total")
            self.total = total if isinstance(total, int) and total >= 0 else self.total
            return
        parent = query.get("comment_id") or next(
            (str(entry["reply_id"]) for entry in entries if entry.get("reply_id")), None
        )
        if parent:
            thread = self.threads.setdefault(parent, Thread())
            thread.ended, thread.more = ended, not ended

    def _comment(self, entry: Item, collected_at: datetime) -> Comment | None:
        try:
            item = {"aweme_id": self.post_id, **entry}
            comment = comment_from_item(
                item,
                source=SOURCE,
                collected_at=collected_at,
                pseudonymiser=self.pseudonymiser,
            )
        except ValueError as error:
            reason, detail = faults(error)
            self.rejected[reason] = self.rejected.get(reason, 0) + 1
            log.warning("post %s: a comment cannot be read: %s", self.post_id, detail)
            return None
        if comment.id in self._keys or comment.post_id != self.post_id:
            return None
        return self._remember(comment, entry)

    def _remember(self, comment: Comment, entry: Item) -> Comment:
        parent = comment.parent_id
        key = comment_key(
            self.post_id,
            _handle(entry.get("user")),
            str(entry.get("text") or ""),
            parent_key=self._keys.get(parent, parent) if parent else None,
            pseudonymiser=self.pseudonymiser,
        )
        self._keys[comment.id] = key
        self._known.add(key)
        thread = self.threads.setdefault(parent or comment.id, Thread())
        if parent:
            thread.known += 1
        else:
            thread.told = comment.replies
        return comment.model_copy(update={"key": key})

    def knows(self, comment: Comment) -> bool:
        """Whether a comment that the page shows was told by a list, or by the page's JSON."""
        return comment.id in self._keys or comment.key in self._known


def _with_answers(entries: list[Item]) -> Iterator[Item]:
    for entry in entries:
        yield entry
        inside = entry.get("reply_comment")
        yield from (reply for reply in inside or [] if is_comment(reply))


def _handle(user: object) -> str | None:
    """The handle that the page shows too, or the account's id where no handle is told."""
    known = user if isinstance(user, Mapping) else {"unique_id": user}
    return word_of(known.get("unique_id")) or secondary_id(known.get("uid"))
