"""What to do next, the first thing first, from where the project stands."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from tfw.desk.start.standing import DEMO_DATABASE, Run, Standing
from tfw.report.formats import thousands
from tfw.runs.record import RunRecord, Status

FEW_LABELS = 100


class NextStep(NamedTuple):
    """One thing to do, why, and where: a notebook to open, a command to type, or neither."""

    what: str
    why: str
    notebook: str | None = None
    command: str | None = None


def next_steps(standing: Standing) -> list[NextStep]:
    """What to do next, the first thing first; never empty."""
    steps = [
        *_retention(standing),
        *_failed_run(standing),
        *(_begin(standing) if standing.empty else _go_on(standing)),
    ]
    return steps or [
        NextStep("Nothing waits", "Collect more, or look at the last report.", "01_query_posts")
    ]


def _retention(standing: Standing) -> Iterator[NextStep]:
    """To delete what may not be kept any longer."""
    today = datetime.now(UTC).date()
    until = standing.project.retention_date
    if until is None or not standing.project.is_due(today) or standing.empty or standing.is_demo:
        return
    verb = "ended" if until < today else "ends"
    yield NextStep(
        f"Delete the data: the time for keeping them {verb} on {until.isoformat()}",
        "Save what may be kept (08_report, ids only). Then close JupyterLab and delete the "
        f"database {standing.database} and the folder outputs. The embedded server's databases are "
        "in the folder .tfw, all together:",
        command="tfw db stop && rm -r .tfw outputs",
    )


def _failed_run(standing: Standing) -> Iterator[NextStep]:
    """The newest run into this database, where it did not come to its end."""
    newest = next((run for run in standing.runs if _is_into(run, standing.database)), None)
    if not isinstance(newest, RunRecord) or newest.status not in (
        Status.FAILED,
        Status.INTERRUPTED,
    ):
        return
    step = next((one.name for one in newest.steps if one.status is newest.status), None)
    where = f" at the step {step}" if step else ""
    yield NextStep(
        f"Look at the last run: it {_ended(newest.status)}{where}",
        newest.reason or "It gave no reason.",
        command=f"tfw run {newest.params_file} --resume {newest.id}",
    )


def _is_into(run: Run, database: str) -> bool:
    return isinstance(run, RunRecord) and run.database in (None, database)


def _ended(status: Status) -> str:
    return "failed" if status is Status.FAILED else "was interrupted"


def _begin(standing: Standing) -> Iterator[NextStep]:
    """The ways into an empty database."""
    if standing.demo_elsewhere:
        yield NextStep(
            "Look around in the demo",
            f"This database is empty; the demo's posts are in {DEMO_DATABASE}. Close JupyterLab "
            "and start it anew:",
            command=f"TFW_DATABASE={DEMO_DATABASE} make notebook",
        )
    else:
        yield NextStep(
            "See the whole workbench at work",
            "In five minutes, on an invented world, without credentials. In a terminal:",
            command="make run",
        )
    if standing.quota.problem is None:
        yield NextStep("Collect posts", "Write a query and press Start.", "01_query_posts")
    yield NextStep("Import posts", "If other tools have collected some.", "01_import_posts")
    yield NextStep(
        "Scrape posts", "From public pages, slowly, without credentials.", "02_scrape_posts"
    )
    if standing.quota.problem is not None:
        yield NextStep(
            "Collect posts from the Research API",
            f"Once you have access. {standing.quota.problem}",
            "01_query_posts",
        )


def _go_on(standing: Standing) -> Iterator[NextStep]:
    yield from _windows(standing)
    if standing.counts is not None:
        yield from _posts(standing)
    if standing.vocabulary is None:
        yield NextStep(
            "Learn a vocabulary",
            "Until then scoring takes the default vocabulary of everyday fashion words.",
            "04_learn_vocabulary",
        )
    if standing.labels < FEW_LABELS:
        yield NextStep(
            "Label posts",
            f"{thousands(standing.labels)} labels so far; precision and recall of the verdicts "
            f"need some {FEW_LABELS}.",
            "07_tune_thresholds",
        )


def _windows(standing: Standing) -> Iterator[NextStep]:
    for plan in standing.plans:
        if plan.silent:
            yield NextStep(
                f"Look at the silent zeros of {plan.query}",
                f"{len(plan.silent)} complete and empty, although their weekday usually is not, "
                f"the first one {plan.silent[0].day}.",
                "01_query_posts",
            )
    for plan in standing.plans:
        if plan.open:
            yield NextStep(
                f"Go on with {plan.query}: {thousands(plan.open)} windows are open",
                _when(standing),
                "01_query_posts",
            )
    for plan in standing.plans:
        failed = plan.states["failed"] + plan.states["truncated"]
        if failed and not plan.open:
            yield NextStep(
                f"See why {thousands(failed)} windows of {plan.query} are not complete",
                "The window table names the reasons; passing ones are tried again on another day.",
                "01_query_posts",
            )


def _when(standing: Standing) -> str:
    """When a collection from the API can go on."""
    if standing.quota.problem:
        return standing.quota.problem
    own = standing.quota.own
    if own is not None and not own.left:
        return "Today's requests are spent; there are new ones after 00:05 UTC."
    left = thousands(own.left) if own else "some"
    return f"Press Resume there; {left} requests are left today."


def _posts(standing: Standing) -> Iterator[NextStep]:
    counts = standing.counts
    assert counts is not None
    if waiting := counts.score_waiting:
        yield NextStep(
            f"Score {thousands(waiting)} posts", "They are new or have changed.", "05_score_posts"
        )
    if waiting := counts.comments_waiting:
        yield NextStep(
            f"Collect the comments of {thousands(waiting)} posts",
            "The most valuable ones come first, as far as the day reaches.",
            "03_collect_comments",
        )
    scored, written = counts.scored_at, standing.reported_at
    if scored and (written is None or written < scored):
        why = "There is none yet." if written is None else "Posts were scored since the last one."
        yield NextStep("Write a report", why, "08_report")
