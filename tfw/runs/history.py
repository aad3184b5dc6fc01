"""All runs of a project: listed, loaded, compared, and found dead when they are."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError

from tfw.errors import InputError
from tfw.runs.record import (
    RECORD_NAME,
    RunRecord,
    Status,
    StepRecord,
    read_record,
    write_record,
)
from tfw.settings import Settings, load_settings

logger = logging.getLogger(__name__)

# What two runs are compared in, what matters most first.
SECTIONS = ("status", "parameters", "counts", "notebook", "plan", "commit", "versions")
LATEST = "latest"
VANISHED = "its process ended without a word (kill -9, out of memory, power cut?)"


@dataclass(frozen=True)
class UnreadableRun:
    """A folder whose run.json is damaged."""

    id: str
    reason: str


@dataclass(frozen=True)
class Difference:
    """One thing that two runs do not share; None where a run does not have it."""

    section: str
    name: str
    a: str | None
    b: str | None


@dataclass(frozen=True)
class RunDiff:
    """What two runs do not share."""

    a: RunRecord
    b: RunRecord
    differences: tuple[Difference, ...]


def list_runs(settings: Settings | None = None) -> list[RunRecord | UnreadableRun]:
    """All runs, the newest first; a run whose process has vanished is marked interrupted."""
    return [_read(folder) for folder in _folders(settings or load_settings())]


def load_run(run_id: str, settings: Settings | None = None) -> RunRecord:
    """One run, by its id, by the beginning of its id, or by ``latest``.

    Raises:
        InputError: there is no such run, several begin so, or its record is damaged.
    """
    folders = {folder.name: folder for folder in _folders(settings or load_settings())}
    found = _read(folders[_full_id(run_id, list(folders))])
    if isinstance(found, UnreadableRun):
        raise InputError(f"The record of run {found.id} is damaged: {found.reason}.")
    return found


def diff_runs(a: str, b: str, settings: Settings | None = None) -> RunDiff:
    """What two runs do not share: status, parameters, counts, versions, commit.

    Raises:
        InputError: there is no such run.
    """
    one, other = load_run(a, settings), load_run(b, settings)
    facts_a, facts_b = _facts(one), _facts(other)
    keys = sorted(dict.fromkeys([*facts_a, *facts_b]), key=lambda key: SECTIONS.index(key[0]))
    differences = (Difference(*key, facts_a.get(key), facts_b.get(key)) for key in keys)
    return RunDiff(one, other, tuple(d for d in differences if d.a != d.b))


def folders_with(name: str, settings: Settings | None = None) -> list[Path]:
    """The folders of the runs that wrote a file of that name, the newest run first."""
    return [folder for folder in _folders(settings or load_settings()) if (folder / name).is_file()]


def mark_vanished(settings: Settings, params_file: str) -> None:
    """Mark runs of a params file that still say "running" as interrupted.

    The caller holds the lock of that params file, so nobody else can be running it, on whatever
    host or in whatever container the old run was.
    """
    for folder in _folders(settings):
        record = _read(folder)
        if isinstance(record, RunRecord) and record.params_file == params_file:
            _mark_if_running(record, folder)


def _folders(settings: Settings) -> list[Path]:
    """The folders of runs, the newest first; their names begin with their time."""
    return sorted((path.parent for path in settings.outputs.glob(f"*/{RECORD_NAME}")), reverse=True)


def _read(folder: Path) -> RunRecord | UnreadableRun:
    try:
        record = read_record(folder)
        if record.status is Status.RUNNING and record.process.is_gone:
            # It may have ended properly between the two: what it wrote last counts.
            record = _mark_if_running(read_record(folder), folder)
        return record
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        return UnreadableRun(folder.name, f"{where}: {first['msg']}" if where else first["msg"])
    except OSError as error:
        return UnreadableRun(folder.name, error.strerror or type(error).__name__)


def _mark_if_running(record: RunRecord, folder: Path) -> RunRecord:
    if record.status is Status.RUNNING:
        close_record(record, Status.INTERRUPTED, VANISHED)
        write_record(record, folder)
        logger.warning("run %s is marked interrupted: %s", record.id, VANISHED)
    return record


def close_record(record: RunRecord, status: Status, reason: str | None) -> None:
    """End a record: what was running has ended so too, what was pending never ran."""
    record.status, record.reason = status, reason
    ended = "failed" if status is Status.FAILED else f"was {status}"
    for step in record.steps:
        if step.status is Status.RUNNING:
            step.status, step.reason = status, reason
        elif step.status is Status.PENDING:
            step.status, step.reason = Status.SKIPPED, f"the run {ended} before it"


def _full_id(wanted: str, known: list[str]) -> str:
    if wanted in known:
        return wanted
    if wanted == LATEST and known:
        return known[0]
    matching = [run_id for run_id in known if wanted and run_id.startswith(wanted)]
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise InputError(f"Several runs begin with {wanted!r}: {', '.join(matching[:5])}.")
    close = get_close_matches(wanted, known, n=1)
    guess = f" Did you mean {close[0]}?" if close else ""
    newest = ", ".join(known[:5]) or "none"
    raise InputError(f"There is no run {wanted!r}.{guess} The newest runs: {newest}.")


def _facts(record: RunRecord) -> dict[tuple[str, str], str]:
    """What is compared, by section and name."""
    made_with = record.provenance
    facts = {
        ("status", "run"): str(record.status),
        ("plan", "params file"): record.params_file,
        ("plan", "database"): str(record.database),
        ("commit", "git"): str(made_with.git),
        ("versions", "tfw"): made_with.tfw,
        ("versions", "python"): made_with.python,
        ("versions", "platform"): made_with.platform,
    }
    facts |= {("versions", name): version for name, version in made_with.packages.items()}
    for step in record.steps:
        facts |= dict(_step_facts(step))
    return facts


def _step_facts(step: StepRecord) -> Iterator[tuple[tuple[str, str], str]]:
    yield ("status", step.name), str(step.status)
    yield ("notebook", step.name), f"{step.notebook} ({step.notebook_fingerprint})"
    sections: Iterable[tuple[str, Mapping[str, object]]] = (
        ("parameters", step.parameters),
        ("counts", step.counts),
    )
    for section, values in sections:
        for name, value in values.items():
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield (section, f"{step.name}.{name}"), text
