import json
import logging
import multiprocessing
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from tests.records import make_posts
from tfw import embedded, embedded_state
from tfw.connection import connect
from tfw.errors import StoreError
from tfw.processes import command_of, is_alive
from tfw.settings import Settings
from tfw.store import Store, open_store

START = (
    "import sys; from pathlib import Path; from tfw import embedded, settings; "
    "home = Path(sys.argv[1]); "
    "print(embedded.start(settings.Settings(home=home, key_folder=home)).pid)"
)
SPAWN = multiprocessing.get_context("spawn")


def settings_of(home: Path) -> Settings:
    return Settings(home=home, key_folder=home / "keys")


def server_processes(settings: Settings) -> list[int]:
    folder = settings.hidden_folder.resolve() / "db"
    return [pid for pid in psutil.pids() if str(folder) in command_of(pid)]


def state_of(settings: Settings) -> dict:
    return json.loads((settings.hidden_folder / "db.json").read_text())


def kill(info: embedded.ServerInfo) -> None:
    os.kill(info.pid, signal.SIGKILL)
    while is_alive(info.pid):
        time.sleep(0.01)


def impatient(info: embedded.ServerInfo) -> SecretStr:
    """The address of the server, for clients that do not wait long for it to come back."""
    return SecretStr(info.uri.get_secret_value() + "&serverSelectionTimeoutMS=300")


def client_of(info: embedded.ServerInfo) -> MongoClient:
    return MongoClient(info.uri.get_secret_value(), serverSelectionTimeoutMS=3000)


@pytest.fixture
def project(tmp_path):
    """A project of its own, whose server is stopped after the test."""
    settings = settings_of(tmp_path)
    yield settings
    for pid in server_processes(settings):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A project with a running server, for tests that only look at it."""
    settings = settings_of(tmp_path_factory.mktemp("shared"))
    info = embedded.start(settings)
    yield settings, info
    embedded.stop(settings)


# Looking at a running server


def test_the_server_answers_with_the_password(shared):
    _, info = shared
    with client_of(info) as client:
        assert client.admin.command("ping")["ok"] == 1.0


@pytest.mark.parametrize("uri", ["mongodb://{}:{}/", "mongodb://tfw:wrong@{}:{}/"])
def test_nobody_gets_in_without_the_password(shared, uri):
    _, info = shared
    with (
        MongoClient(uri.format(info.host, info.port), directConnection=True) as client,
        pytest.raises(OperationFailure),
    ):
        client["tfw"]["posts"].find_one()


def test_the_server_listens_on_loopback_only(shared):
    _, info = shared
    listening = [
        connection.laddr
        for connection in psutil.Process(info.pid).net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == [("127.0.0.1", info.port)]


def test_only_the_owner_can_read_the_state(shared):
    settings, _ = shared
    assert stat.S_IMODE((settings.hidden_folder / "db.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.hidden_folder.stat().st_mode) == 0o700


def test_the_password_is_shown_nowhere_else(shared):
    settings, info = shared
    password = state_of(settings)["password"]
    assert len(password) >= 32
    assert password in info.uri.get_secret_value()
    assert password not in repr(info) + str(info)
    assert password not in " ".join(psutil.Process(info.pid).cmdline())
    others = [path for path in settings.hidden_folder.iterdir() if path.name != "db.json"]
    assert not [path for path in others if path.is_file() and password in path.read_text()]


def test_the_state_tells_which_process_it_is(shared):
    settings, info = shared
    process = psutil.Process(info.pid)
    assert state_of(settings)["pid"] == info.pid
    assert abs(info.started_at.timestamp() - process.create_time()) < 5
    assert info.data_folder == settings.hidden_folder / "db"


def test_starting_again_finds_the_same_server(shared):
    settings, info = shared
    assert embedded.start(settings) == embedded.status(settings) == info


def test_another_process_finds_the_same_server(shared):
    settings, info = shared
    found = subprocess.run(
        [sys.executable, "-c", START, str(settings.home)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(found.stdout) == info.pid


def test_a_project_is_the_same_by_another_path(shared, tmp_path):
    settings, info = shared
    (tmp_path / "link").symlink_to(settings.home)
    assert embedded.start(settings_of(tmp_path / "link")).pid == info.pid


def test_the_server_holds_nothing_of_the_process_that_started_it(shared):
    _, info = shared
    process = psutil.Process(info.pid)
    assert os.getsid(info.pid) != os.getsid(0)
    assert not [name for name in process.environ() if name.startswith("TFW_")]
    descriptors = {Path(f"/proc/{info.pid}/fd/{number}").readlink() for number in (0, 1, 2)}
    assert descriptors == {Path("/dev/null"), info.data_folder.with_name("db.log")}


# Starting and stopping


def test_stopping_ends_the_process_and_keeps_the_data(project):
    info = embedded.start(project)
    with client_of(info) as client:
        client["tfw"]["posts"].insert_one({"_id": "kept"})
    assert embedded.stop(project) is True
    assert not is_alive(info.pid)
    assert embedded.status(project) is None
    assert embedded.stop(project) is False
    with client_of(embedded.start(project)) as client:
        assert client["tfw"]["posts"].find_one() == {"_id": "kept"}


def test_a_project_without_a_server_has_no_status_and_no_folder(project):
    assert embedded.status(project) is None
    assert embedded.stop(project) is False
    assert not project.hidden_folder.exists()


def start_and_report(settings: Settings, barrier, pids) -> None:
    barrier.wait()
    info = embedded.start(settings)
    with client_of(info) as client:
        client.admin.command("ping")
    pids.put(info.pid)


def test_simultaneous_starts_give_one_server(project):
    barrier, pids = SPAWN.Barrier(5), SPAWN.Queue()
    starters = [
        SPAWN.Process(target=start_and_report, args=(project, barrier, pids)) for _ in range(5)
    ]
    for starter in starters:
        starter.start()
    found = {pids.get(timeout=120) for _ in starters}
    for starter in starters:
        starter.join()
    assert len(found) == 1
    assert server_processes(project) == list(found)


def test_the_server_outlives_its_starter_and_does_not_keep_it(project):
    # A pipe that the server held open would keep this from returning.
    starter = subprocess.run(
        [sys.executable, "-W", "error", "-c", START, str(project.home)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert starter.stderr == ""
    assert is_alive(int(starter.stdout))
    assert embedded.status(project).pid == int(starter.stdout)


def test_a_killed_server_is_noticed_and_replaced_on_the_same_port(project):
    first = embedded.start(project)
    with client_of(first) as client:
        client["tfw"]["posts"].insert_one({"_id": "kept"})
        kill(first)
        assert embedded.status(project) is None
        second = embedded.start(project)
        assert second.pid != first.pid
        assert second.uri == first.uri
        assert client["tfw"]["posts"].find_one() == {"_id": "kept"}


def test_a_port_that_was_taken_meanwhile_is_given_up(project):
    first = embedded.start(project)
    kill(first)
    with socket.create_server(("127.0.0.1", first.port)):
        second = embedded.start(project)
    assert second.port != first.port
    with client_of(second) as client:
        assert client.admin.command("ping")["ok"] == 1.0


def test_a_process_that_got_the_old_id_is_not_taken_for_the_server(project):
    info = embedded.start(project)
    kill(info)
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        path = project.hidden_folder / "db.json"
        path.write_text(json.dumps({**state_of(project), "pid": bystander.pid}))
        assert embedded.status(project) is None
        assert embedded.stop(project) is False
        assert embedded.start(project).pid != bystander.pid
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text('{"password"')])
def test_a_lost_or_damaged_state_file_costs_no_data(project, damage, caplog):
    first = embedded.start(project)
    with client_of(first) as client:
        client["tfw"]["posts"].insert_one({"_id": "kept"})
    damage(project.hidden_folder / "db.json")
    assert embedded.status(project) is None
    with caplog.at_level(logging.WARNING, "tfw.embedded"):
        second = embedded.start(project)
    assert "ending a forgotten database server" in caplog.text
    assert server_processes(project) == [second.pid]
    with client_of(second) as client:
        assert client["tfw"]["posts"].find_one() == {"_id": "kept"}


def test_deleted_data_start_empty_again(project):
    embedded.start(project)
    embedded.stop(project)
    subprocess.run(["rm", "-r", str(project.hidden_folder / "db")], check=True)
    with client_of(embedded.start(project)) as client:
        assert client["tfw"]["posts"].find_one() is None


def test_users_that_somebody_else_made_are_dropped_when_the_user_is_made_anew(project):
    with client_of(embedded.start(project)) as client:
        client["other"].command("createUser", "guest", pwd="x", roles=["root"])
        client["admin"].command("createUser", "guest", pwd="x", roles=["root"])
    embedded.stop(project)
    (project.hidden_folder / "db.json").unlink()
    with client_of(embedded.start(project)) as client:
        users = [(user["db"], user["user"]) for user in client["admin"]["system.users"].find()]
    assert users == [("admin", "tfw")]


def test_a_stray_configuration_of_the_server_is_not_picked_up(project, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".secantus").mkdir()
    for folder in (tmp_path, tmp_path / ".secantus"):
        (folder / "secantusd.toml").write_text("[server]\nno_such_key = 1\n")
    assert embedded.start(project)


def test_a_switch_for_fast_unsafe_storage_is_overruled(project, monkeypatch):
    monkeypatch.setenv("SECANTUS_TEST_FAST_STORAGE", "1")
    info = embedded.start(project)
    with client_of(info) as client:
        client["tfw"]["posts"].insert_one({"_id": "kept"})
    kill(info)
    with client_of(embedded.start(project)) as client:
        assert client["tfw"]["posts"].find_one() == {"_id": "kept"}


def test_long_paths_with_blanks_quotes_and_other_scripts_work(tmp_path):
    home = tmp_path / "mode d'été “робота” $HOME" / ("long " * 40) / ("longer " * 30)
    home.mkdir(parents=True)
    settings = settings_of(home)
    try:
        with open_store(settings) as store:
            assert store.put("runs", {"_id": "a"}) is True
    finally:
        assert embedded.stop(settings) is True


# Errors


def test_a_server_that_cannot_start_says_why_without_the_password(project):
    embedded.start(project)
    embedded.stop(project)
    (project.hidden_folder / "db" / "WiredTiger.turtle").write_text("nonsense")
    with pytest.raises(StoreError) as caught:
        embedded.start(project)
    message = str(caught.value)
    assert f"The embedded database of {project.home} ended while starting" in message
    assert str(project.hidden_folder / "db.log") in message
    assert "WiredTiger" in message
    assert "TFW_MONGODB_URI" in message
    assert state_of(project)["password"] not in message
    assert embedded.status(project) is None


def test_data_of_another_password_are_refused_clearly(project):
    embedded.start(project)
    embedded.stop(project)
    state = {**state_of(project), "password": "another"}
    (project.hidden_folder / "db.json").write_text(json.dumps(state))
    with pytest.raises(StoreError, match="refuses the user name or the password"):
        open_store(project)


def test_a_folder_that_cannot_be_used_is_named(project):
    project.hidden_folder.write_text("a file")
    with pytest.raises(StoreError, match=r"cannot use the folder .*\.tfw.*TFW_HOME"):
        embedded.start(project)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator can read every file")
def test_a_database_of_another_user_is_called_that(project):
    project.hidden_folder.mkdir()
    (project.hidden_folder / "db.json").touch(mode=0)
    with pytest.raises(StoreError, match="belongs to another user"):
        embedded.start(project)


def hold_lock(settings: Settings, ready, release) -> None:
    with embedded_state.locked(settings):
        ready.set()
        release.wait()


def test_a_start_that_never_ends_elsewhere_is_an_error(project, monkeypatch):
    ready, release = SPAWN.Event(), SPAWN.Event()
    holder = SPAWN.Process(target=hold_lock, args=(project, ready, release))
    holder.start()
    ready.wait()
    monkeypatch.setattr(embedded_state, "LOCK_SECONDS", 0.1)
    try:
        with pytest.raises(StoreError, match="Another process has been starting or stopping"):
            embedded.start(project)
    finally:
        release.set()
        holder.join()


def test_a_lost_server_is_one_clear_error(project):
    info = embedded.start(project)
    with Store(connect(impatient(info)), "tfw") as store:
        kill(info)
        with pytest.raises(StoreError, match="open the store again") as caught:
            store.put("runs", {"_id": "a"})
        assert str(info.port) in str(caught.value)
        embedded.start(project)
        assert store.put("runs", {"_id": "a"}) is True


# Durability


def write_numbers(uri: str, writer: int, acknowledged) -> None:
    """Insert 0, 1, 2, ... until the server is gone, and tell of each that was acknowledged."""
    with MongoClient(uri) as client:
        for number in count():
            try:
                client["tfw"]["posts"].insert_one({"_id": f"{writer}-{number}"})
            except PyMongoError:
                return
            acknowledged.send(number)


def last_received(receiver, last: int) -> int:
    try:
        while True:
            last = receiver.recv()
    except EOFError:
        return last


def test_every_acknowledged_write_survives_a_kill_in_mid_write(project):
    info = embedded.start(project)
    uri = impatient(info).get_secret_value()
    receivers, writers = [], []
    for number in range(2):
        receiver, sender = SPAWN.Pipe(duplex=False)
        writer = SPAWN.Process(target=write_numbers, args=(uri, number, sender))
        writer.start()
        sender.close()
        receivers.append(receiver)
        writers.append(writer)
    for receiver in receivers:
        while receiver.recv() < 150:
            pass
    kill(info)
    acknowledged = [last_received(receiver, last=150) for receiver in receivers]
    for writer in writers:
        writer.join()
    with client_of(embedded.start(project)) as client:
        stored = {document["_id"] for document in client["tfw"]["posts"].find()}
    for writer, last in enumerate(acknowledged):
        assert {f"{writer}-{number}" for number in range(last + 1)} <= stored


def import_posts(uri: SecretStr) -> None:
    with Store(connect(uri), "tfw") as store:
        for first in range(0, 2_000, 20):
            try:
                store.upsert_posts(make_posts(2_000)[first : first + 20])
            except StoreError:
                return


def test_an_import_that_a_crash_cut_short_can_be_repeated(project):
    info = embedded.start(project)
    importer = SPAWN.Process(target=import_posts, args=(impatient(info),))
    with open_store(project) as store:
        importer.start()
        while not store.count("posts"):
            time.sleep(0.01)
        kill(info)
        importer.join()
        embedded.start(project)
        assert 0 < store.count("posts") < 2_000
        store.upsert_posts(make_posts(2_000))
        assert store.count("posts") == 2_000
        assert store.upsert_posts(make_posts(2_000)).unchanged == 2_000
