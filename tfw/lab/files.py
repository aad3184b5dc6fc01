"""The invented world as files that other tools would have saved, for real importers to read.

| file | what it is like |
| --- | --- |
| web-feed.json, web-explore.json | answers of the web feed, several in a list and one alone |
| web-page.json | the JSON block of one post's page |
| web-comments.json | answers of comment and reply lists |
| research-videos.jsonl, research-comments.jsonl | answers of the Research API, one a line |
| 4cat-posts.csv, 4cat-comments.csv | tables of 4CAT |

A few posts stand in two files with later counters, and some rows are damaged as real ones are: an
id rounded by a spreadsheet, a row or a line cut off, a NUL character, a counter left out.
"""

import csv
import json
import os
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from tfw.lab import saved_4cat, saved_research, saved_web
from tfw.lab.content import World
from tfw.lab.research_shapes import comment_as_research_row, post_as_research_row
from tfw.lab.shares import DAYS_UNTIL_EXPLORE, DAYS_UNTIL_TABLE, WEB, first_seen
from tfw.lab.tables_4cat import COMMENT_COLUMNS, POST_COLUMNS, Cell
from tfw.lab.web_answers import web_page
from tfw.lab.web_comments import comment_as_web_item
from tfw.lab.web_posts import post_as_web_item

__all__ = [
    "comment_as_research_row",
    "comment_as_web_item",
    "post_as_research_row",
    "post_as_web_item",
    "write_world_files",
]

Json = dict[str, Any]


def write_world_files(world: World, folder: Path) -> list[Path]:
    """The files of the table above, in the order in which they should be imported.

    The folder is made where it is missing; files of these names are replaced. The time of a file's
    last change is the time at which its counters were read, as with files that tools save.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = _written(world, folder)
    for path in paths:
        _date(path, world)
    return paths


def _written(world: World, folder: Path) -> list[Path]:
    return [
        _write_lines(folder / "web-feed.json", _as_list(saved_web.feed(world))),
        _write_lines(folder / "web-page.json", [_json(web_page(first_seen(world, WEB)))]),
        _write_lines(folder / "web-comments.json", _as_list(saved_web.comment_lists(world))),
        _write_lines(folder / "research-videos.jsonl", saved_research.video_lines(world)),
        _write_lines(folder / "research-comments.jsonl", saved_research.comment_lines(world)),
        _write_table(folder / "4cat-posts.csv", POST_COLUMNS, saved_4cat.post_rows(world)),
        _write_table(folder / "4cat-comments.csv", COMMENT_COLUMNS, saved_4cat.comment_rows(world)),
        _write_lines(folder / "web-explore.json", [_json(saved_web.explore(world))]),
    ]


def _date(path: Path, world: World) -> None:
    days = DAYS_UNTIL_TABLE if path.suffix == ".csv" else 0
    if path.name == "web-explore.json":
        days = DAYS_UNTIL_EXPLORE
    second = (world.end + timedelta(days=days)).timestamp()
    os.utime(path, (second, second))


def _as_list(values: Iterable[Json]) -> Iterator[str]:
    """The lines of a JSON list, one entry a line, without holding the list."""
    yield "["
    before = ""
    for value in values:
        if before:
            yield before + ","
        before = _json(value)
    yield before
    yield "]"


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write_lines(path: Path, lines: Iterable[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
    return path


def _write_table(path: Path, columns: Iterable[str], rows: Iterable[list[Cell]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path
