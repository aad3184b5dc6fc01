"""A whole query as controls: one form for videos, one for lists."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.queries.editors import (
    ChoiceEditor,
    DateEditor,
    Editor,
    LineEditor,
    typed_number,
)
from tfw.desk.queries.lists import ListEditor
from tfw.desk.queries.rows import GROUPS, ConditionGroup, KeysForm, say_problems
from tfw.sources.research.fields import VIDEO_FIELDS
from tfw.sources.research.lists import HOW_COLLECTED, LIST_ENDPOINTS, LIST_SECTIONS
from tfw.sources.research.reading import Problem
from tfw.sources.research.sections import Section

YES_NO = [("no, as by default", ""), ("yes", "yes"), ("no", "no")]
OPTIONS = "More options: name, fields to ask for, random sample, length of windows"


class Form(Protocol):
    """The controls of one query."""

    widget: widgets.Widget

    def show(self, sections: Sequence[Section]) -> None:
        """Put a query file's sections into the controls."""

    def sections(self, path: Path) -> list[Section]:
        """What the controls say, as a query file has it."""

    def say(self, problems: Sequence[Problem]) -> list[Problem]:
        """Say each mistake beside what it is about; gives those about none."""


def form_for(sections: Sequence[Section], changed: Callable[[], None]) -> Form:
    """The form that a query file wants, with its sections in it."""
    name = next((one.name for one in sections if one.name in LIST_SECTIONS), None)
    form: Form = ListForm(name, changed) if name else VideoForm(changed)
    form.show(sections)
    return form


class VideoForm:
    """Conditions in three groups, the dates, and options."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._groups = {name: ConditionGroup(name, changed) for name in GROUPS}
        self._dates = KeysForm(
            {
                "start_date": DateEditor("First day", changed),
                "end_date": DateEditor("Last day", changed),
            }
        )
        self._options = KeysForm(_video_options(changed))
        self._others: list[Section] = []
        self._had_options = False
        self._more = widgets.Accordion([self._options.widget], titles=(OPTIONS,))
        when = widgets.HTML(
            Markup(
                '<h4>Between these days <span class="soft">(UTC, both included; today-3 counts '
                "back from the day of the run)</span></h4>"
            )
        )
        self.widget = widgets.VBox(
            [
                *(group.widget for group in self._groups.values()),
                when,
                self._dates.widget,
                self._more,
            ]
        )

    def show(self, sections: Sequence[Section]) -> None:
        """Put conditions, dates and options into the controls; unknown sections are kept."""
        named = {section.name: section for section in sections}
        for operator, group in self._groups.items():
            group.show(one for one in sections if _operator(one) == operator)
        self._dates.show("date", named.get("date"))
        self._options.show("options", named.get("options"))
        self._had_options = "options" in named
        self._more.selected_index = 0 if named.get("options", _NOTHING).values else None
        known = (*GROUPS, "date", "options")
        self._others = [one for one in sections if _operator(one) not in known]

    def sections(self, path: Path) -> list[Section]:
        """Conditions, dates and options as a query file has them."""
        conditions = [one for group in self._groups.values() for one in group.sections(path)]
        options = self._options.section(path)
        wanted = self._had_options or options.values
        return [
            *conditions,
            self._dates.section(path),
            *([options] if wanted else []),
            *self._others,
        ]

    def say(self, problems: Sequence[Problem]) -> list[Problem]:
        """Say each mistake at its condition, its day or its option."""
        left = list(problems)
        for row in (row for group in self._groups.values() for row in group.rows):
            say_problems(row.message, _take(left, row.name))
        for form in (self._dates, self._options):
            say_problems(form.message, _take(left, form.name), with_keys=True)
        return left


class ListForm:
    """The one section of a query for a list: whose, which fields, how many."""

    def __init__(self, name: str, changed: Callable[[], None]) -> None:
        self._name = name
        rules = LIST_ENDPOINTS[LIST_SECTIONS[name]]
        words = rules.targets_key.replace("_", " ").capitalize()
        editors: dict[str, Editor] = {
            rules.targets_key: ListEditor(words, changed, kind=rules.kind),
            "name": LineEditor("Name", changed, hint="the file's name"),
            "max_count": LineEditor("Rows a page", changed, hint="100", typed=typed_number),
        }
        if LIST_SECTIONS[name] == "comments":
            editors["replies"] = ChoiceEditor("Replies too", YES_NO, changed)
        if rules.fields:
            editors["fields"] = _fields_editor(rules.fields, changed)
        self._form = KeysForm(editors)
        self._others: list[Section] = []
        heading = widgets.HTML(
            Markup(
                '<h4>A list: {}</h4><p class="soft">The cells below collect videos. {}</p>'
            ).format(name, HOW_COLLECTED)
        )
        self.widget = widgets.VBox([heading, self._form.widget])

    def show(self, sections: Sequence[Section]) -> None:
        """Put the section into the controls; others, which are mistakes, are kept."""
        named = {section.name: section for section in sections}
        self._form.show(self._name, named.pop(self._name, None))
        self._others = list(named.values())

    def sections(self, path: Path) -> list[Section]:
        """The section as a query file has it."""
        return [self._form.section(path), *self._others]

    def say(self, problems: Sequence[Problem]) -> list[Problem]:
        """Say each mistake below the controls."""
        left = list(problems)
        say_problems(self._form.message, _take(left, self._name), with_keys=True)
        return left


_NOTHING = Section(Path(), "", 0)


def _video_options(changed: Callable[[], None]) -> dict[str, Editor]:
    return {
        "name": LineEditor("Name", changed, hint="the file's name"),
        "videos_per_day": LineEditor(
            "Videos a day", changed, hint="expected; for the cost", typed=typed_number
        ),
        "window_days": LineEditor(
            "Days a window", changed, hint="the plan's choice", typed=typed_number
        ),
        "max_count": LineEditor("Rows a page", changed, hint="100", typed=typed_number),
        "is_random": ChoiceEditor("Random sample", YES_NO, changed),
        "fields": _fields_editor(VIDEO_FIELDS, changed),
    }


def _fields_editor(names: Sequence[str], changed: Callable[[], None]) -> ListEditor:
    choices = [(name, name) for name in names]
    hint = "all there are; or name some, with commas"
    return ListEditor("Fields to ask for", changed, choices=choices, hint=hint)


def _operator(section: Section) -> str:
    return section.name.partition("_")[0]


def _take(problems: list[Problem], name: str) -> list[Problem]:
    """The mistakes of a section, taken out of a list."""
    taken = [one for one in problems if one.section is not None and one.section.name == name]
    problems[:] = [one for one in problems if one not in taken]
    return taken
