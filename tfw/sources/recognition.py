"""What a file is, found out from its content, and clear words where it is nothing known."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from tfw.errors import FileFormatError
from tfw.sources.files import TextFile, head_of, is_json, is_page
from tfw.sources.json_files import Value, json_values
from tfw.sources.kinds import FORMATS, JSON_KINDS, LIST_PATHS, ROW_KINDS, row_kind
from tfw.sources.outcomes import peek
from tfw.sources.tables import open_table
from tfw.sources.web_pages import blocks_of

# Entries of JSON that are looked at; the first ones may be errors or of other platforms.
SAMPLE = 20
# What is longer than this is a sentence and no name of a column.
LONGEST_NAME = 60
PAGE_LIMIT = 32 * 1024 * 1024
MAP_EXAMPLE = "{id: COLUMN, description: COLUMN, created_at: COLUMN, stats.likes: COLUMN}"


def recognise_format(path: str | Path) -> str:
    """The name of a file's format, one of ``FORMATS``.

    Raises:
        FileFormatError: the message says what was seen instead, and what can be done.
    """
    path = Path(path)
    head = head_of(path)
    if is_page(head):
        page_blocks(path)
        return "web-items"
    if is_json(head) and (found := _json_format(path)):
        return found
    columns = open_table(path).columns
    if kind := row_kind(columns):
        return kind.format
    raise FileFormatError(_unknown(path, head, columns))


def check_format(name: str) -> None:
    """Refuse a name that is none of ``FORMATS``.

    Raises:
        FileFormatError: names the formats, the likeliest first.
    """
    if name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise FileFormatError(
            f"There is no format {name!r}. {hint}There are: {', '.join(FORMATS)}."
        )


def page_blocks(path: Path) -> list[object]:
    """The JSON blocks of a saved TikTok page.

    Raises:
        FileFormatError: the page has none, as pages behind a challenge or a sign-in have.
    """
    with TextFile(path) as file:
        blocks = blocks_of(file.read(PAGE_LIMIT))
        broken = file.broken
    if not blocks:
        why = f" ({broken})" if broken else ""
        raise FileFormatError(
            f"{path.name} is an HTML page without TikTok's data blocks "
            f"(__UNIVERSAL_DATA_FOR_REHYDRATION__ or SIGI_STATE){why}. It may be a captcha or "
            "sign-in page, or was saved after scripts removed the blocks: save the page's source."
        )
    return blocks


def misfit(path: Path, name: str, columns: Sequence[str]) -> FileFormatError:
    """The error for a table that was said to be of a format it is not."""
    kinds = [kind for kind in ROW_KINDS if kind.format == name]
    if not kinds:
        return FileFormatError(
            f"{path.name} is a table with the columns {_listed(columns)}; {name} is JSON. Leave "
            "the format out to have it recognised."
        )
    missing = min((sorted(kind.columns - set(columns)) for kind in kinds), key=len)
    return FileFormatError(
        f"{path.name} was to be read as {name} and has no column {_listed(missing)}. Its columns "
        f"are {_listed(columns)}. Leave the format out to have it recognised, or give a column map."
    )


def needs_map(path: Path, columns: Sequence[str]) -> FileFormatError:
    """The error for a table without a column map."""
    return FileFormatError(
        f"{path.name} is to be read as a table and no column map is given. Say which column holds "
        f"what, for example {MAP_EXAMPLE}. Its columns are {_listed(columns)}."
    )


def _json_format(path: Path) -> str | None:
    sample, _ = peek(json_values(path, LIST_PATHS), SAMPLE)
    values = [entry.value for entry in sample if isinstance(entry, Value)]
    for name, kind in JSON_KINDS.items():
        if any(kind.fits(value) for value in values):
            return name
    return None


def _unknown(path: Path, head: bytes, columns: Sequence[str]) -> str:
    named = [name for name in columns if name]
    if len(named) < 2 or any(len(name) > LONGEST_NAME for name in named):
        kind = "JSON" if is_json(head) else "plain text"
        start = " ".join(head[:60].decode("utf-8", "replace").split())
        seen = f"is {kind} of an unknown kind; it begins with {start!r}"
    else:
        seen = f"is a table of an unknown kind, with the columns {_listed(columns)}"
    return (
        f"{path.name} {seen}. Known are: {', '.join(FORMATS)}. For a table of your own give a "
        f"column map, for example {MAP_EXAMPLE}."
    )


def _listed(names: Sequence[str], limit: int = 40) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
