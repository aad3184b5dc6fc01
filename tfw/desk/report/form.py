"""The choices for a report as a form: which posts, which sections, which files, how people show."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import ipywidgets as widgets

from tfw.connection import clear_errors
from tfw.desk.numbers import parse_whole
from tfw.errors import InputError
from tfw.plain import one_line
from tfw.privacy import PrivacyLevel
from tfw.report.choices import ALWAYS, EXPORTS, SECTIONS, ReportChoice
from tfw.report.diff_files import PREVIOUS
from tfw.store import Store

PRIVACY = {
    PrivacyLevel.PSEUDONYMISE.value: "pseudonyms",
    PrivacyLevel.REDACT.value: "no names at all",
    PrivacyLevel.KEEP.value: "names as they are (say why)",
}
SCOPES = {
    "all": "all posts (cumulative)",
    "run": "of one run: collected, comments read, or scored",
    "new": "of one run: collected for the first time",
}
FILES = {
    "4cat": "posts-4cat.csv (4CAT's column names)",
    "ids": "post-ids.txt and .csv (ids alone, for sharing)",
}
NONE = "no other run"
WIDE = {"description_width": "8.5em"}
LIST_ROWS = 4
NO_LIMIT = '<span class="soft">Nothing chosen: no limit. Several with Ctrl or Shift.</span>'


class ReportForm:
    """The form; :attr:`widget` is what to show, :meth:`choice` what was chosen.

    Args:
        store: whose sources and queries can be chosen.
        choice: what the form begins with.
        runs: the ids of runs whose posts can be chosen, the newest first.
        compared: the ids of runs to compare with, the newest first.
    """

    def __init__(
        self, store: Store, choice: ReportChoice, runs: Sequence[str], compared: Sequence[str]
    ) -> None:
        self.title = _text("Title", choice.title)
        self.best_posts = _text("Best posts", str(choice.best_posts))
        self.privacy = _list("People", PRIVACY, choice.privacy)
        self.reason = _text("Reason", choice.reason)
        self.scope = _list("Posts", SCOPES if runs else {"all": SCOPES["all"]}, choice.scope)
        self.run = _list("Run", {run: run for run in runs}, runs[0] if runs else None)
        self.since = _date("Posted from", choice.since)
        self.until = _date("Posted until", choice.until)
        self.sources = _several("Sources", _known(store, "source"), choice.sources)
        self.queries = _several("Queries", _known(store, "queries"), choice.queries)
        others = {"": NONE, PREVIOUS: "the run before"} | {run: run for run in compared}
        self.compare_with = _list("Compare with", others, choice.compare_with)
        self.sections = {name: _check(words, name, choice) for name, words in SECTIONS.items()}
        self.exports = {
            name: widgets.Checkbox(
                name in choice.exports,
                description=FILES[name],
                indent=False,
                layout={"width": "auto"},
            )
            for name in EXPORTS
        }
        self.widget = self._laid_out()
        self._show_needed()
        self.privacy.observe(self._show_needed, "value")
        self.scope.observe(self._show_needed, "value")

    @property
    def controls(self) -> list[widgets.Widget]:
        """All that can be changed, to be switched off for who may not write."""
        named = (
            self.title, self.best_posts, self.privacy, self.reason, self.scope, self.run,
            self.since, self.until, self.sources, self.queries, self.compare_with,
        )  # fmt: skip
        return [
            *named,
            *(box for name, box in self.sections.items() if name not in ALWAYS),
            *self.exports.values(),
        ]

    def choice(self) -> ReportChoice:
        """What was chosen.

        Raises:
            InputError: the number of best posts is none.
            ParameterError: values that do not go together, such as names without a reason.
        """
        best = parse_whole(self.best_posts.value)
        if best < 0:
            raise InputError(f"Best posts is {best}; give 0 or more.")
        return ReportChoice(
            title=self.title.value.strip() or ReportChoice().title,
            sections=tuple(name for name, box in self.sections.items() if box.value),
            privacy=self.privacy.value,
            reason=self.reason.value,
            best_posts=best,
            scope=self.scope.value,
            since=_iso(self.since.value),
            until=_iso(self.until.value),
            sources=self.sources.value,
            queries=self.queries.value,
            exports=tuple(name for name, box in self.exports.items() if box.value),
            compare_with=self.compare_with.value,
        )

    def _show_needed(self, _: object = None) -> None:
        """The reason is asked for names alone, the run for posts of a run alone."""
        keeps = self.privacy.value == PrivacyLevel.KEEP.value
        self.reason.layout.display = None if keeps else "none"
        self.run.layout.display = "none" if self.scope.value == "all" else None

    def _laid_out(self) -> widgets.Widget:
        lists = [box for box in (self.sources, self.queries) if box.options]
        posts = [self.scope, self.run, self.since, self.until, *lists, widgets.HTML(NO_LIMIT)]
        page = [self.title, self.best_posts, self.privacy, self.reason, self.compare_with]
        columns = [
            _column("Which posts", posts),
            _column("The page", page),
        ]
        columns[1].children += tuple(_column("More files", list(self.exports.values())).children)
        beside = {"flex_flow": "row wrap", "grid_gap": "0 28px"}
        sections = widgets.HBox(list(self.sections.values()), layout={"flex_flow": "row wrap"})
        return widgets.VBox(
            [widgets.HBox(columns, layout=beside), widgets.HTML("<h4>Sections</h4>"), sections]
        )


def _known(store: Store, field: str) -> list[str]:
    """The different values of a field of posts."""
    with clear_errors("read what can be chosen"):
        steps: list[Mapping[str, Any]] = [{"$group": {"_id": f"${field}"}}]
        if field == "queries":
            steps.insert(0, {"$unwind": "$queries"})
        found = store.database["posts"].aggregate(steps)
        return sorted(str(row["_id"]) for row in found if row["_id"] is not None)


def _column(title: str, parts: Sequence[widgets.Widget]) -> widgets.Widget:
    heading = widgets.HTML(f"<h4>{title}</h4>")
    return widgets.VBox([heading, *parts], layout={"width": "27em"})


def _text(name: str, value: str) -> widgets.Text:
    return widgets.Text(value, description=name, style=WIDE, layout={"width": "26em"})


def _list(name: str, options: dict[str, str], value: str | None) -> widgets.Dropdown:
    shown = [(words, key) for key, words in options.items()]
    chosen = value if value in options else next(iter(options), None)
    return widgets.Dropdown(
        options=shown, value=chosen, description=name, style=WIDE, layout={"width": "26em"}
    )


def _several(name: str, options: list[str], value: Sequence[str]) -> widgets.SelectMultiple:
    return widgets.SelectMultiple(
        options=[(one_line(option), option) for option in options],
        value=[one for one in value if one in options],
        rows=min(max(len(options), 2), LIST_ROWS),
        description=name,
        tooltip=f"{name}: with none chosen all posts go in",
        style=WIDE,
        layout={"width": "26em"},
    )


def _date(name: str, value: str) -> widgets.DatePicker:
    day = date.fromisoformat(value) if value else None
    return widgets.DatePicker(value=day, description=name, style=WIDE, layout={"width": "26em"})


def _check(words: str, name: str, choice: ReportChoice) -> widgets.Checkbox:
    always = name in ALWAYS
    return widgets.Checkbox(
        name in choice.sections,
        description=words + (" (always)" if always else ""),
        disabled=always,
        indent=False,
        layout={"width": "22em"},
    )


def _iso(day: Any) -> str:  # noqa: ANN401 - a traitlet
    return day.isoformat() if day else ""
