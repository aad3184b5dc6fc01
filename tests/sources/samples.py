"""Invented items in the layouts of the site, of the API and of other tools."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tfw.privacy import Pseudonymiser
from tfw.sources.outcomes import BrokenFileError

SEEN = datetime(2025, 9, 16, 5, 22, 3, tzinfo=UTC)
POSTED = 1_758_000_000
HIDE = Pseudonymiser(b"k" * 32)
POST_ID = "7550552484896258577"


def post_id(number: int = 0) -> str:
    """An id whose upper 32 bits are its time, as the real ones."""
    return str(((POSTED - 8 + 60 * number) << 32) + 777_000_111 + 13 * number)


def item(number: int = 0, **over: Any) -> dict[str, Any]:
    """A post of a web list."""
    fields = {
        "id": post_id(number),
        "desc": "thrifted blazer #ootd #thriftflip with @sample_tailor",
        "createTime": POSTED + 60 * number,
        "author": {
            "id": "6871947673601157666",
            "uniqueId": "sample_threads",
            "nickname": "Sample Threads",
            "secUid": "MS4wLjABAAAA-invented",
            "signature": "an invented biography",
            "avatarThumb": "https://media.standin.invalid/a.jpeg",
            "verified": False,
        },
        "authorStats": {"followerCount": 48200},
        "authorStatsV2": {"followerCount": "48213"},
        "challenges": [{"id": "11", "title": "OOTD"}, {"id": "12", "title": "thriftflip"}],
        "textExtra": [
            {"hashtagName": "ootd", "type": 1},
            {"hashtagName": "", "type": 0, "userUniqueId": "sample_tailor"},
        ],
        "stats": {
            "diggCount": 86400,
            "commentCount": 312,
            "playCount": 1400000,
            "shareCount": 1204,
            "collectCount": 5900,
        },
        "statsV2": {
            "diggCount": "86412",
            "commentCount": "312",
            "playCount": "1400321",
            "shareCount": "1204",
            "collectCount": "5914",
            "repostCount": "0",
        },
        "music": {
            "id": "7546687035804990276",
            "title": "original sound - Sample Threads",
            "authorName": "Sample Threads",
            "original": True,
        },
        "video": {"id": post_id(number), "duration": 21},
        "textLanguage": "en",
        "locationCreated": "US",
        "itemCommentStatus": 0,
        "isAd": False,
    }
    return {**fields, **over}


def comment(number: int = 0, **over: Any) -> dict[str, Any]:
    """A comment of a web comment list."""
    fields = {
        "cid": str(int(post_id(100 + number))),
        "aweme_id": post_id(),
        "text": "where is the blazer from?",
        "create_time": POSTED + 3600,
        "digg_count": 41,
        "reply_id": "0",
        "reply_comment": None,
        "reply_comment_total": 2,
        "comment_language": "en",
        "text_extra": [],
        "user": {
            "uid": "6914897350854987777",
            "unique_id": "viewer_one",
            "nickname": "Viewer One",
            "sec_uid": "MS4wLjABAAAA-invented-viewer",
        },
    }
    return {**fields, **over}


def feed(items: list[dict[str, Any]], **over: Any) -> dict[str, Any]:
    """An answer of the recommend list."""
    page = {
        "cursor": "0",
        "hasMore": True,
        "itemList": items,
        "extra": {"fatal_item_ids": [], "logid": "20250916X", "now": 1_758_000_123_456},
        "statusCode": 0,
    }
    return {**page, **over}


def video(number: int = 0, **over: Any) -> dict[str, Any]:
    """A video object of the Research API."""
    fields = {
        "id": int(post_id(number)),
        "create_time": POSTED + 60 * number,
        "username": "demo.stylist",
        "region_code": "GB",
        "video_description": "corduroy, three ways #thrifted @demo.tailor ",
        "music_id": 7301112223334445556,
        "like_count": 1204,
        "comment_count": 37,
        "share_count": 15,
        "view_count": 20817,
        "favorites_count": 96,
        "hashtag_names": ["thrifted"],
        "video_duration": 41,
    }
    return {**fields, **over}


def api_page(rows: list[dict[str, Any]], name: str = "videos", **error: Any) -> dict[str, Any]:
    """An answer page of the Research API."""
    log_id = "20250220101112AABBCCDDEEFF00112233"
    return {
        "data": {name: rows, "cursor": 100, "has_more": False},
        "error": {"code": "ok", "message": "", "log_id": log_id, **error},
    }


def fourcat_post(number: int = 0, **over: Any) -> dict[str, Any]:
    """A row of 4CAT's CSV of TikTok posts."""
    fields = {
        "collected_from_url": "https://www.tiktok.com/tag/ootd",
        "id": post_id(number),
        "thread_id": post_id(number),
        "author": "sample_threads",
        "author_full": "Sample Threads",
        "author_followers": "48200",
        "body": "thrifted blazer #ootd",
        "timestamp": "2025-09-16 05:20:00",
        "unix_timestamp": str(POSTED),
        "is_duet": "no",
        "is_ad": "no",
        "music_name": "original sound",
        "music_id": "7546687035804990276",
        "music_author": "Sample Threads",
        "tiktok_url": f"https://www.tiktok.com/@sample_threads/video/{post_id(number)}",
        "likes": "86400",
        "comments": "312",
        "shares": "1204",
        "plays": "1400000",
        "hashtags": "ootd,thriftflip",
        "challenges": "ootd,thrift",
        "location_created": "US",
        "warning": "",
    }
    return {**fields, **over}


def fourcat_comment(number: int = 0, **over: Any) -> dict[str, Any]:
    """A row of 4CAT's CSV of TikTok comments."""
    fields = {
        "id": post_id(100 + number),
        "thread_id": post_id(),
        "author": "viewer_one",
        "author_full": "Viewer One",
        "body": "love it @viewer_two",
        "timestamp": "2025-09-16 06:20:00",
        "unix_timestamp": str(POSTED + 3600),
        "likes": "41",
        "replies": "2",
        "post_id": post_id(),
        "post_body": "thrifted blazer",
        "comment_url": "https://m.tiktok.com/v/1.html",
        "is_comment_on_comment": "no",
        "language_guess": "en",
    }
    return {**fields, **over}


def pyktok_row(number: int = 0, **over: Any) -> dict[str, Any]:
    """A row of pyktok's CSV of videos, written on a computer two hours east of UTC."""
    local = datetime.fromtimestamp(POSTED + 60 * number + 7200, tz=UTC)
    fields = {
        "video_id": post_id(number),
        "video_timestamp": local.replace(tzinfo=None).isoformat(),
        "video_duration": "21.0",
        "video_locationcreated": "US",
        "video_diggcount": "86400.0",
        "video_sharecount": "1204.0",
        "video_commentcount": "",
        "video_playcount": "1400000.0",
        "video_description": "thrifted blazer #ootd",
        "video_is_ad": "False",
        "author_username": "sample_threads",
        "author_name": "Sample Threads",
        "author_followercount": "48200",
        "author_verified": "{'id': '1', 'nickname': 'Sample Threads'}",
    }
    return {**fields, **over}


def zeeschuimer_record(data: Mapping[str, Any], **over: Any) -> dict[str, Any]:
    """A record of Zeeschuimer's NDJSON."""
    fields = {
        "nav_index": "1:4:0",
        "item_id": data.get("id", data.get("cid")),
        "timestamp_collected": 1_758_000_500_000,
        "source_platform": "tiktok.com",
        "source_platform_url": "https://www.tiktok.com/tag/ootd",
        "source_url": "https://www.tiktok.com/api/challenge/item_list/",
        "user_agent": "an invented browser",
        "data": data,
    }
    return {**fields, **over}


def universal_page(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a video page."""
    return {
        "__DEFAULT_SCOPE__": {
            "webapp.app-context": {"language": "en"},
            "webapp.i18n-translation": {"login": "Log in to TikTok", "captcha": "captcha"},
            "webapp.video-detail": detail,
        }
    }


def saved_page(payload: object, block: str = "__UNIVERSAL_DATA_FOR_REHYDRATION__") -> str:
    """A saved page of the site."""
    script = f'<script id="{block}" type="application/json">{json.dumps(payload)}</script>'
    return f"<!DOCTYPE html>\n<html><head><title>x</title>{script}</head><body></body></html>"


def as_csv(rows: Iterable[Mapping[str, Any]], **dialect: Any) -> str:
    """Rows as CSV text."""
    rows = list(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), **dialect)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_ndjson(values: Iterable[object]) -> str:
    """Values as NDJSON text."""
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """The path, after the text has been written there as it is."""
    path.write_bytes(text.encode(encoding))
    return path


def until_broken(values: Iterable[Any]) -> tuple[list[Any], str | None]:
    """What could be read before a file breaks off, and the error, or None where it does not."""
    got: list[Any] = []
    try:
        for value in values:
            got.append(value)
    except BrokenFileError as error:
        return got, str(error)
    return got, None
