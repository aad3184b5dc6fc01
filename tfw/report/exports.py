"""The posts as a CSV file for spreadsheets and as a Parquet file for programs.

Both have the columns of :data:`SCHEMA`, and a post that was not scored has empty cells in the
columns of its scores. In the CSV file lists are joined by ``"; "``, texts stand in quotes, and a
cell that a spreadsheet would run is disarmed.

Post ids are digits of which a spreadsheet keeps only the first 15 when it takes them for a
number. The column ``post_id`` has them plain, as programs want them (``dtype=str`` in pandas);
whoever opens the CSV file by a double click finds every digit in ``url``, which ends in the id
and is text to every spreadsheet. Parquet keeps them as text.

The last columns tell how the post did against its creator's other posts (empty where
:func:`tfw.relate_posts` has not run), and which thresholds its verdict was made with.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from tfw.privacy import PrivacyLevel
from tfw.report.shown import Mask, open_mask
from tfw.report.writers import Row, Write, csv_file, in_batches, parquet_file
from tfw.store import Store

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
        ("relative_times", pa.float64()),
        ("relative_low", pa.float64()),
        ("relative_high", pa.float64()),
        ("relative_others", pa.int64()),
        ("relative_flags", _TEXTS),
        ("threshold_label", pa.float64()),
        ("threshold_vocabulary", pa.float64()),
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
    with csv_file(path, COLUMNS) as write:
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
    with parquet_file(path, SCHEMA) as write:
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
        **_yardsticks(post.get("relevance") or {}),
    }


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


def _yardsticks(relevance: Mapping[str, Any]) -> Row:
    """What the post was measured against: its creator's usual level, and the thresholds."""
    relative, thresholds = relevance.get("relative") or {}, relevance.get("thresholds") or {}
    return {
        **{f"relative_{name}": relative.get(name) for name in ("times", "low", "high", "others")},
        "relative_flags": list(relative.get("flags", ())) if relative else None,
        **{f"threshold_{name}": thresholds.get(name) for name in ("label", "vocabulary")},
    }
