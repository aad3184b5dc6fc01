"""A browser driver as a process that cannot outlive this one."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tfw.sources.web import keeper
from tfw.sources.web.failures import BrowserUnavailable, PortTaken

STARTED = re.compile(r"started successfully on port (\d+)")
PORT_TAKEN = "Address already in use"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.01


class DriverProcess:
    """A running driver; its keeper ends it with this process, however this process ends.

    ``folder`` is for the browser's profile and all its other files; it goes with the driver.
    """

    def __init__(self, program: Path, arguments: Sequence[str] = ()) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tfw-browser-"))
        command = [sys.executable, "-I", keeper.__file__, str(os.getpid()), str(self.folder)]
        self._keeper = subprocess.Popen(
            [*command, str(program), "--port=0", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            # Ctrl-C in a terminal reaches this process alone, which then ends the others.
            start_new_session=True,
        )
        self._closing = threading.Lock()
        try:
            self.url = f"http://127.0.0.1:{self._port()}"
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the driver and its browser and remove their files; returns when that is done."""
        with self._closing:
            if self._keeper.stdin:
                with contextlib.suppress(OSError):
                    self._keeper.stdin.close()
            try:
                self._keeper.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._keeper.kill()
                self._keeper.wait()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _port(self) -> int:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            written = self._log()
            if found := STARTED.search(written):
                return int(found.group(1))
            if keeper.ENDED in written or self._keeper.poll() is not None:
                break
            time.sleep(POLL_SECONDS)
        if PORT_TAKEN in self._log():
            raise PortTaken("chromedriver did not start: another program took its port.")
        raise BrowserUnavailable(
            "chromedriver did not start. Is it the one that TFW_CHROMEDRIVER or PATH should name? "
            f"It wrote: {self._log().strip()[-500:] or 'nothing'}"
        )

    def _log(self) -> str:
        try:
            return (self.folder / keeper.LOG).read_text(errors="replace")
        except OSError:
            return ""
