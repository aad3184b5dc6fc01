"""What a run was made with: program, packages, platform and commit."""

import importlib.metadata
import platform
import re
import subprocess
from pathlib import Path

from pydantic import BaseModel

GIT_SECONDS = 20


class Commit(BaseModel):
    """The state of the project's git repository; ``dirty`` when files differ from the commit."""

    commit: str
    dirty: bool

    def __str__(self) -> str:
        return self.commit[:12] + (" with changes" if self.dirty else "")


class Provenance(BaseModel):
    """What a run was made with; ``git`` is None outside a git repository."""

    tfw: str
    python: str
    platform: str
    packages: dict[str, str]
    git: Commit | None


def provenance(home: Path) -> Provenance:
    """What runs made by this process, in this project folder, are made with."""
    return Provenance(
        tfw=_version("tfw") or "not installed",
        python=platform.python_version(),
        platform=platform.platform(),
        packages=package_versions(),
        git=commit_of(home),
    )


def package_versions() -> dict[str, str]:
    """The installed versions of the packages that the workbench names as its requirements."""
    try:
        requirements = importlib.metadata.requires("tfw") or []
    except importlib.metadata.PackageNotFoundError:
        return {}
    wanted = [text for text in requirements if not re.search(r"extra\s*==\s*.dev", text)]
    names = sorted({re.split(r"[^\w.-]", text, maxsplit=1)[0] for text in wanted}, key=str.lower)
    return {name: version for name in names if (version := _version(name))}


def commit_of(folder: Path) -> Commit | None:
    """The commit that a folder is at, or None outside a git repository or without git."""
    commit = _git(folder, "rev-parse", "HEAD")
    changes = _git(folder, "status", "--porcelain")
    if not commit or changes is None:
        return None
    return Commit(commit=commit, dirty=bool(changes))


def _git(folder: Path, *arguments: str) -> str | None:
    # Optional locks off: a run must not get in the way of somebody who commits right now.
    command = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
