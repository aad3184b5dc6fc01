"""Lists of post ids as a researcher has them: a list, a text file, a column of a CSV file."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tfw.errors import FileFormatError, InputError
from tfw.sources.values import LINKED_ID

ID_COLUMNS = ("post_id", "video_id", "id", "aweme_id", "item_id", "url", "video_url", "link")
ROUNDED = re.compile(r"\d+([.,]\d+)?[eE]\+?\d+")


def read_post_ids(source: str | Path | Iterable[object], column: str | None = None) -> list[str]:
    """The post ids of a source, each once, in its order.

    Args:
        source: ids or links; or the path of a CSV file; or that of a text file with one id or
            link a line, where lines that begin with ``#`` or ``;`` are comments.
        column: the CSV column; by default the first of those commonly used.

    Raises:
        FileFormatError: the file cannot be read, or has no such column.
        InputError: something is not an id; the message names the line.
    """
    if isinstance(source, str | Path):
        path = Path(source)
        lines = _csv_cells(path, column) if _is_table(path) or column else _text_lines(path)
        return list(dict.fromkeys(_id(value, f"{path}, line {line}") for line, value in lines))
    numbered = enumerate(source, start=1)
    return list(dict.fromkeys(_id(value, f"id number {number}") for number, value in numbered))


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in (".csv", ".tsv", ".tab")


def _text_lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(_read(path).splitlines(), start=1):
        text = line.strip()
        if text and text[0] not in "#;":
            yield number, text


def _csv_cells(path: Path, column: str | None) -> Iterator[tuple[int, str]]:
    text = _read(path)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(text.splitlines(), delimiter=delimiter)
    name = _column(reader.fieldnames or (), column, path)
    for row in reader:
        if value := (row[name] or "").strip():
            yield reader.line_num, value


def _column(names: Iterable[str], wanted: str | None, path: Path) -> str:
    known = {name.strip().lower(): name for name in names}
    for candidate in [wanted] if wanted else ID_COLUMNS:
        if candidate and candidate.lower() in known:
            return known[candidate.lower()]
    raise FileFormatError(
        f"{path} has no column {wanted or ' or '.join(ID_COLUMNS)!r}; it has: "
        f"{', '.join(known) or 'none'}. Name the one with the ids."
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileFormatError(f"{path} does not exist.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{path} cannot be read as UTF-8 text: {error}.") from None


def _id(value: object, place: str) -> str:
    text = str(value).strip().strip("\"'")
    if linked := LINKED_ID.search(text):
        return linked[1]
    if ROUNDED.fullmatch(text) or isinstance(value, float):
        raise InputError(
            f"{place}: {text!r} was rounded by a spreadsheet: its last digits are lost. Export "
            "the ids again as text."
        )
    if not re.fullmatch(r"[0-9]{5,20}", text):
        raise InputError(f"{place}: {text[:60]!r} is not a post id (digits) or a link to a post.")
    return text
