import pytest

from tfw.sources.web.breaker import Breaker
from tfw.sources.web.failures import CollectionEnded, TooUnreadable


def test_six_unreadable_pages_of_the_last_ten_end_the_run() -> None:
    breaker = Breaker()
    for readable in (True, False, False, True, False, True, False, False):
        breaker.note(readable)
    assert not breaker.open
    with pytest.raises(TooUnreadable, match="6 of the last 9 pages"):
        breaker.note(False)
    assert breaker.open


def test_old_failures_are_forgotten() -> None:
    breaker = Breaker(window=4, most=3)
    for readable in (False, False, True, True, True, False, False):
        breaker.note(readable)
    assert not breaker.open
    with pytest.raises(CollectionEnded):
        breaker.note(False)
