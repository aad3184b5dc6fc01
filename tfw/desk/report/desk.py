"""The desk of the report: choose what goes in, write it, read it, compare two runs.

desk = tfw.report_desk(store, tfw.run_folder(), tfw.ReportChoice(title="Autumn looks"))
desk.write()
desk
"""

import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.access import access
from tfw.desk.desk import Desk
from tfw.desk.messages import Message
from tfw.desk.report.compare import CompareRuns
from tfw.desk.report.files import files_html, methods_html, written_html
from tfw.desk.report.form import ReportForm
from tfw.desk.report.frame import ReportFrame, check_shown, written_reports
from tfw.desk.tables import Column, table
from tfw.report.choices import ReportChoice
from tfw.report.diff_files import COLUMNAR
from tfw.report.formats import thousands
from tfw.report.html import ReportFiles, headline, write_report
from tfw.runs.history import folders_with, list_runs, load_run
from tfw.runs.record import RunRecord
from tfw.store import Store

__all__ = ["ReportDesk", "report_desk"]

READ_ONLY = "Below are the reports that were written; nothing is written from a read-only page."
NONE_YET = "No report has been written yet. Press “Write the report”."
SHOWN_RUNS = 30


class ReportDesk(Desk):
    """What :func:`report_desk` gives.

    Attributes:
        choice: what goes into the report.
        files: what was written last; None before.
    """

    def __init__(
        self,
        store: Store,
        folder: Path,
        choice: ReportChoice | None = None,
        *,
        run: Mapping[str, Any] | None = None,
        watched: bool | None = None,
    ) -> None:
        super().__init__(watched=watched)
        self.choice = choice or ReportChoice()
        self.files: ReportFiles | None = None
        self._store, self._folder, self._run = store, folder, run
        self._message = Message()
        self._worker: threading.Thread | None = None

    def __repr__(self) -> str:
        return f"ReportDesk({self.files.html if self.files else 'nothing written yet'})"

    @property
    def counts(self) -> dict[str, int]:
        """What the run's record says of the report; empty where none was written."""
        if self.files is None:
            return {}
        figures = self.files.figures
        return {"posts_in": len(figures.posts), "fashion_posts": figures.fashion}

    def write(self, *, progress: bool = False) -> ReportFiles | None:
        """Write the report as chosen; None on a page that is read-only, which writes nothing.

        Raises:
            ParameterError: a choice that cannot be used.
            StoreError: the database cannot be read.
        """
        if not access().may_write:
            self._message.say(READ_ONLY)
            return None
        self.files = write_report(
            self._store, self._folder, self.choice, run=self._run, progress=progress
        )
        return self.files

    def build(self) -> widgets.Widget:
        """The form, the button, and below the report, its files, the methods, a comparison."""
        self._form = ReportForm(self._store, self.choice, _runs_to_choose(), _runs_to_compare())
        self._button = widgets.Button(
            description="Write the report",
            button_style="primary",
            icon="file",
            layout={"width": "14em"},
        )
        self._button.on_click(self._on_write)
        self._frame, self._files = ReportFrame(), widgets.HTML()
        self._methods, self._compare = widgets.HTML(), CompareRuns()
        self._chosen = widgets.Dropdown(
            description="Report", options=[], style={"description_width": "6em"},
            layout={"width": "30em"},
        )  # fmt: skip
        self._editor = widgets.VBox([self._form.widget, self._button])
        self._allow()
        access().on_unlock(self._allow)
        self._offer()
        self._chosen.observe(self._on_chosen, "value")
        self._show()
        tabs = widgets.Tab(
            [
                widgets.VBox([self._chosen, self._frame]),
                self._methods,
                self._files,
                self._compare.widget,
            ]
        )
        tabs.titles = ("Report", "Methods in words", "Files", "Compare two runs")
        return widgets.VBox([access().row(), self._editor, self._message.widget, tabs])

    def static(self) -> Markup:
        """What was written, with what was chosen."""
        if self.files is None:
            return Markup('<p class="empty">{}</p>').format("No report was written.")
        chosen = [(name, _words(value)) for name, value in self.choice.document().items()]
        return Markup("<h3>{}</h3>{}{}").format(
            headline(self.files.figures),
            written_html(self.files),
            table([Column("Choice"), Column("Value")], chosen, caption="What was chosen"),
        )

    def wait(self) -> None:
        """Return when the report that is being written is there."""
        if self._worker is not None:
            self._worker.join()

    def _allow(self) -> None:
        """The form is away, and its controls are off, for who may not write."""
        allowed = access().may_write
        self._editor.layout.display = None if allowed else "none"
        for control in (*self._form.controls, self._button):
            control.disabled = not allowed

    def _on_write(self, _: object = None) -> None:
        with self._message.errors():
            access().check()
            choice, run = self._form.choice(), self._run
            if choice.scope != "all":
                run = load_run(self._form.run.value).document()
            choice.query(run)
            self._button.disabled = True
            self._message.say("Reading posts …")
            self._worker = threading.Thread(
                target=self._work, args=(choice, run), name="report", daemon=True
            )
            self._worker.start()

    def _work(self, choice: ReportChoice, run: Mapping[str, Any] | None) -> None:
        """Write the report beside the kernel's main thread, which goes on hearing widgets."""
        try:
            with self._message.errors():
                tell = partial(_tell, self._message)
                files = write_report(self._store, self._folder, choice, run=run, tell=tell)
                self.choice, self.files = choice, files
                self._message.say(f"Written: {headline(files.figures)}.", "good")
                self._offer()
                self._chosen.value = files.folder.name
                self._compare.refresh()
                self._show()
        finally:
            self._button.disabled = not access().may_write

    def _offer(self) -> None:
        """The reports there are now; the one on show stays where it is still there."""
        there, chosen = list(written_reports(self._folder)), self._chosen.value
        self._chosen.options = there
        self._chosen.value = chosen if chosen in there else next(iter(there), None)

    def _on_chosen(self, _: object = None) -> None:
        with self._message.errors():
            self._show()

    def _show(self) -> None:
        """The chosen report, its methods and its files."""
        page = written_reports(self._folder).get(self._chosen.value)
        self._frame.clear()
        self._methods.value = self._files.value = ""
        if page is None:
            self._files.value = Markup('<p class="empty">{}</p>').format(NONE_YET)
            return
        with self._message.errors():
            check_shown(page, may_see_names=access().may_write)
            self._frame.show(page)
            self._methods.value = methods_html(page.parent)
            self._files.value = files_html(page.parent)


def report_desk(
    store: Store,
    folder: Path,
    choice: ReportChoice | None = None,
    *,
    run: Mapping[str, Any] | None = None,
    watched: bool | None = None,
) -> ReportDesk:
    """A desk that writes, shows and compares reports.

    Args:
        store: where the posts are.
        folder: where the files go.
        choice: what goes in to begin with; the form has the same choices.
        run: the record of the run that executes the notebook (``tfw.current_run()``).
        watched: whether a person is there; found out by itself when not given.
    """
    return ReportDesk(store, folder, choice, run=run, watched=watched)


def _tell(message: Message, posts: int) -> None:
    message.say(f"Reading posts: {thousands(posts)} so far …")


def _runs_to_choose() -> list[str]:
    runs = [run.id for run in list_runs() if isinstance(run, RunRecord)]
    return runs[:SHOWN_RUNS]


def _runs_to_compare() -> list[str]:
    return [folder.name for folder in folders_with(COLUMNAR)[:SHOWN_RUNS]]


def _words(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
