"""What a run says it was made with."""

import subprocess
from importlib.metadata import version
from pathlib import Path

from tfw.runs.provenance import commit_of, package_versions, provenance


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_and_whether_files_differ_from_it(tmp_path: Path):
    assert commit_of(tmp_path) is None
    git(tmp_path, "init")
    assert commit_of(tmp_path) is None
    (tmp_path / "a.txt").write_text("a")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "one")
    clean = commit_of(tmp_path)
    assert clean is not None
    assert (clean.commit, clean.dirty) == (git(tmp_path, "rev-parse", "HEAD"), False)
    (tmp_path / "a.txt").write_text("b")
    changed = commit_of(tmp_path)
    assert changed is not None
    assert str(changed) == f"{clean.commit[:12]} with changes"


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(tmp_path) is None


def test_the_versions_are_those_of_the_packages_that_are_required(tmp_path: Path):
    versions = package_versions()
    assert versions["papermill"] == version("papermill")
    assert versions["python-multipart"] == version("python-multipart")
    assert "pytest" not in versions
    made_with = provenance(tmp_path)
    assert made_with.tfw == version("tfw")
    assert made_with.packages == versions
