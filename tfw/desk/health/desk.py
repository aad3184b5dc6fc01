"""How a collection is doing, live: windows with a Resume button, days, comments, reasons, quota.

    health = tfw.health_desk(store, query)
    health                                   # in a cell of its own, above the collection
    await health.collect(tfw.collect_videos, store, query, client)

It shows what the store holds, so a run of another process (`tfw run` in a terminal) is seen too.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, ParamSpec, TypeVar

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.access import access
from tfw.desk.background import in_background
from tfw.desk.counted import Counted, show
from tfw.desk.desk import Desk
from tfw.desk.health.day_bars import day_bars
from tfw.desk.health.days_view import alarms_view, days_table, odd_days_view
from tfw.desk.health.resume import Resume
from tfw.desk.health.view import (
    comments_view,
    feeds_view,
    health_style,
    quota_view,
    reasons_view,
    threads_view,
    windows_view,
)
from tfw.desk.messages import Message
from tfw.desk.pulse import Pulse
from tfw.errors import InputError
from tfw.report.shown import open_mask
from tfw.sources.allowances import pages_today, quota_today
from tfw.sources.day_counts import JudgedDay, judge_days
from tfw.sources.health import (
    WEB,
    PostFigures,
    Scope,
    collection_days,
    feeds,
    read_posts,
)
from tfw.sources.research.client import open_client
from tfw.sources.research.collect import CollectSummary, collect_videos
from tfw.sources.research.progress import (
    any_long,
    shown_state,
    thread_failures,
    threads_by_state,
    window_days,
)
from tfw.sources.research.query import VideoQuery
from tfw.sources.research.windows import WindowBook
from tfw.store import Store

P = ParamSpec("P")
R = TypeVar("R")
Document = dict[str, Any]

DAYS, COMMENTS = ("bars", "odd days", "every day"), ("comments", "reasons")
COUNTING = Markup('<p class="soft">Counting the posts …</p>')
WINDOWS_HEIGHT = "340px"
WORDS = {
    "days": "posts by day of posting",
    "collected": "new posts by day of collection",
}


class HealthDesk(Desk):
    """The state of one collection.

    Args:
        store: what is collected into.
        query: a query for videos; ``"web"`` for public pages; None for all that is stored.
        watched: as :class:`tfw.desk.desk.Desk`'s.
    """

    def __init__(self, store: Store, query: Scope = None, *, watched: bool | None = None) -> None:
        if not (query is None or query == WEB or isinstance(query, VideoQuery)):
            raise InputError(
                f"query is {query!r}; give a query for videos (tfw.read_query), "
                f'"{WEB}" for public pages, or None for all that is stored.'
            )
        super().__init__(watched=watched)
        self._store, self._query = store, query
        self._book = WindowBook(store, query) if isinstance(query, VideoQuery) else None
        # Of a query the days matter most, of all that is stored the comments.
        below = (*DAYS, *COMMENTS) if self._book else (*COMMENTS, *DAYS)
        self._order = ("alarms", "quota", "windows", *below)
        self._posts = Counted(partial(read_posts, store, query), self._counted)
        self._mask = open_mask("pseudonymise")
        self._at_work = 0
        self._message = Message()

    async def collect(self, collector: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What a collector returns; it works beside the cell that awaits it.

        So the desk goes on showing what comes, and an interruption of the kernel reaches it.
        """
        with self.working():
            return await in_background(collector, *args, **kwargs)

    def outcome(self) -> "HealthDesk | None":
        """This desk, to be shown after a run that nobody watched; None where it is live already."""
        return None if self.watched else self

    @contextmanager
    def working(self) -> Iterator[None]:
        """While this lasts something is collected; the figures are counted anew after it."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1
            self._posts.forget()
            if self._view is not None:
                self.refresh()

    def refresh(self, *, everything: bool = False) -> None:
        """Show how things stand now.

        The posts are counted again when something changed, in a thread of its own, because that
        takes seconds where there are many; with ``everything`` they are counted before this ends.
        """
        self.view  # noqa: B018 - makes the widgets
        self._fill(everything=everything)

    def _fill(self, *, everything: bool = False) -> None:
        with self._message.errors():
            windows = self._windows()
            self._posts.count(self._signature(windows), at_once=everything)
            for name, html in self._parts(windows).items():
                show(self._html[name], html)
            self.resume.follow(windows, busy=self._at_work > 0)

    def build(self) -> widgets.Widget:
        """The widgets."""
        self.resume = Resume(self._collect_windows, self.working, self._message)
        self._html = {name: widgets.HTML() for name in self._order}
        self._html["windows"].layout = widgets.Layout(max_height=WINDOWS_HEIGHT, overflow="auto")
        self._html["windows"].tabbable = True
        every_day = widgets.Accordion(
            children=[self._html["every day"]], titles=["Every day as a table"]
        )
        self._pulse = Pulse(self.refresh)
        parts = [every_day if name == "every day" else self._html[name] for name in self._order]
        rows = [widgets.HTML(health_style(), layout={"display": "none"}), access().row()]
        if self._book is not None:
            rows.append(self.resume.widget)
        rows += [self._message.widget, *parts, self._pulse]
        access().on_unlock(self.refresh)
        self._fill()
        return widgets.VBox(rows)

    def static(self) -> Markup:
        """The same without controls."""
        windows = self._windows()
        self._posts.count(None, at_once=True)
        parts = self._parts(windows)
        return health_style() + Markup("").join(
            parts[name] for name in self._order if name != "every day"
        )

    def _collect_windows(self, most: int | None) -> CollectSummary:
        assert isinstance(self._query, VideoQuery)
        with open_client(self._store) as client:
            return collect_videos(
                self._store, self._query, client, max_requests=most, progress=False
            )

    def _counted(self) -> None:
        if self._view is not None:
            self.refresh()

    def _windows(self) -> list[Document]:
        return [] if self._book is None else self._book.all()

    def _signature(self, windows: Sequence[Document]) -> object:
        """What differs when something was collected; read from small collections."""
        return (
            tuple((gauge.name, gauge.used) for gauge in quota_today(self._store).gauges),
            pages_today(self._store).used,
            tuple((window["_id"], window["state"], window["delivered"]) for window in windows),
            (self._store.latest("imports") or {}).get("_id"),
        )

    def _days(self, windows: Sequence[Document]) -> list[JudgedDay]:
        figures = self._posts.figures or PostFigures()
        if self._book is not None:
            created = figures.created if any_long(windows) else None
            return judge_days(window_days(windows, created))
        return judge_days(collection_days(self._store, figures, self._query))

    def _parts(self, windows: Sequence[Document]) -> dict[str, Markup]:
        figures = self._posts.figures
        days = self._days(windows)
        what = WORDS["days" if self._book is not None else "collected"]
        return {
            "alarms": alarms_view(days),
            "quota": quota_view(
                quota_today(self._store), None if self._book else pages_today(self._store)
            ),
            "windows": self._progress(windows),
            "bars": _headed(f"Rows per day: {what}", day_bars(days, what)),
            "odd days": odd_days_view(days),
            "every day": days_table(days, f"Every day: {what}", "No days yet."),
            "comments": _headed("Comments", comments_view(figures) if figures else COUNTING),
            "reasons": reasons_view(self._reasons(windows, figures or PostFigures())),
        }

    def _progress(self, windows: Sequence[Document]) -> Markup:
        if self._book is not None:
            return windows_view(windows, self._mask.text)
        if self._query == WEB:
            return feeds_view(feeds(self._store))
        return threads_view(threads_by_state(self._store))

    def _reasons(
        self, windows: Sequence[Document], figures: PostFigures
    ) -> Counter[tuple[str, str, str]]:
        found: Counter[tuple[str, str, str]] = Counter()
        for window in windows:
            if window.get("reason"):
                found["window", shown_state(window), self._mask.text(window["reason"])] += 1
        for (state, reason), count in figures.reasons.items():
            found["comments of a post", state, self._mask.text(reason)] += count
        if self._query is None:
            for (state, reason), count in thread_failures(self._store).items():
                found["comments of a post (API)", state, self._mask.text(reason)] += count
        return found


def health_desk(store: Store, query: Scope = None, *, watched: bool | None = None) -> HealthDesk:
    """The state of a collection; show it in a cell of its own, above the one that collects.

    Args:
        store: what is collected into.
        query: a query for videos; ``"web"`` for public pages; None for all that is stored.
        watched: whether a person is there; found out by itself when not given.

    Raises:
        InputError: the query is none of these.
    """
    return HealthDesk(store, query, watched=watched)


def _headed(title: str, body: Markup) -> Markup:
    return Markup("<h4>{}</h4>{}").format(title, body) if body else Markup("")
