import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.desk.numbers import parse_number, parse_whole
from tfw.errors import InputError


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.55", 0.55), ("0,55", 0.55), (" 0,5 ", 0.5), (",5", 0.5), (".5", 0.5), ("5.", 5.0),
        ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1.234.567", 1234567.0), ("0,500", 0.5),
        ("0.125", 0.125), ("1 234,5", 1234.5), ("1'234.5", 1234.5), ("12\u202f000", 12000.0),
        ("-3,5", -3.5), ("1234", 1234.0), ("1234.5678", 1234.5678),
    ],
)  # fmt: skip
def test_numbers_are_read_with_a_point_or_a_comma(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize(
    "text", ["", "a", "1,2,3", "1.2.3", "1,23.4,5", "--1", "nan", "inf", "1e5"]
)
def test_what_is_no_number_is_refused_in_words(text):
    with pytest.raises(InputError, match="is not a number, such as"):
        parse_number(text)


@pytest.mark.parametrize("text", ["1.234", "12,345"])
def test_a_number_that_may_be_two_is_refused_with_both(text):
    whole, fraction = text.replace(",", ".").split(".")
    with pytest.raises(InputError, match=f"may mean {whole}{fraction} or {whole}.{fraction}0"):
        parse_number(text)


@given(st.integers(-(10**9), 10**9), st.integers(0, 99))
def test_both_formats_of_a_number_are_read_as_the_same(whole, cents):
    english = f"{whole:,}.{cents:02d}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(english) == parse_number(german) == float(f"{whole}.{cents:02d}")


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_are_read_in_any_usual_grouping(number):
    english = f"{number:,}"
    for sign in (",", ".", " ", "'", ""):
        assert parse_whole(english.replace(",", sign)) == number


@pytest.mark.parametrize("text", ["", "1.5", "1,5", "0.5", "12,34", "five", "٣", "9" * 40])
def test_what_is_no_whole_number_is_refused(text):
    with pytest.raises(InputError, match="is not a whole number"):
        parse_whole(text)
