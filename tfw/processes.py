"""Processes that outlive the one that starts them, and a lock between processes."""

import contextlib
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

POLL_SECONDS = 0.02
STOP_SECONDS = 20.0

# The shell starts the program and ends at once: the program then is nobody's child, so it is
# neither a zombie after its death nor something that the caller has to wait for.
DETACH = '"$@" >"$0" 2>&1 </dev/null & echo $!'


def start_detached(
    command: Sequence[str], *, log: Path, folder: Path, environment: Mapping[str, str]
) -> int:
    """The process id of a program that runs on its own, in a session of its own.

    What it prints goes to `log`; it holds none of the caller's files.
    """
    shell = subprocess.run(
        ["/bin/sh", "-c", DETACH, str(log), *command],
        stdout=subprocess.PIPE,
        cwd=folder,
        env=dict(environment),
        start_new_session=True,
        check=True,
    )
    return int(shell.stdout)


def is_alive(pid: int) -> bool:
    """Whether anything of the process still runs.

    A dead process stays in the table as a zombie until its parent asks for it; but a killed one
    is called a zombie already while the last of its threads still hold its files.
    """
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1
    except psutil.NoSuchProcess:
        return False


def start_time(pid: int) -> datetime | None:
    """When a process was started; None when it is dead."""
    try:
        return datetime.fromtimestamp(psutil.Process(pid).create_time(), UTC)
    except psutil.NoSuchProcess:
        return None


def command_of(pid: int) -> list[str]:
    """The command line of a process; empty when it is dead or somebody else's."""
    try:
        return psutil.Process(pid).cmdline()
    except psutil.Error:
        return []


def listening_port(pid: int) -> int | None:
    """The TCP port on which a process accepts connections, or None.

    Asking who listens is surer than asking a port who answers: another program may be there.
    """
    with contextlib.suppress(psutil.Error):
        for connection in psutil.Process(pid).net_connections("tcp4"):
            if connection.status == psutil.CONN_LISTEN:
                return int(connection.laddr.port)
    return None


def end_process(pid: int, *signals: signal.Signals) -> None:
    """End a process and wait until it is gone: politely first, unless told otherwise."""
    for sign in signals or (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(pid).send_signal(sign)
        deadline = time.monotonic() + STOP_SECONDS
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def file_lock(path: Path, seconds: float) -> Iterator[None]:
    """Holds a lock that one process at a time can have; it ends with the process.

    Raises:
        TimeoutError: another process has held it for that many seconds.
        OSError: the file cannot be written.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for_lock(descriptor, time.monotonic() + seconds)
        yield
    finally:
        os.close(descriptor)


def _wait_for_lock(descriptor: int, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise TimeoutError from None
        time.sleep(POLL_SECONDS)
