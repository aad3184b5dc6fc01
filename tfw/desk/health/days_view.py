"""Days with their verdicts as HTML: the alarm, the odd days, every day."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from tfw.desk.tables import Column, table
from tfw.report.formats import thousands
from tfw.sources.day_counts import FEWEST_OTHERS, DayState, JudgedDay, silent_zeros

MOST_DAYS = 400


def alarms_view(days: Iterable[JudgedDay]) -> Markup:
    """A box that names silent zeros; nothing where there are none."""
    silent = silent_zeros(days)
    if not silent:
        return Markup("")
    items = Markup("").join(Markup("<li>{}</li>").format(str(day)) for day in silent[:20])
    more = len(silent) - 20
    return Markup(
        '<div class="message error" role="alert"><strong>{} with no rows although {} collected to '
        "the end.</strong> <ul>{}</ul>{}A silence like this is seldom true: look at the window's "
        "requests, ask again (<code>again_before</code> of <code>tfw.collect_videos</code>), and "
        "leave the day out of counts until it is settled.</div>"
    ).format(
        f"{len(silent)} {'day' if len(silent) == 1 else 'days'}",
        "it was" if len(silent) == 1 else "they were",
        items,
        f"and {more} more. " if more > 0 else "",
    )


def odd_days_view(days: Sequence[JudgedDay]) -> Markup:
    """The days that are not as usual, a row each, or that there are none."""
    odd = [day for day in days if day.state in (DayState.SILENT, DayState.LOW, DayState.HIGH)]
    if odd:
        return days_table(odd, "Days unlike their weekday", "")
    if any(day.state is DayState.USUAL for day in days):
        return Markup('<p class="soft">Every day that can be judged is as usual.</p>')
    return Markup(
        '<p class="soft">No day can be judged yet: a weekday is compared with at least {} other '
        "complete days of its name.</p>"
    ).format(FEWEST_OTHERS)


def days_table(days: Sequence[JudgedDay], caption: str, empty: str) -> Markup:
    """Days, a row each, the newest first."""
    return table(
        [
            Column("day (UTC)"),
            Column("weekday"),
            Column("rows", number=True),
            Column("usual", number=True, hint="median of the nearest same weekdays"),
            Column("usual range", number=True, hint="median ± 3.5 robust standard deviations"),
            Column("from", number=True, hint="complete days of that weekday compared with"),
            Column("verdict"),
        ],
        (_day_row(day) for day in sorted(days, key=lambda one: one.day, reverse=True)[:MOST_DAYS]),
        caption=caption,
        empty=empty,
    )


def _day_row(day: JudgedDay) -> list[object]:
    known = day.usual is not None
    return [
        day.day.isoformat(),
        day.weekday,
        day.rows,
        round(day.usual) if day.usual is not None else None,
        f"{thousands(round(day.low or 0))} to {thousands(round(day.high or 0))}" if known else None,
        day.others,
        Markup('<span class="state {}">{}</span>').format(_DAY_SIGNS.get(day.state, ""), day.state),
    ]


_DAY_SIGNS = {
    DayState.SILENT: "bad",
    DayState.LOW: "warn",
    DayState.HIGH: "warn",
    DayState.USUAL: "good",
}
