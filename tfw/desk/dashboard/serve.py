"""`make dashboard`: topics, thresholds and the report for colleagues, without code.

Voila runs the three notebooks, each visitor in a kernel of its own, and shows what they show. What
a visitor can do there:

| | |
| --- | --- |
| run code | no: Voila passes on what widgets say, and no requests to execute anything |
| change anything | no: ``TFW_READ_ONLY`` is set; who gives ``TFW_DASHBOARD_TOKEN`` may |
| read files | no: nothing but these three notebooks is served, and of them what they show |
| come in | with the address that is printed at the start: a token is part of it |

| environment variable | meaning |
| --- | --- |
| ``TFW_DASHBOARD_HOST`` | the address to listen on, 127.0.0.1 by default: this machine alone |
| ``TFW_DASHBOARD_PORT`` | the port, 8866 by default |
| ``TFW_DASHBOARD_VIEW_TOKEN`` | the token of the address, a new one at each start by default |
| ``TFW_DASHBOARD_TOKEN`` | opens desks for changes; without it nothing does |
"""

import logging
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from tfw.errors import SettingsError, TfwError
from tfw.settings import Settings, load_settings

HOST, PORT = "127.0.0.1", 8866
SHORTEST_TOKEN = 16
TEMPLATES = Path(__file__).parent / "jupyter"
MISSING = "The dashboard needs Voila, which is not installed: pip install -e '.[notebook]'"


@dataclass(frozen=True)
class Served:
    """A notebook of the dashboard, as the list of them shows it."""

    file: str
    title: str
    about: str


NOTEBOOKS = (
    Served(
        "06_inspect_topics.ipynb", "Topics", "What the posts talk about, over time and by example."
    ),
    Served(
        "07_tune_thresholds.ipynb",
        "Thresholds",
        "Which posts count as fashion, and how sure that is.",
    ),
    Served("08_report.ipynb", "Report", "The reports, their methods, and two runs compared."),
)


@dataclass(frozen=True)
class Options:
    """Where the dashboard listens, and the token that its address has."""

    host: str = HOST
    port: int = PORT
    view_token: str = ""

    @property
    def is_local(self) -> bool:
        """Whether this machine alone can reach it."""
        return self.host == "localhost" or ip_address(self.host).is_loopback

    @property
    def address(self) -> str:
        """What to open in a browser; ``0.0.0.0`` stands for every address of this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/?token={self.view_token}"


def read_options(environment: Mapping[str, str]) -> Options:
    """The options that the environment names.

    Raises:
        SettingsError: a value that cannot be used, with what would be valid.
    """
    host = environment.get("TFW_DASHBOARD_HOST") or HOST
    port = environment.get("TFW_DASHBOARD_PORT") or str(PORT)
    token = environment.get("TFW_DASHBOARD_VIEW_TOKEN") or secrets.token_urlsafe(24)
    if host != "localhost" and not _is_address(host):
        raise SettingsError(
            f"TFW_DASHBOARD_HOST is {host!r}. Give an address of this machine, such as 127.0.0.1, "
            "or 0.0.0.0 for all of them."
        )
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise SettingsError(f"TFW_DASHBOARD_PORT is {port!r}. Give a port such as {PORT}.")
    for name in ("TFW_DASHBOARD_VIEW_TOKEN", "TFW_DASHBOARD_TOKEN"):
        if 0 < len(environment.get(name, "")) < SHORTEST_TOKEN:
            raise SettingsError(
                f"{name} has fewer than {SHORTEST_TOKEN} characters and could be guessed (its "
                "value is not shown). Give a longer one."
            )
    return Options(host, int(port), token)


def serve(options: Options, settings: Settings) -> None:
    """Serve the dashboard until Ctrl-C or SIGTERM.

    Raises:
        SettingsError: Voila or a notebook is missing.
    """
    try:
        from tfw.desk.dashboard.server import Dashboard
    except ImportError as error:
        raise SettingsError(f"{MISSING} ({error}).") from error
    with tempfile.TemporaryDirectory(prefix="tfw-dashboard-") as folder:
        _copy_notebooks(settings, Path(folder))
        Dashboard.of(options, Path(folder)).run()


def prepare_environment(settings: Settings) -> None:
    """What the kernels of visitors inherit: read-only, this project, templates of the dashboard."""
    os.environ["TFW_READ_ONLY"] = "1"
    os.environ["TFW_HOME"] = str(settings.home)
    # Whoever gives the token is not whoever started the server.
    os.environ.setdefault("TFW_PERSON", "dashboard")
    known = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join([str(TEMPLATES), *([known] if known else [])])


def main() -> None:
    """Serve the dashboard; an error is one message on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    try:
        options, settings = read_options(os.environ), load_settings()
        prepare_environment(settings)
        print(f"The dashboard: {options.address}\nCtrl-C ends it.", flush=True)  # noqa: T201
        if not options.is_local:
            print(  # noqa: T201
                "It can be reached from other machines; what is sent is not encrypted.", flush=True
            )
        serve(options, settings)
    except TfwError as error:
        print(f"dashboard: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_status)


def _copy_notebooks(settings: Settings, folder: Path) -> None:
    """Copies in a folder of their own: what lies beside the originals is out of reach."""
    there = [one for one in NOTEBOOKS if (settings.notebooks / one.file).is_file()]
    if not there:
        raise SettingsError(
            f"{settings.notebooks} has none of {', '.join(one.file for one in NOTEBOOKS)}."
        )
    for one in there:
        shutil.copy(settings.notebooks / one.file, folder / one.file)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    main()
