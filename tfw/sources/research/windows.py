"""The collection plan in the database: windows of days, each with its state.

| state | meaning |
| --- | --- |
| pending | not begun, or given back; a cursor says how far it is |
| running | a process is at it |
| complete | all pages are stored |
| truncated | the pages ended early, or the days were too young; the reason says which |
| failed | the API refused, or kept failing; the reason says what it said |

A window that failed because of the API's own trouble, or was cut short, is tried again by a run on
a later UTC day; one that the API refused is not.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from typing import Any

from pymongo import InsertOne

from tfw.bulk import write
from tfw.connection import clear_errors
from tfw.sources.research.endpoints import Page
from tfw.sources.research.leases import FREE, Leases
from tfw.sources.research.plan import Window
from tfw.sources.research.query import VideoQuery
from tfw.store import Store

Document = dict[str, Any]

COLLECTION = "windows"
CLIENT_VERSION = f"tfw {version('tfw')}"
OPEN = ("pending", "running")
EMBARGO = timedelta(hours=48)
# What is counted anew when a window starts again.
COUNTS = {"asked": 0, "delivered": 0, "pages": 0, "over_matched": 0, "unreadable": 0}
START = {"cursor": 0, "search_id": None, **COUNTS}
AGAIN = {**START, "begun_at": None, "restarts": 0}


class WindowBook:
    """The windows of one query."""

    def __init__(self, store: Store, query: VideoQuery, leases: Leases | None = None) -> None:
        self._query = query
        self._windows = store.database[COLLECTION]
        self._leases = leases or Leases(self._windows)
        with clear_errors("make the index of windows"):
            self._windows.create_index([("fingerprint", 1)])

    def add(self, windows: Iterable[Window]) -> int:
        """Write down the windows that are new; days that older windows cover are left out."""
        covered = [(found["start_date"], found["end_date"]) for found in self.all()]
        missing = [part for window in windows for part in _uncovered(window, covered)]
        with clear_errors("write down windows"):
            return write(self._windows, [InsertOne(self._new(part)) for part in missing])[0]

    def reopen(self, again_before: datetime | None = None) -> int:
        """Make windows pending that may give more now; how many.

        Those are windows that the API's trouble ended on an earlier day, windows that were too
        young and are not any more, and windows collected before ``again_before``.
        """
        now, reopened = datetime.now(UTC), 0
        for window in self.all():
            if window["state"] not in OPEN and _may_give_more(window, now, again_before):
                guard = {"_id": window["_id"], "state": window["state"]}
                changes = {"$set": {"state": "pending", "reason": None, **AGAIN}}
                with clear_errors("reopen a window"):
                    reopened += self._windows.update_one(guard, changes).modified_count
        return reopened

    def all(self) -> list[Document]:
        """The windows of this query within its dates, in the order of their days."""
        first, last = f"{self._query.start_date:%Y%m%d}", f"{self._query.end_date:%Y%m%d}"
        with clear_errors("read windows"):
            found = list(self._windows.find({"fingerprint": self._query.fingerprint}))
        inside = [w for w in found if w["end_date"] >= first and w["start_date"] <= last]
        return sorted(inside, key=lambda window: (window["start_date"], window["_id"]))

    def take(self, window: Document) -> Document | None:
        """The window, now running with this run; None when it is not free."""
        begun = {"state": "running", "begun_at": window.get("begun_at") or _now()}
        return self._leases.take(window, begun)

    def save_page(self, window: Document, page: Page, counts: Mapping[str, int]) -> bool:
        """Note that a page's rows are stored; False when the window is another worker's now.

        The window's own copy changes with it.
        """
        moved = {
            "cursor": window["cursor"] if page.cursor is None else page.cursor,
            "search_id": page.search_id or window["search_id"],
            "log_id": page.log_id,
            "collected_at": page.received_at,
            "requests": window["requests"] + page.attempts,
            "pages": window["pages"] + 1,
            **{name: window[name] + counts.get(name, 0) for name in COUNTS if name != "pages"},
        }
        moved["asked"] = max(moved["cursor"], moved["delivered"])
        window.update(moved)
        return self._leases.change(window["_id"], moved)

    def restart(self, window: Document, attempts: int) -> bool:
        """Begin the window from its first page again."""
        anew = {
            **START,
            "begun_at": _now(),
            "restarts": window["restarts"] + 1,
            "requests": window["requests"] + attempts,
        }
        window.update(anew)
        return self._leases.change(window["_id"], anew)

    def finish(self, window: Document, state: str, reason: str | None, **more: object) -> bool:
        """End a window with its state and reason, and give it back."""
        ended = {"state": state, "reason": reason, "ended_at": _now(), "lease": FREE, **more}
        window.update(ended)
        return self._leases.change(window["_id"], ended)

    def give_back(self, window: Document, attempts: int = 0) -> bool:
        """Leave a window to whoever goes on with it."""
        requests = window["requests"] + attempts
        return self._leases.change(
            window["_id"], {"state": "pending", "requests": requests, "lease": FREE}
        )

    def split(self, window: Document) -> bool:
        """Put two windows of half the days in place of this one; False for a single day.

        The halves are written first: a crash in between leaves the window marked, and whoever
        takes it goes on with the splitting.
        """
        first, last = _day(window["start_date"]), _day(window["end_date"])
        if first == last:
            return False
        middle = first + (last - first) // 2
        halves = [Window(first, middle), Window(middle + timedelta(days=1), last)]
        marked = {"splitting": True, "requests": window["requests"]}
        if self._leases.change(window["_id"], marked):
            new = [self._new(half) | {"split_from": window["_id"]} for half in halves]
            new[0]["requests"] = window["requests"]
            with clear_errors("split a window"):
                write(self._windows, [InsertOne(half) for half in new])
            self._leases.remove(window["_id"])
        return True

    def _new(self, window: Window) -> Document:
        query = self._query
        start, end = f"{window.start:%Y%m%d}", f"{window.end:%Y%m%d}"
        return {
            "_id": f"{query.fingerprint}:{start}:{end}",
            "fingerprint": query.fingerprint,
            "query": query.name,
            "body": query.body(window.start, window.end),
            "fields": list(query.fields),
            "start_date": start,
            "end_date": end,
            "state": "pending",
            "reason": None,
            "requests": 0,
            "restarts": 0,
            "lease": FREE,
            "client_version": CLIENT_VERSION,
            "created_at": _now(),
            **START,
        }


def embargo_end(window: Mapping[str, Any]) -> datetime:
    """When all videos of a window can be found: up to 48 hours after its last day."""
    after = datetime.combine(_day(window["end_date"]), time(tzinfo=UTC)) + timedelta(days=1)
    return after + EMBARGO


def _may_give_more(window: Mapping[str, Any], now: datetime, again_before: datetime | None) -> bool:
    ended = window.get("ended_at") or window["created_at"]
    if again_before is not None and ended < again_before:
        return True
    if window.get("embargo"):
        return now >= embargo_end(window)
    passing = window["state"] == "truncated" or window.get("passing", False)
    return bool(passing and ended.date() < now.date())


def _uncovered(window: Window, covered: Iterable[tuple[str, str]]) -> list[Window]:
    """The parts of a window whose days no older window has."""
    parts: list[Window] = []
    ranges = [(_day(start), _day(end)) for start, end in covered]
    day = window.start
    while day <= window.end:
        if not any(start <= day <= end for start, end in ranges):
            if parts and parts[-1].end == day - timedelta(days=1):
                parts[-1] = Window(parts[-1].start, day)
            else:
                parts.append(Window(day, day))
        day += timedelta(days=1)
    return parts


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()


def _now() -> datetime:
    return datetime.now(UTC)
