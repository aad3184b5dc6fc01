"""What the lab's web site was asked, so that a test can tell how polite a visitor was."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

Kind = Literal["page", "call"]


class WebLog:
    """Counts of pages, list calls, requests a minute and captchas; safe to use from threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_flight = 0
        self.clear()

    def clear(self) -> None:
        """Forget what was asked."""
        with self._lock:
            self._pages: Counter[str] = Counter()
            self._calls: Counter[str] = Counter()
            self._minutes: Counter[str] = Counter()
            self._captchas: Counter[str] = Counter()
            self._most = self._in_flight

    @contextmanager
    def request(self, kind: Kind, path: str, at: datetime) -> Iterator[None]:
        """Count one request, which is in flight as long as the block lasts."""
        with self._lock:
            (self._pages if kind == "page" else self._calls)[path] += 1
            self._minutes[f"{at:%Y-%m-%dT%H:%M}"] += 1
            self._in_flight += 1
            self._most = max(self._most, self._in_flight)
        try:
            yield
        finally:
            with self._lock:
                self._in_flight -= 1

    def captcha(self, what: Literal["shown", "solved"]) -> None:
        """Count a captcha that came up, or one that was solved."""
        with self._lock:
            self._captchas[what] += 1

    def state(self) -> dict[str, Any]:
        """The counts as JSON values; ``page_paths`` says which pages were opened how often."""
        with self._lock:
            return {
                "pages": self._pages.total(),
                "page_paths": dict(self._pages),
                "calls": dict(self._calls),
                "per_minute": dict(self._minutes),
                "captchas": {name: self._captchas[name] for name in ("shown", "solved")},
                "in_flight_most": self._most,
            }
