import multiprocessing
import threading
from datetime import UTC, datetime, timedelta

import pytest

from tfw.sources.research.failures import CapReached, QuotaReached
from tfw.sources.research.quota import QuotaLedger
from tfw.store import open_store

SPAWN = multiprocessing.get_context("spawn")


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def ledger(store, limit=3, **options):
    return QuotaLedger(store, "cred", {"general": limit, "follow": 2}, **options)


def test_every_reservation_is_written_down_by_endpoint(store):
    book = ledger(store)
    for endpoint in ("video_query", "video_query", "user_info"):
        book.reserve("general", endpoint)
    assert book.today()["used"] == 3
    assert book.today()["endpoints"] == {"video_query": 2, "user_info": 1}
    assert book.remaining() == 0
    assert book.remaining("follow") == 2


def test_at_the_limit_it_says_when_it_goes_on(store):
    clock = Clock()
    book = ledger(store, limit=1, clock=clock)
    book.reserve("general", "video_query")
    with pytest.raises(QuotaReached, match="after 2026-11-22 00:05 UTC") as caught:
        book.reserve("general", "video_query")
    assert caught.value.resumes_at == datetime(2026, 11, 22, 0, 5, tzinfo=UTC)
    assert book.today()["used"] == 1
    book.reserve("follow", "followers")


def test_a_new_utc_day_begins_a_new_entry(store):
    clock = Clock()
    book = ledger(store, limit=1, clock=clock)
    book.reserve("general", "video_query")
    clock.now += timedelta(minutes=11)
    book.reserve("general", "video_query")
    assert store.count("quota") == 2


def test_the_word_of_the_api_ends_the_day_for_everybody(store):
    book, other = ledger(store, limit=100), ledger(store, limit=100)
    other.reserve("general", "video_query")
    assert isinstance(book.exhaust("general"), QuotaReached)
    assert other.remaining() == 0
    with pytest.raises(QuotaReached):
        other.reserve("general", "video_query")


def test_a_cap_holds_for_its_run_alone(store):
    book = ledger(store, limit=10)
    run = book.capped(2)
    run.reserve("general", "a")
    run.reserve("general", "b")
    with pytest.raises(CapReached, match="max_requests"):
        run.reserve("general", "c")
    assert (run.reserved, book.today()["used"]) == (2, 2)
    book.reserve("general", "d")


def test_a_refused_reservation_does_not_count_for_the_cap(store):
    run = ledger(store, limit=0).capped(5)
    with pytest.raises(QuotaReached):
        run.reserve("general", "a")
    assert run.reserved == 0


def test_other_credentials_have_a_ledger_of_their_own(store):
    ledger(store, limit=1).reserve("general", "a")
    QuotaLedger(store, "other", {"general": 1}).reserve("general", "a")


def reserve_all(results) -> None:
    with open_store() as store:
        book, made = ledger(store, limit=100), []

        def work() -> None:
            try:
                while True:
                    book.reserve("general", "video_query")
                    made.append(1)
            except QuotaReached:
                return

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    results.put(len(made))


def test_several_processes_never_pass_the_limit(store):
    results = SPAWN.Queue()
    processes = [SPAWN.Process(target=reserve_all, args=(results,)) for _ in range(3)]
    for process in processes:
        process.start()
    made = [results.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    assert sum(made) == 100
    assert ledger(store, limit=100).today()["used"] == 100
