import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tfw.errors import ParameterError
from tfw.sources.web.failures import DailyLimit, Interrupted
from tfw.sources.web.pace import POLITE, Pace, todays_pages
from tfw.store import Store


class Unhurried(Pace):
    """The pace, telling its waits instead of spending them."""

    waits: list[float]

    def wait(self, seconds: float) -> None:
        super().wait(0)
        if seconds:
            self.waits = [*getattr(self, "waits", []), seconds]


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_the_default_pace_is_that_of_a_careful_person() -> None:
    random.seed(5)
    pace = Unhurried()
    for _ in range(52):
        pace.before_page()
        pace.before_scroll()
    scrolls = [seconds for seconds in pace.waits if seconds <= 2.5]
    pages = [seconds for seconds in pace.waits if 2.5 < seconds <= 15]
    rests = [seconds for seconds in pace.waits if seconds > 15]
    assert (len(pages), len(scrolls), len(rests)) == (51, 52, 2)
    assert min(pages) >= 6
    assert min(scrolls) >= 1
    assert min(rests) >= 120
    assert max(rests) <= 300


def test_nothing_waits_on_this_machine_unless_asked_to() -> None:
    pace = Unhurried(local=True)
    for _ in range(60):
        pace.before_page()
        pace.before_scroll()
    assert not hasattr(pace, "waits")
    slow = Unhurried(page=(2, 2), local=True)
    slow.before_page()
    slow.before_page()
    assert slow.waits == [2]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"page": [1, 5]}, r"page begins at 1 seconds, and the ceiling of the pace is 4 seconds"),
        ({"scroll": 0}, r"scroll begins at 0 seconds, .* ceiling of the pace is 0\.7 seconds"),
        ({"rest": [10, 300]}, r"rest begins at 10 seconds, .* ceiling of the pace is 90 seconds"),
        ({"rest_every": 100}, r"rest_every is 100 pages, .* ceiling of the pace is 40 pages"),
        ({"daily": 9999}, r"daily is 9999 pages, .* ceiling of the pace is 1,500 pages"),
        ({"speed": 1}, r"pace has no 'speed'; it has page, scroll"),
        ({"page": [9, 3]}, r"such as \[6, 15\]"),
        ({"page": "slow"}, r"such as \[6, 15\]"),
        ({"page": [True, 9]}, r"such as \[6, 15\]"),
        ({"daily": 0}, "a whole number from 1"),
        ("slow", "pace has no 'pace'"),
    ],
)
def test_a_pace_that_is_too_fast_or_wrong_is_refused(values: Any, told: str) -> None:
    with pytest.raises(ParameterError, match=told):
        Pace.of(values, local=False)


def test_a_slower_pace_is_taken() -> None:
    pace = Pace.of({"page": [10, 20], "daily": 50}, local=False)
    assert (pace.rates.page, pace.rates.daily, pace.rates.scroll) == ((10, 20), 50, POLITE.scroll)
    assert Pace.of(pace, local=False) is pace


def test_slowing_down_doubles_the_waits_up_to_eight_times() -> None:
    pace = Unhurried(page=(10, 10))
    for _ in range(6):
        pace.before_page()
        pace.slow_down()
    assert pace.waits == [20, 40, 80, 80, 80]


def test_the_daily_limit_ends_the_run() -> None:
    pace = Unhurried(daily=2)
    pace.before_page()
    pace.before_page()
    with pytest.raises(DailyLimit, match="2 pages were opened today"):
        pace.before_page()


def test_the_pages_of_a_day_are_counted_for_all_runs(store: Store) -> None:
    for _ in range(2):
        Unhurried(daily=3, count_page=todays_pages(store)).before_page()
    pace = Unhurried(daily=3, count_page=todays_pages(store))
    pace.before_page()
    with pytest.raises(DailyLimit):
        pace.before_page()


def test_a_wait_is_cut_short_when_the_run_is_stopped() -> None:
    pace = Pace(page=(3_000, 3_000))
    failures: list[BaseException] = []

    def work() -> None:
        try:
            pace.before_page()
            pace.before_page()
        except Interrupted as error:
            failures.append(error)

    thread = started(work)
    time.sleep(0.05)
    pace.stop()
    thread.join(20)
    assert len(failures) == 1


def test_sessions_have_one_page_at_a_time_and_take_turns() -> None:
    pace, order, open_pages, most = Unhurried(), [], [0], [0]
    counting = threading.Lock()

    def session(name: str) -> None:
        for _ in range(4):
            pace.before_page()
            with counting:
                order.append(name)
                open_pages[0] += 1
                most[0] = max(most[0], open_pages[0])
            time.sleep(0.01)
            with counting:
                open_pages[0] -= 1

    threads = [started(lambda name=name: session(name)) for name in "ab"]
    for thread in threads:
        thread.join(20)
    assert most == [1]
    assert sorted(order) == list("aaaabbbb")
    assert "ab" in "".join(order)
    assert "ba" in "".join(order)


def test_a_session_that_died_with_its_page_does_not_block_the_others() -> None:
    pace = Unhurried()
    started(pace.before_page).join(20)
    other = started(pace.before_page)
    other.join(20)
    assert not other.is_alive()


def test_all_other_sessions_wait_while_one_has_paused_them() -> None:
    pace, done = Pace(local=True), []

    def session() -> None:
        pace.before_scroll()
        done.append(1)

    with pace.paused(), pace.paused():
        pace.before_page()  # the one that asked goes on
        thread = started(session)
        thread.join(0.2)
        assert not done
    thread.join(20)
    assert done == [1]
