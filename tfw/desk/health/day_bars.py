"""Rows per day as bars over the usual range of their weekday: an SVG without scripts."""

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from tfw.report.formats import thousands
from tfw.sources.day_counts import DayState, JudgedDay

MOST_DAYS = 400
WIDTH, HEIGHT = 860, 190
LEFT, TOP, BOTTOM = 46, 14, 24
ROOM = 1.08
WIDEST = 36.0
PARTIAL = (DayState.OPEN, DayState.YOUNG, DayState.INCOMPLETE)
KEY = (
    ("▮", "rows of a day"),
    ("▯", "part of a day: too young, or not collected to the end"),
    ("░ ―", "usual range and usual number of that weekday"),
    ("✕", "silent zero"),
    ("▲ ▼", "more or less than usual"),
)
HATCH = Markup(
    '<defs><pattern id="tfw-hatch" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="2" height="5" fill="#3b8bc2"/></pattern></defs>'
)


def day_bars(days: Sequence[JudgedDay], what: str) -> Markup:
    """The bars, each with its figures for whoever points at it; the newest 400 days.

    Args:
        days: oldest first.
        what: what a row is and what a day is the day of, such as "posts by day of posting".
    """
    shown = list(days)[-MOST_DAYS:]
    if not shown:
        return Markup("")
    top = max(1.0, *(max(day.rows, _known(day)) for day in shown)) * ROOM
    step = (WIDTH - LEFT) / len(shown)
    bars = Markup("").join(_bar(day, place, step, top) for place, day in enumerate(shown))
    key = Markup("").join(Markup("<span>{} {}</span>").format(*entry) for entry in KEY)
    return Markup(
        '<svg class="days" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}{}</svg>'
        '<div class="key" aria-hidden="true">{}</div>'
    ).format(WIDTH, HEIGHT, _spoken(shown, what), HATCH, _axis(top), bars, _dates(shown, step), key)


def _known(day: JudgedDay) -> float:
    """How high the range of a day is drawn; a very wide one does not press the bars down."""
    return min(day.high or 0.0, 2.5 * (day.usual or 0.0))


def _bar(day: JudgedDay, place: int, step: float, top: float) -> Markup:
    left, width = LEFT + place * step, min(WIDEST, max(1.0, step * (0.8 if step > 4 else 1.0)))
    parts = [_range(day, left, width, top)] if day.usual is not None else []
    if day.rows:
        y = _y(day.rows, top)
        kind = "part" if day.state in PARTIAL else str(day.state)
        parts.append(
            Markup(
                '<rect class="bar {}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
            ).format(kind, left, y, width, _y(0, top) - y)
        )
    if sign := _SIGNS.get(day.state):
        y = _y(day.rows, top) - 3
        parts.append(
            Markup('<text class="mark {}" x="{:.1f}" y="{:.1f}">{}</text>').format(
                "" if day.alarming else "soft", left + width / 2, max(12.0, y), sign
            )
        )
    room = Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="{}" fill="transparent"/>').format(
        left, TOP, step, HEIGHT - TOP - BOTTOM
    )
    return Markup("<g><title>{}</title>{}{}</g>").format(str(day), Markup("").join(parts), room)


_SIGNS = {DayState.SILENT: "✕", DayState.LOW: "▼", DayState.HIGH: "▲"}


def _range(day: JudgedDay, left: float, width: float, top: float) -> Markup:
    high, low = _y(min(_known(day), top), top), _y(day.low or 0.0, top)
    usual = _y(day.usual or 0.0, top)
    return Markup(
        '<rect class="range" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>'
        '<line class="usual" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>'
    ).format(left, high, width, max(0.0, low - high), left, left + width, usual, usual)


def _axis(top: float) -> Markup:
    marks = [0, round(top / ROOM / 2), round(top / ROOM)]
    return Markup("").join(
        Markup(
            '<line class="axis" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
            '<text x="{}" y="{:.1f}" text-anchor="end">{}</text>'
        ).format(
            LEFT, WIDTH, _y(rows, top), _y(rows, top), LEFT - 6, _y(rows, top) + 4, thousands(rows)
        )
        for rows in dict.fromkeys(marks)
    )


def _dates(days: Sequence[JudgedDay], step: float) -> Markup:
    every = max(1, round(110 / step))
    return Markup("").join(
        Markup('<text x="{:.1f}" y="{}">{}</text>').format(
            LEFT + place * step, HEIGHT - 8, days[place].day.isoformat()
        )
        for place in range(0, len(days), every)
        if LEFT + place * step < WIDTH - 62
    )


def _spoken(days: Sequence[JudgedDay], what: str) -> str:
    first, last = days[0].day, days[-1].day
    silent = [day.day for day in days if day.alarming]
    return (
        f"Bars: {what}, {first} to {last}, {sum(day.rows for day in days):,} rows in all; "
        f"{_named(silent)}. The table below has every day."
    )


def _named(days: Sequence[date]) -> str:
    listed = ", ".join(map(str, days[:10]))
    return f"silent zeros on {listed}" if days else "no silent zeros"


def _y(rows: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - rows / top)
