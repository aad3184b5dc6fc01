"""The parameters cell of a notebook."""

import pytest

from tests.runs.conftest import Project
from tfw.errors import FileFormatError, ParameterError
from tfw.runs.parameters import NotebookParameters, read_parameters

CELL = """\
num_topics: int = 10  # number of topics
language: str | None = None
names: list[str] = [  # several
    "a",
    "b",  # lines
]
limits: dict[str, float] = {"low": 0.5}  # a # in a comment
note: "str" = "no # comment"
threshold: float = -1
mode: Literal["fast", "good"] = "good"
"""


def parameters(project: Project, cell: str | None) -> NotebookParameters:
    return read_parameters(project.notebook("01_test", "1", parameters=cell))


def test_names_types_defaults_and_comments_are_read(project: Project):
    read = parameters(project, CELL).parameters
    found = [(p.name, p.type, p.default, p.comment) for p in read.values()]
    assert found == [
        ("num_topics", "int", 10, "number of topics"),
        ("language", "str | None", None, ""),
        ("names", "list[str]", ["a", "b"], "several lines"),
        ("limits", "dict[str, float]", {"low": 0.5}, "a # in a comment"),
        ("note", "str", "no # comment", ""),
        ("threshold", "float", -1.0, ""),
        ("mode", "Literal['fast', 'good']", "good", ""),
    ]


def test_a_notebook_without_a_parameters_cell_has_none(project: Project):
    read = parameters(project, None)
    assert read.parameters == {}
    with pytest.raises(ParameterError, match="has no parameters"):
        read.check({"limit": 1})


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("a = 1", "line 1: only 'name: type = literal' may stand here, not 'a = 1'"),
        ("a: int = 1\nimport os", "line 2: only 'name: type = literal'"),
        ("a: int", "a has no default"),
        ("a: int = 60 * 60", "60 * 60 is not a literal"),
        ("a: str = f'{1}'", "is not a literal"),
        ("a: int = 'x'", "int is wanted, but 'x' is text"),
        ("a: int = None", "None is nothing (null)"),
        ("a: set[int] = {1}", "set[int] is not understood"),
        ("a: 'list[' = 1", "line 1: "),
        ("a: int = 1\na: int = 2", "line 2: a stands here for the second time"),
        ("a: int =", "line 1: "),
        ("x.y: int = 1", "line 1: only 'name: type = literal'"),
        ("api_key: str = ''", "api_key is named like a secret"),
        ("password: str = ''", "environment variable, or into a file that only its owner"),
    ],
)
def test_what_is_no_typed_literal_is_refused_with_its_line(
    project: Project, cell: str, message: str
):
    with pytest.raises(ParameterError) as caught:
        parameters(project, cell)
    assert "01_test.ipynb, parameters cell" in str(caught.value)
    assert message in str(caught.value)


def test_values_are_checked_all_at_once_and_the_valid_ones_are_listed(project: Project):
    read = parameters(project, CELL)
    assert read.check({"num_topics": 5, "language": "NO"}) == {"num_topics": 5, "language": "NO"}
    with pytest.raises(ParameterError) as caught:
        read.check({"num_topic": 5, "threshold": "high", "mode": "slow"})
    message = str(caught.value)
    assert "parameter num_topic: there is no such parameter (did you mean num_topics?)." in message
    assert "parameter threshold: float is wanted, but 'high' is text." in message
    assert "parameter mode: Literal['fast', 'good'] is wanted" in message
    assert "  num_topics: int = 10  # number of topics\n  language: str | None = None" in message


def test_a_file_for_credentials_may_be_named(project: Project):
    read = parameters(project, "credentials_file: str = 'params/credentials.ini'")
    assert read.check({"credentials_file": "a.ini"}) == {"credentials_file": "a.ini"}


@pytest.mark.parametrize(
    ("cell", "text", "value"),
    [
        ("a: str = ''", "true", "true"),
        ("a: str = ''", "[x", "[x"),
        ("a: str | None = None", "12", "12"),
        ("a: str | None = None", "null", None),
        ("a: int = 1", "12", 12),
        ("a: int | None = 1", "", None),
        ("a: float = 1", "1e-3", 0.001),
        ("a: bool = True", "false", False),
        ("a: list[str] = []", "[x, NO]", ["x", "NO"]),
        ("a: dict[str, int] = {}", "{x: 1}", {"x": 1}),
        ("a: Literal['x', 'y'] = 'x'", "y", "y"),
    ],
)
def test_a_text_of_the_command_line_is_read_by_the_type(
    project: Project, cell: str, text: str, value: object
):
    assert parameters(project, cell)["a"].parse(text) == value


def test_a_notebook_with_two_parameters_cells_is_refused(project: Project):
    import nbformat

    path = project.notebook("01_test", "b: int = 1", parameters="a: int = 1")
    notebook = nbformat.read(str(path), as_version=4)
    notebook.cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, str(path))
    with pytest.raises(ParameterError, match="2 cells tagged 'parameters'"):
        read_parameters(path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cells": 3}', "\xff"])
def test_a_file_that_is_no_notebook_is_named(project: Project, content: str):
    path = project.home / "notebooks" / "01_bad.ipynb"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(FileFormatError, match=r"01_bad\.ipynb"):
        read_parameters(path)
