"""The lab's own ledger of calls: two buckets a UTC day, and calls a second."""

from collections import Counter, deque
from datetime import date, datetime, timedelta

from tfw.lab.faults import Limits
from tfw.lab.research_fields import Bucket
from tfw.lab.research_refusals import day_is_over, too_fast

_DAYS_KEPT = 400


class CallLedger:
    """Counts calls before anything can fail, as the API does."""

    def __init__(self) -> None:
        self._used: dict[date, Counter[str]] = {}
        self._ended: set[tuple[date, str]] = set()
        self._recent: deque[datetime] = deque()

    def count(self, bucket: Bucket, now: datetime, limits: Limits) -> None:
        """Count a call.

        Raises:
            Refusal: the day's limit was reached before, or the last second's.
        """
        used = self._day(now.date())
        if used[bucket] >= getattr(limits, bucket) or (now.date(), bucket) in self._ended:
            used[f"{bucket}_refused"] += 1
            raise day_is_over()
        used[bucket] += 1
        self._check_speed(now, limits.per_second)

    def end_day(self, bucket: Bucket, now: datetime) -> None:
        """Refuse every further call of the bucket until midnight UTC."""
        self._ended.add((now.date(), bucket))

    def days(self) -> dict[str, dict[str, int]]:
        """The calls of each UTC day: granted and refused, in each bucket."""
        return {day.isoformat(): dict(used) for day, used in self._used.items()}

    def _day(self, day: date) -> Counter[str]:
        if day not in self._used and len(self._used) >= _DAYS_KEPT:
            del self._used[min(self._used)]
        return self._used.setdefault(day, Counter())

    def _check_speed(self, now: datetime, per_second: float) -> None:
        if not per_second:
            return
        # A rate below one a second is one call in a longer while.
        while self._recent and self._recent[0] <= now - timedelta(seconds=max(1, 1 / per_second)):
            self._recent.popleft()
        if len(self._recent) >= max(1, per_second):
            raise too_fast()
        self._recent.append(now)
