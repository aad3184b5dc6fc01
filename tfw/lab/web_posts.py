"""Posts of the invented world as the items of TikTok's web pages.

The shape is that of the site's item lists and page JSON, complete with the fields nobody needs:
readers have to find their way in them.
"""

import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from tfw.lab.things import WorldAccount, WorldPost
from tfw.lab.web_media import MEDIA, image_post, music_as_web, video_as_web

Json = dict[str, Any]

_CATEGORIES = {
    "beauty": 102, "everyday": 105, "cooking": 111, "football": 112, "gaming": 103, "pets": 113,
    "travel": 105, "study": 116, "music": 119, "news": 114, "fitness": 117, "film": 101,
}  # fmt: skip
_MARK = re.compile(r"#([^\s#@]+)|@([\w.]+)")


def post_as_web_item(post: WorldPost) -> Json:
    """The item of a post in any list of the site."""
    extra = text_extra(post)
    item: Json = {
        "AIGCDescription": "",
        "CategoryType": category_of(post),
        "author": author_as_web(post.account),
        "authorStats": author_stats(post.account),
        "authorStatsV2": _exactauthor_stats(post.account),
        "backendSourceEventTracking": "",
        "challenges": [_challenge(name) for name in post.hashtags],
        "collected": False,
        "contents": [{"desc": post.description, "textExtra": extra}],
        "createTime": post.created,
        "creatorAIComment": {"eligibleVideo": False, "hasAITopic": False, "notEligibleReason": 101},
        "desc": post.description,
        "digged": False,
        "duetDisplay": 0,
        "duetEnabled": True,
        "forFriend": False,
        "id": post.id,
        "isAd": post.is_ad,
        "isPinnedItem": False,
        "isReviewing": False,
        "itemCommentStatus": 1 if post.comments_off else 0,
        "item_control": {"can_repost": True},
        "locationCreated": post.region,
        "officalItem": False,
        "originalItem": False,
        "privateItem": post.private,
        "secret": False,
        "shareEnabled": True,
        "stats": _stats(post),
        "statsV2": _exact_stats(post),
        "stitchDisplay": 0,
        "stitchEnabled": True,
        "textExtra": extra,
        "textLanguage": post.language,
        "textTranslatable": post.language != "en",
        "video": video_as_web(post),
    }
    return item | _optional(post)


def post_as_page_item(post: WorldPost) -> Json:
    """The item as the JSON of the post's own page holds it, with other types for some fields."""
    item = post_as_web_item(post)
    item["createTime"] = str(post.created)
    item["stats"]["collectCount"] = str(post.saves)
    item["author"] |= {"createTime": 0, "roomId": "", "shortId": "", "ttSeller": False}
    return item | {"comments": [], "channelTags": [], "scheduleTime": 0, "takeDown": 0}


def category_of(post: WorldPost) -> int:
    """The number of the Explore category in which a post stands: 109 is outfit, 120 none."""
    return 109 if post.about_fashion else _CATEGORIES.get(post.subject, 120)


def author_as_web(account: WorldAccount) -> Json:
    """The ``author`` object of an item."""
    picture = f"{MEDIA}/a/{account.id}"
    return {
        "UserStoryStatus": 0,
        "avatarLarger": f"{picture}-1080.jpeg",
        "avatarMedium": f"{picture}-720.jpeg",
        "avatarThumb": f"{picture}-100.jpeg",
        "commentSetting": 0,
        "downloadSetting": 0,
        "duetSetting": 0,
        "ftc": False,
        "id": account.id,
        "isADVirtual": False,
        "isEmbedBanned": False,
        "nickname": account.nickname,
        "openFavorite": False,
        "privateAccount": account.private,
        "relation": 0,
        "secUid": account.sec_uid,
        "secret": False,
        "signature": account.bio,
        "stitchSetting": 0,
        "uniqueId": account.handle,
        "verified": account.verified,
    }


def text_extra(post: WorldPost) -> list[Json]:
    """Where the hashtags and mentions of a caption stand, in UTF-16 units."""
    known = {account.handle: account for account in post.mentions}
    return [
        _mark(post.description, found, known)
        for found in _MARK.finditer(post.description)
        if found[1] or found[2] in known
    ]


def utf16_length(text: str) -> int:
    """The length as the site counts it: an emoji is two units."""
    return len(text.encode("utf-16-le")) // 2


def challenge_id(name: str) -> str:
    """The number of a hashtag, the same in every answer."""
    return str(int.from_bytes(blake2b(name.encode(), digest_size=6).digest()))


def rounded(count: int) -> int:
    """A counter as the site rounds it: three digits from ten thousand on."""
    step = 10 ** max(0, len(str(count)) - 3)
    return count // step * step if count >= 10_000 else count


def _mark(text: str, found: re.Match[str], known: Mapping[str, WorldAccount]) -> Json:
    start = utf16_length(text[: found.start()])
    mark: Json = {
        "awemeId": "",
        "start": start,
        "end": start + utf16_length(found[0]),
        "hashtagName": (found[1] or "").lower(),
        "type": 1 if found[1] else 0,
        "subType": 0,
        "isCommerce": False,
    }
    account = None if found[1] else known[found[2]]
    if account:
        mark |= {"userId": account.id, "userUniqueId": account.handle, "secUid": account.sec_uid}
    return mark


def _challenge(name: str) -> Json:
    pictures = ("coverLarger", "coverMedium", "coverThumb")
    profiles = ("profileLarger", "profileMedium", "profileThumb")
    challenge: Json = {"id": challenge_id(name), "title": name, "desc": "", "isCommerce": False}
    return challenge | dict.fromkeys((*pictures, *profiles), "")


def author_stats(account: WorldAccount) -> Json:
    """The rounded counters of an account."""
    return {name: rounded(count) for name, count in _author_counts(account).items()}


def _exactauthor_stats(account: WorldAccount) -> Json:
    return {name: str(count) for name, count in _author_counts(account).items()}


def _author_counts(account: WorldAccount) -> dict[str, int]:
    return {
        "diggCount": account.following * 3,
        "followerCount": account.followers,
        "followingCount": account.following,
        "friendCount": 0,
        "heart": account.likes,
        "heartCount": account.likes,
        "videoCount": account.videos,
    }


def _stats(post: WorldPost) -> Json:
    return {name: rounded(count) for name, count in _counts(post).items()}


def _exact_stats(post: WorldPost) -> Json:
    return {name: str(count) for name, count in _counts(post).items()} | {"repostCount": "0"}


def _counts(post: WorldPost) -> dict[str, int]:
    return {
        "collectCount": post.saves,
        "commentCount": post.comments,
        "diggCount": post.likes,
        "playCount": post.plays,
        "shareCount": post.shares,
    }


def _optional(post: WorldPost) -> Json:
    """The fields that the site leaves out where they have nothing to say."""
    parts: Json = {}
    if post.music:
        parts["music"] = music_as_web(post.music)
    if post.stickers:
        parts["stickersOnItem"] = [{"stickerType": 4, "stickerText": list(post.stickers)}]
    if post.effects:
        parts["effectStickers"] = [{"name": f"Effect {e}", "ID": e} for e in post.effects]
    if post.photos:
        parts["imagePost"] = image_post(post)
    if post.about_fashion:
        parts |= {"diversificationId": 10029, "diversificationLabels": ["Outfit", "Fashion"]}
    if post.index % 5 < 3:
        parts["duetInfo"] = {"duetFromId": "0"}
    return parts
