"""The control for many values, and which control a kind of values gets."""

from collections.abc import Callable, Sequence

import ipywidgets as widgets

from tfw.desk.messages import Message
from tfw.desk.queries.editors import (
    DATE_HINT,
    Editor,
    LengthEditor,
    day_picker,
    typed_date,
    typed_number,
)
from tfw.sources.research.fields import Kind
from tfw.sources.research.region_names import REGION_NAMES
from tfw.sources.research.sections import split_list
from tfw.sources.research.writing import join_list

HINTS: dict[Kind, str] = {
    "hashtag": "whole hashtags without #, with commas or on lines of their own",
    "text": "letters anywhere in the caption; phrases, with commas or on lines of their own",
    "username": "handles without @, with commas or on lines of their own",
    "id": "long numbers, copied as text, with commas or on lines of their own",
    "region": "two letters, such as GB, with commas",
    "date": DATE_HINT,
    "count": "a whole number",
    "length": "",
}
LETTERS_A_LINE, MOST_LINES = 42, 10
WIDE = {"width": "auto"}


class ListEditor(Editor):
    """Many texts, parted by commas or lines; some kinds have a helper that adds one."""

    def __init__(
        self,
        label: str,
        changed: Callable[[], None],
        *,
        kind: Kind = "text",
        choices: Sequence[tuple[str, str]] = (),
        hint: str | None = None,
    ) -> None:
        self._kind, self._changed = kind, changed
        self.several = True
        self._area = widgets.Textarea(
            description=label,
            placeholder=HINTS[kind] if hint is None else hint,
            rows=1,
            style={"description_width": "initial"},
            layout=WIDE,
        )
        self._area.observe(self._on_text, "value")
        helpers = [self._adder(choices)] if choices else []
        helpers += [self._picker()] if kind == "date" else []
        layout = {"flex": "1 1 0", "min_width": "0", "overflow": "hidden"}
        self.widget = widgets.VBox([self._area, *helpers], layout=layout)

    def texts(self) -> list[str]:
        """The values; numbers and days in the form that the API wants."""
        text = self._area.value
        if self._kind == "count" and not self.several:
            return [typed_number(text)] if text.strip() else []
        values = split_list(text)
        typed = {"date": typed_date, "count": typed_number}.get(self._kind, str)
        return [typed(value) for value in values]

    def show(self, texts: Sequence[str]) -> None:
        """Put values into the control."""
        self._area.value = join_list(texts)

    def add(self, text: str) -> None:
        """Put one more value into the control, or the only one."""
        before = self._area.value.rstrip().rstrip(",") if self.several else ""
        if text not in self.texts():
            self._area.value = f"{before}, {text}" if before else text

    def _on_text(self, _: object) -> None:
        lines = self._area.value.split("\n")
        self._area.rows = min(MOST_LINES, sum(1 + len(line) // LETTERS_A_LINE for line in lines))
        self._changed()

    def _adder(self, choices: Sequence[tuple[str, str]]) -> widgets.Widget:
        words, message = dict(choices), Message()
        box = widgets.Combobox(
            description="Add",
            options=list(words),
            placeholder="type a name and choose",
            continuous_update=False,
            style={"description_width": "initial"},
            layout={"width": "280px"},
        )

        def add(change: dict[str, str]) -> None:
            typed = change["new"].strip()
            word = words.get(typed, typed.upper() if typed.upper() in words.values() else typed)
            if word in words.values():
                self.add(word)
                box.value = ""
            refused = (
                f"{typed!r} is not on the list; choose one of it, such as {next(iter(words))}."
            )
            message.say(refused if typed and word not in words.values() else "", "error")

        box.observe(add, "value")
        return widgets.VBox([box, message.widget])

    def _picker(self) -> widgets.Widget:
        return day_picker(lambda day: self.add(f"{day:%Y%m%d}"))


def values_editor(kind: Kind | None, changed: Callable[[], None]) -> Editor:
    """The control for the values of a condition on a field of some kind."""
    if kind == "length":
        return LengthEditor(changed)
    choices = [(f"{code} {name}", code) for code, name in REGION_NAMES.items()]
    return ListEditor(
        "Values", changed, kind=kind or "text", choices=choices if kind == "region" else ()
    )
