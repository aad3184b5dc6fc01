"""Putting data and scripts into a page so that no text in them is taken for markup."""

import json
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from tfw.report.formats import day, moment, percent, plain, score, thousands

# Inside a script element a browser looks for its end and for comments, nothing else; the two
# line separators are line ends to old JavaScript.
ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def data_block(name: str, data: object) -> Markup:
    """A script element that holds data as JSON and is not run; its id is ``name``."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return json_block(name, text)


def json_block(name: str, text: str) -> Markup:
    """The same for data that are JSON text already."""
    head = Markup('<script type="application/json" id="{}">').format(name)
    return head + Markup(text.translate(ESCAPES)) + Markup("</script>")


@cache
def environment() -> jinja2.Environment:
    """The templates of the report; everything put into them is escaped."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("tfw.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shown = (day, moment, percent, plain, score, thousands)
    made.filters.update({function.__name__: function for function in shown})
    return made


@cache
def asset(name: str) -> Markup:
    """A style sheet or script of the report, to stand in a page as it is."""
    return Markup((files("tfw.report") / "templates" / name).read_text(encoding="utf-8"))
