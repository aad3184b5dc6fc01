"""The record and the folder that a run starts with, new or resumed."""

import re
from itertools import count
from pathlib import Path

from tfw.errors import InputError
from tfw.runs.history import load_run
from tfw.runs.plan import PlanFile
from tfw.runs.prepare import PreparedStep, prepare, step_records
from tfw.runs.provenance import provenance
from tfw.runs.record import RunnerProcess, RunRecord, now
from tfw.runs.resume import resume_record
from tfw.settings import Settings


def begin_run(
    plan: PlanFile, settings: Settings, only: str | None, overrides: list[str]
) -> tuple[RunRecord, list[PreparedStep]]:
    """The record of a new run, and its folder."""
    steps = prepare(plan, settings, overrides)
    created = now()
    record = RunRecord(
        id=_new_folder(settings, f"{created:%Y%m%dT%H%M%S}-{_slug(plan.path.stem)}").name,
        title=plan.title,
        params_file=name_of(plan, settings),
        database=plan.plan.database,
        only=only,
        overrides=overrides,
        created_at=created,
        steps=step_records(steps, only),
        process=RunnerProcess.this(),
        provenance=provenance(settings.home),
    )
    return record, steps


def continue_run(
    run_id: str, plan: PlanFile, settings: Settings, overrides: list[str]
) -> tuple[RunRecord, list[PreparedStep]]:
    """The record of a run that goes on."""
    record = load_run(run_id, settings)
    if record.params_file != name_of(plan, settings):
        raise InputError(
            f"Run {record.id} is one of {record.params_file}, not of {name_of(plan, settings)}."
        )
    record.overrides = [*record.overrides, *overrides]
    steps = prepare(plan, settings, record.overrides)
    made_with = provenance(settings.home)
    return resume_record(record, steps, plan.plan.database, made_with), steps


def name_of(plan: PlanFile, settings: Settings) -> str:
    """The params file as records name it: relative to the project where it lies inside."""
    home = settings.home.resolve()
    return str(plan.path.relative_to(home) if plan.path.is_relative_to(home) else plan.path)


def _new_folder(settings: Settings, wanted: str) -> Path:
    """A new folder for a run; a number is added when another run began in the same second."""
    settings.outputs.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        folder = settings.outputs / (wanted if number == 1 else f"{wanted}-{number}")
        try:
            folder.mkdir()
        except FileExistsError:
            continue
        return folder
    raise AssertionError("count() does not end")


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", name)[:40].strip("-") or "run"
