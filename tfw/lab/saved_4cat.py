"""What somebody saved with 4CAT: a table of posts and one of comments, opened in a spreadsheet."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from tfw.lab.comments import visible
from tfw.lab.content import World
from tfw.lab.shares import DAYS_UNTIL_TABLE, SEEN_AGAIN_IN_TABLE, TABLE, commented, posts_seen
from tfw.lab.tables_4cat import Cell, comment_as_4cat_row, post_as_4cat_row

Row = Mapping[str, Cell]


def post_rows(world: World) -> Iterator[list[Cell]]:
    """The cells of every post; three rows are damaged copies."""
    again = (post.later(DAYS_UNTIL_TABLE) for post in posts_seen(world, SEEN_AGAIN_IN_TABLE))
    damages = iter((_rounded_id, _cut_off, _without_id))
    for post in chain(again, posts_seen(world, TABLE)):
        row = post_as_4cat_row(post)
        yield list(row.values())
        if damage := next(damages, None):
            yield damage(row)


def comment_rows(world: World) -> Iterator[list[Cell]]:
    """The cells of every comment; one row is a damaged copy."""
    damages: Iterator[Callable[[Row], list[Cell]]] = iter((_rounded_id,))
    for post in commented(world, TABLE):
        for comment in visible(world.comments(post)):
            row = comment_as_4cat_row(comment, post)
            yield list(row.values())
            if damage := next(damages, None):
                yield damage(row)


def _rounded_id(row: Row) -> list[Cell]:
    """The row after a spreadsheet opened it: the last digits of its id are lost."""
    return list(({**row, "id": f"{int(row['id']):.5E}"}).values())


def _cut_off(row: Row) -> list[Cell]:
    return list(row.values())[:12]


def _without_id(row: Row) -> list[Cell]:
    return list(({**row, "id": "", "tiktok_url": ""}).values())
