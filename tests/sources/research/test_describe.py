"""The text of `tfw query FILE`."""

import json
import re
from datetime import date

from tfw.sources.research.describe import describe
from tfw.sources.research.plan import json_bodies
from tfw.sources.research.query import Condition, ListQuery, VideoQuery

TODAY = date(2026, 11, 21)
LINEN = Condition("IN", "keyword", ("linen shirt", "a, {b}"))


def video_query(**given) -> VideoQuery:
    dates = {"start_date": date(2024, 2, 1), "end_date": date(2024, 2, 28)}
    return VideoQuery(**({"and_": (LINEN,), "name": "linen"} | dates | given))


def test_the_text_has_request_windows_and_cost():
    text = describe(video_query(fields=("id", "username")), today=TODAY)
    for part in (
        "Query linen: videos",
        '  all of\n    keyword is one of "linen shirt", "a, {b}"',
        "from 2024-02-01 to 2024-02-28 UTC, 28 days",
        "POST /v2/research/video/query/?fields=id,username",
        "Windows: 28 of 1 day each\n  20240201, 20240202, 20240203, 20240204 ... 20240228",
        "at least 28 requests (0.03 days of quota)",
        "10,000 videos a day: 2,800 requests (2.80 days of quota), about 182,000 rows",
    ):
        assert part in text
    assert "Warnings" not in text


def test_the_body_in_the_text_is_the_exact_one():
    query = video_query()
    text = describe(query, today=TODAY)
    shown = re.search(r"^  \{.*?^  \}", text, re.DOTALL | re.MULTILINE)
    assert json.loads(shown[0]) == json_bodies(query)[0]


def test_a_number_of_videos_a_day_makes_it_one_line():
    text = describe(video_query(videos_per_day=1_050), today=TODAY)
    assert "about 308 requests (0.31 days of quota), for 1,050 videos a day, and 19,110" in text
    assert "one more for every further" not in text


def test_warnings_stand_at_the_end():
    text = describe(video_query(end_date=date(2026, 11, 20)), today=TODAY)
    assert "\n\nWarnings\n  - end_date 20261120 is too young" in text


def test_a_random_query_costs_one_request_a_window():
    text = describe(video_query(is_random=True), today=TODAY)
    assert "a random sample of each window" in text
    assert "  28 requests (0.03 days of quota), one a window" in text


def test_the_length_of_the_windows_is_explained():
    users = Condition("EQ", "username", ("demo",))
    assert "long ones, as named accounts" in describe(video_query(and_=(users,)), today=TODAY)
    assert "short ones, as a wide query" in describe(video_query(), today=TODAY)
    assert "(window_days)" in describe(video_query(window_days=2), today=TODAY)


def test_a_list_query_says_what_it_asks_and_costs():
    text = describe(ListQuery(endpoint="comments", targets=("12",), name="talk", replies=True))
    assert "Query talk: comments\n  of 1 video id: 12\n  with the replies to them" in text
    assert "at least 1 request (under 0.01 days of quota), one for each" in text
    assert "nobody knows before" in text


def test_a_list_query_with_an_end_says_the_most():
    text = describe(ListQuery(endpoint="followers", targets=("a", "b")))
    assert "at most 100 requests (under 0.01 days of quota)" in text
    assert "POST /v2/research/user/followers/\n" in text


def test_a_list_query_of_one_page_each_has_one_cost():
    text = describe(ListQuery(endpoint="user_info", targets=tuple("abcdefg")))
    assert "of 7 usernames: a, b, c, d ... g" in text
    assert "\n  7 requests (under 0.01 days of quota), one for each" in text
