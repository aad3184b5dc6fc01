"""What somebody saved from TikTok's web pages: feed answers and comment lists."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from tfw.lab.comments import visible
from tfw.lab.content import World
from tfw.lab.shares import (
    DAYS_UNTIL_EXPLORE,
    SEEN_AGAIN_IN_EXPLORE,
    WEB,
    batches,
    commented,
    posts_seen,
)
from tfw.lab.things import WorldComment, WorldPost
from tfw.lab.web_answers import web_comment_list, web_item_list, web_reply_list
from tfw.lab.web_comments import comment_as_web_item
from tfw.lab.web_posts import post_as_web_item

Json = dict[str, Any]

FEED_LENGTH = 16
COMMENTS_A_PAGE = 20
COMMENT_PAGES = 2
THREADS_OPENED = 5


def feed(world: World) -> Iterator[Json]:
    """The answers of the web feed, each with up to 16 posts."""
    for number, posts in enumerate(batches(posts_seen(world, WEB), FEED_LENGTH)):
        items = [post_as_web_item(post) for post in posts]
        yield web_item_list(items, world.end + timedelta(seconds=8 * number))


def explore(world: World) -> Json:
    """One later answer, of posts that the Research API gave before."""
    posts = islice(posts_seen(world, SEEN_AGAIN_IN_EXPLORE), FEED_LENGTH)
    items = [post_as_web_item(post.later(DAYS_UNTIL_EXPLORE)) for post in posts]
    return web_item_list(items, world.end + timedelta(days=DAYS_UNTIL_EXPLORE))


def comment_lists(world: World) -> Iterator[Json]:
    """Two pages of comments of every post of the feed, and the replies to a few of them."""
    for post in commented(world, WEB):
        comments = visible(world.comments(post))
        top = sorted((c for c in comments if not c.parent_id), key=lambda c: -c.likes)
        pages = list(batches(top, COMMENTS_A_PAGE))
        for number, page in enumerate(pages[:COMMENT_PAGES], start=1):
            yield _comment_list(world, post, page, number, more=number < len(pages))
        opened = [c.id for c in top[: COMMENT_PAGES * COMMENTS_A_PAGE] if c.replies]
        for parent_id in opened[:THREADS_OPENED]:
            yield _reply_list(world, post, [c for c in comments if c.parent_id == parent_id])


def _comment_list(
    world: World, post: WorldPost, shown: list[WorldComment], number: int, *, more: bool
) -> Json:
    items = [comment_as_web_item(comment, post) for comment in shown]
    cursor = number * COMMENTS_A_PAGE
    return web_comment_list(items, world.end, cursor=cursor, more=more, total=post.comments)


def _reply_list(world: World, post: WorldPost, replies: list[WorldComment]) -> Json:
    items = [comment_as_web_item(reply, post) for reply in replies[:COMMENTS_A_PAGE]]
    more = len(replies) > COMMENTS_A_PAGE
    return web_reply_list(items, world.end, cursor=len(items), more=more, total=len(replies))
