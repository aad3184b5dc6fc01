"""Posts and comments of the invented world as the Research API hands them out.

Ids are bare integers of 19 digits, fields without a value are left out.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tfw.lab.things import WorldAccount, WorldComment, WorldPost
from tfw.lab.web_answers import web_log_id
from tfw.lab.web_posts import challenge_id

Json = dict[str, Any]

_PHONE = re.compile(r"\+?\d[\d ]{7,}\d")


def post_as_research_row(post: WorldPost) -> Json:
    """The row of a post with every video field that has a value."""
    row: Json = {
        "id": int(post.id),
        "create_time": post.created,
        "username": post.account.handle,
        "region_code": post.region,
        # The API often leaves a blank at the end of a caption.
        "video_description": post.description + (" " if post.hashtags else ""),
        "like_count": post.likes,
        "comment_count": post.comments,
        "share_count": post.shares,
        "view_count": post.plays,
        "favorites_count": post.saves,
        "hashtag_names": list(post.hashtags),
        "hashtag_info_list": [_hashtag(name) for name in post.hashtags],
        "is_stem_verified": False,
        "video_duration": post.duration,
        "video_mention_list": [account.handle for account in post.mentions],
        "sticker_info_list": _stickers(post),
        "effect_ids": list(post.effects),
        "voice_to_text": post.voice_to_text,
        "music_id": int(post.music.id) if post.music else None,
        "video_tag": {"type": "Branded", "number": 1} if post.is_ad else None,
    }
    always = {"hashtag_names", "video_description", "is_stem_verified", "video_duration"}
    kept = (name for name, value in row.items() if name in always or value not in (None, "", []))
    return {name: row[name] for name in kept}


def comment_as_research_row(comment: WorldComment) -> Json:
    """The row of a comment; telephone numbers are masked as the API masks them."""
    return {
        "id": int(comment.id),
        "video_id": int(comment.post_id),
        "parent_comment_id": int(comment.parent_id or comment.post_id),
        "text": masked(comment.text),
        "like_count": comment.likes,
        "reply_count": comment.replies,
        "create_time": comment.created,
    }


def account_as_research_row(account: WorldAccount) -> Json:
    """The fields of ``user/info``, which leaves the user name out."""
    return {
        "display_name": account.nickname,
        "bio_description": account.bio,
        "avatar_url": f"https://media.standin.invalid/a/{account.id}.jpeg",
        "is_verified": account.verified,
        "follower_count": account.followers,
        "following_count": account.following,
        "likes_count": account.likes,
        "video_count": account.videos,
    }


def research_page(data: Mapping[str, Any], now: datetime) -> Json:
    """A successful answer around ``data``."""
    error = {"code": "ok", "message": "", "log_id": web_log_id(now, sorted(data))}
    return {"data": dict(data), "error": error}


def video_page(
    rows: Sequence[Json], now: datetime, *, cursor: int, more: bool, search_id: str
) -> Json:
    """A page of ``video/query``."""
    data = {"videos": list(rows), "cursor": cursor, "has_more": more, "search_id": search_id}
    return research_page(data, now)


def comment_page(rows: Sequence[Json], now: datetime, *, cursor: int, more: bool) -> Json:
    """A page of ``video/comment/list``; without comments it has no list at all."""
    data: Json = {"cursor": cursor, "has_more": more}
    return research_page({"comments": list(rows)} | data if rows else data, now)


def masked(text: str) -> str:
    """The text with the inner digits of telephone numbers as asterisks."""
    return _PHONE.sub(lambda found: f"{found[0][:2]}******{found[0][-2:]}", text)


def _hashtag(name: str) -> Json:
    return {"hashtag_id": int(challenge_id(name)), "hashtag_name": name}


def _stickers(post: WorldPost) -> list[Json]:
    return [{"sticker_id": int(challenge_id(text)), "sticker_name": text} for text in post.stickers]
