"""How a query is asked: its windows of days, the request bodies, and what they cost.

A page of videos moves on by up to 100 candidates and delivers those that still exist, 60 to 70 of
them. So a window costs one request, and one more for each further 100 candidates.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tfw.errors import QueryError
from tfw.sources.research.fields import DAILY_REQUESTS, MAX_PER_PAGE, MAX_RANGE_DAYS, Bucket
from tfw.sources.research.query import Condition, ListQuery, Query, VideoQuery

NARROW_FIELDS = ("username", "video_id")
NARROW_DAYS = 7
WIDE_DAYS = 1
YIELD = 0.65
"""Rows delivered for a candidate: 0.6 to 0.7 were measured by others."""


@dataclass(frozen=True)
class Window:
    """Days that one chain of requests asks for; both ends are included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Cost:
    """What a query costs in requests.

    ``requests_expected`` and ``rows_expected`` are None where nobody has said how much there is;
    ``requests_most`` is None where the API names no limit.
    """

    requests_least: int
    requests_expected: int | None
    requests_most: int | None
    rows_expected: int | None
    bucket: Bucket
    daily_requests: int

    @property
    def days_of_quota(self) -> float:
        """The days of quota expected; where nobody knows, the days needed at least."""
        return self.days_for(self.requests_expected or self.requests_least)

    def days_for(self, requests: int) -> float:
        """The days of quota that so many requests take."""
        return requests / self.daily_requests


def choose_days(query: VideoQuery) -> int:
    """The days of a window: what the query asks for, else 7 for a narrow and 1 for a wide one.

    Narrow is a query for named accounts or videos. Everything else may find thousands of videos a
    day, and long chains of pages are those that break off.
    """
    if query.window_days is not None:
        return query.window_days
    return NARROW_DAYS if is_narrow(query) else WIDE_DAYS


def is_narrow(query: VideoQuery) -> bool:
    """Whether every video that is found belongs to a named account or is a named one."""
    if any(_names_some(condition) for condition in query.and_):
        return True
    return bool(query.or_) and all(_names_some(condition) for condition in query.or_)


def plan_windows(query: VideoQuery, days: int | None = None) -> list[Window]:
    """The windows of a query, oldest first: every day of it once, none twice.

    ``days`` is the length of a window, 1 to 31; by default the plan chooses (`choose_days`).

    Raises:
        QueryError: the API takes no window of that length.
    """
    days = choose_days(query) if days is None else days
    if not 1 <= days <= MAX_RANGE_DAYS:
        raise QueryError(f"A window has 1 to {MAX_RANGE_DAYS} days, not {days}.")
    total = (query.end_date - query.start_date).days + 1
    starts = (query.start_date + timedelta(days=first) for first in range(0, total, days))
    return [Window(s, min(s + timedelta(days=days - 1), query.end_date)) for s in starts]


def json_bodies(query: Query, windows: Iterable[Window] | None = None) -> list[dict[str, Any]]:
    """The exact JSON bodies of the first page of every window, or of every target of a list."""
    if isinstance(query, ListQuery):
        return [query.body(target) for target in query.targets]
    windows = plan_windows(query) if windows is None else windows
    return [query.body(window.start, window.end) for window in windows]


def estimate(
    query: Query,
    windows: Sequence[Window] | None = None,
    *,
    videos_per_day: float | None = None,
    daily_requests: int | None = None,
) -> Cost:
    """What a query costs, for ``videos_per_day`` matching videos on each day of it.

    Without a number the query's own is taken; without that, only the least is known.
    ``daily_requests`` is the quota of the project where TikTok raised it.
    """
    if isinstance(query, ListQuery):
        return _list_cost(query, daily_requests)
    windows = plan_windows(query) if windows is None else windows
    daily = DAILY_REQUESTS["general"] if daily_requests is None else daily_requests
    least = len(windows)
    if query.is_random:
        rows = math.floor(least * query.max_count * YIELD)
        return Cost(least, least, least, rows, "general", daily)
    a_day = query.videos_per_day if videos_per_day is None else videos_per_day
    if a_day is None:
        return Cost(least, None, None, None, "general", daily)
    found = [window.days * a_day for window in windows]
    requests = sum(pages(number, query.max_count) for number in found)
    return Cost(least, requests, None, round(sum(found) * YIELD), "general", daily)


def pages(candidates: float, per_page: int = MAX_PER_PAGE) -> int:
    """The requests for so many candidates; even none takes one."""
    return max(1, math.ceil(candidates / per_page))


def scale(query: VideoQuery, windows: Sequence[Window]) -> Iterator[tuple[int, Cost]]:
    """The cost for several numbers of matching videos a day, as nobody knows the true one."""
    for a_day in (1, 10, 100) if is_narrow(query) else (100, 1_000, 10_000, 100_000):
        yield a_day, estimate(query, windows, videos_per_day=a_day)


def _names_some(condition: Condition) -> bool:
    return condition.field_name in NARROW_FIELDS and condition.operation in ("EQ", "IN")


def _list_cost(query: ListQuery, daily_requests: int | None) -> Cost:
    rules, number = query.rules, len(query.targets)
    one_page = rules.pages == 1
    most = None if rules.pages is None else number * rules.pages
    return Cost(
        requests_least=number,
        requests_expected=number if one_page else None,
        requests_most=None if query.replies else most,
        rows_expected=number if query.endpoint == "user_info" else None,
        bucket=rules.bucket,
        daily_requests=DAILY_REQUESTS[rules.bucket] if daily_requests is None else daily_requests,
    )
