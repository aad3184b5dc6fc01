"""Going on with a run that did not end well: what is kept, and when that would be wrong."""

from collections.abc import Iterator, Sequence

from tfw.errors import InputError
from tfw.runs.prepare import PreparedStep, step_records
from tfw.runs.provenance import Provenance
from tfw.runs.record import RunnerProcess, RunRecord, Status, StepRecord, now


def resume_record(
    record: RunRecord, steps: Sequence[PreparedStep], database: str | None, made_with: Provenance
) -> RunRecord:
    """The record as it is when the run goes on: complete steps kept, the others fresh.

    Args:
        record: the run as it ended.
        steps: the steps of the params file as it is now.
        database: the database that the params file names now.
        made_with: what the resumed part is made with.

    Raises:
        InputError: the run is complete, or the params file changed what its complete steps did.
    """
    if record.status is Status.COMPLETE:
        raise InputError(f"Run {record.id} is complete; there is nothing to resume.")
    planned = step_records(steps, record.only)
    kept = _complete_steps(record)
    changes = list(_changes(record, kept, planned, database))
    if changes:
        raise InputError(
            f"Run {record.id} cannot go on, because its complete steps are no longer what the "
            f"params file says: {'; '.join(changes)}. Undo that, or start a new run."
        )
    warnings = [*record.warnings, *_warnings(record, kept, planned, made_with)]
    return record.model_copy(
        update={
            "database": database,
            "status": Status.RUNNING,
            "reason": None,
            "signal": None,
            "finished_at": None,
            "resumed_at": [*record.resumed_at, now()],
            "steps": [kept.get(step.name, step) for step in planned],
            "warnings": warnings,
            "process": RunnerProcess.this(),
            "provenance": made_with,
        }
    )


def _complete_steps(record: RunRecord) -> dict[str, StepRecord]:
    """The complete steps before the first wanted one that is not."""
    kept: dict[str, StepRecord] = {}
    for step in record.wanted_steps:
        if step.status is not Status.COMPLETE:
            break
        kept[step.name] = step
    return kept


def _changes(
    record: RunRecord,
    kept: dict[str, StepRecord],
    planned: Sequence[StepRecord],
    database: str | None,
) -> Iterator[str]:
    if kept and database != record.database:
        yield f"database was {record.database}, is {database}"
    if record.only and record.only not in [step.name for step in planned]:
        yield f"step {record.only} is gone"
    wanted = [step for step in planned if record.only in (None, step.name)]
    for old, new in zip(kept.values(), wanted, strict=False):
        if old.name != new.name:
            yield f"step {new.name} stands where {old.name} stood"
            return
        if old.notebook != new.notebook:
            yield f"step {old.name} ran {old.notebook}, would run {new.notebook}"
        for name in sorted(old.parameters.keys() | new.parameters.keys()):
            before, after = old.parameters.get(name), new.parameters.get(name)
            if before != after:
                yield f"{old.name}.{name} was {before!r}, is {after!r}"
    if len(kept) > len(wanted):
        yield f"it has {len(wanted)} steps, {len(kept)} are complete already"


def _warnings(
    record: RunRecord,
    kept: dict[str, StepRecord],
    planned: Sequence[StepRecord],
    made_with: Provenance,
) -> Iterator[str]:
    """What a reader should know, but what does not forbid going on."""
    moment = f"{now():%Y-%m-%d %H:%M} UTC"
    for step in planned:
        old = kept.get(step.name)
        if old and old.notebook_fingerprint != step.notebook_fingerprint:
            yield f"{old.notebook} was changed after step {old.name} had run with it"
    if made_with.git != record.provenance.git:
        yield f"resumed at {moment} on commit {made_with.git}, begun on {record.provenance.git}"
    if made_with.packages != record.provenance.packages:
        yield f"resumed at {moment} with other package versions than it was begun with"
