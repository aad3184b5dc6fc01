"""The lab as a server: where it listens, how it starts and ends, what it says."""

import os
import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest

from tests.lab.research_api import CREDENTIALS, serving
from tfw.errors import BusyError, InputError, SettingsError
from tfw.lab.app import create_app, running_lab, serve
from tfw.lab.content import World
from tfw.lab.faults import FaultPlan, Limits, Rules

WORLD = World(posts=50)
START = "from tfw.lab.app import serve; serve(0, posts=60)"


@pytest.fixture
def served():
    """A lab in a process of its own, and the line it printed."""
    process = subprocess.Popen(
        [sys.executable, "-c", START], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


def url_in(line):
    return next(word for word in line.split() if word.startswith("http://"))


def test_a_lab_serves_as_long_as_its_block():
    with running_lab(WORLD) as lab:
        url = lab.url
        assert httpx.get(f"{url}/__control").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/__control")


def test_a_lab_leaves_no_thread():
    before = threading.active_count()
    with running_lab(WORLD):
        assert threading.active_count() > before
    assert "lab" not in [thread.name for thread in threading.enumerate()]


def test_two_labs_stand_side_by_side():
    with running_lab(WORLD) as one, running_lab(World(posts=60)) as other:
        assert one.url != other.url
        posts = [httpx.get(f"{lab.url}/__control").json()["world"]["posts"] for lab in (one, other)]
    assert posts == [50, 60]


def test_a_lab_listens_on_this_machine_only():
    with running_lab(WORLD) as lab:
        assert lab.url.startswith("http://127.0.0.1:")
        port = int(lab.url.rsplit(":", 1)[1])
        with socket.socket() as other:
            other.settimeout(2)
            assert other.connect_ex(("127.0.0.2", port)) != 0


def test_a_running_lab_knows_its_credentials():
    with running_lab(WORLD) as lab:
        assert (lab.client_key, lab.client_secret) == ("lab-key", "lab-secret")


def test_a_taken_port_is_one_clear_message():
    with running_lab(WORLD) as lab:
        port = int(lab.url.rsplit(":", 1)[1])
        with (
            pytest.raises(BusyError, match=f"port {port} of 127.0.0.1 cannot be used"),
            running_lab(WORLD, port=port),
        ):
            pass


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_out_of_range_is_refused(port):
    with pytest.raises(InputError, match=f"port is {port}"):
        serve(port, posts=10)


def test_a_wrong_fault_file_is_told_before_anything_is_served(tmp_path):
    path = tmp_path / "faults.yaml"
    path.write_text("faults: [{kind: sleepy}]\n")
    with pytest.raises(SettingsError, match=r"faults\.yaml, line 1: faults\.0\.kind"):
        serve(0, posts=10, faults=path)


def test_faults_given_as_a_mapping_are_checked():
    with (
        pytest.raises(SettingsError, match="sleepy"),
        running_lab(WORLD, faults={"faults": [{"kind": "sleepy"}]}),
    ):
        pass


def test_limits_and_rules_stand_in_place_of_those_of_the_plan():
    plan = FaultPlan(seed=3, limits=Limits(normal=5, follows=6))
    app = create_app(WORLD, faults=plan, limits=Limits(normal=7), rules=Rules(gone_share=0))
    found = app.state.lab.engine.plan
    assert (found.seed, found.limits.normal, found.limits.follows) == (3, 7, 20_000)
    assert found.rules.gone_share == 0


def test_serving_prints_one_line_with_all_one_needs(served):
    _, line = served
    url = url_in(line)
    assert url.startswith("http://127.0.0.1:")
    assert "lab-key" in line
    assert "lab-secret" in line
    assert f"TFW_RESEARCH_API_URL={url}" in line
    answer = httpx.post(f"{url}/v2/oauth/token/", data=CREDENTIALS)
    assert answer.json()["token_type"] == "Bearer"
    assert httpx.get(f"{url}/__control").json()["world"]["posts"] == 60


def test_an_interrupt_ends_the_server_quietly(served):
    process, _ = served
    os.kill(process.pid, signal.SIGINT)
    out, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == ""
    assert "Traceback" not in errors


def test_a_client_that_hangs_up_does_no_harm():
    with serving(faults={"latency": {"video/query": 0.3}}) as api:
        with pytest.raises(httpx.ReadTimeout):
            api.http.post("/v2/research/video/query/", json={}, timeout=0.05)
        assert api.error("video/query")[0] == 400
