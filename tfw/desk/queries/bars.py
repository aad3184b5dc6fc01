"""The lines of the query builder about files: which one is shown, and as which it is saved."""

from collections.abc import Callable, Sequence
from pathlib import Path

import ipywidgets as widgets

from tfw.desk.messages import Message
from tfw.desk.question import Question

_STYLE = {"description_width": "initial"}
_LAYOUT = {"width": "420px"}


class FileBars:
    """The controls that load, begin and save query files.

    Args:
        folder: where query files are found and saved.
        message: where what goes wrong is said.
        question: is closed by each click, as its matter is over.
    """

    def __init__(self, folder: Path, message: Message, question: Question) -> None:
        self._folder, self._message, self._question = folder, message, question
        self.files = widgets.Dropdown(description="Query file", style=_STYLE, layout=_LAYOUT)
        self.load = _button("Load", "Show what this file says")
        self.new = _button("New query", "Begin a query")
        self.target = widgets.Text(
            description=f"Save in {folder.name}/ as", style=_STYLE, layout=_LAYOUT
        )
        self.save = _button("Save", "Write the query into this file")
        self.save.button_style = "primary"
        self.top = _row(self.files, self.load, self.new)
        self.bottom = _row(self.target, self.save)

    def on_click(self, button: widgets.Button, action: Callable[[], None]) -> None:
        """Do something at each click; what goes wrong is said in words."""

        def click(_: object) -> None:
            self._question.close()
            with self._message.errors():
                self._message.say("")
                action()

        button.on_click(click)

    def offer(self, paths: Sequence[Path], chosen: Path) -> None:
        """Offer files to load; the one that is loaded is among them."""
        known = [*paths, *([] if chosen in paths else [chosen])]
        self.files.options = [(name_in(self._folder, path), str(path)) for path in known]
        self.files.value = str(chosen)


def name_in(folder: Path, path: Path) -> str:
    """A file as a person names it: from the folder on where it lies in there."""
    return str(path.relative_to(folder) if path.is_relative_to(folder) else path)


def _button(words: str, tooltip: str) -> widgets.Button:
    return widgets.Button(description=words, tooltip=tooltip, layout={"width": "auto"})


def _row(*parts: widgets.Widget) -> widgets.HBox:
    return widgets.HBox(parts, layout={"flex_flow": "row wrap", "align_items": "center"})
