"""The posts of one answer after the other: mapped, without repeats, stored as they come."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tfw.records import Post
from tfw.sources.outcomes import SkipItem, faults
from tfw.sources.web.feed_sources import Feed
from tfw.sources.web_items import post_from_item
from tfw.sources.web_pages import unpack
from tfw.store import Store

SOURCE = "web-feed"


@dataclass
class Harvest:
    """What a run has got so far; at most ``wanted`` posts that the store did not know.

    ``cut`` tells that the last answer held more new posts than were wanted.
    """

    store: Store
    feed: Feed
    wanted: int
    new: int = 0
    known: int = 0
    repeats: int = 0
    cut: bool = False
    rejected: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    _seen: set[str] = field(default_factory=set)

    @property
    def full(self) -> bool:
        """Whether as many new posts as wanted are stored."""
        return self.new >= self.wanted

    def take(self, payloads: Iterable[object]) -> int:
        """Store the posts of answers or of a page's JSON; how many the store did not have."""
        posts = {post.id: post for payload in payloads for post in self._posts(payload)}
        fresh = [post for id_, post in posts.items() if id_ not in self._seen]
        stored = self._stored([post.id for post in fresh])
        kept, before = [], self.new
        for post in fresh:
            if post.id not in stored and self.full:
                self.cut = True
                continue
            kept.append(post)
            self.new += post.id not in stored
            self.known += post.id in stored
        self._seen.update(post.id for post in kept)
        self.store.upsert_posts(kept)
        return self.new - before

    def _posts(self, payload: object) -> Iterable[Post]:
        now = datetime.now(UTC)
        met: set[str] = set()
        for piece in unpack(payload):
            if piece.kind == "skip":
                self.skipped[str(piece.body)] += 1
            elif piece.kind == "unknown":
                self.rejected["neither a post nor a comment"] += 1
            elif piece.kind == "post" and self.feed.fits(piece.body):
                post = self._post(piece.body, now)
                if post is None:
                    continue
                self.repeats += post.id in self._seen or post.id in met
                met.add(post.id)
                yield post

    def _post(self, item: Mapping[str, Any], now: datetime) -> Post | None:
        query = f"web:{self.feed.name}"
        try:
            return post_from_item(item, source=SOURCE, collected_at=now, queries=(query,))
        except SkipItem as skip:
            self.skipped[str(skip)] += 1
        except ValueError as error:
            self.rejected[faults(error)[0]] += 1
        return None

    def _stored(self, ids: list[str]) -> set[str]:
        found = self.store.posts({"_id": {"$in": ids}}, ["_id"]) if ids else ()
        return {post["_id"] for post in found}
