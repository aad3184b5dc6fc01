"""The JSON values of a file, one after the other, whatever way they were put into it.

| the file holds | one value is |
| --- | --- |
| NDJSON (one value a line) | a line; a bad line is set aside and the rest is read |
| a list | an entry of it |
| one object or several, up to ``WHOLE`` characters | the object: a page with its own context |
| a bigger object | an entry of the first known list in it |

Integers stay exact and decimals are :class:`~decimal.Decimal`: no id passes through a float.
"""

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import ijson

from tfw.errors import FileFormatError
from tfw.sources.files import TextFile, Utf8Stream
from tfw.sources.outcomes import BrokenFileError, Rejected, excerpt

# One answer of the site or of the API stays far below this; its parts belong together.
WHOLE = 8 * 1024 * 1024
BLANK = " \t\r\n\ufeff"
BLANKS = re.compile(f"[{BLANK}]*")

Opening = Callable[[], TextFile | io.StringIO]


class Value(NamedTuple):
    """A JSON value and where it stood: its line in NDJSON, else its number in the file."""

    line: int
    value: Any


def json_values(
    path: Path, list_paths: Sequence[str], *, progress: bool = False
) -> Iterator[Value | Rejected]:
    """The values of a JSON file.

    Args:
        path: the file, plain or gzip.
        list_paths: the lists that are read entry by entry in a big object, as ijson writes paths;
            with none of them, the first list of objects is.
        progress: whether to show a bar.

    Raises:
        BrokenFileError: the file breaks off, or is not JSON from some place on; it is raised after
            everything before that place has been given out.
        FileFormatError: the file is one big object without such a list.
    """
    if is_lines(path):
        with TextFile(path, progress=progress) as file:
            yield from _lines(file, list_paths)
            _check_end(file)
    else:
        yield from _document(path, list_paths, progress)


def is_lines(path: Path) -> bool:
    """Whether a file is NDJSON: several lines, and an object in each."""
    with TextFile(path) as file:
        start = file.read(WHOLE)
    first = [line for line in start.split("\n", 4)[:4] if line.strip(BLANK)]
    if len(first) < 2 or not first[0].lstrip(BLANK).startswith("{"):
        return False
    return any(isinstance(_parsed(line), dict) for line in first)


def _parsed(text: str) -> object:
    """The value of a JSON text, or the error where it is none."""
    try:
        return json.loads(text.strip(BLANK), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        return error


def _lines(file: TextFile, list_paths: Sequence[str]) -> Iterator[Value | Rejected]:
    for number, line in enumerate(file.lines(), start=1):
        if not line.strip(BLANK):
            continue
        value = _parsed(line)
        if not isinstance(value, Exception):
            yield Value(number, value)
        elif line.endswith(("\n", "\r")):
            yield Rejected(number, "the line is not JSON", f"not JSON: {value}", excerpt(line))
        else:
            yield from _cut_line(file, line, number, list_paths)


def _cut_line(file: TextFile, line: str, number: int, list_paths: Sequence[str]) -> Iterator[Value]:
    """What is whole in a last line that breaks off, which may be a page with many entries."""
    try:
        for value in _entries(lambda: io.StringIO(line), list_paths):
            yield Value(number, value.value)
    except BrokenFileError as error:
        raise BrokenFileError(_why(file, f"line {number:,} breaks off")) from error


def _document(path: Path, list_paths: Sequence[str], progress: bool) -> Iterator[Value]:
    with TextFile(path) as file:
        text = file.read(WHOLE)
        if len(text) == WHOLE:
            yield from _entries(lambda: TextFile(path, progress=progress), list_paths)
            return
        number, position = 0, 0
        for value, end in _whole_values(text):
            position = end
            for entry in value if isinstance(value, list) else [value]:
                number += 1
                yield Value(number, entry)
        rest = text[position:]
        if rest.strip(BLANK):
            yield from _entries(lambda: io.StringIO(rest), list_paths, number, file)
        _check_end(file)


def _whole_values(text: str) -> Iterator[tuple[Any, int]]:
    """The values written one behind the other, each with the place where it ends."""
    decoder = json.JSONDecoder(parse_float=Decimal)
    position = _after_blanks(text, 0)
    while position < len(text):
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return
        yield value, end
        position = _after_blanks(text, end)


def _after_blanks(text: str, position: int) -> int:
    found = BLANKS.match(text, position)
    return found.end() if found else position


def _entries(
    opening: Opening, list_paths: Sequence[str], before: int = 0, source: TextFile | None = None
) -> Iterator[Value]:
    """The entries of a list without holding the list, up to where the JSON breaks off."""
    with opening() as file:
        path = _list_path(file, list_paths)
    number = before
    with opening() as file:
        source = file if isinstance(file, TextFile) else source
        try:
            for entry in ijson.items(Utf8Stream(file), path, multiple_values=True, use_float=False):
                number += 1
                yield Value(number, entry)
        except ijson.JSONError as error:
            raise BrokenFileError(_why(source, _place(error, number + 1))) from error


def _list_path(file: TextFile | io.StringIO, list_paths: Sequence[str]) -> str:
    """Where the entries of the first list are; empty for a small object without one."""
    known = {path.removesuffix(".item") for path in list_paths}
    last = None
    try:
        for prefix, event, _ in ijson.parse(Utf8Stream(file), multiple_values=True):
            if event == "start_array" and (prefix == "" or prefix in known):
                return f"{prefix}.item" if prefix else "item"
            if event == "start_map" and last == "start_array" and not known:
                return str(prefix)
            last = event
    except ijson.JSONError:
        return ""
    if isinstance(file, TextFile):
        wanted = ", ".join(sorted(known)) or "any list of objects"
        raise FileFormatError(f"{file.path.name} is one big JSON object without {wanted}.")
    return ""


def _place(error: ijson.JSONError, number: int) -> str:
    text = str(error).split("\n")[0]
    if "premature EOF" in text or "ncomplete" in text:
        return f"the JSON ends in the middle of item {number:,}"
    return f"item {number:,} is not valid JSON ({text})"


def _why(file: TextFile | None, text: str) -> str:
    return f"{text}: {file.broken}" if file and file.broken else text


def _check_end(file: TextFile) -> None:
    if file.broken:
        raise BrokenFileError(file.broken)
