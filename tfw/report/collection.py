"""What was asked and what came back: the queries of the Research API and the imported files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tfw.connection import clear_errors
from tfw.report.choices import ReportChoice
from tfw.sources.research.describe import WORDS
from tfw.sources.research.honesty import delivery
from tfw.store import Store

GROUPS = {"and": "all of", "or": "at least one of", "not": "none of"}
SHOWN_VALUES = 8


@dataclass(frozen=True)
class AskedQuery:
    """One query of the Research API: its conditions in short, its windows and what came of them.

    ``asked`` are the videos that the API counted, ``delivered`` the rows it gave; ``states`` says
    how many windows ended how.
    """

    name: str
    conditions: str
    first_day: str
    last_day: str
    states: Counter[str]
    asked: int
    delivered: int
    over_matched: int
    requests: int
    random: bool


@dataclass(frozen=True)
class ImportedFiles:
    """The files that were imported, as sums over all of them."""

    files: int
    formats: tuple[str, ...]
    read: int
    posts: int
    comments: int
    rejected: int


def asked_queries(
    store: Store, choice: ReportChoice, run: Mapping[str, Any] | None = None
) -> list[AskedQuery]:
    """The queries whose windows are in the database, or were collected by the chosen run."""
    with clear_errors("read windows"):
        windows = [one for one in store.database["windows"].find() if _is_chosen(one, choice, run)]
    by_query: dict[str, list[Mapping[str, Any]]] = {}
    for window in windows:
        by_query.setdefault(window["fingerprint"], []).append(window)
    return sorted((_asked(found) for found in by_query.values()), key=lambda one: one.name)


def imported_files(
    store: Store, choice: ReportChoice, run: Mapping[str, Any] | None = None
) -> ImportedFiles:
    """The imported files of the database, or of the chosen run."""
    begin = _begin(choice, run)
    with clear_errors("read the imports"):
        found = list(
            store.database["imports"].find({"created_at": {"$gte": begin}} if begin else {})
        )
    numbers = {
        name: sum(one[name] for one in found) for name in ("read", "posts", "comments", "rejected")
    }
    return ImportedFiles(len(found), tuple(sorted({one["format"] for one in found})), **numbers)


def conditions_in_short(query: Mapping[str, Any]) -> str:
    """The conditions of a request's ``query`` object in one line.

    >>> conditions_in_short({"and": [{"operation": "IN", "field_name": "region_code",
    ...                               "field_values": ["DE", "FR"]}]})
    'all of: region_code is one of (DE, FR)'
    """
    groups = (
        f"{GROUPS[group]}: {', '.join(_condition(one) for one in query[group])}"
        for group in GROUPS
        if query.get(group)
    )
    return "; ".join(groups)


def _condition(one: Mapping[str, Any]) -> str:
    values = [str(value) for value in one["field_values"]]
    more = [f"and {len(values) - SHOWN_VALUES} more"] if len(values) > SHOWN_VALUES else []
    listed = ", ".join([*values[:SHOWN_VALUES], *more])
    shown = f"({listed})" if len(values) > 1 else listed
    return f"{one['field_name']} {WORDS[one['operation']]} {shown}"


def _asked(windows: list[Mapping[str, Any]]) -> AskedQuery:
    newest, totals = max(windows, key=lambda one: one["created_at"]), delivery(windows)
    body = newest["body"]
    return AskedQuery(
        name=newest["query"],
        conditions=conditions_in_short(body["query"]),
        first_day=_iso(min(one["start_date"] for one in windows)),
        last_day=_iso(max(one["end_date"] for one in windows)),
        states=Counter(_states(windows)),
        random=bool(body.get("is_random")),
        **{name: totals[name] for name in ("asked", "delivered", "over_matched", "requests")},
    )


def _states(windows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for window in windows:
        yield "not collected yet" if window["state"] in ("pending", "running") else window["state"]


def _is_chosen(
    window: Mapping[str, Any], choice: ReportChoice, run: Mapping[str, Any] | None
) -> bool:
    if choice.queries and window["query"] not in choice.queries:
        return False
    begin = _begin(choice, run)
    touched = window.get("ended_at") or window.get("collected_at")
    return begin is None or (touched is not None and touched >= begin)


def _begin(choice: ReportChoice, run: Mapping[str, Any] | None) -> datetime | None:
    return None if choice.scope == "all" else choice.begin(run)


def _iso(day: str) -> str:
    """20261101 as 2026-11-01."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"
