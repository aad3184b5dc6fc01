import csv
import gzip
import json
from datetime import UTC, datetime

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.samples import as_csv, as_ndjson, until_broken, write
from tfw.errors import FileFormatError
from tfw.sources.outcomes import Rejected
from tfw.sources.tables import cell, open_table

ROWS = [{"id": "1", "text": 'a, "b"\nc; d'}, {"id": "2", "text": "été 🌾"}]


def rows(path):
    return [entry.value for entry in open_table(path).rows]


def read_until_broken(path):
    return until_broken(open_table(path).rows)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_is_read_with_any_delimiter_and_line_end(tmp_path, delimiter, end):
    path = write(tmp_path / "a.csv", as_csv(ROWS, delimiter=delimiter, lineterminator=end))
    assert open_table(path).columns == ("id", "text")
    assert rows(path) == ROWS


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_csv_of_excel_is_read(tmp_path, encoding):
    path = write(tmp_path / "a.csv", as_csv(ROWS, delimiter="\t"), encoding)
    assert rows(path) == ROWS


def test_a_csv_of_an_older_excel_is_read(tmp_path):
    path = write(tmp_path / "a.csv", as_csv([{"id": "1", "text": "été €"}]), "windows-1252")
    assert rows(path) == [{"id": "1", "text": "été €"}]


def test_the_line_that_announces_the_delimiter_is_followed(tmp_path):
    path = write(tmp_path / "a.csv", "sep=;\r\nid;a,b,c,d\r\n1;x\r\n")
    table = open_table(path)
    assert table.columns == ("id", "a,b,c,d")
    assert [entry.line for entry in table.rows] == [3]


@pytest.mark.parametrize("kind", ["json", "ndjson", "parquet", "csv.gz", "json.gz", "wrapped"])
def test_the_same_table_is_read_from_every_kind_of_file(tmp_path, kind):
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    else:
        text = {
            "json": json.dumps(ROWS),
            "ndjson": as_ndjson(ROWS),
            "csv": as_csv(ROWS),
            "wrapped": json.dumps({"meta": {"n": 2}, "posts": ROWS}),
        }[kind.removesuffix(".gz")]
        content = text.encode()
        path.write_bytes(gzip.compress(content) if kind.endswith("gz") else content)
    assert open_table(path).columns == ("id", "text")
    assert rows(path) == ROWS


def test_a_row_is_numbered_by_the_line_it_begins_in(tmp_path):
    path = write(tmp_path / "a.csv", 'id,text\n\n1,"two\nlines"\n2,b\n')
    assert [entry.line for entry in open_table(path).rows] == [3, 5]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\r\n\t\0,;"))


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_every_cell_survives_being_written_and_read(tmp_path_factory, cells):
    path = tmp_path_factory.mktemp("cells") / "a.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerows([("id", "text"), *cells])
    kept = [{"id": a, "text": b} for a, b in cells if a or b]
    assert rows(path) == kept


def test_a_cell_may_be_very_long(tmp_path):
    path = write(tmp_path / "a.csv", f"id,text\n1,{'x' * 500_000}\n")
    assert len(rows(path)[0]["text"]) == 500_000


def test_rows_that_do_not_fit_the_header_are_set_aside(tmp_path):
    path = write(tmp_path / "a.csv", "id,text\n1,a,b\n2\n3,c,\n4,d\n")
    long, short, padded, good = open_table(path).rows
    assert isinstance(long, Rejected)
    assert isinstance(short, Rejected)
    assert (short.line, short.detail) == (3, "1 cells, the header has 2")
    assert (padded.value, good.value) == ({"id": "3", "text": "c"}, {"id": "4", "text": "d"})


def test_a_row_with_bad_quotes_is_set_aside(tmp_path):
    path = write(tmp_path / "a.csv", 'id,text\n1,"a"b\n2,c\n')
    bad, good = open_table(path).rows
    assert (bad.line, bad.reason) == (2, "the row is not CSV")
    assert good.value == {"id": "2", "text": "c"}


def test_a_quote_that_is_never_closed_is_named_with_its_line(tmp_path):
    got, error = read_until_broken(write(tmp_path / "a.csv", 'id,text\n1,a\n2,"b\n3,c\n'))
    assert [entry.value["id"] for entry in got] == ["1"]
    assert "ends inside a quoted cell of the row that begins in line 3" in error


def test_a_cut_last_row_is_named_with_its_line(tmp_path):
    got, error = read_until_broken(write(tmp_path / "a.csv", "id,text,likes\n1,a,2\n2,b"))
    assert [entry.value["id"] for entry in got] == ["1"]
    assert "line 3 ends after 2 of 3 cells" in error


def test_a_last_row_without_a_line_end_is_whole_when_it_has_all_cells(tmp_path):
    assert len(rows(write(tmp_path / "a.csv", "id,text\n1,a\n2,b"))) == 2


def test_the_half_row_at_the_end_of_a_cut_gzip_is_not_taken(tmp_path):
    path = tmp_path / "a.csv.gz"
    text = "id,text\n" + "".join(f"{n},{n * 7919 % 10007}\n" for n in range(30_000))
    packed = gzip.compress(text.encode())
    path.write_bytes(packed[: len(packed) // 3])
    got, error = read_until_broken(path)
    assert len(got) > 1000
    assert all(int(e.value["id"]) * 7919 % 10007 == int(e.value["text"]) for e in got)
    assert "packed data" in error


def test_a_break_before_the_first_row_names_the_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('id,"text\n')
    with pytest.raises(FileFormatError, match=r"a\.csv breaks off: .*before its first row"):
        open_table(path)


def test_columns_of_json_are_collected_from_many_rows_and_nested_ones_are_named(tmp_path):
    path = write(tmp_path / "a.ndjson", as_ndjson([{"id": 1}, {"id": 2, "author": {"name": "x"}}]))
    assert open_table(path).columns == ("id", "author", "author.name")
    assert cell({"author": {"name": "x"}}, "author.name") == "x"
    assert cell({"author.name": "y"}, "author.name") == "y"
    assert cell({"author": "x"}, "author.name") is None
    assert cell({}, "none") is None


def test_entries_that_are_no_rows_are_set_aside(tmp_path):
    path = write(tmp_path / "a.json", '[{"id": 1}, 5, "x", [2], {"id": 3}]')
    got = list(open_table(path).rows)
    assert [isinstance(entry, Rejected) for entry in got] == [False, True, True, True, False]


def test_parquet_keeps_types_and_numbers_its_rows(tmp_path):
    path = tmp_path / "a.parquet"
    at = datetime(2024, 11, 30, tzinfo=UTC)
    table = pyarrow.table({"id": [7183824296496680198], "tags": [["a", "b"]], "at": [at]})
    pyarrow.parquet.write_table(table, path)
    (entry,) = open_table(path).rows
    assert entry == (1, {"id": 7183824296496680198, "tags": ["a", "b"], "at": at})


def test_a_cut_parquet_says_that_nothing_can_be_read(tmp_path):
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"id": ["1"] * 5000}), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(FileFormatError, match=r"a\.parquet .* no readable end"):
        open_table(path)


def test_a_damaged_parquet_gives_the_rows_before_the_damage(tmp_path):
    path = tmp_path / "a.parquet"
    table = pyarrow.table({"id": [str(n) for n in range(20_000)]})
    pyarrow.parquet.write_table(table, path, row_group_size=1000, compression="gzip")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = bytes(4000)
    path.write_bytes(content)
    got, error = read_until_broken(path)
    assert 1000 <= len(got) < 20_000
    assert "cannot be read" in error
