"""The ledger of requests: how many were made today, shared by all processes of the project.

TikTok has no address to ask what is left, and failed requests count, so every attempt is written
down before it is made. One document a UTC day, bucket and client key holds the number; it is
raised by one atomic step that refuses to pass the limit.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError

from tfw.connection import clear_errors
from tfw.sources.research.failures import CapReached, QuotaReached
from tfw.sources.research.fields import DAILY_REQUESTS, Bucket
from tfw.store import Store

# New requests are there at 00:00 UTC; clocks differ a little.
RESUME_AT = time(0, 5, tzinfo=UTC)

Clock = Callable[[], datetime]

SPENT_BY_WORD = "TikTok says that the day's requests are spent"


def utc_now() -> datetime:
    """The time, aware UTC."""
    return datetime.now(UTC)


class QuotaLedger:
    """The requests of one client key, by UTC day and bucket.

    ``limits`` are those of the project at TikTok; others may use a part of them with other
    programs, so lower ones can be given. ``max_requests`` caps what this object may reserve.
    """

    def __init__(
        self,
        store: Store,
        credential_id: str,
        limits: Mapping[Bucket, int] = DAILY_REQUESTS,
        *,
        max_requests: int | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._store = store
        self._ledger = store.database["quota"]
        self._credential = credential_id
        self._limits = {**DAILY_REQUESTS, **limits}
        self._cap = max_requests
        self._clock = clock
        self._lock = threading.Lock()
        self._opened: set[str] = set()
        self.reserved = 0

    def capped(self, max_requests: int | None) -> "QuotaLedger":
        """The same ledger for one run, which may reserve at most so many requests."""
        return QuotaLedger(
            self._store,
            self._credential,
            self._limits,
            max_requests=max_requests,
            clock=self._clock,
        )

    def reserve(self, bucket: Bucket, endpoint: str) -> None:
        """Write down one request that is about to be made.

        Raises:
            QuotaReached: the day's requests are spent, by the ledger or by the API's own word.
            CapReached: this run has made the requests it was allowed.
            StoreError: the database refuses.
        """
        self._take_from_cap()
        try:
            self._take(bucket, endpoint)
        except BaseException:
            self._give_back_to_cap()
            raise

    def exhaust(self, bucket: Bucket) -> QuotaReached:
        """Note that the API says that the day's requests are spent; the error to raise.

        Other programs share the quota, so it can be spent before the ledger is full.
        """
        now = self._clock()
        key = self._open(bucket, now)
        with clear_errors("note that the quota is spent"):
            self._ledger.update_one({"_id": key}, {"$set": {"spent": True, "spent_at": now}})
        return self._reached(bucket, now, SPENT_BY_WORD)

    def remaining(self, bucket: Bucket = "general") -> int:
        """The requests left today; 0 when the API said that there are none."""
        entry = self.today(bucket)
        return 0 if entry.get("spent") else max(0, self._limits[bucket] - int(entry["used"]))

    def today(self, bucket: Bucket = "general") -> dict[str, Any]:
        """Today's entry: `used`, `limit`, and how many requests went to which endpoint."""
        with clear_errors("read the quota"):
            entry = self._ledger.find_one({"_id": self._key(bucket, self._clock())})
        return entry or {"used": 0, "limit": self._limits[bucket], "endpoints": {}}

    def resumes_at(self) -> datetime:
        """When there are new requests: 00:05 UTC of the next day."""
        return _next_day(self._clock())

    def _take_from_cap(self) -> None:
        with self._lock:
            if self._cap is not None and self.reserved >= self._cap:
                raise CapReached(
                    f"The {self._cap:,} requests that this run was allowed (max_requests) are "
                    "spent; it goes on from here when it is started again."
                )
            self.reserved += 1

    def _give_back_to_cap(self) -> None:
        with self._lock:
            self.reserved -= 1

    def _take(self, bucket: Bucket, endpoint: str) -> None:
        now, limit = self._clock(), self._limits[bucket]
        key = self._open(bucket, now)
        free = {"_id": key, "used": {"$lt": limit}, "spent": False}
        one_more = {"$inc": {"used": 1, f"endpoints.{endpoint}": 1}, "$set": {"limit": limit}}
        with clear_errors("write down a request"):
            entry = self._ledger.find_one_and_update(
                free, one_more, projection={"used": 1}, return_document=ReturnDocument.AFTER
            )
        if entry is None:
            by_word = bool(self.today(bucket).get("spent"))
            why = SPENT_BY_WORD if by_word else f"The day's {limit:,} requests are spent"
            raise self._reached(bucket, now, why)

    def _open(self, bucket: Bucket, now: datetime) -> str:
        key = self._key(bucket, now)
        if key not in self._opened:
            entry = {
                "_id": key,
                "day": f"{now:%Y-%m-%d}",
                "bucket": bucket,
                "credential": self._credential,
                "limit": self._limits[bucket],
                "used": 0,
                "spent": False,
                "endpoints": {},
                "created_at": now,
            }
            with clear_errors("begin the day's quota"):
                self._insert_once(entry)
            self._opened.add(key)
        return key

    def _insert_once(self, entry: dict[str, Any]) -> None:
        if self._ledger.find_one({"_id": entry["_id"]}, {"_id": 1}) is None:
            try:
                self._ledger.insert_one(entry)
            except DuplicateKeyError:
                return  # another process was first; both go on with its entry

    def _key(self, bucket: Bucket, now: datetime) -> str:
        return f"{now:%Y-%m-%d}:{bucket}:{self._credential}"

    def _reached(self, bucket: Bucket, now: datetime, why: str) -> QuotaReached:
        resumes_at = _next_day(now)
        return QuotaReached(
            f"{why} ({bucket} requests of {now:%Y-%m-%d} UTC). It goes on from here when it is "
            f"started again after {resumes_at:%Y-%m-%d %H:%M} UTC.",
            resumes_at,
        )


def _next_day(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), RESUME_AT)
