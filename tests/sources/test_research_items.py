from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.samples import HIDE, POSTED, SEEN, api_page, post_id, video
from tfw.records import Music
from tfw.sources.research_items import (
    comment_from_item,
    is_research,
    page_time,
    post_from_item,
    unpack,
)

ROW = {
    "id": 7472395150739740766,
    "video_id": 7472336753637412325,
    "parent_comment_id": 7472336753637412325,
    "text": "the lining!! @demo.tailor",
    "like_count": 52,
    "reply_count": 1,
    "create_time": 1739802600,
}


def post(**over):
    return post_from_item(video(**over), source="research-api", collected_at=SEEN)


def said(**over):
    return comment_from_item(
        {**ROW, **over}, source="research-api", collected_at=SEEN, pseudonymiser=HIDE
    )


def test_a_video_becomes_a_post():
    made = post()
    assert made.id == post_id()
    assert made.url == f"https://www.tiktok.com/@demo.stylist/video/{post_id()}"
    assert made.created_at == datetime.fromtimestamp(POSTED, tz=UTC)
    assert (made.stats.likes, made.stats.plays, made.stats.saves) == (1204, 20817, 96)
    assert (made.region, made.duration, made.hashtags) == ("GB", 41.0, ("thrifted",))
    assert made.music == Music(id="7301112223334445556")
    assert (made.comments.state, made.comments.reported) == ("pending", 37)


def test_what_the_api_leaves_out_is_not_known():
    made = post_from_item({"id": int(post_id()), "share_count": 15}, source="r", collected_at=SEEN)
    assert (made.stats.likes, made.stats.plays, made.stats.shares) == (None, None, 15)
    assert made.author.name is None
    assert made.url.endswith(f"/@_/video/{post_id()}")
    assert made.created_at == datetime.fromtimestamp(POSTED - 8, tz=UTC)


def test_nul_characters_are_taken_out_of_names_and_texts():
    made = post(username="demo\x00\x00", video_description="a\x00b")
    assert made.author.name == "demo"
    assert made.url.startswith("https://www.tiktok.com/@demo/")
    assert made.description == "ab"


def test_missing_hashtags_are_read_from_the_list_of_objects_or_the_caption():
    info = [{"hashtag_id": 55123, "hashtag_name": "Thrifted"}]
    assert post(hashtag_names=[], hashtag_info_list=info).hashtags == ("thrifted",)
    assert post(hashtag_names=[], video_description="#outfitideas").hashtags == ("outfitideas",)


def test_a_row_that_went_through_pandas_keeps_the_post_and_drops_the_rounded_sound():
    made = post(music_id="7.301112e+18", hashtag_names="['lin', 'été']", like_count="12.0")
    assert made.music is None
    assert made.hashtags == ("lin", "été")
    assert made.stats.likes == 12


def test_a_rounded_id_is_refused():
    with pytest.raises(ValueError, match="rounded"):
        post(id=7.47233675363741e18)


@given(st.integers(10**17, 2**63 - 1))
def test_every_id_goes_through_unchanged(number):
    assert post(id=number).id == str(number)


def test_a_comment_on_the_video_has_no_parent_and_a_reply_has_one():
    assert said().parent_id is None
    assert said().post_id == "7472336753637412325"
    assert said(parent_comment_id=7472395150739740000).parent_id == "7472395150739740000"


def test_a_comment_names_nobody():
    assert said().author is None
    assert said().text == f"the lining!! @{HIDE('demo.tailor')}"


def test_a_comment_may_lack_its_numbers():
    row = {key: ROW[key] for key in ("id", "video_id", "text", "create_time")}
    made = comment_from_item(row, source="r", collected_at=SEEN, pseudonymiser=HIDE)
    assert (made.likes, made.replies) == (None, None)


@pytest.mark.parametrize(
    "name",
    [
        "videos",
        "user_liked_videos",
        "pinned_videos_list",
        "reposted_videos",
        "user_reposted_videos",
    ],
)
def test_videos_are_found_in_every_list_of_the_api(name):
    page = api_page([video(0), video(1)], name)
    assert [piece.kind for piece in unpack(page)] == ["post", "post"]
    assert is_research(page)


def test_comments_pages_lists_of_pages_and_single_objects_are_read():
    assert [piece.kind for piece in unpack(api_page([ROW], "comments"))] == ["comment"]
    assert [piece.kind for piece in unpack([api_page([video()])])] == ["post"]
    assert [piece.kind for piece in unpack(video())] == ["post"]
    assert [piece.kind for piece in unpack(ROW)] == ["comment"]


@pytest.mark.parametrize(
    "page",
    [
        {"data": {"cursor": 0, "has_more": False}, "error": {"code": "ok", "log_id": "x"}},
        {"data": {"comments": None, "cursor": None}, "error": {"code": "ok", "log_id": "x"}},
        {"data": {"videos": []}},
    ],
)
def test_a_page_without_rows_is_empty(page):
    assert list(unpack(page)) == []
    assert is_research(page)


def test_an_error_page_is_skipped_with_its_code():
    error = {"code": "daily_quota_limit_exceeded", "message": "x", "log_id": "y"}
    (piece,) = unpack({"data": {}, "error": error})
    assert (piece.kind, "daily_quota_limit_exceeded" in piece.body) == ("skip", True)


@pytest.mark.parametrize("payload", [None, 3, "x", {"a": 1}, {"data": {"x": 1}}])
def test_anything_else_is_unknown(payload):
    assert [piece.kind for piece in unpack(payload)] == ["unknown"]
    assert not is_research(payload)


def test_the_time_of_a_page_is_in_its_log_id():
    assert page_time(api_page([])) == datetime(2025, 2, 20, 10, 11, 12, tzinfo=UTC)
    assert page_time({"error": {"log_id": "none"}}) is None
    assert page_time([]) is None
