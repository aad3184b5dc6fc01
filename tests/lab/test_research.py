"""Tokens, envelopes, quota, clock and control of the lab's Research API."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.lab.research_api import CREDENTIALS, EVERY, NOON, serving
from tfw.errors import InputError, SettingsError
from tfw.lab.research_clock import Clock
from tfw.lab.research_fields import ENDPOINTS

LOG_ID = re.compile(r"20261121120000[0-9A-F]{20}")


def token_answer(api, **form):
    answer = api.http.post("/v2/oauth/token/", data=CREDENTIALS | form)
    return answer.status_code, answer.json()


def test_a_token_is_a_flat_object(api):
    status, answer = token_answer(api)
    assert status == 200
    assert set(answer) == {"access_token", "expires_in", "token_type"}
    assert answer["access_token"].startswith("clt.")
    assert (answer["expires_in"], answer["token_type"]) == (7_200, "Bearer")


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_key": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_a_refused_token_has_its_error_as_text(shared_api, form, status, code):
    found, answer = token_answer(shared_api, **form)
    assert (found, answer["error"]) == (status, code)
    assert set(answer) == {"error", "error_description", "log_id"}
    assert LOG_ID.fullmatch(answer["log_id"])


def test_wrong_credentials_are_called_what_the_api_calls_them(api):
    description = token_answer(api, client_secret="wrong")[1]["error_description"]
    assert description == "Client key or secret is incorrect."


def test_the_status_of_a_refused_token_can_be_chosen():
    with serving(rules={"token_failure_status": 200}) as api:
        status, answer = token_answer(api, client_secret="wrong")
    assert (status, answer["error"]) == (200, "invalid_client")


def test_a_token_is_asked_for_with_a_form(api):
    answer = api.http.post("/v2/oauth/token/", json=CREDENTIALS)
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.parametrize("header", [None, "Bearer clt.unknown", "Basic abc", "Bearer"])
def test_a_call_without_a_valid_token_is_refused_and_not_counted(api, header):
    api.http.headers.pop("Authorization")
    if header:
        api.http.headers["Authorization"] = header
    status, code, message = api.error("video/query")
    assert (status, code) == (401, "access_token_invalid")
    assert message == "The access token is invalid or not found in the request."
    assert api.running.state()["ledger"] == {}


def test_the_word_bearer_may_be_lower_case(api):
    api.http.headers["Authorization"] = f"bearer {api.take_token()}"
    assert api.query().status_code == 200


def test_a_token_ends_after_two_hours_and_the_next_one_does_not_end_it(api):
    first = api.take_token()
    api.running.advance(timedelta(minutes=119))
    api.take_token()
    api.http.headers["Authorization"] = f"Bearer {first}"
    assert api.query().status_code == 200
    api.running.advance(timedelta(minutes=1))
    assert api.error("video/query")[:2] == (401, "access_token_invalid")


def test_a_good_answer_has_data_and_an_ok_error(shared_api):
    answer = shared_api.query().json()
    assert set(answer) == {"data", "error"}
    assert (answer["error"]["code"], answer["error"]["message"]) == ("ok", "")
    assert LOG_ID.fullmatch(answer["error"]["log_id"])


def test_log_ids_are_unique(shared_api):
    ids = [shared_api.query().json()["error"]["log_id"] for _ in range(5)]
    assert len(set(ids)) == 5


def test_ids_are_bare_integers(shared_api):
    text = shared_api.query(fields="id").text
    assert re.search(r'"id": 7\d{18}[,}]', text)
    assert re.search(r'"search_id": "7\d{18}"', text)


@pytest.mark.parametrize("path", ["video/unknown", "adlib/ad/query", ""])
def test_an_unknown_path_is_not_found(shared_api, path):
    answer = shared_api.http.post(f"/v2/research/{path}/", json={})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "unsupported_path"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/v2/research/video/query/", "/v2/oauth/token/"])
def test_only_post_is_allowed(shared_api, method, path):
    assert shared_api.http.request(method, path).status_code == 405


def test_a_path_needs_no_last_slash(shared_api):
    body = {"query": EVERY, "start_date": "20260901", "end_date": "20260901"}
    assert shared_api.http.post("/v2/research/video/query?fields=id", json=body).status_code == 200


def test_a_json_body_may_be_called_plain_text(shared_api):
    body = '{"username": "nobody"}'
    answer = shared_api.post("user/info", fields="display_name", content=body)
    assert "cannot find the user" in answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"a":NaN'])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_body_that_is_no_json_object_is_invalid(shared_api, endpoint, body):
    answer = shared_api.post(endpoint, fields="id,username,display_name,shop_id", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in ("invalid_params", "invalid_file_upload")


@pytest.mark.parametrize(
    "value", [True, 1.5, [], {}, "x" * 300, "9" * 5_000, "\ud800", "-1", "", "٣", 10**30, "\0"]
)
def test_no_value_whatever_breaks_an_endpoint(shared_api, value):
    names = ("video_id", "comment_id", "username", "playlist_id", "shop_name", "shop_id", "task_id")
    names += ("product_id", "cursor", "max_count", "page_start", "limit", "search_id", "query")
    names += ("start_date", "is_random", "category")
    fields = {path: sorted(e.fields)[0] if e.fields else None for path, e in ENDPOINTS.items()}
    for endpoint in ENDPOINTS:
        for name in names:
            body = {"username": shared_api.open_account().handle, name: value}
            answer = shared_api.post(endpoint, fields=fields[endpoint], content=json.dumps(body))
            assert answer.status_code in (200, 400, 403, 429), answer.text
            answer.json()


def test_every_attempt_is_counted_in_its_bucket(api):
    api.query()
    api.error("video/query", {"query": {}}, "id")
    api.post("user/followers", {"username": api.open_account().handle})
    assert api.running.state()["ledger"] == {"2026-11-21": {"normal": 2, "follows": 1}}


def test_a_call_is_counted_before_it_fails(api):
    api.fault("internal_error")
    api.query()
    assert api.running.state()["ledger"]["2026-11-21"]["normal"] == 1


def test_the_day_ends_at_its_limit_and_a_new_one_begins_at_midnight():
    with serving(limits={"normal": 3, "follows": 2}) as api:
        assert [api.query().status_code for _ in range(4)] == [200, 200, 200, 429]
        status, code, message = api.error("video/query")
        assert (status, code) == (429, "daily_quota_limit_exceeded")
        assert message == "The API daily quota limit exceeded. Please try again later"
        name = {"username": api.open_account().handle}
        follows = [api.post("user/followers", name).status_code for _ in range(3)]
        assert follows == [200, 200, 429]
        ledger = api.running.state()["ledger"]["2026-11-21"]
        assert ledger == {"normal": 3, "normal_refused": 2, "follows": 2, "follows_refused": 1}
        api.running.advance(timedelta(hours=11, minutes=59))
        api.take_token()
        assert api.query().status_code == 429
        api.running.advance(timedelta(minutes=1))
        assert api.query().status_code == 200
        assert api.running.state()["ledger"]["2026-11-22"] == {"normal": 1}


def test_too_many_calls_a_second_are_throttled_and_counted():
    with serving(limits={"per_second": 2}) as api:
        assert [api.query().status_code for _ in range(3)] == [200, 200, 429]
        assert api.error("video/query")[:2] == (429, "rate_limit_exceeded")
        api.running.advance(timedelta(seconds=1))
        assert api.query().status_code == 200
        assert api.running.state()["ledger"]["2026-11-21"]["normal"] == 5


def test_parallel_calls_never_pass_the_limit():
    with serving(limits={"normal": 30}) as api, ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda _: api.query().status_code, range(50)))
    assert codes.count(200) == 30
    assert codes.count(429) == 20


def test_the_control_tells_and_changes_the_state(api):
    api.query()
    state = api.http.get("/__control").json()
    assert state["now"] == "2026-11-21T12:00:00+00:00"
    assert state["calls"]["video/query"] == {"ok": 1}
    assert state["world"] == {"seed": 7, "posts": 3_000}
    change = {"faults": [{"kind": "timeout", "times": 1}], "advance_seconds": 60}
    state = api.http.post("/__control", json=change).json()
    assert state["now"] == "2026-11-21T12:01:00+00:00"
    assert [api.query().status_code for _ in range(2)] == [504, 200]
    assert api.http.get("/__control").json()["faults"] == [
        {"kind": "timeout", "times": 1, "met": 2, "fired": 1}
    ]


def test_a_change_keeps_what_it_does_not_name(api):
    api.running.control(faults=[{"kind": "timeout", "times": 1}], limits={"normal": 9})
    api.query()
    api.running.control(latency={"video/query": 0.01})
    assert api.running.state()["limits"]["normal"] == 9
    assert api.running.state()["faults"][0]["fired"] == 1
    assert api.query().status_code == 200


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"falts": []}, "'falts' is not known"),
        ({"faults": [{"kind": "sleepy"}]}, "'sleepy' is no fault"),
        ({"advance_seconds": -1}, "advance_seconds is -1"),
        ({"advance_seconds": True}, "advance_seconds is True"),
        ([], "takes a JSON object"),
    ],
)
def test_a_wrong_change_is_refused_and_changes_nothing(api, change, named):
    before = api.running.state()
    answer = api.http.post("/__control", json=change)
    assert answer.status_code == 400
    assert named in answer.json()["error"]
    assert api.running.state() == before


def test_a_control_body_that_is_no_json_is_refused(api):
    assert api.http.post("/__control", content=b"{").status_code == 400


def test_tokens_can_be_ended_and_the_log_cleared(api):
    api.query()
    api.running.control(expire_tokens=True, clear_log=True)
    assert api.running.state()["calls"] == {}
    assert api.query().status_code == 401


def test_a_wrong_change_in_python_is_an_error(api):
    with pytest.raises(SettingsError, match="valid: seed, faults"):
        api.running.control(nonsense=1)


def test_the_log_names_every_page_and_how_it_was_answered(api):
    first = api.query(start="20260901", end="20260930").json()["data"]
    api.fault("internal_error", times=1)
    more = {"cursor": first["cursor"], "search_id": first["search_id"]}
    for _ in range(2):
        api.query(start="20260901", end="20260930", **more)
    log = api.http.get("/__control/log", params={"endpoint": "video/query"}).json()
    assert [(a["status"], a["fault"]) for a in log] == [
        (200, None), (500, "internal_error"), (200, None),
    ]  # fmt: skip
    assert [a["page"].split(" ", 1)[1] for a in log] == [
        "20260901-20260930 @0", "20260901-20260930 @100", "20260901-20260930 @100",
    ]  # fmt: skip
    assert log[0]["rows"] == len(first["videos"])
    assert max(api.lab.log.asked("video/query").values()) == 2
    assert set(api.lab.log.served("video/query").values()) == {1}


def test_a_page_served_twice_is_told(api):
    api.query()
    assert api.running.state()["pages_served_twice"] == []
    api.query()
    (page,) = api.running.state()["pages_served_twice"]
    assert page.startswith("video/query ")


def test_latency_does_not_hold_up_other_calls():
    faults = {"latency": {"video/query": 0.4}}
    with serving(faults=faults) as api, ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(api.query) for _ in range(8)]
        api.data("user/info", {"username": api.open_account().handle}, "display_name")
        assert [asked.status for asked in api.lab.log.calls("video/query")].count(None) > 0
        assert {future.result().status_code for future in waiting} == {200}


def test_a_clock_goes_on_from_its_start():
    clock = Clock(NOON)
    assert timedelta() <= clock.now() - NOON < timedelta(minutes=1)
    clock.advance(timedelta(days=2))
    assert clock.now() - NOON >= timedelta(days=2)


def test_a_frozen_clock_moves_only_when_told():
    clock = Clock(NOON, frozen=True)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1)


def test_a_clock_is_that_of_the_computer_by_default():
    assert abs(Clock().now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_clock_refuses_a_start_without_a_zone_and_going_back():
    with pytest.raises(InputError, match="no time zone"):
        Clock(datetime(2026, 1, 1))
    with pytest.raises(InputError, match="cannot go back"):
        Clock().advance(timedelta(seconds=-1))
