"""What the API leaves unsaid: silent zeros, rows that only seem to match, rows that never come."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tfw.sources.research.answers import Meaning
from tfw.sources.research.client import ResearchClient
from tfw.sources.research.endpoints import Row
from tfw.sources.research.query import Condition, VideoQuery
from tfw.store import Store

# Between them they stand in captions of every day and region.
COMMON_WORDS = ("the", "love", "de", "fyp", "a")
# Scripts that are written without blanks between words: there, part of a word is a match.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


@dataclass(frozen=True)
class Canary:
    """Whether a search for common words finds anything on some days, as it should."""

    start: date
    end: date
    found: bool

    def __str__(self) -> str:
        days = f"{self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}"
        if self.found:
            return f"The search index answers: common words are found on {days}."
        return (
            f"The search index looks down: not even common words are found on {days}. "
            "An empty result does not mean that there are no videos."
        )


def check_canary(
    client: ResearchClient, start: date, end: date, give_up_on: Collection[Meaning] = ()
) -> Canary:
    """Ask for common words on these days, at the cost of one request.

    Since March 2026 keyword queries were seen to find nothing at all, without an error.

    Raises:
        ResearchError: the API did not answer.
    """
    query = VideoQuery(
        or_=(Condition("IN", "keyword", COMMON_WORDS),),
        start_date=start,
        end_date=end,
        fields=("id",),
        name="canary",
        max_count=10,
    )
    page = client.query_videos(query.body(start, end), query.fields, give_up_on=give_up_on)
    # Videos that were found and are gone since move the cursor too.
    return Canary(start, end, bool(page.rows or page.has_more or page.cursor))


def uses_keywords(query: VideoQuery) -> bool:
    """Whether a query looks for words in captions."""
    return any(condition.field_name == "keyword" for condition in (*query.and_, *query.or_))


def count_over_matched(query: VideoQuery, rows: Iterable[Row]) -> int:
    """The rows that match by a part of a word alone, as ``hat`` matches "that".

    The API compares letters, not words. A row counts when a keyword condition in ``and_`` has no
    value that stands in the caption as a word, or when nothing in ``or_`` holds by words.
    """
    return sum(_is_over_matched(query, row) for row in rows)


def stands_as_word(keyword: str, caption: str) -> bool:
    """Whether a keyword stands in a caption between word boundaries, in any case.

    >>> stands_as_word("hat", "that blazer"), stands_as_word("hat", "my new #hat")
    (False, True)
    """
    return bool(_word_pattern(keyword.casefold()).search(caption.casefold()))


def comment_coverage(store: Store) -> dict[str, int]:
    """Comments that TikTok reports against those stored, over posts whose comments were read."""
    read = {"comments.state": {"$in": ["complete", "partial"]}}
    posts = reported = collected = 0
    for post in store.posts(read, {"comments": 1, "stats.comments": 1}):
        status = post["comments"]
        count = status.get("reported") or post.get("stats", {}).get("comments") or 0
        posts += count > 0
        reported += count
        collected += status.get("collected", 0)
    return {"posts": posts, "reported": reported, "collected": collected}


def delivery(windows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Over windows: videos that the API counted, rows it delivered, rows that only seem to match.

    The difference of the first two are mostly videos deleted or made private since.
    """
    names = ("asked", "delivered", "over_matched", "unreadable", "requests", "pages")
    totals = dict.fromkeys(names, 0)
    for window in windows:
        for name in names:
            totals[name] += window[name]
    return totals


def _is_over_matched(query: VideoQuery, row: Row) -> bool:
    caption = str(row.get("video_description") or "")
    hashtags = {str(name).casefold() for name in row.get("hashtag_names") or []}
    by_word = [_holds_by_word(condition, caption, hashtags) for condition in query.or_]
    required = [
        _holds_by_word(condition, caption, hashtags)
        for condition in query.and_
        if condition.field_name == "keyword"
    ]
    return not all(required) or (bool(by_word) and not any(by_word))


def _holds_by_word(condition: Condition, caption: str, hashtags: set[str]) -> bool:
    if condition.field_name == "keyword":
        return any(stands_as_word(value, caption) for value in condition.field_values)
    if condition.field_name == "hashtag_name":
        return any(value.casefold() in hashtags for value in condition.field_values)
    # Whether another condition holds cannot be told from a row; it gets the benefit.
    return True


@lru_cache(maxsize=1_024)
def _word_pattern(keyword: str) -> re.Pattern[str]:
    escaped = re.escape(keyword)
    return re.compile(escaped if UNSPACED.search(keyword) else rf"(?<!\w){escaped}(?!\w)")
