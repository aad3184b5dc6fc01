"""Real files, where they are at hand: every row goes in, with the numbers that stand in it."""

import ast
import csv
import gzip
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.sources.samples import HIDE
from tfw.records import Comment, Post
from tfw.sources.imports import import_file, read_records, recognise_format

DATA = Path(__file__).resolve().parents[2] / "../shared/data"
WEB = DATA / "web-api" / "recommend-item-list.json"
VIDEOS = DATA / "research-api" / "videos-page.json"
NUL = DATA / "research-api" / "videos-with-nul.json"
COMMENTS = DATA / "research-api" / "comments-page.json"
TRENDS = DATA / "tiktok-fashion-trends" / "posts.csv.gz"
MAP = {
    "id": "id",
    "description": "description",
    "created_at": "created_at",
    "hashtags": "hashtags",
    "duration": "duration",
    "stats.likes": "likes",
    "stats.plays": "views",
    "stats.shares": "shares",
    "stats.saves": "collects",
    "comments.reported": "comment_total",
    "comments.collected": "comments_fetched",
    "comments_text": "comments_text",
    "queries": "trend",
    "stats.collected_at": {"value": "2024-11-30"},
}

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(),
    reason="the folder of real data lies beside the repository only on some machines",
)


def read(path, **options):
    return list(read_records(path, pseudonymiser=HIDE, **options))


def test_a_page_of_the_web_feed_of_2022():
    assert recognise_format(WEB) == "web-items"
    raw = {entry["id"]: entry for entry in json.loads(WEB.read_text())["itemList"]}
    posts = read(WEB)
    assert [post.id for post in posts] == list(raw)
    for post in posts:
        source = raw[post.id]
        assert post.stats.likes == source["stats"]["diggCount"]
        assert post.stats.plays == source["stats"]["playCount"]
        assert post.stats.comments == post.comments.reported == source["stats"]["commentCount"]
        assert post.stats.saves is None
        assert post.description == source["desc"]
        assert post.created_at == datetime.fromtimestamp(source["createTime"], tz=UTC)
        assert set(post.hashtags) == {tag["title"].lower() for tag in source.get("challenges", [])}
        assert post.music.author is None or not source["music"]["original"]
        assert post.stats.collected_at == datetime(2022, 11, 10, 2, 50, 34, tzinfo=UTC)
    assert Counter(post.comments.state for post in posts) == {"pending": 13, "complete": 1}


@pytest.mark.parametrize(("path", "number"), [(VIDEOS, 27), (NUL, 1)])
def test_pages_of_videos_of_the_api(path, number):
    assert recognise_format(path) == "research-api"
    raw = {str(row["id"]): row for row in json.loads(path.read_text())["data"]["videos"]}
    posts = read(path)
    assert [post.id for post in posts] == list(raw)
    assert len(posts) == number
    for post in posts:
        source = raw[post.id]
        assert post.stats.likes == source.get("like_count")
        assert post.stats.plays == source["view_count"]
        assert post.author.name == source["username"].replace("\x00", "")
        assert post.music.id == str(source["music_id"])
        assert list(post.hashtags) == [name.lower() for name in source["hashtag_names"]]
        assert "\x00" not in post.model_dump_json()


def test_a_video_without_a_number_of_likes_has_none():
    assert sum(post.stats.likes is None for post in read(VIDEOS)) == 1


def test_a_page_of_comments_of_the_api():
    found = read(COMMENTS)
    assert len(found) == 6
    assert all(isinstance(entry, Comment) for entry in found)
    assert {entry.post_id for entry in found} == {"7385291383449439519"}
    assert {entry.parent_id for entry in found} == {None}
    assert found[0].collected_at == datetime(2024, 7, 7, 14, 51, 6, tzinfo=UTC)


def test_every_row_of_a_table_of_9461_posts():
    with gzip.open(TRENDS, "rt", encoding="utf-8", newline="") as file:
        raw = list(csv.DictReader(file))
    posts = read(TRENDS, column_map=MAP)
    assert len(posts) == len(raw) == 9461
    for post, row in zip(posts, raw, strict=True):
        assert isinstance(post, Post)
        assert post.id == row["id"]
        assert post.stats.likes == int(row["likes"])
        assert post.stats.plays == int(row["views"])
        assert post.comments.reported == int(row["comment_total"])
        assert post.created_at == datetime.fromtimestamp(int(row["created_at"]), tz=UTC)
        assert post.queries == (row["trend"],)
        listed = ast.literal_eval(row["hashtags"])
        assert set(post.hashtags) >= {name.lower() for name in listed}
    assert sum(post.comments_text is not None for post in posts) == 8177
    assert Counter(post.comments.state for post in posts)["complete"] > 900


def test_the_real_files_go_into_a_store_and_again_without_a_change(store):
    for path, number in ((WEB, 14), (VIDEOS, 27), (NUL, 1), (COMMENTS, 6)):
        assert import_file(store, path).inserted == number
        again = import_file(store, path)
        assert (again.inserted, again.updated, again.unchanged) == (0, 0, number)


@pytest.mark.slow
def test_the_table_goes_into_a_store_and_again_without_a_change(store):
    first = import_file(store, TRENDS, column_map=MAP)
    assert (first.inserted, first.rejected, first.skipped) == (9461, 0, {})
    again = import_file(store, TRENDS, column_map=MAP)
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 9461)
