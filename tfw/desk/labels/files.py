"""Labels to and from CSV files, at the label desk."""

import base64
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.access import access
from tfw.desk.messages import Message
from tfw.errors import InputError
from tfw.relevance.labels import LabelImport, export_labels, import_labels
from tfw.settings import load_settings

if TYPE_CHECKING:
    from tfw.store import Store

# A larger file is left where it was written and not sent through the page as well.
LARGEST_LINK = 2_000_000
WIDE: Mapping[str, str] = {"width": "auto"}


class LabelFiles:
    """Fields and buttons for a file in the project folder, and for one of the person's computer.

    Args:
        store: the database.
        file: the path that stands in the field; relative ones start at the project folder.
        imported: called after labels came in.
    """

    def __init__(self, store: "Store", file: str | Path, imported: Callable[[], None]) -> None:
        self._store, self._imported = store, imported
        self._message = Message()
        self._path = widgets.Text(str(file), description="File", layout={"width": "26em"})
        self._coder = widgets.Text(
            "", description="Coder", placeholder="for files without a column coder",
            layout={"width": "26em"},
        )  # fmt: skip
        self._export = widgets.Button(description="Export to the file", layout=WIDE)
        self._import = widgets.Button(description="Import the file", layout=WIDE)
        self._upload = widgets.FileUpload(
            accept=".csv,.gz", description="Import from my computer", layout=WIDE
        )
        self._download = widgets.HTML()
        self._export.on_click(lambda _: self._write())
        self._import.on_click(lambda _: self._read())
        self._upload.observe(lambda _: self._read_upload(), names="value")
        wrapped = {"flex_flow": "row wrap"}
        self.view = widgets.VBox(
            [
                widgets.HBox([self._path, self._export, self._import], layout=wrapped),
                widgets.HBox([self._coder, self._upload], layout=wrapped),
                self._message.widget,
                self._download,
            ]
        )

    def enable(self, allowed: bool) -> None:
        """Let the buttons be used, or not."""
        for button in (self._export, self._import, self._upload):
            button.disabled = not allowed

    def _write(self) -> None:
        with self._message.errors():
            access().check()
            path = self._resolved()
            if path.suffix != ".csv":
                raise InputError(
                    f"{path.name} is no name of a CSV file; give one such as labels.csv."
                )
            number = export_labels(self._store, path)
            self._message.say(f"{number:,} labels written to {self._path.value}.", "good")
            self._download.value = _link(path)

    def _read(self) -> None:
        with self._message.errors():
            access().check()
            self._took(import_labels(self._store, self._resolved(), self._coder.value or None))

    def _read_upload(self) -> None:
        if not self._upload.value:
            return
        with self._message.errors():
            access().check()
            (given,) = self._upload.value
            with tempfile.TemporaryDirectory() as folder:
                # Only the ending of the name is taken over, so that it names no other place.
                gz = str(given["name"]).endswith(".gz")
                path = Path(folder) / ("labels.csv.gz" if gz else "labels.csv")
                path.write_bytes(given["content"])
                self._took(import_labels(self._store, path, self._coder.value or None))
        self._upload.value = ()

    def _took(self, found: LabelImport) -> None:
        self._imported()
        self._message.say(str(found), "warning" if found.rejects else "good")

    def _resolved(self) -> Path:
        if not self._path.value.strip():
            raise InputError("Name a file, such as outputs/labels.csv.")
        return load_settings().resolve(self._path.value.strip())


def _link(path: Path) -> Markup:
    """A link that gives the file to a person whose computer does not have it."""
    content = path.read_bytes()
    if len(content) > LARGEST_LINK:
        return Markup("")
    coded = base64.b64encode(content).decode()
    return Markup('<a download="{}" href="data:text/csv;base64,{}">Download {}</a>').format(
        path.name, coded, path.name
    )
