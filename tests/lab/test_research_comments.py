"""`video/comment/list`: comments of a post, replies of a comment."""

from itertools import pairwise

import pytest

from tests.lab.research_api import serving
from tfw.lab.content import World
from tfw.lab.research_fields import COMMENT_FIELDS

ALL = ",".join(sorted(COMMENT_FIELDS))


@pytest.fixture
def api(shared_api):
    return shared_api


def every_row(api, fields=ALL, **target):
    rows, cursor, more = [], 0, True
    while more:
        body = target | {"cursor": cursor, "max_count": 100}
        data = api.data("video/comment/list", body, fields)
        rows += data.get("comments", [])
        cursor, more = data["cursor"], data["has_more"]
    return rows


def test_the_comments_of_a_post_are_those_of_the_world(api):
    post = api.commented_post(120)
    ids = {row["id"] for row in every_row(api, video_id=int(post.id))}
    replies = {
        row["id"]
        for parent in list(ids)
        for row in every_row(api, comment_id=parent)
    }  # fmt: skip
    assert ids | replies == {int(c.id) for c in api.lab.every_comment(post.id)}
    assert replies - ids


def test_the_most_liked_come_first_with_a_reply_behind_its_parent(api):
    rows = every_row(api, video_id=api.commented_post(60).id)
    tops = [r["like_count"] for r in rows if r["parent_comment_id"] == r["video_id"]]
    assert tops == sorted(tops, reverse=True)
    for before, row in pairwise(rows):
        if row["parent_comment_id"] != row["video_id"]:
            assert row["parent_comment_id"] == before["id"]


def test_how_many_replies_stand_beside_their_parent_is_a_rule():
    with serving(rules={"inline_replies": 0}) as api:
        rows = every_row(api, video_id=api.commented_post(60).id)
        assert all(row["parent_comment_id"] == row["video_id"] for row in rows)


def test_pages_go_by_index_and_hold_ten_by_default(api):
    post = api.commented_post(60)
    data = api.data("video/comment/list", {"video_id": post.id}, "id")
    assert (len(data["comments"]), data["cursor"], data["has_more"]) == (10, 10, True)


def test_a_page_beyond_the_end_is_empty(api):
    post = api.commented_post()
    body = {"video_id": post.id, "cursor": 900}
    data = api.data("video/comment/list", body, "id")
    assert data == {"cursor": 900, "has_more": False}


def test_a_post_without_comments_has_no_list(api):
    post = next(p for p in api.posts("20260901", "20260930") if not p.comments)
    data = api.data("video/comment/list", {"video_id": post.id}, "id")
    assert data == {"cursor": 0, "has_more": False}


@pytest.mark.parametrize("both", [True, False])
def test_a_post_and_a_comment_together_or_neither_is_refused(api, both):
    body = {"video_id": 1, "comment_id": 2} if both else {}
    assert api.error("video/comment/list", body, "id")[:2] == (400, "invalid_params")


@pytest.mark.parametrize("target", ["video_id", "comment_id"])
def test_an_unknown_post_or_comment_is_refused(api, target):
    for value in ("7472336753637412325", 12, "nonsense"):
        status, code, message = api.error("video/comment/list", {target: value}, "id")
        assert (status, code) == (400, "invalid_params")
        assert str(value) in message


def test_the_comments_of_a_post_that_is_gone_are_refused(api):
    gone = next(post for post in api.lab.world if not api.lab.shelf.is_shown(post))
    assert api.error("video/comment/list", {"video_id": gone.id}, "id")[0] == 400


def test_a_reply_has_no_replies(api):
    post = api.commented_post(60)
    reply = next(c for c in api.lab.every_comment(post.id) if c.parent_id)
    assert every_row(api, comment_id=reply.id) == []


def test_fields_are_checked_and_there_is_no_author(api):
    post = api.commented_post()
    for fields in (None, "id,username", "id,display_name"):
        assert api.error("video/comment/list", {"video_id": post.id}, fields)[0] == 400
    assert set(every_row(api, "id,text", video_id=post.id)[0]) == {"id", "text"}


def test_a_list_ends_at_a_thousand():
    world = World(posts=3_000)
    with serving(world, rules={"gone_share": 0, "inline_replies": 100}) as api:
        post = max(api.posts("20260801", "20261031"), key=lambda p: p.comments)
        assert len(api.lab.every_comment(post.id)) > 1_000
        rows = every_row(api, video_id=post.id)
        assert len(rows) == len({row["id"] for row in rows}) == 1_000


@pytest.mark.parametrize("size", [0, 101])
def test_a_page_holds_one_to_a_hundred(api, size):
    body = {"video_id": api.commented_post().id, "max_count": size}
    assert "max_count" in api.error("video/comment/list", body, "id")[2]
