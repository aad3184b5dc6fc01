"""Windows, request bodies and cost."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.errors import QueryError
from tfw.lab.research_query import read_search
from tfw.sources.research.plan import (
    Window,
    estimate,
    json_bodies,
    pages,
    plan_windows,
)
from tfw.sources.research.query import Condition, ListQuery, VideoQuery
from tfw.sources.research.reading import read_query

PARAMS = Path(__file__).resolve().parents[3] / "params"
EXAMPLES = [PARAMS / "query-video.ini", *sorted((PARAMS / "queries").glob("posts-*"))]

KEYWORD = Condition("EQ", "keyword", ("linen shirt",))
USERS = Condition("IN", "username", ("demo.a", "demo.b"))
HASHTAG = Condition("EQ", "hashtag_name", ("ootd",))


def query(*and_: Condition, days: int = 31, **more) -> VideoQuery:
    start = date(2023, 1, 1)
    and_ = and_ if and_ or "or_" in more else (KEYWORD,)
    return VideoQuery(
        and_=and_, start_date=start, end_date=start + timedelta(days=days - 1), **more
    )


@given(total=st.integers(1, 400), days=st.integers(1, 31))
def test_every_day_is_in_exactly_one_window(total: int, days: int):
    asked = query(days=total)
    windows = plan_windows(asked, days)
    covered = [w.start + timedelta(days=n) for w in windows for n in range(w.days)]
    assert covered == [asked.start_date + timedelta(days=n) for n in range(total)]
    assert all(1 <= window.days <= days for window in windows)


def test_a_window_may_be_one_day():
    assert plan_windows(query(days=1)) == [Window(date(2023, 1, 1), date(2023, 1, 1))]


@pytest.mark.parametrize("days", [0, -1, 32])
def test_a_window_the_api_refuses_is_refused(days):
    with pytest.raises(QueryError, match=f"1 to 31 days, not {days}"):
        plan_windows(query(), days)


def test_ranges_over_thirty_days_are_split():
    windows = plan_windows(query(days=365), 31)
    assert len(windows) == 12
    assert max((window.end - window.start).days for window in windows) == 30


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        (query(KEYWORD), 1),
        (query(HASHTAG), 1),
        (query(USERS), 7),
        (query(USERS, KEYWORD), 7),
        (query(or_=(USERS, KEYWORD)), 1),
        (query(or_=(USERS,)), 7),
        (query(not_=(USERS,)), 1),
        (query(KEYWORD, window_days=5), 5),
        (query(USERS, window_days=1), 1),
    ],
)
def test_wide_queries_have_windows_of_a_day_and_narrow_ones_of_a_week(asked, days):
    assert plan_windows(asked)[0].days == days


def test_bodies_are_those_of_the_windows():
    bodies = json_bodies(query(USERS, days=10))
    assert [(body["start_date"], body["end_date"]) for body in bodies] == [
        ("20230101", "20230107"),
        ("20230108", "20230110"),
    ]
    assert all(body["query"]["and"][0]["field_name"] == "username" for body in bodies)


def test_bodies_of_a_list_query_are_those_of_its_targets():
    asked = ListQuery(endpoint="pinned", targets=("a", "b"))
    assert json_bodies(asked) == [{"username": "a"}, {"username": "b"}]


@pytest.mark.parametrize(
    ("candidates", "requests"), [(0, 1), (1, 1), (100, 1), (101, 2), (100_000, 1_000)]
)
def test_a_page_has_a_hundred_candidates(candidates, requests):
    assert pages(candidates) == requests


def test_without_a_number_only_the_least_is_known():
    cost = estimate(query(days=31))
    assert (cost.requests_least, cost.requests_expected, cost.rows_expected) == (31, None, None)
    assert cost.requests_most is None
    assert cost.days_of_quota == pytest.approx(0.031)


def test_a_number_of_videos_a_day_gives_requests_rows_and_days():
    cost = estimate(query(days=10), videos_per_day=10_050)
    assert cost.requests_expected == 10 * 101
    assert cost.rows_expected == round(100_500 * 0.65)
    assert cost.days_of_quota == pytest.approx(1.01)


def test_the_query_may_give_the_number_and_the_project_its_quota():
    cost = estimate(query(days=10, videos_per_day=1_000), daily_requests=50)
    assert cost.requests_expected == 100
    assert cost.days_of_quota == 2


def test_longer_windows_cost_less_for_rare_videos():
    asked = query(days=28)
    long, short = (estimate(asked, plan_windows(asked, days), videos_per_day=3) for days in (7, 1))
    assert (long.requests_expected, short.requests_expected) == (4, 28)


def test_smaller_pages_cost_more():
    assert estimate(query(days=1, max_count=20), videos_per_day=100).requests_expected == 5


def test_a_random_query_takes_one_request_a_window():
    cost = estimate(query(days=30, is_random=True), videos_per_day=1_000_000)
    assert cost.requests_least == cost.requests_expected == cost.requests_most == 30
    assert cost.rows_expected == 1_950


@pytest.mark.parametrize(
    ("endpoint", "least", "expected", "most", "bucket", "daily"),
    [
        ("user_info", 3, 3, 3, "general", 1_000),
        ("pinned", 3, 3, 3, "general", 1_000),
        ("liked", 3, None, None, "general", 1_000),
        ("followers", 3, None, 150, "follow", 20_000),
        ("comments", 3, None, 30, "general", 1_000),
    ],
)
def test_a_list_query_costs_at_least_one_request_a_target(
    endpoint, least, expected, most, bucket, daily
):
    cost = estimate(ListQuery(endpoint=endpoint, targets=("1", "2", "3")))
    assert (cost.requests_least, cost.requests_expected, cost.requests_most) == (
        least,
        expected,
        most,
    )
    assert (cost.bucket, cost.daily_requests) == (bucket, daily)


def test_replies_have_no_known_end():
    cost = estimate(ListQuery(endpoint="comments", targets=("1",), replies=True))
    assert cost.requests_most is None


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_stand_in_takes_the_bodies_of_every_example(path):
    asked = read_query(path)
    for window, body in zip(plan_windows(asked), json_bodies(asked), strict=True):
        search = read_search(body, lambda post: post.region)
        assert (search.start.date(), search.end.date()) == (window.start, window.end)
        assert (search.size, search.random) == (asked.max_count, asked.is_random)
