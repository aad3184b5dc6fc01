"""Watches over one browser driver, and leaves nothing of it behind.

Runs on its own, as ``python keeper.py OWNER FOLDER PROGRAM ARGUMENTS``: it starts the program with
its output in ``FOLDER/driver.log``. When the owner closes the keeper's input, or dies in whatever
way, or the program ends, it kills everything that the program started and removes the folder.
"""

import ctypes
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

LOG = "driver.log"
ENDED = "The program ended with status"
POLL_SECONDS = 1.0
KILL_SECONDS = 10.0
PR_SET_CHILD_SUBREAPER = 36


def keep(owner: int, folder: Path, command: Sequence[str]) -> None:
    """Run the command for as long as its owner wants it."""
    adopt_orphans()
    with (folder / LOG).open("wb") as log:
        program = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # What the browser writes aside of its profile goes away with the profile.
            env={**os.environ, "TMPDIR": str(folder)},
        )
    while (still := wanted(owner)) and program.poll() is None:
        pass
    kill_descendants()
    if still:
        say_ended(folder, program.wait())
        while wanted(owner):
            pass
    shutil.rmtree(folder, ignore_errors=True)


def say_ended(folder: Path, status: int) -> None:
    """Tell the owner, in the log, that the program ended by itself."""
    with (folder / LOG).open("a") as log:
        log.write(f"\n{ENDED} {status}.\n")


def wanted(owner: int) -> bool:
    """Whether the owner still wants the program; waits a moment for news."""
    closed, _, _ = select.select([sys.stdin], [], [], POLL_SECONDS)
    return not closed and os.getppid() == owner


def adopt_orphans() -> None:
    """Make this process the parent of all its descendants that lose theirs (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_descendants() -> None:
    """Kill everything this process has started, directly or not, and wait for the end of it."""
    deadline = time.monotonic() + KILL_SECONDS
    while (found := psutil.Process().children(recursive=True)) and time.monotonic() < deadline:
        for process in found:
            kill(process)
        # Waiting takes dead children out of the process table, adopted ones too.
        psutil.wait_procs(found, timeout=POLL_SECONDS)


def kill(process: psutil.Process) -> None:
    """Kill one process, if it is still there."""
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    keep(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
