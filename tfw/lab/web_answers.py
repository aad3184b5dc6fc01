"""What TikTok's web pages answer as a whole: item lists, comment lists, the JSON of a page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import Any

from tfw.lab.things import WorldPost
from tfw.lab.web_blocks import universal_block, video_detail
from tfw.lab.web_posts import post_as_page_item

Json = dict[str, Any]


def web_item_list(
    items: Sequence[Mapping[str, Any]], now: datetime, *, cursor: str = "0", more: bool = True
) -> Json:
    """The answer to an item list request made at ``now``."""
    log_id = web_log_id(now, "items", *(item["id"] for item in items))
    return {
        "cursor": cursor,
        "extra": {"fatal_item_ids": [], "logid": log_id, "now": milliseconds(now)},
        "hasMore": more,
        "itemList": list(items),
        "log_pb": {"impr_id": log_id},
        "statusCode": 0,
        "status_code": 0,
        "status_msg": "",
    }


def web_comment_list(
    items: Sequence[Mapping[str, Any]], now: datetime, *, cursor: int, more: bool, total: int
) -> Json:
    """The answer to a comment list request made at ``now``; no comments are ``null``."""
    return {
        "alias_comment_deleted": False,
        "comments": list(items) or None,
        "cursor": cursor,
        "extra": {"api_debug_info": None, "fatal_item_ids": None, "now": milliseconds(now)},
        "has_filtered_comments": 0,
        "has_more": int(more),
        "log_pb": {"impr_id": web_log_id(now, "comments", cursor, total)},
        "reply_style": 2,
        "status_code": 0,
        "status_msg": "",
        "top_gifts": None,
        "total": total,
    }


def web_reply_list(
    items: Sequence[Mapping[str, Any]], now: datetime, *, cursor: int, more: bool, total: int
) -> Json:
    """The answer to a request for the replies of one comment."""
    return {
        "comments": list(items) or None,
        "cursor": cursor,
        "extra": {"fatal_item_ids": None, "now": milliseconds(now)},
        "has_more": int(more),
        "log_pb": {"impr_id": web_log_id(now, "replies", cursor, total)},
        "status_code": 0,
        "status_msg": "",
        "total": total,
    }


def web_page(post: WorldPost) -> Json:
    """The JSON block that the page of a post carries, phrase table included."""
    return universal_block(video_detail=video_detail(post_as_page_item(post)))


def web_log_id(now: datetime, *key: object) -> str:
    """A log id as answers carry it: 14 digits of UTC time and 20 hexadecimal digits."""
    tail = blake2b(repr(key).encode(), digest_size=10).hexdigest().upper()
    return f"{now:%Y%m%d%H%M%S}{tail}"


def milliseconds(now: datetime) -> int:
    """Unix milliseconds."""
    return int(now.timestamp() * 1000)
