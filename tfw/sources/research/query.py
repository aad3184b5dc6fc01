"""Queries for the Research API, checked when they are made.

A query in Python::

    VideoQuery(
        and_=(Condition("IN", "region_code", ("GB", "FR")),),
        or_=(Condition("IN", "hashtag_name", ("thrifted",)), Condition("EQ", "keyword", "linen")),
        start_date=date(2023, 1, 1),
        end_date=date(2023, 1, 31),
    )

``reading.read_query`` makes the same from a file. All of ``and_`` hold for a video that is found,
at least one of ``or_`` where there is one, and none of ``not_``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tfw.errors import QueryError
from tfw.sources.research.checks import (
    Problems,
    condition_problems,
    fields_problems,
    page_size_problems,
)
from tfw.sources.research.endpoints import VIDEOS
from tfw.sources.research.fields import (
    MAX_PER_PAGE,
    MAX_RANGE_DAYS,
    QUERY_FIELDS,
    VIDEO_FIELDS,
)
from tfw.sources.research.lists import LIST_ENDPOINTS, ListEndpoint, ListRules
from tfw.sources.research.values import tidy_values, values_problems

Json = dict[str, Any]
PREFIX = "/v2/research/"
ROWS_NEED = ("id",)


@dataclass(frozen=True)
class Condition:
    """One condition on a field; its values are texts, each once.

    Raises:
        QueryError: operation, field or a value is wrong; the message says what would be valid.
    """

    operation: str
    field_name: str
    field_values: tuple[str, ...]

    def __post_init__(self) -> None:
        try:
            values = tidy_values(QUERY_FIELDS.get(self.field_name), self.field_values)
        except ValueError as error:
            raise QueryError(f"field_values: {error}.") from None
        object.__setattr__(self, "field_values", values)
        _refuse(condition_problems(self.operation, self.field_name, values))

    def body(self) -> Json:
        """The condition as it stands in a request."""
        return {
            "operation": self.operation,
            "field_name": self.field_name,
            "field_values": list(self.field_values),
        }


@dataclass(frozen=True, kw_only=True)
class VideoQuery:
    """A query for videos: conditions, dates (UTC, both days included) and fields to ask for.

    ``videos_per_day`` is how many matching videos a day the researcher expects, for the estimate
    of the cost; ``window_days`` the length of the windows, None for the plan's own choice.

    Raises:
        QueryError: there is no condition, the dates are reversed, or a field does not exist.
    """

    and_: tuple[Condition, ...] = ()
    or_: tuple[Condition, ...] = ()
    not_: tuple[Condition, ...] = ()
    start_date: date
    end_date: date
    fields: tuple[str, ...] = VIDEO_FIELDS
    name: str = "query"
    max_count: int = MAX_PER_PAGE
    is_random: bool = False
    videos_per_day: int | None = None
    window_days: int | None = None

    def __post_init__(self) -> None:
        for key in ("and_", "or_", "not_", "fields"):
            object.__setattr__(self, key, tuple(dict.fromkeys(getattr(self, key))))
        _refuse(self._problems())

    @property
    def path(self) -> str:
        """The path of the endpoint."""
        return PREFIX + VIDEOS.path

    @property
    def conditions(self) -> Json:
        """The `query` object of a request; lists without a condition are left out."""
        lists = {"and": self.and_, "or": self.or_, "not": self.not_}
        return {key: [one.body() for one in some] for key, some in lists.items() if some}

    @property
    def fingerprint(self) -> str:
        """A name for what is asked, whatever the dates: the same for the same query and fields."""
        asked: Json = {
            "query": {key: _sorted(some) for key, some in self.conditions.items()},
            "fields": sorted(self.fields),
        }
        return _digest(asked | ({"is_random": True} if self.is_random else {}))

    def body(self, start: date, end: date) -> Json:
        """The JSON body that asks for one window, without the cursor and search id of later pages.

        ``is_random`` is there only where it is set.
        """
        body: Json = {
            "query": self.conditions,
            "start_date": f"{start:%Y%m%d}",
            "end_date": f"{end:%Y%m%d}",
            "max_count": self.max_count,
        }
        return body | ({"is_random": True} if self.is_random else {})

    def _problems(self) -> Problems:
        problems = fields_problems(self.fields, VIDEO_FIELDS, ROWS_NEED)
        problems += page_size_problems(self.max_count)
        if not (self.and_ or self.or_ or self.not_):
            problems.append(("query", "there is no condition; give one, such as [and_1]"))
        if self.window_days is not None and not 1 <= self.window_days <= MAX_RANGE_DAYS:
            problems.append(
                ("window_days", f"{self.window_days} is not possible; 1 to {MAX_RANGE_DAYS} are")
            )
        return problems + dates_problems(self.start_date, self.end_date)


@dataclass(frozen=True, kw_only=True)
class ListQuery:
    """A query for what belongs to accounts, videos, comments, playlists or shops.

    ``targets`` are user names, ids or shop names, as the endpoint wants them; no ``fields`` means
    all there are; ``max_count`` is cut to the endpoint's largest page; ``replies`` is for comments
    alone.

    Raises:
        QueryError: the endpoint or a field does not exist, or a target is wrong.
    """

    endpoint: ListEndpoint
    targets: tuple[str, ...]
    fields: tuple[str, ...] = ()
    name: str = "query"
    max_count: int = MAX_PER_PAGE
    replies: bool = False

    def __post_init__(self) -> None:
        if self.endpoint not in LIST_ENDPOINTS:
            valid = ", ".join(LIST_ENDPOINTS)
            raise QueryError(f"endpoint: {self.endpoint!r} does not exist. Valid: {valid}.")
        try:
            targets = tidy_values(self.rules.kind, self.targets)
        except ValueError as error:
            raise QueryError(f"{self.rules.targets_key}: {error}.") from None
        object.__setattr__(self, "targets", targets)
        object.__setattr__(self, "fields", tuple(dict.fromkeys(self.fields)) or self.rules.fields)
        _refuse(self._problems())

    @property
    def rules(self) -> ListRules:
        """What the endpoint is like."""
        return LIST_ENDPOINTS[self.endpoint]

    @property
    def path(self) -> str:
        """The path of the endpoint."""
        return PREFIX + self.rules.endpoint.path

    @property
    def rows_per_page(self) -> int:
        """The rows that one request asks for."""
        return min(self.max_count, self.rules.max_per_page)

    @property
    def fingerprint(self) -> str:
        """A name for what is asked, whatever the targets."""
        return _digest({"endpoint": self.endpoint, "fields": sorted(self.fields)})

    def body(self, target: str) -> Json:
        """The JSON body that asks for the first page of one target; ids are numbers in it."""
        rules = self.rules
        body: Json = {rules.body_key: int(target) if rules.kind == "id" else target}
        if self.endpoint == "shop":
            return body | {"limit": self.rows_per_page}
        if self.endpoint in ("product", "review"):
            return body | {"page_start": 1, "page_size": self.rows_per_page}
        paged = self.endpoint not in ("user_info", "pinned")
        return body | ({"max_count": self.rows_per_page} if paged else {})

    def _problems(self) -> Problems:
        rules = self.rules
        wrong = values_problems(rules.kind, self.targets) if self.targets else ["it is empty"]
        problems = [(rules.targets_key, problem) for problem in wrong]
        problems += fields_problems(self.fields, rules.fields, rules.needed)
        problems += page_size_problems(self.max_count)
        if self.replies and self.endpoint != "comments":
            problems.append(("replies", "only comments have replies; take the key out"))
        return problems


Query = VideoQuery | ListQuery


def dates_problems(start: date, end: date) -> Problems:
    """What is wrong with a range of dates."""
    if start <= end:
        return []
    return [
        (
            "start_date",
            f"{start:%Y%m%d} is after end_date {end:%Y%m%d}; put the earlier day first",
        )
    ]


def _refuse(problems: Problems) -> None:
    if problems:
        raise QueryError("\n".join(f"{key}: {problem}." for key, problem in problems))


def _sorted(conditions: list[Json]) -> list[str]:
    """Conditions in an order of their own, so that writing them in another one asks the same."""
    return sorted(
        json.dumps({**one, "field_values": sorted(one["field_values"])}, sort_keys=True)
        for one in conditions
    )


def _digest(asked: Mapping[str, object]) -> str:
    text = json.dumps(asked, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
