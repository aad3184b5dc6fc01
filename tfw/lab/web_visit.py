"""One request to the lab's web site, and what is sent back."""

import json
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

SESSION_COOKIE = "lab_session"
MODE_COOKIE = "lab_mode"


@dataclass(frozen=True)
class Visit:
    """Who asks (a browser session), for what, and which modes are in force for it."""

    path: str
    query: Mapping[str, str]
    cookies: Mapping[str, str]
    session: str
    modes: frozenset[str]

    def number(self, name: str, default: int, most: int) -> int:
        """A number of the query between 0 and ``most``; the default where it has no such one."""
        text = self.query.get(name, "")
        return min(int(text), most) if text.isascii() and text.isdigit() else default


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    content: str = ""
    status: int = 200
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200) -> Answer:  # noqa: ANN401 - any JSON value
    """A value as JSON."""
    content = json.dumps(value, ensure_ascii=False)
    return Answer(content, status, "application/json; charset=utf-8")


def asked_mode(query: Mapping[str, str], referer: str | None) -> str | None:
    """The ``mode`` of the address, or of the page that a list call comes from; None if neither."""
    if "mode" in query:
        return query["mode"]
    page = parse_qs(urlsplit(referer or "").query, keep_blank_values=True)
    return page["mode"][-1] if "mode" in page else None


def cookies_in(header: str | None) -> dict[str, str]:
    """The cookies of a request by name."""
    pairs = (part.strip().partition("=") for part in (header or "").split(";"))
    return {name: value.strip('"') for name, _, value in pairs if name}


class Memory:
    """What happened how often in which session; safe to use from threads."""

    def __init__(self) -> None:
        self._times: Counter[tuple[str, ...]] = Counter()
        self._lock = threading.Lock()

    def count(self, *key: str) -> int:
        """How often this key was counted before; counts it once more."""
        with self._lock:
            self._times[key] += 1
            return self._times[key] - 1

    def seen(self, *key: str) -> bool:
        """Whether this key was ever counted."""
        with self._lock:
            return key in self._times

    def move(self, by: int, *key: str) -> int:
        """The place that a key has reached; moves it on."""
        with self._lock:
            place = self._times[key]
            self._times[key] = max(0, place + by)
            return place

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._times.clear()
