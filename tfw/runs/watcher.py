"""What happens in a notebook while it runs: cells counted, errors kept, files saved, progress told.

Papermill decides by what it finds in the notebook afterwards, and misses a good deal: a killed
kernel leaves every cell "completed", and ``sys.exit(0)`` counts as success. The watcher goes by
the kernel's reply to each cell.
"""

import copy
import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from tfw.files import write_atomically
from tfw.runs.notebooks import runs, tags
from tfw.runs.record import CellError
from tfw.runs.scrub import Scrubber
from tfw.runs.stop import Stop

logger = logging.getLogger(__name__)

SAVE_SECONDS = 30.0
# A save may take at most this share of the time, so that big outputs do not slow a notebook down.
SAVE_SHARE = 0.05
HEARTBEAT_SECONDS = 60.0
TRACEBACK_LINES = 20
MESSAGE_LENGTH = 2000
EXIT_CALL = "exit()"
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class StoppedError(Exception):
    """No further cell is to be executed."""


class Watcher:
    """Follows the cells of one notebook; ``executed`` of ``total`` have ended without an error."""

    def __init__(
        self,
        label: str,
        output: Path,
        stop: Stop,
        scrubber: Scrubber,
        on_cell: Callable[[int], None],
    ) -> None:
        self.label = label
        self.total = 0
        self.executed = 0
        self.current = 0
        self.error: CellError | None = None
        self.exited: str | None = None
        self.saves = 0
        self._output = output
        self._stop = stop
        self._scrubber = scrubber
        self._on_cell = on_cell
        self._notebook = new_notebook()
        self._numbers: dict[int, int] = {}
        self._started = time.monotonic()
        self._next_save = self._started + SAVE_SECONDS

    def begin(self, notebook: NotebookNode) -> None:
        """Follow this notebook, whose cells change while it runs."""
        self._notebook = notebook
        running = [index for index, cell in enumerate(notebook.cells) if runs(cell)]
        self._numbers = {index: number for number, index in enumerate(running, start=1)}
        self.total = len(running)

    def before_cell(self, cell: NotebookNode, cell_index: int) -> None:
        """Called by nbclient before each cell; ends the notebook when the run was stopped."""
        if self._stop.signal:
            raise StoppedError
        if cell_index in self._numbers:
            self.current = self._numbers[cell_index]
            self._started = time.monotonic()

    def after_cell(
        self, cell: NotebookNode, cell_index: int, execute_reply: Mapping[str, Any]
    ) -> None:
        """Called by nbclient with the kernel's reply to a cell."""
        reply = execute_reply["content"]
        self.exited = _exit_in(reply)
        if self.exited == EXIT_CALL:
            raise StoppedError  # it ends the kernel, but only after some more cells
        if reply["status"] != "ok" and "raises-exception" not in tags(cell):
            self.error = self.error or self._cell_error(reply)
        elif cell_index in self._numbers:
            self.executed += 1
            logger.info("%s, took %.1f s", self, time.monotonic() - self._started)
            self._on_cell(self.executed)

    def __str__(self) -> str:
        return f"{self.label}: cell {self.current} of {self.total}"

    @property
    def place(self) -> str:
        """Where the notebook is, in words."""
        if not self.current:
            return "before the first cell"
        return f"in cell {self.current} of {self.total}"

    def save_if_due(self) -> None:
        """Save the notebook when the last time is long enough ago."""
        if time.monotonic() >= self._next_save:
            self.save()

    def save(self) -> None:
        """Save the notebook as it is, without the secrets that its outputs show.

        A copy is saved: nbclient goes on counting on the outputs as they came.
        """
        begun = time.monotonic()
        notebook = copy.deepcopy(self._notebook)
        for cell in notebook.cells:
            if "outputs" in cell:
                cell.outputs = self._scrubber.inside(join_streams(cell.outputs))
        self._scrubber.inside(notebook.metadata.get("widgets", {}))
        write_atomically(self._output, nbformat.writes(notebook))
        self.saves += 1
        ended = time.monotonic()
        self._next_save = ended + max(SAVE_SECONDS, (ended - begun) / SAVE_SHARE)

    @contextmanager
    def heartbeat(self, every: float = HEARTBEAT_SECONDS) -> Iterator[None]:
        """Log a line now and then while a cell takes long."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(every):
                logger.info("%s, running for %.0f s", self, time.monotonic() - self._started)

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _cell_error(self, reply: Mapping[str, Any]) -> CellError:
        message = self._scrubber.text(plain_text(str(reply.get("evalue", ""))))
        traceback = self._scrubber.text(plain_text("\n".join(reply.get("traceback", []))))
        return CellError(
            cell=self.current,
            name=plain_text(str(reply.get("ename", "Error"))),
            message=message[:MESSAGE_LENGTH],
            traceback=traceback.splitlines()[-TRACEBACK_LINES:],
        )


def plain_text(text: str) -> str:
    """The text without colours and control characters, which could play tricks on a terminal."""
    return CONTROL.sub("", ANSI.sub("", text))


def join_streams(outputs: Iterable[NotebookNode]) -> list[NotebookNode]:
    """The outputs, with pieces of one stream joined and what a progress bar overwrote left out.

    A text that was printed in pieces must be one text before secrets are looked for. (nbclient
    can do the same, but takes minutes for a line of some megabytes.)
    """
    joined: list[NotebookNode] = []
    for name, group in groupby(outputs, key=_stream_name):
        pieces = list(group)
        if name is None:
            joined += pieces
        else:
            text = "".join(piece.text for piece in pieces).replace("\r\n", "\n")
            lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
            joined.append(NotebookNode({**pieces[0], "text": "\n".join(lines)}))
    return joined


def _stream_name(output: NotebookNode) -> str | None:
    return str(output.name) if output.output_type == "stream" else None


def _exit_in(reply: Mapping[str, Any]) -> str | None:
    """By what a cell ends the kernel: an error that papermill takes for success, or a request."""
    if reply.get("ename") == "SystemExit":
        return "sys.exit"
    asks = any(entry.get("source") == "ask_exit" for entry in reply.get("payload", []))
    return EXIT_CALL if asks else None
