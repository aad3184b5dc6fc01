"""How often a failed request is tried again, and after which waits.

| what came | waits in seconds | then |
| --- | --- | --- |
| 401, token invalid | 0, 5: each time with a fresh token | credentials are refused |
| 429, too fast | 5, 10, 20, 40, 60, 60, 60, or as the API says, at most 60 | the run pauses |
| 429, day's quota spent | none | the run pauses until 00:05 UTC |
| search id or cursor invalid | 5, 10, 15, 20, 25 | the window starts again |
| 5xx, HTML, broken JSON, no answer | 30, 60, 90, 120 | the window is split in two |
| any other 4xx | none | the request is refused |

The search cache is filled after the id is handed out, so the same request often works seconds
later; bursts of 500 last for minutes.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from tfw.sources.research.answers import Answer, Meaning
from tfw.sources.research.failures import (
    ApiUnavailable,
    EndpointClosed,
    RequestRefused,
    ResearchError,
    SearchLost,
    Throttled,
)

WAITS: dict[Meaning, Sequence[float]] = {
    Meaning.THROTTLED: (5, 10, 20, 40, 60, 60, 60),
    Meaning.SEARCH: (5, 10, 15, 20, 25),
    Meaning.FAULT: (30, 60, 90, 120),
}
LONGEST_THROTTLE = 60.0
FAILURES: dict[Meaning, type[ResearchError]] = {
    Meaning.THROTTLED: Throttled,
    Meaning.SEARCH: SearchLost,
    Meaning.FAULT: ApiUnavailable,
    Meaning.CLOSED: EndpointClosed,
    Meaning.REFUSED: RequestRefused,
    Meaning.TOKEN: RequestRefused,
}
ADVICE: dict[Meaning, str] = {
    Meaning.THROTTLED: " Lower requests_per_second, or run this again later.",
    Meaning.CLOSED: " Ask TikTok for access to this endpoint; other endpoints are not affected.",
}


class Tries:
    """The tries of one request."""

    def __init__(self, endpoint: str, give_up_on: Collection[Meaning] = ()) -> None:
        self.made = 0
        self._endpoint = endpoint
        self._waits = {what: some for what, some in WAITS.items() if what not in give_up_on}
        self._seen: Counter[Meaning] = Counter()

    def wait_after(self, answer: Answer) -> float:
        """How long to wait before the next try, in seconds.

        Raises:
            ResearchError: there is no next try; its class says what to do.
        """
        waits = self._waits.get(answer.meaning, ())
        turn = self._seen[answer.meaning]
        self._seen[answer.meaning] += 1
        if turn >= len(waits):
            raise self.failure(answer)
        if answer.meaning is Meaning.THROTTLED and answer.retry_after is not None:
            return min(answer.retry_after, LONGEST_THROTTLE)
        return waits[turn]

    def failure(self, answer: Answer) -> ResearchError:
        """The error to end with."""
        tries = "" if self.made < 2 else f" after {self.made} tries"
        failure = FAILURES[answer.meaning](
            f"{self._endpoint}: {answer}{tries}.{ADVICE.get(answer.meaning, '')}"
        )
        failure.attempts = self.made
        return failure
