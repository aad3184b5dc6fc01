"""What becomes of each thing found in a file: a post, a comment, a rejection or a skip."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import ValidationError

from tfw.errors import FileFormatError
from tfw.privacy import MENTION
from tfw.records import Comment, Post, clean_text

T = TypeVar("T")

EXCERPT_LENGTH = 200
VALUE_LENGTH = 60
# An excerpt helps to find a row again; who wrote it is not needed for that.
PERSONAL = re.compile(r"user|author|nick|name|avatar|uid|sec_|signature|bio|mail|phone", re.I)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that should have been a post or a comment and could not be read.

    ``line`` counts from 1: the line of a text table or of NDJSON, the number of the item in any
    other file. ``reason`` is the same for all rows with the same fault, ``detail`` names the value.
    """

    line: int
    reason: str
    detail: str
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something left out on purpose, such as a live room; never stored as a post of zeros."""

    line: int
    reason: str


Outcome = Post | Comment | Rejected | Skipped


class Piece(NamedTuple):
    """A part of a payload and what it is; a skip holds the reason instead."""

    kind: Literal["post", "comment", "skip", "unknown"]
    body: Any


class SkipItem(Exception):
    """The item is not a post that can be stored; the message is the reason."""


class BadValue(ValueError):
    """A field holds something that it cannot mean."""

    def __init__(self, field: str, value: object, problem: str) -> None:
        self.reason = f"{field}: the value {problem}"
        super().__init__(f"{field}: {_shown(value)} {problem}")


class BrokenFileError(FileFormatError):
    """A file breaks off in the middle; what stood before the ``place`` has been read."""

    def __init__(self, place: str, file: str = "The file") -> None:
        self.place = place
        super().__init__(f"{file} breaks off: {place}.")


def faults(error: ValueError) -> tuple[str, str]:
    """The reason in general and in detail why a row was refused."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        problem = str(first["msg"]).removeprefix("Value error, ")
        general = problem.replace(repr(first["input"]), "the value")
        general = general.replace(repr(str(first["input"]).strip()), "the value")
        return f"{field}: {general}", f"{field}: {problem}"
    return getattr(error, "reason", str(error)), str(error)


def rejected(line: int, error: ValueError, row: object, hidden: Iterable[str] = ()) -> Rejected:
    """The rejection of a row, with an excerpt that names no person."""
    reason, detail = faults(error)
    return Rejected(line, reason, detail, excerpt(row, hidden))


def excerpt(row: object, hidden: Iterable[str] = ()) -> str:
    """The beginning of a row, enough to find it again, without names and nested parts."""
    if isinstance(row, Mapping):
        text = "; ".join(_cells(row, frozenset(hidden)))
    else:
        text = str(row)[:VALUE_LENGTH]
    text = MENTION.sub("@…", clean_text(text))
    return " ".join(text.split())[:EXCERPT_LENGTH]


def peek(values: Iterator[T], size: int) -> tuple[list[T], Iterator[T]]:
    """The first values, and all of them again; a break among the first ones keeps its place."""
    first: list[T] = []
    broken: BrokenFileError | None = None
    try:
        for value in islice(values, size):
            first.append(value)
    except BrokenFileError as error:
        broken = error

    def again() -> Iterator[T]:
        yield from first
        if broken:
            raise broken
        yield from values

    return first, again()


def _cells(row: Mapping[Any, Any], hidden: frozenset[str]) -> Iterable[str]:
    for key, value in row.items():
        plain = isinstance(value, str | int | float) and value != ""
        if plain and str(key) not in hidden and not PERSONAL.search(str(key)):
            yield f"{key}={str(value)[:VALUE_LENGTH]}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= VALUE_LENGTH else text[:VALUE_LENGTH] + "…"
