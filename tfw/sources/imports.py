"""Files of posts and comments that other tools wrote, brought into the store.

Only what stands in a file counts: importing it again changes nothing. A bad row is set aside with
its line and reason, and the rest goes in. A file that breaks off is read up to there, and then
reported by an error, so that no run goes on as if it had been whole.
"""

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from glob import has_magic
from pathlib import Path
from typing import Any

from tfw.errors import FileFormatError, ParameterError
from tfw.privacy import Pseudonymiser, open_pseudonymiser
from tfw.settings import Settings, load_settings
from tfw.sources.files import head_of
from tfw.sources.kinds import FORMATS
from tfw.sources.outcomes import BadValue, BrokenFileError, Outcome, Rejected, Skipped
from tfw.sources.reading import Reading, outcomes
from tfw.sources.recognition import check_format, recognise_format
from tfw.sources.rejects import RejectsFile
from tfw.sources.storing import store_outcomes
from tfw.sources.summary import ImportSummaries, ImportSummary, Tally
from tfw.sources.times import moment
from tfw.store import Store

__all__ = [
    "FORMATS",
    "BrokenImportError",
    "ImportSummaries",
    "ImportSummary",
    "Outcome",
    "Rejected",
    "Skipped",
    "import_file",
    "import_files",
    "read_records",
    "recognise_format",
]

_log = logging.getLogger(__name__)


class BrokenImportError(FileFormatError):
    """A file breaks off; ``summary`` tells what stood before the break and is in the store now."""

    def __init__(self, summary: ImportSummary) -> None:
        self.summary = summary
        super().__init__(
            f"{summary.file} breaks off: {summary.broken}. The {summary.posts:,} posts and "
            f"{summary.comments:,} comments before that place are in the store. Get the whole file "
            "and import it again; what is there already stays as it is."
        )


def read_records(
    path: str | Path,
    *,
    format: str | None = None,
    column_map: Mapping[str, Any] | None = None,
    collected_at: datetime | str | None = None,
    query: str | None = None,
    pseudonymiser: Pseudonymiser | None = None,
    progress: bool = False,
) -> Iterator[Outcome]:
    """The posts and comments of a file, with what had to be rejected or was skipped among them.

    Nothing is stored, and no more than a batch is in memory. The arguments are those of
    :func:`import_file`.

    Raises:
        FileFormatError: as :func:`import_file`; BrokenFileError after everything readable, where
            the file breaks off.
    """
    path = Path(path)
    name = _format_of(path, format, column_map)
    hide = pseudonymiser or open_pseudonymiser(load_settings())
    reading = Reading(
        path=path,
        format=name,
        collected_at=_moment(collected_at) or _modified(path),
        queries=(query,) if query else (),
        pseudonymiser=hide,
        progress=progress,
    )
    return outcomes(reading, column_map)


def import_file(
    store: Store,
    path: str | Path,
    *,
    format: str | None = None,
    column_map: Mapping[str, Any] | None = None,
    collected_at: datetime | str | None = None,
    query: str | None = None,
    pseudonymiser: Pseudonymiser | None = None,
    rejects: str | Path | None = None,
    progress: bool = False,
) -> ImportSummary:
    """What became of a file: its posts and comments are in the store when this returns.

    Args:
        store: the store to write to, in batches of 1,000.
        path: the file; ``.gz`` is read as it is.
        format: one of ``FORMATS``; recognised by the content where it is left out.
        column_map: for tables, which column holds which field (see :mod:`tfw.sources.column_map`).
        collected_at: when the counters were read, for files that do not tell it; without it, the
            time of the file's last change.
        query: what found these posts, noted with each of them.
        pseudonymiser: hides comment authors; the project's own where it is left out.
        rejects: where the rejected rows are listed; ``outputs/rejects/FOLDER-FILE.rejects.csv``
            where it is left out. It is written only when there are any.
        progress: whether to show a bar.

    Raises:
        FileFormatError: the file is missing, empty or of an unknown kind, or the column map does
            not fit it; nothing is stored. BrokenImportError (a FileFormatError) where it breaks
            off: what stood before the break is stored, and its ``summary`` says what.
        StoreError: the database refuses.
    """
    started, path = time.perf_counter(), Path(path)
    name = _format_of(path, format, column_map)
    found = read_records(
        path,
        format=name,
        column_map=column_map,
        collected_at=collected_at,
        query=query,
        pseudonymiser=pseudonymiser,
        progress=progress,
    )
    list_path = Path(rejects) if rejects else _rejects_path(path, load_settings())
    tally = Tally()
    with RejectsFile(list_path) as listed:
        try:
            store_outcomes(store, found, tally, listed)
        except BrokenFileError as error:
            tally.broken = error.place
    summary = tally.summary(path.name, name, listed.written, time.perf_counter() - started)
    store.put("imports", summary.document(_import_id(path, name, column_map)))
    _log.info("%s", summary)
    if summary.broken:
        raise BrokenImportError(summary)
    return summary


def import_files(
    store: Store,
    files: str | Path | Iterable[str | Path],
    *,
    format: str | None = None,
    column_map: Mapping[str, Any] | None = None,
    collected_at: datetime | str | None = None,
    query: str | None = None,
    progress: bool = True,
) -> ImportSummaries:
    """What became of one file or of many, as notebooks and params files name them.

    Args:
        store: the store to write to.
        files: a path, a pattern such as ``data/*.csv``, or a list of them; relative ones start at
            the project folder.
        format: as for :func:`import_file`, as are the others; an empty text, as a params file has
            it, counts as left out.
        column_map: which column holds which field, for tables; used for every file.
        collected_at: when the counters were read, for files that do not tell it.
        query: what found these posts.
        progress: whether to show a bar for each file.

    Raises:
        FileFormatError: nothing matches; or, after all files were tried, what was wrong with those
            that could not be imported.
        StoreError: the database refuses.
    """
    done: list[ImportSummary] = []
    problems: list[str] = []
    for path in _matching(files, load_settings()):
        try:
            summary = import_file(
                store,
                path,
                format=format or None,
                column_map=column_map or None,
                collected_at=collected_at or None,
                query=query or None,
                progress=progress,
            )
        except FileFormatError as error:
            problems.append(str(error))
        else:
            done.append(summary)
    if problems:
        raise FileFormatError("\n".join(problems))
    return ImportSummaries(tuple(done))


def _format_of(path: Path, format: str | None, column_map: Mapping[str, Any] | None) -> str:
    name = format or ("table" if column_map else None)
    if name is None:
        return recognise_format(path)
    check_format(name)
    head_of(path)
    if column_map and name != "table":
        raise FileFormatError(
            f"{path.name}: a column map belongs to the format table, and {name} is named. Leave "
            "one of them out."
        )
    return name


def _moment(value: datetime | str | None) -> datetime | None:
    try:
        return moment("collected_at", value)
    except BadValue as error:
        raise ParameterError(
            f"{error}. Write a day as 2024-11-30, or a time in ISO 8601."
        ) from error


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


def _rejects_path(path: Path, settings: Settings) -> Path:
    """The folder's name is in it, because exports of a tool are often called the same."""
    name = "-".join(path.absolute().parts[-2:]).lstrip("/-")
    return settings.outputs / "rejects" / f"{name}.rejects.csv"


def _import_id(path: Path, name: str, column_map: Mapping[str, Any] | None) -> str:
    """The same for the same content, read in the same way."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(f"\n{name}\n{json.dumps(column_map or {}, sort_keys=True, default=str)}".encode())
    return f"import-{digest.hexdigest()[:24]}"


def _matching(files: str | Path | Iterable[str | Path], settings: Settings) -> list[Path]:
    """The files of paths and patterns, each once, in a fixed order."""
    wanted = [files] if isinstance(files, str | Path) else list(files)
    found: dict[Path, None] = {}
    for entry in wanted:
        path = settings.resolve(entry)
        if not has_magic(str(entry)) or path.exists():
            found[path] = None
            continue
        start = Path(path.anchor)
        found_here = start.glob(str(path.relative_to(start)))
        matches = sorted(one for one in found_here if one.is_file())
        if not matches:
            raise FileFormatError(f"No file matches {entry} (looked in {settings.home}).")
        found |= dict.fromkeys(matches)
    return list(found)
