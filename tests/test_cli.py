"""The command line as a user meets it: real processes, their output and exit statuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.records import make_post


def tfw(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from tfw.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


@pytest.mark.parametrize(
    "command",
    [["run"], ["runs"], ["runs", "show"], ["import"], ["score"], ["query"], ["lab"], ["db"]],
)
def test_every_command_has_help_with_an_example(home, command):
    shown = tfw(*command, "--help")
    assert shown.returncode == 0
    assert f"Example: tfw {command[0]}" in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "params/nope.yaml"], "no params file 'params/nope.yaml'"),
        (["run", "params/demo.yaml", "--only", "nope"], "no step 'nope'"),
        (["run", "params/demo.yaml", "-p", "score_posts.labelz=1"], "labelz"),
        (["runs", "show", "nope"], "no run 'nope'"),
        (["import", "nope.csv"], "no file"),
        (["import", "params/demo.yaml"], "unknown kind"),
        (["score", "nope.csv", "--text-column", "text", "--out", "x.csv"], "no file nope.csv"),
        (["query", "params/thresholds.yaml"], "thresholds.yaml"),
    ],
)
def test_a_users_mistake_is_one_message_and_status_2(home, arguments, message):
    done = tfw(*arguments, cwd=home)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("tfw: ")


def test_a_database_that_cannot_be_reached_is_status_1_without_its_password(home, monkeypatch):
    monkeypatch.setenv("TFW_MONGODB_URI", "mongodb://user:geheim@127.0.0.1:9/?connectTimeoutMS=200")
    done = tfw("import", home / "params" / "demo.yaml", cwd=home)
    assert done.returncode == 1
    assert "geheim" not in done.stderr
    assert "Traceback" not in done.stderr


def test_posts_are_imported_from_a_path_relative_to_the_working_folder(home, store):
    folder = home / "data"
    folder.mkdir()
    row = {"id": "7183824296496680198", "text": "new dress"}
    (folder / "posts.ndjson").write_text(json.dumps(row) + "\n")
    (folder / "map.yaml").write_text("id: id\ndescription: text\n")
    done = tfw("import", "posts.ndjson", "--column-map", "map.yaml", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert store.get("posts", "7183824296496680198")["description"] == "new dress"


def test_a_table_is_scored_without_a_database(tmp_path, monkeypatch):
    monkeypatch.setenv("TFW_MONGODB_URI", "mongodb://127.0.0.1:9")
    (tmp_path / "in.csv").write_text("text\nnew dress and boots\nwe won the match\n")
    done = tfw("score", "in.csv", "--text-column", "text", "--out", "out.csv", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2 rows scored, 1 fashion" in done.stdout
    assert "is_fashion_post" in (tmp_path / "out.csv").read_text()


def test_a_query_shows_its_cost_and_its_exact_bodies(home):
    shown = tfw("query", "params/query-demo.ini", cwd=home)
    assert shown.returncode == 0
    assert "13 of 7 days" in shown.stdout
    bodies = json.loads(tfw("query", "params/query-demo.ini", "--json", cwd=home).stdout)
    assert len(bodies) == 13
    assert bodies[0]["start_date"] == "20260803"


def test_db_tells_that_another_database_is_used(home, store):
    store.upsert_posts([make_post()])
    assert "TFW_MONGODB_URI is set" in tfw("db", "status", cwd=home).stdout


def test_runs_without_any_says_how_to_start_one(home):
    assert "no runs yet" in tfw("runs", cwd=home).stdout
