"""The record, the counts and the folder of a run."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import psutil
import pytest

from tests.runs.conftest import Project
from tests.runs.records import make_record
from tfw.errors import InputError
from tfw.runs.record import (
    RunnerProcess,
    Status,
    read_counts,
    read_record,
    record_counts,
    run_folder,
    write_record,
)


def test_counts_add_up_to_one_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TFW_RUN_FOLDER", str(tmp_path))
    monkeypatch.setenv("TFW_RUN_STEP", "import_posts")
    record_counts(posts_in=5, posts_out=np.int64(4))
    record_counts(posts_out=3, rejected=2)
    assert read_counts(tmp_path, "import_posts") == {"posts_in": 5, "posts_out": 3, "rejected": 2}
    assert run_folder() == tmp_path


@pytest.mark.parametrize("count", [1.5, "3", True, None])
def test_a_count_that_is_no_whole_number_is_refused_by_hand_too(project: Project, count: object):
    with pytest.raises(InputError, match="The count posts is"):
        record_counts(posts=count)  # type: ignore[arg-type]


def test_by_hand_counts_go_nowhere_and_files_go_to_a_folder_of_their_own(project: Project):
    record_counts(posts=3)
    assert not (project.home / "outputs").exists()
    assert run_folder() == project.home / "outputs" / "by-hand"
    assert run_folder().is_dir()


def test_a_record_is_written_whole_and_read_back_equal(tmp_path: Path):
    record = make_record("20261121T210405-test", ["one"])
    record.steps[0].parameters = {"n": None, "names": ["ü", "🙂"], "x": 0.1}
    write_record(record, tmp_path)
    assert read_record(tmp_path) == record
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]
    content = json.loads((tmp_path / "run.json").read_text())
    assert content["status"] == "running"
    assert content["created_at"].endswith("Z")


def test_exit_status_is_zero_only_for_a_complete_run():
    record = make_record("20261121T210405-test", ["one"])
    statuses = {}
    for status in Status:
        record.status = status
        statuses[status] = record.exit_status
    assert {status for status, code in statuses.items() if code == 0} == {Status.COMPLETE}
    record.status, record.signal = Status.INTERRUPTED, "SIGINT"
    assert record.exit_status == 130


def test_a_process_is_gone_when_it_ended_or_another_one_has_its_number():
    assert not RunnerProcess.this().is_gone
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    started = psutil.Process(child.pid).create_time()
    seen = RunnerProcess(pid=child.pid, started=started, host=os.uname().nodename)
    assert not seen.is_gone
    assert seen.model_copy(update={"started": started - 3600}).is_gone
    child.communicate()
    assert seen.is_gone
    assert not seen.model_copy(update={"host": "another"}).is_gone


def test_the_time_of_a_resumed_run_counts_from_its_last_start():
    record = make_record("20261121T210405-test", ["one"])
    assert record.seconds is None
    record.resumed_at = [record.created_at + timedelta(hours=5)]
    record.finished_at = record.resumed_at[0] + timedelta(seconds=9)
    assert record.seconds == 9
