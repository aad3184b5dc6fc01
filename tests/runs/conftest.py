"""A project folder with small notebooks, and runs of it in this and in another process."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook

from tfw.runs.record import RunRecord
from tfw.runs.runner import run
from tfw.settings import Settings, load_settings

RUN_IN_ANOTHER_PROCESS = """
import logging, sys
from tfw.runs.runner import run
logging.basicConfig(level="INFO", format="%(message)s", stream=sys.stderr)
sys.exit(run(sys.argv[1]).exit_status)
"""
PATIENCE_SECONDS = 60


class Project:
    """A project folder of a test."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "params").mkdir()
        (home / "notebooks").mkdir()

    @property
    def settings(self) -> Settings:
        return load_settings()

    def notebook(self, name: str, *cells: str, parameters: str | None = None) -> Path:
        """Write notebooks/NAME.ipynb, without a kernelspec, its parameters cell first."""
        notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
        if parameters is not None:
            cell = new_code_cell(parameters, metadata={"tags": ["parameters"]})
            notebook.cells.insert(0, cell)
        path = self.home / "notebooks" / f"{name}.ipynb"
        nbformat.write(notebook, str(path))
        return path

    def plan(self, *steps: str | dict[str, Any], **keys: Any) -> Path:
        """Write params/test.yaml with these steps; a text is the name of a notebook."""
        listed = [{"notebook": step} if isinstance(step, str) else step for step in steps]
        path = self.home / "params" / "test.yaml"
        path.write_text(yaml.safe_dump({**keys, "steps": listed}, sort_keys=False))
        return path

    def run(self, *steps: str | dict[str, Any], **keys: Any) -> RunRecord:
        """Run a plan of these steps in this process."""
        return run(self.plan(*steps, **keys))

    def folder(self, record: RunRecord) -> Path:
        return self.home / "outputs" / record.id

    def executed(self, record: RunRecord, step: int = 0) -> nbformat.NotebookNode:
        """The executed notebook of a step."""
        path = self.folder(record) / record.steps[step].output
        return nbformat.read(str(path), as_version=4)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project folder with no database and no notebooks."""
    home = tmp_path / "project"
    home.mkdir()
    monkeypatch.setenv("TFW_HOME", str(home))
    monkeypatch.delenv("TFW_MONGODB_URI", raising=False)
    monkeypatch.delenv("TFW_DATABASE", raising=False)
    return Project(home)


@pytest.fixture
def start_run(project: Project) -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start a run in a process of its own; whatever is left of it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(params: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", RUN_IN_ANOTHER_PROCESS, str(params)]
        process = subprocess.Popen(
            command, env=dict(os.environ), stderr=subprocess.PIPE, text=True, cwd=project.home
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def wait_for(what: Callable[[], Any]) -> Any:
    """What a call gives as soon as it is not empty."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_SECONDS} s in vain")


def outputs_text(notebook: nbformat.NotebookNode) -> str:
    """All outputs of a notebook as one text."""
    return "\n".join(
        str(output.get("text") or output.get("data") or output)
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
