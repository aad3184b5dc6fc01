"""What a researcher should know before a valid query is sent: gaps, lags and noise of the API."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from tfw.sources.research.fields import (
    COMMENTS_CAP,
    FOLLOWERS_CAP,
    MAX_PER_PAGE,
    QUERY_FIELDS,
)
from tfw.sources.research.lists import ListEndpoint
from tfw.sources.research.query import Condition, ListQuery, Query, VideoQuery
from tfw.sources.research.values import looks_rounded

SAFE_DAYS = 3
"""A day is sure to be searchable when three days have passed: its last video after 48 hours."""
SETTLED_DAYS = 10
"""Counters of videos can lag this many days."""
SHORT_WORD = 5
NEW_VIDEOS_A_DAY = 34_000_000
"""About how many videos the whole platform gains a day (docs/collection.md)."""
SUBJECT_FIELDS = ("username", "video_id", "hashtag_name", "keyword", "music_id", "effect_id")
HASHTAG_HOLES = (date(2021, 3, 1), date(2022, 7, 31))
SINGLE_VALUED = ("region_code", "username", "video_id", "music_id", "video_length", "create_date")
LIST_CAUTIONS: dict[ListEndpoint, str] = {
    "followers": f"The API hands out about {FOLLOWERS_CAP:,} followers of an account at most, and "
    "since April 2026 some projects are refused (scope_not_authorized).",
    "following": f"The API hands out about {FOLLOWERS_CAP:,} accounts at most, only where the list "
    "is public, and since April 2026 some projects are refused (scope_not_authorized).",
    "liked": "Likes are private unless an account opens them: expect a refusal for nearly all.",
    "reposted": "Reposts are handed out for some accounts only.",
    "comments": f"The API hands out the {COMMENTS_CAP:,} most liked comments of a video at most.",
    "playlist": "The playlist endpoint was seen to answer with an error and a good list at once.",
}


def utc_today() -> date:
    """The day it is in UTC, by which the API counts."""
    return datetime.now(UTC).date()


def check_query(query: Query, *, today: date | None = None) -> list[str]:
    """Warnings about a valid query, each a sentence that says what to do; empty without any.

    ``today`` is the UTC day to count from, now by default.
    """
    if isinstance(query, ListQuery):
        return list(_list_cautions(query))
    return list(_video_cautions(query, today or utc_today()))


def last_safe_day(today: date) -> date:
    """The youngest day whose videos can all be found."""
    return today - timedelta(days=SAFE_DAYS)


def day_of_id(video_id: str) -> date | None:
    """The UTC day on which a video was made, from its id, or None for an id of another kind."""
    seconds = int(video_id) >> 32
    return datetime.fromtimestamp(seconds, UTC).date() if seconds >= 2**30 else None


def _list_cautions(query: ListQuery) -> Iterator[str]:
    if query.endpoint in LIST_CAUTIONS:
        yield LIST_CAUTIONS[query.endpoint]
    if query.rules.kind == "id":
        yield from _zeros(query.rules.targets_key, query.targets)


def _video_cautions(query: VideoQuery, today: date) -> Iterator[str]:
    yield from _date_cautions(query, today)
    wanted = (*query.and_, *query.or_)
    for condition in wanted:
        yield from _condition_cautions(query, condition)
    yield from _contradictions(query.and_)
    hashtags = any(condition.field_name == "hashtag_name" for condition in wanted)
    first, last = HASHTAG_HOLES
    if hashtags and query.start_date <= last and query.end_date >= first:
        yield (
            "Hashtag queries between March 2021 and July 2022 were seen to fail for whole days; "
            "such windows end as failed, and are reported."
        )
    if not (query.is_random or _has_subject(query)):
        yield (
            f"Nothing names a subject: of about {NEW_VIDEOS_A_DAY / 1e6:.0f} million new videos a "
            "day the quota gets the first 100,000 candidates at most. Add hashtags, keywords or "
            "accounts, or set is_random = yes for a sample."
        )
    if query.is_random:
        yield (
            f"is_random gives 1 to {MAX_PER_PAGE} random videos a window, not all of them; more "
            "and shorter windows give a larger sample."
        )


def _has_subject(query: VideoQuery) -> bool:
    """Whether every video that is found has one of the hashtags, words, accounts asked for."""
    named = [one.field_name in SUBJECT_FIELDS for one in query.or_]
    return any(one.field_name in SUBJECT_FIELDS for one in query.and_) or (
        bool(named) and all(named)
    )


def _date_cautions(query: VideoQuery, today: date) -> Iterator[str]:
    safe = last_safe_day(today)
    if query.start_date > today:
        yield (
            f"start_date {query.start_date:%Y%m%d} lies in the future: nothing can be found "
            f"yet. The last day whose videos can all be found is {safe:%Y%m%d}."
        )
    elif query.end_date > safe:
        yield (
            f"end_date {query.end_date:%Y%m%d} is too young: a video can take 48 hours until it "
            f"is found, and nothing tells those that are missing. Use {safe:%Y%m%d} (today-3)."
        )
    settled = query.end_date + timedelta(days=SETTLED_DAYS)
    if settled > today:
        yield (
            f"Likes, views and the other counters lag up to {SETTLED_DAYS} days: ask again on "
            f"{settled:%Y%m%d} or later for final ones."
        )


def _condition_cautions(query: VideoQuery, condition: Condition) -> Iterator[str]:
    name, values = condition.field_name, condition.field_values
    if name == "region_code" and "CA" in values:
        alone = condition in query.and_ and values == ("CA",)
        yield (
            "region_code CA (Canada): the API holds no Canadian videos; "
            + ("this query finds nothing." if alone else "the other regions are found.")
        )
    if name == "keyword":
        yield from _short_words(values)
    if QUERY_FIELDS[name] == "id":
        yield from _zeros(name, values)
    if name == "video_id":
        yield from _other_days(query, values)


def _short_words(values: Sequence[str]) -> Iterator[str]:
    short = [value for value in values if len(value) <= SHORT_WORD and value.isalpha()]
    if short:
        yield (
            f"keyword {', '.join(short)}: short words are also found inside others (hat in that), "
            "which spends quota on noise. Use phrases, or hashtag_name."
        )


def _zeros(name: str, values: Sequence[str]) -> Iterator[str]:
    cut = [value for value in values if looks_rounded(value)]
    if cut:
        yield f"{name} {', '.join(cut)} ends in zeros: was it rounded by a spreadsheet?"


def _other_days(query: VideoQuery, values: Sequence[str]) -> Iterator[str]:
    """Ids whose own day lies outside the dates; a day's tolerance, as the ids are not exact."""
    slack = timedelta(days=1)
    for value in values:
        day = day_of_id(value)
        if day and not query.start_date - slack <= day <= query.end_date + slack:
            yield f"video_id {value} is from about {day:%Y%m%d}, which the dates leave out."


def _contradictions(conditions: Sequence[Condition]) -> Iterator[str]:
    for name in SINGLE_VALUED:
        lists = [
            set(condition.field_values)
            for condition in conditions
            if condition.field_name == name and condition.operation in ("EQ", "IN")
        ]
        if len(lists) > 1 and not set.intersection(*lists):
            yield (
                f"The and conditions on {name} share no value: no video meets them all. Put the "
                "values into one IN."
            )
