import signal
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.sources.research.labs import (
    CREDENTIALS,
    MANY,
    client_for,
    lab_with,
    shown_ids,
    stored_ids,
    whole_world,
)
from tests.sources.research.test_fault_run import REPOSITORY, start
from tfw.errors import QueryError
from tfw.sources.research.collect import collect_videos
from tfw.sources.research.credentials import CredentialsError
from tfw.sources.research.failures import EndpointClosed
from tfw.sources.research.query import Condition
from tfw.sources.research.quota import QuotaLedger
from tfw.sources.research.reading import read_query
from tfw.sources.research.rows import read_rows


def collect(store, query, client, **options):
    return collect_videos(store, query, client, **{"progress": False, **options})


def pages_asked(lab) -> Counter:
    return lab.lab.log.asked("video/query")


def test_all_that_the_api_shows_is_stored_once_at_the_least_cost(store):
    with lab_with(300) as lab, client_for(lab, store) as client:
        summary = collect(store, whole_world(lab, max_count=20), client, window_days=3)
        assert stored_ids(store) == shown_ids(lab)
        assert summary.finished
        assert summary.windows == {"complete": 4}
        assert summary.requests == summary.least_requests == len(pages_asked(lab))
        shelf = lab.lab.shelf
        found = sum(not shelf.is_canadian(post.account) for post in lab.lab.world)
        assert summary.delivery["asked"] == found
        assert summary.delivery["delivered"] == summary.posts.inserted == len(shown_ids(lab))
        assert f"{found} videos and delivered" in str(summary)


def test_a_post_says_which_query_found_it_and_a_window_what_was_asked(store):
    with lab_with(60) as lab, client_for(lab, store) as client:
        collect(store, whole_world(lab, name="first"), client)
        collect(store, whole_world(lab, name="second", fields=("id", "username")), client)
        post = next(store.posts())
        assert post["queries"] == ["first", "second"]
        assert post["source"] == "research-api"
        assert len(post["history"]) == 2
        windows = list(store.database["windows"].find())
        assert {window["query"] for window in windows} == {"first", "second"}
        assert all(window["log_id"] and window["collected_at"] for window in windows)


def test_a_second_run_asks_for_nothing(store):
    with lab_with(60) as lab, client_for(lab, store) as client:
        query = whole_world(lab)
        collect(store, query, client)
        before = len(lab.lab.log.calls())
        assert collect(store, query, client).requests == 0
        assert len(lab.lab.log.calls()) == before


def test_collecting_again_adds_a_snapshot_of_the_counters(store):
    faults = [{"kind": "growing_counters", "probability": 1.0}]
    with lab_with(60, faults=faults) as lab, client_for(lab, store) as client:
        query = whole_world(lab)
        collect(store, query, client)
        lab.advance(timedelta(days=10))
        assert collect(store, query, client, again_before=datetime.now(UTC)).requests > 0
        grown = [post for post in store.posts() if post["stats"].get("plays", 0) > 100]
        assert grown
        for post in grown:
            first, second = post["history"]
            assert second["plays"] > first["plays"]


def test_the_cap_stops_a_run_and_the_next_one_goes_on_without_repeating(store):
    with lab_with(300) as lab, client_for(lab, store) as client:
        query = whole_world(lab, max_count=20)
        first = collect(store, query, client, max_requests=7, workers=3)
        assert first.requests == 7
        assert "max_requests" in first.paused
        assert not first.finished
        assert collect(store, query, client).paused is None
        assert stored_ids(store) == shown_ids(lab)
        assert set(pages_asked(lab).values()) == {1}


def test_the_days_limit_stops_a_run_which_says_when_it_goes_on(store):
    now = datetime.now(UTC)
    with lab_with(200) as lab, client_for(lab, store, limits={"general": 5}) as client:
        query = whole_world(lab)
        summary = collect(store, query, client)
        assert (summary.requests, summary.quota_left) == (5, 0)
        assert f"{summary.resumes_at:%H:%M}" == "00:05"
        assert summary.resumes_at > now
        assert f"{summary.resumes_at:%Y-%m-%d} 00:05 UTC" in str(summary)
        assert summary.windows["pending"] == 5
        assert len(lab.lab.log.calls("video/query")) == 5


def test_a_limit_that_others_used_up_stops_a_run_too(store):
    with lab_with(200, limits={"normal": 5}) as lab, client_for(lab, store) as client:
        summary = collect(store, whole_world(lab), client, workers=4)
        assert "TikTok says" in summary.paused
        assert summary.windows == {"complete": 5, "pending": 5}
        assert client.quota.remaining() == 0


def test_the_next_day_it_goes_on_with_new_requests(store):
    class Clock:
        now = datetime.now(UTC)

        def __call__(self):
            return self.now

    clock = Clock()
    with lab_with(200, limits={"normal": 6}) as lab:
        query = whole_world(lab)

        def run():
            with client_for(lab, store) as client:
                client._caller.quota = QuotaLedger(
                    store, CREDENTIALS.id, {"general": 6}, clock=clock
                )
                return collect(store, query, client)

        assert run().resumes_at
        clock.now += timedelta(days=1)
        lab.advance(timedelta(days=1))
        assert run().paused is None
        assert stored_ids(store) == shown_ids(lab)
        assert set(pages_asked(lab).values()) == {1}


def test_a_search_id_that_is_lost_starts_its_window_again(store):
    with lab_with(100, days=2) as lab, client_for(lab, store) as client:
        query = whole_world(lab, max_count=10)
        collect(store, query, client, max_requests=4, workers=1)
        lab.advance(timedelta(hours=2))
        summary = collect(store, query, client)
        assert summary.windows == {"complete": 2}
        assert stored_ids(store) == shown_ids(lab)
        restarted = [w for w in store.database["windows"].find() if w["restarts"]]
        assert len(restarted) == 1


def test_an_old_search_id_is_not_waited_for(store):
    seen: list[float] = []
    with lab_with(100, days=2) as lab, client_for(lab, store, waits=seen) as client:
        query = whole_world(lab, max_count=10)
        collect(store, query, client, max_requests=4, workers=1)
        lab.advance(timedelta(days=1))
        yesterday = datetime.now(UTC) - timedelta(days=1)
        store.database["windows"].update_many({}, {"$set": {"collected_at": yesterday}})
        collect(store, query, client)
        assert not any(seen)


def test_days_that_always_fail_are_split_off_and_the_others_are_complete(store):
    with lab_with(200, days=8) as lab, client_for(lab, store) as client:
        bad = (lab.lab.world.start + timedelta(days=2)).date()
        fault = {"kind": "internal_error", "start": f"{bad}", "end": f"{bad}"}
        lab.control(faults=[fault])
        query = whole_world(lab)
        summary = collect(store, query, client, window_days=4)
        assert summary.windows == {"complete": 3, "failed": 1}
        assert summary.problems[0][0] == f"window {bad}"
        assert "internal_error" in summary.problems[0][1]
        expected = {i for i in shown_ids(lab) if i not in shown_ids(lab, bad, bad)}
        assert stored_ids(store) == expected

        lab.control(faults=[])
        assert collect(store, query, client).requests == 0
        yesterday = datetime.now(UTC) - timedelta(days=1)
        store.database["windows"].update_many({}, {"$set": {"ended_at": yesterday}})
        assert collect(store, query, client).windows == {"complete": 4}
        assert stored_ids(store) == shown_ids(lab)


def test_when_the_api_is_down_the_quota_is_saved_for_later(store):
    fault = {"kind": "internal_error", "endpoints": ["video/query"]}
    with (
        lab_with(200, days=30, faults=[fault]) as lab,
        client_for(lab, store) as client,
    ):
        summary = collect(store, whole_world(lab), client, window_days=7, workers=2)
        assert "fails on every query" in summary.paused
        assert summary.requests < 40
        lab.control(faults=[])
        collect(store, whole_world(lab), client)
        store.database["windows"].update_many(
            {}, {"$set": {"ended_at": datetime.now(UTC) - timedelta(days=1)}}
        )
        collect(store, whole_world(lab), client)
        assert stored_ids(store) == shown_ids(lab)


def test_a_cursor_that_stands_still_ends_the_window_with_a_reason(store):
    fault = {"kind": "stuck_cursor", "endpoints": ["video/query"]}
    with lab_with(60, days=2, faults=[fault]) as lab, client_for(lab, store) as client:
        summary = collect(store, whole_world(lab), client)
        assert summary.windows == {"truncated": 2}
        assert "stands still" in summary.problems[0][1]
        assert summary.requests == 8


def test_a_query_that_the_api_refuses_fails_once_and_for_all(store):
    with lab_with(60, days=2) as lab, client_for(lab, store) as client:
        query = whole_world(lab)
        collect(store, query, client, max_requests=0)
        store.database["windows"].update_many({}, {"$set": {"body.query": {}}})
        summary = collect(store, query, client)
        assert summary.windows == {"failed": 2}
        assert summary.requests == 2
        assert "invalid_params" in summary.problems[0][1]
        assert collect(store, query, client).requests == 0


def test_days_within_the_embargo_are_collected_again_later(store):
    with lab_with(60, days=3) as lab, client_for(lab, store) as client:
        today = datetime.now(UTC).date()
        query = whole_world(lab, start_date=today, end_date=today)
        summary = collect(store, query, client)
        assert summary.windows == {"truncated": 1}
        assert "48 hours" in summary.problems[0][1]
        assert collect(store, query, client).requests == 0


def test_a_silent_index_is_not_taken_for_an_empty_one(store):
    fault = {"kind": "keyword_silence"}
    keyword = {"not_": (), "or_": (Condition("EQ", "keyword", ("linen",)),)}
    with lab_with(100, days=4, faults=[fault]) as lab, client_for(lab, store) as client:
        summary = collect(store, whole_world(lab, **keyword), client)
        assert not summary.canary.found
        assert summary.windows == {"truncated": 4}
        assert summary.requests == 5
        assert "looks down" in str(summary)


def test_an_empty_answer_is_believed_when_common_words_are_found(store):
    keyword = {"not_": (), "or_": (Condition("EQ", "keyword", ("qqzzqqzz",)),)}
    with lab_with(100, days=4) as lab, client_for(lab, store) as client:
        summary = collect(store, whole_world(lab, **keyword), client)
        assert summary.canary.found
        assert summary.windows == {"complete": 4}


def test_a_closed_endpoint_ends_the_run_with_its_reason(store):
    fault = {"kind": "scope_not_authorized", "endpoints": ["video/query"]}
    with lab_with(60, faults=[fault]) as lab, client_for(lab, store) as client:
        with pytest.raises(EndpointClosed):
            collect(store, whole_world(lab), client)
        states = {window["state"] for window in store.database["windows"].find()}
        assert states == {"pending"}


def test_wrong_credentials_end_the_run_before_any_request(store):
    with lab_with(60) as lab, client_for(lab, store) as client:
        client._caller._tokens._credentials = type(CREDENTIALS)(
            CREDENTIALS.client_key, CREDENTIALS.client_key, "here"
        )
        with pytest.raises(CredentialsError):
            collect(store, whole_world(lab), client)
        assert not lab.lab.log.calls("video/query")


def test_a_row_that_cannot_be_read_is_counted_and_logged(caplog):
    rows = [{"id": "7472336753637412325"}, {"username": "x"}, {"id": 7.4e18}]
    posts, unreadable = read_rows(rows, datetime.now(UTC), "q")
    assert [post.id for post in posts] == ["7472336753637412325"]
    assert unreadable == 2
    assert "could not be read" in caplog.text


def test_a_random_sample_is_one_page_a_window(store):
    with lab_with(200, days=2) as lab, client_for(lab, store) as client:
        summary = collect(store, whole_world(lab, is_random=True, max_count=30), client)
        assert summary.requests == 2
        assert summary.windows == {"complete": 2}
        assert stored_ids(store) <= shown_ids(lab)


def test_two_processes_share_quota_and_windows(store):
    with lab_with(600, days=12, faults={"latency": {"video/query": 0.03}}) as lab:
        processes = [start(lab, "videos") for _ in range(2)]
        results = [process.communicate(timeout=120) for process in processes]
        assert [process.returncode for process in processes] == [0, 0], results
        assert stored_ids(store) == shown_ids(lab)
        assert set(pages_asked(lab).values()) == {1}
        spent = QuotaLedger(store, CREDENTIALS.id, {"general": MANY}).today()["used"]
        assert spent == len(lab.lab.log.calls("video/query"))
        assert {window["state"] for window in store.database["windows"].find()} == {"complete"}


def test_ctrl_c_leaves_windows_that_another_run_goes_on_with(store):
    with (
        lab_with(300, days=6, faults={"latency": {"video/query": 0.1}}) as lab,
        client_for(lab, store) as client,
    ):
        query = whole_world(lab, max_count=10)
        main = threading.main_thread().ident

        def interrupt() -> None:
            while len(lab.lab.log.calls("video/query")) < 12:
                time.sleep(0.01)
            signal.pthread_kill(main, signal.SIGINT)

        threading.Thread(target=interrupt, daemon=True).start()
        with pytest.raises(KeyboardInterrupt):
            collect(store, query, client, workers=3)
        states = Counter(window["state"] for window in store.database["windows"].find())
        assert states["running"] == 0
        assert states["pending"] > 0
        assert collect(store, query, client).windows == {"complete": 6}
        assert stored_ids(store) == shown_ids(lab)


def test_the_bar_and_the_log_say_nothing_secret(store, capfd):
    with lab_with(60) as lab, client_for(lab, store) as client:
        collect(store, whole_world(lab), client, progress=True)
    shown = capfd.readouterr().err
    assert "everything" in shown
    assert "lab-secret" not in shown


def test_a_query_for_a_list_is_refused_with_what_collects_it(store):
    query = read_query(REPOSITORY / "params" / "queries" / "followers.ini")
    with lab_with(20) as lab, client_for(lab, store) as client:
        with pytest.raises(QueryError, match="followers asks for followers"):
            collect_videos(store, query, client)
        assert not lab.lab.log.calls("video/query")
