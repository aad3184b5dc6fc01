"""What somebody saved from the Research API: one answer a line."""

import json
from collections.abc import Iterator
from typing import Any

from tfw.lab.comments import visible
from tfw.lab.content import World
from tfw.lab.research_shapes import (
    comment_as_research_row,
    comment_page,
    post_as_research_row,
    video_page,
)
from tfw.lab.shares import RESEARCH, SHARES, batches, commented
from tfw.lab.things import WorldComment, WorldPost, make_id

Json = dict[str, Any]

PAGE = 100
MOST_COMMENTS = 1_000


def video_lines(world: World) -> Iterator[str]:
    """Pages in the order of the API, the newest post first; the second line is cut off."""
    newest_first = [i for i in reversed(range(len(world))) if i % SHARES in RESEARCH]
    search_id = make_id(int(world.end.timestamp()), 1, 1)
    for number, indexes in enumerate(batches(newest_first, PAGE)):
        rows = [_damaged(post) for post in map(world.post, indexes) if post.public]
        cursor = number * PAGE + len(indexes)
        more = cursor < len(newest_first)
        page = video_page(rows, world.end, cursor=cursor, more=more, search_id=search_id)
        line = json.dumps(page)
        yield line
        if number == 0:
            yield line[: len(line) // 2]


def comment_lines(world: World) -> Iterator[str]:
    """Pages of the comments of every post that has some, at most 1,000 a post."""
    for post in commented(world, RESEARCH):
        rows = [comment_as_research_row(c) for c in _by_likes(visible(world.comments(post)))]
        pages = list(batches(rows[:MOST_COMMENTS], PAGE))
        for number, page in enumerate(pages, start=1):
            cursor, more = number * PAGE, number < len(pages)
            yield json.dumps(comment_page(page, world.end, cursor=cursor, more=more))


def _by_likes(comments: list[WorldComment]) -> list[WorldComment]:
    """The comments as the API orders them: most liked first, replies behind their parent."""
    likes = {comment.id: comment.likes for comment in comments}
    return sorted(
        comments,
        key=lambda c: (-likes.get(c.parent_id or c.id, 0), c.parent_id or c.id, c.parent_id != ""),
    )


def _damaged(post: WorldPost) -> Json:
    """A row with what the API now and then does to one."""
    row = post_as_research_row(post)
    if post.index % 7 == 3:
        del row["like_count"]
    if post.index % 11 == 5:
        row["video_description"] += "\x00"
    return row
