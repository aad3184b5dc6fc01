"""The posts and comments inside the payloads of TikTok's web site.

A payload is the answer of a list request, the JSON of a page
(``__UNIVERSAL_DATA_FOR_REHYDRATION__``, ``SIGI_STATE`` or ``__NEXT_DATA__``), a saved page with
such a block in it, or a bare item.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeGuard

from tfw.sources.outcomes import BadValue, Piece
from tfw.sources.times import moment

# The lists that answers hold, as paths of the streaming reader.
LIST_PATHS = (
    "itemList.item",
    "item_list.item",
    "videoList.items.item",
    "comments.item",
    "__DEFAULT_SCOPE__.webapp.updated-items.item",
)
POST_LISTS = ("itemList", "item_list")
PAGE_KEYS = frozenset({"__DEFAULT_SCOPE__", "ItemModule", "CommentItem", "videoList", "itemInfo"})
DETAILS = ("webapp.video-detail", "webapp.reflow.video.detail")
BLOCK = re.compile(
    r"<script[^>]*\bid=[\"'](?:__UNIVERSAL_DATA_FOR_REHYDRATION__|SIGI_STATE|sigi-persisted-data|"
    r"__NEXT_DATA__)[\"'][^>]*>(.*?)</script>",
    re.DOTALL | re.IGNORECASE,
)
ASSIGNED = re.compile(r"window\[['\"]SIGI_STATE['\"]\]\s*=\s*")
STAMP = re.compile(r"20\d{12}")


def is_web(payload: object) -> bool:
    """Whether a JSON value comes from TikTok's web pages, whole or a single item of them."""
    if not isinstance(payload, Mapping):
        return False
    if is_item(payload) or is_comment(payload) or PAGE_KEYS & payload.keys():
        return True
    if any(key in payload for key in POST_LISTS):
        return True
    comments = payload.get("comments", 0)
    if comments is None or isinstance(comments, list):
        return all(is_comment(entry) for entry in comments or []) and "has_more" in payload
    listed = payload.get("data")
    return isinstance(listed, list) and any(_search_hit(entry) for entry in listed)


def is_item(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a JSON value is one post of a web list or page."""
    if not isinstance(value, Mapping) or "id" not in value:
        return False
    if "liveRoomInfo" in value:
        return True
    counted = any(key in value for key in ("stats", "statsV2", "diggCount", "authorUniqueId"))
    return "desc" in value and (counted or "createTime" in value)


def is_comment(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a JSON value is one comment of a web comment list."""
    return isinstance(value, Mapping) and "cid" in value and ("text" in value or "user" in value)


def unpack(payload: object) -> Iterator[Piece]:
    """The posts and comments of a payload, and the reasons for what is not there."""
    if isinstance(payload, list):
        for part in payload:
            yield from unpack(part)
    elif is_comment(payload):
        yield from _thread(payload)
    elif is_item(payload):
        yield Piece("post", payload)
    elif isinstance(payload, Mapping):
        yield from _unpack_page(payload)
    else:
        yield Piece("unknown", payload)


def page_time(payload: object) -> datetime | None:
    """When an answer was given: ``extra.now``, or the time in its log id, or None.

    An item that another tool wrapped tells it in ``__import_meta.timestamp_collected``.
    """
    extra, log = _inner(payload, "extra"), _inner(payload, "log_pb")
    meta = _inner(payload, "__import_meta")
    for value in (extra.get("now"), meta.get("timestamp_collected")):
        if isinstance(value, int | float | str):
            try:
                return moment("now", value)
            except BadValue:
                continue
    return stamp_time(log.get("impr_id")) or stamp_time(extra.get("logid"))


def stamp_time(log_id: object) -> datetime | None:
    """The UTC time that a log id of TikTok begins with (``YYYYMMDDHHMMSS``), or None."""
    found = STAMP.match(log_id) if isinstance(log_id, str) else None
    try:
        return found and datetime.strptime(found.group(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def blocks_of(page: str) -> list[object]:
    """The JSON blocks of a saved page; an empty list where it has none."""
    texts = [found.group(1) for found in BLOCK.finditer(page)]
    texts += [page[found.end() :] for found in ASSIGNED.finditer(page)]
    return [block for text in texts if (block := _leading_json(text)) is not None]


def _leading_json(text: str) -> object:
    decoder = json.JSONDecoder(parse_float=Decimal)
    for candidate in (text.lstrip(), html.unescape(text).lstrip()):
        try:
            return decoder.raw_decode(candidate)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _unpack_page(page: Mapping[str, Any]) -> Iterator[Piece]:
    found = False
    for piece in _parts_of(page):
        found = True
        yield piece
    status = _status(page)
    if status and not found:
        yield Piece("skip", status)
    elif not found and not is_web(page):
        yield Piece("unknown", page)


def _parts_of(page: Mapping[str, Any]) -> Iterator[Piece]:
    for key in (*POST_LISTS, "comments"):
        yield from _each(page.get(key))
    yield from _each(_inner(page, "videoList").get("items"))
    yield from _each(list(_inner(page, "ItemModule").values()))
    yield from _each(list(_inner(page, "CommentItem").values()))
    scope = _inner(page, "__DEFAULT_SCOPE__")
    yield from _each(scope.get("webapp.updated-items"))
    next_page = _inner(_inner(page, "props"), "pageProps")
    for detail in (*(_inner(scope, name) for name in DETAILS), next_page, page):
        yield from _detail(detail, whole_page=detail is page)
    for hit in page["data"] if isinstance(page.get("data"), list) else []:
        if _search_hit(hit):
            yield from unpack(hit["item"])


def _each(entries: object) -> Iterator[Piece]:
    for entry in entries if isinstance(entries, list) else []:
        if is_comment(entry):
            yield from _thread(entry)
        else:
            yield Piece("post" if is_item(entry) else "unknown", entry)


def _thread(comment: Mapping[str, Any]) -> Iterator[Piece]:
    """A comment and the first replies that a list may hold inside it."""
    yield Piece("comment", comment)
    yield from _each(comment.get("reply_comment"))


def _detail(detail: Mapping[str, Any], *, whole_page: bool) -> Iterator[Piece]:
    item = _inner(detail, "itemInfo").get("itemStruct")
    if isinstance(item, Mapping) and item:
        yield Piece("post", item)
    elif not whole_page and (status := _status(detail)):
        yield Piece("skip", status)


def _status(holder: Mapping[str, Any]) -> str | None:
    """What the site says instead of content (see the status table of its video pages)."""
    video_page = _inner(holder, "VideoPage")
    for code in (holder.get("statusCode"), holder.get("status_code"), video_page.get("statusCode")):
        if code not in (None, 0, "0", ""):
            message = holder.get("statusMsg") or holder.get("status_msg") or "no reason given"
            return f"not available from where it was asked for ({code} {message})"
    return None


def _search_hit(entry: object) -> bool:
    return isinstance(entry, Mapping) and is_item(entry.get("item"))


def _inner(holder: object, name: str) -> Mapping[str, Any]:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, Mapping) else {}
