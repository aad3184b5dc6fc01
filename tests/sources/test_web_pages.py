import json
from datetime import UTC, datetime

import pytest

from tests.sources.samples import comment, feed, item, saved_page, universal_page
from tfw.sources.web_pages import blocks_of, is_comment, is_item, is_web, page_time, unpack


def kinds(payload):
    return [piece.kind for piece in unpack(payload)]


@pytest.mark.parametrize(
    "payload",
    [
        feed([item(0), item(1)]),
        {"item_list": [item(0), item(1)], "has_more": 1},
        {"videoList": {"items": [item(0), item(1)], "cursor": 48, "hasMore": True}},
        {"ItemModule": {"1": item(0), "2": item(1)}, "UserModule": {}},
        {"__DEFAULT_SCOPE__": {"webapp.updated-items": [item(0), item(1)]}},
        {"data": [{"type": 1, "item": item(0)}, {"type": 4, "user_list": []}, {"item": item(1)}]},
        [feed([item(0)]), feed([item(1)])],
        [item(0), item(1)],
    ],
    ids=["list", "app", "browse", "sigi", "embedded", "search", "pages", "bare"],
)
def test_posts_are_found_in_every_layout(payload):
    assert kinds(payload) == ["post", "post"]
    assert all(is_web(part) for part in (payload if isinstance(payload, list) else [payload]))


@pytest.mark.parametrize(
    "payload",
    [
        universal_page({"itemInfo": {"itemStruct": item()}, "statusCode": 0}),
        {"itemInfo": {"itemStruct": item()}, "statusCode": 0},
        {"__DEFAULT_SCOPE__": {"webapp.reflow.video.detail": {"itemInfo": {"itemStruct": item()}}}},
        {"props": {"pageProps": {"itemInfo": {"itemStruct": item()}}}},
    ],
)
def test_the_post_of_a_page_is_found(payload):
    assert kinds(payload) == ["post"]


def test_a_comment_list_gives_comments_and_the_replies_inside_them():
    page = {"comments": [comment(0, reply_comment=[comment(1)]), comment(2)], "has_more": 1}
    assert kinds(page) == ["comment", "comment", "comment"]
    assert is_web(page)


def test_sigi_comments_are_comments():
    assert kinds({"CommentItem": {"1": comment(user="viewer_one")}}) == ["comment"]


def test_a_list_without_comments_is_empty_and_known():
    page = {"comments": None, "has_more": 0, "status_code": 0}
    assert kinds(page) == []
    assert is_web(page)


def test_what_is_not_available_is_skipped_with_what_the_site_said():
    (piece,) = unpack(universal_page({"statusCode": 10204, "statusMsg": "status_deleted"}))
    assert piece.kind == "skip"
    assert "10204 status_deleted" in piece.body


def test_a_refused_list_is_skipped_with_its_code():
    (piece,) = unpack({"statusCode": 10201, "itemList": []})
    assert (piece.kind, "10201" in piece.body) == ("skip", True)


def test_a_gone_video_in_an_old_page_is_skipped():
    assert kinds({"ItemModule": {}, "VideoPage": {"statusCode": 10204}}) == ["skip"]


def test_words_in_the_phrase_table_mean_nothing():
    page = universal_page({"itemInfo": {"itemStruct": item()}, "statusCode": 0})
    assert "captcha" in json.dumps(page)
    assert kinds(page) == ["post"]


@pytest.mark.parametrize("payload", [{"foo": 1}, 7, "text", None, [1], {"comments": [{"a": 1}]}])
def test_anything_else_is_unknown(payload):
    assert set(kinds(payload)) == {"unknown"}
    assert not is_web(payload)


def test_an_entry_that_is_no_post_is_unknown_and_the_others_are_read():
    assert kinds(feed([item(0), {"odd": True}, item(1)])) == ["post", "unknown", "post"]


@pytest.mark.parametrize(
    "payload",
    [
        {"itemList": "x"},
        {"itemList": {"a": 1}},
        {"videoList": []},
        {"ItemModule": [1]},
        {"__DEFAULT_SCOPE__": None},
        {"comments": [None], "has_more": 0},
        {"data": [None, 3]},
        {"itemInfo": {"itemStruct": None}},
    ],
)
def test_a_payload_of_the_wrong_shape_does_no_harm(payload):
    assert "post" not in kinds(payload)


def test_a_live_room_is_an_item():
    assert is_item({"id": "1", "liveRoomInfo": {}})
    assert not is_item({"id": "1"})
    assert not is_comment({"cid": "1"})


def test_the_time_of_an_answer_is_read_from_it():
    assert page_time(feed([])) == datetime(2025, 9, 16, 5, 22, 3, 456000, tzinfo=UTC)
    log_id = {"log_pb": {"impr_id": "202211100250330102452421951F02BA79"}}
    assert page_time(log_id) == datetime(2022, 11, 10, 2, 50, 33, tzinfo=UTC)
    meta = {"__import_meta": {"timestamp_collected": 1758000500000}}
    assert page_time(meta) == datetime(2025, 9, 16, 5, 28, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    "payload",
    [{}, [], None, {"extra": {"now": "x", "logid": "20259999999999"}}, {"log_pb": {"impr_id": 7}}],
)
def test_an_answer_without_a_time_has_none(payload):
    assert page_time(payload) is None


@pytest.mark.parametrize(
    "block",
    ["__UNIVERSAL_DATA_FOR_REHYDRATION__", "SIGI_STATE", "sigi-persisted-data", "__NEXT_DATA__"],
)
def test_the_blocks_of_a_saved_page_are_found(block):
    payload = {"ItemModule": {"1": item()}}
    assert blocks_of(saved_page(payload, block)) == [payload]


def test_the_block_of_a_page_of_2022_is_found():
    payload = {"ItemModule": {"1": item(desc="a ; b </i>")}}
    page = f"<script>window['SIGI_STATE']={json.dumps(payload)};window['SIGI_RETRY']={{}};</script>"
    assert blocks_of(page) == [payload]


def test_a_page_without_blocks_or_with_a_cut_block_has_none():
    assert blocks_of("<html><body>Please wait...</body></html>") == []
    assert blocks_of('<script id="SIGI_STATE">{"ItemModule": {</script>') == []
