"""The JSON blocks that the pages of the lab's web site carry, each with the phrase table."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]

UNIVERSAL = "__UNIVERSAL_DATA_FOR_REHYDRATION__"
SIGI = "SIGI_STATE"
FRONTITY = "__FRONTITY_CONNECT_STATE__"

# In every page, whatever it shows: words in the source tell nothing about the page's state.
PHRASES = {
    "captcha": "Verify to continue",
    "captcha_bundle": "captcha-verify-container",
    "captcha_slide": "Drag the slider to fit the puzzle",
    "login": "Log in to TikTok",
    "private": "This account is private",
    "gone": "Video currently unavailable",
    "wait": "Please wait...",
    "refresh": "Something went wrong",
}


def universal_block(**parts: object) -> Json:
    """The block of today's pages; ``video_detail=...`` stands in it as ``webapp.video-detail``."""
    named = {f"webapp.{name.replace('_', '-')}": part for name, part in parts.items()}
    return {
        "__DEFAULT_SCOPE__": {
            "webapp.app-context": {"language": "en", "region": "US"},
            "webapp.biz-context": {},
            "webapp.i18n-translation": PHRASES,
            "seo.abtest": {},
            **named,
        }
    }


def video_detail(item: Mapping[str, Any] | None, code: int = 0, message: str = "") -> Json:
    """The detail of a post's page: its item, or the status that says why there is none."""
    if item is None:
        return {"statusCode": code, "statusMsg": message}
    author = item["author"]
    return {
        "itemInfo": {"itemStruct": item},
        "shareMeta": {"title": f"{author['nickname']} on TikTok", "desc": ""},
        "statusCode": code,
        "statusMsg": message,
    }


def sigi_block(
    item: Mapping[str, Any] | None,
    comments: Sequence[Mapping[str, Any]] = (),
    code: int = 0,
) -> Json:
    """The block of pages of 2022 and 2023; ``item`` and ``comments`` are in its own form."""
    block: Json = {
        "I18n": PHRASES,
        "ItemModule": {item["id"]: item} if item else {},
        "UserModule": {"users": {}, "stats": {}},
        "CommentItem": {comment["cid"]: comment for comment in comments},
        "VideoPage": {"statusCode": code},
        "LoginContextModule": {"redirectUrl": ""},
        "SharingMeta": {"value": {}},
    }
    if item:
        user = {"id": item["authorId"], "uniqueId": item["author"], "nickname": item["nickname"]}
        block["UserModule"]["users"] = {item["author"]: user}
    return block


def in_script(value: object) -> str:
    """JSON that can stand in a script element: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text
