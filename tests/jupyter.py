"""A real JupyterLab for tests, driven in a real Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import nbformat
from selenium import webdriver
from selenium.webdriver.common.by import By

TOKEN = "for-this-test"
PATIENCE = 90.0
SETTINGS = Path(__file__).resolve().parents[1] / "scripts" / "jupyterlab_settings.json"


@contextmanager
def running_jupyterlab(root: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab that shows the folder ``root``, with settings of its own."""
    port = _free_port()
    config = tmp_path / "jupyter"
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(config / "config"),
        "JUPYTER_RUNTIME_DIR": str(config / "runtime"),
        "JUPYTER_DATA_DIR": str(config / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(config / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(config / "workspaces"),
        "IPYTHONDIR": str(config / "ipython"),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}", f"--notebook-dir={root}",
    ]  # fmt: skip
    labconfig = config / "config" / "labconfig"
    labconfig.mkdir(parents=True)
    shutil.copy(SETTINGS, labconfig / "default_setting_overrides.json")
    log = tmp_path / "jupyterlab.log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_up(url, server, log)
            yield url
        finally:
            server.terminate()
            server.wait(30)


def open_notebook(browser: webdriver.Chrome, url: str, path: str) -> None:
    """Open a notebook and wait until its kernel is idle."""
    browser.get(f"{url}/lab/tree/{path}?token={TOKEN}")
    wait_for(lambda: browser.find_elements(By.CSS_SELECTOR, ".jp-NotebookPanel .jp-Cell"))
    # The first "idle" is a guess that JupyterLab makes before it has heard from the kernel.
    wait_for(lambda: _stays_idle(browser))


def kernel_state(browser: webdriver.Chrome) -> str:
    """What the notebook's toolbar says about the kernel: idle, busy, ..."""
    found = browser.find_elements(
        By.CSS_SELECTOR, ".jp-NotebookPanel .jp-Notebook-ExecutionIndicator"
    )
    return (found[0].get_attribute("data-status") or "") if found else ""


def _stays_idle(browser: webdriver.Chrome) -> bool:
    seen = []
    for _ in range(5):
        seen.append(kernel_state(browser))
        time.sleep(0.4)
    return set(seen) == {"idle"}


def run_all_cells(browser: webdriver.Chrome) -> None:
    """Choose Run, Run All Cells of the menu, as a person would."""
    click(browser, "//div[contains(@class,'lm-MenuBar-itemLabel') and text()='Run']")
    click(browser, "//div[contains(@class,'lm-Menu-itemLabel') and text()='Run All Cells']")


def click(browser: webdriver.Chrome, xpath: str) -> None:
    """Click the first element that an XPath names, once it is there."""
    wait_for(lambda: browser.find_elements(By.XPATH, xpath))
    browser.find_element(By.XPATH, xpath).click()


def wait_for(condition: Any, seconds: float = PATIENCE) -> Any:
    """What a condition gives once it is true; an error names the last thing it gave."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds:g} s in vain; the last look gave {found!r}")
        time.sleep(0.2)
    return found


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook with these code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    notebook.metadata.kernelspec = {
        "name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python",
    }  # fmt: skip
    nbformat.write(notebook, path)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_up(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/api", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
