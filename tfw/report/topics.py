"""The interactive map of topics (LDAvis), as a page or a part of one that needs no network.

pyLDAvis' own pages fetch d3 and LDAvis from the network, and LDAvis sets styles for every drawing
of the page and keeps its state in the page's address. Here both libraries, which the package
brings along, stand in the page inside one function, with the styles kept to the map.
"""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from tfw.errors import InputError
from tfw.report.embed import data_block, environment

BOX = "topic-map"
KEYS = {"mdsDat", "tinfo", "token.table", "R", "lambda.step", "plot.opts", "topic.order"}


def topics_page(
    topic_view: str,
    title: str = "Topics",
    names: Mapping[int, str] | None = None,
    *,
    bare: bool = False,
) -> str:
    """A whole HTML page with the map of topics; it can be opened from a disk.

    Args:
        topic_view: JSON text of pyLDAvis' ``PreparedData.to_json()``.
        title: the page's title.
        names: what topics are called, by their numbers in the map.
        bare: the map alone, to stand in another page's frame.

    Raises:
        InputError: the text is not such JSON.
    """
    fragment = topics_fragment(topic_view, names=names)
    template = environment().get_template("topics.html.j2")
    return template.render(title=title, fragment=fragment, names=names or {}, bare=bare)


@dataclass(frozen=True)
class TopicsFrame:
    """The page of topics as a notebook shows it: in a frame of its own."""

    page: str
    height: int = 860

    def _repr_html_(self) -> str:
        style = f"width: 100%; height: {self.height}px; border: 0"
        return f'<iframe srcdoc="{html.escape(self.page)}" style="{style}"></iframe>'


def topics_fragment(
    topic_view: str,
    box: str = BOX,
    nonce: str | None = None,
    names: Mapping[int, str] | None = None,
) -> Markup:
    """The map of topics as HTML to stand in a page or in a notebook's output.

    It leaves nothing in the page's global names, styles or address.

    Args:
        topic_view: JSON text of pyLDAvis' ``PreparedData.to_json()``.
        box: the id of its element; another one for each map of a page.
        nonce: what the page's content security policy asks of scripts.
        names: what topics are called, by their numbers in the map; shown where one points at a
            topic.

    Raises:
        InputError: the text is not such JSON.
    """
    return Markup(
        environment()
        .get_template("topics_fragment.html.j2")
        .render(
            box=box,
            nonce=nonce,
            style=Markup(_scoped(_library("ldavis.v1.0.0.css"))),
            data=data_block(
                f"{box}-data", read_topic_view(topic_view) | {"names": dict(names or {})}
            ),
            d3=Markup(_library("d3.v5.min.js")),
            ldavis=Markup(_library("ldavis.v3.0.0.js")),
        )
    )


def read_topic_view(topic_view: str) -> dict[str, Any]:
    """The data of the map, from its JSON text; numbers that are not finite become null.

    Raises:
        InputError: the text is not what pyLDAvis' ``PreparedData.to_json()`` writes.
    """
    try:
        view = json.loads(topic_view, parse_constant=lambda _: None)
    except ValueError as error:
        raise InputError(f"The topic view is not JSON: {error}. {_ADVICE}") from error
    missing = KEYS - set(view) if isinstance(view, dict) else KEYS
    if missing:
        raise InputError(f"The topic view lacks {', '.join(sorted(missing))}. {_ADVICE}")
    return dict(view)


_ADVICE = "Give the text of pyLDAvis' PreparedData.to_json(), or learn the vocabulary again."


def _scoped(css: str) -> str:
    """The library's styles for the map alone: its rules for `path` and `text` would undo charts."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", css)
    return "\n".join(
        ", ".join(f".{BOX} {part.strip()}" for part in selectors.split(",")) + f" {{{body}}}"
        for selectors, body in rules
    )


@cache
def _library(name: str) -> str:
    return (files("pyLDAvis") / "js" / name).read_text(encoding="utf-8")
