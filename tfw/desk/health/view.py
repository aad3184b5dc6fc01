"""The pieces of a collection's state as HTML; the live desk and its static twin show the same."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tfw.desk.tables import Column, table
from tfw.plain import one_line
from tfw.report.formats import moment, percent, thousands
from tfw.sources.allowances import Gauge, QuotaToday
from tfw.sources.health import PostFigures
from tfw.sources.research.progress import shown_state

STATE_CLASSES = {
    "complete": "good",
    "ok": "good",
    "running": "run",
    "begun": "",
    "pending": "",
    "interrupted": "warn",
    "truncated": "warn",
    "partial": "warn",
    "failed": "bad",
    "blocked": "bad",
    "captcha": "bad",
    "login_wall": "bad",
    "rate_limited": "bad",
    "throttled": "bad",
}
MOST_WINDOWS = 400
MOST_REASONS = 15


@cache
def health_style() -> Markup:
    """The style of what this module makes, as an element."""
    css = Path(__file__).with_name("health.css").read_text(encoding="utf-8")
    return Markup("<style>{}</style>").format(Markup(css))


def state_mark(state: str) -> Markup:
    """A state with its sign, so that colour is not all that tells it."""
    return Markup('<span class="state {}">{}</span>').format(STATE_CLASSES.get(state, ""), state)


def gauge(one: Gauge, title: str) -> Markup:
    """A bar with words: how much of a day's allowance is used and left."""
    kind = "gone" if not one.left else "much" if one.share >= 0.8 else ""
    words = f"{thousands(one.used)} of {thousands(one.limit)} used, {thousands(one.left)} left"
    if one.spent:
        words = f"TikTok says that today's are spent ({thousands(one.used)} of them here)"
    return Markup(
        '<div class="gauge {}"><span>{}</span><div class="track" role="meter" aria-label="{}" '
        'aria-valuemin="0" aria-valuemax="{}" aria-valuenow="{}"><span style="width:{:.1f}%">'
        "</span></div><span>{}</span></div>"
    ).format(kind, title, title, one.limit, min(one.used, one.limit), one.share * 100, words)


def quota_view(quota: QuotaToday, pages: Gauge | None = None) -> Markup:
    """The day's requests of the Research API, and the pages opened, as gauges."""
    rows = [gauge(one, _gauge_title(one)) for one in quota.gauges]
    if quota.problem:
        rows.append(
            Markup('<p class="soft">Research API: <bdi>{}</bdi></p>').format(
                one_line(quota.problem)
            )
        )
    if pages is not None:
        rows.append(gauge(pages, "Public pages today"))
    rows.append(
        Markup('<p class="soft">A day ends at 00:00 UTC; now it is {}.</p>').format(
            moment(datetime.now(UTC))
        )
    )
    return Markup("").join(rows)


def _gauge_title(one: Gauge) -> str:
    bucket = "Requests" if one.name == "general" else "Follower lists"
    return f"{bucket} today" if one.own else f"{bucket} today, other key {one.credential}"


def windows_view(windows: Sequence[Mapping[str, Any]], hide: Callable[[str], str]) -> Markup:
    """The windows of a query, a row each: those to look at first, then the complete ones.

    Args:
        windows: as stored, oldest first.
        hide: makes names in a reason unreadable.
    """
    counts = Counter(shown_state(window) for window in windows)
    listed = sorted(windows, key=lambda window: window["state"] == "complete")[:MOST_WINDOWS]
    caption = f"{thousands(len(windows))} windows: " + ", ".join(
        f"{thousands(count)} {state}" for state, count in counts.most_common()
    )
    if len(listed) < len(windows):
        caption += f"; {MOST_WINDOWS} of them are listed"
    return table(
        [
            Column("days"),
            Column("state"),
            Column("pages", number=True),
            Column("asked", number=True, hint="rows that the API counted"),
            Column("delivered", number=True, hint="rows; deleted and private videos are left out"),
            Column("over-matched", number=True, hint="the keyword stands inside another word"),
            Column("requests", number=True, hint="failed ones too"),
            Column("last page", hint="month-day and time, UTC"),
            Column("reason"),
        ],
        (_window_row(window, hide) for window in listed),
        caption=caption,
        empty="Nothing is planned yet. Start makes the plan and collects; or run the cell Collect.",
    )


def _window_row(window: Mapping[str, Any], hide: Callable[[str], str]) -> list[object]:
    first, last = (
        f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in (window["start_date"], window["end_date"])
    )
    return [
        nowrap(first if first == last else f"{first} to {last}"),
        state_mark(shown_state(window)),
        window["pages"],
        window["asked"],
        window["delivered"],
        window["over_matched"],
        window["requests"],
        nowrap(f"{at:%m-%d %H:%M}") if (at := window.get("collected_at")) else None,
        words(hide(window.get("reason") or "")),
    ]


def comments_view(figures: PostFigures) -> Markup:
    """Comments stored against reported, a row for each source and state."""
    rows = [
        [
            nowrap(one_line(source)),
            state_mark(state),
            count.posts,
            count.reported,
            count.collected,
            percent(count.share),
            count.unknown or None,
        ]
        for (source, state), count in sorted(figures.comments.items())
    ]
    return table(
        [
            Column("source"),
            Column("state"),
            Column("posts", number=True),
            Column(
                "comments reported", number=True, hint="the platform's counter, hidden ones too"
            ),
            Column("comments stored", number=True),
            Column("share", number=True),
            Column("no number", number=True, hint="posts whose number of comments is not known"),
        ],
        rows,
        caption="Comments collected against reported. Reported counts include replies, hidden and "
        "filtered comments, so a complete reading often ends a few percent short.",
        empty="No posts yet.",
    )


def reasons_view(reasons: Mapping[tuple[str, str, str], int]) -> Markup:
    """Why something was missed, the most frequent first: (what, state, reason) and its number."""
    ranked = Counter(reasons).most_common()
    rows = [
        [what, state_mark(state), words(reason), count]
        for (what, state, reason), count in ranked[:MOST_REASONS]
    ]
    rest = sum(count for _, count in ranked[MOST_REASONS:])
    if rest:
        rows.append(["", "", f"{len(ranked) - MOST_REASONS} more reasons", rest])
    return table(
        [Column("what"), Column("state"), Column("reason"), Column("how often", number=True)],
        rows,
        caption="Reasons for misses",
        empty="Nothing was missed so far.",
    )


def nowrap(text: str) -> Markup:
    """A short text that stays on one line."""
    return Markup('<bdi dir="auto" class="nowrap">{}</bdi>').format(text)


def words(text: str) -> Markup:
    """A longer text of whatever origin, in a cell that is not pressed to nothing."""
    return Markup('<bdi dir="auto" class="words">{}</bdi>').format(one_line(text))


def feeds_view(feeds: Sequence[Mapping[str, Any]]) -> Markup:
    """The public lists that were read, how the last run ended, and where the next one goes on."""
    rows = [
        [
            nowrap(one_line(feed["_id"])),
            one_line(feed.get("site") or ""),
            feed.get("at"),
            state_mark(feed["state"]) if "state" in feed else "goes on, or was interrupted",
            words(feed.get("stopped") or ""),
            _next_place(feed),
        ]
        for feed in feeds
    ]
    return table(
        [
            Column("list"),
            Column("site"),
            Column("last batch"),
            Column("state"),
            Column("why it ended"),
            Column("next run"),
        ],
        rows,
        caption="Public lists",
        empty="No public list was read yet. 02_scrape_posts reads them.",
    )


def _next_place(feed: Mapping[str, Any]) -> str:
    if feed.get("ended"):
        return "begins anew: the list was at its end"
    if feed.get("cursor") is None:
        return "begins anew: this list has no places"
    return f"goes on at place {one_line(feed['cursor'])}"


def threads_view(states: Mapping[str, int]) -> Markup:
    """How far the comments are that the Research API is asked for."""
    if not states:
        return Markup("")
    return table(
        [Column("comments by the Research API"), Column("posts", number=True)],
        [[state_mark(state), count] for state, count in sorted(states.items())],
        caption="Posts whose comments the Research API was asked for",
    )
