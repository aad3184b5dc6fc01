"""The text of `tfw query FILE`: what is asked, in which windows, and what it costs."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from tfw.sources.research.cautions import check_query
from tfw.sources.research.fields import OPERATIONS
from tfw.sources.research.plan import (
    YIELD,
    Cost,
    Window,
    estimate,
    is_narrow,
    json_bodies,
    plan_windows,
    scale,
)
from tfw.sources.research.query import Condition, ListQuery, Query, VideoQuery

WORDS = dict(zip(OPERATIONS, ("is", "is one of", ">", ">=", "<", "<="), strict=True))
SHOWN = 5


def describe(query: Query, *, today: date | None = None) -> str:
    """A query in words: its conditions, the first request, the windows, the cost, the warnings.

    ``today`` is the UTC day that warnings count from, now by default.
    """
    body = _list_text(query) if isinstance(query, ListQuery) else _video_text(query)
    warnings = [f"  - {text}" for text in check_query(query, today=today)]
    return "\n".join([*body, *(["", "Warnings", *warnings] if warnings else [])])


def _video_text(query: VideoQuery) -> Iterator[str]:
    windows = plan_windows(query)
    days = sum(window.days for window in windows)
    yield f"Query {query.name}: videos"
    yield from _conditions("all of", query.and_)
    yield from _conditions("at least one of", query.or_)
    yield from _conditions("none of", query.not_)
    yield f"  from {query.start_date} to {query.end_date} UTC, {_number(days, 'day')}"
    if query.is_random:
        yield "  a random sample of each window"
    yield from _request(query, "the first window")
    yield ""
    yield from _windows_text(query, windows)
    yield ""
    yield from _video_cost(query, windows)


def _list_text(query: ListQuery) -> Iterator[str]:
    name, targets = query.rules.body_key.replace("_", " "), query.targets
    yield f"Query {query.name}: {query.endpoint.replace('_', ' ')}"
    yield f"  of {_number(len(targets), name)}: {_some(targets)}"
    if query.replies:
        yield "  with the replies to them"
    yield from _request(query, "the first of them")
    yield ""
    cost = estimate(query)
    yield "Cost"
    if cost.requests_least == cost.requests_most:
        yield f"  {_requests(cost, cost.requests_least)}, one for each"
    else:
        yield f"  at least {_requests(cost, cost.requests_least)}, one for each"
    if cost.requests_most is None:
        yield "  more where a list has several pages; how many, nobody knows before"
    elif cost.requests_most > cost.requests_least:
        yield f"  at most {_requests(cost, cost.requests_most)}"


def _conditions(title: str, conditions: Sequence[Condition]) -> Iterator[str]:
    if conditions:
        yield f"  {title}"
        for one in conditions:
            values = [f'"{v}"' if " " in v or "," in v else v for v in one.field_values]
            yield f"    {one.field_name} {WORDS[one.operation]} {', '.join(values)}"


def _request(query: Query, which: str) -> Iterator[str]:
    fields = f"?fields={','.join(query.fields)}" if query.fields else ""
    yield ""
    yield f"Request for {which}"
    yield f"  POST {query.path}{fields}"
    yield from (f"  {line}" for line in _indented(json_bodies(query)[0]).splitlines())


def _indented(body: Mapping[str, object]) -> str:
    """A body as JSON with one condition a line."""
    text = json.dumps(body, indent=2, ensure_ascii=False)
    return re.sub(
        r"\{\n\s+\"operation\".*?\n\s+\}",
        lambda condition: re.sub(r"\n\s+", " ", condition[0]),
        text,
        flags=re.DOTALL,
    )


def _windows_text(query: VideoQuery, windows: Sequence[Window]) -> Iterator[str]:
    longest = max(window.days for window in windows)
    yield f"Windows: {len(windows):,} of {_number(longest, 'day')} each"
    yield f"  {_some([_span(window) for window in windows])}"
    if query.window_days is not None:
        yield "  as long as the query says (window_days)"
    elif is_narrow(query):
        yield "  long ones, as named accounts and videos are few a day"
    else:
        yield "  short ones, as a wide query finds much a day and long chains of pages break off"


def _video_cost(query: VideoQuery, windows: Sequence[Window]) -> Iterator[str]:
    cost = estimate(query, windows)
    yield "Cost"
    if query.is_random:
        yield f"  {_requests(cost, cost.requests_least)}, one a window"
        yield f"  for about {cost.rows_expected:,} rows at most"
        return
    yield f"  at least {_requests(cost, cost.requests_least)}, one a window"
    if cost.requests_expected is not None:
        yield (
            f"  about {_requests(cost, cost.requests_expected)}, for {query.videos_per_day:,} "
            f"videos a day, and {cost.rows_expected:,} rows"
        )
        return
    yield f"  one more for every further {query.max_count} videos of a window:"
    for a_day, one in scale(query, windows):
        requests = _requests(one, one.requests_expected or 0)
        yield f"    {a_day:>7,} videos a day: {requests}, about {one.rows_expected:,} rows"
    yield (
        f"  Of 100 videos about {YIELD:.0%} are delivered; the rest is deleted or private. Collect "
        "one day to learn how many there are, and write it as videos_per_day."
    )


def _requests(cost: Cost, requests: int) -> str:
    return f"{_number(requests, 'request')} ({_days(cost.days_for(requests))} of quota)"


def _days(days: float) -> str:
    if days < 0.01:
        return "under 0.01 days"
    return f"{days:,.2f} days" if days < 10 else f"{days:,.0f} days"


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _span(window: Window) -> str:
    return f"{window.start:%Y%m%d}" + ("" if window.days == 1 else f"-{window.end:%Y%m%d}")


def _some(names: Iterable[str]) -> str:
    """The first names and the last one."""
    names = list(names)
    if len(names) <= SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[: SHOWN - 1])} ... {names[-1]}"
