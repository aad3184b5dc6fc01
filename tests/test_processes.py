import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from tfw.processes import (
    command_of,
    end_process,
    file_lock,
    is_alive,
    listening_port,
    start_detached,
    start_time,
)

SPAWN = multiprocessing.get_context("spawn")
LISTEN = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); time.sleep(60)"
REPORT = "import os, sys; print(os.getcwd(), os.environ['COLOUR']); sys.exit('bad')"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('ready', flush=True); time.sleep(60)"
)


@pytest.fixture
def run(tmp_path):
    started = []

    def start(code: str) -> int:
        log = tmp_path / "a log.txt"
        command = [sys.executable, "-c", code]
        pid = start_detached(command, log=log, folder=tmp_path, environment={"COLOUR": "red"})
        started.append(pid)
        return pid

    yield start
    for pid in started:
        end_process(pid, signal.SIGKILL)


def wait_for(condition):
    while not (value := condition()):
        time.sleep(0.01)
    return value


def test_a_detached_program_writes_to_its_log_in_its_folder(run, tmp_path):
    pid = run(REPORT)
    wait_for(lambda: not is_alive(pid))
    assert (tmp_path / "a log.txt").read_text().splitlines() == ["bad", f"{tmp_path} red"]


def test_a_detached_program_is_in_a_session_of_its_own(run):
    pid = run("import time; time.sleep(60)")
    assert os.getsid(pid) != os.getsid(0)
    assert is_alive(pid)
    assert "time.sleep(60)" in command_of(pid)[-1]
    assert start_time(pid) is not None


def test_a_dead_process_has_no_command_no_port_and_no_start(run):
    pid = run("pass")
    wait_for(lambda: not is_alive(pid))
    end_process(pid)
    assert (command_of(pid), listening_port(pid)) == ([], None)


def test_a_zombie_is_not_alive():
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    try:
        wait_for(lambda: not is_alive(child.pid))
    finally:
        child.wait()
    assert not is_alive(child.pid)
    assert start_time(child.pid) is None


def test_the_port_of_a_process_is_found(run):
    pid = run(LISTEN)
    port = wait_for(lambda: listening_port(pid))
    assert 1024 <= port <= 65535
    assert listening_port(os.getpid()) != port


def test_a_process_that_ignores_a_polite_request_is_killed(run, tmp_path, monkeypatch):
    monkeypatch.setattr("tfw.processes.STOP_SECONDS", 0.2)
    pid = run(STUBBORN)
    wait_for((tmp_path / "a log.txt").read_text)
    end_process(pid)
    assert not is_alive(pid)


def hold(path, ready, release):
    with file_lock(path, 10):
        ready.set()
        release.wait()


def test_a_lock_is_held_by_one_process_at_a_time(tmp_path):
    ready, release = SPAWN.Event(), SPAWN.Event()
    path = tmp_path / "lock"
    holder = SPAWN.Process(target=hold, args=(path, ready, release))
    holder.start()
    ready.wait()
    with pytest.raises(TimeoutError), file_lock(path, 0.05):
        pass
    release.set()
    with file_lock(path, 10):
        pass
    holder.join()


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    ready, release = SPAWN.Event(), SPAWN.Event()
    path = tmp_path / "lock"
    holder = SPAWN.Process(target=hold, args=(path, ready, release))
    holder.start()
    ready.wait()
    os.kill(holder.pid, signal.SIGKILL)
    with file_lock(path, 10):
        pass
    holder.join()
