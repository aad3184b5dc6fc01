"""What is wrong with the parameters of a notebook, found without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

from tfw.errors import ParameterError
from tfw.runs.notebooks import PARAMETERS_TAG, load_notebook, runs, tags
from tfw.runs.parameters import parameters_of


def lint_notebook(path: Path) -> list[str]:
    """The problems of a notebook's parameters, one sentence each; none for a good notebook.

    Wanted are exactly one cell tagged ``parameters`` with typed literals only, and a later cell
    that reads each of them: a parameter that nothing reads is a promise not kept.

    Raises:
        FileFormatError: the file is not a notebook.
    """
    notebook = load_notebook(path)
    if not any(PARAMETERS_TAG in tags(cell) for cell in notebook.cells):
        return [f"{path.name} has no cell tagged 'parameters'."]
    try:
        parameters = parameters_of(notebook, path.name).parameters
    except ParameterError as error:
        return [str(error)]
    read, problems = _names_read(notebook, path.name)
    unread = [f"{path.name}: no later cell reads {name}." for name in parameters.keys() - read]
    return [*problems, *sorted(unread)]


def _names_read(notebook: NotebookNode, name: str) -> tuple[set[str], list[str]]:
    """The names that the cells after the parameters cell read, and the cells that are no Python."""
    read: set[str] = set()
    problems = []
    for number, source in _later_code(notebook):
        try:
            tree = ast.parse(_python(source))
        except SyntaxError as error:
            problems.append(f"{name}, cell {number}, line {error.lineno}: {error.msg}.")
            continue
        read |= set(_reads(tree))
    return read, problems


def _later_code(notebook: NotebookNode) -> Iterator[tuple[int, str]]:
    seen = False
    for number, cell in enumerate(notebook.cells, start=1):
        if seen and runs(cell):
            yield number, cell.source
        seen = seen or PARAMETERS_TAG in tags(cell)


def _python(source: str) -> str:
    """The cell as plain Python, its magics turned into calls."""
    return str(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]


def _reads(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
