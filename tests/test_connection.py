import socket
import threading
import traceback

import pytest
from pydantic import SecretStr

from tfw.connection import connect
from tfw.errors import StoreError
from tfw.settings import Settings
from tfw.store import open_store

SECRET = "Blue-Parrot-77"
FAST = "serverSelectionTimeoutMS=300"


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def everything_shown(error: BaseException) -> str:
    """What a traceback of any kind, with the causes that Python hides, would show."""
    shown = []
    while error:
        shown += [str(error), repr(error), *traceback.format_exception(error)]
        error = error.__cause__ or error.__context__
    return "\n".join(shown)


def refusal(uri: str) -> StoreError:
    with pytest.raises(StoreError) as caught:
        connect(SecretStr(uri))
    text = everything_shown(caught.value)
    for piece in (SECRET, "Blue-Parrot", "Parrot", "analyst-x"):
        assert piece not in text
    return caught.value


def test_an_unreachable_server_is_named_without_the_password(free_port):
    error = refusal(f"mongodb://analyst-x:{SECRET}@127.0.0.1:{free_port}/?{FAST}")
    assert f"127.0.0.1:{free_port} cannot be used" in str(error)
    assert "Connection refused" in str(error)
    assert "Topology" not in str(error)
    assert "Check TFW_MONGODB_URI" in str(error)


def test_an_unknown_host_is_named_without_the_password():
    error = refusal(f"mongodb://analyst-x:{SECRET}@database.invalid:27017/?{FAST}")
    assert "The database at database.invalid:27017 cannot be used" in str(error)


@pytest.mark.parametrize("user", ["tfw", "analyst-x"])
def test_a_wrong_password_is_said_without_it(server, user):
    error = refusal(f"mongodb://{user}:{SECRET}@127.0.0.1:{server.port}/?directConnection=true")
    assert "it refuses the user name or the password" in str(error)


def test_a_missing_password_is_said(server):
    uri = SecretStr(f"mongodb://127.0.0.1:{server.port}/?directConnection=true")
    settings = Settings(home=server.data_folder, mongodb_uri=uri, key_folder=server.data_folder)
    with pytest.raises(StoreError, match="not allowed"):
        open_store(settings)


def test_a_server_without_tls_is_named_when_tls_is_asked_for(server):
    uri = f"mongodb://tfw:{SECRET}@127.0.0.1:{server.port}/?tls=true&directConnection=true&{FAST}"
    error = refusal(uri)
    assert f"127.0.0.1:{server.port} cannot be used" in str(error)


def test_something_else_that_listens_there_is_no_database(free_port):
    listener = socket.create_server(("127.0.0.1", free_port))

    def answer() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        refusal(f"mongodb://analyst-x:{SECRET}@127.0.0.1:{free_port}/?{FAST}")
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.mark.parametrize(
    "uri",
    [
        f"mongodb://analyst-x:{SECRET}",
        f"mongodb://analyst-x:{SECRET}@",
        f"mongodb://analyst-x:{SECRET}/4@host/",
        f"mongodb://analyst-x:12/{SECRET}@host/",
        f"mongodb://analyst-x:12?{SECRET}@host/",
        f"mongodb://analyst-x:12?{SECRET}=1@host/",
        f"mongodb://analyst-x:{SECRET}@x@host/",
        f"mongodb://analyst-x:{SECRET}:y@host/",
        f"mongodb://analyst-x:{SECRET}@host:port/",
        f"mongodb://analyst-x:%zz{SECRET}@host/",
        f"mongodb://analyst-x:{SECRET}@host/?tls=true&tlsCAFile=/nowhere/{SECRET}",
        f"mongodb+srv://analyst-x:{SECRET}@host/",
        "mongodb://",
    ],
)
def test_an_address_that_cannot_be_read_is_not_shown(uri):
    assert str(refusal(uri)).startswith("TFW_MONGODB_URI cannot be used: ")


def test_a_file_that_is_missing_is_named():
    error = refusal(f"mongodb://analyst-x:{SECRET}@host/?tls=true&tlsCAFile=/nowhere/ca.pem")
    assert "/nowhere/ca.pem" in str(error) or "No such file" in str(error)
