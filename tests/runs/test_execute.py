"""One notebook through papermill: saving, telling, and ending a deaf kernel."""

import logging
import os
import signal
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.runs.conftest import outputs_text
from tfw.runs import watcher
from tfw.runs.execute import Job, execute
from tfw.runs.record import Status
from tfw.runs.stop import Stop


def job(tmp_path: Path, *cells: str) -> Job:
    return Job(
        label="test",
        notebook=new_notebook(cells=[new_code_cell(source) for source in cells]),
        parameters={},
        output=tmp_path / "{out}.ipynb",
        environment=dict(os.environ),
        working_folder=tmp_path,
    )


def test_many_cells_after_a_big_output_cost_one_save(tmp_path: Path):
    outcome = execute(job(tmp_path, "print('x' * 5_000_000)", *["1"] * 30), Stop())
    assert outcome.status is Status.COMPLETE
    assert (outcome.executed, outcome.total, outcome.saves) == (31, 31, 1)
    saved = nbformat.read(str(tmp_path / "{out}.ipynb"), as_version=4)
    assert len(outputs_text(saved)) > 5_000_000


def test_a_long_cell_is_saved_and_told_of_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(watcher, "SAVE_SECONDS", 0.05)
    with caplog.at_level(logging.INFO, logger="tfw"):
        outcome = execute(
            job(
                tmp_path,
                "import time, pathlib, json\nprint('early')",
                "while True:\n"
                "    print('.', end='', flush=True); time.sleep(0.05)\n"
                "    saved = pathlib.Path('{out}.ipynb')\n"
                "    if saved.exists() and 'early' in json.dumps(json.loads(saved.read_text())):\n"
                "        break",
            ),
            Stop(),
        )
    assert outcome.status is Status.COMPLETE
    assert outcome.saves > 1
    assert "test: cell 1 of 2, took" in caplog.text


def test_a_kernel_that_ignores_the_interrupt_is_killed_after_a_while(tmp_path: Path):
    deaf = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "os.kill(os.getppid(), signal.SIGTERM)\n"
        "time.sleep(300)"
    )
    stop = Stop(grace=0.2)
    before = signal.getsignal(signal.SIGTERM)
    with stop.listening():
        outcome = execute(job(tmp_path, deaf, "2"), stop)
    assert outcome.status is Status.INTERRUPTED
    assert outcome.reason == "interrupted by SIGTERM in cell 1 of 2"
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_stop_before_the_first_cell_executes_nothing(tmp_path: Path):
    stop = Stop()
    with stop.listening():
        os.kill(os.getpid(), signal.SIGTERM)
        outcome = execute(job(tmp_path, "1"), stop)
    assert (outcome.status, outcome.executed) == (Status.INTERRUPTED, 0)
    assert outcome.reason == "interrupted by SIGTERM before the first cell"


def test_a_kernel_that_cannot_start_fails_the_step(tmp_path: Path):
    broken = job(tmp_path, "1")
    (tmp_path / "ipykernel_launcher.py").write_text("raise SystemExit(3)")
    environment = {**broken.environment, "PYTHONPATH": str(tmp_path)}
    outcome = execute(Job(**{**vars(broken), "environment": environment}), Stop())
    assert outcome.status is Status.FAILED
    assert outcome.reason is not None
    assert "before the first cell" in outcome.reason
