"""The embedded database: one server process for all kernels and commands of a project.

The server (`secantusd-py` of the package secantusdb) speaks MongoDB's wire protocol, listens on
127.0.0.1 only, asks for a generated password, and syncs its journal on every commit, so that an
acknowledged write survives `kill -9`. Everything it needs lies in the project's hidden folder:

| path | content |
| --- | --- |
| `db/` | the data |
| `db.json` | where the running server is, and its password (readable by its owner only) |
| `db.lock` | locked while a server is started or stopped |
| `db.log` | what the server has to say; `db.log.1` is the log of the run before |
| `secantusd.toml` | empty on purpose: a file of that name elsewhere is not looked for |
"""

import logging
import os
import secrets
import signal
import socket
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from pydantic import BaseModel, ConfigDict, SecretStr
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tfw.embedded_state import State, data_folder, locked, log_file, read_state, write_state
from tfw.errors import StoreError
from tfw.processes import (
    POLL_SECONDS,
    command_of,
    end_process,
    is_alive,
    listening_port,
    start_detached,
    start_time,
)
from tfw.settings import Settings

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
USER = "tfw"
START_SECONDS = 30.0
CACHE_SIZE = "512M"
LOG_LINES = 8


class ServerInfo(BaseModel):
    """A running embedded server: where it listens, which process it is, where its data lies."""

    model_config = ConfigDict(frozen=True)

    host: str
    port: int
    pid: int
    started_at: datetime
    data_folder: Path
    uri: SecretStr


def start(settings: Settings) -> ServerInfo:
    """The project's running server; it is started when there is none.

    Any number of processes may call this at once: they get the same server.

    Raises:
        StoreError: the server does not start; the message ends with its last words.
    """
    info = status(settings)
    if info is None:
        with locked(settings):
            info = status(settings) or _launch(settings)
    return info


def status(settings: Settings) -> ServerInfo | None:
    """The project's running server, or None."""
    state = read_state(settings)
    if state is None or state.pid is None or state.started_at is None:
        return None
    if not _is_server(command_of(state.pid), data_folder(settings)):
        return None
    return ServerInfo(
        host=HOST,
        port=state.port,
        pid=state.pid,
        started_at=state.started_at,
        data_folder=data_folder(settings),
        uri=_uri(state),
    )


def stop(settings: Settings) -> bool:
    """True when a server was running; it has ended when this returns.

    Raises:
        StoreError: somebody else is starting or stopping it and does not come to an end.
    """
    if status(settings) is None:
        return False
    with locked(settings):
        state = read_state(settings)
        info = status(settings)
        if state is None or info is None:
            return False
        end_process(info.pid)
        write_state(settings, state.model_copy(update={"pid": None, "started_at": None}))
    logger.info("stopped the embedded database (process %d)", info.pid)
    return True


def _launch(settings: Settings) -> ServerInfo:
    """Start the server; the caller holds the lock."""
    _end_leftovers(settings)
    known = read_state(settings)
    if known is None or not (data_folder(settings) / "WiredTiger").exists():
        state = State(password=_create_user(settings), port=known.port if known else 0)
        info = _serve(settings, state)
        _drop_other_users(settings, info)
        return info
    return _serve(settings, known)


def _serve(settings: Settings, state: State) -> ServerInfo:
    pid, port = _run(settings, _free_port(state.port), "--auth")
    running = {"pid": pid, "port": port, "started_at": start_time(pid)}
    write_state(settings, state.model_copy(update=running))
    info = status(settings)
    if info is None:
        raise _start_error(settings, "ended right after its start")
    logger.info("started the embedded database on %s:%d (process %d)", HOST, port, pid)
    return info


def _create_user(settings: Settings) -> str:
    """The password of the database's new user.

    Only a server that asks for no password lets one create the first user, so there is such a
    server for a moment. It is killed without ado: what it has acknowledged is on disk.
    """
    password = secrets.token_urlsafe(24)
    pid, port = _run(settings, 0)
    try:
        with MongoClient[dict[str, Any]](HOST, port, directConnection=True) as client:
            client.admin.command("dropAllUsersFromDatabase", 1)
            client.admin.command("createUser", USER, pwd=password, roles=["root"])
    except PyMongoError:
        raise _start_error(settings, "refused to create its user") from None
    finally:
        end_process(pid, signal.SIGKILL)
    return password


def _drop_other_users(settings: Settings, info: ServerInfo) -> None:
    """Drop whom another program on this machine made while no password was asked for."""
    try:
        with MongoClient[dict[str, Any]](info.uri.get_secret_value()) as client:
            for user in list(client.admin["system.users"].find({}, {"user": 1, "db": 1})):
                if (user["db"], user["user"]) != ("admin", USER):
                    logger.warning("dropping the unknown database user %r", user["user"])
                    client[user["db"]].command("dropUser", user["user"])
    except PyMongoError:
        raise _start_error(settings, "does not accept its user") from None


def _run(settings: Settings, port: int, *flags: str) -> tuple[int, int]:
    """Process id and port of a server that listens."""
    log = log_file(settings)
    if log.exists():
        log.replace(log.with_name("db.log.1"))
    # The server has no use for credentials that the caller's environment may hold.
    environment = {name: v for name, v in os.environ.items() if not name.startswith("TFW_")}
    pid = start_detached(
        [*_command(settings, port), *flags],
        log=log,
        folder=settings.hidden_folder,
        environment={**environment, "SECANTUS_FORCE_DURABLE": "1"},
    )
    return pid, _wait_until_listening(settings, pid)


def _command(settings: Settings, port: int) -> list[str]:
    config = settings.hidden_folder / "secantusd.toml"
    config.touch()
    return [
        *(sys.executable, "-P", "-m", "secantus"),
        *("--config", str(config)),
        *("--storage-path", str(data_folder(settings))),
        *("--host", HOST, "--port", str(port)),
        *("--log-level", "WARNING", "--cache-size", CACHE_SIZE),
        *("--sync-on-commit", "--standalone"),
    ]


def _wait_until_listening(settings: Settings, pid: int) -> int:
    deadline = time.monotonic() + START_SECONDS
    while is_alive(pid):
        port = listening_port(pid)
        if port is not None:
            return port
        if time.monotonic() > deadline:
            end_process(pid)
            raise _start_error(settings, f"was not ready after {START_SECONDS:.0f} s")
        time.sleep(POLL_SECONDS)
    raise _start_error(settings, "ended while starting")


def _start_error(settings: Settings, what: str) -> StoreError:
    log = log_file(settings)
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    tail = "\n".join(f"  {line}" for line in lines[-LOG_LINES:]) or "  (nothing)"
    return StoreError(
        f"The embedded database of {settings.home} {what}. The last lines of its log {log}:\n"
        f"{tail}\n"
        "Is the disk full, or does another machine or container use this folder? When that is "
        "put right, run the command again; or set TFW_MONGODB_URI to use a MongoDB server."
    )


def _end_leftovers(settings: Settings) -> None:
    """End servers on this data folder that `db.json` no longer knows."""
    for pid in psutil.pids():
        if _is_server(command_of(pid), data_folder(settings)):
            logger.warning("ending a forgotten database server (process %d)", pid)
            end_process(pid)


def _is_server(command: list[str], folder: Path) -> bool:
    """Whether a command line is that of a server on that folder.

    It tells a server from a process that got its id later more surely than the time of its start,
    which moves when the clock is set.
    """
    return "secantus" in command and str(folder) in command


def _free_port(wanted: int) -> int:
    """The port of the last time, so that open connections come to life again, or 0 for any."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError:
            return 0
    return wanted


def _uri(state: State) -> SecretStr:
    # The server closes connections that were idle for 300 s; ours are given up before that.
    options = "authSource=admin&directConnection=true&maxIdleTimeMS=240000"
    return SecretStr(f"mongodb://{USER}:{state.password}@{HOST}:{state.port}/?{options}")
