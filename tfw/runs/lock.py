"""One run at a time for a params file.

The lock is the operating system's: it ends with the process that holds it, however that ends.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tfw.errors import BusyError
from tfw.settings import Settings


class RunLock:
    """The lock of a params file, held by this process."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def name_run(self, run_id: str) -> None:
        """Tell others, who find the lock taken, which run it is."""
        json.dump({"pid": os.getpid(), "run": run_id}, self._file)
        self._file.flush()


@contextmanager
def lock_params(params_file: Path, settings: Settings) -> Iterator[RunLock]:
    """Hold the lock of a params file.

    Raises:
        BusyError: another process runs this params file; the message names its run and pid.
    """
    path = _lock_path(params_file, settings)
    settings.hidden_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.mkdir(exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(f"{params_file.name} is running already{_holder(file)}.") from error
        file.truncate(0)  # the words of the last holder are no longer true
        yield RunLock(file)


def _lock_path(params_file: Path, settings: Settings) -> Path:
    place = hashlib.sha256(str(params_file.resolve()).encode()).hexdigest()[:8]
    return settings.hidden_folder / "runs" / f"{params_file.stem}-{place}.lock"


def _holder(file: IO[str]) -> str:
    """Who holds the lock; empty in the moment before the holder has written it."""
    file.seek(0)
    try:
        held = json.loads(file.read())
        return f": run {held['run']}, process {held['pid']}. Wait for it, or stop it with Ctrl-C"
    except (ValueError, KeyError):
        return ""
