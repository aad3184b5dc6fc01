"""INI and YAML as sections with lines."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.errors import QueryError
from tfw.sources.research.sections import Section, read_sections, split_list


def read(tmp_path: Path, text: str, name: str = "query.ini") -> list[Section]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_sections(path)


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("a,b", ("a", "b")),
        (" a , b ,", ("a", "b")),
        ("a\nb, c\n", ("a", "b", "c")),
        ('"a, b", c', ("a, b", "c")),
        ("'a, b',c", ("a, b", "c")),
        ("l'été, men's", ("l'été", "men's")),
        ("'90s, '80s looks", ("'90s", "'80s looks")),
        ('""', ("",)),
        ("", ()),
        (" , ", ()),
        ('say "hi", ho', ('say "hi"', "ho")),
        ("ثوب, 드레스", ("ثوب", "드레스")),
    ],
)
def test_a_list_is_parted_at_commas_and_unquoted(text, entries):
    assert split_list(text) == entries


@given(st.lists(st.text(st.characters(exclude_characters='"\n', exclude_categories=["C", "Z"]))))
def test_quoted_entries_come_back_whole(entries: list[str]):
    assert split_list(", ".join(f'"{entry}"' for entry in entries)) == tuple(entries)


def test_sections_keep_their_order_and_lines(tmp_path):
    one, two = read(tmp_path, "; top\n\n[and_1]\nA = 1\n\n[date] ; when\nb: 2\n")
    assert (one.name, one.line, one.values, one.lines) == ("and_1", 3, {"a": "1"}, {"a": 4})
    assert (two.name, two.line, two.values, two.lines) == ("date", 6, {"b": "2"}, {"b": 7})
    assert one.place("a").endswith("query.ini, line 4, [and_1], a")
    assert one.place().endswith("query.ini, line 3, [and_1]")
    assert one.place("missing").endswith("query.ini, line 3, [and_1], missing")


def test_an_indented_key_is_a_key(tmp_path):
    (section,) = read(tmp_path, "  [and_1]\n  a = 1\n      b = 2\n")
    assert section.values == {"a": "1", "b": "2"}


def test_indented_lines_go_on_with_the_value(tmp_path):
    (section,) = read(tmp_path, "[and_1]\na =\n  x, y\n\n  # between\n  z\nb = 2\n")
    assert section.texts("a") == ("x", "y", "z")
    assert section.text("b") == "2"


def test_a_hash_begins_a_value_and_a_semicolon_in_quotes_is_text(tmp_path):
    (section,) = read(tmp_path, '[and_1]\na = #ootd\nb = "x ; y", z ; why\nc = x;y\n')
    assert section.texts("a") == ("#ootd",)
    assert section.texts("b") == ("x ; y", "z")
    assert section.texts("c") == ("x;y",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\nx = 1\ny\n", "line 3, [a]: 'y' is neither"),
        ("[a]\n  y\n", "line 2, [a]: 'y' is neither"),
        ("[a]\nx = 1\nX = 2\n", "line 3, [a], x: this key stands here for the second time (first"),
        ("[or_1]\n[or_1]\n", "(first in line 1); give it another number, such as or_2"),
        ("[date]\n[date]\n", "second time (first in line 1)."),
        ("x = 1\n", "line 1: 'x = 1' stands before the first section"),
        ("[a\n", "line 1: '[a' stands before the first section"),
    ],
)
def test_what_is_no_ini_is_refused_with_its_line(tmp_path, text, message):
    with pytest.raises(QueryError) as caught:
        read(tmp_path, text)
    assert message in str(caught.value)


def test_a_section_without_keys_is_kept(tmp_path):
    assert [section.name for section in read(tmp_path, "[and_1]\n[date]\n")] == ["and_1", "date"]


def test_a_yaml_section_has_the_lines_of_its_keys(tmp_path):
    text = "date:\n  start_date: 20230101\nnot:\n  - operation: IN\n    field_name: keyword\n"
    date, condition = read(tmp_path, text, "query.yml")
    assert (date.name, date.line, date.lines) == ("date", 1, {"start_date": 2})
    assert (condition.name, condition.line) == ("not_1", 4)
    assert condition.lines == {"operation": 4, "field_name": 5}
