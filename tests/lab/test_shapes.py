import json
import re
from datetime import UTC, datetime

import pytest

from tfw.lab.comments import visible
from tfw.lab.content import World
from tfw.lab.files import (
    comment_as_research_row,
    comment_as_web_item,
    post_as_research_row,
    post_as_web_item,
)
from tfw.lab.research_shapes import account_as_research_row, comment_page, masked, video_page
from tfw.lab.tables_4cat import (
    COMMENT_COLUMNS,
    POST_COLUMNS,
    comment_as_4cat_row,
    post_as_4cat_row,
)
from tfw.lab.web_answers import web_comment_list, web_item_list, web_log_id, web_page
from tfw.lab.web_posts import post_as_page_item, rounded, text_extra

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def world():
    return World(posts=300)


@pytest.fixture(scope="module")
def posts(world):
    return list(world)


def test_a_web_item_has_the_types_of_the_site(posts):
    for post in posts:
        item = post_as_web_item(post)
        assert isinstance(item["id"], str)
        assert isinstance(item["createTime"], int)
        assert {type(count) for count in item["stats"].values()} == {int}
        assert {type(count) for count in item["statsV2"].values()} == {str}
        assert isinstance(item["author"], dict)
        assert item["video"]["id"] == item["id"]
        assert item["contents"][0]["desc"] == item["desc"]
        assert [c["title"] for c in item["challenges"]] == list(post.hashtags)
        assert json.loads(json.dumps(item)) == item


def test_counters_are_rounded_in_stats_and_exact_in_stats_v2(posts):
    post = max(posts, key=lambda p: p.plays)
    item = post_as_web_item(post)
    assert item["stats"]["playCount"] == rounded(post.plays) != post.plays
    assert item["statsV2"]["playCount"] == str(post.plays)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (9_999, 9_999), (1_302_455, 1_300_000)])
def test_rounding_keeps_three_digits_from_ten_thousand_on(count, shown):
    assert rounded(count) == shown


def test_marks_point_at_hashtags_and_mentions_in_utf16(posts):
    found = {0: 0, 1: 0}
    for post in posts:
        units = post.description.encode("utf-16-le")
        for mark in text_extra(post):
            shown = units[2 * mark["start"] : 2 * mark["end"]].decode("utf-16-le")
            expected = f"#{mark['hashtagName']}" if mark["type"] else f"@{mark['userUniqueId']}"
            assert shown.lower() == expected
            found[mark["type"]] += 1
    assert min(found.values()) > 5


def test_a_photo_post_has_pictures_and_no_video_address(posts):
    post = next(p for p in posts if p.photos)
    item = post_as_web_item(post)
    assert len(item["imagePost"]["images"]) == post.photos
    assert (item["video"]["playAddr"], item["video"]["duration"]) == ("", 0)


def test_fields_without_a_value_are_left_out(posts):
    assert any("music" not in post_as_web_item(p) for p in posts)
    assert any("duetInfo" not in post_as_web_item(p) for p in posts)
    assert all(("stickersOnItem" in post_as_web_item(p)) == bool(p.stickers) for p in posts)


def test_comments_that_are_off_show_in_the_status(posts):
    post = next(p for p in posts if p.comments_off)
    assert post_as_web_item(post)["itemCommentStatus"] != 0


def test_an_item_of_a_page_has_other_types(posts):
    item = post_as_page_item(posts[0])
    assert item["createTime"] == str(posts[0].created)
    assert item["stats"]["collectCount"] == str(posts[0].saves)
    page = web_page(posts[0])["__DEFAULT_SCOPE__"]["webapp.video-detail"]
    assert page["itemInfo"]["itemStruct"] == item
    assert page["statusCode"] == 0


def test_a_web_comment_has_the_types_of_the_site(world, posts):
    post = max(posts, key=lambda p: p.comments)
    for comment in world.comments(post):
        item = comment_as_web_item(comment, post)
        assert isinstance(item["cid"], str)
        assert isinstance(item["create_time"], int)
        assert item["aweme_id"] == post.id
        assert item["reply_id"] == (comment.parent_id or "0")
        assert ("reply_comment_total" in item) == (not comment.parent_id)
        assert (item["image_list"] is None) == bool(comment.text)
        assert item["user"]["uid"] == comment.author.id
        for mark in item["text_extra"]:
            assert comment.text[mark["start"] : mark["end"]].startswith("@")


def test_a_comment_list_without_comments_is_null():
    answer = web_comment_list([], NOW, cursor=0, more=False, total=0)
    assert answer["comments"] is None
    assert answer["has_more"] == 0


def test_answers_carry_their_time(posts):
    answer = web_item_list([post_as_web_item(posts[0])], NOW)
    assert answer["extra"]["now"] == 1_793_491_200_000
    assert answer["statusCode"] == 0
    assert re.fullmatch(r"20261101000000[0-9A-F]{20}", web_log_id(NOW, "x"))


def test_a_research_row_has_the_types_of_the_api(posts):
    for post in posts:
        row = post_as_research_row(post)
        assert isinstance(row["id"], int)
        assert row["id"] > 2**53
        assert None not in row.values()
        assert row["hashtag_names"] == list(post.hashtags)
        assert row["video_description"].rstrip() == post.description.rstrip()
        assert ("music_id" in row) == (post.music is not None)
        assert ("voice_to_text" in row) == bool(post.voice_to_text)


def test_the_parent_of_a_research_comment_is_its_post_or_a_comment(world, posts):
    post = max(posts, key=lambda p: p.comments)
    for comment in visible(world.comments(post)):
        row = comment_as_research_row(comment)
        assert row["parent_comment_id"] == int(comment.parent_id or post.id)
        assert {type(value) for value in row.values()} == {int, str}


def test_telephone_numbers_are_masked():
    assert masked("whatsapp +44 7700 900123 for wholesale") == "whatsapp +4******23 for wholesale"
    assert masked("size 12, 3 dollars") == "size 12, 3 dollars"


def test_research_answers_carry_an_ok_and_a_log_id(posts):
    answer = video_page([], NOW, cursor=0, more=False, search_id="1")
    assert answer["error"]["code"] == "ok"
    assert answer["error"]["log_id"].startswith("20261101000000")
    assert "comments" not in comment_page([], NOW, cursor=0, more=False)["data"]


def test_user_info_leaves_the_user_name_out(posts):
    row = account_as_research_row(posts[0].account)
    assert posts[0].account.handle not in row.values()
    assert row["follower_count"] == posts[0].account.followers


def test_rows_of_4cat_have_its_columns(world, posts):
    for post in posts:
        assert tuple(post_as_4cat_row(post)) == POST_COLUMNS
    post = max(posts, key=lambda p: p.comments)
    row = comment_as_4cat_row(world.comments(post)[0], post)
    assert tuple(row) == COMMENT_COLUMNS
