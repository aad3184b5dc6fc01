import json

import pytest

from tfw.sources.web.browser import Reply
from tfw.sources.web.states import PageState, judge, state_of_code

S = PageState


@pytest.mark.parametrize(
    ("code", "message", "state", "reason"),
    [
        (0, "", S.OK, ""),
        ("0", None, S.OK, ""),
        (10204, "status_deleted", S.GONE, "deleted (code 10204 status_deleted)"),
        (10204, "", S.GONE, "not available from here (code 10204)"),
        (10204, "something new", S.GONE, "not available from here (code 10204 something new)"),
        (10204, "person_geo_fencing", S.REGION, "not shown in this region (code 10204 "),
        (10204, "cross_border_violation", S.REGION, "not shown in this region"),
        (10204, "copyright_geo_filter", S.REGION, "not licensed in this region"),
        (10204, "status_self_see", S.PRIVATE, "only its owner sees it"),
        (10204, "item_privacy_authorization", S.PRIVATE, "private by its owner"),
        (10204, "status_reviewing", S.HIDDEN, "under review"),
        (10204, "status_audit_not_pass", S.HIDDEN, "not let through"),
        (10204, "content_classification", S.AGE_GATE, "adults"),
        ("10216", "", S.PRIVATE, "private by its owner (code 10216)"),
        (10101, "server error", S.SERVER_ERROR, "an error of the site (code 10101 server error)"),
        (10000, "", S.CAPTCHA, "captcha"),
        (10114, "", S.RATE_LIMITED, "blocks this session"),
        (10119, "", S.LOGIN_WALL, "signing in"),
        (10201, "", S.BAD_INPUT, "does not know such an id"),
        (10205, "", S.GONE, "the hashtag does not exist"),
        (10213, "", S.AGE_GATE, "adults"),
        (10229, "", S.HIDDEN, "under review"),
        (10231, "", S.REGION, "region"),
        (10404, "", S.RATE_LIMITED, "limit of the list"),
        (100004, "", S.UNKNOWN, "unknown meaning (code 100004)"),
        ("odd", "", S.UNKNOWN, "unknown meaning (code odd)"),
    ],
)
def test_a_code_has_its_state_and_a_reason_with_code_and_message(
    code: object, message: object, state: PageState, reason: str
) -> None:
    found, told = state_of_code(code, message)
    assert found is state
    assert reason in told


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply(200, ""), S.EMPTY),
        (Reply(200, " \n"), S.EMPTY),
        (Reply(0, "TypeError: Failed to fetch"), S.SERVER_ERROR),
        (Reply(403, ""), S.RATE_LIMITED),
        (Reply(429, "{}"), S.RATE_LIMITED),
        (Reply(502, "<html>"), S.SERVER_ERROR),
        (Reply(200, "<html>"), S.UNKNOWN),
        (Reply(200, "[1]"), S.UNKNOWN),
        (Reply(404, "{}"), S.UNKNOWN),
        (Reply(200, '{"code": "10000", "type": "verify", "subtype": "slide"}'), S.CAPTCHA),
        (Reply(200, '{"statusCode": 10404}'), S.RATE_LIMITED),
        (Reply(200, '{"status_code": 10101, "status_msg": "x"}'), S.SERVER_ERROR),
        (Reply(200, '{"comments": null, "status_code": 0}'), S.OK),
        (Reply(200, '{"videoList": {"items": []}}'), S.OK),
    ],
)
def test_a_list_reply_is_what_its_status_and_codes_say(reply: Reply, state: PageState) -> None:
    answer = judge(reply)
    assert answer.state is state
    assert bool(answer.reason) is (state is not S.OK)


def test_the_ids_of_a_list_reply_keep_all_their_digits() -> None:
    answer = judge(Reply(200, '{"videoList": {"items": [{"authorId": 7550552484896258577}]}}'))
    assert answer.payload is not None
    assert answer.payload["videoList"]["items"][0]["authorId"] == 7550552484896258577


def test_json_nested_without_end_is_no_list() -> None:
    assert judge(Reply(200, "[" * 200_000)).state is S.UNKNOWN
    assert judge(Reply(200, json.dumps("{}"))).state is S.UNKNOWN
