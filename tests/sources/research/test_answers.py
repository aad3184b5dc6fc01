import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.sources.research import endpoints as ends
from tfw.sources.research.answers import Answer, Meaning, read_answer, tidy

LOG_ID = "20250220101400AABBCCDDEEFF00112247"


def answer(status: int, body: object, endpoint=ends.VIDEOS, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_answer(httpx.Response(status, content=content, headers=headers), endpoint)


def error(status: int, code: str, message: str = "") -> Meaning:
    body = {"data": {}, "error": {"code": code, "message": message, "log_id": LOG_ID}}
    return answer(status, body).meaning


@pytest.mark.parametrize(
    ("status", "code", "message", "meaning"),
    [
        (200, "ok", "", Meaning.OK),
        (401, "access_token_invalid", "The access token is invalid", Meaning.TOKEN),
        (401, "scope_not_authorized", "", Meaning.CLOSED),
        (401, "scope_permission_missed", "", Meaning.CLOSED),
        (429, "rate_limit_exceeded", "The API rate limit was exceeded.", Meaning.THROTTLED),
        (429, "daily_quota_limit_exceeded", "Please try again later", Meaning.DAILY),
        (400, "invalid_params", "Search Id 747 is invalid or expired", Meaning.SEARCH),
        (400, "invalid_params", "Invalid count or cursor", Meaning.SEARCH),
        (400, "invalid_params", "`username: nobody` is invalid: cannot find", Meaning.REFUSED),
        (400, "invalid_params", "API cannot return this user's information", Meaning.REFUSED),
        (400, "invalid_params", "Something is wrong. Please try again later.", Meaning.FAULT),
        (400, "internal_error", "Something went wrong.", Meaning.FAULT),
        (400, "invalid_request", "Server Internal Error", Meaning.FAULT),
        (403, "forbidden", "", Meaning.REFUSED),
        (404, "not_found", "", Meaning.REFUSED),
        (429, "too_many", "try again", Meaning.THROTTLED),
        (500, "internal_error", "Something is wrong.", Meaning.FAULT),
        (500, "ok", "", Meaning.FAULT),
        (503, "unknown", "", Meaning.FAULT),
        (504, "timeout", "Timeout", Meaning.FAULT),
        (200, "internal_error", "", Meaning.FAULT),
    ],
)
def test_the_meaning_of_an_error(status, code, message, meaning):
    assert error(status, code, message) is meaning


def test_a_gateway_page_in_html_is_trouble_of_the_server():
    found = answer(504, b"<html>504 Gateway Time-out</html>", **{"Content-Type": "text/html"})
    assert found.meaning is Meaning.FAULT
    assert "text/html" in str(found)


def test_a_good_status_with_half_a_body_is_trouble_too():
    assert answer(200, b'{"data": {"videos": [{"id": 74').meaning is Meaning.FAULT
    assert answer(200, b"[]").meaning is Meaning.FAULT


def test_a_missing_error_object_is_a_success():
    assert answer(200, {"data": {"shop_data": []}}, ends.SHOPS).meaning is Meaning.OK


def test_an_error_that_is_a_text_is_read_too():
    assert answer(401, {"error": "access_token_invalid"}).meaning is Meaning.TOKEN


@pytest.mark.parametrize(
    ("message", "meaning"), [("", Meaning.OK), ("Something is wrong", Meaning.FAULT)]
)
def test_a_500_with_a_good_body_counts_unless_it_says_what_is_wrong(message, meaning):
    body = {
        "data": {"videos": [{"id": 7}], "cursor": 1},
        "error": {"code": "internal_error", "message": message},
    }
    assert answer(500, body).meaning is meaning


def test_the_playlist_answers_500_and_ok_at_once():
    body = {"data": {"playlist_video_ids": [7]}, "error": {"code": "ok", "message": "ok"}}
    assert answer(500, body, ends.PLAYLIST).meaning is Meaning.OK


def test_the_downloaded_file_is_text():
    found = answer(200, b"7472336753637412325\n", ends.TASK_DOWNLOAD)
    assert (found.meaning, found.text) == (Meaning.OK, "7472336753637412325\n")


def test_ids_become_text_and_nul_characters_go():
    row = {
        "id": 2**63 - 1,
        "music_id": 7301112223334445556,
        "effect_ids": ["0", 5],
        "username": "user\0demo",
        "like_count": 12,
        "hashtag_info_list": [{"hashtag_id": 2**53 + 1}],
        "is_stem_verified": True,
    }
    assert tidy(row) == {
        "id": "9223372036854775807",
        "music_id": "7301112223334445556",
        "effect_ids": ["0", "5"],
        "username": "userdemo",
        "like_count": 12,
        "hashtag_info_list": [{"hashtag_id": "9007199254740993"}],
        "is_stem_verified": True,
    }


@given(st.integers(100, 599), st.binary(max_size=200))
def test_no_answer_is_too_strange_to_read(status, content):
    assert isinstance(answer(status, content), Answer)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda s: st.lists(s) | st.dictionaries(st.text(), s),
)


@given(st.integers(200, 599), JSON, JSON)
def test_no_json_is_too_strange_to_read(status, data, fault):
    assert isinstance(answer(status, {"data": data, "error": fault}), Answer)
