"""Queries as the text of an INI file that `reading.read_query` reads as the same query.

A text that is there already is edited, not made anew: what says the same as before stays to the
letter, with every comment. A section that is taken out takes the comments right above it along.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfw.errors import QueryError
from tfw.sources.research.fields import MAX_PER_PAGE, VIDEO_FIELDS
from tfw.sources.research.lists import LIST_SECTIONS
from tfw.sources.research.query import ListQuery, Query, VideoQuery
from tfw.sources.research.sections import (
    KEY_LINE,
    OPERATOR_LISTS,
    SECTION_LINE,
    Section,
    parse_ini,
    split_list,
    without_comment,
)

WIDTH = 100
ORDER = (*OPERATOR_LISTS, "date", "options")
_PLAIN = re.compile(r"[\w.\-]+")


def write_query(query: Query) -> str:
    """The INI text of a query; options that say what goes without saying are left out.

    Raises:
        QueryError: a value cannot be written in INI (commas, and quotation marks of both kinds).
    """
    sections = _list_section(query) if isinstance(query, ListQuery) else _video_sections(query)
    return edit_ini("", [Section(Path(query.name), name, 0, dict(v)) for name, v in sections])


def edit_ini(text: str, sections: Sequence[Section]) -> str:
    """An INI text changed so that it has exactly these sections; comments stay.

    Args:
        text: the text to change; empty for a new one.
        sections: what it is to say. A key without a value is taken out.

    Raises:
        QueryError: the text is no INI, or a value cannot be written in INI.
    """
    old = {section.name: section for section in parse_ini(Path("query.ini"), text)}
    new = {section.name: section for section in sections}
    parts = [part for part in _parts(text) if not part.name or part.name in new]
    for part in parts:
        if part.name:
            part.lines = list(_edited(part.lines, old[part.name], new[part.name]))
    for section in sections:
        if section.name not in old:
            _insert(parts, section)
    edited = "\n".join(line for part in parts for line in part.lines).strip("\n") + "\n"
    if old.keys() - new.keys():
        edited = re.sub(r"\n{3,}", "\n\n", edited)
    _check_written(edited, sections)
    return edited


def count_comments(text: str) -> int:
    """How many lines of a text are comments."""
    return sum(line.lstrip().startswith((";", "#")) for line in text.split("\n"))


def join_list(values: Iterable[str]) -> str:
    """Values as one text that `split_list` parts into the same again.

    >>> join_list(["linen", "red, white", "DE"])
    'linen, "red, white", DE'

    Raises:
        QueryError: a value cannot be written so.
    """
    return ", ".join(map(_quoted, values))


def _video_sections(query: VideoQuery) -> Iterator[tuple[str, dict[str, Any]]]:
    for operator, conditions in query.conditions.items():
        for number, condition in enumerate(conditions, 1):
            yield f"{operator}_{number}", condition
    dates = {"start_date": query.start_date, "end_date": query.end_date}
    yield "date", {key: f"{day:%Y%m%d}" for key, day in dates.items()}
    options = _common(query, VIDEO_FIELDS)
    options |= {"is_random": "yes"} if query.is_random else {}
    numbers = {"videos_per_day": query.videos_per_day, "window_days": query.window_days}
    options |= {key: str(number) for key, number in numbers.items() if number is not None}
    yield "options", options


def _list_section(query: ListQuery) -> Iterator[tuple[str, dict[str, Any]]]:
    name = {endpoint: name for name, endpoint in LIST_SECTIONS.items()}[query.endpoint]
    values: dict[str, Any] = {query.rules.targets_key: list(query.targets)}
    values |= {"replies": "yes"} if query.replies else {}
    yield name, values | _common(query, query.rules.fields)


def _common(query: Query, all_fields: tuple[str, ...]) -> dict[str, Any]:
    options: dict[str, Any] = {"name": [query.name]}
    if query.fields != all_fields:
        options["fields"] = list(query.fields)
    if query.max_count != MAX_PER_PAGE:
        options["max_count"] = str(query.max_count)
    return options


@dataclass
class _Part:
    """Lines of a text: a section with the comments right above it, or what stands between."""

    name: str
    lines: list[str]


def _parts(text: str) -> list[_Part]:
    """A text in parts; what opens the file belongs to no section."""
    parts = [_Part("", [])]
    pending: list[str] = []
    for line in text.split("\n"):
        if header := SECTION_LINE.fullmatch(without_comment(line)):
            cut = _first_attached(pending) if len(parts) > 1 else len(pending)
            between, above = pending[:cut], pending[cut:]
            parts += [_Part("", between), _Part(header["name"].strip(), [*above, line])]
            pending = []
        elif without_comment(line).strip():
            parts[-1].lines += [*pending, line]
            pending = []
        else:
            pending.append(line)
    return [*parts, _Part("", pending)]


def _first_attached(lines: Sequence[str]) -> int:
    """Where the comments begin that no empty line parts from what follows."""
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    return start


def _edited(lines: Sequence[str], old: Section, new: Section) -> Iterator[str]:
    """The lines of a section with new values where they differ from the old ones."""
    bare = [without_comment(line) for line in lines]
    last = max(number for number, text in enumerate(bare) if text.strip())
    key, written = "", set()
    for line, text in zip(lines[: last + 1], bare, strict=False):
        if found := KEY_LINE.fullmatch(text):
            key = found["key"].lower()
        if not key or not text.strip() or new.texts(key) == old.texts(key):
            yield line
        elif key not in written:
            written.add(key)
            yield from _key_lines(key, new, line[len(text.rstrip()) :])
    for key in [key for key in new.values if key not in old.values]:
        yield from _key_lines(key, new)
    yield from lines[last + 1 :]


def _insert(parts: list[_Part], section: Section) -> None:
    """Put a new section behind the last one that comes before it in the usual order."""
    lines = [line for key in section.values for line in _key_lines(key, section)]
    if not lines:
        return
    rank = _rank(section.name)
    places = [n for n, part in enumerate(parts) if part.name and _rank(part.name) <= rank]
    if not places and any(part.name for part in parts):
        place = next(n for n, part in enumerate(parts) if part.name)
        parts.insert(place, _Part(section.name, [f"[{section.name}]", *lines, ""]))
        return
    place = (places[-1] if places else 0) + 1
    parts.insert(place, _Part(section.name, ["", f"[{section.name}]", *lines]))


def _rank(name: str) -> int:
    operator = name.partition("_")[0]
    return ORDER.index(operator) if operator in ORDER else len(ORDER)


def _key_lines(key: str, section: Section, comment: str = "") -> Iterator[str]:
    """A key with its values, on several lines where one is too long; none without a value."""
    values = [_quoted(value) for value in section.texts(key)]
    if not values:
        return
    line = f"{key} = {', '.join(values)}"
    # The marks of a line are counted to find its comment, so one inside a value stands alone.
    apart = any('"' in value[1:-1] for value in values)
    if len(values) == 1 or (len(line) <= WIDTH and not apart):
        yield line + comment
    else:
        yield f"{key} ={comment}"
        yield from _wrapped(values, apart=apart)


def _wrapped(values: Sequence[str], *, apart: bool) -> Iterator[str]:
    """Values on indented lines as long as they may be, or each on one of its own."""
    line = values[0]
    for value in values[1:]:
        if apart or len(line) + len(value) + 7 > WIDTH:
            yield f"    {line},"
            line = value
        else:
            line += f", {value}"
    yield f"    {line}"


def _quoted(value: str) -> str:
    """A value as it stands in a list: in quotation marks where it needs some."""
    plain = [value] if _PLAIN.fullmatch(value) else []
    for written in (*plain, f'"{value}"', f"'{value}'", value):
        if split_list(written) == (value,) and without_comment(f"k = {written}")[4:] == written:
            return written
    raise QueryError(
        f"{value!r} cannot be written in an INI file: it has commas or semicolons and quotation "
        "marks of both kinds in it. Take some of them out."
    )


def _check_written(text: str, sections: Sequence[Section]) -> None:
    """Read what was written: a text that would ask something else is never given out."""
    written = {one.name: _said(one) for one in parse_ini(Path("query.ini"), text)}
    wanted = {one.name: _said(one) for one in sections}
    for name in wanted.keys() | written.keys():
        if written.get(name, {}) != wanted.get(name, {}):
            raise QueryError(
                f"[{name}] cannot be written in an INI file as it is; take quotation marks and "
                "semicolons out of its values."
            )


def _said(section: Section) -> dict[str, tuple[str, ...]]:
    said = {key: section.texts(key) for key in section.values}
    return {key: texts for key, texts in said.items() if texts}
