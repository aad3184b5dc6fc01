"""Run records for tests, made without a run."""

from datetime import UTC, datetime
from typing import Any

from tfw.runs.provenance import Commit, Provenance
from tfw.runs.record import RunnerProcess, RunRecord, StepRecord
from tfw.runs.record import write_record as write_into
from tfw.settings import Settings

PROVENANCE = Provenance(
    tfw="0.1.0",
    python="3.11.7",
    platform="Linux",
    packages={"numpy": "2.4.0"},
    git=Commit(commit="a" * 40, dirty=False),
)


def make_record(run_id: str, names: list[str], **fields: Any) -> RunRecord:
    """The record of a run that this process has just begun."""
    return RunRecord(
        **{
            "id": run_id,
            "title": "Test",
            "params_file": "params/test.yaml",
            "database": None,
            "created_at": datetime(2026, 11, 21, 21, 4, 5, tzinfo=UTC),
            "steps": [make_step(number, name) for number, name in enumerate(names, start=1)],
            "process": RunnerProcess.this(),
            "provenance": PROVENANCE,
            **fields,
        }
    )


def make_step(number: int, name: str, **fields: Any) -> StepRecord:
    """A step that has not run."""
    known = {"notebook": f"{number:02d}_{name}.ipynb", "notebook_fingerprint": "f" * 16}
    output = f"{number:02d}_{name}.ipynb"
    return StepRecord(
        **{"name": name, "parameters": {}, "output": output, "cells_total": 3, **known, **fields}
    )


def save_record(record: RunRecord, settings: Settings) -> None:
    """Put a record where runs are."""
    folder = settings.outputs / record.id
    folder.mkdir(parents=True)
    write_into(record, folder)
