import csv

import pytest

from tfw.sources.outcomes import Rejected
from tfw.sources.rejects import RejectsFile

ROW = Rejected(7, "likes: the value is not a count", "likes: 'many' is not a count", "id=1")


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_rejected_rows_are_listed_with_line_reason_and_excerpt(tmp_path):
    path = tmp_path / "new folder" / "a.csv"
    with RejectsFile(path) as listed:
        listed.add(ROW)
    assert listed.written == path
    assert rows(path) == [
        {"line": "7", "reason": "likes: 'many' is not a count", "excerpt": "id=1"}
    ]


def test_nothing_rejected_leaves_no_file_and_removes_an_old_one(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("old")
    with RejectsFile(path) as listed:
        pass
    assert listed.written is None
    assert not path.exists()


def test_an_old_list_is_replaced(tmp_path):
    path = tmp_path / "a.csv"
    for _ in range(2):
        with RejectsFile(path) as listed:
            listed.add(ROW)
    assert len(rows(path)) == 1


def listing_breaks(path):
    with RejectsFile(path) as listed:
        listed.add(ROW)
        raise RuntimeError("the database is gone")


def test_an_error_leaves_the_old_list_and_no_draft(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(RuntimeError):
        listing_breaks(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]
    assert path.read_text() == "old"


@pytest.mark.parametrize("start", ["=1+1", "+A1", "@SUM(A1)", "-2+3", "\t=1"])
def test_cells_that_a_spreadsheet_would_run_are_disarmed(tmp_path, start):
    path = tmp_path / "a.csv"
    with RejectsFile(path) as listed:
        listed.add(Rejected(1, "r", start, start))
    assert rows(path)[0]["reason"] == f"'{start}"
    assert rows(path)[0]["excerpt"] == f"'{start}"
