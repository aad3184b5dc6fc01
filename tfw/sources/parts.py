"""The parts of a post that every source fills in the same way."""

import re
from datetime import datetime

from tfw.records import CommentState, CommentStatus, Music, post_url
from tfw.sources.values import secondary_id, text_of, word_of

# What may stand in an address as it is; anything else is a damaged or hostile handle.
HANDLE = re.compile(r"[\w.]{1,64}")
TIKTOK = re.compile(r"https?://(?:[\w-]+\.)*tiktok\.com/[^\s\"'<>]*", re.IGNORECASE)


def address(
    post_id: object, author_name: str | None, given: object = None, photo: bool = False
) -> str:
    """The public address of a post: the given one where it is TikTok's, else one made of the id."""
    text = text_of(given).strip()
    if TIKTOK.fullmatch(text):
        return text
    name = author_name if author_name and HANDLE.fullmatch(author_name) else None
    made = post_url(str(post_id), name)
    return made.replace("/video/", "/photo/") if photo else made


def comment_status(
    reported: int | None, at: datetime, *, collected: int | None = None, off: bool = False
) -> CommentStatus:
    """How far a post's comments are known from what a source says about their number."""
    if off:
        reason = "comments are off or limited"
        return CommentStatus(state=CommentState.OFF, reason=reason, reported=reported, at=at)
    if reported == 0 or (reported is not None and (collected or 0) >= reported):
        state = CommentState.COMPLETE
    elif collected:
        state = CommentState.PARTIAL
    else:
        return CommentStatus(reported=reported)
    return CommentStatus(state=state, reported=reported, collected=collected or 0, at=at)


def music_of(
    music_id: object,
    title: object,
    author: object,
    *,
    original: bool = False,
    nickname: object = None,
) -> Music | None:
    """The sound of a post, without a display name of a person.

    The sound that a user made bears that user's display name as its author and at the end of its
    title ("original sound - NAME"); only what stands before it is kept.
    """
    name, shown = word_of(author), word_of(title)
    by_form = bool(name and shown and shown.endswith(f" - {name}"))
    if original or by_form or (name and name == word_of(nickname)):
        name, shown = None, shown and shown.split(" - ")[0]
    known = secondary_id(music_id)
    return Music(id=known, title=shown, author=name) if known or shown or name else None
