"""Posts under the column names of 4CAT, and posts as ids alone, for people to exchange.

The table has the columns of 4CAT's own CSV of TikTok posts in their order, and after them the four
results of this workbench. What 4CAT has and this workbench does not know is empty. Notebook
``01_import_posts`` reads it back; a text that begins like a formula has an apostrophe before it.

The lists of ids say nothing but which posts there are: whoever has them can ask TikTok for what is
still public. Of 19 digits a spreadsheet keeps 15, so the CSV list has addresses, which end in the
id and are text to every spreadsheet, and the text file the digits.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tfw.privacy import PrivacyLevel
from tfw.records import post_url
from tfw.report.shown import Mask, open_mask
from tfw.report.writers import Row, csv_file, in_batches, lines_file
from tfw.store import Store

# digitalmethods.net's 4CAT, map_item of its TikTok data sources.
FOURCAT_COLUMNS = (
    "collected_from_url", "id", "thread_id", "author", "author_full", "author_followers",
    "author_likes", "author_videos", "author_avatar", "body", "stickers", "timestamp",
    "unix_timestamp", "is_duet", "is_ad", "is_paid_partnership", "is_sensitive",
    "is_photosensitive", "music_name", "music_id", "music_url", "music_thumbnail", "music_author",
    "video_url", "tiktok_url", "thumbnail_url", "likes", "comments", "shares", "plays", "hashtags",
    "challenges", "diversification_labels", "location_created", "effects", "warning",
)  # fmt: skip
RESULT_COLUMNS = (
    "post_statistical_relevance_score",
    "relevance_score_using_processed_dataset",
    "post_relevance_score_fashion_labels",
    "is_fashion_post",
)
COLUMNS = (*FOURCAT_COLUMNS, *RESULT_COLUMNS)
ID_COLUMNS = ("url",)
# The fields of a post document that the table reads beside those of the other exports.
MORE_FIELDS = ("author.followers", "music")
FIELDS = (
    "url", "author.name", "description", "hashtags", "region", "created_at", "stats",
    "relevance.statistical", "relevance.vocabulary", "relevance.label", "relevance.verdict",
    *MORE_FIELDS,
)  # fmt: skip


def export_4cat(
    store: Store,
    path: Path,
    *,
    privacy: PrivacyLevel | str = PrivacyLevel.PSEUDONYMISE,
    reason: str = "",
    query: Mapping[str, Any] | None = None,
) -> int:
    """The number of posts written to a CSV file with 4CAT's columns.

    Args:
        store: where the posts are.
        path: the file; it is replaced when the new one is complete.
        privacy: how authors and @mentions are shown.
        reason: why names are shown; needed for ``keep``.
        query: which posts, as a MongoDB query; all of them where it is None.

    Raises:
        ParameterError: an unknown privacy level, or ``keep`` without a reason.
    """
    mask, written = open_mask(privacy, reason), 0
    with csv_file(path, COLUMNS) as write:
        for batch in in_batches(store.posts(query, FIELDS)):
            write([fourcat_row(post, mask) for post in batch])
            written += len(batch)
    return written


def export_ids(store: Store, folder: Path, *, query: Mapping[str, Any] | None = None) -> int:
    """The number of ids written to post-ids.txt and post-ids.csv in a folder."""
    written = 0
    with (
        lines_file(folder / "post-ids.txt") as lines,
        csv_file(folder / "post-ids.csv", ID_COLUMNS) as write,
    ):
        for batch in in_batches(store.posts(query, ["_id"])):
            lines(ids_of(batch))
            write(id_rows(batch))
            written += len(batch)
    return written


def ids_of(posts: Iterable[Mapping[str, Any]]) -> list[str]:
    """The ids of post documents."""
    return [str(post["_id"]) for post in posts]


def id_rows(posts: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of post-ids.csv: addresses without anybody's name."""
    return [{"url": post_url(post_id, None)} for post_id in ids_of(posts)]


def fourcat_row(post: Mapping[str, Any], mask: Mask) -> Row:
    """The cells of one post document, by 4CAT's columns; None where nothing is known.

    The name of a sound often has that of its author in it ("original sound - ..."), so sounds
    have their id alone unless names are shown.
    """
    row: Row = dict.fromkeys(COLUMNS)
    stats, author = post.get("stats") or {}, post.get("author") or {}
    created = post.get("created_at")
    return row | {
        "id": str(post["_id"]),
        "thread_id": str(post["_id"]),
        "author": mask.author(post),
        "author_followers": author.get("followers"),
        "body": mask.text(post.get("description", "")),
        "timestamp": _written(created),
        "unix_timestamp": None if created is None else round(created.timestamp()),
        "tiktok_url": mask.url(post),
        **{name: stats.get(name) for name in ("likes", "comments", "shares", "plays")},
        "hashtags": ",".join(post.get("hashtags", ())),
        "location_created": post.get("region"),
        **_sound(post.get("music") or {}, mask),
        **_results(post.get("relevance") or {}),
    }


def _sound(music: Mapping[str, Any], mask: Mask) -> Row:
    names = {"music_name": music.get("title"), "music_author": music.get("author")}
    return {"music_id": music.get("id"), **(names if mask.shows_names else {})}


def _results(relevance: Mapping[str, Any]) -> Row:
    values = (relevance.get(name) for name in ("statistical", "vocabulary", "label", "verdict"))
    return dict(zip(RESULT_COLUMNS, values, strict=True))


def _written(created: datetime | None) -> str | None:
    return None if created is None else created.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
