"""Queries as INI text: what is written is read as the same query, and comments stay."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfw.errors import QueryError
from tfw.sources.research.checks import operations_of
from tfw.sources.research.fields import (
    QUERY_FIELDS,
    REGIONS,
    VIDEO_FIELDS,
    VIDEO_LENGTHS,
)
from tfw.sources.research.lists import LIST_ENDPOINTS
from tfw.sources.research.query import Condition, ListQuery, VideoQuery
from tfw.sources.research.reading import check_sections, read_query
from tfw.sources.research.sections import parse_ini, read_sections, split_list
from tfw.sources.research.values import value_problem
from tfw.sources.research.writing import edit_ini, join_list, write_query

PARAMS = Path(__file__).resolve().parents[3] / "params"
EXAMPLES = [*sorted(PARAMS.glob("query-*.ini")), *sorted((PARAMS / "queries").iterdir())]
INI_EXAMPLES = [path for path in EXAMPLES if path.suffix == ".ini"]
TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2014, 1, 1), date(2026, 12, 31))
LINEN = Condition("EQ", "keyword", ("linen",))
JANUARY = {"start_date": date(2023, 1, 1), "end_date": date(2023, 1, 31)}


def reread(text: str):
    query, problems = check_sections(Path("query.ini"), parse_ini(Path("query.ini"), text))
    assert problems == []
    return query


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_that_is_read_written_and_read_again_is_the_same_query(path):
    query = read_query(path, today=TODAY)
    assert reread(write_query(query)) == query


@pytest.mark.parametrize("path", INI_EXAMPLES, ids=lambda path: path.name)
def test_a_file_written_over_itself_does_not_change_by_a_letter(path):
    text = path.read_text(encoding="utf-8")
    assert edit_ini(text, read_sections(path)) == text


def texts_of(kind):
    """Good values of a kind."""
    ids = st.integers(1, 2**63 - 1).map(str)
    some = {
        "date": DAYS.map(lambda day: f"{day:%Y%m%d}"),
        "username": st.from_regex(r"[a-z0-9_.\-]{1,24}", fullmatch=True),
        "region": st.sampled_from(REGIONS),
        "id": ids,
        "hashtag": st.text(min_size=1, max_size=12),
        "text": st.text(min_size=1, max_size=20)
        | st.sampled_from(["a, b", "5' 9\" ; tall", "[x]"]),
        "length": st.sampled_from([*VIDEO_LENGTHS]),
        "count": st.integers(0, 10**9).map(str),
    }[kind]
    return some.map(str.strip).filter(lambda value: not value_problem(kind, value))


@st.composite
def conditions(draw):
    field_name = draw(st.sampled_from([*QUERY_FIELDS]))
    operation = draw(st.sampled_from(operations_of(field_name)))
    most = 40 if operation == "IN" else 1
    values = draw(st.lists(texts_of(QUERY_FIELDS[field_name]), min_size=1, max_size=most))
    try:
        return Condition(operation, field_name, tuple(values))
    except QueryError:  # ids that end in zeros, which look rounded
        return LINEN


@st.composite
def video_queries(draw):
    start, end = sorted([draw(DAYS), draw(DAYS)])
    some = st.lists(conditions(), max_size=4).map(tuple)
    extra = draw(st.lists(st.sampled_from(VIDEO_FIELDS[1:]), unique=True))
    return VideoQuery(
        and_=(*draw(some), LINEN),
        or_=draw(some),
        not_=draw(some),
        start_date=start,
        end_date=end,
        fields=draw(st.sampled_from([VIDEO_FIELDS, ("id", *extra)])),
        name=draw(st.from_regex(r"[\w ,;'.-]*\w", fullmatch=True)),
        max_count=draw(st.integers(1, 100)),
        is_random=draw(st.booleans()),
        videos_per_day=draw(st.none() | st.integers(0, 10**6)),
        window_days=draw(st.none() | st.integers(1, 31)),
    )


@settings(max_examples=150, deadline=None)
@given(video_queries())
def test_any_query_is_read_as_it_was_written_or_refused_in_words(query):
    values = [v for one in (*query.and_, *query.or_, *query.not_) for v in one.field_values]
    try:
        text = write_query(query)
    except QueryError:
        assert any('"' in value for value in values)
    else:
        assert reread(text) == replace(query, name=query.name.strip())


@settings(max_examples=60, deadline=None)
@given(video_queries(), video_queries())
def test_a_text_changed_into_another_query_says_that_query(first, second):
    try:
        text, wanted = write_query(first), write_query(second)
        changed = edit_ini(text, parse_ini(Path("query.ini"), wanted))
    except QueryError:
        return
    assert reread(changed) == reread(wanted)


@pytest.mark.parametrize("endpoint", LIST_ENDPOINTS)
def test_every_list_query_is_read_as_it_was_written(endpoint):
    query = ListQuery(
        endpoint=endpoint,
        targets=("12", "34"),
        name="a list",
        max_count=10,
        replies=endpoint == "comments",
    )
    assert reread(write_query(query)) == query


def test_what_goes_without_saying_is_not_written():
    text = write_query(VideoQuery(and_=(LINEN,), name="linen", **JANUARY))
    assert text == (
        "[and_1]\noperation = EQ\nfield_name = keyword\nfield_values = linen\n\n"
        "[date]\nstart_date = 20230101\nend_date = 20230131\n\n[options]\nname = linen\n"
    )


def test_a_long_list_goes_over_several_lines():
    tags = Condition("IN", "hashtag_name", tuple(f"hashtagnumber{n}" for n in range(40)))
    text = write_query(VideoQuery(and_=(tags,), **JANUARY))
    assert max(map(len, text.splitlines())) <= 100
    assert reread(text).and_ == (tags,)


COMMENTED = """\
; What this file is for.

; Where the account was registered.
[and_1]
operation = IN          ; any of them
field_name = region_code
; two countries
field_values = GB,
    ; and the other
    FR

; Words are noise.
[or_1]
operation = EQ
field_name = keyword
field_values = linen

; A note on its own.

[date]
start_date = today-9
end_date = today-3
"""


def changed(text: str, **values: dict) -> str:
    """A text with other values for some keys of some sections; None takes a section out."""
    sections = [
        one for one in parse_ini(Path("q.ini"), text) if values.get(one.name, {}) is not None
    ]
    sections = [replace(one, values=one.values | values.get(one.name, {})) for one in sections]
    return edit_ini(text, sections)


def test_a_changed_value_leaves_all_comments_and_other_lines():
    text = changed(COMMENTED, and_1={"operation": "EQ", "field_values": ["GB"]})
    wanted = COMMENTED.replace("IN          ;", "EQ          ;")
    assert text == wanted.replace("= GB,\n    ; and the other\n    FR", "= GB\n    ; and the other")


def test_a_section_that_is_taken_out_takes_its_own_comment_along():
    text = changed(COMMENTED, or_1=None)
    assert "Words are noise" not in text
    assert "\n    FR\n\n; A note on its own.\n\n[date]\n" in text


def test_what_opens_the_file_stays_when_the_first_condition_goes():
    assert changed(COMMENTED, and_1=None).startswith("; What this file is for.\n\n; Where the acc")


def test_a_new_condition_stands_behind_those_of_its_kind():
    sections = parse_ini(Path("q.ini"), COMMENTED)
    new = [replace(sections[0], name=name) for name in ("and_2", "or_2", "not_1")]
    text = edit_ini(COMMENTED, [*sections, *new])
    assert [one.name for one in parse_ini(Path("q.ini"), text)] == [
        "and_1", "and_2", "or_1", "or_2", "not_1", "date",
    ]  # fmt: skip
    assert text.replace("\n[or_2]\n", "").count("; A note on its own.") == 1


def test_a_key_is_added_and_taken_out():
    text = changed(COMMENTED, date={"end_date": []}, and_1={})
    assert "end_date" not in text
    again = changed(text, date={"end_date": "20230131"})
    assert again.endswith("start_date = today-9\nend_date = 20230131\n")


def test_options_that_are_commented_out_stay_so():
    path = PARAMS / "query-video.ini"
    text = changed(path.read_text(), options={"window_days": "7"})
    assert "[options]\nwindow_days = 7\n; fields = id, create_time" in text
    assert read_query(path).window_days is None


@given(st.lists(st.text(st.characters(exclude_characters='"\n;', exclude_categories=["C", "Z"]))))
def test_a_joined_list_is_parted_into_the_same_values(values):
    assert split_list(join_list(values)) == tuple(values)


def test_a_value_with_all_kinds_of_marks_is_refused_in_words():
    with pytest.raises(QueryError, match="cannot be written in an INI file: it has commas"):
        join_list(["5\" 'high', heels"])
