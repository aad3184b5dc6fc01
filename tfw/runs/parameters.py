"""The parameters of a notebook, read from its own parameters cell.

The cell is tagged ``parameters`` and holds literals only, each with a type and a comment::

    num_topics: int = 10          # how many topics to learn
    language: str | None = None   # only posts in this language

It is read with `ast`, because papermill's own reader does not see annotations such as
``int | None`` or a default on several lines, and injects unknown names without a word.
"""

import ast
import io
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from nbformat import NotebookNode
from pydantic import JsonValue, TypeAdapter

from tfw.errors import ParameterError, SettingsError
from tfw.runs.notebooks import PARAMETERS_TAG, load_notebook, tags
from tfw.runs.scrub import Scrubber, looks_secret
from tfw.runs.values import adapter_of, fit
from tfw.yamlfile import parse_yaml

WHERE_CREDENTIALS_BELONG = (
    "Parameters are written into the executed notebook and the run record. Put credentials into "
    "an environment variable, or into a file that only its owner can read"
)


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook: ``name: type = default  # comment``."""

    name: str
    type: str
    default: JsonValue
    comment: str
    adapter: TypeAdapter[JsonValue] = field(repr=False, compare=False)

    def __str__(self) -> str:
        comment = f"  # {self.comment}" if self.comment else ""
        return f"{self.name}: {self.type} = {self.default!r}{comment}"

    def convert(self, value: object) -> JsonValue:
        """The value as plain JSON of the parameter's type.

        Raises:
            ValueError: it does not fit, or is a secret.
        """
        plain = fit(self.adapter, self.type, value)
        if Scrubber.from_environment().finds_secret(plain):
            raise ValueError(f"the value holds a secret. {WHERE_CREDENTIALS_BELONG}")
        return plain

    def parse(self, text: str) -> JsonValue:
        """The value that a text on the command line means.

        A ``str`` takes the text as it is; other types read it as YAML, and a union with ``str``
        takes the text where the YAML value does not fit.

        Raises:
            ValueError: it does not fit.
        """
        if self.type == "str":
            return self.convert(text)
        try:
            return self.convert(parse_yaml(text, Path("the value")).data)
        except (ValueError, SettingsError):
            return self.convert(text)


@dataclass(frozen=True)
class NotebookParameters:
    """The parameters of one notebook, by name, in the order of its cell."""

    notebook: str
    parameters: Mapping[str, Parameter]

    def check(self, values: Mapping[str, object]) -> dict[str, JsonValue]:
        """The values, converted; the defaults of other parameters are not added.

        Raises:
            ParameterError: a name that the cell does not have, or a value of another type; the
                message lists every such problem and the valid parameters.
        """
        checked, problems = self.examine(values)
        if problems:
            lines = [f"{self.notebook}, parameter {name}: {why}" for name, why in problems.items()]
            raise ParameterError("\n".join([*lines, self.valid()]))
        return checked

    def examine(self, values: Mapping[str, object]) -> tuple[dict[str, JsonValue], dict[str, str]]:
        """The values that fit, and why each of the others does not."""
        checked: dict[str, JsonValue] = {}
        problems: dict[str, str] = {}
        for name, value in values.items():
            try:
                checked[name] = self[name].convert(value)
            except ValueError as error:
                problems[name] = f"{error}."
        return checked, problems

    def __getitem__(self, name: str) -> Parameter:
        """The parameter of this name; ValueError says which ones there are."""
        if looks_secret(name):
            raise ValueError(f"the name says that it is a secret. {WHERE_CREDENTIALS_BELONG}")
        if name not in self.parameters:
            close = get_close_matches(name, self.parameters, n=1)
            guess = f" (did you mean {close[0]}?)" if close else ""
            raise ValueError(f"there is no such parameter{guess}")
        return self.parameters[name]

    def valid(self) -> str:
        """The parameters there are, one a line, with types, defaults and comments."""
        if not self.parameters:
            return f"{self.notebook} has no parameters."
        lines = [f"  {parameter}" for parameter in self.parameters.values()]
        return "\n".join([f"{self.notebook} has these parameters:", *lines])


def read_parameters(path: Path) -> NotebookParameters:
    """The parameters of a notebook file.

    Raises:
        FileFormatError: the file is not a notebook.
        ParameterError: its parameters cell holds something else than typed literals.
    """
    return parameters_of(load_notebook(path), path.name)


def parameters_of(notebook: NotebookNode, name: str) -> NotebookParameters:
    """The parameters of a notebook that has been read; ``name`` is what messages call it."""
    cells = [cell for cell in notebook.cells if PARAMETERS_TAG in tags(cell)]
    if len(cells) > 1:
        raise ParameterError(f"{name} has {len(cells)} cells tagged 'parameters'; it may have one.")
    found = [parameter for cell in cells for parameter in _read_cell(cell.source, name)]
    return NotebookParameters(name, {parameter.name: parameter for parameter in found})


def _read_cell(source: str, notebook: str) -> Iterator[Parameter]:
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise ParameterError(
            f"{notebook}, parameters cell, line {error.lineno}: {error.msg}."
        ) from error
    comments = _comments(source)
    seen: set[str] = set()
    for statement in statements:
        try:
            parameter = _read_statement(statement, comments)
            if parameter.name in seen:
                raise ValueError(f"{parameter.name} stands here for the second time")
        except (ValueError, SyntaxError) as error:
            raise ParameterError(
                f"{notebook}, parameters cell, line {statement.lineno}: {error}."
            ) from error
        seen.add(parameter.name)
        yield parameter


def _read_statement(statement: ast.stmt, comments: Mapping[int, str]) -> Parameter:
    if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
        written = ast.unparse(statement).splitlines()[0]
        raise ValueError(f"only 'name: type = literal' may stand here, not {written!r}")
    name, type_text = statement.target.id, ast.unparse(statement.annotation).strip("'\"")
    if looks_secret(name):
        raise ValueError(f"{name} is named like a secret. {WHERE_CREDENTIALS_BELONG}")
    if statement.value is None:
        raise ValueError(f"{name} has no default")
    adapter = adapter_of(statement.annotation)
    default = fit(adapter, type_text, _literal(statement.value))
    return Parameter(name, type_text, default, _comment(statement, comments), adapter)


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{ast.unparse(node)} is not a literal") from error


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {
        token.start[0]: token.string.lstrip("#").strip()
        for token in tokens
        if token.type == tokenize.COMMENT
    }


def _comment(statement: ast.stmt, comments: Mapping[int, str]) -> str:
    """The comment on the lines of a statement, first line first."""
    last = statement.end_lineno or statement.lineno
    lines = range(statement.lineno, last + 1)
    return " ".join(comments[line] for line in lines if line in comments)
