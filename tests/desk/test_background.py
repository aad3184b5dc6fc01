import asyncio
import time

import pytest
from jupyter_client.manager import start_new_kernel

from tfw.desk.background import in_background

CELL = """
import time
from pathlib import Path
from tfw.desk.background import in_background

def work(folder):
    Path(folder, "begun").touch()
    try:
        while True:
            time.sleep(0.05)
    except KeyboardInterrupt:
        Path(folder, "tidied").touch()
        raise

await in_background(work, {folder!r})
"""


def test_the_caller_gets_what_the_work_returns():
    assert asyncio.run(in_background(pow, 2, 5)) == 32


def test_the_caller_gets_the_error_of_the_work():
    with pytest.raises(ZeroDivisionError):
        asyncio.run(in_background(lambda: 1 / 0))


def test_interrupting_the_kernel_lets_the_work_tidy_up_before_the_cell_ends(home, tmp_path):
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute(CELL.replace("{folder!r}", repr(str(tmp_path))))
        wait_until_there(tmp_path / "begun")
        manager.interrupt_kernel()
        reply = execute_reply(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "error"
    assert (tmp_path / "tidied").exists()


def execute_reply(client):
    while True:
        reply = client.get_shell_msg(timeout=60)
        if reply["msg_type"] == "execute_reply":
            return reply


def wait_until_there(path):
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} did not appear"
        time.sleep(0.05)
