import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from tfw.sources.research.endpoints import Page
from tfw.sources.research.leases import HOST, Leases
from tfw.sources.research.plan import Window, plan_windows
from tfw.sources.research.query import Condition, VideoQuery
from tfw.sources.research.windows import WindowBook, embargo_end

QUERY = VideoQuery(
    and_=(Condition("EQ", "hashtag_name", ("linen",)),),
    start_date=date(2026, 9, 1),
    end_date=date(2026, 9, 10),
    name="linen",
)
PAGE = Page(
    [{"id": "1"}],
    100,
    True,
    "747",
    "L" * 34,
    attempts=2,
    received_at=datetime(2026, 9, 20, tzinfo=UTC),
)


@pytest.fixture
def leases(store):
    with Leases(store.database["windows"]) as leases:
        yield leases


@pytest.fixture
def book(store, leases):
    book = WindowBook(store, QUERY, leases)
    book.add([Window(date(2026, 9, 1), date(2026, 9, 7))])
    return book


def days(book) -> list[tuple[str, str]]:
    return [(window["start_date"], window["end_date"]) for window in book.all()]


def test_a_window_holds_what_is_asked_and_where_it_stands(book):
    (window,) = book.all()
    assert window["_id"] == f"{QUERY.fingerprint}:20260901:20260907"
    assert window["body"] == QUERY.body(date(2026, 9, 1), date(2026, 9, 7))
    assert window["fields"] == list(QUERY.fields)
    assert (window["state"], window["cursor"], window["requests"]) == ("pending", 0, 0)
    assert window["client_version"].startswith("tfw ")


def test_planning_again_adds_nothing_and_other_lengths_fill_the_gaps_only(book):
    assert book.add([Window(date(2026, 9, 1), date(2026, 9, 7))]) == 0
    assert book.add(plan_windows(QUERY, 5)) == 1
    assert days(book) == [("20260901", "20260907"), ("20260908", "20260910")]


def test_a_window_is_with_one_worker_at_a_time(store, book):
    (window,) = book.all()
    assert book.take(window)["state"] == "running"
    with Leases(store.database["windows"]) as others:
        other = WindowBook(store, QUERY, others)
        assert other.take(window) is None
        assert other.take(other.all()[0]) is None


def test_the_end_of_a_run_gives_its_windows_back(store):
    with Leases(store.database["windows"]) as leases:
        book = WindowBook(store, QUERY, leases)
        book.add(plan_windows(QUERY, 7))
        taken = book.take(book.all()[0])
        book.save_page(taken, PAGE, {"delivered": 1})
    again = book.all()[0]
    assert (again["state"], again["cursor"], again["search_id"]) == ("pending", 100, "747")


def test_the_lease_of_a_dead_process_is_free_at_once(store, book):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    until = datetime.now(UTC) + timedelta(hours=1)
    lease = {"token": "x", "until": until, "host": HOST, "pid": dead.pid, "started": None}
    store.database["windows"].update_many({}, {"$set": {"state": "running", "lease": lease}})
    assert book.take(book.all()[0])


def test_the_lease_of_another_machine_holds_until_it_ends(store, book):
    def leased(until: datetime) -> None:
        lease = {"token": "x", "until": until, "host": "elsewhere", "pid": 1, "started": None}
        store.database["windows"].update_many({}, {"$set": {"state": "running", "lease": lease}})

    leased(datetime.now(UTC) + timedelta(hours=1))
    assert book.take(book.all()[0]) is None
    leased(datetime.now(UTC) - timedelta(seconds=1))
    assert book.take(book.all()[0])


def test_a_process_that_has_the_number_of_a_dead_one_holds_no_lease(store, book):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    until = datetime.now(UTC) + timedelta(hours=1)
    lease = {"token": "x", "until": until, "host": HOST, "pid": os.getpid(), "started": long_ago}
    store.database["windows"].update_many({}, {"$set": {"state": "running", "lease": lease}})
    assert book.take(book.all()[0])


def test_a_page_moves_the_cursor_and_the_counts(book):
    window = book.take(book.all()[0])
    assert book.save_page(window, PAGE, {"delivered": 60, "over_matched": 3})
    stored = book.all()[0]
    assert (stored["cursor"], stored["search_id"], stored["log_id"]) == (100, "747", "L" * 34)
    assert (stored["asked"], stored["delivered"], stored["over_matched"]) == (100, 60, 3)
    assert (stored["requests"], stored["pages"]) == (2, 1)
    assert stored["collected_at"] == PAGE.received_at


def test_who_lost_the_lease_can_change_nothing(store, book):
    window = book.take(book.all()[0])
    store.database["windows"].update_many({}, {"$set": {"lease.token": "thief"}})
    assert not book.save_page(window, PAGE, {})
    assert not book.finish(window, "complete", None)
    assert book.all()[0]["state"] == "running"


def test_a_restart_begins_at_the_first_page_and_keeps_the_number_of_requests(book):
    window = book.take(book.all()[0])
    book.save_page(window, PAGE, {"delivered": 60})
    book.restart(window, attempts=6)
    stored = book.all()[0]
    assert (stored["cursor"], stored["search_id"], stored["delivered"]) == (0, None, 0)
    assert (stored["requests"], stored["restarts"]) == (8, 1)


def test_splitting_puts_two_halves_in_place_of_a_window(book):
    window = book.take(book.all()[0])
    window["requests"] = 5
    assert book.split(window)
    assert days(book) == [("20260901", "20260904"), ("20260905", "20260907")]
    assert [half["requests"] for half in book.all()] == [5, 0]
    assert {half["split_from"] for half in book.all()} == {window["_id"]}


def test_a_single_day_cannot_be_split(store, leases):
    book = WindowBook(store, QUERY, leases)
    book.add([Window(date(2026, 9, 1), date(2026, 9, 1))])
    window = book.take(book.all()[0])
    assert not book.split(window)
    assert days(book) == [("20260901", "20260901")]


def ended(book, store, *, days_ago: int, state: str, **more) -> int:
    """How many windows reopen when one ended so, that long ago."""
    window = book.take(book.all()[0])
    book.finish(window, state, "a reason", **more)
    at = datetime.now(UTC) - timedelta(days=days_ago)
    store.database["windows"].update_many({}, {"$set": {"ended_at": at}})
    return book.reopen()


@pytest.mark.parametrize(
    ("days_ago", "state", "more", "reopened"),
    [
        (0, "failed", {"passing": True}, 0),
        (1, "failed", {"passing": True}, 1),
        (1, "failed", {}, 0),
        (0, "truncated", {}, 0),
        (1, "truncated", {}, 1),
        (1, "truncated", {"embargo": True}, 1),
        (9, "complete", {}, 0),
    ],
)
def test_what_trouble_ended_is_tried_again_on_another_day(
    store, book, days_ago, state, more, reopened
):
    assert ended(book, store, days_ago=days_ago, state=state, **more) == reopened
    assert book.all()[0]["state"] == ("pending" if reopened else state)


def test_old_windows_can_be_asked_for_again(store, book):
    ended(book, store, days_ago=9, state="complete")
    week = datetime.now(UTC) - timedelta(days=7)
    assert book.reopen(week) == 1
    assert book.all()[0]["cursor"] == 0


def test_the_embargo_ends_48_hours_after_the_last_day():
    window = {"end_date": "20260907"}
    assert embargo_end(window) == datetime(2026, 9, 10, tzinfo=UTC)
