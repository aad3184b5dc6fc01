"""Tables of desks as HTML; every cell is escaped."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from tfw.report.formats import moment, thousands


class Column(NamedTuple):
    """A column's heading; numbers stand at the right; ``hint`` shows when one points at it."""

    title: str
    number: bool = False
    hint: str = ""


def table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    caption: str,
    empty: str = "Nothing here yet.",
) -> Markup:
    """A table; Markup cells are taken as they are, all others are escaped.

    Args:
        columns: their headings.
        rows: as many cells each; None is shown as a dash, times are shown in UTC.
        caption: what the table shows.
        empty: what stands there without any row; say what to do next.
    """
    body = Markup("").join(_row(columns, row) for row in rows)
    if not body:
        return Markup('<p class="empty">{}</p>').format(empty)
    head = Markup("").join(
        Markup('<th scope="col"{}{}>{}</th>').format(
            _class(column),
            Markup(' title="{}"').format(column.hint) if column.hint else "",
            column.title,
        )
        for column in columns
    )
    return Markup(
        '<div class="scroll"><table><caption>{}</caption><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table></div>"
    ).format(caption, head, body)


def _row(columns: Sequence[Column], row: Sequence[object]) -> Markup:
    cells = Markup("").join(
        Markup("<td{}>{}</td>").format(_class(column), _cell(value))
        for column, value in zip(columns, row, strict=True)
    )
    return Markup("<tr>{}</tr>").format(cells)


def _class(column: Column) -> Markup:
    return Markup(' class="number"') if column.number else Markup("")


def _cell(value: object) -> Markup:
    if isinstance(value, Markup):
        return value
    if value is None or value is pd.NA or value is pd.NaT:
        return Markup("–")
    if isinstance(value, datetime):
        return Markup.escape(moment(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Markup.escape(thousands(value))
    return Markup('<bdi dir="auto">{}</bdi>').format(str(value))
