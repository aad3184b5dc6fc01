"""Whole runs through real papermill and real kernels: what they do, and what they record."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from nbformat.v4 import new_markdown_cell

from tests.runs.conftest import Project, outputs_text, wait_for
from tfw.errors import BusyError, InputError, ParameterError, SettingsError
from tfw.runs.history import list_runs, load_run
from tfw.runs.record import RunRecord, Status, read_record
from tfw.runs.runner import closing_words, run
from tfw.store import Store

Starter = Callable[[Path], "subprocess.Popen[str]"]


def test_notebooks_run_in_order_with_their_parameters_and_counts(project: Project):
    project.notebook(
        "01_write",
        "import os, pathlib\nfrom tfw.runs.record import record_counts, run_folder",
        "(run_folder() / 'posts.csv').write_text('id\\n' * rows)",
        "record_counts(posts_in=rows)\nrecord_counts(posts_out=rows - 1)",
        parameters="rows: int = 1  # how many",
    )
    project.notebook(
        "02_read",
        "from tfw.runs.record import run_folder\nprint((run_folder() / 'posts.csv').read_text())",
        "(run_folder() / 'report.html').write_text('<p>')",
    )
    record = project.run(
        {"notebook": "01_write", "parameters": {"rows": 3}}, "02_read", title="Two notebooks"
    )
    assert [step.status for step in record.steps] == [Status.COMPLETE, Status.COMPLETE]
    assert record.is_complete
    assert record.exit_status == 0
    assert record.report == f"outputs/{record.id}/report.html"
    assert [step.name for step in record.steps] == ["write", "read"]
    assert record.steps[0].counts == {"posts_in": 3, "posts_out": 2}
    assert (record.steps[0].cells_executed, record.steps[0].cells_total) == (4, 4)
    assert "id\nid\nid" in outputs_text(project.executed(record, 1))
    assert [path.name for path in sorted(project.folder(record).glob("*.ipynb"))] == [
        "01_write.ipynb",
        "02_read.ipynb",
    ]
    assert read_record(project.folder(record)) == record


def test_the_kernel_knows_its_run_and_this_process_does_not(project: Project):
    project.notebook(
        "01_look",
        "import os\nprint({k: v for k, v in os.environ.items() if k.startswith('TFW_')})",
        "import sys\nprint(sys.executable, os.getcwd())",
    )
    before = dict(os.environ)
    record = project.run({"notebook": "01_look", "name": "look_twice"}, database="demo")
    text = outputs_text(project.executed(record))
    for name, value in {
        "TFW_HOME": str(project.home),
        "TFW_DATABASE": "demo",
        "TFW_RUN_ID": record.id,
        "TFW_RUN_FOLDER": str(project.folder(record)),
        "TFW_RUN_STEP": "look_twice",
    }.items():
        assert f"{name!r}: {value!r}" in text
    assert f"{sys.executable} {project.home}" in text
    assert dict(os.environ) == before


def test_a_kernel_registered_by_the_user_does_not_replace_this_python(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    spec = tmp_path / "data" / "kernels" / "python3"
    spec.mkdir(parents=True)
    argv = ["/nonexistent/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "Other", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "data"))
    project.notebook("01_look", "import sys; print(sys.executable)")
    record = project.run("01_look")
    assert record.is_complete
    assert sys.executable in outputs_text(project.executed(record))


def test_parameters_that_papermill_does_not_see_are_set(project: Project):
    project.notebook(
        "01_show",
        "print([language, names, limits, since])",
        parameters=(
            "language: str | None = None  # of the posts\n"
            "names: list[str] = [  # several lines\n    'a',\n    'b',\n]\n"
            "limits: dict[str, float] = {'low': 0.5}\n"
            "since: str = '2020-01-01'"
        ),
    )
    path = project.home / "params" / "test.yaml"
    path.write_text(
        "steps:\n  - notebook: 01_show\n    parameters:\n      language: NO\n"
        "      names: ['x \"y\"', 'ü\\']\n      limits: {high: 1}\n      since: 2026-11-21\n"
    )
    record = run(path)
    expected = ["NO", ['x "y"', "ü\\"], {"high": 1.0}, "2026-11-21"]
    assert repr(expected) in outputs_text(project.executed(record))
    assert list(record.steps[0].parameters.values()) == expected


def test_a_wrong_parameter_of_the_last_step_stops_everything_before_it_begins(project: Project):
    marker = project.home / "ran"
    project.notebook("01_first", f"open({str(marker)!r}, 'w').close()")
    project.notebook("02_last", "max_posts", parameters="max_posts: int = 5  # 0 is all")
    with pytest.raises(ParameterError) as caught:
        project.run("01_first", {"notebook": "02_last", "parameters": {"max_post": 1}})
    message = str(caught.value)
    assert "test.yaml, line 5, step last, parameter max_post" in message
    assert "(did you mean max_posts?)." in message
    assert "max_posts: int = 5  # 0 is all" in message
    assert not marker.exists()
    assert not (project.home / "outputs").exists()


def test_a_missing_notebook_is_named_with_the_nearest_one(project: Project):
    project.notebook("05_score_posts", "1")
    with pytest.raises(ParameterError, match=r"no notebook '5_score_post'.*05_score_posts\?"):
        project.run("5_score_post")


def test_a_killed_kernel_fails_the_step_and_the_saved_notebook_does_not_lie(project: Project):
    project.notebook(
        "01_die",
        "print('before')",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "print('never')",
    )
    project.notebook("02_after", "1")
    record = project.run("01_die", "02_after")
    died, after = record.steps
    assert died.status is Status.FAILED
    assert died.reason is not None
    assert "kernel died in cell 2 of 3" in died.reason
    assert "out of memory?" in died.reason
    assert (died.cells_executed, died.cells_total) == (1, 3)
    assert after.status is Status.SKIPPED
    assert (record.status, record.exit_status) == (Status.FAILED, 1)
    cells = project.executed(record).cells
    assert [cell.metadata.papermill.status for cell in cells] == ["completed", "failed", "pending"]
    assert "before" in outputs_text(project.executed(record))


@pytest.mark.parametrize("leave", ["import sys; sys.exit(0)", "raise SystemExit", "exit()"])
def test_leaving_a_notebook_early_is_no_success(project: Project, leave: str):
    project.notebook("01_leave", "1", leave, "print('never')")
    record = project.run("01_leave")
    step = record.steps[0]
    assert record.status is Status.FAILED
    assert step.reason is not None
    assert "in cell 2 of 3" in step.reason
    assert "exit" in step.reason
    assert (step.cells_executed, step.cells_total) == (1, 3)
    assert "never" not in outputs_text(project.executed(record))


def test_a_failing_cell_is_recorded_with_its_error_and_the_run_resumes_there(project: Project):
    counter = project.home / "times"
    project.notebook("01_count", f"open({str(counter)!r}, 'a').write('x')")
    project.notebook("02_fail", "1", "raise ValueError('no \\x1b[31mposts\\x07')", "2")
    record = project.run("01_count", "02_fail")
    step = record.steps[1]
    assert step.error is not None
    assert (step.error.cell, step.error.name, step.error.message) == (
        2,
        "ValueError",
        "no posts",
    )
    assert any("raise ValueError" in line for line in step.error.traceback)
    assert record.reason == f"step fail: {step.reason}"
    assert f"--resume {record.id}" in closing_words(record)
    failed = project.executed(record, 1)
    assert any(
        out.output_type == "error" for cell in failed.cells for out in cell.get("outputs", [])
    )

    project.notebook("02_fail", "1", "'repaired'", "2")
    resumed = run("test.yaml", resume=record.id)
    assert resumed.is_complete
    assert resumed.id == record.id
    assert len(resumed.resumed_at) == 1
    assert resumed.steps[0] == record.steps[0]
    assert counter.read_text() == "x"
    assert "repaired" in outputs_text(project.executed(resumed, 1))
    with pytest.raises(InputError, match="is complete; there is nothing to resume"):
        run("test.yaml", resume=record.id)


def test_resume_is_refused_when_a_complete_step_would_be_another(project: Project):
    project.notebook("01_first", "limit", parameters="limit: int = 1")
    project.notebook("02_fail", "1/0")
    record = project.run({"notebook": "01_first", "parameters": {"limit": 5}}, "02_fail")
    project.plan({"notebook": "01_first", "parameters": {"limit": 6}}, "02_fail")
    with pytest.raises(InputError, match=r"first\.limit was 5, is 6"):
        run("test.yaml", resume=record.id)
    project.plan("02_fail", {"notebook": "01_first", "parameters": {"limit": 5}})
    with pytest.raises(InputError, match="step fail stands where first stood"):
        run("test.yaml", resume=record.id)
    with pytest.raises(InputError, match="no run 'nonsense'"):
        run("test.yaml", resume="nonsense")
    assert load_run(record.id).status is Status.FAILED


def test_overrides_win_over_the_params_file_and_stay_in_force_on_resume(project: Project):
    project.notebook(
        "01_show",
        "print(word, limit)\nassert limit > 0",
        parameters="word: str = 'a'\nlimit: int = 1",
    )
    path = project.plan({"notebook": "01_show", "parameters": {"limit": 7}})
    record = run(path, overrides=["show.word=true", "show.limit=0"])
    assert record.steps[0].parameters == {"limit": 0, "word": "true"}
    assert "true 0" in outputs_text(project.executed(record))
    resumed = run(path, resume=record.id, overrides=["show.limit=2"])
    assert resumed.is_complete
    assert resumed.steps[0].parameters == {"limit": 2, "word": "true"}


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("show.limit=many", "-p show.limit: int is wanted"),
        ("show.limits=3", "(did you mean limit?)."),
        ("sho.limit=3", "did you mean show"),
        ("limit=3", "STEP.NAME=VALUE"),
        ("show.api_key=3", "environment variable"),
    ],
)
def test_a_wrong_override_is_refused(project: Project, override: str, message: str):
    project.notebook("01_show", "limit", parameters="limit: int = 1")
    path = project.plan("01_show")
    with pytest.raises((ParameterError, SettingsError)) as caught:
        run(path, overrides=[override])
    assert message in str(caught.value)


def test_only_runs_one_step_and_says_so_of_the_others(project: Project):
    project.notebook("01_first", "1/0")
    project.notebook("02_second", "1")
    path = project.plan("01_first", "02_second")
    record = run(path, only="second")
    assert [step.status for step in record.steps] == [Status.SKIPPED, Status.COMPLETE]
    assert record.steps[0].reason == "only second was asked for"
    assert record.exit_status == 0
    assert record.steps_done == "1/1"
    failed = run(path, only="first")
    resumed = run(path, resume=failed.id)
    assert [step.status for step in resumed.steps] == [Status.FAILED, Status.SKIPPED]
    with pytest.raises(SettingsError, match=r"has no step 'secnd' \(did you mean second\?\)"):
        run(path, only="secnd")


def test_sigterm_ends_the_run_in_order_and_leaves_no_kernel_behind(
    project: Project, start_run: Starter
):
    project.notebook(
        "01_wait", "import os; print('pid', os.getpid())", "import time; time.sleep(300)"
    )
    project.notebook("02_after", "1")
    process = start_run(project.plan("01_wait", "02_after"))
    wait_for(lambda: _cells_done(project) == 1)
    kernels = psutil.Process(process.pid).children(recursive=True)
    assert kernels
    process.terminate()
    process.wait()
    record = _only_run(project)
    assert [step.status for step in record.steps] == [Status.INTERRUPTED, Status.SKIPPED]
    assert record.status is Status.INTERRUPTED
    assert record.reason == "interrupted by SIGTERM"
    assert process.returncode == record.exit_status == 1
    wait_for(lambda: not any(kernel.is_running() for kernel in kernels))
    notebook = project.executed(record)
    assert "pid" in outputs_text(notebook)
    assert notebook.metadata.papermill.end_time
    assert "running" not in {
        cell.metadata.papermill.status for cell in notebook.cells if cell.cell_type == "code"
    }


def test_ctrl_c_ends_the_run_and_the_rest_can_go_on(project: Project):
    gone = project.home / "gone"
    project.notebook("01_first", "1")
    project.notebook(
        "02_stop",
        "import os, pathlib, signal, time",
        f"if not pathlib.Path({str(gone)!r}).exists():\n"
        "    os.kill(os.getppid(), signal.SIGINT); time.sleep(300)",
    )
    record = project.run("01_first", "02_stop")
    assert (record.status, record.signal, record.exit_status) == ("interrupted", "SIGINT", 130)
    assert record.steps[1].reason == "interrupted by SIGINT in cell 2 of 2"
    gone.touch()
    resumed = run("test.yaml", resume=record.id)
    assert (resumed.status, resumed.signal, resumed.exit_status) == ("complete", None, 0)


def test_a_second_signal_kills_a_kernel_that_does_not_listen(project: Project):
    project.notebook(
        "01_deaf",
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "os.kill(os.getppid(), signal.SIGTERM); time.sleep(1)\n"
        "os.kill(os.getppid(), signal.SIGTERM); time.sleep(300)",
    )
    assert project.run("01_deaf").status is Status.INTERRUPTED


def test_a_killed_runner_is_found_dead_and_its_run_goes_on(project: Project, start_run: Starter):
    lazy = project.home / "lazy"
    lazy.touch()
    project.notebook(
        "01_wait",
        "1",
        f"import pathlib, time\nwhile pathlib.Path({str(lazy)!r}).exists(): time.sleep(.1)",
    )
    path = project.plan("01_wait")
    process = start_run(path)
    wait_for(lambda: _cells_done(project) == 1)
    with pytest.raises(BusyError, match=f"{_only_run(project).id}, process {process.pid}"):
        run(path)
    kernels = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    assert read_record(project.folder(_only_run(project))).status is Status.RUNNING
    listed = list_runs()[0]
    assert isinstance(listed, RunRecord)
    assert listed.status is Status.INTERRUPTED
    assert listed.reason is not None
    assert "kill -9" in listed.reason
    assert listed.steps[0].cells_executed == 1
    wait_for(lambda: not any(kernel.is_running() for kernel in kernels))
    lazy.unlink()
    assert run(path, resume=listed.id).is_complete


def test_secrets_of_the_environment_reach_neither_record_nor_notebook(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", "s3cr3t<value>")
    monkeypatch.setenv("OTHER_URI", "mongodb://user:pass%2Fword@host/db")
    project.notebook(
        "01_leak",
        "import os\nsecret = os.environ['TIKTOK_CLIENT_SECRET']\nprint('seen', secret)\nsecret",
        "from IPython.display import HTML\nimport html\nHTML(html.escape(secret))",
        "words = secret, os.environ['OTHER_URI'], 'pass' + '/word', 'ftp://a:apri' + 'cot@b'\n"
        "raise RuntimeError(' '.join(words))",
    )
    record = project.run("01_leak")
    written = [
        path.read_text() for path in project.folder(record).iterdir() if path.suffix != ".html"
    ] + [(project.home / "outputs" / "index.html").read_text()]
    for text in written:
        for secret in ("s3cr3t", "pass%2Fword", "pass/word", "apricot"):
            assert secret not in text
    assert record.steps[0].error is not None
    assert record.steps[0].error.message == "*** *** *** ftp://a:***@b"
    assert "seen ***" in outputs_text(project.executed(record))


def test_a_secret_is_refused_as_a_parameter_whatever_it_is_called(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TIKTOK_CLIENT_SECRET", "s3cr3t-value")
    project.notebook("01_show", "note", parameters="note: str = ''")
    with pytest.raises(ParameterError) as caught:
        project.run({"notebook": "01_show", "parameters": {"note": "it is s3cr3t-value"}})
    assert "holds a secret" in str(caught.value)
    assert "s3cr3t-value" not in str(caught.value)
    project.notebook("02_bad", "client_secret", parameters="client_secret: str = ''")
    with pytest.raises(ParameterError, match="client_secret is named like a secret"):
        project.run("02_bad")


def test_the_same_notebook_runs_by_hand_from_any_folder(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import papermill

    path = project.notebook(
        "01_by_hand",
        "from tfw.runs.record import record_counts, run_folder\nimport tfw.settings",
        "record_counts(posts_in=1)\n(run_folder() / 'by hand.txt').touch()",
        "print(tfw.settings.load_settings().resolve('params'))",
    )
    by_hand = project.home / "outputs" / "by-hand"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for folder, home in ((path.parent, None), (elsewhere, project.home)):
        monkeypatch.delenv("TFW_HOME", raising=False)
        if home:
            monkeypatch.setenv("TFW_HOME", str(home))
        saved = tmp_path / "by hand.ipynb"
        done = papermill.execute_notebook(
            str(path), str(saved), kernel_name="python3", progress_bar=False, cwd=str(folder)
        )
        assert str(project.home / "params") in outputs_text(done)
        assert [found.name for found in by_hand.iterdir()] == ["by hand.txt"]
        (by_hand / "by hand.txt").unlink()


def test_the_params_file_says_which_project_is_meant(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    project.notebook("01_one", "1")
    path = project.plan("01_one")
    monkeypatch.delenv("TFW_HOME")
    monkeypatch.chdir(tmp_path)
    record = run(path)
    assert (project.home / "outputs" / record.id / "run.json").exists()
    assert record.params_file == "params/test.yaml"


def test_a_notebook_that_was_executed_before_does_not_bring_its_old_parameters(project: Project):
    project.notebook("01_show", "print('limit', limit)", parameters="limit: int = 1")
    first = project.run({"notebook": "01_show", "parameters": {"limit": 5}})
    executed = project.folder(first) / first.steps[0].output
    (project.home / "notebooks" / "01_show.ipynb").write_text(executed.read_text())
    second = project.run("01_show")
    assert "limit 1" in outputs_text(project.executed(second))
    assert second.steps[0].cells_total == first.steps[0].cells_total == 2


def test_a_failing_cell_that_is_meant_to_fail_is_no_failure(project: Project):
    import nbformat

    path = project.notebook("01_show_error", "1", "1/0", "2")
    notebook = nbformat.read(str(path), as_version=4)
    notebook.cells[1].metadata["tags"] = ["raises-exception"]
    notebook.cells.insert(0, new_markdown_cell("# What an error looks like"))
    nbformat.write(notebook, str(path))
    record = project.run("01_show_error")
    assert record.is_complete
    assert record.steps[0].cells_executed == 3


def test_the_database_gets_a_copy_of_the_record(home: Path, store: Store):
    from tests.runs.conftest import Project

    for folder in ("params", "notebooks"):
        (home / folder).rename(home / f"old-{folder}") if (home / folder).exists() else None
    project = Project(home)
    project.notebook("01_one", "n", parameters="n: int | None = None")
    record = project.run({"notebook": "01_one", "parameters": {"n": None}})
    copy = store.get("runs", record.id)
    assert copy is not None
    assert copy["status"] == "complete"
    assert copy["steps"][0]["name"] == "one"
    latest = store.latest("runs")
    assert latest is not None
    assert latest["_id"] == record.id
    assert record.warnings == []


def test_an_unreachable_database_is_a_warning_in_the_record(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    uri = "mongodb://user:pw@127.0.0.1:9/?serverSelectionTimeoutMS=200"
    monkeypatch.setenv("TFW_MONGODB_URI", uri)
    project.notebook("01_one", "1")
    record = project.run("01_one")
    assert record.is_complete
    assert len(record.warnings) == 1
    assert "no copy of this record" in record.warnings[0]
    assert read_record(project.folder(record)).warnings == record.warnings


def test_counts_that_cannot_be_read_are_a_warning(project: Project):
    project.notebook(
        "01_break",
        "from tfw.runs.record import run_folder, counts_path\n"
        "path = counts_path(run_folder(), 'break')\npath.parent.mkdir()\npath.write_text('{')",
    )
    record = project.run("01_break")
    assert record.is_complete
    assert "counts of break cannot be read" in record.warnings[0]


def _cells_done(project: Project) -> int:
    done = [record.steps[0].cells_executed for record in list_runs() if _is_record(record)]
    return max(done, default=0)


def _only_run(project: Project) -> RunRecord:
    folders = [path.parent for path in (project.home / "outputs").glob("*/run.json")]
    assert len(folders) == 1
    return read_record(folders[0])


def _is_record(found: object) -> bool:
    return isinstance(found, RunRecord)
