"""Posts and comments of the invented world as rows of the CSV files that 4CAT writes."""

from datetime import UTC, datetime

from tfw.lab.things import WorldComment, WorldPost
from tfw.lab.web_media import MEDIA

Cell = str | int
POST_COLUMNS = (
    "collected_from_url", "id", "thread_id", "author", "author_full", "author_followers",
    "author_likes", "author_videos", "author_avatar", "body", "stickers", "timestamp",
    "unix_timestamp", "is_duet", "is_ad", "is_paid_partnership", "is_sensitive",
    "is_photosensitive", "music_name", "music_id", "music_url", "music_thumbnail", "music_author",
    "video_url", "tiktok_url", "thumbnail_url", "likes", "comments", "shares", "plays", "hashtags",
    "challenges", "diversification_labels", "location_created", "effects", "warning",
)  # fmt: skip
COMMENT_COLUMNS = (
    "collected_from_url", "id", "thread_id", "author", "author_full", "author_avatar_url", "body",
    "timestamp", "unix_timestamp", "likes", "replies", "post_id", "post_url", "post_body",
    "comment_url", "is_liked_by_post_author", "is_sticky", "is_comment_on_comment",
    "language_guess",
)  # fmt: skip


def post_as_4cat_row(post: WorldPost) -> dict[str, Cell]:
    """The row of a post; columns without a value are empty."""
    row: dict[str, Cell] = dict.fromkeys(POST_COLUMNS, "")
    hashtags = ",".join(post.hashtags)
    row |= {
        "collected_from_url": f"https://www.tiktok.com/@{post.account.handle}",
        "id": post.id,
        "thread_id": post.id,
        "author": post.account.handle,
        "author_full": post.account.nickname,
        "author_followers": post.account.followers,
        "author_likes": post.account.likes,
        "author_videos": post.account.videos,
        "author_avatar": f"{MEDIA}/a/{post.account.id}-100.jpeg",
        "body": post.description,
        "stickers": " ".join(post.stickers),
        "timestamp": _time(post.created),
        "unix_timestamp": post.created,
        "video_url": "" if post.photos else f"{MEDIA}/video/{post.id}-dl.mp4",
        "tiktok_url": post.url,
        "thumbnail_url": f"{MEDIA}/c/{post.id}.jpeg",
        "likes": post.likes,
        "comments": post.comments,
        "shares": post.shares,
        "plays": post.plays,
        "hashtags": hashtags,
        "challenges": hashtags,
        "diversification_labels": "Outfit,Fashion" if post.about_fashion else "",
        "location_created": post.region,
        "effects": ",".join(post.effects),
    }
    for flag in ("is_duet", "is_paid_partnership", "is_sensitive", "is_photosensitive"):
        row[flag] = "no"
    return row | {"is_ad": _yes(post.is_ad)} | _music(post)


def comment_as_4cat_row(comment: WorldComment, post: WorldPost) -> dict[str, Cell]:
    """The row of a comment, as 4CAT makes it of a comment list."""
    address = f"https://m.tiktok.com/v/{post.id}"
    return {
        "collected_from_url": post.url,
        "id": comment.id,
        "thread_id": comment.parent_id or comment.post_id,
        "author": comment.author.handle,
        "author_full": comment.author.nickname,
        "author_avatar_url": f"{MEDIA}/a/{comment.author.id}.webp",
        "body": comment.text,
        "timestamp": _time(comment.created),
        "unix_timestamp": comment.created,
        "likes": comment.likes,
        "replies": comment.replies,
        "post_id": comment.post_id,
        "post_url": address,
        "post_body": post.description,
        "comment_url": f"{address}.html?share_comment_id={comment.id}",
        "is_liked_by_post_author": _yes(comment.pinned),
        "is_sticky": _yes(comment.pinned),
        "is_comment_on_comment": _yes(bool(comment.parent_id)),
        "language_guess": comment.language if comment.text else "un",
    }


def _music(post: WorldPost) -> dict[str, Cell]:
    if not post.music:
        return {}
    return {
        "music_name": post.music.title,
        "music_id": post.music.id,
        "music_url": f"{MEDIA}/m/{post.music.id}.mp3",
        "music_thumbnail": f"{MEDIA}/m/{post.music.id}-l.jpeg",
        "music_author": post.music.author,
    }


def _time(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _yes(value: bool) -> str:
    return "yes" if value else "no"
