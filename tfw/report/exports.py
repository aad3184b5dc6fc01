"""The posts as a CSV file for spreadsheets and as a Parquet file for programs.

Both have the columns of :data:`SCHEMA`, and a post that was not scored has empty cells in the
columns of its scores. In the CSV file lists are joined by ``"; "``, texts stand in quotes, and a
cell that a spreadsheet would run is disarmed.

Post ids are digits of which a spreadsheet keeps only the first 15 when it takes them for a
number. The column ``post_id`` has them plain, as programs want them (``dtype=str`` in pandas);
whoever opens the CSV file by a double click finds every digit in ``url``, which ends in the id
and is text to every spreadsheet. Parquet keeps them as text.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tfw.privacy import PrivacyLevel
from tfw.report.shown import Mask, open_mask
from tfw.spreadsheet import disarm
from tfw.store import Store

Row = dict[str, Any]
Write = Callable[[Sequence[Row]], None]

BATCH = 1_000
ROW_GROUP = 10_000
_TIME = pa.timestamp("ms", tz="UTC")
_TEXTS = pa.list_(pa.string())
SCHEMA = pa.schema(
    [
        ("post_id", pa.string()),
        ("url", pa.string()),
        ("source", pa.string()),
        ("author", pa.string()),
        ("description", pa.string()),
        ("hashtags", _TEXTS),
        ("region", pa.string()),
        ("language", pa.string()),
        ("created_at", _TIME),
        ("collected_at", _TIME),
        ("likes", pa.int64()),
        ("comments", pa.int64()),
        ("shares", pa.int64()),
        ("plays", pa.int64()),
        ("saves", pa.int64()),
        ("comments_state", pa.string()),
        ("comments_collected", pa.int64()),
        ("days_since_posting", pa.int64()),
        ("post_statistical_relevance_score", pa.float64()),
        ("relevance_score_using_processed_dataset", pa.int64()),
        ("post_relevance_score_fashion_labels", pa.float64()),
        ("is_fashion_post", pa.bool_()),
        ("matched_terms", _TEXTS),
        ("why", pa.string()),
        ("vocabulary_id", pa.string()),
        ("model", pa.string()),
        ("scored_at", _TIME),
        ("first_seen", _TIME),
        ("last_seen", _TIME),
        ("queries", _TEXTS),
    ]
)
COLUMNS: tuple[str, ...] = tuple(SCHEMA.names)
# The fields of a post document that an export reads.
FIELDS = (
    "url",
    "source",
    "author.name",
    "description",
    "hashtags",
    "region",
    "language",
    "created_at",
    "stats",
    "comments",
    "relevance",
    "score.state",
    "first_seen",
    "last_seen",
    "queries",
)


def export_csv(
    store: Store,
    path: Path,
    *,
    privacy: PrivacyLevel | str = PrivacyLevel.PSEUDONYMISE,
    reason: str = "",
    query: Mapping[str, Any] | None = None,
) -> int:
    """The number of posts written to a CSV file (UTF-8 with a mark, so that Excel shows emoji).

    Args:
        store: where the posts are.
        path: the file; it is replaced when the new one is complete.
        privacy: how authors and @mentions are shown.
        reason: why names are shown; needed for ``keep``.
        query: which posts, as a MongoDB query; all of them where it is None.

    Raises:
        ParameterError: an unknown privacy level, or ``keep`` without a reason.
    """
    mask = open_mask(privacy, reason)
    with csv_file(path) as write:
        return _export(store, query, mask, write)


def export_parquet(
    store: Store,
    path: Path,
    *,
    privacy: PrivacyLevel | str = PrivacyLevel.PSEUDONYMISE,
    reason: str = "",
    query: Mapping[str, Any] | None = None,
) -> int:
    """The number of posts written to a Parquet file; arguments as for :func:`export_csv`.

    Hashtags, matched terms and queries are lists, times have their zone, ids are text.
    """
    mask = open_mask(privacy, reason)
    with parquet_file(path) as write:
        return _export(store, query, mask, write)


def export_row(post: Mapping[str, Any], mask: Mask) -> Row:
    """The cells of one post document, by column; None where nothing is known."""
    stats, comments = post.get("stats") or {}, post.get("comments") or {}
    return {
        "post_id": str(post["_id"]),
        "url": mask.url(post),
        "source": post.get("source"),
        "author": mask.author(post),
        "description": mask.text(post.get("description", "")),
        "hashtags": list(post.get("hashtags", ())),
        "region": post.get("region"),
        "language": post.get("language"),
        "created_at": post.get("created_at"),
        "collected_at": stats.get("collected_at"),
        **{name: stats.get(name) for name in ("likes", "comments", "shares", "plays", "saves")},
        "comments_state": comments.get("state"),
        "comments_collected": comments.get("collected"),
        **_scores(post.get("relevance"), mask),
        "first_seen": post.get("first_seen"),
        "last_seen": post.get("last_seen"),
        "queries": list(post.get("queries", ())),
    }


@contextmanager
def csv_file(path: Path) -> Iterator[Write]:
    """A function that writes rows to a CSV file, which stands in its place at the end."""
    with (
        replacing(path) as draft,
        draft.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerow(COLUMNS)
        yield lambda rows: writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)


@contextmanager
def parquet_file(path: Path) -> Iterator[Write]:
    """A function that writes rows to a Parquet file, which stands in its place at the end."""
    waiting: list[Row] = []
    with replacing(path) as draft, pq.ParquetWriter(draft, SCHEMA, compression="zstd") as writer:

        def flush() -> None:
            writer.write_table(pa.Table.from_pylist(waiting, schema=SCHEMA))
            waiting.clear()

        def write(rows: Sequence[Row]) -> None:
            waiting.extend(rows)
            if len(waiting) >= ROW_GROUP:
                flush()

        yield write
        flush()


def in_batches(posts: Iterable[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """The posts in lists of at most ``size``."""
    rest = iter(posts)
    while batch := list(islice(rest, size)):
        yield batch


def _export(store: Store, query: Mapping[str, Any] | None, mask: Mask, write: Write) -> int:
    written = 0
    for batch in in_batches(store.posts(query, FIELDS)):
        write([export_row(post, mask) for post in batch])
        written += len(batch)
    return written


def _scores(relevance: Mapping[str, Any] | None, mask: Mask) -> Row:
    found = relevance or {}
    why = found.get("why")
    return {
        "days_since_posting": found.get("days"),
        "post_statistical_relevance_score": found.get("statistical"),
        "relevance_score_using_processed_dataset": found.get("vocabulary"),
        "post_relevance_score_fashion_labels": found.get("label"),
        "is_fashion_post": found.get("verdict"),
        "matched_terms": [hit["term"] for hit in found.get("terms", ())] if found else None,
        "why": mask.text(why) if why is not None else None,
        "vocabulary_id": found.get("vocabulary_id"),
        "model": found.get("model"),
        "scored_at": found.get("at"),
    }


def _cell(value: object) -> object:
    if isinstance(value, str):
        return disarm(value)
    if isinstance(value, list):
        return disarm("; ".join(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


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
