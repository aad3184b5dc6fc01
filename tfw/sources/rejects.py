"""The list of rejected rows: a CSV file beside the other outputs, there only when needed."""

import csv
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from tfw.sources.outcomes import Rejected
from tfw.spreadsheet import disarm

HEADER = ("line", "reason", "excerpt")


class RejectsFile:
    """A CSV file of rejected rows that takes the place of an earlier one when it is closed.

    With nothing rejected there is no file, and one of an earlier import is removed. After an
    error nothing is replaced.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written: Path | None = None
        self._draft = path.with_name(path.name + ".part")
        self._file: TextIO | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def add(self, row: Rejected) -> None:
        """Add one row; cells that a spreadsheet would run are disarmed."""
        if self._file is None:
            self._draft.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._draft.open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(HEADER)
        self._writer.writerow((row.line, disarm(row.detail), disarm(row.excerpt)))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()
        if error is not None:
            self._draft.unlink(missing_ok=True)
        elif self._file:
            self._draft.replace(self.path)
            self.written = self.path
        else:
            self.path.unlink(missing_ok=True)
