"""Notebooks as files: reading one, and telling its cells apart."""

import hashlib
import json
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tfw.errors import FileFormatError

PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"
SKIPPED_TAG = "skip-execution"
# What nbformat stumbles over in JSON that is no notebook.
MALFORMED = (ValueError, TypeError, AttributeError, KeyError, nbformat.ValidationError)


def load_notebook(path: Path) -> NotebookNode:
    """A notebook of format 4, without cells that an earlier run has injected.

    Raises:
        FileFormatError: the file cannot be read, or is not a notebook.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileFormatError(f"{path} cannot be read: {error}.") from error
    try:
        notebook = nbformat.reads(text, as_version=4)
        # An executed notebook that is run again must not bring its old parameters along.
        notebook.cells = [cell for cell in notebook.cells if INJECTED_TAG not in tags(cell)]
    except MALFORMED as error:
        raise FileFormatError(f"{path} is not a Jupyter notebook: {_short(error)}.") from error
    return notebook


def tags(cell: NotebookNode) -> list[str]:
    """The tags of a cell."""
    return list(cell.metadata.get("tags", []))


def runs(cell: NotebookNode) -> bool:
    """Whether a cell is executed: code that is neither blank, injected nor tagged to be skipped."""
    skipped = {INJECTED_TAG, SKIPPED_TAG}.intersection(tags(cell))
    return cell.cell_type == "code" and bool(cell.source.strip()) and not skipped


def fingerprint(notebook: NotebookNode) -> str:
    """A short hash of what a notebook does: its code, not its texts, outputs or ids."""
    code = [cell.source for cell in notebook.cells if runs(cell)]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()[:16]


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
