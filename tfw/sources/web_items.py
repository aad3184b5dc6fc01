"""Posts and comments from the items of TikTok's web pages and of the lists that feed them.

One mapping reads all layouts: list items, page items (``createTime`` as text, ``collectCount`` as
text), the older SIGI_STATE items (``author`` is a handle) and the flat browse items.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tfw.privacy import Pseudonymiser
from tfw.records import Author, Comment, Music, Post, hashtags_in, tidy_hashtags
from tfw.sources.outcomes import SkipItem
from tfw.sources.parts import address, comment_status, music_of
from tfw.sources.times import moment, time_of_id
from tfw.sources.values import (
    count,
    flag,
    hashtag_names,
    needed,
    secondary_id,
    seconds,
    text_of,
    word_of,
)

Item = Mapping[str, Any]
COUNTERS = ("diggCount", "commentCount", "shareCount", "playCount", "collectCount")
SIGN_IN_WALL = "nothing but an empty shell is shown without signing in"


def post_from_item(
    item: Item, *, source: str, collected_at: datetime, queries: Iterable[str] = ()
) -> Post:
    """A post from one web item.

    Raises:
        SkipItem: a live room, an advertisement, or an item whose content was not shown.
        ValueError: the item has no exact id, or a value that cannot be what its field needs.
    """
    if reason := why_skip(item):
        raise SkipItem(reason)
    post_id = needed("id", item.get("id"))
    author, description = _author(item), description_of(item)
    comments = counter(item, "commentCount")
    return Post.model_validate(
        {
            "id": post_id,
            "url": address(post_id, author.name, photo=bool(item.get("imagePost"))),
            "source": source,
            "author": author,
            "description": description,
            "hashtags": _hashtags(item) or hashtags_in(description),
            "music": _music(item),
            "region": word_of(item.get("locationCreated")),
            "language": language(item.get("textLanguage")),
            "duration": seconds("duration", _inner(item, "video").get("duration")),
            "created_at": moment("createTime", item.get("createTime"))
            or time_of_id(post_id, collected_at),
            "stats": {
                "likes": counter(item, "diggCount"),
                "comments": comments,
                "shares": counter(item, "shareCount"),
                "plays": counter(item, "playCount"),
                "saves": counter(item, "collectCount"),
                "collected_at": collected_at,
            },
            "comments": comment_status(comments, collected_at, off=_comments_off(item)),
            "queries": tuple(queries),
        }
    )


def comment_from_item(
    item: Item,
    *,
    source: str,
    collected_at: datetime,
    pseudonymiser: Pseudonymiser,
) -> Comment:
    """A comment from one entry of a web comment list, its author as a pseudonym.

    The pseudonym is made of the account's id (``uid``), or of its handle where the id is missing.

    Raises:
        ValueError: an id is missing or not exact, or a value cannot be what its field needs.
    """
    parent = item.get("reply_id")
    return Comment.model_validate(
        {
            "id": needed("cid", item.get("cid")),
            "post_id": needed("aweme_id", item.get("aweme_id")),
            "parent_id": None if parent in (None, "", "0", 0) else parent,
            "text": comment_text(item, pseudonymiser),
            "likes": count("digg_count", item.get("digg_count")),
            "replies": count("reply_comment_total", item.get("reply_comment_total")),
            "created_at": moment("create_time", item.get("create_time")),
            "author": _comment_author(item, pseudonymiser),
            "language": language(item.get("comment_language")),
            "source": source,
            "collected_at": collected_at,
        }
    )


def why_skip(item: Item) -> str | None:
    """The reason why an item is not a post to store, or None."""
    if "liveRoomInfo" in item:
        return "a live room"
    if flag("isAd", item.get("isAd")):
        return "an advertisement"
    if flag("privateItem", item.get("privateItem")) or flag("secret", item.get("secret")):
        return "a private post"
    empty = all(counter(item, name) is None for name in COUNTERS)
    if empty or item.get("createTime") in ("0", 0):
        return SIGN_IN_WALL
    return None


def counter(item: Item, name: str) -> int | None:
    """A counter of an item: ``statsV2`` before the rounded ``stats``, before flat browse items."""
    for holder in (_inner(item, "statsV2"), _inner(item, "stats"), item):
        value = holder.get(name)
        # The site writes -1 for a number that its owner hides.
        if value is not None and not text_of(value).startswith("-"):
            known = count(name, value)
            if known is not None:
                return known
    return None


def description_of(item: Item) -> str:
    """The caption; a long one may be split into several ``contents``."""
    whole = text_of(item.get("desc"))
    contents = item.get("contents")
    if not isinstance(contents, list):
        return whole
    parts = [text_of(part.get("desc")) for part in contents if isinstance(part, Mapping)]
    joined = "\n".join(part for part in parts if part)
    return joined if len(joined) > len(whole) else whole


def language(value: object) -> str | None:
    """A language code; ``un`` is the site's word for an unknown one."""
    code = word_of(value)
    return None if code == "un" else code


def comment_text(item: Item, pseudonymiser: Pseudonymiser) -> str:
    """The text of a comment with people's names replaced.

    A mention shows a display name, blanks and all; ``text_extra`` says where it stands, in UTF-16
    units, and whose it is. Mentions it does not list are found by their form.
    """
    raw = text_of(item.get("text")).encode("utf-16-le")
    done, position = "", 0
    for start, end, account in _mentions(item):
        name = raw[2 * start : 2 * end].decode("utf-16-le", "replace")
        if start >= position and name.startswith("@"):
            done += pseudonymiser.in_text(_utf16(raw, position, start))
            done += "@" + pseudonymiser(account)
            position = end
    return done + pseudonymiser.in_text(_utf16(raw, position, len(raw) // 2))


def _mentions(item: Item) -> list[tuple[int, int, str]]:
    extra = item.get("text_extra")
    found = []
    for entry in extra if isinstance(extra, list) else []:
        account = secondary_id(entry.get("user_id")) if isinstance(entry, Mapping) else None
        if account:
            start, end = entry.get("start"), entry.get("end")
            if isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
                found.append((start, end, account))
    return sorted(found)


def _utf16(raw: bytes, start: int, end: int) -> str:
    return raw[2 * start : 2 * end].decode("utf-16-le", "replace")


def _inner(item: Item, name: str) -> Item:
    value = item.get(name)
    return value if isinstance(value, Mapping) else {}


def _author(item: Item) -> Author:
    raw = item.get("author")
    known = raw if isinstance(raw, Mapping) else {}
    handle = raw if isinstance(raw, str) else item.get("authorUniqueId")
    followers = {**_inner(item, "authorStats"), **_inner(item, "authorStatsV2")}
    return Author(
        id=secondary_id(known.get("id", item.get("authorId"))),
        name=word_of(known.get("uniqueId", handle)),
        verified=flag("verified", known.get("verified", item.get("authorVerified"))),
        followers=count("followerCount", followers.get("followerCount")),
    )


def _comment_author(item: Item, pseudonymiser: Pseudonymiser) -> str | None:
    user = item.get("user")
    known = user if isinstance(user, Mapping) else {"unique_id": user}
    name = secondary_id(known.get("uid")) or word_of(known.get("unique_id"))
    return pseudonymiser(name) if name else None


def _hashtags(item: Item) -> tuple[str, ...]:
    """Hashtags in the order of the caption, then those the site lists beside it."""
    names: list[str] = []
    contents = item.get("contents")
    holders = [item, *(contents if isinstance(contents, list) else [])]
    for holder in holders:
        extra = holder.get("textExtra") if isinstance(holder, Mapping) else None
        names += hashtag_names(extra) if isinstance(extra, list) else []
    for key in ("challenges", "hashtagList"):
        listed = item.get(key)
        names += hashtag_names(listed) if isinstance(listed, list) else []
    return tidy_hashtags(names)


def _music(item: Item) -> Music | None:
    music = _inner(item, "music")
    return music_of(
        music.get("id"),
        music.get("title", item.get("musicTitle")),
        music.get("authorName", item.get("musicAuthorName")),
        original=bool(flag("original", music.get("original"))),
        nickname=_inner(item, "author").get("nickname")
        or item.get("nickname")
        or item.get("authorNickname"),
    )


def _comments_off(item: Item) -> bool:
    return item.get("itemCommentStatus") not in (None, 0, "0")
