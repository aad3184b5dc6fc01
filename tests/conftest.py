"""Fixtures for all tests: a project folder, its settings, and a real database.

One embedded server serves the whole test session, or the MongoDB that TFW_TEST_MONGODB_URI names;
each test that asks for `home`, `settings` or `store` gets an empty database of its own on it. The
environment never points at the user's own project, database or keys.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tfw import embedded
from tfw.settings import Settings, load_settings
from tfw.store import Store, open_store

OTHER_SERVER = os.environ.get("TFW_TEST_MONGODB_URI")
REPOSITORY = Path(__file__).resolve().parents[1]


def pytest_make_parametrize_id(val: object) -> str | None:
    """Bytes stay out of a test's name: packed ones hold the time they were packed at.

    The processes that share the tests refuse to start when they find different names.
    """
    return "bytes" if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A real browser may be slow to paint on a busy machine: such a test may fail once.

    The report names each test that was run again. Files with slow tests come first, so that the
    processes that share the tests end at about the same time.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session", autouse=True)
def session_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project folder of code that asks for no other; nothing of the user's is in reach."""
    home = tmp_path_factory.mktemp("session-home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("TFW_")]:
            patch.delenv(name)
        patch.setenv("TFW_HOME", str(home))
        patch.setenv("TFW_KEY_FOLDER", str(home / "keys"))
        patch.setenv("HF_HUB_OFFLINE", "1")  # read when transformers is imported
        yield home
        embedded.stop(Settings(home=home, key_folder=home / "keys"))


@pytest.fixture(scope="session")
def server(session_home: Path) -> embedded.ServerInfo:
    """The embedded server of this test session, started on first use."""
    return embedded.start(Settings(home=session_home, key_folder=session_home / "keys"))


@pytest.fixture(scope="session")
def database_uri(request: pytest.FixtureRequest) -> SecretStr:
    """The address of the server that the tests' databases are on."""
    if OTHER_SERVER:
        return SecretStr(OTHER_SERVER)
    server: embedded.ServerInfo = request.getfixturevalue("server")
    return server.uri


@pytest.fixture
def home(
    database_uri: SecretStr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A project folder with copies of params/ and notebooks/, and an empty database."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in ("params", "notebooks"):
        if (REPOSITORY / name).is_dir():
            shutil.copytree(REPOSITORY / name, folder / name)
    monkeypatch.setenv("TFW_HOME", str(folder))
    monkeypatch.setenv("TFW_KEY_FOLDER", str(tmp_path / "keys"))
    monkeypatch.setenv("TFW_MONGODB_URI", database_uri.get_secret_value())
    monkeypatch.setenv("TFW_DATABASE", f"test-{uuid.uuid4().hex[:12]}")
    yield folder
    # The embedded server takes seconds to drop a thousand posts; its folder is thrown away whole.
    if OTHER_SERVER:
        with open_store() as store:
            store.database.client.drop_database(store.database.name)


@pytest.fixture
def settings(home: Path) -> Settings:
    """The settings of a process in `home`."""
    return load_settings()


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """A connected store on an empty database."""
    with open_store(settings) as store:
        yield store
