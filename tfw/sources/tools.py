"""Posts and comments from the files of other tools: 4CAT, pyktok and Zeeschuimer."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tfw.privacy import Pseudonymiser
from tfw.records import Author, Comment, Post, hashtags_in, tidy_hashtags
from tfw.sources import web_items, web_pages
from tfw.sources.outcomes import BadValue, Piece, SkipItem
from tfw.sources.parts import address, comment_status, music_of
from tfw.sources.times import moment, time_of_id, utc_of_local
from tfw.sources.values import (
    count,
    flag,
    hashtag_names,
    needed,
    python_or_json,
    seconds,
    text_of,
    word_of,
)

Row = Mapping[str, Any]
# Without these columns a file is not the tool's; the others came and went with its versions.
FOURCAT_POST_COLUMNS = frozenset({"id", "thread_id", "body", "author"})
FOURCAT_COMMENT_COLUMNS = frozenset({"id", "thread_id", "body", "post_id"})
PYKTOK_POST_COLUMNS = frozenset({"video_id", "video_timestamp"})
PYKTOK_COMMENT_COLUMNS = frozenset({"cid", "aweme_id", "text"})
# What tells 4CAT's posts from TikTok apart from its data sets of other platforms.
FOURCAT_MARKS = frozenset({"plays", "tiktok_url", "is_duet", "music_id"})
REDACTED = "REDACTED"


def post_from_fourcat(
    row: Row, *, source: str, collected_at: datetime, queries: Iterable[str] = ()
) -> Post:
    """A post from one row of 4CAT's CSV of TikTok posts.

    Raises:
        SkipItem: an advertisement.
        ValueError: the id is missing or not exact, or a value cannot be what its field needs.
    """
    if flag("is_ad", row.get("is_ad")):
        raise SkipItem("an advertisement")
    post_id, description = needed("id", row.get("id")), text_of(row.get("body"))
    name, comments = _handle(row.get("author")), count("comments", row.get("comments"))
    hashtags = [*hashtag_names(row.get("hashtags")), *hashtag_names(row.get("challenges"))]
    return Post.model_validate(
        {
            "id": post_id,
            "url": address(post_id, name, row.get("tiktok_url")),
            "source": source,
            "author": Author(name=name, followers=count("followers", row.get("author_followers"))),
            "description": description,
            "hashtags": tidy_hashtags(hashtags) or hashtags_in(description),
            "music": music_of(
                row.get("music_id"),
                row.get("music_name"),
                row.get("music_author"),
                nickname=row.get("author_full"),
            ),
            "region": word_of(row.get("location_created")),
            "created_at": _fourcat_time(row) or time_of_id(post_id, collected_at),
            "stats": {
                "likes": count("likes", row.get("likes")),
                "comments": comments,
                "shares": count("shares", row.get("shares")),
                "plays": count("plays", row.get("plays")),
                "collected_at": collected_at,
            },
            "comments": comment_status(comments, collected_at),
            "queries": tuple(queries),
        }
    )


def comment_from_fourcat(
    row: Row, *, source: str, collected_at: datetime, pseudonymiser: Pseudonymiser
) -> Comment:
    """A comment from one row of 4CAT's CSV of TikTok comments.

    4CAT keeps the handle of an author and not the id, so its pseudonyms agree with those of other
    sources only where the id was all it had.

    Raises:
        ValueError: an id is missing or not exact, or a value cannot be what its field needs.
    """
    post_id, thread = needed("post_id", row.get("post_id")), row.get("thread_id")
    top = text_of(thread).strip() in ("", str(post_id))
    name = _handle(row.get("author"))
    return Comment.model_validate(
        {
            "id": needed("id", row.get("id")),
            "post_id": post_id,
            "parent_id": None if top else thread,
            "text": pseudonymiser.in_text(text_of(row.get("body"))),
            "likes": count("likes", row.get("likes")),
            "replies": count("replies", row.get("replies")),
            "created_at": _fourcat_time(row),
            "author": pseudonymiser(name) if name else None,
            "language": web_items.language(row.get("language_guess")),
            "source": source,
            "collected_at": collected_at,
        }
    )


def post_from_pyktok(
    row: Row, *, source: str, collected_at: datetime, queries: Iterable[str] = ()
) -> Post:
    """A post from one row of pyktok's CSV of videos, whose times are local to its computer.

    Raises:
        SkipItem: an advertisement.
        ValueError: the id is missing or not exact, or a value cannot be what its field needs.
    """
    if flag("video_is_ad", row.get("video_is_ad")):
        raise SkipItem("an advertisement")
    post_id, name = needed("video_id", row.get("video_id")), word_of(row.get("author_username"))
    description = text_of(row.get("video_description"))
    comments = count("video_commentcount", row.get("video_commentcount"))
    duration = row.get("video_duration", row.get("video_length"))
    local = moment("video_timestamp", row.get("video_timestamp"))
    return Post.model_validate(
        {
            "id": post_id,
            "url": address(post_id, name),
            "source": source,
            "author": Author(
                name=name,
                verified=flag("author_verified", row.get("author_verified")),
                followers=count("author_followercount", row.get("author_followercount")),
            ),
            "description": description,
            "hashtags": hashtags_in(description),
            "region": word_of(row.get("video_locationcreated")),
            "duration": seconds("video_duration", duration),
            "created_at": utc_of_local(local, post_id) or time_of_id(post_id, collected_at),
            "stats": {
                "likes": count("video_diggcount", row.get("video_diggcount")),
                "comments": comments,
                "shares": count("video_sharecount", row.get("video_sharecount")),
                "plays": count("video_playcount", row.get("video_playcount")),
                "collected_at": collected_at,
            },
            "comments": comment_status(comments, collected_at),
            "queries": tuple(queries),
        }
    )


def comment_from_pyktok(
    row: Row, *, source: str, collected_at: datetime, pseudonymiser: Pseudonymiser
) -> Comment:
    """A comment from one row of pyktok's CSV of comments: a web comment, its parts as Python text.

    Raises:
        ValueError: an id is missing or not exact, or a value cannot be what its field needs.
    """
    parts = {key: python_or_json(text_of(row.get(key))) for key in ("user", "text_extra")}
    return web_items.comment_from_item(
        {**row, **parts}, source=source, collected_at=collected_at, pseudonymiser=pseudonymiser
    )


def is_zeeschuimer(record: object) -> bool:
    """Whether a JSON value is one record of a Zeeschuimer export."""
    if not isinstance(record, Mapping) or not isinstance(record.get("data"), Mapping):
        return False
    return "source_platform" in record and ("timestamp_collected" in record or "item_id" in record)


def unpack_zeeschuimer(record: object) -> Iterator[Piece]:
    """The post or comment that Zeeschuimer saw; records of other platforms are skipped."""
    if not is_zeeschuimer(record) or not isinstance(record, Mapping):
        yield Piece("unknown", record)
    elif "tiktok" not in text_of(record["source_platform"]).lower():
        yield Piece("skip", f"from another platform ({text_of(record['source_platform'])[:40]})")
    else:
        yield from web_pages.unpack(record["data"])


def zeeschuimer_time(record: object) -> datetime | None:
    """When Zeeschuimer saw the item, or None."""
    seen = record.get("timestamp_collected") if isinstance(record, Mapping) else None
    try:
        return moment("timestamp_collected", seen)
    except BadValue:
        return None


def _fourcat_time(row: Row) -> datetime | None:
    """The time; ``timestamp`` alone is Unix seconds in old files and written in UTC in newer."""
    written = word_of(row.get("unix_timestamp")) or row.get("timestamp")
    return moment("timestamp", written)


def _handle(value: object) -> str | None:
    """The author's handle; 4CAT writes ``@`` and the id where it has no handle."""
    name = (word_of(value) or "").lstrip("@")
    return None if name in ("", REDACTED) else name
