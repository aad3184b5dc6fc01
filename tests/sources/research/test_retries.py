import pytest

from tfw.sources.research.answers import Answer, Meaning
from tfw.sources.research.failures import (
    ApiUnavailable,
    EndpointClosed,
    RequestRefused,
    SearchLost,
    Throttled,
)
from tfw.sources.research.retries import Tries


def waits(meaning: Meaning, failure: type[Exception], **answer) -> list[float]:
    """The waits before the tries end with this failure."""
    tries, found = Tries("video_query"), []

    def try_for_ever() -> None:
        while True:
            found.append(tries.wait_after(Answer(meaning, **answer)))

    with pytest.raises(failure):
        try_for_ever()
    return found


def test_a_search_id_is_waited_for_and_then_given_up():
    assert waits(Meaning.SEARCH, SearchLost) == [5, 10, 15, 20, 25]


def test_trouble_of_the_server_gets_five_tries():
    assert waits(Meaning.FAULT, ApiUnavailable) == [30, 60, 90, 120]


def test_too_fast_requests_wait_up_to_a_minute():
    assert waits(Meaning.THROTTLED, Throttled) == [5, 10, 20, 40, 60, 60, 60]


def test_the_wait_that_the_api_names_is_kept_to_a_minute():
    assert set(waits(Meaning.THROTTLED, Throttled, retry_after=7.0)) == {7.0}
    assert set(waits(Meaning.THROTTLED, Throttled, retry_after=3600.0)) == {60.0}


@pytest.mark.parametrize(
    ("meaning", "failure"),
    [(Meaning.REFUSED, RequestRefused), (Meaning.CLOSED, EndpointClosed)],
)
def test_what_the_api_refuses_is_never_asked_again(meaning, failure):
    assert waits(meaning, failure) == []


def test_each_kind_of_trouble_has_tries_of_its_own():
    tries = Tries("video_query")
    assert tries.wait_after(Answer(Meaning.FAULT)) == 30
    assert tries.wait_after(Answer(Meaning.SEARCH)) == 5
    assert tries.wait_after(Answer(Meaning.FAULT)) == 60


def test_what_is_not_worth_waiting_for_ends_at_once():
    tries = Tries("video_query", {Meaning.SEARCH})
    with pytest.raises(SearchLost):
        tries.wait_after(Answer(Meaning.SEARCH))
    assert tries.wait_after(Answer(Meaning.FAULT)) == 30


def test_the_failure_says_what_the_api_said_and_how_often_it_was_asked():
    tries = Tries("video_query")
    tries.made = 5
    said = Answer(Meaning.FAULT, "Timeout", 504, "timeout", "2025022010140712ABCDEF")
    failure = tries.failure(said)
    assert failure.attempts == 5
    assert str(failure) == (
        "video_query: HTTP 504, timeout, Timeout (log id 2025022010140712ABCDEF) after 5 tries."
    )
