"""The query builder: a query file as controls, checked at each keystroke by the file's own reader.

The file stays the truth. The builder shows what the file says, writes it when asked to, and the
cells below read it; what is not saved yet is said to be so.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.access import access
from tfw.desk.desk import Desk
from tfw.desk.messages import Kind, Message
from tfw.desk.queries.bars import FileBars, name_in
from tfw.desk.queries.files import (
    FileChangedError,
    QueryFile,
    find_query_files,
    load_query_file,
    new_query_file,
    place_of,
    save_query_file,
)
from tfw.desk.queries.forms import Form, form_for
from tfw.desk.queries.view import (
    mistakes_in_words,
    problems_view,
    query_view,
    saved_in_words,
)
from tfw.desk.question import Question
from tfw.errors import QueryError
from tfw.settings import load_settings
from tfw.sources.research.reading import Problem, check_sections
from tfw.sources.research.sections import Section, read_sections

NEW_NAME = "queries/new-query.ini"
LATER = Markup('<p class="empty">The request and its cost stand here once nothing is wrong.</p>')


@cache
def _style() -> Markup:
    path = Path(__file__).with_name("queries.css")
    return Markup("<style>{}</style>").format(Markup(path.read_text(encoding="utf-8")))


class QueryBuilder(Desk):
    """A query file to look at, change and save; ``query_file`` is the one that was loaded last.

    Args:
        query_file: an INI or YAML file; one that is not there yet is begun.
        folder: where query files are found and saved.
        today: the UTC day that ``today-3`` counts from, now by default.
        watched: whether a person is there; found out by itself when not given.
    """

    def __init__(
        self,
        query_file: Path,
        *,
        folder: Path,
        today: date | None = None,
        watched: bool | None = None,
    ) -> None:
        super().__init__(watched=watched)
        self.query_file = query_file
        self._folder, self._today = folder, today
        self._file = new_query_file(query_file)
        self._form: Form | None = None
        self._at_first: str | None = None
        self._loading = False

    def static(self) -> Markup:
        """What the file asks, its windows and cost and its request; or what is wrong with it."""
        heading = Markup("{}<h3>Query file {}</h3>").format(_style(), self._name(self.query_file))
        try:
            sections = read_sections(self.query_file)
        except QueryError as error:
            return heading + Markup('<p class="message error">{}</p>').format(str(error))
        query, problems = check_sections(self.query_file, sections, today=self._today)
        return heading + (
            problems_view(problems) if query is None else query_view(query, today=self._today)
        )

    def build(self) -> widgets.Widget:
        """The controls, with the file in them."""
        self._message, self._state = Message(), Message()
        self._question = Question(self._message)
        self._shown = widgets.HTML()
        self._place = widgets.VBox()
        self._bars = bars = FileBars(self._folder, self._message, self._question)
        bars.on_click(bars.load, self._on_load)
        bars.on_click(bars.new, self._on_new)
        bars.on_click(bars.save, self._write)
        bars.target.observe(lambda _: self._check(), "value")
        with self._message.errors():
            self._begin()
        access().on_unlock(self._check)
        return widgets.VBox(
            [
                widgets.HTML(_style(), layout={"display": "none"}),
                access().row(),
                bars.top,
                self._place,
                self._state.widget,
                bars.bottom,
                self._question.widget,
                self._message.widget,
                self._shown,
            ]
        )

    def _begin(self) -> None:
        """Show the file that the notebook names, or why it cannot be shown."""
        try:
            file = load_query_file(self.query_file)
            self._show(file)
            self._message.say(file.note)
        except QueryError as error:
            self._show(new_query_file(self._folder / NEW_NAME))
            self._message.say(
                f"{error}\nMend it in a text editor and load it again; below stands a new query.",
                "error",
            )

    def _on_load(self) -> None:
        path = Path(self._bars.files.value)
        if self._text() != self._at_first:
            self._ask_to_drop(f"load {self._name(path)}", lambda: self._open(path))
        else:
            self._open(path)

    def _on_new(self) -> None:
        def begin() -> None:
            self._show(new_query_file(self._folder / NEW_NAME))

        if self._text() != self._at_first:
            self._ask_to_drop("begin a new query", begin)
        else:
            begin()

    def _ask_to_drop(self, what: str, action: Callable[[], None]) -> None:
        self._question.ask(
            "What was changed here is not saved.",
            {f"Drop the changes and {what}": action, "Go on editing": lambda: None},
        )

    def _open(self, path: Path) -> None:
        """Show a file; the cells below read it from now on."""
        file = load_query_file(path)
        self.query_file = path
        self._show(file)
        self._message.say(file.note or f"{self._name(path)} is loaded.")

    def _show(self, file: QueryFile) -> None:
        """Put a file into the controls."""
        self._loading = True
        try:
            form = form_for(file.sections, self._check)
            self._file, self._form = file, form
            self._at_first = self._text()
            self._place.children = (form.widget,)
            self._bars.target.value = self._name(file.path)
            self._bars.offer(find_query_files(self._folder), self.query_file)
        finally:
            self._loading = False
        self._check()

    def _check(self) -> None:
        """Say what is wrong and where, or what the query asks and costs."""
        if self._loading or self._form is None:
            return
        with self._message.errors():
            sections = self._sections()
            query, problems = check_sections(self._file.path, sections, today=self._today)
            elsewhere = self._form.say(problems)
            trouble = "" if problems else self._trouble(sections)
            view = LATER if query is None else query_view(query, today=self._today)
            self._shown.value = view
            self._say_state(problems, elsewhere, trouble)

    def _say_state(
        self, problems: Sequence[Problem], elsewhere: Sequence[Problem], trouble: str
    ) -> None:
        """Whether this is a query, whether the file says it, and whether it can be saved."""
        good = not problems and not trouble
        changed = good and self._text() != self._file.text
        can_save = good and (changed or self._goes_elsewhere())
        self._bars.save.disabled = not (can_save and access().may_write)
        if problems:
            self._state.say(mistakes_in_words(len(problems), elsewhere), "error")
        elif trouble:
            self._state.say(trouble, "error")
        else:
            kind: Kind = "warning" if changed else "good"
            self._state.say(saved_in_words(self._name(self.query_file), changed=changed), kind)

    def _trouble(self, sections: Sequence[Section]) -> str:
        """Why a good query cannot be saved; empty where it can."""
        try:
            self._file.with_sections(sections)
            place_of(self._bars.target.value, self._folder, self._file.path)
        except QueryError as error:
            return str(error)
        return ""

    def _write(self, *, overwrite: bool = False) -> None:
        """Save the query, or ask where something would be lost."""
        access().check()
        path = place_of(self._bars.target.value, self._folder, self._file.path)
        known = self._file.text if path == self._file.path else None
        file = replace(self._file, path=path, text=known)
        try:
            saved = save_query_file(file, file.with_sections(self._sections()), overwrite=overwrite)
        except FileChangedError as error:
            self._ask_to_overwrite(str(error), path)
            return
        self._file, self.query_file = saved, path
        self._bars.offer(find_query_files(self._folder), self.query_file)
        self._check()
        self._message.say(
            f"Saved as {self._name(path)}; the cells below read it.{saved.note}", "good"
        )

    def _ask_to_overwrite(self, words: str, path: Path) -> None:
        self._question.ask(
            f"{words} Nothing was saved.",
            {
                "Overwrite it": lambda: self._write(overwrite=True),
                "Drop what is here and load the file": lambda: self._open(path),
                "Go on editing": lambda: None,
            },
        )

    def _sections(self) -> list[Section]:
        return self._form.sections(self._file.path) if self._form else []

    def _text(self) -> str | None:
        """What the file would say after Save; None where it cannot be written."""
        try:
            return self._file.with_sections(self._sections())
        except QueryError:
            return None

    def _goes_elsewhere(self) -> bool:
        return bool(self._bars.target.value.strip() != self._name(self._file.path))

    def _name(self, path: Path) -> str:
        return name_in(self._folder, path)


def query_builder(
    query_file: str | Path, *, folder: str | Path | None = None, watched: bool | None = None
) -> QueryBuilder:
    """A builder for query files; show it in a cell of its own.

    The cells below read the file that it was told to load or save last::

        builder = tfw.query_builder("params/query-video.ini")
        query = tfw.read_query(builder.query_file)

    Args:
        query_file: an INI or YAML file, from the project folder on; one that is not there is begun.
        folder: where query files are found and saved; the project's params by default.
        watched: whether a person is there; found out by itself when not given.

    Raises:
        SettingsError: the environment has a value that cannot be used.
    """
    settings = load_settings()
    return QueryBuilder(
        settings.resolve(query_file),
        folder=settings.params if folder is None else settings.resolve(folder),
        watched=watched,
    )
