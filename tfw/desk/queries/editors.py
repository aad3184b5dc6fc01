"""Controls for the values of a query; each gives texts as a query file has them.

None of them judges a value: whatever a person types goes to the reader of query files, which says
what is wrong. They only offer what is valid, and take dates and numbers in the usual ways.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import date

import ipywidgets as widgets

from tfw.desk.numbers import parse_whole
from tfw.errors import InputError
from tfw.sources.research.fields import VIDEO_LENGTHS
from tfw.sources.research.values import parse_date

DATE_HINT = "20230131, 2023-01-31 or 31.01.2023"


def typed_date(text: str) -> str:
    """A day as the API writes it, however it was typed; what is no day stays as it is.

    >>> typed_date("2026-12-31"), typed_date("31.12.2026"), typed_date("today-3")
    ('20261231', '20261231', 'today-3')
    """
    text = text.strip()
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        year, month, day = found.groups()
    elif found := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", text):
        day, month, year = found.groups()
    else:
        return text
    return f"{year}{int(month):02}{int(day):02}"


def typed_number(text: str) -> str:
    """A whole number in digits alone, however its thousands were parted; else the text."""
    if text.strip().isdigit():
        return text.strip()
    try:
        return str(parse_whole(text))
    except InputError:
        return text.strip()


class Editor(ABC):
    """A control; ``changed`` is called after each change of it."""

    widget: widgets.Widget

    @abstractmethod
    def texts(self) -> list[str]:
        """The values, as texts."""

    @abstractmethod
    def show(self, texts: Sequence[str]) -> None:
        """Put values into the control."""


class LineEditor(Editor):
    """One text, such as a name or a number."""

    def __init__(
        self,
        label: str,
        changed: Callable[[], None],
        *,
        hint: str = "",
        typed: Callable[[str], str] = str.strip,
    ) -> None:
        self._typed = typed
        self.widget = widgets.Text(
            description=label,
            placeholder=hint,
            style={"description_width": "initial"},
            layout={"width": "260px"},
        )
        self.widget.observe(lambda _: changed(), "value")

    def texts(self) -> list[str]:
        """The text, if there is one."""
        text = self._typed(self.widget.value)
        return [text] if text else []

    def show(self, texts: Sequence[str]) -> None:
        """Put a text into the line."""
        self.widget.value = ", ".join(texts)


class ChoiceEditor(Editor):
    """One of some words; a word that is none of them stays choosable, so that nothing is lost."""

    def __init__(
        self, label: str, choices: Sequence[tuple[str, str]], changed: Callable[[], None]
    ) -> None:
        self._choices = list(choices)
        self.widget = widgets.Dropdown(
            description=label,
            options=self._choices,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self.widget.observe(lambda _: changed(), "value")

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other words; the first one is chosen where the chosen one is none of them."""
        if list(choices) != self._choices:
            chosen, self._choices = self.widget.value, list(choices)
            known = [word for _, word in choices]
            self.widget.options = self._choices
            self.widget.value = chosen if chosen in known else known[0]

    def texts(self) -> list[str]:
        """The word chosen, if any."""
        return [self.widget.value] if self.widget.value else []

    def show(self, texts: Sequence[str]) -> None:
        """Choose a word."""
        word = ", ".join(texts)
        if word not in [known for _, known in self._choices]:
            self.widget.options = [*self._choices, (f"{word} (not valid)", word)]
        self.widget.value = word


class DateEditor(Editor):
    """A day: typed, or picked from a calendar; also ``today-3``."""

    def __init__(self, label: str, changed: Callable[[], None]) -> None:
        self._line = LineEditor(label, changed, hint=DATE_HINT, typed=typed_date)
        self._pick = day_picker(self._on_pick)
        self._line.widget.observe(self._on_text, "value")
        self.widget = widgets.HBox([self._line.widget, self._pick])

    def texts(self) -> list[str]:
        """The day as the API writes it."""
        return self._line.texts()

    def show(self, texts: Sequence[str]) -> None:
        """Put a day into the line, and so into the calendar where it is one."""
        self._line.show(texts)

    def _on_text(self, _: object) -> None:
        self._pick.value = _day(self._line.widget.value)

    def _on_pick(self, day: date) -> None:
        if day != _day(self._line.widget.value):  # else it follows what is being typed
            self._line.show([f"{day:%Y%m%d}"])


class LengthEditor(Editor):
    """Some of the video lengths there are."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self.widget = widgets.HBox(layout={"flex_flow": "row wrap", "flex": "1 1 0"})
        self.show([])

    def texts(self) -> list[str]:
        """The words ticked; those that were given stay in their order."""
        ticked = [word for word, box in self._boxes.items() if box.value]
        given = [word for word in self._given if word in ticked]
        return [*given, *(word for word in ticked if word not in given)]

    def show(self, texts: Sequence[str]) -> None:
        """Tick words; one that is no length gets a box of its own."""
        self._given = list(texts)
        words = dict(VIDEO_LENGTHS) | {t: "not valid" for t in texts if t not in VIDEO_LENGTHS}
        self._boxes = {
            word: widgets.Checkbox(
                value=word in texts,
                description=f"{word}: {meaning}",
                indent=False,
                layout={"width": "auto", "margin": "0 12px 0 0"},
            )
            for word, meaning in words.items()
        }
        for box in self._boxes.values():
            box.observe(lambda _: self._changed(), "value")
        self.widget.children = tuple(self._boxes.values())


def _day(text: str) -> date | None:
    try:
        return parse_date(typed_date(text))
    except ValueError:
        return None


def day_picker(picked: Callable[[date], None]) -> widgets.DatePicker:
    """A calendar; ``picked`` is called with each day that is chosen in it."""
    picker = widgets.DatePicker(
        description="or pick",
        style={"description_width": "initial"},
        layout={"width": "200px"},
    )

    def take(change: dict[str, date | None]) -> None:
        if change["new"] is not None:
            picked(change["new"])

    picker.observe(take, "value")
    return picker
