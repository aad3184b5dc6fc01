"""The Instagram fashion data set, doi:10.7910/DVN/K7AW6F, as posts to learn from.

"Fashion Conversation Data on Instagram" (Ha, Kwon, Cha and Joo, ICWSM 2017) comes as an Excel
workbook, as Dataverse's tab-separated download, or as a CSV file somebody exported. All have the
same 33 columns; text is ASCII with literal escapes, and a post stands once for every brand.
"""

import csv
import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import ValidationError

from tfw.errors import FileFormatError
from tfw.records import Count, Record, Text, Time, tidy_hashtags

NEEDED = ("UserId", "BrandName", "Hashtags", "Caption")
WRAPPER = re.compile(r"""^u(\\?["'])(.*)\1$""", re.DOTALL)
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([ntr\\\"']))")
PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'"}


class InstagramPost(Record):
    """One Instagram post: its brands, its caption, its hashtags, and comment texts if given."""

    id: str
    brands: tuple[str, ...]
    categories: tuple[str, ...] = ()
    caption: Text = ""
    hashtags: tuple[str, ...] = ()
    likes: Count | None = None
    comments: Count | None = None
    created_at: Time | None = None
    comment_texts: tuple[str, ...] = ()


def read_instagram(
    path: str | Path,
    *,
    comments_column: str | None = None,
    comments_path: str | Path | None = None,
) -> list[InstagramPost]:
    """All different posts of the data set, in the order of the file.

    Args:
        path: the .xlsx, .tab or .csv file, the latter two also with .gz.
        comments_column: a column with comment texts, if the file has one; the genuine data set
            has only their number.
        comments_path: a CSV file of comments with the columns ``UserId`` (the post) and ``text``.

    Raises:
        FileFormatError: the file is missing, of another kind, empty, or lacks a column.
    """
    path = Path(path)
    posts: dict[str, InstagramPost] = {}
    for line, row in _rows(path, comments_column):
        post = _post(path, line, row, comments_column)
        posts[post.id] = _merged(posts[post.id], post) if post.id in posts else post
    if not posts:
        raise FileFormatError(f"{path.name} has the columns of the data set but no row.")
    if comments_path is not None:
        _add_comments(posts, Path(comments_path))
    return list(posts.values())


def decode_escapes(text: str) -> str:
    r"""Text whose non-ASCII characters were written as literal escapes.

    >>> decode_escapes(r'u"caf\xe9 \u30f4 \ud83d\udc57"')
    'café ヴ 👗'
    """
    wrapped = WRAPPER.match(text.strip())
    inner = wrapped.group(2) if wrapped else text
    if "\\" not in inner:
        return inner
    decoded = ESCAPE.sub(_unescape, inner)
    # Emoji may be written as two surrogates; joined they are one character again.
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def _unescape(match: re.Match[str]) -> str:
    short, long, byte, plain = match.groups()
    if plain:
        return PLAIN_ESCAPES[plain]
    code = int(short or long or byte, 16)
    return chr(code) if code <= 0x10FFFF else match.group()


def _post(
    path: Path, line: int, row: Mapping[str, Any], comments_column: str | None
) -> InstagramPost:
    text = decode_escapes(str(row.get(comments_column) or "")) if comments_column else ""
    try:
        return InstagramPost(
            id=str(row["UserId"]).strip(),
            brands=_words(row["BrandName"]),
            categories=tuple(filter(None, [str(row.get("BrandCategory") or "").strip()])),
            caption=decode_escapes(str(row["Caption"] or "")),
            hashtags=tidy_hashtags(decode_escapes(str(row["Hashtags"] or "")).split(",")),
            likes=_count(row.get("Likes")),
            comments=_count(row.get("Comments")),
            created_at=_time(row.get("CreationTime")),
            comment_texts=(text,) if text else (),
        )
    except (ValidationError, ValueError, OverflowError) as error:
        raise FileFormatError(f"{path.name}, row {line}: {error}") from error


def _words(value: object) -> tuple[str, ...]:
    return tuple(filter(None, [str(value or "").strip().lower()]))


def _count(value: object) -> int | None:
    text = str(value if value is not None else "").strip()
    return int(float(text)) if text else None


def _time(value: object) -> datetime | None:
    seconds = _count(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _merged(known: InstagramPost, again: InstagramPost) -> InstagramPost:
    """The same post seen under another brand or at another time: both brands, higher counts."""
    counts = [n for n in (known.likes, again.likes) if n is not None]
    return known.model_copy(
        update={
            "brands": tuple(dict.fromkeys(known.brands + again.brands)),
            "categories": tuple(dict.fromkeys(known.categories + again.categories)),
            "likes": max(counts, default=None),
        }
    )


def _add_comments(posts: dict[str, InstagramPost], path: Path) -> None:
    texts: dict[str, list[str]] = {}
    with _text_file(path) as lines:
        reader = csv.DictReader(lines)
        missing = {"UserId", "text"} - {(name or "").strip() for name in reader.fieldnames or ()}
        if missing:
            raise FileFormatError(
                f"{path.name} lacks the column {' and '.join(sorted(missing))}. A file of "
                "comments has the columns UserId (the post) and text."
            )
        for row in reader:
            texts.setdefault(str(row["UserId"]).strip(), []).append(decode_escapes(row["text"]))
    for key, written in texts.items():
        if key in posts:
            posts[key] = posts[key].model_copy(update={"comment_texts": tuple(written)})


def _rows(path: Path, extra: str | None) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The rows of the table with their numbers, the header being row 1."""
    if not path.is_file():
        raise FileFormatError(f"There is no file {path}.")
    if path.stat().st_size == 0:
        raise FileFormatError(f"{path.name} is empty.")
    needed = NEEDED if extra is None else (*NEEDED, extra)
    if path.suffix.lower() in {".xlsx", ".xlsm"}:
        yield from _excel_rows(path, needed)
    else:
        yield from _text_rows(path, needed)


def _excel_rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, OSError, KeyError, ValueError) as error:
        raise FileFormatError(f"{path.name} is not an Excel workbook: {error}") from error
    try:
        for sheet in book.worksheets:
            rows = sheet.iter_rows(values_only=True)
            header = _header(next(rows, ()))
            if set(needed) <= set(header):
                for line, row in enumerate(rows, start=2):
                    if any(cell is not None for cell in row):
                        yield line, dict(zip(header, row, strict=False))
                return
        raise FileFormatError(_lacks(path, needed, f"sheets {', '.join(book.sheetnames)}"))
    finally:
        book.close()


def _text_rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with _text_file(path) as lines:
        try:
            first = next(iter(lines), "")
            delimiter = max("\t,;", key=first.count)
            header = _header(next(csv.reader([first], delimiter=delimiter), []))
            if not set(needed) <= set(header):
                raise FileFormatError(_lacks(path, needed, f"columns {', '.join(header[:12])}"))
            reader = csv.DictReader(lines, fieldnames=header, delimiter=delimiter)
            for row in reader:
                yield reader.line_num + 1, row
        except (UnicodeDecodeError, csv.Error, EOFError, gzip.BadGzipFile) as error:
            raise FileFormatError(
                f"{path.name} cannot be read as a table: {error}. Give the .xlsx, .tab or .csv "
                "file of the data set."
            ) from error


def _header(cells: Iterable[object]) -> list[str]:
    """Column names without the blanks that some downloads have ("Comments ")."""
    return [str(cell or "").strip().strip("\ufeff") for cell in cells]


def _lacks(path: Path, needed: tuple[str, ...], seen: str) -> str:
    return (
        f"{path.name} is not the Instagram fashion data set: it has the {seen}, and needed are "
        f"the columns {', '.join(needed)} (doi:10.7910/DVN/K7AW6F)."
    )


@contextmanager
def _text_file(path: Path) -> Iterator[IO[str]]:
    if not path.is_file():
        raise FileFormatError(f"There is no file {path}.")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as lines:
        yield lines
