"""The comments that a page shows, harvested while it scrolls: one script call a step."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, Protocol

from tfw.privacy import Pseudonymiser
from tfw.records import Comment
from tfw.sources.web import obstacles
from tfw.sources.web.captcha import FIND, Captcha
from tfw.sources.web.keys import comment_key
from tfw.sources.web.obstacles import Seen
from tfw.sources.web.selectors import PageSelectors
from tfw.sources.web.time_texts import read_time_text

Move = Literal["on", "up", "down", "stay"]

SOURCE = "web-page"
# Letters that stand for thousands and more behind a shown number, in several languages.
SCALES = {"k": 1_000, "tsd": 1_000, "mil": 1_000, "n": 1_000, "m": 10**6, "mio": 10**6, "tr": 10**6}
SCALES |= {"b": 10**9, "mrd": 10**9}
NUMBER = re.compile(r"(\d[\d.,\u00a0\u202f ]*)\s*([^\W\d_]*)")


class Scriptable(Protocol):
    """A browser with a page in it."""

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - JSON values
        """What a script in the page returns."""


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment as the page draws it; ``above`` is the number of the one that it answers."""

    number: int
    above: int | None
    level: int
    id: str | None
    author: str | None
    text: str
    time: str | None
    likes: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """What one step found: comments not seen before, and how the page stands.

    ``obstacles`` and ``captcha`` are what lay over the page before the step.
    """

    obstacles: Seen
    captcha: Captcha | None
    layout: str | None
    rows: tuple[ShownComment, ...]
    shown: int
    pressed: int
    waiting: int
    moved: bool
    at_end: bool
    loading: bool
    empty: bool
    has_list: bool
    has_opener: bool


def harvest(
    browser: Scriptable,
    selectors: PageSelectors,
    move: Move = "on",
    *,
    open: int = -1,
    presses: int = 50,
) -> Step:
    """Take one step on the page: clear the way, read what is new, press what shows answers, move.

    Where a captcha is on the screen nothing is pressed and nothing moves.

    Args:
        browser: has the page.
        selectors: where things stand on it.
        move: where to go on the page.
        open: which of the things to press that show the comments, where they are not shown; they
            are counted around, and -1 is none.
        presses: how many things that show answers are pressed at most.

    Raises:
        BrowserError: the page or the browser fails.
    """
    options = {"move": move, "open": open, "presses": presses}
    (seen, closed), captcha, found = browser.run(_script(), selectors.for_script(), options)
    rows = tuple(ShownComment(**row) for row in found.pop("rows"))
    return Step(
        rows=rows,
        obstacles=Seen(tuple(seen), tuple(closed)),
        captcha=captcha and Captcha(captcha[0], captcha[1], tuple(captcha[2:])),
        **found,
    )


class ShownComments:
    """The comments of one post as its page draws them, with keys in place of missing ids."""

    def __init__(self, post_id: str, pseudonymiser: Pseudonymiser) -> None:
        self._post_id = post_id
        self._hide = pseudonymiser
        self._names: dict[int, tuple[str, str]] = {}

    def comment(self, row: ShownComment, collected_at: datetime) -> Comment:
        """The record of a shown comment; the one that it answers must have come before."""
        above = self._names.get(row.above) if row.above is not None else None
        key = comment_key(
            self._post_id,
            row.author,
            row.text,
            parent_key=above and above[1],
            pseudonymiser=self._hide,
        )
        id_ = row.id or key
        self._names[row.number] = (id_, key)
        return Comment.model_validate(
            {
                "id": id_,
                "key": key,
                "post_id": self._post_id,
                "parent_id": above and above[0],
                "text": self._hide.in_text(row.text.strip()),
                "likes": shown_count(row.likes),
                "author": self._hide(row.author) if row.author else None,
                "source": SOURCE,
                "collected_at": collected_at,
                **_time(row.time, collected_at),
            }
        )


def shown_count(text: str | None) -> int | None:
    """The number in a shown counter; None where there is none.

    >>> shown_count("1.2K"), shown_count("Like video 41 likes"), shown_count("86,4 Tsd.")
    (1200, 41, 86400)
    """
    found = NUMBER.search(text or "")
    if not found:
        return None
    digits, scale = found.group(1).strip(" \u00a0\u202f.,"), SCALES.get(found.group(2).casefold())
    if scale is None:
        return int(re.sub(r"\D", "", digits))
    whole, _, fraction = digits.replace(",", ".").rpartition(".")
    return round(float(f"{whole or 0}.{fraction}") * scale) if whole else int(fraction) * scale


def _time(text: str | None, collected_at: datetime) -> Mapping[str, object]:
    found = read_time_text(text, collected_at) if text else None
    told = {"created_at": found.at, "precision": found.precision} if found else {}
    return {"time_text": text, **told}


@cache
def _script() -> str:
    """Three looks in one call: what lies over the page, whether a captcha does, the comments."""
    own = Path(__file__).with_name("harvest.js").read_text(encoding="utf-8")
    return (
        f"const obstacles = (function () {{{obstacles.SCRIPT}}})();\n"
        f"const captcha = (function () {{{FIND}}})();\n"
        "const [selectors, options] = arguments;\n"
        'const calm = captcha ? {move: "stay", open: -1, presses: 0} : options;\n'
        f"const found = (function () {{{own}}})(selectors, calm);\n"
        "return [obstacles, captcha, found];"
    )
