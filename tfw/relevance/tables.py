"""Scores for any table of texts, without a database."""

import csv
import gzip
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from tqdm.auto import tqdm

from tfw.errors import FileFormatError, InputError
from tfw.relevance.models import DEFAULT_LABELS, DEFAULT_MODEL, load_model
from tfw.relevance.score import Scorer, statistical_score
from tfw.relevance.thresholds import Thresholds
from tfw.relevance.vocabulary import Vocabulary, default_vocabulary
from tfw.spreadsheet import disarm

CHUNK = 2_000
# The four documented result columns, then what a reader needs to follow them.
STATISTICAL = "post_statistical_relevance_score"
TERMS = "relevance_score_using_processed_dataset"
LABEL = "post_relevance_score_fashion_labels"
VERDICT = "is_fashion_post"
RESULT_COLUMNS = (STATISTICAL, TERMS, LABEL, VERDICT, "matched_terms", "why")
# With all of these the statistical score is computed too.
COUNTER_COLUMNS = ("likes", "comments", "shares", "plays", "days_since_posting")


@dataclass(frozen=True)
class TableSummary:
    """What :func:`score_table` did."""

    rows: int
    fashion: int
    out: Path

    def __str__(self) -> str:
        share = f" ({self.fashion / self.rows:.0%})" if self.rows else ""
        return f"{self.rows:,} rows scored, {self.fashion:,} fashion{share}: {self.out}"


def score_table(
    path: str | Path,
    text_column: str,
    out: str | Path,
    *,
    model: str = DEFAULT_MODEL,
    labels: Sequence[str] = DEFAULT_LABELS,
    vocabulary: Vocabulary | None = None,
    thresholds: Thresholds | None = None,
    progress: bool = False,
) -> TableSummary:
    """Add the result columns to a CSV or Parquet table, in chunks of 2,000 rows.

    The table may be larger than memory. ``post_statistical_relevance_score`` stays empty unless
    the table has the columns likes, comments, shares, plays and days_since_posting. Cells of a
    CSV output that a spreadsheet would run as a formula are disarmed.

    Args:
        path: a .csv, .csv.gz or .parquet file.
        text_column: the column with the texts, hashtags included.
        out: the file to write, .csv, .csv.gz or .parquet; replaced only when all went well.
        model: a label model (see :func:`tfw.relevance.models.load_model`).
        labels: what "about fashion" means.
        vocabulary: the default one when not given.
        thresholds: for the verdict.
        progress: show a bar while working.

    Raises:
        InputError: no such column, an unknown kind of file, or ``out`` is the input.
    """
    path, out = Path(path), Path(out)
    _check_files(path, out)
    _check_column(path, text_column, _columns(path))
    scorer = Scorer(
        vocabulary=vocabulary or default_vocabulary(),
        model=load_model(model),
        labels=tuple(labels),
        thresholds=thresholds or Thresholds(),
    )
    draft = out.with_name(f".{os.getpid()}.{out.name}")
    rows = fashion = 0
    try:
        with (
            closing(_chunks(path)) as chunks,
            _writer(draft, out) as write,
            tqdm(unit="row", disable=not progress) as bar,
        ):
            for chunk in chunks:
                scored = _scored(chunk, text_column, scorer)
                write(scored)
                rows += len(scored)
                fashion += int(scored[VERDICT].sum())
                bar.update(len(scored))
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    return TableSummary(rows, fashion, out)


def _check_files(path: Path, out: Path) -> None:
    if not path.is_file():
        raise FileFormatError(f"There is no file {path}.")
    if path.resolve() == out.resolve():
        raise InputError(f"--out names the input file {path}; give another name.")
    for file in (path, out):
        if not file.name.endswith((".csv", ".csv.gz", ".parquet")):
            raise FileFormatError(f"{file.name}: valid files are .csv, .csv.gz and .parquet.")
    if not out.parent.is_dir():
        raise InputError(f"There is no folder {out.parent} to write {out.name} into.")


READ_CSV: dict[str, Any] = {"dtype": str, "keep_default_na": False, "encoding": "utf-8-sig"}


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Turns what the readers raise into one clear error."""
    try:
        yield
    except pd.errors.EmptyDataError:
        raise FileFormatError(f"{path.name} is empty.") from None
    except (pa.ArrowInvalid, pd.errors.ParserError, UnicodeDecodeError, EOFError, OSError) as error:
        raise FileFormatError(f"{path.name} cannot be read as a table: {error}") from error


def _columns(path: Path) -> list[str]:
    with _readable(path):
        if path.suffix == ".parquet":
            return list(pq.read_schema(path).names)
        return list(pd.read_csv(path, nrows=0, **READ_CSV).columns)


def _chunks(path: Path) -> Generator[pd.DataFrame, None, None]:
    """The table in pieces."""
    with _readable(path):
        if path.suffix == ".parquet":
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(CHUNK):
                    yield batch.to_pandas()
        else:
            with pd.read_csv(path, chunksize=CHUNK, **READ_CSV) as reader:
                yield from reader


def _check_column(path: Path, text_column: str, columns: list[str]) -> None:
    if text_column not in columns:
        raise InputError(
            f"{path.name} has no column {text_column!r}. Its columns are: {', '.join(columns)}."
        )
    taken = [name for name in RESULT_COLUMNS if name in columns]
    if taken:
        raise InputError(
            f"{path.name} already has the column {taken[0]!r}: it was scored before. Give the "
            "original file."
        )


def _scored(chunk: pd.DataFrame, text_column: str, scorer: Scorer) -> pd.DataFrame:
    texts = chunk[text_column].fillna("").astype(str)
    found = scorer.score([{"_id": str(i), "description": text} for i, text in enumerate(texts)])
    scored = chunk.copy()
    scored[STATISTICAL] = pd.array(_statistical(chunk, scorer), dtype="Float64")
    scored[TERMS] = pd.array([f.vocabulary for f in found], dtype="Int64")
    scored[LABEL] = pd.array([f.label for f in found], dtype="Float64")
    scored[VERDICT] = pd.array([f.verdict for f in found], dtype="boolean")
    scored["matched_terms"] = ["; ".join(hit.term for hit in f.terms) for f in found]
    scored["why"] = [f.why for f in found]
    return scored


def _statistical(chunk: pd.DataFrame, scorer: Scorer) -> list[float | None]:
    """The statistical score of each row; None for all when the table lacks a column for it."""
    if not set(COUNTER_COLUMNS) <= set(chunk.columns):
        return [None] * len(chunk)
    numbers = chunk[list(COUNTER_COLUMNS)].apply(pd.to_numeric, errors="coerce")
    rows = numbers.astype(object).where(numbers.notna(), None).to_dict("records")
    return [
        statistical_score({"stats": row}, scorer.weights, row["days_since_posting"]) for row in rows
    ]


Write = Callable[[pd.DataFrame], None]


@contextmanager
def _writer(draft: Path, out: Path) -> Iterator[Write]:
    if out.suffix == ".parquet":
        with _parquet_writer(draft) as write:
            yield write
        return
    opener = gzip.open if out.suffix == ".gz" else open
    with opener(draft, "wt", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        header: list[str] = []

        def write_rows(chunk: pd.DataFrame) -> None:
            if not header:
                header.extend(map(str, chunk.columns))
                sheet.writerow(header)
            sheet.writerows(
                [_cell(value) for value in row] for row in chunk.itertuples(index=False)
            )

        yield write_rows


@contextmanager
def _parquet_writer(draft: Path) -> Iterator[Write]:
    writers: list[pq.ParquetWriter] = []

    def write_rows(chunk: pd.DataFrame) -> None:
        table = pa.Table.from_pandas(chunk, preserve_index=False)
        if not writers:
            writers.append(pq.ParquetWriter(draft, table.schema))
        writers[0].write_table(table.cast(writers[0].schema))

    try:
        yield write_rows
    finally:
        for writer in writers:
            writer.close()


def _cell(value: object) -> object:
    if isinstance(value, str):
        return disarm(value)
    return "" if value is None or value is pd.NA or value != value else value
