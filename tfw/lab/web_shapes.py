"""Posts, items and comments in the odd forms that the site serves at times."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tfw.lab.things import WorldComment, WorldPost
from tfw.lab.web_comments import comment_as_web_item
from tfw.lab.web_posts import post_as_page_item, post_as_web_item
from tfw.lab.web_scenarios import Modes

Json = dict[str, Any]

# Emoji of several code points, right-to-left text, and what breaks pages that are built carelessly.
_ODD_CAPTION = "👩‍🎤🧵 فستان صيفي </script><b>&amp; שמלה 🇮🇱 #ootd #فستان {{ x }} '\" \u2028 ✨"
_COUNT_THAT_NEVER_LOADS = 50


def shape_post(post: WorldPost, modes: Modes) -> WorldPost:
    """The post as the modes want it."""
    if "photo_post" in modes:
        post = replace(post, photos=post.photos or 3, duration=0)
    if "emoji_rtl_captions" in modes:
        post = replace(post, description=_ODD_CAPTION, hashtags=("ootd", "فستان"), mentions=())
    if "comments_off" in modes:
        post = replace(post, comments_off=True)
    if "none_load" in modes:
        post = replace(post, comments=max(post.comments, _COUNT_THAT_NEVER_LOADS))
    return post


def list_item(post: WorldPost, modes: Modes) -> Json:
    """The item of a post in a list."""
    item = shape_item(post_as_web_item(shape_post(post, modes)), modes)
    if "collect_count_text" in modes:
        item["stats"]["collectCount"] = str(item["stats"]["collectCount"])
    if "number_ids" in modes:
        item |= {"id": int(post.id)}
        item["author"] |= {"id": int(post.account.id)}
    return item


def page_item(post: WorldPost, modes: Modes) -> Json:
    """The item of a post in the JSON of its own page."""
    item = shape_item(post_as_page_item(shape_post(post, modes)), modes)
    if "age_gate" in modes:
        item |= {"isContentClassified": True}
        item["video"] |= {"playAddr": "", "downloadAddr": "", "bitrateInfo": []}
    if "no_stats" in modes:
        item = {key: value for key, value in item.items() if key not in ("stats", "statsV2")}
        item |= {"createTime": "0"}
    return item


def shape_item(item: Json, modes: Modes) -> Json:
    """An item without the parts that the modes take away."""
    gone: set[str] = set()
    if "no_stats_v2" in modes:
        gone |= {"statsV2", "authorStatsV2"}
    if "no_music_or_tags" in modes:
        gone |= {"music", "challenges", "textExtra", "contents"}
    return {key: value for key, value in item.items() if key not in gone}


def comment_item(
    comment: WorldComment, post: WorldPost, modes: Modes, replies: list[WorldComment] | None = None
) -> Json:
    """The object of a comment in a list; ``replies`` are those of a top comment."""
    item = comment_as_web_item(comment, post)
    if "no_reply_total" in modes:
        item.pop("reply_comment_total", None)
    if "uid_only_users" in modes:
        item["user"] = {"uid": comment.author.id}
    if "embedded_replies" in modes and replies:
        item["reply_comment"] = [comment_item(replies[0], post, modes)]
    if "number_ids" in modes:
        item |= {name: int(item[name]) for name in ("cid", "aweme_id", "reply_id")}
        item["user"]["uid"] = int(comment.author.id)
    return item


def sigi_comment(comment: WorldComment, post: WorldPost) -> Json:
    """A comment of a SIGI page, whose author is a handle."""
    return comment_as_web_item(comment, post) | {"user": comment.author.handle}


def sigi_item(item: Mapping[str, Any]) -> Json:
    """The item of a SIGI page: the author is a handle, what it knows of them stands beside it."""
    author = item["author"]
    return {
        **item,
        "author": author["uniqueId"],
        "nickname": author["nickname"],
        "authorId": author["id"],
        "authorSecId": author["secUid"],
        "createTime": str(item["createTime"]),
    }
