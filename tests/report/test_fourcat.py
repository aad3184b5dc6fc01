import csv
from datetime import UTC, datetime

import pytest

from tests.report import world
from tfw.lab.tables_4cat import POST_COLUMNS
from tfw.records import Author, Music, Post, Stats
from tfw.report.fourcat import COLUMNS, FOURCAT_COLUMNS, RESULT_COLUMNS, export_4cat, export_ids
from tfw.sources.imports import read_records
from tfw.sources.recognition import recognise_format
from tfw.sources.research.ids import read_post_ids
from tfw.spreadsheet import FORMULA

SEEN = datetime(2026, 11, 3, 4, 5, 6, tzinfo=UTC)


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_back(path):
    found = list(read_records(path, collected_at=SEEN))
    assert all(isinstance(one, Post) for one in found), found
    return {post.id: post for post in found}


def test_the_columns_are_those_of_4cat_in_its_order_and_then_the_results():
    assert FOURCAT_COLUMNS == POST_COLUMNS
    assert (*POST_COLUMNS, *RESULT_COLUMNS) == COLUMNS


def test_our_own_importer_takes_the_table_for_4cats_and_reads_every_post_back(store, tmp_path):
    posts = {post.id: post for post in world.posts(200)}
    store.upsert_posts(posts.values())
    path = tmp_path / "posts-4cat.csv"
    assert export_4cat(store, path, privacy="keep", reason="a test") == len(posts)
    assert recognise_format(path) == "4cat-posts"
    back = read_back(path)
    assert back.keys() == posts.keys()
    for post_id, post in posts.items():
        found = back[post_id]
        assert found.description == post.description
        assert found.hashtags == post.hashtags
        assert (found.author.name, found.url) == (post.author.name, post.url)
        assert found.region == post.region
        for name in ("likes", "comments", "shares", "plays"):
            assert getattr(found.stats, name) == getattr(post.stats, name)
        if post.created_at is not None:
            assert found.created_at == post.created_at.replace(microsecond=0)


def test_names_are_pseudonyms_in_the_table_and_after_it_was_read_back(store, tmp_path):
    post = next(world.posts(1)).model_copy(
        update={
            "description": "with @sample.friend",
            "author": Author(name="sample.mode", followers=7),
            "music": Music(id="7400000000000000009", title="original sound - sample.mode"),
        }
    )
    store.upsert_posts([post])
    path = tmp_path / "posts-4cat.csv"
    export_4cat(store, path)
    assert b"sample." not in path.read_bytes()
    found = read_back(path)[post.id]
    assert found.author.name.startswith("p_")
    assert found.music.id == "7400000000000000009"
    export_4cat(store, path, privacy="redact")
    assert read_back(path)[post.id].author.name is None


def test_the_four_results_are_at_the_end_and_empty_where_there_are_none(store, tmp_path):
    first, second = world.posts(2)
    store.upsert_posts([first, second])
    scores = world.scored(first)
    store.save_relevance([(first.id, scores)])
    export_4cat(store, tmp_path / "x.csv")
    rows = {row["id"]: row for row in rows_of(tmp_path / "x.csv")}
    assert rows[first.id]["is_fashion_post"] == str(scores.verdict)
    assert float(rows[first.id]["post_relevance_score_fashion_labels"]) == pytest.approx(
        scores.label
    )
    assert {rows[second.id][name] for name in RESULT_COLUMNS} == {""}


def test_no_cell_of_the_table_is_run_by_a_spreadsheet(store, tmp_path):
    attack = "=HYPERLINK(A1)"
    post = Post(
        id="7400000000000000001", url="javascript:alert(1)", source="x", author=Author(name=attack),
        description=attack, hashtags=(attack,), region=attack, music=Music(title=attack),
        stats=Stats(collected_at=SEEN),
    )  # fmt: skip
    store.upsert_posts([post])
    export_4cat(store, tmp_path / "x.csv", privacy="keep", reason="a test")
    (row,) = rows_of(tmp_path / "x.csv")
    assert row["body"] == "'" + attack
    assert not any(FORMULA.match(cell) for cell in row.values())


def test_ids_come_back_whole_from_the_text_file_and_from_the_table(store, tmp_path):
    posts = list(world.posts(50))
    store.upsert_posts(posts)
    assert export_ids(store, tmp_path) == 50
    ids = sorted(post.id for post in posts)
    assert sorted(read_post_ids(tmp_path / "post-ids.txt")) == ids
    assert sorted(read_post_ids(tmp_path / "post-ids.csv")) == ids


def test_a_spreadsheet_takes_no_cell_of_the_table_of_ids_for_a_number(store, tmp_path):
    store.upsert_posts(world.posts(3))
    export_ids(store, tmp_path)
    for row in rows_of(tmp_path / "post-ids.csv"):
        assert list(row) == ["url"]
        assert row["url"].startswith("https://www.tiktok.com/@_/video/7")


def test_lists_of_ids_say_nothing_else_about_posts_and_people(store, tmp_path):
    store.upsert_posts(world.posts(50))
    export_ids(store, tmp_path, query={"source": "web-tag"})
    text = (tmp_path / "post-ids.txt").read_text() + (tmp_path / "post-ids.csv").read_text()
    assert "sample" not in text
    lines = (tmp_path / "post-ids.txt").read_text().splitlines()
    assert all(line.isdigit() and len(line) == 19 for line in lines)
    assert len(lines) == store.count("posts", {"source": "web-tag"})
