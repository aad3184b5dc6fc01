"""Tables row by row: CSV, JSON, NDJSON and Parquet.

Rows are mappings from column to cell. Cells of CSV are texts; of the others, whatever the file has.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet

from tfw.errors import FileFormatError
from tfw.sources.files import TextFile, head_of, is_json, is_parquet
from tfw.sources.json_files import Value, json_values
from tfw.sources.outcomes import BrokenFileError, Rejected, excerpt, peek

BATCH = 1000
# Rows of JSON leave out what they do not know, so a column may show up late.
COLUMN_SAMPLE = 100
DELIMITERS = ",;\t|"
# The default of 131,072 characters is less than the joined comments of a post may have.
CELL_LIMIT = 16 * 1024 * 1024
SEPARATOR_LINE = re.compile(r"\ufeff?sep=(.)\s*", re.IGNORECASE)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """The columns of a table, and its rows, which can be read once."""

    path: Path
    columns: tuple[str, ...]
    rows: Iterator[Value | Rejected]


def open_table(path: Path, *, progress: bool = False) -> Table:
    """A table of any of the kinds, found out from its content.

    Raises:
        FileFormatError: the file is not a table. Reading its rows raises BrokenFileError where
            the file breaks off, after the rows before that place.
    """
    head = head_of(path)
    if is_parquet(head):
        return _parquet(path)
    try:
        return _json(path, progress) if is_json(head) else _csv(path, progress)
    except BrokenFileError as error:
        raise BrokenFileError(f"{error.place}, before its first row", path.name) from error


def cell(row: Row, column: str) -> object:
    """A cell; ``a.b`` is also the ``b`` inside an object ``a``. None where there is none."""
    if column in row:
        return row[column]
    first, _, rest = column.partition(".")
    inner = row.get(first)
    return cell(inner, rest) if rest and isinstance(inner, Mapping) else None


def _json(path: Path, progress: bool) -> Table:
    first, values = peek(json_values(path, (), progress=progress), COLUMN_SAMPLE)
    if len(first) == 1 and isinstance(first[0], Value) and (inner := _longest_list(first[0].value)):
        first, values = peek(_behind(inner, values), COLUMN_SAMPLE)
    columns: dict[str, None] = {}
    for entry in first:
        if isinstance(entry, Value) and isinstance(entry.value, Mapping):
            columns |= dict.fromkeys(_paths(entry.value))
    return Table(path, tuple(columns), _objects(values))


def _behind(entries: list[Any], values: Iterator[Value | Rejected]) -> Iterator[Value | Rejected]:
    """The rows of a list inside a single object, then the error the file may end with."""
    next(values)
    for number, entry in enumerate(entries, start=1):
        yield Value(number, entry)
    yield from values


def _longest_list(value: object) -> list[Any]:
    """The longest list of objects inside an object."""
    found: list[Any] = []
    for inner in value.values() if isinstance(value, Mapping) else []:
        rows = inner if isinstance(inner, list) else _longest_list(inner)
        if rows and isinstance(rows[0], Mapping) and len(rows) > len(found):
            found = rows
    return found


def _paths(row: Row, prefix: str = "", depth: int = 0) -> Iterator[str]:
    for key, value in row.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping) and depth < 3:
            yield from _paths(value, f"{prefix}{key}.", depth + 1)


def _objects(values: Iterator[Value | Rejected]) -> Iterator[Value | Rejected]:
    for entry in values:
        if isinstance(entry, Value) and not isinstance(entry.value, Mapping):
            reason = "the entry is not an object with columns"
            yield Rejected(entry.line, reason, reason, excerpt(entry.value))
        else:
            yield entry


def _parquet(path: Path) -> Table:
    try:
        file = pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError) as error:
        raise FileFormatError(
            f"{path.name} begins like a Parquet table and has no readable end ({error}). The end "
            "says where everything is, so nothing can be read: get the whole file again."
        ) from error
    return Table(path, tuple(file.schema_arrow.names), _parquet_rows(file))


def _parquet_rows(file: pyarrow.parquet.ParquetFile) -> Iterator[Value]:
    number = 0
    with file:
        try:
            for batch in file.iter_batches(batch_size=BATCH, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield Value(number, row)
        except (pyarrow.ArrowException, OSError) as error:
            raise BrokenFileError(f"row {number + 1:,} cannot be read ({error})") from error


class _Lines:
    """Lines on their way to the CSV reader, with what it does not say about them."""

    def __init__(self, file: TextFile) -> None:
        self._lines = file.lines()
        self.count = 0
        self.last = ""
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.count += 1
        self.last = line
        return line


def _csv(path: Path, progress: bool) -> Table:
    records = _csv_records(path, progress)
    for entry in records:
        if isinstance(entry, Value):
            columns = tuple(name.strip(" \t\ufeff") for name in entry.value)
            return Table(path, columns, _csv_rows(columns, records))
    raise FileFormatError(f"{path.name} has no header line with the names of its columns.")


def _csv_rows(
    columns: tuple[str, ...], records: Iterator[Value | Rejected]
) -> Iterator[Value | Rejected]:
    for entry in records:
        if isinstance(entry, Rejected):
            yield entry
        elif len(entry.value) < len(columns) or any(entry.value[len(columns) :]):
            reason = "the row does not have as many cells as the header"
            detail = f"{len(entry.value)} cells, the header has {len(columns)}"
            shown = excerpt(dict(zip(columns, entry.value, strict=False)))
            yield Rejected(entry.line, reason, detail, shown)
        else:
            yield Value(entry.line, dict(zip(columns, entry.value, strict=False)))


def _csv_records(path: Path, progress: bool) -> Iterator[Value | Rejected]:
    """The lists of cells, header included; each with the line it begins in."""
    csv.field_size_limit(max(csv.field_size_limit(), CELL_LIMIT))
    delimiter, announced = _delimiter(path)
    with TextFile(path, progress=progress) as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        if announced:
            next(lines)
        width = 0
        while True:
            start = lines.count + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield _bad_record(file, lines, start, error)
                continue
            if cells is None:
                break
            if any(cells):
                width = width or len(cells)
                _check_last(file, lines, start, len(cells), width)
                yield Value(start, cells)
        if file.broken:
            raise BrokenFileError(file.broken)


def _bad_record(file: TextFile, lines: _Lines, start: int, error: csv.Error) -> Rejected:
    if lines.ended:
        quoted = f"the file ends inside a quoted cell of the row that begins in line {start:,}"
        raise BrokenFileError(f"{quoted}: {file.broken}" if file.broken else quoted) from error
    return Rejected(start, "the row is not CSV", f"not CSV: {error}", excerpt(lines.last))


def _check_last(file: TextFile, lines: _Lines, start: int, cells: int, width: int) -> None:
    """Refuse a last row that is cut off; where it is, its last cell may be cut off too."""
    if lines.last.endswith(("\n", "\r")):
        return
    if file.broken or cells < width:
        where = f"line {start:,} ends after {cells} of {width} cells"
        raise BrokenFileError(f"{where}: {file.broken}" if file.broken else where)


def _delimiter(path: Path) -> tuple[str, bool]:
    """What stands between cells, and whether a line of its own says so, as Excel writes it."""
    with TextFile(path) as file:
        header = next((line for line in file.lines() if line.strip()), "")
    if found := SEPARATOR_LINE.fullmatch(header):
        return found.group(1), True
    counts = {mark: len(next(csv.reader([header], delimiter=mark), [])) for mark in DELIMITERS}
    return max(DELIMITERS, key=lambda mark: counts[mark]), False
