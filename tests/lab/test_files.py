import csv
import hashlib
import json
from collections import Counter
from datetime import timedelta

import pytest

from tfw.lab.comments import visible
from tfw.lab.content import World
from tfw.lab.files import write_world_files
from tfw.sources.imports import import_file, read_records, recognise_format
from tfw.sources.outcomes import Rejected, Skipped

FORMATS = {
    "web-feed.json": "web-items",
    "web-page.json": "web-items",
    "web-comments.json": "web-items",
    "research-videos.jsonl": "research-api",
    "research-comments.jsonl": "research-api",
    "4cat-posts.csv": "4cat-posts",
    "4cat-comments.csv": "4cat-comments",
    "web-explore.json": "web-items",
}


@pytest.fixture(scope="module")
def world():
    return World(posts=200)


@pytest.fixture(scope="module")
def paths(world, tmp_path_factory):
    return write_world_files(world, tmp_path_factory.mktemp("files") / "saved")


def found_in(paths, kind):
    return [r for path in paths for r in read_records(path) if type(r).__name__ == kind]


def test_the_same_world_writes_the_same_files(world, paths, tmp_path):
    again = write_world_files(World(posts=200), tmp_path)
    for first, second in zip(paths, again, strict=True):
        digests = [hashlib.sha256(path.read_bytes()).digest() for path in (first, second)]
        assert digests[0] == digests[1], first.name


def test_every_file_is_recognised_by_its_content(paths):
    assert {path.name: recognise_format(path) for path in paths} == FORMATS


def test_files_are_dated_when_their_counters_were_read(world, paths):
    table = next(path for path in paths if path.name == "4cat-posts.csv")
    assert table.stat().st_mtime == (world.end + timedelta(days=6)).timestamp()


def test_the_importer_reads_every_public_post_as_it_is_in_the_world(world, paths):
    truth = {post.id: post for post in world if post.public and not post.is_ad}
    posts = [post for post in found_in(paths, "Post") if post.id in truth]
    assert {post.id for post in posts} == set(truth)
    for post in posts:
        expected = truth[post.id]
        assert post.description.rstrip() == expected.description.rstrip()
        assert post.hashtags == expected.hashtags
        assert post.author.name == expected.account.handle
        assert post.created_at == expected.created_at


def test_some_posts_stand_in_two_files_with_later_counters(paths):
    seen = {}
    for post in found_in(paths, "Post"):
        seen.setdefault(post.id, []).append(post)
    twice = [posts for posts in seen.values() if len({p.source for p in posts}) == 2]
    assert len(twice) >= 4
    for posts in twice:
        first, last = sorted(posts, key=lambda p: p.stats.collected_at)
        assert last.stats.plays >= first.stats.plays
        assert last.stats.collected_at > first.stats.collected_at


def test_the_importer_reads_comments_as_they_are_in_the_world(world, paths):
    truth = {c.id: c for post in world for c in visible(world.comments(post))}
    comments = found_in(paths, "Comment")
    assert len(comments) > 200
    assert len({comment.id for comment in comments}) == len(comments)
    for comment in comments:
        expected = truth[comment.id]
        assert comment.post_id == expected.post_id
        assert (comment.parent_id or "") == expected.parent_id
        assert comment.likes == expected.likes


def test_damaged_rows_are_rejected_for_five_reasons(paths):
    rejected = [r for path in paths for r in read_records(path) if isinstance(r, Rejected)]
    assert len(rejected) == 5
    reasons = " ".join(reject.reason for reject in rejected)
    for part in ("rounded by a spreadsheet", "cells", "missing", "not JSON"):
        assert part in reasons


def test_advertisements_are_skipped(paths):
    assert {s.reason for path in paths for s in read_records(path) if isinstance(s, Skipped)} == {
        "an advertisement"
    }


def test_a_counter_that_the_api_left_out_is_unknown(paths):
    research = [p for p in found_in(paths, "Post") if p.source == "research-api"]
    assert any(post.stats.likes is None for post in research)
    assert any(post.stats.likes for post in research)


def test_the_files_hold_nul_right_to_left_and_emoji(paths):
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert "\\u0000" in text
    assert "ا" in text
    assert "🧥" in text


def test_no_private_or_deleted_post_is_in_a_file(world, paths):
    gone = [post.id for post in world if not post.public]
    text = "".join(path.read_text(encoding="utf-8") for path in paths)
    assert gone
    assert not [post_id for post_id in gone if post_id in text]


def test_a_world_of_one_post_can_be_written(tmp_path):
    for path in write_world_files(World(posts=1), tmp_path):
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
        elif path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                assert len(next(csv.reader(file))) > 10


def test_importing_all_files_stores_every_post_once(world, paths, store):
    for path in paths:
        import_file(store, path)
    stored = list(store.posts())
    assert len(stored) == len({post["_id"] for post in stored})
    public = {post.id for post in world if post.public and not post.is_ad}
    assert public <= {post["_id"] for post in stored}
    sources = Counter(post["source"] for post in stored)
    assert set(sources) == {"web-items", "research-api", "4cat-posts"}
    assert store.count("comments") == len(found_in(paths, "Comment"))
