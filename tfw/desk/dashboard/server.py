"""Voila with less: three notebooks, no files, no list of folders, nothing from other hosts."""

import logging
import os
from pathlib import Path
from typing import Any

import nbformat
from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from traitlets.config import Config
from voila.app import Voila  # type: ignore[import-untyped]
from voila.tornado.handler import (  # type: ignore[import-untyped]
    TornadoVoilaHandler,
)

from tfw.desk.dashboard.serve import NOTEBOOKS, Options

TEMPLATE = "tfw"
THEMES = ("light", "dark")
# Of Voila's own addresses these are kept: what its pages are made of, and the way to one's kernel.
KEPT = (
    "/api/kernels/", "/voila/templates/", "/voila/static/", "/voila/api/themes/",
    "/voila/api/shutdown/", "/voila/labextensions/", "/login", "/logout",
)  # fmt: skip
# A browser asks no other host for anything, whatever stands in a page.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'self' data: blob:",
        "frame-ancestors 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
# A page that was left without a word keeps its kernel, some 300 MB, for so long.
IDLE_SECONDS = 900


class Dashboard(Voila):  # type: ignore[misc]
    """The server; :meth:`of` makes one."""

    name = "voila"

    @classmethod
    def of(cls, options: Options, folder: Path) -> "Dashboard":
        """A server of the notebooks in a folder."""
        made = cls(config=_config(options, folder), config_file_paths=[], log_level=logging.WARNING)
        made.options = options
        made.initialize([])
        return made

    def run(self) -> None:
        """Serve until Ctrl-C or SIGTERM."""
        self.start()

    def init_settings(self) -> dict[str, Any]:
        """Voila's settings; a request must name this machine where it alone is served."""
        settings: dict[str, Any] = super().init_settings()
        headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"}
        return settings | {"allow_remote_access": not self.options.is_local, "headers": headers}

    def init_handlers(self) -> list[Any]:
        """The list of notebooks, the notebooks, and of Voila's handlers those that these need."""
        voila = [one for one in super().init_handlers() if one[0].startswith(KEPT)]
        notebook = {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }
        own = [("/", ListHandler), (r"/voila/render/([^/]+)", NotebookHandler, notebook)]
        return [*own, *voila, (r"/.*", NothingHandler)]


class ListHandler(JupyterHandler):
    """The list of notebooks."""

    @web.authenticated
    def get(self) -> None:
        """The page."""
        app = self.settings["voila"]
        there = [one for one in NOTEBOOKS if (Path(app.root_dir) / one.file).is_file()]
        template = self.settings["voila_jinja2_env"].get_template("dashboard.html")
        has_token = bool(os.environ.get("TFW_DASHBOARD_TOKEN"))
        self.finish(template.render(notebooks=there, base_url=self.base_url, has_token=has_token))


class NotebookHandler(TornadoVoilaHandler):  # type: ignore[misc]
    """One of the notebooks, run for its visitor."""

    @web.authenticated
    async def get(self, path: str) -> None:
        """The page; 404 for whatever is not one of the notebooks."""
        if path not in {one.file for one in NOTEBOOKS}:
            raise web.HTTPError(404)
        await super().get(path)

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """A page in words."""
        _write_error(self, status_code)


class NothingHandler(JupyterHandler):
    """What is not served."""

    def get(self) -> None:
        """A page that says so."""
        raise web.HTTPError(404)

    def write_error(self, status_code: int, **kwargs: object) -> None:
        """A page in words."""
        _write_error(self, status_code)


def _write_error(handler: JupyterHandler, status_code: int) -> None:
    template = handler.settings["voila_jinja2_env"].get_template("error.html")
    words = "There is nothing here" if status_code == 404 else "This did not work"
    handler.finish(
        template.render(status_code=status_code, status_message=words, base_url=handler.base_url)
    )


def choose_theme(
    handler: JupyterHandler, notebook: nbformat.NotebookNode, cwd: str
) -> nbformat.NotebookNode:
    """The notebook with the theme that its address asks for, light or dark."""
    wanted = handler.get_query_argument("theme", THEMES[0])
    notebook.metadata["voila"] = {"theme": wanted if wanted in THEMES else THEMES[0]}
    return notebook


def _config(options: Options, folder: Path) -> Config:
    return Config(
        {
            "Voila": {
                "root_dir": str(folder),
                "ip": options.host,
                "port": options.port,
                # Another port than the printed one would help nobody.
                "port_retries": 0,
                "token": options.view_token,
                "open_browser": False,
            },
            "VoilaConfiguration": {
                "template": TEMPLATE,
                "allow_template_override": "NO",
                "allow_theme_override": "NOTEBOOK",
                "prelaunch_hook": choose_theme,
                "show_tracebacks": False,
                "strip_sources": True,
                "file_allowlist": [],
            },
            "MappingKernelManager": {
                "cull_idle_timeout": IDLE_SECONDS,
                "cull_interval": 60,
                "cull_connected": False,
            },
        }
    )
