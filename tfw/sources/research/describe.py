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
    asked = describe_asked(query)
    which = "the first of them" if isinstance(query, ListQuery) else "the first window"
    request = f"Request for {which}\n{describe_request(query)}"
    warnings = "\n".join(f"  - {text}" for text in check_query(query, today=today))
    parts = [asked, request, describe_cost(query), warnings and f"Warnings\n{warnings}"]
    return "\n\n".join(part for part in parts if part)


def describe_asked(query: Query) -> str:
    """What a query asks for, in words."""
    lines = _list_asked(query) if isinstance(query, ListQuery) else _video_asked(query)
    return "\n".join(lines)


def describe_request(query: Query) -> str:
    """The first request of a query: path, fields, and the JSON body with a condition a line."""
    fields = f"?fields={','.join(query.fields)}" if query.fields else ""
    if isinstance(query, ListQuery):
        body = query.body(query.targets[0])
    else:
        body = json_bodies(query, plan_windows(query)[:1])[0]
    lines = [f"POST {query.path}{fields}", *_indented(body).splitlines()]
    return "\n".join(f"  {line}" for line in lines)


def describe_cost(query: Query) -> str:
    """The windows of a query, and what it costs in requests and in days of quota."""
    if isinstance(query, ListQuery):
        return "\n".join(_list_cost(query))
    windows = plan_windows(query)
    return "\n".join([*_windows_text(query, windows), "", *_video_cost(query, windows)])


def _video_asked(query: VideoQuery) -> Iterator[str]:
    days = (query.end_date - query.start_date).days + 1
    yield f"Query {query.name}: videos"
    yield from _conditions("all of", query.and_)
    yield from _conditions("at least one of", query.or_)
    yield from _conditions("none of", query.not_)
    yield f"  from {query.start_date} to {query.end_date} UTC, {_number(days, 'day')}"
    if query.is_random:
        yield "  a random sample of each window"


def _list_asked(query: ListQuery) -> Iterator[str]:
    name, targets = query.rules.body_key.replace("_", " "), query.targets
    yield f"Query {query.name}: {query.endpoint.replace('_', ' ')}"
    yield f"  of {_number(len(targets), name)}: {_some(targets)}"
    if query.replies:
        yield "  with the replies to them"


def _list_cost(query: ListQuery) -> Iterator[str]:
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
