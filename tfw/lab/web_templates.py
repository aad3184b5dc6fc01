"""The templates, scripts and phrases of the lab's web site."""

import re
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

from tfw.lab.web_blocks import in_script

_TYPES = {"js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8"}
_ASSET = re.compile(r"[a-z_]+\.(js|css)")


def render(name: str, **values: object) -> str:
    """A page of the site; ``block`` and ``page`` are JSON values for script elements."""
    for key in ("block", "page"):
        if key in values:
            # Nothing in it can end the script element: in_script escapes what could.
            values[key] = Markup(in_script(values[key]))
    return _environment().get_template(name).render(**values)


def asset(name: str) -> tuple[str, str] | None:
    """The text and the media type of a script or style sheet; None where there is none."""
    found = _ASSET.fullmatch(name)
    path = _folder() / name
    if not found or not path.is_file():
        return None
    return path.read_text(encoding="utf-8"), _TYPES[found[1]]


@cache
def phrases(language: str) -> dict[str, str]:
    """What pages say in a language; English where it has no words of its own."""
    spoken: dict[str, Any] = yaml.safe_load((_folder() / "phrases.yaml").read_text("utf-8"))
    return {**spoken["en"], **spoken[language]}


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.FunctionLoader(lambda name: (_folder() / name).read_text("utf-8"))
    return jinja2.Environment(loader=loader, autoescape=True)


def _folder() -> Traversable:
    return files("tfw.lab") / "web_html"
