"""The record of a run, kept outside the notebooks: ``outputs/<run id>/run.json``.

What an executed notebook says about itself is not enough: after a killed kernel papermill marks
every cell as completed, and after a kill of its own the notebook says "running" for ever.

Notebooks add to the record with :func:`record_counts` and write their files into
:func:`run_folder`.
"""

import json
import numbers
import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import psutil
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from tfw.errors import InputError
from tfw.files import write_atomically
from tfw.runs.provenance import Provenance
from tfw.settings import load_settings

RECORD_NAME = "run.json"
REPORT_NAME = "report.html"
BY_HAND = "by-hand"
# psutil derives the start of a process from the clock, which may be corrected meanwhile.
SAME_START_SECONDS = 5.0


class Status(StrEnum):
    """The state of a run or of one of its steps; a run is never pending or skipped."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETE = "complete"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"


class CellError(BaseModel):
    """The exception that ended a step; ``cell`` counts the notebook's code cells from 1."""

    cell: int
    name: str
    message: str
    traceback: list[str] = Field(default_factory=list)


class StepRecord(BaseModel):
    """One step of a run.

    ``cells_executed`` counts the code cells that ended without an error, out of ``cells_total``
    in the notebook. ``counts`` are what the notebook gave to :func:`record_counts`.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    name: str
    notebook: str
    notebook_fingerprint: str
    parameters: dict[str, JsonValue]
    output: str
    status: Status = Status.PENDING
    reason: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cells_total: int
    cells_executed: int = 0
    counts: dict[str, int] = Field(default_factory=dict)
    error: CellError | None = None

    @property
    def seconds(self) -> float | None:
        """How long the step took; None while it has not ended."""
        return _seconds(self.started_at, self.finished_at)


class RunnerProcess(BaseModel):
    """The process that executes a run; its start tells it from a later one of the same number."""

    pid: int
    started: float
    host: str

    @classmethod
    def this(cls) -> "RunnerProcess":
        """The process that asks."""
        own = psutil.Process()
        return cls(pid=own.pid, started=own.create_time(), host=os.uname().nodename)

    @property
    def is_gone(self) -> bool:
        """Whether the process has certainly ended; on another host one cannot know."""
        if self.host != os.uname().nodename:
            return False
        try:
            process = psutil.Process(self.pid)
            late = abs(process.create_time() - self.started) > SAME_START_SECONDS
            return late or process.status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True


class RunRecord(BaseModel):
    """One run of a params file: the content of ``run.json``.

    ``report`` is the path of the run's report from the project folder, if a notebook wrote one;
    ``signal`` is what interrupted the run.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    id: str
    title: str
    params_file: str
    database: str | None
    only: str | None = None
    overrides: list[str] = Field(default_factory=list)
    status: Status = Status.RUNNING
    reason: str | None = None
    created_at: datetime
    finished_at: datetime | None = None
    resumed_at: list[datetime] = Field(default_factory=list)
    signal: str | None = None
    report: str | None = None
    steps: list[StepRecord]
    warnings: list[str] = Field(default_factory=list)
    process: RunnerProcess
    provenance: Provenance

    @property
    def seconds(self) -> float | None:
        """The time from the (last) start to the end; None while the run has not ended."""
        return _seconds(([self.created_at, *self.resumed_at])[-1], self.finished_at)

    @property
    def wanted_steps(self) -> list[StepRecord]:
        """The steps that were asked for: all of them, or the one of `--only`."""
        return [step for step in self.steps if self.only in (None, step.name)]

    @property
    def steps_done(self) -> str:
        """How many of the wanted steps are complete, such as ``3/5``."""
        done = sum(step.status is Status.COMPLETE for step in self.wanted_steps)
        return f"{done}/{len(self.wanted_steps)}"

    @property
    def is_complete(self) -> bool:
        """Whether every step that was asked for is complete."""
        return self.status is Status.COMPLETE

    @property
    def exit_status(self) -> int:
        """What `tfw run` exits with: 0 only for a complete run."""
        if self.is_complete:
            return 0
        return 130 if self.signal == "SIGINT" else 1

    def document(self) -> dict[str, Any]:
        """The record as the database stores it, its id as ``_id``."""
        fields = self.model_dump(exclude_none=True)
        return {"_id": fields.pop("id"), **fields}


def write_record(record: RunRecord, folder: Path) -> None:
    """Write a run's record into its folder; a reader sees the old one or the new one."""
    write_atomically(folder / RECORD_NAME, record.model_dump_json(indent=1) + "\n")


def read_record(folder: Path) -> RunRecord:
    """The record in a run's folder; OSError or ValueError when it cannot be read."""
    return RunRecord.model_validate_json((folder / RECORD_NAME).read_bytes())


def run_folder() -> Path:
    """The folder for what a notebook writes.

    Under `tfw run` it is the run's own folder, ``outputs/<run id>``. In a notebook that is opened
    by hand it is ``outputs/by-hand``, which is made when it is missing.
    """
    named = os.environ.get("TFW_RUN_FOLDER")
    folder = Path(named) if named else load_settings().outputs / BY_HAND
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def current_run() -> dict[str, Any] | None:
    """The record of the run that executes this notebook; None in one that is opened by hand."""
    named = os.environ.get("TFW_RUN_FOLDER")
    return read_record(Path(named)).document() if named else None


def record_counts(**counts: int) -> None:
    """Put counts such as ``posts_in=120, posts_out=100`` into the run's record.

    A step may call it often: names add up to one set, and the last value of a name stays. In a
    notebook that is opened by hand it does nothing.

    Raises:
        InputError: a count is not a whole number.
    """
    checked = {name: _whole(name, count) for name, count in counts.items()}
    folder, step = os.environ.get("TFW_RUN_FOLDER"), os.environ.get("TFW_RUN_STEP")
    if folder and step:
        path = counts_path(Path(folder), step)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps({**read_counts(Path(folder), step), **checked}))


def read_counts(folder: Path, step: str) -> dict[str, int]:
    """The counts that a step has recorded so far."""
    path = counts_path(folder, step)
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def counts_path(folder: Path, step: str) -> Path:
    """The file through which a step's kernel hands its counts to the runner."""
    return folder / "counts" / f"{step}.json"


def now() -> datetime:
    """This moment in UTC, to the millisecond, as the database keeps it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _whole(name: str, count: object) -> int:
    if isinstance(count, bool) or not isinstance(count, numbers.Integral):
        raise InputError(f"The count {name} is {count!r}; a whole number is wanted.")
    return int(count)


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None
