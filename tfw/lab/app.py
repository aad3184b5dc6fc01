"""The lab over HTTP on this machine: the stand-in TikTok that newcomers, demos and tests use."""

import logging
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from uvicorn.protocols.http.h11_impl import H11Protocol

from tfw.errors import BusyError, InputError, RunError
from tfw.lab.content import World
from tfw.lab.faults import FaultPlan, Limits, Rules, parse_fault_plan, read_fault_plan
from tfw.lab.research import ResearchLab
from tfw.lab.research_clock import Clock
from tfw.lab.research_control import change_lab, control_routes, lab_state
from tfw.lab.research_routes import research_routes
from tfw.lab.research_tokens import CLIENT_KEY, CLIENT_SECRET
from tfw.lab.web_routes import web_routes
from tfw.lab.web_site import WebSite

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
DEFAULT_PORT = 8765
_START_SECONDS = 30.0
# With it set to zero seconds, closing a socket sends RST instead of FIN.
_LINGER_OFF = struct.pack("ii", 1, 0)


def create_app(
    world: World,
    *,
    faults: FaultPlan | None = None,
    clock: Clock | None = None,
    limits: Limits | None = None,
    rules: Rules | None = None,
) -> FastAPI:
    """The lab as an application: the Research API and the web site, at one address.

    ``app.state.lab`` is its :class:`ResearchLab`, ``app.state.site`` its :class:`WebSite`.

    ``limits`` and ``rules`` stand in place of those of the fault plan.
    """
    plan = faults or FaultPlan()
    given = {"limits": limits, "rules": rules}
    plan = plan.model_copy(update={name: part for name, part in given.items() if part is not None})
    app = FastAPI(title="Lab", openapi_url=None, docs_url=None, redoc_url=None)
    clock = clock or Clock()
    app.state.lab, app.state.site = ResearchLab(world, plan, clock), WebSite(world, clock)
    app.include_router(control_routes(app.state.lab, app.state.site))
    app.include_router(research_routes(app.state.lab, _cut))
    app.include_router(web_routes(app.state.site))
    return app


class Connection(H11Protocol):
    """An HTTP connection that the application can cut without an answer."""

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as in uvicorn
        """Remember the connection by its two ends."""
        super().connection_made(transport)
        _open_connections[self._ends] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        _open_connections.pop(self._ends, None)
        super().connection_lost(exc)

    @property
    def _ends(self) -> tuple[object, object]:
        return self.client, self.server


_open_connections: dict[tuple[object, object], Any] = {}


def _cut(request: Request) -> None:
    """End the connection of a request with a reset."""
    client, server = request.scope["client"], request.scope["server"]
    transport = _open_connections.get((client, server))
    if transport is None:
        raise ConnectionResetError("this server cannot cut a connection; use running_lab or serve")
    ours = transport.get_extra_info("socket")
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_OFF)
    transport.abort()


@dataclass(frozen=True)
class RunningLab:
    """A lab that answers at ``url`` while its thread runs."""

    url: str
    lab: ResearchLab
    site: WebSite

    @property
    def client_key(self) -> str:
        """The documented client key."""
        return CLIENT_KEY

    @property
    def client_secret(self) -> str:
        """The documented client secret."""
        return CLIENT_SECRET

    def state(self) -> dict[str, Any]:
        """What ``GET /__control`` answers."""
        return lab_state(self.lab, self.site)

    def control(self, **change: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
        """Do what ``POST /__control`` does: ``control(faults=[...])``, ``control(web={...})``.

        Raises:
            SettingsError: a key or value is wrong.
        """
        change_lab(self.lab, self.site, change)
        return self.state()

    def advance(self, time: timedelta) -> None:
        """Move the lab's clock on."""
        self.lab.clock.advance(time)


@contextmanager
def running_lab(
    world: World,
    *,
    port: int = 0,
    faults: FaultPlan | Mapping[str, Any] | None = None,
    clock: Clock | None = None,
    limits: Limits | None = None,
    rules: Rules | None = None,
) -> Iterator[RunningLab]:
    """A lab that answers on a free port of this machine for as long as the block lasts.

    Raises:
        InputError: ``port`` is no port.
        BusyError: the port is taken.
    """
    plan = parse_fault_plan(faults) if isinstance(faults, Mapping) else faults
    app = create_app(world, faults=plan, clock=clock, limits=limits, rules=rules)
    ours = _bind(port)
    server = _server(app)
    thread = threading.Thread(target=server.run, args=([ours],), name="lab", daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield RunningLab(_url(ours), app.state.lab, app.state.site)
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)
        ours.close()


def serve(
    port: int = DEFAULT_PORT, *, seed: int = 7, posts: int = 2_000, faults: Path | None = None
) -> None:
    """Answer on this machine until Ctrl-C; one printed line says where, and what to try.

    Raises:
        InputError: a number is out of range, or the fault file is wrong.
        BusyError: the port is taken.
    """
    plan = read_fault_plan(faults) if faults else None
    try:
        with running_lab(World(seed=seed, posts=posts), port=port, faults=plan) as lab:
            print(_greeting(lab.url), flush=True)  # noqa: T201 - what the command is for
            threading.Event().wait()
    except KeyboardInterrupt:
        log.info("The lab has stopped.")


def _greeting(url: str) -> str:
    return (
        f"The lab answers at {url} with client_key {CLIENT_KEY} and client_secret {CLIENT_SECRET}."
        f" Try, in another terminal: TFW_RESEARCH_API_URL={url}"
        f" TFW_RESEARCH_CLIENT_KEY={CLIENT_KEY} TFW_RESEARCH_CLIENT_SECRET={CLIENT_SECRET}"
        " make notebook, and 01_query_posts with"
        f" query_file params/query-demo.ini. Its web site is at {url}/foryou;"
        f" {url}/__control shows its state. Ctrl-C ends it."
    )


def _server(app: FastAPI) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def _bind(port: int) -> socket.socket:
    if not 0 <= port <= 65_535:
        raise InputError(f"port is {port}: it must be a number from 0 (any free port) to 65535.")
    # asyncio sends without delay only where the protocol is named: 40 ms less for every answer.
    ours = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        ours.bind((HOST, port))
        # From here on a client waits instead of being refused.
        ours.listen(128)
    except OSError as error:
        ours.close()
        raise BusyError(
            f"port {port} of {HOST} cannot be used: {error.strerror}."
            " Is another lab running? Choose another port with --port."
        ) from error
    return ours


def _url(ours: socket.socket) -> str:
    return f"http://{HOST}:{ours.getsockname()[1]}"


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise RunError("the lab did not start; see the log for the reason.")
        time.sleep(0.01)
