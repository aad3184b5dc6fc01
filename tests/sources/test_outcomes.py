from datetime import UTC, datetime

import pytest

from tfw.records import Post
from tfw.sources.outcomes import BadValue, BrokenFileError, excerpt, faults, peek, rejected


def refusal(**over):
    fields = {
        "id": "7550552484896258577",
        "url": "https://www.tiktok.com/",
        "source": "test",
        "stats": {"collected_at": datetime(2025, 1, 1, tzinfo=UTC)},
    }
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is what is looked at
        Post.model_validate({**fields, **over})
    return faults(caught.value)


def test_a_rounded_id_gives_one_reason_for_all_rows_and_the_value_in_the_detail():
    reason, detail = refusal(id="7.18577E+18")
    other, _ = refusal(id="7.18578E+18")
    assert reason == other
    assert "rounded by a spreadsheet" in reason
    assert "7.18577E+18" in detail
    assert "7.18577E+18" not in reason


def test_a_number_that_lost_its_digits_says_so():
    reason, detail = refusal(id=7.18577e18)
    assert "rounded" in reason
    assert "7.18577e+18" in detail


def test_an_id_of_letters_gives_a_general_reason():
    reason, detail = refusal(id="abc")
    assert reason == "id: the value is not a post id: those are up to 20 digits"
    assert "'abc'" in detail


def test_a_bad_value_names_its_field_and_is_cut_when_long():
    reason, detail = faults(BadValue("likes", "x" * 1000, "is not a count"))
    assert reason == "likes: the value is not a count"
    assert detail.startswith("likes: 'xxx")
    assert len(detail) < 120


def test_an_excerpt_names_nobody():
    row = {
        "id": "1",
        "text": "hello @viewer_two.x and you",
        "user": {"uid": "6914"},
        "author_full": "Viewer One",
        "nickname": "Viewer",
        "uid": "6914",
        "von": "viewer_one",
    }
    shown = excerpt(row, hidden={"von"})
    assert shown == "id=1; text=hello @… and you"


def test_an_excerpt_is_short_and_one_line():
    shown = excerpt(
        {"id": "1", "a": "x\r\n\x00y" * 100, "b": "z" * 500, "c": "q" * 500, "d": "w" * 99}
    )
    assert len(shown) <= 200
    assert "\n" not in shown
    assert "\x00" not in shown


def test_a_rejection_has_line_reason_and_excerpt():
    row = rejected(7, BadValue("likes", "many", "is not a count"), {"id": "1", "likes": "many"})
    assert (row.line, row.detail, row.excerpt) == (
        7,
        "likes: 'many' is not a count",
        "id=1; likes=many",
    )


def breaking():
    yield 1
    yield 2
    raise BrokenFileError("line 3 ends early")


def test_looking_ahead_loses_nothing():
    first, again = peek(iter(range(10)), 3)
    assert first == [0, 1, 2]
    assert list(again) == list(range(10))


def test_looking_ahead_keeps_a_break_in_its_place():
    first, again = peek(breaking(), 5)
    assert first == [1, 2]
    assert next(again) == 1
    assert next(again) == 2
    with pytest.raises(BrokenFileError, match="breaks off: line 3 ends early"):
        next(again)
