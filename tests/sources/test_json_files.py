import gzip
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.samples import as_ndjson, feed, item, until_broken, write
from tfw.errors import FileFormatError
from tfw.sources import json_files
from tfw.sources.json_files import json_values
from tfw.sources.outcomes import Rejected

LISTS = ("itemList.item",)


def values(path, lists=LISTS):
    return [entry.value for entry in json_values(path, lists)]


def read_until_broken(path, lists=LISTS):
    return until_broken(json_values(path, lists))


@pytest.fixture
def small_pages(monkeypatch):
    """Every document counts as too big to be read whole."""
    monkeypatch.setattr(json_files, "WHOLE", 64)


def test_ndjson_is_read_line_by_line_with_line_numbers(tmp_path):
    path = write(tmp_path / "a.ndjson", '{"a": 1}\n\n{"a": 2}\r\n{"a": 3}')
    assert list(json_values(path, ())) == [(1, {"a": 1}), (3, {"a": 2}), (4, {"a": 3})]


def test_a_bad_line_is_set_aside_and_the_rest_is_read(tmp_path):
    path = write(tmp_path / "a.ndjson", '{"a": 1}\n{"a": \nnonsense\n{"a": 4}\n')
    first, second, third, last = json_values(path, ())
    assert isinstance(second, Rejected)
    assert (second.line, third.line) == (2, 3)
    assert second.reason == "the line is not JSON"
    assert (first.value, last.value) == ({"a": 1}, {"a": 4})


def test_a_bad_first_line_does_not_hide_the_others(tmp_path):
    path = write(tmp_path / "a.ndjson", '{"a": 1\n{"a": 2}\n{"a": 3}\n')
    assert len(list(json_values(path, ()))) == 3


def test_a_cut_last_line_breaks_the_file(tmp_path):
    path = write(tmp_path / "a.ndjson", '{"a": 1}\n{"a": 2}\n{"a": ')
    got, error = read_until_broken(path, ())
    assert [entry.value for entry in got] == [{"a": 1}, {"a": 2}]
    assert "line 3 breaks off" in error


def test_a_cut_page_in_the_last_line_still_gives_its_whole_items(tmp_path):
    text = as_ndjson([feed([item(0)]), feed([item(1), item(2)])])
    path = write(tmp_path / "a.ndjson", text[: text.rindex('"id"') - 40])
    got, error = read_until_broken(path)
    assert [entry.value.get("id") for entry in got] == [None, item(1)["id"]]
    assert "line 2 breaks off" in error


@pytest.mark.parametrize(
    "text",
    [
        '[{"a": 1}, {"a": 2}]',
        '[\n{"a": 1},\n{"a": 2}\n]\n',
        '{\n "a": 1\n}\n{\n "a": 2\n}',
        '{"a": 1}{"a": 2}',
        '\ufeff [{"a": 1}, {"a": 2}] ',
    ],
)
def test_a_list_and_objects_one_after_the_other_are_read(tmp_path, text):
    assert values(write(tmp_path / "a.json", text)) == [{"a": 1}, {"a": 2}]


def test_one_object_is_one_value_with_everything_in_it(tmp_path):
    page = feed([item()])
    for text in (json.dumps(page), json.dumps(page, indent=1), json.dumps(page) + "\n"):
        assert values(write(tmp_path / "a.json", text)) == [page]


def test_a_big_list_and_a_big_object_are_read_entry_by_entry(tmp_path, small_pages):
    items = [{"id": number, "text": "x" * 30} for number in range(20)]
    assert values(write(tmp_path / "a.json", json.dumps(items))) == items
    page = {"extra": {"now": 1}, "itemList": items}
    assert values(write(tmp_path / "b.json", json.dumps(page))) == items
    assert values(write(tmp_path / "c.json", json.dumps(page, indent=1) * 2)) == items * 2


def test_a_big_object_of_rows_is_found_without_knowing_its_name(tmp_path, small_pages):
    rows = [{"id": number, "text": "x" * 30} for number in range(20)]
    path = write(
        tmp_path / "a.json", json.dumps({"meta": {"tags": ["a"]}, "export": {"rows": rows}})
    )
    assert values(path, ()) == rows


def test_a_big_object_without_a_list_of_posts_is_refused(tmp_path, small_pages):
    path = write(tmp_path / "a.json", json.dumps({"a": {"b": "x" * 200}}))
    with pytest.raises(FileFormatError, match=r"a\.json is one big JSON object without itemList"):
        values(path)


def test_numbers_stay_exact(tmp_path):
    text = '[{"id": 7183824296496680198}, {"id": 7.18577E+18}, {"id": 1.5}]'
    assert values(write(tmp_path / "a.json", text)) == [
        {"id": 7183824296496680198},
        {"id": Decimal("7.18577E+18")},
        {"id": Decimal("1.5")},
    ]


@given(st.lists(st.integers(10**17, 2**63 - 1), min_size=1, max_size=5))
def test_ids_are_the_same_in_every_way_to_read_them(tmp_path_factory, ids):
    folder = tmp_path_factory.mktemp("ids")
    rows = [{"id": number} for number in ids]
    listed = write(folder / "a.json", json.dumps({"itemList": rows}))
    lines = write(folder / "a.ndjson", as_ndjson([*rows, {"id": 1}]))
    assert values(listed)[0]["itemList"] == rows
    assert values(lines)[:-1] == rows
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_files, "WHOLE", 8)
        assert values(listed) == rows


@pytest.mark.parametrize("whole", [64, 8 * 1024 * 1024])
@pytest.mark.parametrize("share", [0.15, 0.5, 0.97])
def test_a_cut_document_gives_every_whole_item_before_the_cut(tmp_path, monkeypatch, whole, share):
    monkeypatch.setattr(json_files, "WHOLE", whole)
    items = [{"id": number, "text": "x" * 50} for number in range(40)]
    text = json.dumps({"statusCode": 0, "itemList": items})
    cut = text[: int(len(text) * share)]
    got, error = read_until_broken(write(tmp_path / "a.json", cut))
    assert [entry.value for entry in got] == items[: cut.count("}")]
    assert f"the JSON ends in the middle of item {len(got) + 1}" in error


def test_a_cut_list_of_pages_gives_the_whole_pages(tmp_path):
    text = json.dumps([feed([item(0)]), feed([item(1)]), feed([item(2)])])
    got, error = read_until_broken(write(tmp_path / "a.json", text[:-600]))
    assert [entry.value["itemList"] for entry in got] == [[item(0)], [item(1)]]
    assert "item 3" in error


@pytest.mark.parametrize("whole", [64, 8 * 1024 * 1024])
def test_a_cut_gzip_names_the_packed_data(tmp_path, monkeypatch, whole):
    monkeypatch.setattr(json_files, "WHOLE", whole)
    items = [{"id": number, "text": str(number * 7919)} for number in range(5000)]
    path = tmp_path / "a.json.gz"
    packed = gzip.compress(json.dumps({"itemList": items}).encode())
    path.write_bytes(packed[: len(packed) // 2])
    got, error = read_until_broken(path)
    assert 1000 < len(got) < 5000
    assert "packed data" in error


def test_an_error_in_the_middle_is_named_with_its_place(tmp_path):
    text = '[{"id": 1}, {"id": 2}, {"id": nonsense}, {"id": 4}]'
    got, error = read_until_broken(write(tmp_path / "a.json", text))
    assert [entry.value["id"] for entry in got] == [1, 2]
    assert "item 3 is not valid JSON" in error


def test_hostile_nesting_and_numbers_do_no_harm(tmp_path):
    deep = write(tmp_path / "a.ndjson", '{"a": 1}\n{"a": ' + "[" * 100_000 + "\n")
    huge = write(tmp_path / "b.ndjson", '{"a": 1}\n{"a": ' + "9" * 10_000 + "}\n")
    for path in (deep, huge):
        first, second = json_values(path, ())
        assert first.value == {"a": 1}
        assert isinstance(second, Rejected)
