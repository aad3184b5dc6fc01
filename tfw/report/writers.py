"""Files that stand in their place only when they are complete: CSV, Parquet and others."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tfw.spreadsheet import disarm

Row = dict[str, Any]
Write = Callable[[Sequence[Row]], None]

BATCH = 1_000
ROW_GROUP = 10_000


@contextmanager
def csv_file(path: Path, columns: Sequence[str]) -> Iterator[Write]:
    """A function that writes rows to a CSV file, which stands in its place at the end.

    UTF-8 with a mark, so that Excel shows emoji; a cell that a spreadsheet would run is disarmed.
    """
    with (
        replacing(path) as draft,
        draft.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(columns)
        yield lambda rows: writer.writerows([_cell(row[name]) for name in columns] for row in rows)


@contextmanager
def parquet_file(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """A function that writes rows to a Parquet file, which stands in its place at the end."""
    waiting: list[Row] = []
    with replacing(path) as draft, pq.ParquetWriter(draft, schema, compression="zstd") as writer:

        def flush() -> None:
            writer.write_table(pa.Table.from_pylist(waiting, schema=schema))
            waiting.clear()

        def write(rows: Sequence[Row]) -> None:
            waiting.extend(rows)
            if len(waiting) >= ROW_GROUP:
                flush()

        yield write
        flush()


@contextmanager
def lines_file(path: Path) -> Iterator[Callable[[Iterable[str]], None]]:
    """A function that writes lines to a text file, which stands in its place at the end."""
    with replacing(path) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        yield lambda lines: file.writelines(f"{line}\n" for line in lines)


def in_batches(posts: Iterable[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """The posts in lists of at most ``size``."""
    rest = iter(posts)
    while batch := list(islice(rest, size)):
        yield batch


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that takes its place when all went well, and goes when not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> Path:
    """Replace a text file in one step; its path."""
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8")
    return path


def _cell(value: object) -> object:
    if isinstance(value, str):
        return disarm(value)
    if isinstance(value, list):
        return disarm("; ".join(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value
