"""The parts of the query builder: typed values, rows, forms, files."""

import pytest

from tfw.desk.queries.editors import DateEditor, LineEditor, typed_date, typed_number
from tfw.desk.queries.files import (
    FileChangedError,
    find_query_files,
    load_query_file,
    place_of,
    save_query_file,
)
from tfw.desk.queries.lists import ListEditor
from tfw.desk.queries.rows import ConditionGroup
from tfw.errors import QueryError
from tfw.sources.research.sections import read_sections

NOBODY = lambda: None  # noqa: E731 - nobody listens


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("20261231", "20261231"),
        ("2026-12-31", "20261231"),
        ("2026-1-5", "20260105"),
        ("31.12.2026", "20261231"),
        (" 5. 1. 2026 ", "20260105"),
        ("today-3", "today-3"),
        ("31/12/2026", "31/12/2026"),
        ("31.12.26", "31.12.26"),
        ("", ""),
    ],
)
def test_a_day_is_understood_as_it_is_typed(typed, meant):
    assert typed_date(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("1.000", "1000"), ("1,000", "1000"), ("12 000", "12000"), ("x", "x")]
)
def test_a_number_is_understood_in_german_and_english(typed, meant):
    assert typed_number(typed) == meant


def test_a_picked_day_is_typed_and_a_typed_one_is_picked():
    editor = DateEditor("First day", NOBODY)
    line, picker = editor.widget.children
    editor.show(["31.12.2026"])
    assert f"{picker.value}" == "2026-12-31"
    picker.value = picker.value.replace(day=1)
    assert editor.texts() == ["20261201"]
    line.value = "2026-11-05"
    assert editor.texts() == ["20261105"]
    assert f"{picker.value}" == "2026-11-05"
    line.value = "today-3"
    assert editor.texts() == ["today-3"]
    assert picker.value is None


def test_a_number_with_a_comma_is_one_number_unless_a_list_is_asked_for():
    editor = ListEditor("Values", NOBODY, kind="count")
    editor.widget.children[0].value = "1,000"
    editor.several = False
    assert editor.texts() == ["1000"]
    editor.several = True
    assert editor.texts() == ["1", "000"]


def test_values_stand_on_lines_or_between_commas():
    editor = ListEditor("Values", NOBODY, kind="text")
    editor.widget.children[0].value = 'linen\n"red, white", ثوب,\n\n'
    assert editor.texts() == ["linen", "red, white", "ثوب"]


def test_a_region_is_added_by_its_name_or_code_and_a_wrong_one_is_left_to_be_mended():
    editor = ListEditor("Values", NOBODY, kind="region", choices=[("DE Germany", "DE")])
    area, adder = editor.widget.children
    box, message = adder.children
    area.value = "GB"
    box.value = "DE Germany"
    assert (editor.texts(), box.value) == (["GB", "DE"], "")
    box.value = "de"
    assert editor.texts() == ["GB", "DE"]
    box.value = "Germania"
    assert (editor.texts(), box.value) == (["GB", "DE"], "Germania")
    assert "&#39;Germania&#39; is not on the list; choose one of it" in message.value
    box.value = ""
    assert message.value == ""


def test_an_empty_line_is_no_value():
    assert LineEditor("Name", NOBODY).texts() == []


@pytest.fixture
def row(tmp_path):
    group = ConditionGroup("and", NOBODY)
    group.add()
    return group.rows[0]


def controls(row):
    field, operation, values, _ = row.widget.children[0].children
    return field, operation, values


def choose(row, name):
    controls(row)[0].value = name


def operations(row):
    return [word for _, word in controls(row)[1].options]


def test_a_field_offers_the_operations_that_the_api_allows(row):
    choose(row, "region_code")
    assert operations(row) == ["IN", "EQ"]
    choose(row, "view_count")
    assert operations(row) == ["IN", "EQ", "GT", "GTE", "LT", "LTE"]


def test_an_operation_that_another_field_lacks_gives_way(row, tmp_path):
    choose(row, "view_count")
    controls(row)[1].value = "GTE"
    choose(row, "username")
    assert row.section(tmp_path).values["operation"] == ["IN"]


def test_words_stay_when_another_field_of_words_is_chosen(row, tmp_path):
    controls(row)[2].children[0].value = "linen, ootd"
    choose(row, "keyword")
    assert row.section(tmp_path).values["field_values"] == ["linen", "ootd"]
    choose(row, "region_code")
    assert row.section(tmp_path).values["field_values"] == []


def test_lengths_are_ticked(row, tmp_path):
    choose(row, "video_length")
    boxes = controls(row)[2].children
    assert [box.description.split(":")[0] for box in boxes] == [
        "SHORT",
        "MID",
        "LONG",
        "EXTRA_LONG",
    ]
    boxes[1].value = boxes[3].value = True
    assert row.section(tmp_path).values["field_values"] == ["MID", "EXTRA_LONG"]


def test_a_new_condition_gets_a_number_that_no_other_has(tmp_path):
    path = tmp_path / "q.ini"
    path.write_text("[and_7]\noperation = EQ\nfield_name = keyword\nfield_values = linen\n")
    group = ConditionGroup("and", NOBODY)
    group.show(read_sections(path))
    group.add()
    assert [row.name for row in group.rows] == ["and_7", "and_8"]


GOOD = "; why\n[and_1]\noperation = EQ\nfield_name = keyword\nfield_values = linen\n"


def test_a_file_that_somebody_else_changed_is_not_overwritten_unasked(tmp_path):
    path = tmp_path / "q.ini"
    path.write_text(GOOD)
    file = load_query_file(path)
    path.write_text(GOOD.replace("linen", "wool"))
    with pytest.raises(FileChangedError, match="changed by somebody else"):
        save_query_file(file, GOOD)
    assert "wool" in path.read_text()
    assert save_query_file(file, GOOD, overwrite=True).text == GOOD


def test_a_file_that_was_removed_meanwhile_is_written_again(tmp_path):
    path = tmp_path / "q.ini"
    path.write_text(GOOD)
    file = load_query_file(path)
    path.unlink()
    assert save_query_file(file, GOOD).text == GOOD


def test_a_folder_that_cannot_be_written_to_is_said_in_words(tmp_path):
    path = tmp_path / "q.ini"
    path.write_text(GOOD)
    (tmp_path / "file").write_text("")
    file = load_query_file(tmp_path / "file" / "q.ini")
    with pytest.raises(
        QueryError, match=r"q\.ini cannot be written: (Not a directory|File exists)"
    ):
        save_query_file(file, GOOD)


@pytest.mark.parametrize("name", ["../q.ini", "/tmp/q.ini", "q.txt", "credentials.ini", ""])
def test_a_name_that_is_none_for_a_query_file_is_refused(tmp_path, name):
    with pytest.raises(QueryError, match=r"in that folder|no name for a query file"):
        place_of(name, tmp_path, tmp_path / "current.ini")


def test_query_files_are_found_and_nothing_else(tmp_path):
    (tmp_path / "queries").mkdir()
    names = ["linen.ini", "queries/b.yaml", "queries/c.ini", "credentials.ini", "daily.yaml"]
    for name in names:
        (tmp_path / name).write_text("")
    found = [str(path.relative_to(tmp_path)) for path in find_query_files(tmp_path)]
    assert sorted(found) == ["linen.ini", "queries/b.yaml", "queries/c.ini"]


def test_two_sections_of_one_name_in_yaml_both_stay(tmp_path):
    path = tmp_path / "q.yaml"
    path.write_text(
        "# why\nand:\n  - {operation: EQ, field_name: keyword, field_values: linen}\n"
        "and_1: {operation: EQ, field_name: keyword, field_values: wool}\n"
        "options: {is_random: true}\n"
    )
    file = load_query_file(path)
    assert [section.name for section in file.sections] == ["and_1", "and_1_1", "options"]
    assert file.sections[2].values == {"is_random": ["yes"]}
    assert file.path.name == "q.ini"
    assert "Its comments (1) are not carried over" in file.note
