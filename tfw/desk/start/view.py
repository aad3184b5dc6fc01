"""The pieces of the start page as HTML."""

import json
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from tfw.desk.health.view import nowrap, state_mark, words
from tfw.desk.start.disk import DiskUse, size
from tfw.desk.start.next_steps import NextStep
from tfw.desk.start.standing import PlanState, Run, Standing
from tfw.desk.start.store_counts import StoreCounts
from tfw.desk.tables import Column, table
from tfw.plain import one_line
from tfw.report.formats import moment, thousands
from tfw.runs.display import duration
from tfw.runs.record import REPORT_NAME, RunRecord
from tfw.settings import Settings

STATES = ("complete", "partial", "pending", "off", "unavailable", "blocked")
REASON_LENGTH = 240
START_NOTEBOOK = "00_start_here"


class Links:
    """Addresses of the project's files, from the folder of the page that shows them."""

    def __init__(self, settings: Settings, page_folder: Path) -> None:
        self._settings, self._folder = settings, page_folder.resolve()

    def to(self, path: Path, text: str) -> Markup:
        """A link to a file, or the text alone where there is no such file."""
        if not path.exists():
            return Markup.escape(text)
        address = quote(Path(os.path.relpath(path.resolve(), self._folder)).as_posix())
        return Markup('<a class="nowrap" href="{}">{}</a>').format(address, text)

    def notebook(self, name: str) -> Markup:
        """A link to a notebook of the project."""
        return self.to(self._settings.notebooks / f"{name}.ipynb", name)


class NotebookCard(NamedTuple):
    """A notebook's name, and what its first cell says that it does."""

    name: str
    about: str


def notebooks(settings: Settings) -> list[NotebookCard]:
    """The notebooks of the project in their order, without the start page."""
    paths = sorted(settings.notebooks.glob("*.ipynb"))
    return [NotebookCard(path.stem, _about(path)) for path in paths if path.stem != START_NOTEBOOK]


def steps_view(steps: Sequence[NextStep], links: Links) -> Markup:
    """What to do next, as a list."""
    items = Markup("").join(_step(step, links) for step in steps)
    return Markup('<h4>What to do next</h4><ol class="next">{}</ol>').format(items)


def _step(step: NextStep, links: Links) -> Markup:
    where = Markup(" → {}").format(links.notebook(step.notebook)) if step.notebook else Markup("")
    command = Markup(" <code>{}</code>").format(step.command) if step.command else Markup("")
    return Markup('<li><bdi>{}</bdi>{} <span class="soft"><bdi>{}</bdi>{}</span></li>').format(
        one_line(step.what), where, _short(step.why), command
    )


def tiles_view(standing: Standing) -> Markup:
    """The few numbers that matter most."""
    total = standing.counts.total if standing.counts else None
    own = standing.quota.own
    tiles = [
        (total.posts if total else None, "posts"),
        (total.comments if total else None, "comments stored"),
        (total.scored if total else None, "scored"),
        (total.fashion if total else None, "about fashion"),
        (own.left if own else None, "requests left today"),
        (sum(plan.open for plan in standing.plans), "windows open"),
    ]
    body = Markup("").join(
        Markup('<div class="tile"><b>{}</b><span>{}</span></div>').format(thousands(number), name)
        for number, name in tiles
    )
    return Markup('<div class="tiles">{}</div>').format(body)


def counts_view(counts: StoreCounts) -> Markup:
    """Posts by source and state: those of their scores, then those of their comments."""
    listed = {nowrap(one_line(name)): one for name, one in sorted(counts.sources.items())}
    if len(listed) > 1:
        listed[nowrap("all sources")] = counts.total
    scores = table(
        [
            Column("source"),
            Column("posts", number=True),
            Column("scored", number=True),
            Column("to be scored", number=True, hint="new, or changed since they were scored"),
            Column("fashion", number=True),
            Column("comments stored", number=True),
        ],
        (
            [name, one.posts, one.scored, one.posts - one.scored, one.fashion, one.comments]
            for name, one in listed.items()
        ),
        caption="Posts by source and state of their scores",
        empty="No posts yet.",
    )
    if not listed:
        return scores
    return scores + table(
        [Column("source"), *(Column(state, number=True) for state in STATES)],
        ([name, *(one.states[state] for state in STATES)] for name, one in listed.items()),
        caption="Posts by source and state of their comments",
    )


def plans_view(plans: Iterable[PlanState]) -> Markup:
    """The queries that were planned, and how far each is."""
    rows = [
        [
            one_line(plan.query),
            sum(plan.states.values()),
            plan.states["complete"],
            plan.open,
            plan.states["truncated"],
            plan.states["failed"],
            len(plan.silent),
        ]
        for plan in plans
    ]
    if not rows:
        return Markup("")
    titles = ("windows", "complete", "open", "truncated", "failed", "silent zeros")
    return table(
        [Column("query"), *(Column(title, number=True) for title in titles)],
        rows,
        caption="Queries by state of their windows",
    )


def runs_view(runs: Sequence[Run], links: Links, settings: Settings, most: int) -> Markup:
    """The last runs with their outcome."""
    body = table(
        [
            Column("run"),
            Column("outcome"),
            Column("started"),
            Column("took", number=True),
            Column("steps", number=True),
            Column("what happened"),
            Column("results"),
        ],
        (_run_row(run, links, settings) for run in runs[:most]),
        caption=f"The last runs, {len(runs)} in all",
        empty="No runs yet. In a terminal: make run, or tfw run params/daily.yaml.",
    )
    index = settings.outputs / "index.html"
    more = links.to(index, "all runs") if index.exists() else Markup("")
    return Markup("<h4>Runs</h4>{}{}").format(body, more)


def _run_row(run: Run, links: Links, settings: Settings) -> list[object]:
    if not isinstance(run, RunRecord):
        return [run.id, state_mark("unreadable"), None, None, None, _short(run.reason), ""]
    folder = settings.outputs / run.id
    report = folder / REPORT_NAME
    found = [links.to(report, "report")] if report.exists() else []
    found += [
        links.to(folder / step.output, step.name)
        for step in run.steps
        if step.error and (folder / step.output).exists()
    ]
    return [
        Markup('<bdi dir="auto" class="title">{}</bdi>').format(one_line(run.title or run.id)),
        state_mark(run.status.value),
        nowrap(moment(run.created_at)),
        duration(run.seconds),
        run.steps_done,
        words(_short(run.reason or _at(run))),
        Markup(", ").join(found),
    ]


def _at(run: RunRecord) -> str:
    """The step that a run is at."""
    return next((f"at {s.name}" for s in run.steps if s.status.value == "running"), "")


def disk_view(disk: DiskUse, standing: Standing, settings: Settings) -> Markup:
    """The room taken, and what is known about keeping and deleting."""
    where = (
        "the embedded server's folder, all databases of this project"
        if disk.embedded
        else "as the MongoDB server says"
    )
    rows = [
        ["database", size(disk.database), where],
        ["outputs", size(disk.outputs), "reports, exports and executed notebooks of all runs"],
        ["free", size(disk.free), "on the disk of the project folder"],
    ]
    taken = table(
        [Column("what"), Column("size", number=True), Column("")], rows, caption="Disk use"
    )
    return Markup("<h4>Disk and retention</h4>{}{}").format(taken, retention_view(standing))


def retention_view(standing: Standing) -> Markup:
    """Until when data may be kept, how long it was, and how what is gone is found."""
    counts = standing.counts
    oldest = counts.oldest if counts else None
    gone = thousands(counts.gone) if counts else "–"
    return _until(standing) + Markup(
        "<p>Oldest stored post collected: {}. Posts that the platform no longer has, as far as "
        "rechecks have seen: {}.</p>"
        '<p class="soft"><code>tfw.recheck(store, tfw.open_client(store))</code> asks TikTok which '
        "posts are still there and marks those that are gone; with <code>"
        'action="delete"</code> they are deleted with their comments, as TikTok\'s terms ask.</p>'
    ).format(moment(oldest), gone)


def _until(standing: Standing) -> Markup:
    if standing.project_problem:
        return Markup('<p class="message error">{}</p>').format(standing.project_problem)
    left = standing.project.days_left(datetime.now(UTC).date())
    if left is None:
        return Markup(
            "<p>No retention date is set. Until when data may be kept is your project's decision: "
            "write the day into <code>params/project.yaml</code>, and this page reminds of it.</p>"
        )
    when = f"{thousands(left)} days from today" if left > 0 else "today" if not left else "past"
    return Markup("<p>The data may be kept until <strong>{}</strong> ({}).</p>").format(
        standing.project.retention_date, when
    )


def notebooks_view(cards: Iterable[NotebookCard], links: Links) -> Markup:
    """The notebooks, each with what it does."""
    return Markup("<h4>Notebooks</h4>{}").format(
        table(
            [Column("notebook"), Column("what it does")],
            ([links.notebook(card.name), card.about] for card in cards),
            caption="In the order of the work",
            empty="There are no notebooks in this project's folder.",
        )
    )


def _about(path: Path) -> str:
    """The first sentence of a notebook's first cell below its title."""
    try:
        cell = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
        lines = "".join(cell["source"]).splitlines()
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return "This file cannot be read as a notebook."
    text = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return one_line(text.split(". ")[0].rstrip(".") + "." if text else "")


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"
