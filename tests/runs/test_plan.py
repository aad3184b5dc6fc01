"""Params files: what is accepted, and what is said about the rest."""

from pathlib import Path

import pytest

from tests.runs.conftest import Project
from tfw.errors import SettingsError
from tfw.runs.plan import find_params_file, read_plan, settings_for, step_name


def read(project: Project, text: str):
    (project.home / "params" / "test.yaml").write_text(text)
    return read_plan("test.yaml", project.settings)


def test_a_full_plan_is_read(project: Project):
    plan = read(
        project,
        "title: Demo\ndatabase: demo\nsteps:\n"
        "  - notebook: 02_import_posts\n    parameters: {path: a.csv, limit: 0}\n"
        "  - {name: again, notebook: 02_import_posts.ipynb, parameters: }\n",
    )
    first, second = plan.plan.steps
    assert (plan.title, plan.plan.database) == ("Demo", "demo")
    assert (first.name, first.parameters) == ("import_posts", {"path": "a.csv", "limit": 0})
    assert (second.name, second.parameters) == ("again", {})
    assert first.path(project.settings) == second.path(project.settings)
    assert first.path(project.settings) == project.home / "notebooks" / "02_import_posts.ipynb"
    assert plan.place("steps", 0, "parameters", "limit").endswith("test.yaml, line 5")


def test_a_title_and_a_database_may_be_absent(project: Project):
    plan = read(project, "title:\nsteps: [{notebook: 01_one}]")
    assert (plan.title, plan.plan.database) == ("test", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1: the file must be a mapping"),
        ("- 1", "line 1: the file must be a mapping"),
        ("title: x", "'steps' is missing"),
        ("title: 3\nsteps: [{notebook: a}]", "line 1: 'title' must be text; quote it"),
        ("step: []", "'step' is not a key (did you mean steps?). Valid keys: title, database"),
        ("steps: []", "'steps' must have at least one entry"),
        ("steps: x", "'steps' must be a list"),
        ("steps: [x]", "'steps', entry 1 must be a mapping"),
        ("steps:\n- notebok: a", "line 2: 'steps', entry 1, 'notebook' is missing"),
        ("steps:\n- notebok: a", "'notebok' is not a key (did you mean notebook?)"),
        ("steps:\n- notebook: a\n  parameters: [1]", "line 3: 'steps', entry 1, 'parameters' must"),
        ("steps:\n- notebook: a\n  name: a.b", "line 3: 'steps', entry 1, 'name' is 'a.b'; valid"),
        ("steps:\n- notebook: 1_a\n- notebook: 2_a", "line 3: a second step is called 'a'"),
        ("database: a b\nsteps: [{notebook: a}]", "line 1: 'database' is 'a b'"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_would_be_valid(
    project: Project, text: str, message: str
):
    with pytest.raises(SettingsError) as caught:
        read(project, text)
    assert str(caught.value).startswith(str(project.home / "params" / "test.yaml"))
    assert message in str(caught.value)


def test_a_params_file_is_found_by_path_and_by_name(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = project.plan("01_one")
    monkeypatch.chdir(tmp_path)
    for name in (path, "test.yaml", "params/test.yaml"):
        assert find_params_file(name, project.settings) == path
    with pytest.raises(SettingsError, match=r"did you mean test\.yaml\?.*there are: test\.yaml"):
        find_params_file("tests.yaml", project.settings)


def test_the_project_of_the_params_file_counts_unless_tfw_home_is_set(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = project.plan("01_one")
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.setenv("TFW_HOME", str(other))
    assert settings_for(path).home == other
    monkeypatch.delenv("TFW_HOME")
    monkeypatch.chdir(other)
    assert settings_for(path).home == project.home


def test_a_step_is_called_like_its_notebook_without_number():
    assert step_name("02_import_posts") == "import_posts"
    assert step_name("weekly/08-report.ipynb") == "report"
    assert step_name("plain") == "plain"
