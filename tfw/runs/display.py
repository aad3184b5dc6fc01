"""Runs on a terminal: one line each, one in full, two compared."""

from collections.abc import Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tfw.runs.history import Difference, RunDiff, UnreadableRun
from tfw.runs.record import RunRecord, Status, StepRecord

COLOURS = {
    Status.COMPLETE: "green",
    Status.FAILED: "red",
    Status.INTERRUPTED: "yellow",
    Status.RUNNING: "cyan",
}
ABSENT = "—"


def runs_table(runs: Sequence[RunRecord | UnreadableRun]) -> RenderableType:
    """A table of runs, one a row."""
    if not runs:
        return Text("There are no runs yet. Start one with: tfw run params/demo.yaml")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("run", "status", "started (UTC)", "took", "steps"):
        table.add_column(heading, no_wrap=True)
    table.add_column("what happened", overflow="fold")
    for run in runs:
        if isinstance(run, UnreadableRun):
            table.add_row(Text(run.id), Text("unreadable", "red"), "", "", "", Text(run.reason))
        else:
            table.add_row(*_run_row(run))
    return table


def run_view(run: RunRecord) -> RenderableType:
    """One run in full: its steps, counts, errors, and what it was made with."""
    parts: list[RenderableType] = [_facts_of(run), Text(), _steps_table(run.steps)]
    for step in run.steps:
        if step.error:
            parts += [Text(), Text(f"{step.name}:", "bold"), Text("\n".join(step.error.traceback))]
    return Group(*parts)


def diff_view(diff: RunDiff) -> RenderableType:
    """What two runs do not share, one thing a row."""
    if not diff.differences:
        return Text(f"{diff.a.id} and {diff.b.id} are the same in all that is recorded.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("what", "", diff.a.id, diff.b.id):
        table.add_column(heading, overflow="fold")
    for difference in diff.differences:
        table.add_row(*_difference_row(difference))
    return table


def closing_words(run: RunRecord) -> str:
    """What to tell at the end of a run: how it ended, and what to do next."""
    words = f"run {run.id}: {run.status}, {run.steps_done} steps in {duration(run.seconds)}"
    if run.reason:
        words += f"\n{run.reason}"
    if run.report:
        words += f"\nReport: {run.report} (open it in a browser; outputs/index.html lists all runs)"
        words += "\nNext: make notebook to look around, params/import.yaml for posts of your own"
    if not run.is_complete:
        words += f"\nGo on with: tfw run {run.params_file} --resume {run.id}"
    return words


def duration(seconds: float | None) -> str:
    """A duration for people; a dash when it is not known.

    >>> [duration(s) for s in (None, 7.25, 95, 7384)]
    ['—', '7.2 s', '1 min 35 s', '2 h 3 min']
    """
    if seconds is None:
        return ABSENT
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def moment(at: datetime | None) -> str:
    """A time to the minute; a dash when there is none."""
    return f"{at:%Y-%m-%d %H:%M}" if at else ABSENT


def _run_row(run: RunRecord) -> list[RenderableType]:
    return [
        Text(run.id),
        _status(run.status),
        moment(run.created_at),
        duration(run.seconds),
        run.steps_done,
        Text(run.reason or run.title),
    ]


def _facts_of(run: RunRecord) -> RenderableType:
    made_with = run.provenance
    facts = {
        "run": run.id,
        "title": run.title,
        "status": f"{run.status}: {run.reason}" if run.reason else str(run.status),
        "params file": run.params_file,
        "set by hand": ", ".join(run.overrides),
        "database": run.database or "",
        "started": f"{moment(run.created_at)} UTC, took {duration(run.seconds)}",
        "resumed": ", ".join(map(moment, run.resumed_at)),
        "commit": str(made_with.git or "not in a git repository"),
        "made with": f"tfw {made_with.tfw}, Python {made_with.python}, {made_with.platform}",
        "packages": ", ".join(f"{name} {v}" for name, v in made_with.packages.items()),
        "report": run.report or "",
        "warnings": "\n".join(run.warnings),
    }
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in facts.items():
        if value:
            table.add_row(name, Text(value))
    return table


def _steps_table(steps: Sequence[StepRecord]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("step", "status", "cells", "took", "parameters", "counts", "what happened"):
        table.add_column(heading, overflow="fold")
    for step in steps:
        table.add_row(
            step.name,
            _status(step.status),
            f"{step.cells_executed}/{step.cells_total}",
            duration(step.seconds),
            Text("\n".join(f"{name}={value!r}" for name, value in step.parameters.items())),
            "\n".join(f"{name} {value:,}" for name, value in step.counts.items()),
            Text(step.reason or ""),
        )
    return table


def _difference_row(difference: Difference) -> list[RenderableType]:
    return [
        difference.section,
        Text(difference.name),
        Text(ABSENT if difference.a is None else difference.a),
        Text(ABSENT if difference.b is None else difference.b),
    ]


def _status(status: Status) -> Text:
    return Text(status.value, COLOURS.get(status, "dim"))
