"""Name, reason and the button that saves; closed on a page that is read-only."""

from collections.abc import Callable

import ipywidgets as widgets

from tfw.desk.access import access
from tfw.desk.messages import Message


class SaveForm:
    """A small form; ``widget`` is what to put into a desk.

    Args:
        button: what the button says.
        tooltip: what it does.
    """

    def __init__(self, button: str, tooltip: str) -> None:
        self._name = widgets.Text(
            description="Name", placeholder="such as: stricter on beauty", layout={"width": "24em"}
        )
        self._reason = widgets.Text(
            description="Reason", placeholder="why these are better; the report says it",
            layout={"width": "36em", "max_width": "100%"},
        )  # fmt: skip
        self.button = widgets.Button(
            description=button, tooltip=tooltip, button_style="primary", layout={"width": "auto"}
        )
        self.message = Message()
        row = widgets.HBox(
            [self._name, self._reason, self.button],
            layout={"flex_flow": "row wrap", "align_items": "center"},
        )
        self.widget = widgets.VBox([row, self.message.widget])
        for field in (self._name, self._reason):
            field.style.description_width = "5em"
            # Letter by letter, the last ones could arrive after the click that saves.
            field.continuous_update = False
        self._open_or_close()
        access().on_unlock(self._open_or_close)

    @property
    def name(self) -> str:
        """The name that was given, in one line."""
        return " ".join(self._name.value.split())

    @property
    def reason(self) -> str:
        """The reason that was given, in one line."""
        return " ".join(self._reason.value.split())

    def fill(self, name: str, reason: str) -> None:
        """Put texts into the fields."""
        self._name.value, self._reason.value = name, reason

    def on_save(self, save: Callable[[], None]) -> None:
        """Call a function when the button is pressed; what goes wrong is said below the form."""

        def pressed(_: object) -> None:
            with self.message.errors():
                self.message.say("")
                access().check()
                save()

        self.button.on_click(pressed)

    def _open_or_close(self) -> None:
        for control in (self._name, self._reason, self.button):
            control.disabled = not access().may_write
