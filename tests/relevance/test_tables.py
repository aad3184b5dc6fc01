import csv
import gzip

import pandas as pd
import pytest

from tfw.errors import FileFormatError, InputError
from tfw.relevance.tables import RESULT_COLUMNS, score_table

TEXTS = ["new dress and boots #ootd", "we won the match", "", "=cmd()|dress", "naïve 👗 kleid"]


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "captions.csv"
    frame = pd.DataFrame({"id": [f"718382429649668019{n}" for n in range(5)], "text": TEXTS})
    frame.to_csv(path, index=False)
    return path


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_the_four_documented_columns_are_added(table, tmp_path):
    summary = score_table(table, "text", tmp_path / "out.csv")
    scored = read(tmp_path / "out.csv")
    assert list(scored.columns) == ["id", "text", *RESULT_COLUMNS]
    assert (summary.rows, summary.fashion) == (5, int((scored.is_fashion_post == "True").sum()))
    assert scored.is_fashion_post[:3].tolist() == ["True", "False", "False"]
    assert scored.id.tolist() == [f"718382429649668019{n}" for n in range(5)]
    assert scored.post_relevance_score_fashion_labels[2] == ""
    assert scored.matched_terms[0] == "dress; boot; ootd"


def test_cells_that_a_spreadsheet_would_run_are_disarmed(table, tmp_path):
    score_table(table, "text", tmp_path / "out.csv")
    assert read(tmp_path / "out.csv").text[3] == "'=cmd()|dress"


def test_the_statistical_score_needs_its_five_columns(tmp_path):
    frame = pd.DataFrame(
        {
            "text": ["a", "b"],
            "likes": ["1", "1"],
            "comments": ["2", ""],
            "shares": ["3", "3"],
            "plays": ["4", "4"],
            "days_since_posting": ["5", "0"],
        }
    )
    frame.to_csv(tmp_path / "in.csv", index=False)
    score_table(tmp_path / "in.csv", "text", tmp_path / "out.csv")
    assert read(tmp_path / "out.csv").post_statistical_relevance_score.tolist() == ["2.0", ""]


def test_compressed_and_parquet_tables_give_the_same_scores(table, tmp_path):
    score_table(table, "text", tmp_path / "a.parquet")
    with gzip.open(tmp_path / "in.csv.gz", "wb") as file:
        file.write(table.read_bytes())
    score_table(tmp_path / "in.csv.gz", "text", tmp_path / "b.csv.gz")
    frame = pd.read_parquet(tmp_path / "a.parquet")
    assert frame.is_fashion_post.tolist() == [
        value == "True" for value in read(tmp_path / "b.csv.gz").is_fashion_post
    ]
    assert frame.text.tolist() == TEXTS


def test_a_table_larger_than_a_chunk_keeps_its_rows_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("tfw.relevance.tables.CHUNK", 7)
    rows = [{"n": str(n), "text": f"caption {n % 3}"} for n in range(30)]
    with (tmp_path / "in.csv").open("w", newline="") as file:
        sheet = csv.DictWriter(file, ["n", "text"])
        sheet.writeheader()
        sheet.writerows(rows)
    assert score_table(tmp_path / "in.csv", "text", tmp_path / "out.csv").rows == 30
    assert read(tmp_path / "out.csv").n.tolist() == [row["n"] for row in rows]


def test_a_wrong_column_is_an_error_that_lists_the_columns(table, tmp_path):
    with pytest.raises(InputError, match=r"no column 'caption'.* id, text"):
        score_table(table, "caption", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("name", "content", "out", "error", "message"),
    [
        ("missing.csv", None, "out.csv", FileFormatError, "no file"),
        ("empty.csv", "", "out.csv", FileFormatError, "is empty"),
        ("table.xlsx", "x", "out.csv", FileFormatError, r"valid files are \.csv"),
        ("bad.parquet", "x", "out.csv", FileFormatError, "cannot be read"),
        ("in.csv", "text\na\n", "in.csv", InputError, "names the input file"),
        ("in.csv", "text\na\n", "no/out.csv", InputError, "no folder"),
        ("in.csv", "text,why\na,b\n", "out.csv", InputError, "already has the column 'why'"),
    ],
)
def test_wrong_files_are_clear_errors(tmp_path, name, content, out, error, message):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(error, match=message):
        score_table(tmp_path / name, "text", tmp_path / out)


def test_a_failure_leaves_no_half_written_table(table, tmp_path, monkeypatch):
    (tmp_path / "out.csv").write_text("older result")
    with pytest.raises(InputError):
        score_table(table, "text", tmp_path / "out.csv", model="minilm", labels=["fashion", ""])
    assert (tmp_path / "out.csv").read_text() == "older result"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []
