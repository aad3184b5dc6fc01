"""When the posts of a world were made: in order, more in the evening and at weekends."""

from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from tfw.lab.dice import Dice

# Posts by hour of the day in UTC, read as a share of the busiest hour.
_HOURS = (
    45, 38, 32, 24, 18, 16, 20, 30, 38, 44, 48, 54,
    60, 64, 68, 74, 82, 92, 100, 98, 94, 86, 72, 58,
)  # fmt: skip
# From Monday to Sunday, and the growth from the first to the last hour of the period.
_WEEKDAYS = (94, 92, 94, 96, 104, 112, 118)
_GROWTH = 0.25


class Timeline:
    """The Unix second of every post of a period, found without making the others.

    The period is cut into as many equal parts of activity as there are posts; each post falls
    somewhere in its own part, so a later index is never an earlier time.
    """

    def __init__(self, seed: int, posts: int, end: date, days: int) -> None:
        self.seed = seed
        self.posts = posts
        self.end = datetime(end.year, end.month, end.day, tzinfo=UTC)
        self.start = self.end - timedelta(days=days)
        hours = (self._activity(hour, days * 24) for hour in range(days * 24))
        self._sums = list(accumulate(hours, initial=0.0))

    def _activity(self, hour: int, hours: int) -> float:
        moment = self.start + timedelta(hours=hour)
        daily = _HOURS[moment.hour]
        return daily * _WEEKDAYS[moment.weekday()] * (1 + _GROWTH * hour / hours)

    def second(self, index: int) -> int:
        """The Unix second of the post with this index, oldest first."""
        share = (index + Dice(self.seed, "time", index).share()) / self.posts
        activity = share * self._sums[-1]
        hour = bisect_right(self._sums, activity, hi=len(self._sums) - 1) - 1
        within = (activity - self._sums[hour]) / (self._sums[hour + 1] - self._sums[hour])
        return int(self.start.timestamp()) + hour * 3600 + int(within * 3600)

    def position(self, second: int) -> float:
        """How far through the period a second is, from 0 to 1."""
        first, last = self.start.timestamp(), self.end.timestamp()
        return (second - first) / (last - first)

    def indexes(self, start: datetime, end: datetime) -> range:
        """The indexes of the posts made from ``start`` (included) to ``end`` (excluded)."""
        every = range(self.posts)
        return range(
            bisect_left(every, start.timestamp(), key=self.second),
            bisect_left(every, end.timestamp(), key=self.second),
        )
