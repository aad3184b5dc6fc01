import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import uuid
from contextlib import contextmanager

import httpx
import nbformat
import pytest
from selenium.webdriver.common.by import By
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.browser import console_errors, network_requests, open_chromium
from tests.jupyter import wait_for, write_notebook
from tests.runs.records import make_record, save_record
from tfw.desk.dashboard.serve import NOTEBOOKS, PORT, Options, read_options
from tfw.errors import SettingsError
from tfw.report.choices import ReportChoice
from tfw.report.html import write_report

VIEW, CHANGE = "view-token-of-this-test", "change-token-of-this-test"
RUN = "20261121T030000-daily"


@contextmanager
def served(tmp_path, **environment):
    """The address of a dashboard of the test's project, with its log."""
    log = tmp_path / "dashboard.log"
    port = _free_port()
    own = {"TFW_DASHBOARD_PORT": str(port), "TFW_DASHBOARD_VIEW_TOKEN": VIEW, **environment}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tfw.desk.dashboard.serve"],
            env=os.environ | own,
            stdout=output,
            stderr=output,
            cwd=tmp_path,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(lambda: process.poll() is not None or _answers(url))
            assert process.poll() is None, log.read_text()
            yield url
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def signed_in(url):
    """A client that has come in with the token of the address."""
    with httpx.Client(base_url=url, follow_redirects=True, timeout=120) as client:
        client.get("/", params={"token": VIEW})
        yield client


@pytest.fixture
def reported(filled, settings):
    save_record(make_record(RUN, ["report"]), settings)
    write_report(filled, settings.outputs / RUN, ReportChoice(title="The nightly report"))
    return filled


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_colleague_reads_the_report_without_code_and_can_change_nothing(
    reported, home, tmp_path, dark
):
    before = sorted(path for path in home.rglob("*") if path.is_file())
    with served(tmp_path, TFW_DASHBOARD_TOKEN=CHANGE) as url:
        browser = open_chromium(tmp_path, 1280, 1200, dark=dark)
        try:
            browser.get(f"{url}/?token={VIEW}")
            link = browser.find_element(By.PARTIAL_LINK_TEXT, "Report")
            assert link.get_attribute("href").endswith("?theme=dark") == dark
            link.click()
            wait_for(lambda: browser.find_elements(By.CSS_SELECTOR, "iframe.tfw-report-frame"))
            body = browser.find_element(By.TAG_NAME, "body")
            assert "This page is read-only" in body.text
            assert "Write the report" not in body.text
            assert "import tfw" not in browser.page_source
            assert body.get_attribute("data-jp-theme-light") == ("false" if dark else "true")
            browser.switch_to.frame(
                browser.find_element(By.CSS_SELECTOR, "iframe.tfw-report-frame")
            )
            wait_for(lambda: "The nightly report" in browser.find_element(By.TAG_NAME, "h1").text)
            wait_for(lambda: browser.find_elements(By.CSS_SELECTOR, "#posted .plot-container"))
            browser.switch_to.default_content()
            assert {name.split("/")[2] for name in network_requests(browser)} == {
                url.removeprefix("http://")
            }
            # Voila's JupyterLab is older than the installed one and warns of it.
            assert [e for e in console_errors(browser) if e["level"] == "SEVERE"] == []
        finally:
            browser.quit()
    after = sorted(path for path in home.rglob("*") if path.is_file())
    assert [path for path in after if ".tfw" not in path.parts] == [
        path for path in before if ".tfw" not in path.parts
    ]


@pytest.mark.browser
@pytest.mark.slow
def test_the_change_token_opens_the_form_and_a_wrong_one_does_not(reported, home, tmp_path):
    with served(tmp_path, TFW_DASHBOARD_TOKEN=CHANGE) as url:
        browser = open_chromium(tmp_path, 1280, 1200)
        try:
            browser.get(f"{url}/voila/render/08_report.ipynb?token={VIEW}")
            (token,) = wait_for(
                lambda: browser.find_elements(By.CSS_SELECTOR, ".tfw-desk input[type=password]")
            )
            for given, words in (("wrong", "not the token"), (CHANGE, "Write the report")):
                token.clear()
                token.send_keys(given + "\t")
                browser.find_element(By.XPATH, "//button[text()='Open for changes']").click()
                wait_for(
                    lambda words=words: words in browser.find_element(By.TAG_NAME, "body").text
                )
        finally:
            browser.quit()


@pytest.mark.slow
def test_code_from_a_browser_is_not_run_and_files_are_not_served(reported, home, tmp_path):
    write_notebook(home / "notebooks" / "01_query_posts.ipynb", "open('x', 'w')")
    with served(tmp_path) as url, signed_in(url) as client:
        page = client.get("/voila/render/08_report.ipynb").text
        (kernel,) = re.findall(r'"kernelId": "([\w-]+)"', page)
        asked = tmp_path / "run-by-a-visitor"
        code = f"open({str(asked)!r}, 'w').write('x')"
        seen = asyncio.run(_send(url, client, kernel, code))
        assert "kernel_info_reply" in seen
        assert "execute_reply" not in seen
        assert not asked.exists()

        for path in (
            "/voila/render/01_query_posts.ipynb", "/voila/render/..%2f..%2fx.ipynb",
            "/voila/files/08_report.ipynb", "/voila/files/..%2f..%2foutputs/index.html",
            f"/outputs/{RUN}/report.html", "/voila/tree", "/voila/api/contents",
            "/api/contents", "/api/kernels", "/api/terminals", "/files/run.json",
            "/voila/static/..%2f..%2f..%2fpyproject.toml", "/nonsense",
        ):  # fmt: skip
            answer = client.get(path)
            assert answer.status_code in (403, 404), path
        assert client.post(f"/api/kernels/{kernel}/restart").status_code in (403, 404, 405)
    assert "is not allowed. Ignoring" in (tmp_path / "dashboard.log").read_text()


@pytest.mark.slow
def test_nobody_comes_in_without_the_token_or_under_another_host_name(home, store, tmp_path):
    with served(tmp_path) as url:
        for path in ("/", "/voila/render/08_report.ipynb"):
            answer = httpx.get(url + path)
            assert (answer.status_code, answer.headers["location"][:6]) == (302, "/login")
        wrong = httpx.get(url, params={"token": "wrong"}, follow_redirects=True)
        assert "Thresholds" not in wrong.text
        other = httpx.get(f"{url}/?token={VIEW}", headers={"Host": "attacker.example"})
        assert other.status_code == 403
        with signed_in(url) as client:
            allowed = client.get("/")
        assert "Read-only: nothing can be changed here." in allowed.text
        assert "default-src 'self'" in allowed.headers["content-security-policy"]


def test_the_notebooks_of_the_dashboard_are_in_the_project(home):
    for one in NOTEBOOKS:
        cells = nbformat.read(home / "notebooks" / one.file, as_version=4).cells
        assert cells, one.file


def test_the_dashboard_listens_on_this_machine_alone_unless_it_is_told():
    options = read_options({})
    assert (options.host, options.port, options.is_local) == ("127.0.0.1", PORT, True)
    assert len(options.view_token) >= 30
    assert read_options({}).view_token != options.view_token
    assert not read_options({"TFW_DASHBOARD_HOST": "0.0.0.0"}).is_local
    assert Options("::1", 80, "t").address == "http://[::1]:80/?token=t"


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"TFW_DASHBOARD_HOST": "my laptop"}, "such as 127.0.0.1"),
        ({"TFW_DASHBOARD_PORT": "http"}, "such as 8866"),
        ({"TFW_DASHBOARD_PORT": "70000"}, "such as 8866"),
        ({"TFW_DASHBOARD_TOKEN": "secret"}, "TFW_DASHBOARD_TOKEN has fewer than 16"),
        ({"TFW_DASHBOARD_VIEW_TOKEN": "secret"}, "could be guessed"),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_in_words(environment, words):
    with pytest.raises(SettingsError, match=words) as error:
        read_options(environment)
    assert "secret" not in str(error.value)


async def _send(url, client, kernel, code):
    """The types of what the kernel answers to code on every channel, and to a harmless question."""
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    request = HTTPRequest(
        f"{url.replace('http', 'ws')}/api/kernels/{kernel}/channels",
        headers={"Cookie": cookies, "Origin": url},
    )
    line = await websocket_connect(request)
    content = {"code": code, "silent": False, "allow_stdin": False}
    for channel in ("shell", "control", "stdin"):
        await line.write_message(_message("execute_request", channel, content))
    await line.write_message(_message("debug_request", "control", {"command": "evaluate"}))
    await line.write_message(_message("kernel_info_request", "shell", {}))
    seen = []
    while "kernel_info_reply" not in seen:
        answer = await asyncio.wait_for(line.read_message(), 60)
        seen.append(json.loads(answer)["header"]["msg_type"])
    line.close()
    return seen


def _message(kind, channel, content):
    header = {
        "msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "visitor", "username": "visitor",
        "version": "5.3", "date": "2026-11-22T00:00:00Z",
    }  # fmt: skip
    return json.dumps(
        {"header": header, "parent_header": {}, "metadata": {}, "content": content,
         "channel": channel, "buffers": []}
    )  # fmt: skip


def _answers(url):
    try:
        return httpx.get(url, timeout=2).status_code == 302
    except httpx.TransportError:
        return False


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
