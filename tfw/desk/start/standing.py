"""Where the project stands: everything that the start page shows and takes its advice from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pymongo.errors import PyMongoError

from tfw.connection import clear_errors
from tfw.desk.start.store_counts import StoreCounts
from tfw.errors import SettingsError
from tfw.project import Project
from tfw.runs.history import UnreadableRun, list_runs
from tfw.runs.record import BY_HAND, RECORD_NAME, REPORT_NAME, RunRecord, Status
from tfw.settings import Settings
from tfw.sources.allowances import Gauge, QuotaToday, pages_today, quota_today
from tfw.sources.day_counts import JudgedDay, judge_days, silent_zeros
from tfw.sources.research.progress import shown_state, window_days
from tfw.sources.research.windows import COLLECTION as WINDOWS
from tfw.sources.research.windows import OPEN
from tfw.store import Store

Run = RunRecord | UnreadableRun

DEMO_DATABASE = "tfw_demo"
WINDOW_FIELDS = (
    "fingerprint", "query", "state", "lease", "cursor", "start_date", "end_date", "delivered",
    "embargo", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class PlanState:
    """The windows of one query by state, and its silent zeros."""

    query: str
    states: Counter[str]
    open: int
    silent: tuple[JudgedDay, ...]


@dataclass(frozen=True)
class Standing:
    """The state of the project; ``counts`` is None until the posts are counted.

    ``demo_elsewhere`` says that this database is empty and the demo's is not, ``project_problem``
    what is wrong with the project's file.
    """

    database: str
    empty: bool
    demo_elsewhere: bool
    plans: tuple[PlanState, ...]
    quota: QuotaToday
    pages: Gauge
    runs: tuple[Run, ...]
    vocabulary: str | None
    labels: int
    reported_at: datetime | None
    counts: StoreCounts | None = None
    project: Project = field(default_factory=Project)
    project_problem: str = ""

    @property
    def is_demo(self) -> bool:
        """Whether this is the database of the demo's invented world."""
        return self.database == DEMO_DATABASE

    @property
    def running(self) -> RunRecord | None:
        """A run that goes on."""
        for run in self.runs:
            if isinstance(run, RunRecord) and run.status is Status.RUNNING:
                return run
        return None


class RunList:
    """The runs of a project, read again when one of their records has changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: list[tuple[str, float]] | None = None
        self._runs: tuple[Run, ...] = ()

    def read(self) -> tuple[Run, ...]:
        """All runs, the newest first; a run that goes on is always looked at again."""
        seen = sorted(
            (path.parent.name, _changed_at(path))
            for path in self._settings.outputs.glob(f"*/{RECORD_NAME}")
        )
        going_on = any(_status(run) is Status.RUNNING for run in self._runs)
        if seen != self._seen or going_on:
            self._runs, self._seen = tuple(list_runs(self._settings)), seen
        return self._runs


def read_standing(store: Store, settings: Settings, runs: tuple[Run, ...]) -> Standing:
    """How things stand now, but for the counts of posts, which take longer."""
    empty = _is_empty(store)
    project, problem = _project(settings)
    return Standing(
        database=store.database.name,
        empty=empty,
        demo_elsewhere=empty and store.database.name != DEMO_DATABASE and _has_demo(store),
        plans=tuple(read_plans(store)),
        quota=quota_today(store),
        pages=pages_today(store),
        runs=runs,
        vocabulary=_vocabulary(store),
        labels=store.count("labels"),
        reported_at=_reported_at(runs, settings),
        project=project,
        project_problem=problem,
    )


def read_plans(store: Store) -> list[PlanState]:
    """The plans of all queries, those with open windows first."""
    with clear_errors("read windows"):
        found = list(store.database[WINDOWS].find({}, dict.fromkeys(WINDOW_FIELDS, 1)))
    by_query: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for window in found:
        by_query[window["fingerprint"]].append(window)
    plans = [_plan(windows) for windows in by_query.values()]
    return sorted(plans, key=lambda plan: (not plan.open, plan.query))


def _plan(windows: Iterable[Mapping[str, Any]]) -> PlanState:
    listed = sorted(windows, key=lambda window: window["start_date"])
    return PlanState(
        query=str(listed[-1]["query"]),
        states=Counter(shown_state(window) for window in listed),
        open=sum(window["state"] in OPEN for window in listed),
        silent=tuple(silent_zeros(judge_days(window_days(listed)))),
    )


def _project(settings: Settings) -> tuple[Project, str]:
    """What the project's file says, and what is wrong with it."""
    try:
        return Project.load(settings), ""
    except SettingsError as error:
        return Project(), str(error)


def _is_empty(store: Store) -> bool:
    """Whether there are no posts; where there are many, a note of their pages says so at once."""
    with clear_errors("look for posts"):
        return all(
            store.database[name].find_one({}, {"_id": 1}) is None for name in ("pages", "posts")
        )


def _has_demo(store: Store) -> bool:
    try:
        demo = store.database.client[DEMO_DATABASE]
        return any(demo[name].find_one({}, {"_id": 1}) for name in ("pages", "posts"))
    except PyMongoError:  # a MongoDB account may be for one database alone
        return False


def _vocabulary(store: Store) -> str | None:
    """The name of the newest vocabulary that was learnt, without its map of topics."""
    with clear_errors("read vocabularies"):
        newest = store.database["vocabularies"].find_one(
            {}, {"name": 1}, sort=[("created_at", -1), ("_id", -1)]
        )
    return str(newest["name"]) if newest else None


def _reported_at(runs: Iterable[Run], settings: Settings) -> datetime | None:
    """When the newest report was written."""
    pages = [settings.outputs / run.id / REPORT_NAME for run in runs if isinstance(run, RunRecord)]
    times = [_changed_at(page) for page in [*pages, settings.outputs / BY_HAND / REPORT_NAME]]
    newest = max(times)
    return datetime.fromtimestamp(newest, UTC) if newest else None


def _changed_at(path: Path) -> float:
    """The time of the last change, in seconds; 0 where there is no such file."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _status(run: Run) -> Status | None:
    return run.status if isinstance(run, RunRecord) else None
