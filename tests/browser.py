"""A real Chromium for tests, with the network out of reach.

Use the marker ``browser`` on tests that open one; without Chromium they are skipped.
"""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    # Whatever a page asks the network for ends here, on a port where nobody listens.
    "--proxy-server=http://127.0.0.1:9",
)


def open_chromium(
    tmp_path: Path,
    width: int = 1280,
    height: int = 900,
    *,
    dark: bool = False,
    mobile: bool = False,
) -> webdriver.Chrome:
    """A Chromium whose window shows exactly ``width`` by ``height`` pixels of a page.

    The caller quits it. It logs what a page writes to the console (``get_log("browser")``).

    Args:
        tmp_path: a folder of the test, for the browser's profile.
        width: of the page's view, in CSS pixels.
        height: of the page's view, in CSS pixels.
        dark: whether the person prefers dark pages.
        mobile: whether it is a phone.
    """
    programs = [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    program = next((found for found in programs if found), None)
    driver = shutil.which("chromedriver")
    if not program or not driver:
        pytest.skip("needs chromium and chromedriver (Debian: chromium chromium-driver)")
    os.environ["SE_OFFLINE"] = os.environ["SE_AVOID_STATS"] = "true"
    options = Options()
    options.binary_location = program
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'chromium'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    view = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", view)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    return browser


def network_requests(browser: webdriver.Chrome) -> list[str]:
    """The addresses outside the page itself that it has asked for."""
    script = "return performance.getEntriesByType('resource').map(entry => entry.name)"
    names: list[str] = browser.execute_script(script)
    return [name for name in names if name.startswith(("http:", "https:", "ws:", "wss:"))]


def console_errors(browser: webdriver.Chrome) -> list[Any]:
    """What went wrong in the page, as written to the console since the last call."""
    return [
        entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")
    ]
