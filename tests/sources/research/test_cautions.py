"""Warnings about valid queries."""

from datetime import date

import pytest

from tfw.sources.research.cautions import check_query, day_of_id
from tfw.sources.research.query import Condition, ListQuery, VideoQuery

TODAY = date(2026, 11, 21)
HASHTAG = Condition("EQ", "hashtag_name", ("ootd",))
OLD = {"start_date": date(2024, 2, 1), "end_date": date(2024, 2, 28)}


def warnings(*and_: Condition, **given) -> list[str]:
    query = VideoQuery(**({"and_": (*and_, HASHTAG)} | OLD | given))
    return check_query(query, today=TODAY)


def test_a_plain_old_query_has_no_warning():
    assert warnings() == []


def test_an_end_date_inside_the_embargo_is_told_with_the_date_to_use():
    (embargo, lag) = warnings(start_date=date(2026, 11, 1), end_date=date(2026, 11, 19))
    assert "end_date 20261119 is too young" in embargo
    assert "Use 20261118 (today-3)." in embargo
    assert "ask again on 20261129 or later" in lag


def test_the_day_three_days_ago_is_safe_but_its_counters_are_not_final():
    (lag,) = warnings(end_date=date(2026, 11, 18))
    assert "lag up to 10 days" in lag


def test_counters_are_final_after_ten_days():
    assert warnings(end_date=date(2026, 11, 11)) == []


def test_a_start_in_the_future_finds_nothing():
    first = warnings(start_date=date(2026, 12, 1), end_date=date(2026, 12, 2))[0]
    assert "start_date 20261201 lies in the future" in first
    assert "20261118" in first


def test_canada_is_empty():
    (alone,) = warnings(Condition("EQ", "region_code", ("CA",)))
    assert "holds no Canadian videos; this query finds nothing" in alone
    (among,) = warnings(Condition("IN", "region_code", ("CA", "US")))
    assert "the other regions are found" in among
    assert warnings(not_=(Condition("EQ", "region_code", ("CA",)),)) == []


def test_short_keywords_are_found_inside_words():
    (warning,) = warnings(Condition("IN", "keyword", ("hat", "tie", "bucket hat")))
    assert warning.startswith("keyword hat, tie: short words are also found inside others")


def test_conditions_that_exclude_each_other_are_noticed():
    one, two = (Condition("EQ", "region_code", (code,)) for code in ("GB", "FR"))
    (warning,) = warnings(one, two)
    assert "The and conditions on region_code share no value" in warning


def test_two_hashtags_at_once_are_no_contradiction():
    assert warnings(Condition("EQ", "hashtag_name", ("linen",))) == []


def test_a_query_without_a_subject_is_told_what_it_can_reach():
    (warning,) = warnings(and_=(Condition("EQ", "region_code", ("GB",)),))
    assert "34 million new videos a day" in warning
    assert "is_random = yes" in warning


def test_a_subject_in_one_of_two_or_conditions_is_none():
    or_ = (HASHTAG, Condition("EQ", "video_length", ("SHORT",)))
    assert any("Nothing names a subject" in text for text in warnings(and_=(), or_=or_))
    assert warnings(and_=(), or_=(HASHTAG, Condition("EQ", "keyword", ("linen shirt",)))) == []


def test_a_random_sample_is_told_to_be_one():
    (warning,) = warnings(is_random=True)
    assert "1 to 100 random videos a window" in warning


def test_days_known_to_fail_are_named():
    (warning,) = warnings(start_date=date(2022, 7, 1), end_date=date(2022, 8, 31))
    assert "between March 2021 and July 2022" in warning


def test_an_id_of_another_day_is_noticed():
    (warning,) = warnings(Condition("EQ", "video_id", ("7472336753637412325",)))
    assert "7472336753637412325 is from about 20250217, which the dates leave out" in warning
    given = {"start_date": date(2025, 2, 17), "end_date": date(2025, 2, 17)}
    assert warnings(Condition("EQ", "video_id", ("7472336753637412325",)), **given) == []


def test_an_id_among_many_that_ends_in_zeros_is_a_warning():
    ids = tuple(str(7301112223334445556 + step) for step in range(150))
    (warning,) = warnings(Condition("IN", "music_id", (*ids, "7301112223334440000")))
    assert warning.startswith("music_id 7301112223334440000 ends in zeros")


@pytest.mark.parametrize(
    ("video_id", "day"), [("7472336753637412325", date(2025, 2, 17)), ("12345", None)]
)
def test_an_id_tells_its_day(video_id, day):
    assert day_of_id(video_id) == day


def test_lists_are_told_their_limits():
    def of(endpoint):
        return check_query(ListQuery(endpoint=endpoint, targets=("12",)))

    assert "5,000 followers" in of("followers")[0]
    assert "Likes are private" in of("liked")[0]
    assert "1,000 most liked comments" in of("comments")[0]
    assert of("user_info") == []
