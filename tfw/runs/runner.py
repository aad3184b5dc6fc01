"""`tfw run`: the notebooks of a params file, in order, each with an honest record."""

import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pymongo.errors import PyMongoError

from tfw import embedded
from tfw.errors import InputError, RunError, TfwError
from tfw.runs.begin import begin_run, continue_run, name_of
from tfw.runs.display import closing_words
from tfw.runs.execute import Job, Outcome, execute
from tfw.runs.history import close_record, mark_vanished
from tfw.runs.index import write_index
from tfw.runs.lock import lock_params
from tfw.runs.plan import read_plan, settings_for
from tfw.runs.prepare import PreparedStep
from tfw.runs.record import (
    REPORT_NAME,
    RunRecord,
    Status,
    StepRecord,
    counts_path,
    now,
    read_counts,
    write_record,
)
from tfw.runs.scrub import Scrubber
from tfw.runs.stand_in import stand_in
from tfw.runs.stop import Stop
from tfw.settings import Settings
from tfw.store import open_store

__all__ = ["closing_words", "run"]

logger = logging.getLogger(__name__)

GOOD = (Status.COMPLETE, Status.SKIPPED)


def run(
    params_file: str | Path,
    *,
    only: str | None = None,
    resume: str | None = None,
    overrides: Iterable[str] = (),
) -> RunRecord:
    """The record of a run of a params file's notebooks, as it ended.

    A notebook that fails ends the run, and so does SIGTERM or Ctrl-C; the record says so, and
    nothing is raised. `record.is_complete` is True only if every wanted step is complete.

    Args:
        params_file: a path, or a name in the project's params/.
        only: run this step alone.
        resume: go on with this run, in its folder: complete steps are kept, the first one that
            is not and all after it are executed. The run's own overrides stay in force.
        overrides: parameters as ``STEP.NAME=VALUE``, which win over the params file.

    Raises:
        SettingsError: the params file is wrong, or has no such step.
        ParameterError: a notebook is missing, has no such parameter, or wants another type.
        InputError: the run to resume is unknown, complete, or of another params file.
        BusyError: another process runs this params file.
        RunError: the run's files cannot be written.
    """
    if only and resume:
        raise InputError("--only and --resume exclude each other: resume goes on where it ended.")
    settings = settings_for(params_file)
    plan = read_plan(params_file, settings)
    if only:
        plan.step_index(only)
    with lock_params(plan.path, settings) as lock:
        mark_vanished(settings, name_of(plan, settings))
        if resume:
            record, steps = continue_run(resume, plan, settings, list(overrides))
        else:
            record, steps = begin_run(plan, settings, only, list(overrides))
        lock.name_run(record.id)
        try:
            with stand_in(plan.plan.lab) as environment:
                _Run(record, steps, settings, environment).execute()
        except OSError as error:
            raise RunError(
                f"Run {record.id} was given up: {error.filename or settings.outputs} cannot be "
                f"written ({error.strerror}). Resume it with --resume {record.id}."
            ) from error
    return record


class _Run:
    """A run that is going on: its record, its prepared steps, its folder."""

    def __init__(
        self,
        record: RunRecord,
        steps: Sequence[PreparedStep],
        settings: Settings,
        environment: Mapping[str, str],
    ) -> None:
        self.record = record
        self.steps = {step.name: step for step in steps}
        self.settings = settings
        self.folder = settings.outputs / record.id
        self.environment = environment
        self.scrubber = Scrubber.from_environment()

    def execute(self) -> None:
        """Execute the pending steps, and end the record."""
        logger.info("run %s: %s", self.record.id, self.record.title)
        with Stop().listening() as stop:
            self._save()
            write_index(self.settings)
            for number, step in enumerate(self.record.steps, start=1):
                if step.status is Status.PENDING and not stop.signal:
                    outcome = self._execute_step(step, number, stop)
                    if outcome.status is not Status.COMPLETE:
                        break
            self._end(stop)
        write_index(self.settings)

    def _execute_step(self, step: StepRecord, number: int, stop: Stop) -> Outcome:
        label = f"step {number}/{len(self.record.steps)} {step.name}"
        counts_path(self.folder, step.name).unlink(missing_ok=True)
        step.status, step.started_at = Status.RUNNING, now()
        self._save()
        logger.info("%s: started, %d cells", label, step.cells_total)
        outcome = execute(self._job(step, label), stop)
        self._end_step(step, outcome)
        logger.info("%s: %s", label, _step_words(step))
        return outcome

    def _job(self, step: StepRecord, label: str) -> Job:
        def on_cell(executed: int) -> None:
            step.cells_executed = executed
            self._save()

        return Job(
            label=label,
            notebook=self.steps[step.name].notebook,
            parameters=step.parameters,
            output=self.folder / step.output,
            environment=self._environment(step),
            working_folder=self.settings.home,
            scrubber=self.scrubber,
            on_cell=on_cell,
        )

    def _environment(self, step: StepRecord) -> dict[str, str]:
        """The environment of a step's kernel: this process's, and what tells it of its run."""
        own = {
            "TFW_HOME": str(self.settings.home),
            "TFW_RUN_ID": self.record.id,
            "TFW_RUN_FOLDER": str(self.folder),
            "TFW_RUN_STEP": step.name,
        }
        if self.record.database:
            own["TFW_DATABASE"] = self.record.database
        return {**os.environ, **self.environment, **own}

    def _end_step(self, step: StepRecord, outcome: Outcome) -> None:
        step.status, step.error = outcome.status, outcome.error
        step.reason = self.scrubber.text(outcome.reason) if outcome.reason else None
        step.cells_executed = outcome.executed
        step.finished_at = now()
        try:
            step.counts = read_counts(self.folder, step.name)
        except (OSError, ValueError, TypeError) as error:
            self.record.warnings.append(f"the counts of {step.name} cannot be read: {error}")
        self._save()

    def _end(self, stop: Stop) -> None:
        """Give the run its status, and put a copy of the record into the database."""
        bad = next((s for s in self.record.steps if s.status not in GOOD), None)
        if bad is None:
            close_record(self.record, Status.COMPLETE, None)
        elif bad.status is Status.FAILED:
            close_record(self.record, Status.FAILED, f"step {bad.name}: {bad.reason}")
        else:
            self.record.signal = stop.signal
            close_record(self.record, Status.INTERRUPTED, f"interrupted by {stop.signal}")
        report = self.folder / REPORT_NAME
        if report.exists():
            self.record.report = str(report.relative_to(self.settings.home))
        self.record.finished_at = now()
        self._save()
        self._copy_to_store()

    def _copy_to_store(self) -> None:
        """Put the record into the database if one is there; run.json is what counts."""
        settings = self.settings
        if self.record.database:
            settings = settings.model_copy(update={"database": self.record.database})
        if settings.mongodb_uri is None and embedded.status(settings) is None:
            return
        try:
            with open_store(settings) as store:
                store.put("runs", self.record.document())
        except (TfwError, PyMongoError, OSError, ValueError, OverflowError) as error:
            warning = self.scrubber.text(f"the database has no copy of this record: {error}")
            logger.warning("%s", warning)
            self.record.warnings.append(warning)
            self._save()

    def _save(self) -> None:
        write_record(self.record, self.folder)


def _step_words(step: StepRecord) -> str:
    cells = f"{step.cells_executed} of {step.cells_total} cells in {step.seconds:.1f} s"
    counts = "".join(f", {name} {value:,}" for name, value in step.counts.items())
    reason = f": {step.reason}" if step.reason else ""
    return f"{step.status}{reason}, {cells}{counts}"
