"""How each format is taken apart and mapped to records."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tfw.records import Comment, Post
from tfw.sources import research_items, tools, web_items, web_pages
from tfw.sources.outcomes import Piece

FORMATS = {
    "web-items": "lists of TikTok's web feeds, page JSON, saved pages, and web comment lists",
    "research-api": "answers of TikTok's Research API: videos and comments",
    "4cat-posts": "4CAT's CSV of TikTok posts",
    "4cat-comments": "4CAT's CSV of TikTok comments",
    "pyktok": "pyktok's CSV of videos or of comments",
    "zeeschuimer": "Zeeschuimer's NDJSON of TikTok posts and comments",
    "table": "any CSV, JSON, NDJSON or Parquet table, by a column map",
}
# The lists that are read entry by entry in JSON too big to be one answer.
LIST_PATHS = (*web_pages.LIST_PATHS, *research_items.LIST_PATHS)


@dataclass(frozen=True)
class JsonKind:
    """A format of JSON: how to know it, to take it apart, and to map its parts."""

    fits: Callable[[object], bool]
    unpack: Callable[[object], Iterator[Piece]]
    page_time: Callable[[object], datetime | None]
    post: Callable[..., Post]
    comment: Callable[..., Comment]


@dataclass(frozen=True)
class RowKind:
    """A tool's table: the columns it always has.

    ``marks`` are columns of which one must be there to know the tool by its columns alone.
    """

    format: str
    columns: frozenset[str]
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class PostRows(RowKind):
    """A table of posts, and the mapping of its rows."""

    make: Callable[..., Post]


@dataclass(frozen=True, kw_only=True)
class CommentRows(RowKind):
    """A table of comments, and the mapping of its rows."""

    make: Callable[..., Comment]


# In the order in which they are tried: the most particular first.
JSON_KINDS = {
    "zeeschuimer": JsonKind(
        fits=tools.is_zeeschuimer,
        unpack=tools.unpack_zeeschuimer,
        page_time=tools.zeeschuimer_time,
        post=web_items.post_from_item,
        comment=web_items.comment_from_item,
    ),
    "research-api": JsonKind(
        fits=research_items.is_research,
        unpack=research_items.unpack,
        page_time=research_items.page_time,
        post=research_items.post_from_item,
        comment=research_items.comment_from_item,
    ),
    "web-items": JsonKind(
        fits=web_pages.is_web,
        unpack=web_pages.unpack,
        page_time=web_pages.page_time,
        post=web_items.post_from_item,
        comment=web_items.comment_from_item,
    ),
}
ROW_KINDS: tuple[PostRows | CommentRows, ...] = (
    CommentRows(
        "4cat-comments",
        frozenset({"id", "thread_id", "body", "post_id"}),
        make=tools.comment_from_fourcat,
    ),
    # 4CAT has data sets of other platforms with the same first columns.
    PostRows(
        "4cat-posts",
        frozenset({"id", "thread_id", "body"}),
        frozenset({"plays", "tiktok_url", "is_duet", "music_id"}),
        make=tools.post_from_fourcat,
    ),
    PostRows("pyktok", frozenset({"video_id", "video_timestamp"}), make=tools.post_from_pyktok),
    CommentRows("pyktok", frozenset({"cid", "aweme_id", "text"}), make=tools.comment_from_pyktok),
    CommentRows(
        "research-api",
        frozenset({"id", "video_id", "text", "create_time"}),
        make=research_items.comment_from_item,
    ),
    PostRows(
        "research-api",
        frozenset({"id", "create_time"}),
        frozenset({"video_description", "view_count", "region_code"}),
        make=research_items.post_from_item,
    ),
)


def row_kind(columns: Sequence[str], format: str | None = None) -> PostRows | CommentRows | None:
    """The tool whose table has these columns, or None; of one format only where it is named."""
    known = set(columns)
    for kind in ROW_KINDS:
        marked = format is not None or not kind.marks or bool(kind.marks & known)
        if format in (None, kind.format) and kind.columns <= known and marked:
            return kind
    return None
