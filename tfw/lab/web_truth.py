"""The truth about the comments that the lab's web site shows."""

from collections import defaultdict

from tfw.lab.comments import visible
from tfw.lab.content import World
from tfw.lab.things import WorldComment, WorldPost

Threads = list[tuple[WorldComment, list[WorldComment]]]


def readable_comments(world: World, post: WorldPost) -> list[WorldComment]:
    """What a complete reading of a post yields: every visible comment, its replies after it.

    Nothing where the post is gone, private or closed for comments. There are fewer than the
    post's counter says, because that counts hidden comments too.
    """
    shown = post.public and not post.comments_off
    return _flat(threads_of(world, post)) if shown else []


def threads_of(world: World, post: WorldPost) -> Threads:
    """Every top comment in the site's order with its visible replies, oldest first.

    Hidden top comments are among them: the site takes them out after it has counted a page.
    """
    comments = world.comments(post)
    replies: dict[str, list[WorldComment]] = defaultdict(list)
    for comment in sorted(visible(comments), key=lambda c: c.id):
        if comment.parent_id:
            replies[comment.parent_id].append(comment)
    top = [comment for comment in comments if not comment.parent_id]
    top.sort(key=lambda c: (not c.pinned, -c.likes, c.id))
    return [(comment, replies[comment.id]) for comment in top]


def _flat(threads: Threads) -> list[WorldComment]:
    return [c for top, replies in threads if not top.hidden for c in (top, *replies)]
