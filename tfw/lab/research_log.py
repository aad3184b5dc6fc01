"""What was asked of the lab, so that a test can prove that no page was asked for twice."""

from collections import Counter, deque
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import count

from tfw.lab.research_calls import Call, Reply

_CALLS_KEPT = 100_000


@dataclass(slots=True)
class Asked:
    """One request; ``status`` is None until it is answered, 0 when its connection was cut."""

    number: int
    at: datetime
    endpoint: str
    page: str
    status: int | None = None
    code: str | None = None
    fault: str | None = None
    rows: int | None = None


class CallLog:
    """The last 100,000 requests, and counts of all of them."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.clear()

    def clear(self) -> None:
        """Forget what was asked."""
        self._calls: deque[Asked] = deque(maxlen=_CALLS_KEPT)
        self._codes: dict[str, Counter[str]] = {}

    def open(self, call: Call, at: datetime) -> Asked:
        """Note that something was asked."""
        asked = Asked(next(self._numbers), at, call.endpoint.path, call.page)
        self._calls.append(asked)
        return asked

    def close(self, asked: Asked, reply: Reply) -> None:
        """Note what was answered."""
        asked.status, asked.code, asked.rows = reply.status, reply.code, reply.rows
        self._codes.setdefault(asked.endpoint, Counter())[reply.code] += 1

    def calls(self, endpoint: str | None = None, page: str | None = None) -> list[Asked]:
        """The requests, oldest first, of one endpoint or page or of all."""
        return [
            asked
            for asked in list(self._calls)
            if endpoint in (None, asked.endpoint) and page in (None, asked.page)
        ]

    def served(self, endpoint: str | None = None) -> Counter[tuple[str, str]]:
        """How often every page, named by endpoint and page key, was answered well."""
        well = (
            a for a in self.calls(endpoint) if a.status == 200 and a.code == "ok" and not a.fault
        )
        return Counter((asked.endpoint, asked.page) for asked in well)

    def asked(self, endpoint: str | None = None) -> Counter[tuple[str, str]]:
        """How often every page was asked for."""
        return Counter((asked.endpoint, asked.page) for asked in self.calls(endpoint))

    def counts(self) -> dict[str, dict[str, int]]:
        """How often every endpoint answered with which code."""
        return {endpoint: dict(codes) for endpoint, codes in list(self._codes.items())}


def as_json(asked: Asked) -> dict[str, object]:
    """A request as the control answers it."""
    return asdict(asked) | {"at": asked.at.isoformat()}
