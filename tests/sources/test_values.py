import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.sources.outcomes import BadValue
from tfw.sources.values import (
    count,
    flag,
    hashtag_names,
    linked_id,
    needed,
    python_or_json,
    secondary_id,
    seconds,
    text_of,
    word_of,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("23500", 23500),
        ("23,500", 23500),
        ("1.234.567", 1234567),
        ("23.500", 23500),
        ("1 234 567", 1234567),
        ("1'234'567", 1234567),
        ("86.4K", 86400),
        ("1,2m", 1200000),
        ("1.2M", 1200000),
        ("3B", 3_000_000_000),
        ("1.2万", 12000),
        ("1234.0", 1234),
        ("0", 0),
        (1234.0, 1234),
        (Decimal("1234.0"), 1234),
        (7, 7),
        ("", None),
        ("  ", None),
        ("nan", None),
        ("None", None),
        ("N/A", None),
        (None, None),
        (math.nan, None),
    ],
)
def test_a_count_is_read_however_it_is_written(written, meant):
    assert count("likes", written) == meant


@pytest.mark.parametrize(
    "garbage", ["many", "-5", -5, "1.5", 1.5, True, "12K3", math.inf, "9" * 40, "=1+1", "0x10", []]
)
def test_what_is_not_a_count_is_refused_with_its_field(garbage):
    with pytest.raises(BadValue, match="likes: "):
        count("likes", garbage)


def test_a_number_that_could_be_decimals_or_thousands_is_refused():
    with pytest.raises(BadValue, match="decimals or thousands"):
        count("likes", "23.000")


@given(st.integers(0, 2**63 - 1))
def test_every_count_survives_being_written_and_read(number):
    assert count("likes", str(number)) == number
    assert count("likes", f"{number:,}") == number
    assert count("likes", f"{number:,}".replace(",", " ")) == number


@given(st.text(max_size=30))
def test_any_text_is_a_count_or_refused(text):
    try:
        number = count("likes", text)
    except BadValue:
        return
    assert number is None or number >= 0


def test_a_missing_cell_of_pandas_is_an_empty_text():
    assert text_of(math.nan) == text_of(None) == ""


def test_nul_is_not_kept():
    assert word_of("user\x00demo ") == "userdemo"


def test_namibia_is_a_country_and_none_is_a_handle():
    assert word_of("NA") == "NA"
    assert word_of("none") == "none"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("21", 21.0), (21, 21.0), ("21.5", 21.5), ("1:02", 62.0), ("1:00:00", 3600.0), (0, None)],
)
def test_a_duration_is_in_seconds(written, meant):
    assert seconds("duration", written) == meant


@pytest.mark.parametrize("garbage", ["long", "-3", "1:2:3:4"])
def test_a_duration_that_is_none_is_refused(garbage):
    with pytest.raises(BadValue, match="duration"):
        seconds("duration", garbage)


def test_a_flag_is_read_in_the_words_of_each_tool():
    assert [flag("ad", word) for word in ("yes", "True", "1", True, "WAHR")] == [True] * 5
    assert [flag("ad", word) for word in ("no", "False", "0", False)] == [False] * 4
    assert flag("ad", "{'id': 1}") is None


def test_an_id_that_matters_less_is_dropped_when_it_was_rounded():
    assert secondary_id("7301112223334445556") == "7301112223334445556"
    assert secondary_id(7301112223334445556) == "7301112223334445556"
    assert secondary_id("7.30111E+18") is None
    assert secondary_id(7.30111e18) is None
    assert secondary_id("0") is None


def test_a_post_id_is_found_in_an_address():
    assert linked_id("https://www.tiktok.com/@a/video/7550552484896258577?x=1") == (
        "7550552484896258577"
    )
    assert linked_id("https://www.tiktok.com/@a/photo/7550552484896258577").startswith("755")
    assert linked_id(7550552484896258577) == 7550552484896258577


def test_a_needed_value_must_be_there():
    for nothing in (None, "", "  "):
        with pytest.raises(BadValue, match=r"id: .* is missing"):
            needed("id", nothing)


@pytest.mark.parametrize(
    "written",
    [
        "['ootd', 'thrift flip']",
        '["ootd", "thrift flip"]',
        "ootd,thrift flip",
        "ootd; thrift flip",
        ["ootd", "thrift flip"],
        [{"hashtagName": "ootd"}, {"title": "thrift flip"}, {"hashtagName": ""}],
    ],
)
def test_hashtags_are_read_from_every_way_to_list_them(written):
    assert hashtag_names(written) == ["ootd", "thrift flip"]


def test_hashtags_are_read_from_a_caption_and_from_words():
    assert hashtag_names("so #ootd, #été2025!") == ["ootd", "été2025"]
    assert hashtag_names("ootd thrift") == ["ootd", "thrift"]
    assert hashtag_names("[]") == hashtag_names("") == hashtag_names(None) == []


def test_a_damaged_list_of_hashtags_still_gives_its_names():
    assert hashtag_names("['ootd', 'thri") == ["ootd", "thri"]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_hashtags(text):
    assert all(isinstance(name, str) and name for name in hashtag_names(text))


def test_deeply_nested_text_is_no_value():
    assert python_or_json("[" * 100_000) is None
    assert python_or_json("-" * 100_000 + "1") is None


def test_text_is_never_run_as_code():
    assert python_or_json("__import__('os').getcwd()") is None
