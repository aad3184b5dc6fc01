"""The query language of ``video/query``: checked as the API checks it, and evaluated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tfw.lab.research_calls import fingerprint
from tfw.lab.research_fields import LENGTHS, REGIONS, length_of
from tfw.lab.research_posts import is_id
from tfw.lab.research_refusals import invalid, to_count, to_day
from tfw.lab.things import WorldPost

Test = Callable[[WorldPost], bool]

ORDERING: dict[str, Callable[[Any, Any], bool]] = {
    "GT": lambda a, b: a > b,
    "GTE": lambda a, b: a >= b,
    "LT": lambda a, b: a < b,
    "LTE": lambda a, b: a <= b,
}
OPERATIONS = ("EQ", "IN", *ORDERING)
ORDERED_FIELDS = ("create_date", "view_count", "comment_count")
FIELDS = (
    *ORDERED_FIELDS, "username", "region_code", "video_id", "hashtag_name", "keyword", "music_id",
    "effect_id", "video_length",
)  # fmt: skip
MOST_DAYS = 30


@dataclass(frozen=True)
class Search:
    """A checked request of ``video/query``; ``end`` is the last day, included."""

    matches: Test
    start: datetime
    end: datetime
    size: int
    cursor: int
    search_id: str
    random: bool
    key: str
    by_keyword: bool


def read_search(body: Mapping[str, Any], region_of: Callable[[WorldPost], str]) -> Search:
    """The search that a request body asks for.

    Raises:
        Refusal: something in it is wrong.
    """
    lists = _condition_lists(body.get("query"))
    tests = {name: [_test(c, region_of) for c in conditions] for name, conditions in lists.items()}
    start, end = _days(body)
    random = body.get("is_random") or False
    if not isinstance(random, bool):
        raise invalid("Invalid is_random: it must be true or false")
    return Search(
        matches=lambda post: _matches(tests, post),
        start=start,
        end=end,
        size=to_count(body, "max_count", 20, low=1, high=100),
        cursor=to_count(body, "cursor", 0, refusal="cursor"),
        search_id=_search_id(body),
        random=random,
        key=fingerprint([lists, str(start), str(end), random]),
        by_keyword=any(c["field_name"] == "keyword" for cs in lists.values() for c in cs),
    )


def _condition_lists(query: object) -> dict[str, list[dict[str, Any]]]:
    if not isinstance(query, Mapping):
        raise invalid("Invalid query: it is missing or not an object")
    unknown = sorted(set(query) - {"and", "or", "not"})
    if unknown:
        raise invalid(f"Invalid query: unknown key {unknown[0]}")
    lists = {name: query.get(name) or [] for name in ("and", "or", "not")}
    if not all(isinstance(conditions, list) for conditions in lists.values()):
        raise invalid("Invalid query: and, or and not must be lists")
    if not any(lists.values()):
        raise invalid("Invalid query: it has no condition")
    for condition in (c for conditions in lists.values() for c in conditions):
        _check_condition(condition)
    return lists


def _check_condition(condition: object) -> None:
    if not isinstance(condition, Mapping):
        raise invalid("Invalid query: a condition must be an object")
    operation, name = condition.get("operation"), condition.get("field_name")
    values = condition.get("field_values")
    if operation not in OPERATIONS:
        raise invalid(f"Invalid query: unknown operation {operation}")
    if name not in FIELDS:
        raise invalid(f"Invalid query: unknown field_name {name}")
    if not isinstance(values, list) or not values or not all(isinstance(v, str) for v in values):
        raise invalid(f"Invalid query: field_values of {name} must be a list of strings")
    if operation != "IN" and len(values) != 1:
        raise invalid(f"Invalid query: operation {operation} takes exactly one field value")
    if operation in ORDERING and name not in ORDERED_FIELDS:
        raise invalid(f"Invalid query: operation {operation} does not apply to {name}")
    for value in values:
        _check_value(str(name), value)


def _check_value(name: str, value: str) -> None:
    if name == "create_date":
        to_day(value, "create_date")
    known = {"region_code": REGIONS, "video_length": LENGTHS}
    wrong_word = name in known and value not in known[name]
    counted = name in ("view_count", "comment_count", "video_id", "music_id", "effect_id")
    wrong_number = counted and not is_id(value)
    if wrong_word or wrong_number or not value.strip():
        raise invalid(f"Invalid query: {value} is not a valid {name}")


def _days(body: Mapping[str, Any]) -> tuple[datetime, datetime]:
    start, end = (
        to_day(body.get("start_date"), "start_date"),
        to_day(body.get("end_date"), "end_date"),
    )
    if start > end:
        raise invalid("Invalid date range: start_date is after end_date")
    if end - start > timedelta(days=MOST_DAYS):
        raise invalid(f"Invalid date range: it is longer than {MOST_DAYS} days")
    return start, end


def _search_id(body: Mapping[str, Any]) -> str:
    value = body.get("search_id")
    if value is None:
        return ""
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise invalid("Invalid search_id: it must be a string")
    return str(value)


def _matches(tests: Mapping[str, list[Test]], post: WorldPost) -> bool:
    return (
        all(test(post) for test in tests["and"])
        and (not tests["or"] or any(test(post) for test in tests["or"]))
        and not any(test(post) for test in tests["not"])
    )


def _test(condition: Mapping[str, Any], region_of: Callable[[WorldPost], str]) -> Test:
    name, operation = condition["field_name"], condition["operation"]
    values: list[str] = condition["field_values"]
    if operation in ORDERING:
        return _ordered(name, operation, values[0])
    if name in ("view_count", "comment_count"):
        numbers = {int(value) for value in values}
        return lambda post: _number(name, post) in numbers
    if name == "keyword":
        words = [value.casefold() for value in values]
        return lambda post: any(word in post.description.casefold() for word in words)
    if name == "region_code":
        return lambda post: region_of(post) in values
    wanted = {value.casefold() for value in values}
    return lambda post: not wanted.isdisjoint(_words(name, post))


def _ordered(name: str, operation: str, value: str) -> Test:
    compare = ORDERING[operation]
    if name == "create_date":
        return lambda post: compare(f"{post.created_at:%Y%m%d}", value)
    limit = int(value)
    return lambda post: compare(_number(name, post), limit)


def _number(name: str, post: WorldPost) -> int:
    return post.plays if name == "view_count" else post.comments


def _words(name: str, post: WorldPost) -> set[str]:
    """What a post has for a field that is compared for equality, casefolded."""
    match name:
        case "create_date":
            return {f"{post.created_at:%Y%m%d}"}
        case "username":
            return {post.account.handle}
        case "video_id":
            return {post.id}
        case "hashtag_name":
            return {tag.casefold() for tag in post.hashtags}
        case "music_id":
            return {post.music.id} if post.music else set()
        case "effect_id":
            return set(post.effects)
    return {length_of(post.duration).casefold()}
