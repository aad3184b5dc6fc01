"""What the tests of the comment collector share: a lab's posts in a store, and the truth."""

from datetime import UTC, datetime

from tfw.lab.content import World, WorldPost
from tfw.lab.web_posts import post_as_web_item
from tfw.lab.web_truth import readable_comments
from tfw.privacy import Pseudonymiser
from tfw.sources.web.scrolling import Limits
from tfw.sources.web_items import post_from_item, why_skip
from tfw.store import Store

HIDE = Pseudonymiser(b"comments" * 4)
BRIEF = Limits(rounds=6, quiet_seconds=3.0, loading_seconds=5.0, patience=3.0)


def store_posts(store: Store, posts: list[WorldPost]) -> list[str]:
    """The ids of a lab's posts, stored as a feed stores them; their comments are pending.

    Private posts stand in no feed, so they are not stored.
    """
    now = datetime(2026, 11, 1, tzinfo=UTC)
    items = [post_as_web_item(post) for post in posts]
    store.upsert_posts(
        post_from_item(item, source="web-feed", collected_at=now)
        for item in items
        if why_skip(item) is None
    )
    return [post.id for post in posts]


def readable(world: World, posts: list[WorldPost]) -> dict[str, set[str]]:
    """The ids of the comments that a complete reading of each post has."""
    return {post.id: {c.id for c in readable_comments(world, post)} for post in posts}


def stored(store: Store, ids: list[str]) -> dict[str, set[str]]:
    """The ids of the comments that are stored of each post."""
    return {id_: {c["_id"] for c in found} for id_, found in store.comments_of(ids).items()}
