"""Query files: INI sections, or the same as YAML, as checked queries.

::

    [and_1]                          ; and_N, or_N, not_N: one condition each
    operation = IN
    field_name = region_code
    field_values = GB, FR, "DE"

    [date]                           ; UTC, both days are included
    start_date = 20230101            ; or today-9
    end_date = 20230131              ; or today-3, which is also meant where it is missing

    [options]                        ; may be left out
    fields = id, create_time, username, video_description

A list query has one section named users, followers, following, liked, pinned, reposted,
comments, replies, playlist, shop, product or review instead, with usernames, video_ids or what
else the endpoint wants. All mistakes of a file are told at once.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from tfw.errors import QueryError
from tfw.sources.research.cautions import last_safe_day, utc_today
from tfw.sources.research.lists import LIST_ENDPOINTS, LIST_SECTIONS
from tfw.sources.research.query import Condition, ListQuery, Query, VideoQuery
from tfw.sources.research.sections import OPERATOR_LISTS, Section, read_sections
from tfw.sources.research.values import parse_date, suggestion

CONDITION_KEYS = ("operation", "field_name", "field_values")
DATE_KEYS = ("start_date", "end_date")
OPTION_KEYS = ("name", "fields", "max_count", "is_random", "videos_per_day", "window_days")
LIST_KEYS = ("fields", "max_count", "name")
YES_AND_NO = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
T = TypeVar("T")


def read_query(path: str | Path, *, today: date | None = None) -> Query:
    """The query of an INI or YAML file; its name is the file's unless the file gives one.

    ``today`` is the UTC day that ``today-3`` counts from.

    Raises:
        QueryError: something is wrong; the message names file, line, section, key and value of
            every mistake, and what would be valid.
    """
    path = Path(path)
    query, problems = check_sections(path, read_sections(path), today=today)
    if query is None:
        raise QueryError("\n".join(map(str, problems)))
    return query


@dataclass(frozen=True)
class Problem:
    """A mistake in a query file: what is wrong, in words, and where.

    ``section`` is None for what the whole file lacks, ``key`` for what a whole section lacks.
    """

    path: Path
    text: str
    section: Section | None = None
    key: str | None = None

    def __str__(self) -> str:
        """The mistake after its place."""
        place = self.section.place(self.key) if self.section else str(self.path)
        return f"{place}: {self.text}"


def check_sections(
    path: Path, sections: Sequence[Section], *, today: date | None = None
) -> tuple[Query | None, list[Problem]]:
    """The query that sections make, or None and every mistake in them.

    ``path`` names the query where the sections do not; the file need not exist.
    """
    reader = _Reader(path, today or utc_today())
    lists = [section for section in sections if section.name in LIST_SECTIONS]
    query = reader.list_query(sections, lists) if lists else reader.video_query(sections)
    return (None if reader.problems else query), reader.problems


class _Reader:
    """Makes a query of sections and keeps every mistake on the way."""

    def __init__(self, path: Path, today: date) -> None:
        self.path = path
        self.today = today
        self.problems: list[Problem] = []

    def video_query(self, sections: Sequence[Section]) -> VideoQuery | None:
        """The query for videos, or None after a mistake."""
        found: dict[str, list[Condition]] = {name: [] for name in OPERATOR_LISTS}
        given: dict[str, Any] = {}
        for section in sections:
            operator = section.name.partition("_")[0]
            if operator in OPERATOR_LISTS:
                condition = self._condition(section)
                found[operator] += [condition] if condition else []
            elif section.name == "date":
                given |= self._dates(section)
            elif section.name == "options":
                given |= self._options(section, OPTION_KEYS)
            else:
                self._refuse_section(section)
        self._need_dates(sections)
        if self.problems:
            return None
        conditions = {f"{name}_": tuple(some) for name, some in found.items()}
        named = {section.name: section for section in sections}
        places = dict.fromkeys(DATE_KEYS, named.get("date"))
        places |= dict.fromkeys(OPTION_KEYS, named.get("options"))
        values = {"name": self.path.stem, **given, **conditions}
        return self._made(places.get, VideoQuery, values)

    def list_query(self, sections: Sequence[Section], lists: list[Section]) -> ListQuery | None:
        """The query for one list endpoint, or None after a mistake."""
        for section in sections:
            if section is not lists[0]:
                self._wrong(section, None, f"a file with [{lists[0].name}] has no other section")
        section = lists[0]
        endpoint = LIST_SECTIONS[section.name]
        key = LIST_ENDPOINTS[endpoint].targets_key
        extra = ("replies",) if endpoint == "comments" else ()
        given = self._options(section, (key, *LIST_KEYS, *extra))
        if key not in section.values:
            self._wrong(section, None, f"{key} is missing")
        if self.problems:
            return None
        given = {"name": self.path.stem, "endpoint": endpoint, **given}
        given["targets"] = given.pop(key)
        return self._made(lambda _: section, ListQuery, given)

    def _condition(self, section: Section) -> Condition | None:
        values = self._values(section, CONDITION_KEYS, self._condition_value)
        missing = [key for key in CONDITION_KEYS if key not in section.values]
        for key in missing:
            self._wrong(section, None, f"{key} is missing. A condition has {_all(CONDITION_KEYS)}")
        if len(values) < len(CONDITION_KEYS):
            return None
        return self._made(lambda _: section, Condition, values)

    def _dates(self, section: Section) -> dict[str, Any]:
        values = self._values(section, DATE_KEYS, self._date)
        if "start_date" not in section.values:
            self._wrong(section, None, "start_date is missing; write a day such as 20230101")
        values.setdefault("end_date", last_safe_day(self.today))
        if {"start_date"} <= values.keys() and values["start_date"] > values["end_date"]:
            self._wrong(section, "start_date", _reversed(values, section))
        return values

    def _options(self, section: Section, valid: tuple[str, ...]) -> dict[str, Any]:
        return self._values(section, valid, self._option)

    def _values(
        self, section: Section, valid: tuple[str, ...], read: Callable[[Section, str], Any]
    ) -> dict[str, Any]:
        """The values of a section's keys; keys that are not valid are mistakes."""
        values = {}
        for key in section.values:
            if key not in valid:
                close = suggestion(key, valid)
                self._wrong(section, key, f"there is no such key{close}. Valid: {_all(valid)}")
                continue
            try:
                values[key] = read(section, key)
            except ValueError as error:
                self._wrong(section, key, str(error))
        return values

    def _condition_value(self, section: Section, key: str) -> str | tuple[str, ...]:
        return section.texts(key) if key == "field_values" else section.text(key)

    def _date(self, section: Section, key: str) -> date:
        text = section.text(key)
        relative = re.fullmatch(r"today(?:\s*-\s*([0-9]{1,4}))?", text.strip())
        if relative:
            text = f"{self.today - timedelta(days=int(relative[1] or 0)):%Y%m%d}"
        try:
            return parse_date(text)
        except ValueError as error:
            raise ValueError(f"{error}, or count back from now, such as today-3") from None

    def _option(self, section: Section, key: str) -> object:
        if key in ("max_count", "videos_per_day", "window_days"):
            return _whole_number(section.text(key))
        if key in ("is_random", "replies"):
            return _yes_or_no(section.values[key])
        if key == "name":
            return section.text(key) or self.path.stem
        values = section.texts(key)
        if not values:
            raise ValueError("the list is empty; give at least one value, or take the key out")
        return values

    def _need_dates(self, sections: Sequence[Section]) -> None:
        if not any(section.name == "date" for section in sections):
            text = (
                "the section [date] is missing. Write [date] with start_date and end_date, such "
                "as 20230101 and 20230131."
            )
            self.problems.append(Problem(self.path, text))

    def _refuse_section(self, section: Section) -> None:
        valid = (*OPERATOR_LISTS, "date", "options", *LIST_SECTIONS)
        close = suggestion(section.name.partition("_")[0], valid) or suggestion(section.name, valid)
        self._wrong(
            section,
            None,
            f"there is no such section{close}. Valid: and_1, or_1, not_1 and so on, date, "
            f"options; or, alone in a file, one of {', '.join(LIST_SECTIONS)}",
        )

    def _made(
        self,
        section_of: Callable[[str], Section | None],
        make: Callable[..., T],
        values: dict[str, Any],
    ) -> T | None:
        """What a class makes of values; its complaints become mistakes at the right keys."""
        try:
            return make(**values)
        except QueryError as error:
            for line in str(error).split("\n"):
                key, _, problem = line.partition(": ")
                self.problems.append(Problem(self.path, problem, section_of(key), key))
        return None

    def _wrong(self, section: Section, key: str | None, problem: str) -> None:
        self.problems.append(Problem(self.path, f"{problem}.", section, key))


def _whole_number(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise ValueError(f"{text!r} is no whole number; write digits alone, such as 100")
    return int(text)


def _yes_or_no(value: object) -> bool:
    word = str(value).strip().lower()
    if word not in YES_AND_NO:
        raise ValueError(f"{value!r} is neither yes nor no")
    return YES_AND_NO[word]


def _reversed(dates: dict[str, Any], section: Section) -> str:
    end = "end_date" if "end_date" in section.values else "end_date (today-3, as none is given),"
    return (
        f"{dates['start_date']:%Y%m%d} is after {end} {dates['end_date']:%Y%m%d}; put the "
        "earlier day first"
    )


def _all(names: tuple[str, ...]) -> str:
    return ", ".join(names)
