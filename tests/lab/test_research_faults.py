"""Every fault of the lab, switched on over HTTP, and when it happens."""

import json
import time
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.lab.research_api import EVERY, eq, serving
from tfw.lab.content import World
from tfw.lab.faults import KINDS

MONTH = {"start": "20260901", "end": "20260930"}
DAYS = [f"202609{day:02}" for day in range(1, 31)]
NAME = {"username": "nobody"}


def codes(api, times, **more):
    """Status and code of the same query, several times."""
    answers = [api.query(**more) for _ in range(times)]
    return [(a.status_code, a.json()["error"]["code"]) for a in answers]


def second_page(api, **more):
    """What to add to a query for its second page."""
    data = api.query(**MONTH, **more).json()["data"]
    return MONTH | {"cursor": data["cursor"], "search_id": data["search_id"]}


def all_ids(api):
    return [int(post.id) for post in api.posts("20260901", "20260930")]


def fired(api):
    return api.running.state()["faults"][0]["fired"]


@pytest.mark.parametrize(
    ("kind", "options", "status", "code"),
    [
        ("internal_error", {}, 500, "internal_error"),
        ("timeout", {}, 504, "timeout"),
        ("unavailable", {}, 503, "service_unavailable"),
        ("something_wrong", {}, 400, "internal_error"),
        ("something_wrong", {"status": 500}, 500, "internal_error"),
        ("rate_limited", {}, 429, "rate_limit_exceeded"),
    ],
)
def test_a_failure_happens_as_often_as_it_should(api, kind, options, status, code):
    api.fault(kind, times=2, **options)
    assert codes(api, 3) == [(status, code), (status, code), (200, "ok")]
    assert api.running.state()["ledger"]["2026-11-21"]["normal"] == 3


def test_a_failed_day_lasts_until_midnight(api):
    api.fault("daily_quota", times=1)
    assert codes(api, 2) == [(429, "daily_quota_limit_exceeded")] * 2
    assert api.error("user/followers", NAME)[0] == 400
    api.running.advance(timedelta(hours=12))
    api.take_token()
    assert codes(api, 1) == [(200, "ok")]


def test_a_token_ends_in_the_middle_until_a_new_one_is_taken(api):
    api.fault("token_expires", after=1, times=1)
    assert codes(api, 3) == [(200, "ok"), *[(401, "access_token_invalid")] * 2]
    api.take_token()
    assert codes(api, 1) == [(200, "ok")]
    assert api.running.state()["ledger"]["2026-11-21"]["normal"] == 3


def test_a_gateway_answers_in_html(api):
    api.fault("html_page", times=1)
    answer = api.query()
    assert (answer.status_code, answer.headers["content-type"]) == (504, "text/html; charset=utf-8")
    assert answer.text.startswith("<html>")
    api.fault("html_page", times=1, status=502)
    assert api.query().status_code == 502


def test_a_connection_is_reset(api):
    api.fault("connection_reset", times=1)
    with pytest.raises(httpx.ReadError):
        api.query()
    assert api.query().status_code == 200
    first, second = api.lab.log.calls("video/query")
    assert (first.status, second.status) == (0, 200)


def test_an_answer_breaks_off(api):
    api.fault("truncated_json", times=1)
    answer = api.query()
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert api.query().json()["error"]["code"] == "ok"


def test_an_answer_is_slow(api):
    api.fault("slow", times=1, seconds=0.3)
    began = time.monotonic()
    api.query()
    assert time.monotonic() - began >= 0.3


def test_a_playlist_comes_with_500_and_a_good_body(api):
    rows = api.videos(fields="playlist_id", **MONTH)
    playlist = next(row["playlist_id"] for row in rows if row)
    api.fault("good_500", endpoints=["playlist/info"])
    answer = api.post("playlist/info", {"playlist_id": playlist})
    assert answer.status_code == 500
    assert answer.json()["data"]["playlist_video_ids"]
    assert "message" not in answer.json()["error"]
    assert api.query().status_code == 200


def test_a_search_id_is_rejected_for_the_first_tries(api):
    api.fault("search_id_rejected", each="page", times=2)
    more = second_page(api)
    answers = [api.query(**more) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [400, 400, 200]
    message = f"Search Id {more['search_id']} is invalid or expired"
    assert answers[0].json()["error"]["message"] == message
    assert "data" not in answers[0].json()


def test_a_cursor_is_rejected_for_the_first_tries(api):
    api.fault("cursor_rejected", each="page", times=1)
    more = second_page(api)
    answers = [api.query(**more) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [400, 200]
    assert answers[0].json()["error"]["message"] == "Invalid count or cursor"


def test_an_empty_page_loses_no_row(api):
    whole = api.ids(**MONTH)
    api.fault("empty_page", probability=0.5)
    data = [api.query(**MONTH).json()["data"] for _ in range(8)]
    empty = [page for page in data if not page["videos"]]
    assert 0 < len(empty) < 8
    assert all((page["cursor"], page["has_more"]) == (100, True) for page in empty)
    assert api.ids(**MONTH) == whole


def test_an_empty_page_stays_where_it_is_when_asked_again(api):
    api.fault("empty_page", times=1)
    data = api.query(**MONTH).json()["data"]
    again = api.query(**MONTH, cursor=0, search_id=data["search_id"]).json()["data"]
    assert data["videos"] == again["videos"] == []
    more = api.query(**MONTH, cursor=100, search_id=data["search_id"]).json()["data"]
    assert more["videos"]


def test_a_cursor_is_stuck_once(api):
    api.fault("stuck_cursor", each="page", endpoints=["video/query"])
    more = second_page(api, cursor=0)
    assert more["cursor"] == 0
    assert api.query(**MONTH).json()["data"]["cursor"] == 100


def test_a_cursor_of_comments_and_of_follow_lists_can_be_stuck(api):
    api.fault("stuck_cursor")
    data = api.data("video/comment/list", {"video_id": api.commented_post().id}, "id")
    assert (data["cursor"], data["has_more"]) == (0, True)
    body = {"username": api.open_account().handle, "cursor": 1_750_000_000}
    assert api.data("user/followers", body)["cursor"] == 1_750_000_000


def test_a_row_is_doubled_over_two_pages(api):
    whole = api.ids(**MONTH)
    api.fault("duplicate_row")
    ids = api.ids(**MONTH)
    assert list(dict.fromkeys(ids)) == whole
    assert len(ids) > len(whole)


def test_a_row_of_comments_and_followers_is_doubled_too(api):
    api.fault("duplicate_row")
    body = {"video_id": api.commented_post(60).id}
    first = api.data("video/comment/list", body, "id")
    second = api.data("video/comment/list", body | {"cursor": first["cursor"]}, "id")
    assert second["comments"][0] == first["comments"][-1]
    name = {"username": api.open_account().handle}
    first = api.data("user/followers", name)
    second = api.data("user/followers", name | {"cursor": first["cursor"]})
    assert second["user_followers"][0] == first["user_followers"][-1]


def test_a_search_id_changes_and_both_are_valid(api):
    first = api.query(**MONTH).json()["data"]
    api.fault("changed_search_id", times=1)
    more = {"cursor": first["cursor"], "search_id": first["search_id"]}
    second = api.query(**MONTH, **more).json()["data"]
    assert second["search_id"] != first["search_id"]
    for search_id in (first["search_id"], second["search_id"]):
        answer = api.query(**MONTH, cursor=second["cursor"], search_id=search_id)
        assert answer.status_code == 200


def test_missing_comments_can_be_null(api):
    post = next(p for p in api.posts(**MONTH) if not p.comments)
    api.fault("comments_null")
    data = api.data("video/comment/list", {"video_id": post.id}, "id")
    assert data == {"comments": None, "cursor": None, "has_more": False}
    body = {"video_id": api.commented_post().id}
    assert api.data("video/comment/list", body, "id")["comments"]


def test_a_follow_list_repeats_the_last_second(api):
    name = {"username": api.open_account().handle}
    api.fault("follow_duplicates")
    first = api.data("user/followers", name | {"max_count": 100})
    second = api.data("user/followers", name | {"cursor": first["cursor"]})
    assert second["user_followers"][0] == first["user_followers"][-1]


def test_keywords_find_nothing_while_names_do(api):
    api.fault("keyword_silence")
    silent = api.query({"and": [eq("keyword", "a")]}, **MONTH).json()["data"]
    assert silent == {"videos": [], "cursor": 0, "has_more": False}
    name = api.posts()[0].account.handle
    assert api.ids({"and": [eq("username", name)]}, **MONTH)


def test_a_search_begun_before_the_silence_goes_on(api):
    more = second_page(api)
    api.fault("keyword_silence")
    assert api.query(**more).json()["data"]["videos"]


def test_a_field_becomes_unknown(api):
    assert api.query(fields="id,favorites_count").status_code == 200
    api.fault("unknown_field")
    assert "favorites_count" in api.query(fields="id,favorites_count").json()["error"]["message"]
    api.fault("unknown_field", field="voice_to_text")
    assert api.query(fields="id,favorites_count").status_code == 200
    assert "voice_to_text" in api.query(fields="voice_to_text").json()["error"]["message"]


def test_an_endpoint_is_switched_off_without_cost(api):
    api.fault("scope_not_authorized", endpoints=["user/follow*"])
    assert api.error("user/followers", NAME)[:2] == (401, "scope_not_authorized")
    assert api.error("user/following", NAME)[:2] == (401, "scope_not_authorized")
    assert api.running.state()["ledger"] == {}
    assert api.query().status_code == 200


def test_a_compliance_task_fails(api):
    api.fault("task_failed")
    files, form = {"file_data": ("ids.txt", "1")}, {"category": "video"}
    answer = api.post("validation_task/create", files=files, data=form)
    task = {"task_id": answer.json()["data"]["task_id"]}
    states = [api.data("validation_task_status/get", task)["task_status"] for _ in range(2)]
    assert states == ["Processing", "Failed"]
    assert "the task is Failed" in api.error("validation_task/download", task)[2]


def test_texts_hold_nul_characters(api):
    api.fault("nul", probability=0.3)
    rows = api.videos(fields="id,username,video_description", **MONTH)
    hit = [row for row in rows if "\0" in row["username"] and "\0" in row["video_description"]]
    assert 0.2 * len(rows) < len(hit) < 0.4 * len(rows)
    assert "\\u0000" in api.query(fields="username", **MONTH).text
    post = api.commented_post(60)
    comments = api.data("video/comment/list", {"video_id": post.id, "max_count": 100}, "text")
    assert 0 < sum("\0" in row["text"] for row in comments["comments"]) < 60


def test_some_like_counts_are_missing_always_the_same(api):
    api.fault("missing_like_count", probability=0.2)
    rows = api.videos(fields="id,like_count", **MONTH)
    missing = [row["id"] for row in rows if "like_count" not in row]
    assert 0.1 * len(rows) < len(missing) < 0.3 * len(rows)
    again = api.videos(fields="id,like_count", **MONTH)
    assert missing == [row["id"] for row in again if "like_count" not in row]


def test_faults_of_rows_can_be_for_comments_or_some_days_only(api):
    api.fault("missing_like_count", endpoints=["video/comment/list"])
    assert all(api.videos(fields="like_count"))
    body = {"video_id": api.commented_post().id}
    assert not any(api.data("video/comment/list", body, "like_count")["comments"])
    api.fault("missing_like_count", start="20260902", end="20260902")
    window = {"start": "20260901", "end": "20260903", "fields": "create_time,like_count"}
    days = {time.gmtime(r["create_time"]).tm_mday for r in api.videos(**window) if len(r) == 1}
    assert days == {2}


def test_all_ids_can_be_above_what_a_float_holds(api):
    fields = "hashtag_info_list,sticker_info_list,effect_info_list"

    def ids():
        rows = api.videos(fields=fields, **MONTH)
        things = [thing for row in rows for name in row for thing in row[name]]
        return [value for thing in things for key, value in thing.items() if key.endswith("_id")]

    assert any(value < 2**53 for value in ids())
    api.fault("large_ids")
    assert all(2**53 < value < 2**63 and float(value) != value for value in ids())


def test_counters_grow_with_the_days():
    with serving(World(posts=2_000)) as api:
        fields = "id,view_count,like_count,comment_count"
        before = {row["id"]: row for row in api.videos(fields=fields)}
        api.fault("growing_counters")
        api.running.advance(timedelta(days=5))
        api.take_token()
        after = {row["id"]: row for row in api.videos(fields=fields)}
    assert before.keys() == after.keys()
    assert all(after[i]["view_count"] >= before[i]["view_count"] for i in before)
    assert sum(r["view_count"] for r in after.values()) > 1.5 * sum(
        r["view_count"] for r in before.values()
    )
    assert all(after[i]["comment_count"] == before[i]["comment_count"] for i in before)


def test_videos_vanish_from_everywhere(api):
    post = api.commented_post()
    api.fault("vanished", ids=[post.id])
    day = f"{post.created_at:%Y%m%d}"
    assert int(post.id) not in api.ids(start=day, end=day)
    assert api.error("video/comment/list", {"video_id": post.id}, "id")[0] == 400


def test_a_share_of_videos_vanishes(api):
    before = set(api.ids(**MONTH))
    api.fault("vanished", probability=0.2)
    after = set(api.ids(**MONTH))
    assert after < before
    assert 0.7 < len(after) / len(before) < 0.9


def test_a_fault_for_all_endpoints_leaves_tokens_alone(api):
    api.fault("internal_error")
    assert api.take_token()


def test_the_token_endpoint_can_fail_too(api):
    api.fault("internal_error", endpoints=["oauth/token"], times=1)
    form = {"client_key": "lab-key", "client_secret": "lab-secret"}
    form |= {"grant_type": "client_credentials"}
    answer = api.http.post("/v2/oauth/token/", data=form)
    assert (answer.status_code, answer.json()["error"]) == (500, "internal_error")
    assert api.http.post("/v2/oauth/token/", data=form).status_code == 200
    api.fault("truncated_json", endpoints=["oauth/token"], times=1)
    assert not api.http.post("/v2/oauth/token/", data=form).text.endswith("}")


def test_a_fault_can_be_for_some_days_only(api):
    api.fault("internal_error", start="2026-09-02", end="2026-09-03")
    status = {day: api.query(start=day, end=day).status_code for day in DAYS[:5]}
    assert [day for day in status if status[day] == 500] == ["20260902", "20260903"]
    assert api.query(start="20260901", end="20260905").status_code == 500
    assert api.error("user/info", NAME, "display_name")[0] == 400


def test_a_fault_can_be_for_some_endpoints_only(api):
    api.fault("internal_error", endpoints=["user/*", "video/comment/list"])
    assert api.query().status_code == 200
    assert api.error("user/info", NAME, "display_name")[0] == 500
    assert api.error("video/comment/list", {"video_id": 1}, "id")[0] == 500


def test_a_fault_waits_for_some_calls(api):
    api.fault("internal_error", after=2, times=1)
    assert [code for code, _ in codes(api, 4)] == [200, 200, 500, 200]


def test_a_burst_hits_the_calls_after_it_whatever_they_ask(api):
    api.fault("internal_error", probability=0.1, burst=4)
    hit = [api.query(start=day, end=day).status_code == 500 for day in DAYS * 4]
    assert sum(hit) > 4
    first = hit.index(True)
    assert all(hit[first : first + 4])


def test_a_fault_of_pages_meets_each_page_for_its_first_tries(api):
    api.fault("internal_error", each="page", probability=0.5, times=2)
    status = {d: [api.query(start=d, end=d).status_code for _ in range(4)] for d in DAYS}
    kinds = {tuple(found) for found in status.values()}
    assert kinds == {(200, 200, 200, 200), (500, 500, 200, 200)}


def test_the_same_seed_gives_the_same_faults_in_any_order():
    plan = {"seed": 3, "faults": [{"kind": "internal_error", "probability": 0.5}]}
    found = []
    for days in (DAYS, list(reversed(DAYS))):
        with serving(faults=plan) as api:
            status = {day: api.query(start=day, end=day).status_code for day in days}
        found.append(sorted(status.items()))
    assert found[0] == found[1]
    assert {code for _, code in found[0]} == {200, 500}
    with serving(faults=plan | {"seed": 4}) as api:
        other = sorted((d, api.query(start=d, end=d).status_code) for d in DAYS)
    assert other != found[0]


def test_a_probability_is_kept_over_many_calls(api):
    api.fault("internal_error", probability=0.2)
    for _ in range(300):
        api.error("user/info", NAME, "display_name")
    assert 35 < fired(api) < 90


def test_everything_at_once_loses_and_doubles_nothing(api):
    whole = set(api.ids(**MONTH))
    kinds = ("internal_error", "timeout", "html_page", "truncated_json", "rate_limited")
    faults = [{"kind": kind, "probability": 0.1} for kind in kinds]
    faults += [{"kind": kind, "probability": 0.3, "each": "page"} for kind in (
        "search_id_rejected", "cursor_rejected", "empty_page", "duplicate_row", "changed_search_id",
    )]  # fmt: skip
    api.running.control(faults=faults)
    rows, state, more, tries = set(), {}, True, 0
    while more and tries < 400:
        tries += 1
        answer = api.query(EVERY, max_count=20, **MONTH, **state)
        try:
            data = answer.json()["data"] if answer.status_code == 200 else None
        except json.JSONDecodeError:
            data = None
        if data:
            rows |= {row["id"] for row in data["videos"]}
            state = {"cursor": data["cursor"], "search_id": data["search_id"]}
            more = data["has_more"]
    assert rows == whole
    assert all(fault["fired"] for fault in api.running.state()["faults"][:5])


def test_every_fault_is_proven_here():
    text = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f'"{kind}"' not in text] == []
