import os
from datetime import UTC, date, datetime, timedelta

import pytest

from tfw.sources.day_counts import Coverage, DayCount
from tfw.sources.research.leases import FREE, HOST
from tfw.sources.research.progress import (
    coverage,
    days_of,
    is_running,
    shown_state,
    thread_failures,
    threads_by_state,
    window_days,
)


def window(start="20260901", end="20260901", state="complete", **more):
    return {
        "start_date": start, "end_date": end, "state": state, "delivered": 7, "lease": FREE, **more,
    }  # fmt: skip


def lease(pid):
    return {
        "token": "t", "until": datetime.now(UTC) + timedelta(minutes=2), "host": HOST, "pid": pid,
    }  # fmt: skip


def test_a_window_of_one_day_has_the_rows_that_the_api_delivered():
    days = window_days([window(), window("20260902", "20260902", "failed")])
    assert days == [
        DayCount(date(2026, 9, 1), 7, Coverage.COMPLETE),
        DayCount(date(2026, 9, 2), 7, Coverage.INCOMPLETE),
    ]


def test_longer_windows_say_nothing_about_their_days_without_the_stored_posts():
    listed = [window(end="20260903")]
    assert window_days(listed) == []
    rows = [one.rows for one in window_days(listed, {date(2026, 9, 2): 4})]
    assert rows == [0, 4, 0]


def test_the_days_of_a_window_have_both_its_ends():
    assert days_of(window("20260930", "20261002")) == [
        date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (window(), Coverage.COMPLETE),
        (window(state="pending"), Coverage.OPEN),
        (window(state="running"), Coverage.OPEN),
        (window(state="failed"), Coverage.INCOMPLETE),
        (window(state="truncated"), Coverage.INCOMPLETE),
        # Its last videos could not be found yet, up to 48 hours after the day.
        (window(state="truncated", embargo=True), Coverage.YOUNG),
    ],
)
def test_a_windows_state_says_how_far_its_days_are_collected(found, expected):
    assert coverage(found) is expected


def test_a_running_window_whose_process_is_gone_was_interrupted():
    living = window(state="running", lease=lease(os.getpid()))
    assert (shown_state(living), is_running(living)) == ("running", True)
    dead = window(state="running", lease=lease(2**22 + 1))
    assert (shown_state(dead), is_running(dead)) == ("interrupted", False)


def test_a_window_that_was_given_back_half_done_is_begun():
    assert shown_state(window(state="pending", cursor=200)) == "begun"
    assert shown_state(window(state="pending", cursor=0)) == "pending"


def test_threads_are_counted_by_state_and_failures_by_reason(store):
    store.database["threads"].insert_many(
        [
            {"_id": "1", "state": "complete", "lease": FREE},
            {"_id": "2", "state": "failed", "reason": "the API fails", "lease": FREE},
            {"_id": "3", "state": "failed", "reason": "the API fails", "lease": FREE},
            {"_id": "4", "state": "failed", "reason": None, "lease": FREE},
        ]
    )
    assert threads_by_state(store) == {"complete": 1, "failed": 3}
    assert thread_failures(store) == {
        ("failed", "the API fails"): 2, ("failed", "no reason given"): 1,
    }  # fmt: skip
