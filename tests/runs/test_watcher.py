"""What is saved and told while a notebook runs."""

import logging
import threading
from pathlib import Path

import pytest
from nbformat.v4 import new_output

from tfw.runs.scrub import Scrubber
from tfw.runs.stop import Stop
from tfw.runs.watcher import Watcher, join_streams, logger


def test_heartbeats_tell_which_cell_takes_long(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    follower = Watcher("step 1/1 x", tmp_path / "x", Stop(), Scrubber(), lambda done: None)
    heard = threading.Event()

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.set()

    listener = Listener()
    with caplog.at_level(logging.INFO, logger="tfw"):
        logger.addHandler(listener)
        with follower.heartbeat(every=0.01):
            assert heard.wait(60)
        logger.removeHandler(listener)
    assert "step 1/1 x: cell 0 of 0, running for" in caplog.text


def test_pieces_of_a_stream_are_joined_and_overwritten_progress_is_left_out():
    def out(text: str):
        return new_output("stream", name="stdout", text=text)

    err = new_output("stream", name="stderr", text=" 10%\r 20%")
    err_end = new_output("stream", name="stderr", text="\r100%\r\ndone\r\n")
    data = new_output("display_data", data={"text/plain": "x"})
    outputs = [out("apri"), out("cot"), err, err_end, data, data, out("last")]
    joined = join_streams(outputs)
    assert [output.get("text") for output in joined] == [
        "apricot",
        "100%\ndone\n",
        None,
        None,
        "last",
    ]
    assert outputs[0].text == "apri"


def test_a_line_of_megabytes_is_joined_in_linear_time():
    pieces = [new_output("stream", name="stdout", text="x" * 1000) for _ in range(5_000)]
    [joined] = join_streams(pieces)
    assert joined.text == "x" * 5_000_000
