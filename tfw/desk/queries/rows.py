"""The parts of a query as controls: conditions in their groups, and sections of single keys."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.messages import Message
from tfw.desk.queries.editors import ChoiceEditor, Editor
from tfw.desk.queries.lists import ListEditor, values_editor
from tfw.sources.research.checks import operations_of
from tfw.sources.research.describe import WORDS
from tfw.sources.research.fields import QUERY_FIELDS, Kind
from tfw.sources.research.reading import CONDITION_KEYS, Problem
from tfw.sources.research.sections import Section

GROUPS = {
    "and": ("All of these hold", "and"),
    "or": ("At least one of these holds", "or"),
    "not": ("None of these holds", "not"),
}
FREE_KINDS: tuple[Kind | None, ...] = ("hashtag", "text", "username")
"""Kinds between which typed values are kept when another field is chosen."""
FIRST_FIELD = "hashtag_name"
FIELD_CHOICES = [(name, name) for name in QUERY_FIELDS]


class ConditionRow:
    """One condition: field, operation and values, and below what is wrong with it."""

    def __init__(
        self, name: str, changed: Callable[[], None], removed: Callable[["ConditionRow"], None]
    ) -> None:
        self.name = name
        self._changed = changed
        self._kind: Kind | None = None
        self._rest: dict[str, object] = {}
        self._field = ChoiceEditor("Field", FIELD_CHOICES, self._on_field)
        self._operation = ChoiceEditor("", _operations("keyword"), self._on_operation)
        self._operation.widget.tooltip = "Operation"
        self._operation.widget.layout.width = "136px"
        self._values = values_editor(None, changed)
        remove = widgets.Button(
            description="Remove", tooltip=f"Take out the condition {name}", layout={"width": "80px"}
        )
        remove.on_click(lambda _: removed(self))
        self._line = widgets.HBox(layout={"align_items": "flex-start", "width": "100%"})
        self._remove = remove
        self.message = Message()
        self.widget = widgets.VBox([self._line, self.message.widget])
        self.widget.add_class("condition")
        self._field.show([FIRST_FIELD])
        self._take_field()

    def section(self, path: Path) -> Section:
        """The condition as a query file has it."""
        parts = (self._operation, self._field, self._values)
        texts = (part.texts() for part in parts)
        return Section(
            path, self.name, 0, dict(zip(CONDITION_KEYS, texts, strict=True)) | self._rest
        )

    def show(self, section: Section) -> None:
        """Put the condition of a query file into the controls; other keys are kept as they are."""
        self._rest = {k: v for k, v in section.values.items() if k not in CONDITION_KEYS}
        given = {key: _texts(section, key) for key in CONDITION_KEYS}
        self._field.show(given["field_name"])
        self._take_field()
        self._operation.show(given["operation"])
        self._values.show(given["field_values"])

    def _on_field(self) -> None:
        self._take_field()
        self._changed()

    def _on_operation(self) -> None:
        self._tell_how_many()
        self._changed()

    def _take_field(self) -> None:
        """Offer the operations and the kind of values that the field allows."""
        name = "".join(self._field.texts())
        kind = QUERY_FIELDS.get(name)
        self._operation.offer(_operations(name))
        if kind != self._kind or not self._line.children:
            texts = self._values.texts() if {kind, self._kind} <= {*FREE_KINDS} else []
            self._kind, self._values = kind, values_editor(kind, self._changed)
            self._values.show(texts)
        shown = (self._field, self._operation, self._values)
        self._line.children = (*(part.widget for part in shown), self._remove)
        self._tell_how_many()

    def _tell_how_many(self) -> None:
        if isinstance(self._values, ListEditor):
            self._values.several = self._operation.texts() == ["IN"]


class ConditionGroup:
    """The conditions that count in the same way: ``and``, ``or`` or ``not``."""

    def __init__(self, operator: str, changed: Callable[[], None]) -> None:
        self.operator = operator
        self.rows: list[ConditionRow] = []
        self._changed = changed
        words, short = GROUPS[operator]
        add = widgets.Button(
            description=f"Add a condition ({short})",
            icon="plus",
            layout={"width": "200px"},
        )
        add.on_click(lambda _: self.add())
        self._add = add
        self._box = widgets.VBox()
        heading = widgets.HTML(
            Markup('<h4>{} <span class="soft">({})</span></h4>').format(words, short)
        )
        self.widget = widgets.VBox([heading, self._box, add])
        self.widget.add_class("group")

    def show(self, sections: Iterable[Section]) -> None:
        """Put conditions into the group, instead of those that are there."""
        self.rows = []
        for section in sections:
            row = self._new_row(section.name)
            row.show(section)
        self._lay_out()

    def add(self) -> None:
        """One more condition, to be filled."""
        self._new_row(f"{self.operator}_{self._free_number()}")
        self._lay_out()
        self._changed()

    def sections(self, path: Path) -> list[Section]:
        """The conditions as a query file has them."""
        return [row.section(path) for row in self.rows]

    def _new_row(self, name: str) -> ConditionRow:
        row = ConditionRow(name, self._changed, self._remove)
        self.rows.append(row)
        return row

    def _remove(self, row: ConditionRow) -> None:
        self.rows.remove(row)
        self._lay_out()
        self._changed()

    def _lay_out(self) -> None:
        self._box.children = tuple(row.widget for row in self.rows)

    def _free_number(self) -> int:
        numbers = [re.findall(r"\d+$", row.name) for row in self.rows]
        return 1 + max([len(self.rows), *(int(found[0]) for found in numbers if found)])


class KeysForm:
    """A section with one control a key: dates, options, or a list query."""

    def __init__(self, editors: dict[str, Editor]) -> None:
        self.name = ""
        self._editors = editors
        self._rest: dict[str, object] = {}
        self.message = Message()
        lists = [one.widget for one in editors.values() if isinstance(one, ListEditor)]
        lines = [one.widget for one in editors.values() if not isinstance(one, ListEditor)]
        for one in lists:
            one.layout.flex = "0 0 auto"
        short = widgets.HBox(lines, layout={"flex_flow": "row wrap", "width": "100%"})
        self.widget = widgets.VBox([short, *lists, self.message.widget])

    def show(self, name: str, section: Section | None) -> None:
        """Put a section into the controls; keys without one are kept as they are."""
        self.name = name
        values = section.values if section else {}
        self._rest = {key: values[key] for key in values if key not in self._editors}
        for key, editor in self._editors.items():
            editor.show(_texts(section, key) if section else [])

    def section(self, path: Path) -> Section:
        """The section as a query file has it."""
        given: dict[str, object] = {}
        for key, editor in self._editors.items():
            if texts := editor.texts():
                given[key] = texts[0] if isinstance(editor, ChoiceEditor) else texts
        return Section(path, self.name, 0, given | self._rest)


def say_problems(message: Message, problems: Sequence[Problem], *, with_keys: bool = False) -> None:
    """What is wrong, beside what it is about; nothing where nothing is."""
    words = [f"{p.key}: {p.text}" if with_keys and p.key else p.text for p in problems]
    text = "\n".join(words)
    if text != message.text:
        message.say(text, "error")


def _operations(field_name: str) -> list[tuple[str, str]]:
    """The operations of a field with their words; the one for lists comes first."""
    names = sorted(operations_of(field_name), key=lambda name: name != "IN")
    return [(f"{WORDS[name]} ({name})", name) for name in names]


def _texts(section: Section, key: str) -> list[str]:
    return list(section.texts(key)) if key in section.values else []
