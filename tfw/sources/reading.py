"""The posts and comments of a file, one after the other, without holding the file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import count as numbers
from pathlib import Path
from typing import Any

from tfw.errors import FileFormatError
from tfw.privacy import Pseudonymiser
from tfw.records import Comment, Post
from tfw.sources.column_map import CompiledMap, compile_map
from tfw.sources.files import head_of, is_json, is_page
from tfw.sources.json_files import Value, is_lines, json_values
from tfw.sources.kinds import JSON_KINDS, LIST_PATHS, CommentRows, JsonKind, PostRows, row_kind
from tfw.sources.mapped_rows import comment_from_fields, post_from_fields
from tfw.sources.outcomes import (
    BrokenFileError,
    Outcome,
    Piece,
    Rejected,
    SkipItem,
    Skipped,
    peek,
    rejected,
)
from tfw.sources.recognition import misfit, needs_map, page_blocks
from tfw.sources.tables import Table, open_table

ID_SAMPLE = 30
LONG_ID = 17

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reading:
    """One reading of one file: what every record of it is given."""

    path: Path
    format: str
    collected_at: datetime
    queries: tuple[str, ...]
    pseudonymiser: Pseudonymiser
    progress: bool = False

    def post(self, make: Callable[..., Post], row: Row, at: datetime | None = None) -> Post:
        """A post, made with a mapping."""
        when = at or self.collected_at
        return make(row, source=self.format, collected_at=when, queries=self.queries)

    def comment(
        self, make: Callable[..., Comment], row: Row, at: datetime | None = None
    ) -> Comment:
        """A comment, made with a mapping."""
        when, hide = at or self.collected_at, self.pseudonymiser
        return make(row, source=self.format, collected_at=when, pseudonymiser=hide)


def outcomes(reading: Reading, column_map: Row | None) -> Iterator[Outcome]:
    """Everything in a file: posts, comments, rejections and skips.

    Raises:
        FileFormatError: the content is not of the format, the column map does not fit, or the ids
            have lost digits; BrokenFileError after everything readable, where the file breaks off.
    """
    found = _choose(reading, column_map)
    return _with_whole_ids(reading.path, _named_break(reading.path, found))


def _named_break(path: Path, found: Iterator[Outcome]) -> Iterator[Outcome]:
    try:
        yield from found
    except BrokenFileError as error:
        raise BrokenFileError(error.place, path.name) from error


def _choose(reading: Reading, column_map: Row | None) -> Iterator[Outcome]:
    head, name = head_of(reading.path), reading.format
    if name == "web-items" and is_page(head):
        return _saved_page(reading)
    if name in JSON_KINDS and is_json(head):
        return _json_outcomes(reading, JSON_KINDS[name])
    table = open_table(reading.path, progress=reading.progress)
    if name == "table":
        if not column_map:
            raise needs_map(reading.path, table.columns)
        mapped = compile_map(column_map, columns=table.columns, file=reading.path.name)
        return _mapped_rows(reading, table, mapped)
    kind = row_kind(table.columns, name)
    if kind is None:
        raise misfit(reading.path, name, table.columns)
    return _tool_rows(reading, table, kind)


def _json_outcomes(reading: Reading, kind: JsonKind) -> Iterator[Outcome]:
    in_lines, position = is_lines(reading.path), numbers(1)
    for entry in json_values(reading.path, LIST_PATHS, progress=reading.progress):
        if isinstance(entry, Rejected):
            yield entry
            continue
        at = kind.page_time(entry.value)
        for piece in kind.unpack(entry.value):
            place = entry.line if in_lines else next(position)
            yield _attempt(partial(_record, reading, kind, piece, at), place, piece.body)


def _saved_page(reading: Reading) -> Iterator[Outcome]:
    kind = JSON_KINDS["web-items"]
    pieces = (piece for block in page_blocks(reading.path) for piece in kind.unpack(block))
    for place, piece in enumerate(pieces, start=1):
        yield _attempt(partial(_record, reading, kind, piece, None), place, piece.body)


def _record(reading: Reading, kind: JsonKind, piece: Piece, at: datetime | None) -> Outcome:
    if piece.kind == "skip":
        raise SkipItem(piece.body)
    if piece.kind == "unknown":
        raise ValueError("neither a post nor a comment")
    if piece.kind == "comment":
        return reading.comment(kind.comment, piece.body, at)
    return reading.post(kind.post, piece.body, at)


def _tool_rows(reading: Reading, table: Table, kind: PostRows | CommentRows) -> Iterator[Outcome]:
    if isinstance(kind, CommentRows):
        return _rows(table, partial(reading.comment, kind.make))
    return _rows(table, partial(reading.post, kind.make))


def _mapped_rows(reading: Reading, table: Table, mapped: CompiledMap) -> Iterator[Outcome]:
    def post(row: Row) -> Post:
        make = partial(post_from_fields, pseudonymiser=reading.pseudonymiser)
        return reading.post(make, mapped.fields(row))

    def comment(row: Row) -> Comment:
        return reading.comment(comment_from_fields, mapped.fields(row))

    return _rows(table, comment if mapped.record == "comment" else post, mapped.personal)


def _rows(
    table: Table, record: Callable[[Row], Outcome], hidden: frozenset[str] = frozenset()
) -> Iterator[Outcome]:
    for entry in table.rows:
        if isinstance(entry, Value):
            row = entry.value
            yield _attempt(partial(record, row), entry.line, row, hidden)
        else:
            yield entry


def _attempt(
    make: Callable[[], Outcome], line: int, row: object, hidden: frozenset[str] = frozenset()
) -> Outcome:
    try:
        return make()
    except SkipItem as skip:
        return Skipped(line, str(skip))
    except ValueError as error:
        return rejected(line, error, row, hidden)


def _with_whole_ids(path: Path, found: Iterator[Outcome]) -> Iterator[Outcome]:
    """The outcomes, unless most of the first ids are rounded; one in 90 whole ones looks so."""
    first, again = peek(found, ID_SAMPLE)
    ids = [entry.id for entry in first if isinstance(entry, Post | Comment)]
    long = [text for text in ids if len(text) >= LONG_ID and text.isdecimal()]
    rounded = [text for text in long if _is_rounded(text)]
    if len(rounded) >= 3 and 2 * len(rounded) > len(long):
        raise FileFormatError(
            f"{path.name}: the ids have lost their last digits (for example {rounded[0]}). A "
            "spreadsheet, JavaScript or a column of decimal numbers rounded them, so they name no "
            "posts. Export the file again with the ids as text, or map id to a column with the "
            "posts' addresses."
        )
    return again


def _is_rounded(text: str) -> bool:
    """Whether a long id is a number of 53 bits, or what is written for one.

    A float column writes such a number in full; JavaScript writes its first 16 or 17 digits and a
    spreadsheet 15, and both fill up with zeros.
    """
    number = int(text)
    return number % 1024 == 0 or Decimal(repr(float(number))) == number
