"""Work on posts that several processes share, each post done once.

A worker claims a batch of posts for a limited time (a lease). Whoever dies loses its claim when
the lease ends; its posts can then be claimed again.

The lease of a free post ended long ago: at a moment of January 1970 that is drawn from its id. So
a claim can ask for a narrow slice of an index, where the embedded server, which loads everything
that a query matches before it applies a limit, loads little; and two workers, who start at
different moments, rarely want the same posts.
"""

import secrets
import uuid
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pymongo import UpdateOne
from pymongo.collection import Collection

from tfw.bulk import BATCH, ID_CHUNK, chunks, write

Work = Literal["score", "comments"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# In milliseconds, the precision of a stored time: 24 days.
SLOTS = 2**31
FIRST_WIDTH = SLOTS // 1024
STATE_FIELD: dict[Work, str] = {"score": "score.state", "comments": "comments.state"}


@dataclass(frozen=True)
class Claim:
    """Posts that this process alone may work on until the lease ends."""

    token: str
    posts: list[dict[str, Any]] = field(repr=False)
    work: Work = "score"


def free_slot(post_id: str) -> datetime:
    """The moment at which the lease of a free post ended."""
    return EPOCH + timedelta(milliseconds=zlib.crc32(post_id.encode()) % SLOTS)


class Claims:
    """The claims of this process on the posts of one database."""

    def __init__(self, posts: Collection[dict[str, Any]]) -> None:
        self._posts = posts
        self._width = dict.fromkeys(STATE_FIELD, FIRST_WIDTH)
        self._tokens: dict[str, str] = {}

    def claim_named(
        self, work: Work, ids: Sequence[str], *, lease: timedelta, pending: bool
    ) -> Claim:
        """Those of some posts that nobody else works on; with `pending`, those not done yet."""
        claim = {"until": datetime.now(UTC) + lease, "token": uuid.uuid4().hex}
        taken = [
            post
            for chunk in chunks(ids, ID_CHUNK)
            for post in self._take(work, chunk, claim, pending=pending)
        ]
        if work == "score":
            self._tokens.update((post["_id"], str(claim["token"])) for post in taken)
        return Claim(str(claim["token"]), taken, work)

    def claim(self, work: Work, *, limit: int, lease: timedelta) -> Claim:
        """At most `limit` posts that are pending and that nobody else works on."""
        token = uuid.uuid4().hex
        until = datetime.now(UTC) + lease
        taken: dict[str, dict[str, Any]] = {}
        while ids := self._free_ids(work, limit - len(taken)) - taken.keys():
            for chunk in chunks(ids, ID_CHUNK):
                posts = self._take(work, chunk, {"until": until, "token": token})
                taken.update((post["_id"], post) for post in posts)
        if work == "score":
            self._tokens.update(dict.fromkeys(taken, token))
        return Claim(token, list(taken.values()), work)

    def release(self, claim: Claim) -> None:
        """Let others have the posts of a claim that are not done."""
        key = f"claims.{claim.work}"
        for ids in chunks((post["_id"] for post in claim.posts), BATCH):
            mine = [{"_id": id_, f"{key}.token": claim.token} for id_ in ids]
            free = [{"$set": {key: {"until": free_slot(id_)}}} for id_ in ids]
            write(self._posts, [UpdateOne(*pair) for pair in zip(mine, free, strict=True)])
            for id_ in ids:
                self._tokens.pop(id_, None)

    def save_filter(self, post_id: str) -> dict[str, str]:
        """The filter that finds a post to save its scores to, once.

        A post that this process has claimed is found only while that claim holds: its texts may
        have changed since, or another process may have it now.
        """
        token = self._tokens.pop(post_id, None)
        return {"_id": post_id, **({"claims.score.token": token} if token else {})}

    def _free_ids(self, work: Work, wanted: int) -> set[str]:
        ids: set[str] = set()
        if wanted < 1:
            return ids
        for low, high in self._slices(work):
            ids |= self._ids_between(work, low, high, wanted - len(ids))
            if len(ids) >= wanted:
                self._width[work] = max(1, self._width[work] // 2)
                return ids
            self._width[work] = min(SLOTS, self._width[work] * 4)
        ended = datetime.now(UTC)
        return ids | self._ids_between(work, _moment(SLOTS), ended, wanted - len(ids))

    def _slices(self, work: Work) -> Iterator[tuple[datetime, datetime]]:
        """All free slots, once around from a random one, in slices of the current width."""
        first = secrets.randbelow(SLOTS)
        passed = 0
        while passed < SLOTS:
            low = (first + passed) % SLOTS
            high = min(low + self._width[work], SLOTS, low + SLOTS - passed)
            yield _moment(low), _moment(high)
            passed += high - low

    def _ids_between(self, work: Work, low: datetime, high: datetime, limit: int) -> set[str]:
        query = {
            STATE_FIELD[work]: "pending",
            f"claims.{work}.until": {"$gte": low, "$lt": high},
        }
        return {post["_id"] for post in self._posts.find(query, {"_id": 1}).limit(limit)}

    def _take(
        self, work: Work, ids: Sequence[str], claim: dict[str, Any], *, pending: bool = True
    ) -> list[dict[str, Any]]:
        query = {
            "_id": {"$in": ids},
            **({STATE_FIELD[work]: "pending"} if pending else {}),
            f"claims.{work}.until": {"$lte": datetime.now(UTC)},
        }
        self._posts.update_many(query, {"$set": {f"claims.{work}": claim}})
        return list(self._posts.find({"_id": {"$in": ids}, f"claims.{work}.token": claim["token"]}))


def _moment(slot: int) -> datetime:
    return EPOCH + timedelta(milliseconds=slot)
