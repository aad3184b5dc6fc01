"""What is found wrong in a notebook's parameters."""

from tests.runs.conftest import Project
from tfw.runs.lint import lint_notebook


def test_a_good_notebook_has_no_problems(project: Project):
    path = project.notebook(
        "01_good",
        "%matplotlib inline\nimport os",
        "print(f'{limit} posts')\n!echo done",
        "!echo {names}\ntable = [name for name in names]",
        parameters="limit: int = 1\nnames: list[str] = []",
    )
    assert lint_notebook(path) == []


def test_a_parameter_that_nothing_reads_is_found(project: Project):
    path = project.notebook(
        "01_bad",
        "used = limit\nunread = 2\n# comment names",
        parameters="limit: int = 1\nunread: int = 2\nnames: list[str] = []",
    )
    assert lint_notebook(path) == [
        "01_bad.ipynb: no later cell reads names.",
        "01_bad.ipynb: no later cell reads unread.",
    ]


def test_a_missing_tag_a_computed_default_and_broken_code_are_found(project: Project):
    assert lint_notebook(project.notebook("01_none", "1")) == [
        "01_none.ipynb has no cell tagged 'parameters'."
    ]
    [problem] = lint_notebook(project.notebook("02_sum", "a", parameters="a: int = 1 + 1"))
    assert "1 + 1 is not a literal" in problem
    [problem] = lint_notebook(project.notebook("03_x", "a", "def", parameters="a: int = 1"))
    assert problem.startswith("03_x.ipynb, cell 3, line 1:")
