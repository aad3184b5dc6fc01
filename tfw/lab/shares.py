"""Which posts of the invented world which tool saw.

The tools are the web feed, the Research API and 4CAT. A post belongs to one of them by its index;
a few were seen again some days later by another one.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from tfw.lab.content import World
from tfw.lab.things import WorldPost

T = TypeVar("T")

# Remainders of the index of a post, divided by SHARES.
SHARES = 40
WEB = frozenset(range(18))
RESEARCH = frozenset(range(18, 30))
TABLE = frozenset(range(30, 40))
SEEN_AGAIN_IN_TABLE = frozenset({17})
SEEN_AGAIN_IN_EXPLORE = frozenset({29})
DAYS_UNTIL_TABLE = 6
DAYS_UNTIL_EXPLORE = 10


def posts_seen(world: World, share: frozenset[int]) -> Iterator[WorldPost]:
    """The public posts of a share, oldest first."""
    indexes = (index for index in range(len(world)) if index % SHARES in share)
    return (post for post in map(world.post, indexes) if post.public)


def commented(world: World, share: frozenset[int]) -> Iterator[WorldPost]:
    """Those of them that have comments; advertisements are not opened."""
    return (post for post in posts_seen(world, share) if post.comments and not post.is_ad)


def first_seen(world: World, share: frozenset[int]) -> WorldPost:
    """The oldest public post of a share; the world's first post where there is none."""
    return next(posts_seen(world, share), world.post(0))


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things in lists of ``size``, the last one shorter."""
    left = iter(things)
    while batch := list(islice(left, size)):
        yield batch
