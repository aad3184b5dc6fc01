"""Query files: what is read, and what is refused with its place."""

import json
from datetime import date
from pathlib import Path

import pytest

from tfw.errors import QueryError
from tfw.sources.research.lists import LIST_ENDPOINTS, LIST_SECTIONS
from tfw.sources.research.plan import json_bodies
from tfw.sources.research.query import Condition, ListQuery, VideoQuery
from tfw.sources.research.reading import read_query

PARAMS = Path(__file__).resolve().parents[3] / "params"
EXAMPLES = [PARAMS / "query-video.ini", *sorted((PARAMS / "queries").iterdir())]
TODAY = date(2026, 11, 21)
GOOD = """\
[and_1]
operation = IN
field_name = region_code
field_values = GB, FR

[date]
start_date = 20230101
end_date = 20230131
"""


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "query.ini") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def refused(path: Path) -> str:
    with pytest.raises(QueryError) as caught:
        read_query(path, today=TODAY)
    return str(caught.value)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_is_a_valid_query_with_bodies(path):
    bodies = json_bodies(read_query(path))
    assert bodies
    assert json.loads(json.dumps(bodies)) == bodies


def test_there_is_an_example_for_every_kind_of_query():
    queries = [read_query(path) for path in EXAMPLES]
    endpoints = {query.endpoint for query in queries if isinstance(query, ListQuery)}
    wanted = {"user_info", "followers", "following", "liked", "pinned", "reposted", "comments"}
    assert wanted <= endpoints
    asked = {
        condition.field_name
        for query in queries
        if isinstance(query, VideoQuery)
        for condition in (*query.and_, *query.or_)
    }
    assert {"hashtag_name", "keyword", "username", "region_code", "video_length"} <= asked


def test_the_yaml_example_asks_what_the_ini_example_asks():
    ini = read_query(PARAMS / "queries" / "posts-by-hashtags.ini")
    assert read_query(PARAMS / "queries" / "posts-by-hashtags.yaml") == ini


def test_the_sections_of_the_replaced_program_are_read(write):
    path = write("""\
; a comment
# another one
[and_1]
operation = IN
field_name = region_code
field_values = "GB", 'FR' ,DE,
[and_2]
OPERATION: EQ
field_name: video_length
field_values: "SHORT"

[or_1]
operation = IN
field_name = hashtag_name
field_values = ootd,linen,   Thrifted,ootd
[or_2]
operation = IN                      ; any of them
field_name = keyword
field_values = "red, white and blue",
    l'été, men's coat,
    ; a comment between
    '90s fashion
[not_1]
  operation = IN
  field_name = username
  field_values = demo.a,demo.b,demo.c

[date]
start_date = "20230101"
end_date = 20230131
""")
    assert read_query(path) == VideoQuery(
        and_=(
            Condition("IN", "region_code", ("GB", "FR", "DE")),
            Condition("EQ", "video_length", ("SHORT",)),
        ),
        or_=(
            Condition("IN", "hashtag_name", ("ootd", "linen", "thrifted")),
            Condition(
                "IN", "keyword", ("red, white and blue", "l'été", "men's coat", "'90s fashion")
            ),
        ),
        not_=(Condition("IN", "username", ("demo.a", "demo.b", "demo.c")),),
        start_date=date(2023, 1, 1),
        end_date=date(2023, 1, 31),
        name="query",
    )


def test_a_file_saved_by_windows_is_read(tmp_path):
    path = tmp_path / "query.ini"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert read_query(path).and_[0].field_values == ("GB", "FR")


def test_yaml_sections_are_named_or_listed(write):
    path = write(
        """\
and_1: {operation: IN, field_name: region_code, field_values: [NO, GB]}
and_2:
  operation: EQ
  field_name: video_id
  field_values: 7472336753637412325
or:
  - {operation: IN, field_name: keyword, field_values: ["red, white", linen shirt]}
  - {operation: IN, field_name: hashtag_name, field_values: "ootd, linen"}
date: {start_date: 20230101, end_date: 20230131}
options: {fields: [id, username], max_count: 50, is_random: true, name: two}
""",
        "query.yaml",
    )
    query = read_query(path)
    assert query.and_[0].field_values == ("NO", "GB")
    assert query.and_[1].field_values == ("7472336753637412325",)
    assert [one.field_values for one in query.or_] == [
        ("red, white", "linen shirt"),
        ("ootd", "linen"),
    ]
    assert (query.fields, query.max_count, query.is_random) == (("id", "username"), 50, True)
    assert query.name == "two"


def test_options_are_read(write):
    options = """
[options]
name = my study
fields = id, username
max_count = 50
is_random = yes
videos_per_day = 400
window_days = 3
"""
    query = read_query(write(GOOD + options))
    assert (query.name, query.fields, query.max_count) == ("my study", ("id", "username"), 50)
    assert (query.is_random, query.videos_per_day, query.window_days) == (True, 400, 3)


def test_dates_may_count_back_from_today(write):
    text = GOOD.replace("20230101", "today-9").replace("20230131", "today - 4")
    query = read_query(write(text), today=TODAY)
    assert (query.start_date, query.end_date) == (date(2026, 11, 12), date(2026, 11, 17))


def test_a_missing_end_date_is_the_youngest_safe_day(write):
    text = GOOD.replace("end_date = 20230131\n", "")
    assert read_query(write(text), today=TODAY).end_date == date(2026, 11, 18)


@pytest.mark.parametrize(("section", "endpoint"), LIST_SECTIONS.items())
def test_every_list_endpoint_has_a_section(write, section, endpoint):
    key = LIST_ENDPOINTS[endpoint].targets_key
    query = read_query(write(f"[{section}]\n{key} = 123, 456, 123\nmax_count = 10\n"))
    assert query == ListQuery(endpoint=endpoint, targets=("123", "456"), name="query", max_count=10)


def test_replies_are_asked_for_with_the_comments(write):
    query = read_query(write("[comments]\nvideo_ids = 12\nreplies = yes\n"))
    assert query.replies is True


GOOD_VALUES = "field_values = GB, FR"
MISTAKES = [
    ("[and_1]", "[xor_1]", "line 1, [xor_1]: there is no such section (did you mean or?). Valid:"),
    ("[date]", "[dates]", "line 6, [dates]: there is no such section (did you mean date?)"),
    ("[date]", "[dates]", "the section [date] is missing. Write [date] with start_date"),
    ("operation = IN", "operation = LIKE", "line 2, [and_1], operation: 'LIKE' is no operation"),
    ("operation = IN", "operation = EQ", "line 4, [and_1], field_values: EQ takes exactly one va"),
    ("operation = IN", "operation = GT", "line 2, [and_1], operation: GT needs a field with an o"),
    ("operation = IN", "operation = EQ, IN", "line 2, [and_1], operation: one value is wanted"),
    ("operation = IN\n", "", "line 1, [and_1]: operation is missing. A condition has operation,"),
    ("operation = IN", "operator = IN", "line 2, [and_1], operator: there is no such key (did you"),
    ("region_code", "regions", "line 3, [and_1], field_name: 'regions' is not a field"),
    ("GB, FR", "UK", "line 4, [and_1], field_values: 'UK' is none of the 245 region codes; write"),
    ("GB, FR", "gb", "line 4, [and_1], field_values: 'gb' is written in small letters; write GB"),
    (GOOD_VALUES, "field_values =", "line 4, [and_1], field_values: the list is empty"),
    (GOOD_VALUES, "field_values = , ,", "line 4, [and_1], field_values: the list is empty"),
    (GOOD_VALUES, 'field_values = "", GB', "line 4, [and_1], field_values: a value is empty"),
    (GOOD_VALUES, 'field_values = "GB, FR"', "'GB, FR' is none of the 245 region codes"),
    ("20230101", "2023-01-01", "line 7, [date], start_date: '2023-01-01' has signs between its p"),
    ("20230101", "20230229", "line 7, [date], start_date: '20230229' is not a day of the calendar"),
    ("20230101", "31012023", "line 7, [date], start_date: '31012023' is not a day of the calendar"),
    ("20230101", "20121231", "'20121231' lies before TikTok"),
    ("20230101", "yesterday", "line 7, [date], start_date: 'yesterday' is not a date; write year"),
    ("20230101", "20230201", "line 7, [date], start_date: 20230201 is after end_date 20230131"),
    ("start_date = 20230101\n", "", "line 6, [date]: start_date is missing"),
    ("end_date = 20230131", "end = 20230131", "line 8, [date], end: there is no such key"),
    ("[date]", "[and_1]", "line 6, [and_1]: this section stands here for the second time (first"),
    ("operation = IN", "operation = IN\noperation = EQ", "line 3, [and_1], operation: this key"),
    ("[and_1]", "field = 1\n[and_1]", "line 1: 'field = 1' stands before the first section"),
    ("operation = IN", "operation IN", "line 2, [and_1]: 'operation IN' is neither 'key = value'"),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_a_mistake_is_told_with_file_line_section_and_key(write, old, new, message):
    path = write(GOOD.replace(old, new, 1))
    assert message in refused(path)
    assert str(path) in refused(path)


OPTION_MISTAKES = [
    ("fields = id, favourites_count", "line 10, [options], fields: 'favourites_count' is not a fi"),
    ("fields = id, favourites_count", "(did you mean favorites_count?)"),
    ("fields =", "line 10, [options], fields: the list is empty"),
    ("field = id", "line 10, [options], field: there is no such key (did you mean fields?). Valid"),
    (
        "max_count = 1000",
        "line 10, [options], max_count: 1000 is not possible; a page",
    ),
    ("max_count = many", "line 10, [options], max_count: 'many' is no whole number"),
    ("is_random = maybe", "line 10, [options], is_random: 'maybe' is neither yes nor no"),
    ("window_days = 40", "line 10, [options], window_days: 40 is not possible; 1 to 31 are"),
]


@pytest.mark.parametrize(("line", "message"), OPTION_MISTAKES)
def test_a_wrong_option_is_told_with_its_line(write, line, message):
    assert message in refused(write(f"{GOOD}[options]\n{line}\n"))


def test_all_mistakes_of_a_file_are_told_at_once(write):
    text = GOOD.replace("GB, FR", "UK, GB, us").replace("20230131", "2023-01-31")
    lines = refused(write(text)).splitlines()
    assert len(lines) == 3
    assert all("query.ini, line " in line for line in lines)


def test_a_query_without_a_condition_is_refused(write):
    text = GOOD[GOOD.index("[date]") :]
    assert "query.ini: there is no condition; give one, such as [and_1]" in refused(write(text))


LIST_MISTAKES = [
    ("[users]\n", "line 1, [users]: usernames is missing"),
    ("[users]\nusernames =\n", "line 2, [users], usernames: the list is empty"),
    ("[users]\nusernames = @demo\n", "line 2, [users], usernames: '@demo' has an @ in it"),
    ("[users]\nusername = demo\n", "line 2, [users], username: there is no such key (did you mea"),
    ("[comments]\nvideo_ids = 7.47E+18\n", "line 2, [comments], video_ids: '7.47E+18' was"),
    (
        "[users]\nusernames = demo\nreplies = yes\n",
        "line 3, [users], replies: there is no such key",
    ),
    ("[users]\nusernames = demo\n[liked]\nusernames = demo\n", "line 3, [liked]: a file with [use"),
    ("[users]\nusernames = demo\n[date]\nstart_date = 20230101\n", "line 3, [date]: a file with"),
    ("[liked]\nusernames = demo\nfields = id, favourites_count\n", "line 3, [liked], fields: 'fav"),
    (
        "[likes]\nusernames = demo\n",
        "line 1, [likes]: there is no such section (did you mean",
    ),
]


@pytest.mark.parametrize(("text", "message"), LIST_MISTAKES)
def test_a_mistake_in_a_list_query_is_told_with_its_place(write, text, message):
    assert message in refused(write(text))


YAML_MISTAKES = [
    ("and:\n  - IN\n", "line 2, and_1: 'IN' is not a section"),
    (
        "and_1: {operation: IN}\nand_1: {operation: IN}\n",
        "line 2, column 1: the key 'and_1'",
    ),
    (
        "and_1:\n  operation: IN\n  field_name: video_id\n  field_values: [7.4e18]\n",
        "line 4, [and_",
    ),
    (
        "and_1:\n  operation: IN\n  field_name: keyword\n  field_values: [true]\n",
        "True is not text",
    ),
    (
        "and_1:\n  operation: IN\n  field_name: keyword\n  field_values: [null]\n",
        "None is not text",
    ),
    ("- and\n", "must be a mapping of sections"),
    ("name: [\n", "line 2, column 1"),
]


@pytest.mark.parametrize(("text", "message"), YAML_MISTAKES)
def test_a_mistake_in_yaml_is_told_with_its_place(write, text, message):
    assert message in refused(write(text, "query.yaml"))


@pytest.mark.parametrize("name", ["query.ini", "query.yaml"])
def test_an_empty_file_is_refused(write, name):
    assert "is empty: it has no section" in refused(write("", name))


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "nothing.ini cannot be read: No such file" in refused(tmp_path / "nothing.ini")


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "query.ini"
    path.write_bytes(b"[and_1]\nfield_values = \xff\xfe")
    assert "query.ini is not a text file in UTF-8 (byte 23)" in refused(path)


def test_a_percent_sign_is_text(write):
    text = GOOD.replace("region_code", "keyword").replace("GB, FR", "100% linen")
    assert read_query(write(text)).and_[0].field_values == ("100% linen",)


def test_a_section_named_default_gives_nothing_to_the_others(write):
    assert "[DEFAULT]: there is no such section" in refused(write("[DEFAULT]\na = 1\n" + GOOD))
