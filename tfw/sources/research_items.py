"""Posts and comments from the answers of TikTok's Research API (version 2).

Fields without a value are left out of its objects, ids are JSON integers, and any text may hold
NUL characters.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tfw.privacy import Pseudonymiser
from tfw.records import Author, Comment, Post, hashtags_in, tidy_hashtags
from tfw.sources.outcomes import Piece
from tfw.sources.parts import address, comment_status, music_of
from tfw.sources.times import moment, time_of_id
from tfw.sources.values import count, hashtag_names, needed, seconds, text_of, word_of
from tfw.sources.web_pages import stamp_time

Row = Mapping[str, Any]
POST_LISTS = (
    "videos",
    "user_liked_videos",
    "pinned_videos_list",
    "reposted_videos",
    "user_reposted_videos",
)
LIST_PATHS = (*(f"data.{name}.item" for name in POST_LISTS), "data.comments.item")
VIDEO_COLUMNS = frozenset({"video_description", "view_count", "region_code", "create_time"})
COMMENT_COLUMNS = frozenset({"id", "video_id", "text", "create_time"})


def post_from_item(
    item: Row, *, source: str, collected_at: datetime, queries: Iterable[str] = ()
) -> Post:
    """A post from one video object.

    Raises:
        ValueError: the id is missing or not exact, or a value cannot be what its field needs.
    """
    post_id = needed("id", item.get("id", item.get("video_id")))
    name, description = word_of(item.get("username")), text_of(item.get("video_description"))
    comments = count("comment_count", item.get("comment_count"))
    return Post.model_validate(
        {
            "id": post_id,
            "url": address(post_id, name),
            "source": source,
            "author": Author(name=name),
            "description": description,
            "hashtags": _hashtags(item) or hashtags_in(description),
            "music": music_of(item.get("music_id"), None, None),
            "region": word_of(item.get("region_code")),
            "duration": seconds("video_duration", item.get("video_duration")),
            "created_at": moment("create_time", item.get("create_time"))
            or time_of_id(post_id, collected_at),
            "stats": {
                "likes": count("like_count", item.get("like_count")),
                "comments": comments,
                "shares": count("share_count", item.get("share_count")),
                "plays": count("view_count", item.get("view_count")),
                "saves": count("favorites_count", item.get("favorites_count")),
                "collected_at": collected_at,
            },
            "comments": comment_status(comments, collected_at),
            "queries": tuple(queries),
        }
    )


def comment_from_item(
    item: Row, *, source: str, collected_at: datetime, pseudonymiser: Pseudonymiser
) -> Comment:
    """A comment from one comment object; the API does not say who wrote it.

    A comment on the video itself has the video's id as its ``parent_comment_id``.

    Raises:
        ValueError: an id is missing or not exact, or a value cannot be what its field needs.
    """
    post_id, parent = needed("video_id", item.get("video_id")), item.get("parent_comment_id")
    top = parent in (None, "", 0, "0") or str(parent) == str(post_id)
    return Comment.model_validate(
        {
            "id": needed("id", item.get("id")),
            "post_id": post_id,
            "parent_id": None if top else parent,
            "text": pseudonymiser.in_text(text_of(item.get("text"))),
            "likes": count("like_count", item.get("like_count")),
            "replies": count("reply_count", item.get("reply_count")),
            "created_at": moment("create_time", item.get("create_time")),
            "source": source,
            "collected_at": collected_at,
        }
    )


def is_research(payload: object) -> bool:
    """Whether a JSON value is an answer page of the Research API or an object of one."""
    if not isinstance(payload, Mapping):
        return False
    data, error = payload.get("data"), payload.get("error")
    if isinstance(error, Mapping) and "log_id" in error:
        return True
    if isinstance(data, Mapping):
        return any(name in data for name in (*POST_LISTS, "comments", "search_id"))
    return is_row(payload.keys())


def is_row(columns: Iterable[str]) -> bool:
    """Whether an object or a table with these keys holds videos or comments of the API."""
    known = set(columns)
    identified = bool({"id", "video_id"} & known)
    return known >= COMMENT_COLUMNS or (identified and len(VIDEO_COLUMNS & known) >= 2)


def unpack(payload: object) -> Iterator[Piece]:
    """The videos and comments of a page, a list of pages, or a single object."""
    if isinstance(payload, list):
        for part in payload:
            yield from unpack(part)
    elif not isinstance(payload, Mapping):
        yield Piece("unknown", payload)
    elif "data" in payload or "error" in payload:
        yield from _unpack_page(payload)
    elif "text" in payload and "video_id" in payload:
        yield Piece("comment", payload)
    else:
        yield Piece("post" if is_row(payload) or "id" in payload else "unknown", payload)


def page_time(payload: object) -> datetime | None:
    """When a page was answered, from the time in its log id, or None."""
    error = payload.get("error") if isinstance(payload, Mapping) else None
    return stamp_time(error.get("log_id")) if isinstance(error, Mapping) else None


def _unpack_page(page: Row) -> Iterator[Piece]:
    data, error = page.get("data"), page.get("error")
    data = data if isinstance(data, Mapping) else {}
    found = False
    for name in (*POST_LISTS, "comments"):
        rows = data.get(name)
        for row in rows if isinstance(rows, list) else []:
            found = True
            if isinstance(row, Mapping):
                yield Piece("comment" if name == "comments" else "post", row)
            else:
                yield Piece("unknown", row)
    code = error.get("code") if isinstance(error, Mapping) else None
    if not found and code not in (None, "", "ok"):
        yield Piece("skip", f"the API answered with an error ({code})")
    elif not found and data and not is_research(page):
        yield Piece("unknown", page)


def _hashtags(item: Row) -> tuple[str, ...]:
    named = tidy_hashtags(hashtag_names(item.get("hashtag_names")))
    return named or tidy_hashtags(hashtag_names(item.get("hashtag_info_list")))
