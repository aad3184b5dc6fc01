import csv
import tracemalloc

import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests.report import world
from tfw.errors import ParameterError
from tfw.records import Author, Post, Stats
from tfw.report.exports import COLUMNS, export_csv, export_parquet
from tfw.report.writers import csv_file, in_batches
from tfw.spreadsheet import FORMULA

RESULTS = [
    "post_statistical_relevance_score",
    "relevance_score_using_processed_dataset",
    "post_relevance_score_fashion_labels",
    "is_fashion_post",
]


def fill(store, number=30, scored=True):
    posts = list(world.posts(number))
    store.upsert_posts(posts)
    if scored:
        store.save_relevance((post.id, world.scored(post)) for post in posts)
    return posts


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def hostile(text, **more):
    return Post(
        id="7400000000000000001",
        url="https://www.tiktok.com/@sample.mode/video/7400000000000000001",
        source="import-csv",
        author=Author(name="sample.mode"),
        description=text,
        stats=Stats(collected_at=world.START),
        **more,
    )


def test_the_columns_have_the_documented_names(store, tmp_path):
    fill(store, 3)
    export_csv(store, tmp_path / "posts.csv")
    export_parquet(store, tmp_path / "posts.parquet")
    assert list(rows_of(tmp_path / "posts.csv")[0]) == list(COLUMNS)
    assert pq.read_schema(tmp_path / "posts.parquet").names == list(COLUMNS)
    assert set(RESULTS) <= set(COLUMNS)


def test_every_post_is_written_once_in_both_files(store, tmp_path):
    posts = fill(store)
    assert export_csv(store, tmp_path / "posts.csv") == len(posts)
    assert export_parquet(store, tmp_path / "posts.parquet") == len(posts)
    ids = sorted(post.id for post in posts)
    assert sorted(row["post_id"] for row in rows_of(tmp_path / "posts.csv")) == ids
    assert sorted(pd.read_parquet(tmp_path / "posts.parquet")["post_id"]) == ids


def test_both_files_have_the_stored_scores(store, tmp_path):
    posts = fill(store)
    export_csv(store, tmp_path / "posts.csv")
    export_parquet(store, tmp_path / "posts.parquet")
    columns = pd.read_parquet(tmp_path / "posts.parquet").set_index("post_id")
    table = pd.read_csv(tmp_path / "posts.csv", dtype={"post_id": str}).set_index("post_id")
    for post in posts:
        found = world.scored(post)
        for frame in (columns, table):
            row = frame.loc[post.id]
            assert row["is_fashion_post"] == found.verdict
            assert row["relevance_score_using_processed_dataset"] == found.vocabulary
            assert row["post_relevance_score_fashion_labels"] == pytest.approx(found.label)
            if found.statistical is None:
                assert pd.isna(row["post_statistical_relevance_score"])
            else:
                assert row["post_statistical_relevance_score"] == pytest.approx(found.statistical)


def test_a_post_that_was_not_scored_has_empty_cells(store, tmp_path):
    fill(store, 5, scored=False)
    export_csv(store, tmp_path / "posts.csv")
    export_parquet(store, tmp_path / "posts.parquet")
    empty = [*RESULTS, "days_since_posting", "matched_terms", "why", "model", "scored_at"]
    for row in rows_of(tmp_path / "posts.csv"):
        assert {row[name] for name in empty} == {""}
    assert pd.read_parquet(tmp_path / "posts.parquet")[empty].isna().all(axis=None)


def test_counters_that_are_not_known_are_empty_and_zero_is_zero(store, tmp_path):
    store.upsert_posts([hostile("one").model_copy(update={"stats": Stats(
        likes=0, collected_at=world.START)})])  # fmt: skip
    export_csv(store, tmp_path / "posts.csv")
    (row,) = rows_of(tmp_path / "posts.csv")
    assert row["likes"] == "0"
    assert row["plays"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(A1)", "+1+cmd", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", "  =1+1", "＝1+1",
        "\u200b=1+1", "\ufeff@x",
    ],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_is_disarmed(store, tmp_path, text):
    store.upsert_posts([hostile(text, queries=(text,), region=text)])
    export_csv(store, tmp_path / "posts.csv", privacy="keep", reason="a test")
    (row,) = rows_of(tmp_path / "posts.csv")
    assert row["description"] == "'" + text
    for name, cell in row.items():
        assert not FORMULA.match(cell), name


def test_disarming_leaves_ids_numbers_and_plain_text_as_they_are(store, tmp_path):
    store.upsert_posts([hostile("plain - text = fine @ all")])
    export_csv(store, tmp_path / "posts.csv", privacy="keep", reason="a test")
    (row,) = rows_of(tmp_path / "posts.csv")
    assert row["post_id"] == "7400000000000000001"
    assert row["description"] == "plain - text = fine @ all"


def test_texts_of_every_kind_come_back_from_both_files(store, tmp_path):
    text = 'two\nlines, "quotes"; emoji 😅, \u202eright to left\u202c, <script>alert(1)</script>'
    store.upsert_posts([hostile(text)])
    export_csv(store, tmp_path / "posts.csv")
    export_parquet(store, tmp_path / "posts.parquet")
    assert rows_of(tmp_path / "posts.csv")[0]["description"] == text
    assert pd.read_parquet(tmp_path / "posts.parquet")["description"][0] == text


def test_the_csv_file_tells_a_spreadsheet_its_encoding(store, tmp_path):
    fill(store, 1)
    export_csv(store, tmp_path / "posts.csv")
    assert (tmp_path / "posts.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_every_digit_of_an_id_is_in_a_column_that_no_spreadsheet_takes_for_a_number(
    store, tmp_path
):
    fill(store, 5)
    export_csv(store, tmp_path / "posts.csv")
    export_parquet(store, tmp_path / "posts.parquet")
    for row in rows_of(tmp_path / "posts.csv"):
        assert row["url"] == f"https://www.tiktok.com/@_/video/{row['post_id']}"
    assert pq.read_schema(tmp_path / "posts.parquet").field("post_id").type == "string"


def test_authors_and_mentions_are_pseudonyms_and_the_same_ones_in_both_files(store, tmp_path):
    store.upsert_posts([hostile("with @sample.friend and @sample.mode")])
    export_csv(store, tmp_path / "posts.csv")
    export_parquet(store, tmp_path / "posts.parquet")
    assert b"sample." not in (tmp_path / "posts.csv").read_bytes()
    (row,) = rows_of(tmp_path / "posts.csv")
    assert row["author"].startswith("p_")
    assert row["description"].endswith(f"@{row['author']}")
    (column,) = pd.read_parquet(tmp_path / "posts.parquet").to_dict("records")
    assert column["author"] == row["author"]
    assert column["description"] == row["description"]


def test_names_are_kept_only_with_a_reason(store, tmp_path):
    store.upsert_posts([hostile("with @sample.friend")])
    with pytest.raises(ParameterError, match="reason"):
        export_csv(store, tmp_path / "posts.csv", privacy="keep")
    assert not (tmp_path / "posts.csv").exists()
    export_csv(store, tmp_path / "posts.csv", privacy="keep", reason="consent of all authors")
    (row,) = rows_of(tmp_path / "posts.csv")
    assert row["author"] == "sample.mode"
    assert "@sample.mode/video/" in row["url"]


def test_redacted_files_have_neither_names_nor_pseudonyms(store, tmp_path):
    store.upsert_posts([hostile("with @sample.friend")])
    export_csv(store, tmp_path / "posts.csv", privacy="redact")
    (row,) = rows_of(tmp_path / "posts.csv")
    assert row["author"] == "REDACTED"
    assert row["description"] == "with @REDACTED"


def test_a_query_chooses_the_posts(store, tmp_path):
    posts = fill(store)
    wanted = sum(post.source == "web-tag" for post in posts)
    assert export_csv(store, tmp_path / "posts.csv", query={"source": "web-tag"}) == wanted
    assert {row["source"] for row in rows_of(tmp_path / "posts.csv")} == {"web-tag"}


def test_an_empty_store_gives_files_with_columns_only(store, tmp_path):
    assert export_csv(store, tmp_path / "posts.csv") == 0
    assert export_parquet(store, tmp_path / "posts.parquet") == 0
    assert rows_of(tmp_path / "posts.csv") == []
    assert list(pd.read_parquet(tmp_path / "posts.parquet")) == list(COLUMNS)


def test_a_file_that_fails_half_way_leaves_the_old_one(tmp_path):
    path = tmp_path / "posts.csv"
    path.write_text("old")
    with pytest.raises(KeyError), csv_file(path, COLUMNS) as write:
        write([{"post_id": "1"}])
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_memory_does_not_grow_with_the_number_of_posts(tmp_path):
    row = dict.fromkeys(COLUMNS) | {"post_id": "1", "description": "x" * 1000}
    peaks = []
    for number in (2_000, 20_000):
        tracemalloc.start()
        with csv_file(tmp_path / "posts.csv", COLUMNS) as write:
            for batch in in_batches({**row} for _ in range(number)):
                write(batch)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2 * peaks[0]
