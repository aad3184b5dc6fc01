"""Runs listed, loaded and compared."""

from datetime import UTC, datetime

import pytest

from tests.runs.conftest import Project
from tests.runs.records import PROVENANCE, make_record, make_step, save_record
from tfw.errors import InputError
from tfw.runs.history import (
    UnreadableRun,
    diff_runs,
    list_runs,
    load_run,
    mark_vanished,
)
from tfw.runs.provenance import Commit
from tfw.runs.record import RunnerProcess, RunRecord, Status, read_record

NOBODY = RunnerProcess(pid=2**22, started=0, host="nowhere")


def test_runs_are_listed_newest_first_and_a_damaged_one_among_them(project: Project):
    for run_id in ("20261121T210405-a", "20261122T010101-b"):
        save_record(make_record(run_id, ["one"]), project.settings)
    damaged = project.home / "outputs" / "20261121T230000-c"
    damaged.mkdir()
    (damaged / "run.json").write_text('{"id": ')
    (project.home / "outputs" / "by-hand").mkdir()
    runs = list_runs()
    assert [run.id for run in runs] == [
        "20261122T010101-b",
        "20261121T230000-c",
        "20261121T210405-a",
    ]
    assert isinstance(runs[1], UnreadableRun)
    assert "Invalid JSON" in runs[1].reason
    with pytest.raises(InputError, match="20261121T230000-c is damaged: Invalid JSON"):
        load_run("20261121T23")


def test_without_runs_the_list_is_empty(project: Project):
    assert list_runs() == []
    with pytest.raises(InputError, match=r"no run 'latest'\. The newest runs: none"):
        load_run("latest")


def test_a_run_is_found_by_the_beginning_of_its_id_and_by_latest(project: Project):
    for run_id in ("20261121T210405-a", "20261121T220000-a", "20261122T010101-b"):
        save_record(make_record(run_id, ["one"]), project.settings)
    assert load_run("20261122").id == "20261122T010101-b"
    assert load_run("latest").id == "20261122T010101-b"
    with pytest.raises(InputError, match="Several runs begin with '20261121': 20261121T22"):
        load_run("20261121")
    with pytest.raises(InputError, match=r"Did you mean 20261122T010101-b\?"):
        load_run("20261122T010101-c")
    for nonsense in ("", "../../etc", "."):
        with pytest.raises(InputError, match="There is no run"):
            load_run(nonsense)


def test_the_lock_holder_marks_a_vanished_run_of_its_file_whatever_host_it_ran_on(
    project: Project,
):
    steps = [make_step(1, "one", status="complete"), make_step(2, "two", status="running"),
             make_step(3, "three")]  # fmt: skip
    mine = make_record("20261121T210405-test", [], steps=steps, process=NOBODY)
    other = make_record("20261121T210406-x", ["one"], params_file="params/x.yaml", process=NOBODY)
    for record in (mine, other):
        save_record(record, project.settings)
    assert [run.status for run in list_runs() if isinstance(run, RunRecord)] == ["running"] * 2
    mark_vanished(project.settings, "params/test.yaml")
    marked = read_record(project.home / "outputs" / mine.id)
    assert marked.status is Status.INTERRUPTED
    assert [step.status for step in marked.steps] == ["complete", "interrupted", "skipped"]
    assert marked.finished_at is None
    assert load_run(other.id).status is Status.RUNNING


def test_two_runs_differ_in_what_was_recorded_differently(project: Project):
    one = make_record("20261121T210405-a", [], status="complete", steps=[
        make_step(1, "score", status="complete", parameters={"limit": 5, "name": "x"},
                  counts={"posts_in": 10}, notebook_fingerprint="1" * 16),
        make_step(2, "report", status="complete"),
    ])  # fmt: skip
    other = one.model_copy(
        update={
            "id": "20261122T210405-a",
            "created_at": datetime(2026, 11, 22, tzinfo=UTC),
            "status": Status.FAILED,
            "steps": [
                make_step(1, "score", status="failed", parameters={"limit": 6, "name": "x"},
                          notebook_fingerprint="2" * 16),
            ],
            "provenance": PROVENANCE.model_copy(
                update={"packages": {"numpy": "2.5.0"}, "git": Commit(commit="b" * 40, dirty=True)}
            ),
        }
    )  # fmt: skip
    for record in (one, other):
        save_record(record, project.settings)
    diff = diff_runs("20261121", "20261122")
    assert [(d.section, d.name, d.a, d.b) for d in diff.differences] == [
        ("status", "run", "complete", "failed"),
        ("status", "score", "complete", "failed"),
        ("status", "report", "complete", None),
        ("parameters", "score.limit", "5", "6"),
        ("counts", "score.posts_in", "10", None),
        ("notebook", "score", "01_score.ipynb (1111111111111111)",
         "01_score.ipynb (2222222222222222)"),
        ("notebook", "report", "02_report.ipynb (ffffffffffffffff)", None),
        ("commit", "git", "aaaaaaaaaaaa", "bbbbbbbbbbbb with changes"),
        ("versions", "numpy", "2.4.0", "2.5.0"),
    ]  # fmt: skip
    assert diff_runs("20261121", "20261121").differences == ()
