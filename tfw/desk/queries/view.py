"""What a query asks and costs, as HTML: for the builder, and for a run that nobody watches."""

from collections.abc import Sequence
from datetime import date
from textwrap import dedent

from markupsafe import Markup

from tfw.sources.research.cautions import check_query
from tfw.sources.research.describe import describe_asked, describe_cost, describe_request
from tfw.sources.research.query import Query
from tfw.sources.research.reading import Problem

STEPS = 2


def query_view(query: Query, *, today: date | None = None) -> Markup:
    """A query in words, its request, its windows and cost, and what one should know before."""
    warnings = [Markup("<li>{}</li>").format(text) for text in check_query(query, today=today)]
    return Markup('<div class="query-view">{}{}{}{}</div>').format(
        _part("In words", _lines(describe_asked(query))),
        _part("Windows and cost", _lines(describe_cost(query))),
        _part("Good to know", _list(warnings), wide=True) if warnings else "",
        _part("Request (JSON)", _code(describe_request(query)), wide=True),
    )


def problems_view(problems: Sequence[Problem]) -> Markup:
    """Every mistake of a query file, with its place."""
    items = [Markup("<li>{}</li>").format(str(problem)) for problem in problems]
    return Markup('<div class="message error">{}</div>').format(_list(items))


def mistakes_in_words(number: int, elsewhere: Sequence[Problem]) -> str:
    """How many mistakes there are, and those that no control can show."""
    number -= len(elsewhere)
    said = "One thing is wrong and is" if number == 1 else f"{number} things are wrong, and each is"
    words = [f"{said} said where it stands."] if number else []
    return "\n".join([*words, *map(_with_section, elsewhere), "Save waits until nothing is wrong."])


def saved_in_words(file: str, *, changed: bool) -> str:
    """Whether a good query is what the cells below read."""
    if changed:
        return f"Nothing is wrong. Not saved yet: the cells below read {file} as it is."
    return f"Nothing is wrong, and the cells below read this: {file}."


def _with_section(problem: Problem) -> str:
    return f"[{problem.section.name}]: {problem.text}" if problem.section else problem.text


def _part(title: str, body: Markup, *, wide: bool = False) -> Markup:
    kind = "wide" if wide else "half"
    return Markup('<section class="{}"><h4>{}</h4>{}</section>').format(kind, title, body)


def _list(items: Sequence[Markup]) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup("").join(items))


def _code(text: str) -> Markup:
    return Markup('<pre tabindex="0">{}</pre>').format(dedent(text))


def _lines(text: str) -> Markup:
    """Lines that wrap behind their indentation, of which there are two steps."""
    return Markup('<div class="lines">{}</div>').format(
        Markup("").join(
            Markup('<div class="in-{}"><bdi>{}</bdi></div>').format(_steps(line), line.strip())
            for line in text.split("\n")
        )
    )


def _steps(line: str) -> int:
    return min(STEPS, (len(line) - len(line.lstrip())) // 2)
