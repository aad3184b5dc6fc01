"""Posts, comments and scores for the tests of the store."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from tfw.records import Author, Comment, Post, Relevance, Span, Stats, TermHit

DAY = timedelta(days=1)
STANDARD = MappingProxyType({"likes": 10, "plays": 100})
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def post_id(number: int) -> str:
    return str(7_300_000_000_000_000_000 + number * 7_919)


def make_post(
    number: int = 1,
    *,
    at: datetime = MONDAY,
    counters: Mapping[str, int | None] = STANDARD,
    **fields: Any,
) -> Post:
    """A post collected at a moment; its counters and any other field can be given."""
    known = {
        "id": post_id(number),
        "url": f"https://www.tiktok.com/@thread{number}/video/{post_id(number)}",
        "source": "test",
        "author": Author(name=f"thread{number}"),
        "description": "A linen dress for warm days",
        "stats": Stats(collected_at=at, **counters),
    }
    return Post(**{**known, **fields})


def make_posts(count: int, **fields: Any) -> list[Post]:
    return [make_post(number, **fields) for number in range(count)]


def make_comment(
    number: int = 1, post: int = 1, *, at: datetime = MONDAY, **fields: Any
) -> Comment:
    known = {
        "id": str(number),
        "post_id": post_id(post),
        "text": "Where is it from?",
        "source": "test",
        "collected_at": at,
    }
    return Comment(**{**known, **fields})


def make_relevance(fingerprint: str = "first", **fields: Any) -> Relevance:
    known = {
        "statistical": 110.0,
        "vocabulary": 1,
        "label": 0.9,
        "verdict": True,
        "why": "its text has the word dress",
        "terms": (
            TermHit(term="dress", kind="word", spans=(Span(field="description", start=8, end=13),)),
        ),
        "days": 1,
        "labels": {"fashion": 0.9, "haute couture, e.g. dresses": 0.1},
        "vocabulary_id": "v1",
        "model": "m1",
        "thresholds": {"fashion": 0.5, "vocabulary": 1.0},
        "fingerprint": fingerprint,
        "at": MONDAY,
    }
    return Relevance(**{**known, **fields})
