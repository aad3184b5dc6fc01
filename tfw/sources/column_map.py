"""Column maps: which column of somebody's table holds which field of a post or a comment.

>>> wanted = {"id": "video", "description": "caption", "stats.likes": {"column": "hearts"},
...           "queries": {"value": "barbiecore"}}
>>> read = compile_map(wanted, columns=["video", "caption", "hearts"], file="posts.csv")
>>> read.fields(({"video": "7183824296496680198", "caption": "pink #ootd", "hearts": "86.4K"}))
{'id': '7183824296496680198', 'description': 'pink #ootd', 'stats.likes': 86400, \
'queries': ('barbiecore',)}
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tfw.errors import FileFormatError
from tfw.records import tidy_hashtags
from tfw.sources.tables import cell
from tfw.sources.times import moment
from tfw.sources.values import (
    count,
    flag,
    hashtag_names,
    linked_id,
    secondary_id,
    seconds,
    text_of,
    word_of,
)

Row = Mapping[str, Any]
Reader = Callable[[str, object], object]
RECORDS = ("post", "comment")


def _text(field: str, value: object) -> object:
    return text_of(value)


def _word(field: str, value: object) -> object:
    return word_of(value)


def _id(field: str, value: object) -> object:
    found = linked_id(value)
    return None if isinstance(found, str) and not found.strip() else found


def _secondary_id(field: str, value: object) -> object:
    return secondary_id(value)


def _hashtags(field: str, value: object) -> object:
    return tidy_hashtags(hashtag_names(value))


def _names(field: str, value: object) -> object:
    listed = value if isinstance(value, list | tuple) else [value]
    return tuple(name for entry in listed if (name := word_of(entry)))


POST_FIELDS: dict[str, Reader] = {
    "id": _id,
    "url": _word,
    "source": _word,
    "author.id": _secondary_id,
    "author.name": _word,
    "author.verified": flag,
    "author.followers": count,
    "description": _text,
    "hashtags": _hashtags,
    "music.id": _secondary_id,
    "music.title": _word,
    "music.author": _word,
    "region": _word,
    "language": _word,
    "duration": seconds,
    "created_at": moment,
    "stats.likes": count,
    "stats.comments": count,
    "stats.shares": count,
    "stats.plays": count,
    "stats.saves": count,
    "stats.collected_at": moment,
    "comments.reported": count,
    "comments.collected": count,
    "comments_text": _text,
    "queries": _names,
}
COMMENT_FIELDS: dict[str, Reader] = {
    "id": _id,
    "post_id": _id,
    "parent_id": _id,
    "text": _text,
    "likes": count,
    "replies": count,
    "created_at": moment,
    "author": _word,
    "language": _word,
    "source": _word,
    "collected_at": moment,
}
REQUIRED = {"post": ("id",), "comment": ("id", "post_id")}


@dataclass(frozen=True)
class Column:
    """Where the value of a field comes from: a column, or a constant of the map."""

    field: str
    read: Reader
    column: str | None
    constant: object = None

    def value(self, row: Row) -> object:
        """The field's value in a row; a refusal names the column, which the reader can look up."""
        if self.column is None:
            return self.constant
        return self.read(self.column, cell(row, self.column))


@dataclass(frozen=True)
class CompiledMap:
    """A column map that fits a table."""

    record: str
    columns: tuple[Column, ...]

    @property
    def personal(self) -> frozenset[str]:
        """The columns that name people."""
        return frozenset(
            entry.column for entry in self.columns if entry.column and "author" in entry.field
        )

    def fields(self, row: Row) -> dict[str, Any]:
        """The values of all mapped fields in a row.

        Raises:
            BadValue: a cell holds something that its field cannot mean.
        """
        return {entry.field: entry.value(row) for entry in self.columns}


def compile_map(column_map: Mapping[str, Any], *, columns: Sequence[str], file: str) -> CompiledMap:
    """The map, checked against the fields there are and the columns the table has.

    Args:
        column_map: field to column name, to ``{column: NAME}`` or to ``{value: CONSTANT}``;
            ``record: comment`` for a table of comments.
        columns: the columns of the table.
        file: the table's name, for messages.

    Raises:
        FileFormatError: names every wrong entry at once, with what would be valid.
    """
    if not isinstance(column_map, Mapping):
        raise FileFormatError(
            f"{file}: the column map is {column_map!r}. It maps fields to columns, for example "
            "{id: video_id, stats.likes: likes}."
        )
    record = column_map.get("record", "post")
    if record not in RECORDS:
        raise FileFormatError(
            f"{file}: the column map says record: {record!r}. It can be post or comment."
        )
    fields = POST_FIELDS if record == "post" else COMMENT_FIELDS
    problems: list[str] = []
    compiled: list[Column] = []
    for field, wanted in column_map.items():
        if field != "record":
            try:
                compiled.append(_compile(field, wanted, fields, columns))
            except ValueError as error:
                problems.append(f"{field}: {error}")
    mapped = {entry.field for entry in compiled}
    problems += [
        f"{field}: missing; a {record} needs it. The columns are: {_some(columns)}."
        for field in REQUIRED[record]
        if field not in column_map and field not in mapped
    ]
    if problems:
        raise FileFormatError(f"{file}: the column map does not fit.\n  " + "\n  ".join(problems))
    return CompiledMap(record, tuple(compiled))


def _compile(
    field: str, wanted: object, fields: Mapping[str, Reader], columns: Sequence[str]
) -> Column:
    if field not in fields:
        raise ValueError(f"there is no such field. {_closest(str(field), fields)}")
    constant = isinstance(wanted, Mapping) and set(wanted) == {"value"}
    if constant and isinstance(wanted, Mapping):
        return Column(field, fields[field], None, fields[field](field, wanted["value"]))
    column = wanted.get("column") if isinstance(wanted, Mapping) and len(wanted) == 1 else wanted
    if not isinstance(column, str):
        raise ValueError(
            f"{wanted!r} is not a column name, {{column: NAME}} or {{value: CONSTANT}}."
        )
    if column not in columns:
        raise ValueError(f"the file has no column {column!r}. {_closest(column, columns)}")
    if list(columns).count(column) > 1:
        raise ValueError(f"the file has {list(columns).count(column)} columns named {column!r}.")
    return Column(field, fields[field], column)


def _closest(name: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    """The valid names, those that look like the wrong one first."""
    lowered = {entry.lower(): entry for entry in known}
    near = difflib.get_close_matches(name.lower(), lowered, n=3, cutoff=0.6)
    ordered = dict.fromkeys([*(lowered[entry] for entry in near), *known])
    hint = f"Did you mean {' or '.join(lowered[entry] for entry in near)}? " if near else ""
    return f"{hint}There are: {_some(list(ordered))}."


def _some(names: Sequence[str], limit: int = 40) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
