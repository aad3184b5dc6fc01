import threading
import time

from tests.jupyter import wait_for
from tfw.desk.counted import Counted


def test_figures_are_counted_beside_the_caller_and_told_when_they_are_there():
    told, go = threading.Event(), threading.Event()
    counted = Counted(lambda: go.wait(10) and 7, told.set)
    counted.count("first")
    assert counted.figures is None
    go.set()
    assert told.wait(10)
    assert counted.figures == 7


def test_the_same_signature_is_not_counted_twice_and_a_new_one_not_too_soon():
    numbers = iter(range(10))

    def count():
        time.sleep(0.05)
        return next(numbers)

    counted = Counted(count, lambda: None)
    counted.count("a", at_once=True)
    counted.count("a")
    counted.count("b")
    time.sleep(0.1)
    assert counted.figures == 0
    # Counting took 0.05 s, so half a second after its begin it is time again.
    wait_for(lambda: counted.count("b") or counted.figures == 1, 10)


def test_what_is_forgotten_is_counted_at_the_next_call():
    numbers = iter(range(10))
    counted = Counted(lambda: next(numbers), lambda: None)
    counted.count("a", at_once=True)
    counted.forget()
    counted.count("a")
    wait_for(lambda: counted.figures == 1, 10)


def test_a_count_that_fails_leaves_the_figures_and_lets_the_next_one_begin(caplog):
    def count():
        raise ValueError("the database is gone")

    told = threading.Event()
    counted = Counted(count, told.set)
    counted.count("a")
    wait_for(lambda: "could not be counted" in caplog.text, 10)
    assert counted.figures is None
    assert not told.is_set()
    counted.forget()
    counted._count = lambda: 5
    counted.count("a")
    assert told.wait(10)
    assert counted.figures == 5
