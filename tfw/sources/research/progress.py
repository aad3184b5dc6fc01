"""How far windows and threads are, as people call it, and which days windows speak for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tfw.connection import clear_errors
from tfw.sources.day_counts import Coverage, DayCount
from tfw.sources.research.leases import is_free
from tfw.sources.research.threads import COLLECTION as THREADS
from tfw.sources.research.windows import OPEN
from tfw.store import Store


def window_days(
    windows: Iterable[Mapping[str, Any]], created: Mapping[date, int] | None = None
) -> list[DayCount]:
    """The days that windows cover, with their rows.

    Rows are those that the API delivered where each window is a single day. A longer window does
    not say how its rows are spread, so the stored posts by day of posting (``created``) are
    counted instead; without them there is nothing to say.
    """
    listed = list(windows)
    long = any_long(listed)
    if long and created is None:
        return []
    return [
        DayCount(
            day, (created or {}).get(day, 0) if long else window["delivered"], coverage(window)
        )
        for window in listed
        for day in days_of(window)
    ]


def any_long(windows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a window covers more than a day."""
    return any(window["start_date"] != window["end_date"] for window in windows)


def days_of(window: Mapping[str, Any]) -> list[date]:
    """The days of a window."""
    first, last = _day(window["start_date"]), _day(window["end_date"])
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def coverage(window: Mapping[str, Any]) -> Coverage:
    """What the state of a window says about its days."""
    if window.get("embargo"):
        return Coverage.YOUNG
    if window["state"] in OPEN:
        return Coverage.OPEN
    return Coverage.COMPLETE if window["state"] == "complete" else Coverage.INCOMPLETE


def shown_state(window: Mapping[str, Any]) -> str:
    """The state of a window for people: a running one whose process is gone was interrupted."""
    state = str(window["state"])
    if state == "running" and is_free(window.get("lease") or {}):
        return "interrupted"
    return "begun" if state == "pending" and window.get("cursor") else state


def is_running(window: Mapping[str, Any]) -> bool:
    """Whether a process is at a window now."""
    return shown_state(window) == "running"


def threads_by_state(store: Store) -> dict[str, int]:
    """How many posts' comments the Research API is asked for, by state."""
    with clear_errors("read how far comments are collected"):
        found = store.database[THREADS].find({}, {"state": 1, "lease": 1})
        return dict(Counter(shown_state(thread) for thread in found))


def thread_failures(store: Store) -> Counter[tuple[str, str]]:
    """Why the Research API did not give the comments of posts that stay pending."""
    with clear_errors("read how far comments are collected"):
        found = list(store.database[THREADS].find({"state": "failed"}, {"reason": 1}))
    return Counter(("failed", str(thread.get("reason") or "no reason given")) for thread in found)


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
