"""A slider with a field beside it, for numbers that people drag, step through, or type."""

from collections.abc import Callable

import ipywidgets as widgets

from tfw.desk.messages import Message
from tfw.desk.numbers import parse_number, parse_whole
from tfw.errors import InputError

# Steps of a slider leave the last digits of a float to chance; no threshold needs so many.
DIGITS = 6


class SliderField:
    """A number between two bounds; ``widget`` is what to put into a desk.

    The slider moves in steps, by pointer or arrow keys; the field takes any number between the
    bounds, with a decimal point or a decimal comma.

    Args:
        description: what the number is.
        low: the least value.
        high: the greatest value.
        step: of the slider; a whole number for whole numbers.
        message: where a number that cannot be used is explained.
    """

    def __init__(
        self, description: str, low: float, high: float, step: float, message: Message
    ) -> None:
        self._whole = isinstance(step, int)
        self._description, self._low, self._high = description, low, high
        self._message = message
        kind = widgets.IntSlider if self._whole else widgets.FloatSlider
        self.slider = kind(
            description=description, min=low, max=high, step=step, value=low, readout=False,
            style={"description_width": "13.5em"}, layout={"width": "32em"},
        )  # fmt: skip
        self.field = widgets.Text(
            continuous_update=False, layout={"width": "5em"}, tooltip=f"{description}: type it"
        )
        self.widget = widgets.HBox([self.slider, self.field], layout={"align_items": "center"})
        self._listeners: list[Callable[[], None]] = []
        self._quiet = False
        self._value: float = low
        self.slider.observe(self._slid, "value")
        self.field.observe(self._typed, "value")

    @property
    def value(self) -> float:
        """The number; whole where the step is."""
        return int(self._value) if self._whole else self._value

    @value.setter
    def value(self, value: float) -> None:
        self._value = round(value, DIGITS)
        self._show()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call a function when a person gave another number."""
        self._listeners.append(listener)

    def _show(self) -> None:
        self._quiet = True
        try:
            self.slider.max = max(self._value, self.slider.max)
            self.slider.value = self.value
            self.field.value = self._text()
        finally:
            self._quiet = False

    def _text(self) -> str:
        if self._whole:
            return str(self.value)
        return max(f"{self._value:.2f}", f"{self._value:.{DIGITS}g}", key=len)

    def _slid(self, change: dict[str, float]) -> None:
        if not self._quiet:
            self._take(change["new"])

    def _typed(self, change: dict[str, str]) -> None:
        if self._quiet:
            return
        with self._message.errors():
            try:
                self._take(self._parsed(change["new"]))
            except InputError:
                self._show()
                raise

    def _parsed(self, text: str) -> float:
        number = parse_whole(text) if self._whole else parse_number(text)
        if not self._low <= number <= self._high:
            raise InputError(
                f"{self._description}: {text.strip()} is not between {self._low:g} and "
                f"{self._high:g}."
            )
        return number

    def _take(self, number: float) -> None:
        self.value = number
        with self._message.errors():
            for listener in self._listeners:
                listener()
