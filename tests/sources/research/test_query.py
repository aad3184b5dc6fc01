"""Queries made in Python."""

import json
from datetime import date

import pytest

from tfw.errors import InputError, QueryError
from tfw.sources.research.fields import VIDEO_FIELDS
from tfw.sources.research.query import Condition, ListQuery, VideoQuery

JANUARY = {"start_date": date(2023, 1, 1), "end_date": date(2023, 1, 31)}
OOTD = Condition("EQ", "hashtag_name", ("ootd",))


def video_query(**given) -> VideoQuery:
    return VideoQuery(**({"and_": (OOTD,)} | JANUARY | given))


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(QueryError) as caught:
        call(*args, **kwargs)
    return str(caught.value)


def test_a_query_error_is_an_input_error():
    assert issubclass(QueryError, InputError)
    assert QueryError.exit_status == 2


def test_the_body_is_what_the_api_documents():
    query = VideoQuery(
        and_=(Condition("IN", "region_code", ("GB", "FR")),),
        or_=(OOTD, Condition("EQ", "keyword", ("linen shirt",))),
        not_=(Condition("EQ", "username", ("demo.outlet",)),),
        **JANUARY,
    )
    assert query.body(date(2023, 1, 1), date(2023, 1, 7)) == {
        "query": {
            "and": [{"operation": "IN", "field_name": "region_code", "field_values": ["GB", "FR"]}],
            "or": [
                {"operation": "EQ", "field_name": "hashtag_name", "field_values": ["ootd"]},
                {"operation": "EQ", "field_name": "keyword", "field_values": ["linen shirt"]},
            ],
            "not": [{"operation": "EQ", "field_name": "username", "field_values": ["demo.outlet"]}],
        },
        "start_date": "20230101",
        "end_date": "20230107",
        "max_count": 100,
    }


def test_lists_without_a_condition_are_left_out():
    assert list(video_query().conditions) == ["and"]


def test_is_random_is_sent_only_where_it_is_set():
    day = date(2023, 1, 1)
    assert "is_random" not in video_query().body(day, day)
    assert video_query(is_random=True).body(day, day)["is_random"] is True


def test_values_are_texts_each_once_in_their_order():
    condition = Condition("IN", "hashtag_name", ("OOTD", " linen ", "ootd"))
    assert condition.field_values == ("ootd", "linen")
    assert Condition("IN", "username", ("Demo.Stylist",)).field_values == ("demo.stylist",)
    assert Condition("EQ", "keyword", ("Linen",)).field_values == ("Linen",)


def test_an_id_may_be_a_whole_number_and_keeps_every_digit():
    assert Condition("EQ", "video_id", [7472336753637412325]).field_values == (
        "7472336753637412325",
    )


def test_one_value_may_stand_without_a_list():
    assert Condition("EQ", "region_code", "GB").field_values == ("GB",)


def test_the_same_value_twice_is_one_value_for_eq():
    assert Condition("EQ", "region_code", ("GB", "GB")).field_values == ("GB",)


def test_the_same_condition_twice_is_asked_once():
    assert video_query(and_=(OOTD, OOTD)).and_ == (OOTD,)


CONDITIONS = [
    ("EQUALS", "keyword", ["a b"], "operation: 'EQUALS' is no operation"),
    ("in", "keyword", ["a b"], "(did you mean IN?). Valid: EQ, IN, GT, GTE, LT, LTE, in capitals"),
    ("EQ", "hashtag", ["a"], "'hashtag' is not a field that can be asked for (did you mean ha"),
    ("GT", "like_count", ["1"], "the API cannot filter by like_count; filter after collecting"),
    ("EQ", "region_code", ["GB", "FR"], "EQ takes exactly one value, not 2: 'GB', 'FR'. Use IN"),
    ("GT", "view_count", ["1", "000"], "Write a number without commas, such as 1000"),
    ("GT", "region_code", ["GB"], "GT needs a field with an order, and region_code has none"),
    ("LTE", "keyword", ["ab"], "Fields with one: create_date, view_count, comment_count"),
    ("IN", "region_code", [], "field_values: the list is empty"),
    ("IN", "keyword", ["linen", " "], "a value is empty"),
    ("IN", "hashtag_name", ["#ootd"], "'#ootd' has a # in it; hashtags stand without it: ootd"),
    ("IN", "hashtag_name", ["slow fashion"], "Write slowfashion, or use field_name = keyword"),
    ("IN", "username", ["@demo"], "'@demo' has an @ in it; user names stand without it: demo"),
    ("EQ", "username", ["https://www.tiktok.com/@demo/"], "stand without it: demo"),
    ("EQ", "username", ["Demo Stylist"], "'demo stylist' is no user name"),
    ("EQ", "region_code", ["UK"], "'UK' is none of the 245 region codes; write GB"),
    ("EQ", "region_code", ["us"], "'us' is written in small letters; write US"),
    ("EQ", "region_code", ["Germany"], "codes with G: GA GB GD"),
    ("EQ", "video_length", ["SHRT"], "(did you mean SHORT?). Valid: SHORT (under 15 seconds), MID"),
    ("EQ", "video_length", ["30"], "'30' is no video length. Valid: SHORT"),
    ("EQ", "video_length", ["mid"], "(did you mean MID?)"),
    ("EQ", "video_id", ["abc"], "'abc' is no id; ids are digits alone"),
    ("EQ", "video_id", ["99999999999999999999"], "is no id"),
    ("EQ", "video_id", ["٧٤٧٢"], "is no id"),
    ("EQ", "video_id", ["7.47234E+18"], "'7.47234E+18' was rounded by a spreadsheet"),
    ("EQ", "video_id", ["7472336753637412325.0"], "was rounded by a spreadsheet"),
    ("EQ", "music_id", ["7472336753637410000"], "it ends in zeros. Its last digits are lost"),
    ("EQ", "video_id", [7.472336753637412e18], "a number with a point: an id would have lost"),
    ("EQ", "video_id", [None], "None is not text"),
    ("EQ", "keyword", [True], "True is not text"),
    ("EQ", "create_date", ["2023-01-05"], "has signs between its parts; write 20230105"),
    ("GT", "create_date", ["20230230"], "'20230230' is not a day of the calendar"),
    ("GT", "view_count", ["10k"], "'10k' is no whole number"),
    ("EQ", "keyword", ["“slow fashion”"], "has a quotation mark in it"),
    ("EQ", "keyword", ["slow\x00fashion"], "has the unseen character '\\x00' in it"),
]


@pytest.mark.parametrize(("operation", "field", "values", "message"), CONDITIONS)
def test_a_wrong_condition_says_what_would_be_valid(operation, field, values, message):
    assert message in refused(Condition, operation, field, values)


def test_all_mistakes_of_a_condition_are_told_at_once():
    message = refused(Condition, "IS", "region_code", ("UK", "germany"))
    assert [line.split(":")[0] for line in message.splitlines()] == [
        "operation",
        "field_values",
        "field_values",
    ]


def test_ids_read_as_decimal_numbers_are_noticed_together():
    ids = [str(int(float(7472336753637412325 + step))) for step in range(0, 9_000, 2_048)]
    assert "more ids were rounded by a program" in refused(Condition, "IN", "video_id", ids)


def test_one_id_among_many_may_end_in_zeros():
    ids = [str(7472336753637412325 + step) for step in range(200)] + ["7472336753637410000"]
    assert len(Condition("IN", "video_id", ids).field_values) == 201


def test_two_ids_of_fifty_that_end_in_zeros_are_more_than_chance():
    ids = [str(7472336753637412325 + step) for step in range(48)]
    message = refused(
        Condition, "IN", "video_id", [*ids, "7472336753637410000", "7472336753637420000"]
    )
    assert message.count("it ends in zeros") == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"and_": ()}, "query: there is no condition"),
        ({"end_date": date(2022, 1, 1)}, "start_date: 20230101 is after end_date 20220101"),
        ({"fields": ("id", "favourites_count")}, "(did you mean favorites_count?). Valid: id, cre"),
        ({"fields": ("id", "view_counts")}, "(did you mean view_count?)"),
        ({"fields": ("username",)}, "fields: id is missing"),
        ({"fields": ()}, "fields: id is missing"),
        ({"max_count": 101}, "max_count: 101 is not possible; a page has 1 to 100 rows"),
        ({"max_count": 0}, "max_count: 0 is not possible"),
        ({"window_days": 32}, "window_days: 32 is not possible; 1 to 31 are"),
    ],
)
def test_a_wrong_query_says_what_would_be_valid(given, message):
    assert message in refused(video_query, **given)


def test_ranges_over_thirty_days_are_no_mistake():
    assert video_query(end_date=date(2023, 12, 31)).end_date.year == 2023


def test_the_fingerprint_names_what_is_asked_and_not_when():
    query = video_query()
    assert query.fingerprint == video_query(end_date=date(2023, 1, 2), name="b").fingerprint
    assert query.fingerprint != video_query(fields=("id", "create_time")).fingerprint
    assert query.fingerprint != video_query(is_random=True).fingerprint
    assert query.fingerprint != video_query(and_=(), not_=(OOTD,)).fingerprint


def test_the_fingerprint_does_not_depend_on_the_order():
    one, two = Condition("IN", "region_code", ("GB", "FR")), Condition("IN", "keyword", ("a b",))
    back = Condition("IN", "region_code", ("FR", "GB"))
    assert (
        video_query(and_=(one, two)).fingerprint
        == video_query(and_=(two, back), fields=VIDEO_FIELDS[::-1]).fingerprint
    )


@pytest.mark.parametrize(
    ("endpoint", "target", "body"),
    [
        ("user_info", "demo", {"username": "demo"}),
        ("followers", "demo", {"username": "demo", "max_count": 100}),
        ("pinned", "demo", {"username": "demo"}),
        ("comments", "7472336753637412325", {"video_id": 7472336753637412325, "max_count": 100}),
        ("replies", "7472336753637412325", {"comment_id": 7472336753637412325, "max_count": 100}),
        ("playlist", "12", {"playlist_id": 12, "max_count": 100}),
        ("shop", "Demo Linen", {"shop_name": "Demo Linen", "limit": 10}),
        ("product", "12", {"shop_id": 12, "page_start": 1, "page_size": 10}),
        ("review", "12", {"product_id": 12, "page_start": 1, "page_size": 10}),
    ],
)
def test_a_list_query_asks_for_one_target(endpoint, target, body):
    query = ListQuery(endpoint=endpoint, targets=(target,))
    assert query.body(target) == body
    assert json.loads(json.dumps(body)) == body


def test_a_list_query_asks_for_all_fields_unless_some_are_named():
    assert "bio_url" in ListQuery(endpoint="user_info", targets=("demo",)).fields
    assert ListQuery(endpoint="liked", targets=("demo",), fields=("id",)).fields == ("id",)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"endpoint": "likes"}, "endpoint: 'likes' does not exist. Valid: user_info, followers"),
        ({"targets": ()}, "usernames: it is empty"),
        ({"targets": ("@demo",)}, "usernames: '@demo' has an @ in it"),
        ({"endpoint": "comments", "targets": ("7.4E+18",)}, "video_ids: '7.4E+18' was rounded"),
        ({"endpoint": "comments", "targets": (7.4e18,)}, "video_ids: 7.4e+18 is a number with"),
        ({"endpoint": "followers", "fields": ("id",)}, "fields: this endpoint has none"),
        ({"endpoint": "liked", "fields": ("id", "voice_to_text")}, "'voice_to_text' is not a fi"),
        ({"replies": True}, "replies: only comments have replies"),
        ({"max_count": 500}, "max_count: 500 is not possible"),
    ],
)
def test_a_wrong_list_query_says_what_would_be_valid(given, message):
    assert message in refused(ListQuery, **({"endpoint": "pinned", "targets": ("demo",)} | given))
