"""The endpoints of the Research API and the pages they answer with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tfw.sources.research.fields import Bucket

Row = dict[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """One address below ``/v2/research/``.

    ``lists`` are the names under which its rows can come; ``proof`` is the key that makes an
    answer usable even when the status says 500.
    """

    name: str
    path: str
    lists: tuple[str, ...] = ()
    bucket: Bucket = "general"
    proof: str = ""
    plain: bool = False


VIDEOS = Endpoint("video_query", "video/query/", ("videos",), proof="videos")
USER = Endpoint("user_info", "user/info/")
COMMENTS = Endpoint("comment_list", "video/comment/list/", ("comments",), proof="comments")
LIKED = Endpoint(
    "liked_videos", "user/liked_videos/", ("user_liked_videos",), proof="user_liked_videos"
)
PINNED = Endpoint(
    "pinned_videos", "user/pinned_videos/", ("pinned_videos_list",), proof="pinned_videos_list"
)
REPOSTED = Endpoint(
    "reposted_videos",
    "user/reposted_videos/",
    # The documentation uses both names.
    ("reposted_videos", "user_reposted_videos"),
    proof="reposted_videos",
)
FOLLOWERS = Endpoint(
    "followers", "user/followers/", ("user_followers",), "follow", proof="user_followers"
)
FOLLOWING = Endpoint(
    "following", "user/following/", ("user_following",), "follow", proof="user_following"
)
PLAYLIST = Endpoint("playlist_info", "playlist/info/", proof="playlist_video_ids")
SHOPS = Endpoint("shop", "tts/shop/", ("shop_data",), proof="shop_data")
PRODUCTS = Endpoint("product", "tts/product/", ("product_data",), proof="product_data")
REVIEWS = Endpoint("review", "tts/review/", ("review_data",), proof="review_data")
TASK_CREATE = Endpoint("validation_create", "validation_task/create/", proof="task_id")
TASK_STATUS = Endpoint("validation_status", "validation_task_status/get/", proof="task_status")
TASK_DOWNLOAD = Endpoint("validation_download", "validation_task/download/", plain=True)


@dataclass(frozen=True)
class Page:
    """One answer: its rows and how to ask for the next ones.

    ``cursor`` is to be sent back as it is. ``attempts`` counts the requests that it took.
    """

    rows: list[Row]
    cursor: int | None = None
    has_more: bool = False
    search_id: str | None = None
    log_id: str | None = None
    attempts: int = 1
    received_at: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict, repr=False)
