"""The repository keeps its own promises: one list of packages, clean notebooks, true names."""

import re
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

import nbformat
import pytest
import yaml

import tfw
from tfw.runs.lint import lint_notebook

REPOSITORY = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("*.ipynb"))


def dependencies() -> set[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    return {*project["dependencies"], *chain(*project["optional-dependencies"].values())}


def test_environment_yml_has_the_packages_of_pyproject():
    environment = yaml.safe_load((REPOSITORY / "environment.yml").read_text())
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert {*pip} - {"-e ."} == dependencies()


def test_every_direct_dependency_has_a_pinned_version():
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (REPOSITORY / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    bare = {re.split(r"[<>=\[]", name)[0].lower().replace("_", "-") for name in dependencies()}
    assert bare - pinned == set()


def test_torch_is_pinned_exactly():
    assert "torch==2.13.0" in (REPOSITORY / "constraints.txt").read_text().splitlines()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_reads_every_parameter_it_has(path):
    assert lint_notebook(path) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_short_and_defines_nothing(path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert len(cells) <= 16
    for cell in cells:
        assert len(cell.source.splitlines()) <= 16
        assert not re.search(r"^(def|class|for|while) ", cell.source, re.MULTILINE)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_what_goes_in_what_comes_out_and_how_long_it_takes(path):
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    for word in ("**In:**", "**Out:**", "**Takes:**"):
        assert word in first.source


def test_every_public_name_can_be_loaded():
    for name in tfw.__all__:
        assert getattr(tfw, name) is not None


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        tfw.nonsense  # noqa: B018


def test_the_default_vocabulary_is_what_its_script_makes():
    script = REPOSITORY / "scripts" / "make_default_vocabulary.py"
    committed = (REPOSITORY / "tfw" / "data" / "default_vocabulary.json").read_bytes()
    made = subprocess.run(
        [sys.executable, script, "--print"], capture_output=True, check=True
    ).stdout
    assert made == committed
