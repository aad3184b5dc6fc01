"""The start page: where the project stands, what to do next, and where everything is.

tfw.start_desk(store)
"""

import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.counted import Counted, show
from tfw.desk.desk import Desk
from tfw.desk.health.view import health_style, quota_view
from tfw.desk.messages import Message
from tfw.desk.pulse import Pulse
from tfw.desk.start.disk import DiskUse, disk_use
from tfw.desk.start.next_steps import next_steps
from tfw.desk.start.standing import RunList, Standing, read_standing
from tfw.desk.start.store_counts import StoreCounts, count_store
from tfw.desk.start.view import (
    Links,
    counts_view,
    disk_view,
    notebooks,
    notebooks_view,
    plans_view,
    runs_view,
    steps_view,
    tiles_view,
)
from tfw.errors import ParameterError
from tfw.settings import Settings, load_settings
from tfw.store import Store

Figures = tuple[StoreCounts, DiskUse]
EVERY_SECONDS = 5.0
LISTED_RUNS = 6
COUNTING = Markup('<p class="soft">Counting the posts …</p>')
STAND_INS = {"TFW_RESEARCH_API_URL": "Research API", "TFW_TIKTOK_URL": "public pages"}
# Those with links are drawn by JupyterLab, which opens a linked notebook in a tab of its own.
LINKED = ("steps", "runs", "notebooks")
PARTS = ("where", "tiles", "steps", "counts", "plans", "quota", "runs", "disk", "notebooks")


class StartDesk(Desk):
    """The start page of a project.

    Args:
        store: its database.
        runs: how many of the last runs are listed.
        watched: as :class:`tfw.desk.desk.Desk`'s.
    """

    def __init__(
        self, store: Store, *, runs: int = LISTED_RUNS, watched: bool | None = None
    ) -> None:
        if isinstance(runs, bool) or not isinstance(runs, int) or runs < 1:
            raise ParameterError(f"runs is {runs!r}; it is a whole number from 1.")
        super().__init__(watched=watched)
        self._store, self._settings, self._listed_runs = store, load_settings(), runs
        self._figures: Counted[Figures] = Counted(
            partial(_count, store, self._settings), self._counted
        )
        self._runs = RunList(self._settings)

    def refresh(self, *, everything: bool = False) -> None:
        """Show how things stand now; ``everything`` waits for the counts of the posts."""
        self.view  # noqa: B018 - makes the widgets
        self._fill(everything=everything)

    def _fill(self, *, everything: bool = False) -> None:
        with self._message.errors():
            for name, html in self._parts(everything=everything).items():
                self._show(name, html)

    def build(self) -> widgets.Widget:
        """The widgets."""
        self._message = Message()
        self._html = {name: widgets.HTML() for name in PARTS if name not in LINKED}
        self._linked = {name: widgets.Output() for name in LINKED}
        self._pulse = Pulse(self.refresh, every=EVERY_SECONDS)
        self._fill()
        drawn = [self._linked.get(name) or self._html[name] for name in PARTS]
        style = widgets.HTML(health_style(), layout={"display": "none"})
        return widgets.VBox([style, self._message.widget, *drawn, self._pulse])

    def static(self) -> Markup:
        """The same on paper."""
        return health_style() + Markup("").join(self._parts(everything=True).values())

    def _parts(self, *, everything: bool) -> dict[str, Markup]:
        standing = read_standing(self._store, self._settings, self._runs.read())
        self._figures.count(self._signature(standing), at_once=everything)
        counts, disk = self._figures.figures or (None, None)
        standing = replace(standing, counts=counts)
        links = Links(self._settings, self._page_folder())
        return {
            "where": _where(standing, self._settings),
            "tiles": tiles_view(standing),
            "steps": steps_view(next_steps(standing), links),
            "counts": Markup("<h4>Posts</h4>{}").format(
                counts_view(counts) if counts else COUNTING
            ),
            "plans": plans_view(standing.plans),
            "quota": Markup("<h4>Left today</h4>{}").format(
                quota_view(standing.quota, standing.pages)
            ),
            "runs": runs_view(standing.runs, links, self._settings, self._listed_runs),
            "disk": disk_view(disk, standing, self._settings) if disk else Markup(""),
            "notebooks": notebooks_view(notebooks(self._settings), links),
        }

    def _page_folder(self) -> Path:
        """The folder that links start from: that of the notebook, or of the executed copy."""
        run = os.environ.get("TFW_RUN_FOLDER")
        return Path(run) if run and not self.watched else Path.cwd()

    def _show(self, name: str, html: Markup) -> None:
        if name not in LINKED:
            return show(self._html[name], html)
        outputs = (
            {
                "output_type": "display_data",
                "data": {"text/plain": "", "text/html": str(html)},
                "metadata": {},
            },
        )
        if self._linked[name].outputs != outputs:
            self._linked[name].outputs = outputs

    def _signature(self, standing: Standing) -> object:
        """What differs when something was collected, imported, scored or reported."""
        return replace(standing, counts=None), (self._store.latest("imports") or {}).get("_id")

    def _counted(self) -> None:
        if self._view is not None:
            self.refresh()


def start_desk(store: Store, *, runs: int = LISTED_RUNS, watched: bool | None = None) -> StartDesk:
    """Where the project stands and what to do next; the last line of a notebook's cell.

    Args:
        store: the database.
        runs: how many of the last runs are listed.
        watched: whether a person is there; found out by itself when not given.

    Raises:
        ParameterError: ``runs`` is no number of runs.
    """
    return StartDesk(store, runs=runs, watched=watched)


def _count(store: Store, settings: Settings) -> Figures:
    return count_store(store), disk_use(store, settings)


def _where(standing: Standing, settings: Settings) -> Markup:
    """Which database this is, whether its world is invented, and whether a run goes on."""
    server = "a MongoDB server" if settings.mongodb_uri else "the embedded server"
    parts = [
        Markup("<p>Database <strong>{}</strong> on {}{}</p>").format(
            standing.database,
            server,
            ": the demo's invented world, nothing here is about real people."
            if standing.is_demo
            else ".",
        )
    ]
    for variable, what in STAND_INS.items():
        if host := urlsplit(os.environ.get(variable, "")).netloc:
            parts.append(
                Markup(
                    '<p class="message warning">{}: a stand-in at <bdi>{}</bdi> ({}).</p>'
                ).format(what, host, variable)
            )
    if (run := standing.running) is not None:
        parts.append(
            Markup(
                '<p class="message info" role="status">A run goes on: <bdi>{}</bdi>, {} steps '
                "done.</p>"
            ).format(run.title, run.steps_done)
        )
    return Markup("").join(parts)
