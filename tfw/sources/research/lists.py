"""The endpoints that list what belongs to accounts, videos, playlists and shops, as data."""

from dataclasses import dataclass
from typing import Literal

from tfw.sources.research import endpoints
from tfw.sources.research.endpoints import Endpoint
from tfw.sources.research.fields import (
    COMMENT_FIELDS,
    COMMENTS_CAP,
    FOLLOWERS_CAP,
    MAX_PER_PAGE,
    PRODUCT_FIELDS,
    REVIEW_FIELDS,
    SHOP_FIELDS,
    USER_FIELDS,
    USER_VIDEO_FIELDS,
    Bucket,
    Kind,
)

ListEndpoint = Literal[
    "user_info",
    "followers",
    "following",
    "liked",
    "pinned",
    "reposted",
    "comments",
    "replies",
    "playlist",
    "shop",
    "product",
    "review",
]
MAX_SHOP_ROWS = 10


@dataclass(frozen=True)
class ListRules:
    """What a query for one of these endpoints must look like.

    ``targets_key`` is what a query file calls the targets, ``body_key`` the request; ``pages``
    are the most requests one target can take, None where nobody knows.
    """

    endpoint: Endpoint
    targets_key: str
    body_key: str
    kind: Kind
    fields: tuple[str, ...] = ()
    pages: int | None = None
    needed: tuple[str, ...] = ()
    max_per_page: int = MAX_PER_PAGE

    @property
    def bucket(self) -> Bucket:
        """The quota that its requests count on."""
        return self.endpoint.bucket


def _of_users(
    endpoint: Endpoint,
    fields: tuple[str, ...] = (),
    pages: int | None = None,
    needed: tuple[str, ...] = (),
) -> ListRules:
    return ListRules(endpoint, "usernames", "username", "username", fields, pages, needed)


COMMENT_PAGES = COMMENTS_CAP // MAX_PER_PAGE
FOLLOW_PAGES = FOLLOWERS_CAP // MAX_PER_PAGE
LIST_ENDPOINTS: dict[ListEndpoint, ListRules] = {
    "user_info": _of_users(endpoints.USER, USER_FIELDS, 1),
    "followers": _of_users(endpoints.FOLLOWERS, pages=FOLLOW_PAGES),
    "following": _of_users(endpoints.FOLLOWING, pages=FOLLOW_PAGES),
    "liked": _of_users(endpoints.LIKED, USER_VIDEO_FIELDS, needed=("id",)),
    "pinned": _of_users(endpoints.PINNED, USER_VIDEO_FIELDS, 1, ("id",)),
    "reposted": _of_users(endpoints.REPOSTED, USER_VIDEO_FIELDS, needed=("id",)),
    "comments": ListRules(
        endpoints.COMMENTS,
        "video_ids",
        "video_id",
        "id",
        COMMENT_FIELDS,
        COMMENT_PAGES,
        ("id", "video_id"),
    ),
    "replies": ListRules(
        endpoints.COMMENTS,
        "comment_ids",
        "comment_id",
        "id",
        COMMENT_FIELDS,
        COMMENT_PAGES,
        ("id", "video_id", "parent_comment_id"),
    ),
    "playlist": ListRules(endpoints.PLAYLIST, "playlist_ids", "playlist_id", "id"),
    "shop": ListRules(
        endpoints.SHOPS,
        "shop_names",
        "shop_name",
        "text",
        SHOP_FIELDS,
        1,
        ("shop_id",),
        MAX_SHOP_ROWS,
    ),
    "product": ListRules(
        endpoints.PRODUCTS,
        "shop_ids",
        "shop_id",
        "id",
        PRODUCT_FIELDS,
        needed=("product_id",),
        max_per_page=MAX_SHOP_ROWS,
    ),
    "review": ListRules(
        endpoints.REVIEWS,
        "product_ids",
        "product_id",
        "id",
        REVIEW_FIELDS,
        max_per_page=MAX_SHOP_ROWS,
    ),
}
LIST_SECTIONS: dict[str, ListEndpoint] = {name: name for name in LIST_ENDPOINTS}
"""The endpoint that each section of a query file stands for."""
LIST_SECTIONS["users"] = "user_info"
HOW_COLLECTED = (
    "Comments are collected by 03_collect_comments; for the other lists use the client's methods, "
    "such as tfw.open_client(store).followers(name)."
)
"""What collects the lists, since the collection of videos does not."""
