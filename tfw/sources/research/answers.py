"""What an answer of the Research API means, whatever shape it comes in.

Gateways answer with HTML, errors come with status 200, good pages with status 500: the body
decides, the status only where the body says nothing.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import httpx

from tfw.records import clean_text
from tfw.sources.research.endpoints import Endpoint


class Meaning(StrEnum):
    """What an answer asks the client to do."""

    OK = "ok"
    TOKEN = "token"
    CLOSED = "closed"
    THROTTLED = "throttled"
    DAILY = "daily"
    SEARCH = "search"
    FAULT = "fault"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """One answer: what it means, what it says, and its data."""

    meaning: Meaning
    message: str = ""
    status: int | None = None
    code: str = ""
    log_id: str | None = None
    retry_after: float | None = None
    data: dict[str, Any] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)
    received_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __str__(self) -> str:
        parts = [f"HTTP {self.status}" if self.status else "", self.code, self.message]
        said = ", ".join(part for part in parts if part) or "no reason given"
        return f"{said} (log id {self.log_id})" if self.log_id else said


CODES = {
    "access_token_invalid": Meaning.TOKEN,
    "scope_not_authorized": Meaning.CLOSED,
    "scope_permission_missed": Meaning.CLOSED,
    "rate_limit_exceeded": Meaning.THROTTLED,
    "daily_quota_limit_exceeded": Meaning.DAILY,
    "internal_error": Meaning.FAULT,
    "timeout": Meaning.FAULT,
}
SEARCH_LOST = re.compile(r"search.?id.*(invalid|expired)|invalid.*cursor", re.IGNORECASE)
PASSING = re.compile(r"something (is|went) wrong|server internal error|try again", re.IGNORECASE)
# Every id of the API but these is a number; as text it survives pandas, JavaScript and Excel.
ID_KEYS = re.compile(r"(.*_)?ids?")
MESSAGE_LENGTH = 200


def read_answer(response: httpx.Response, endpoint: Endpoint) -> Answer:
    """What a response means; never raises."""
    common: dict[str, Any] = {
        "status": response.status_code,
        "retry_after": _seconds(response.headers.get("Retry-After")),
    }
    if endpoint.plain and response.status_code == 200 and not _is_json(response):
        return Answer(Meaning.OK, text=response.text, **common)
    payload = _payload(response)
    if payload is None:
        return Answer(_by_status(response.status_code), _shape(response), **common)
    error, data = payload.get("error"), payload.get("data")
    data = data if isinstance(data, dict) else {}
    error = error if isinstance(error, dict) else {"code": error}
    common["code"] = _short(error.get("code"))
    common["log_id"] = _short(error.get("log_id")) or None
    common["data"] = tidy(data)
    message = _short(error.get("message"))
    return Answer(_meaning(response.status_code, error, data, endpoint), message, **common)


def read_transport_error(error: httpx.HTTPError) -> Answer:
    """A request that got no answer: a time-out, a broken connection."""
    slow = isinstance(error, httpx.TimeoutException)
    problem = "no answer in time" if slow else "the connection failed"
    return Answer(Meaning.FAULT, f"{problem} ({type(error).__name__})")


def tidy(value: Any, key: str = "") -> Any:  # noqa: ANN401 (JSON is any value)
    """A JSON value without NUL characters, its ids as text."""
    if isinstance(value, dict):
        return {clean_text(str(name)): tidy(part, str(name)) for name, part in value.items()}
    if isinstance(value, list):
        return [tidy(part, key) for part in value]
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, int) and not isinstance(value, bool) and ID_KEYS.fullmatch(key):
        return str(value)
    return value


def _meaning(status: int, error: dict[str, Any], data: dict[str, Any], to: Endpoint) -> Meaning:
    code, message = str(error.get("code") or "ok"), str(error.get("message") or "")
    if status == 200 and code == "ok":
        return Meaning.OK
    if status >= 500 and _is_usable(code, message, data, to):
        return Meaning.OK
    if code in CODES:
        return CODES[code]
    if SEARCH_LOST.search(message):
        return Meaning.SEARCH
    if status >= 500 or PASSING.search(message):
        return Meaning.THROTTLED if status == 429 else Meaning.FAULT
    return _by_status(status)


def _is_usable(code: str, message: str, data: dict[str, Any], endpoint: Endpoint) -> bool:
    """The playlist endpoint answers 500 with a good body, others do so at times."""
    proven = endpoint.proof in data if endpoint.proof else bool(data)
    return proven and (code == "ok" or not message)


def _by_status(status: int) -> Meaning:
    if status == 401:
        return Meaning.TOKEN
    if status == 429:
        return Meaning.THROTTLED
    # A 200 that cannot be read broke off on the way.
    return Meaning.FAULT if status >= 500 or status == 200 else Meaning.REFUSED


def _is_json(response: httpx.Response) -> bool:
    return response.text.lstrip()[:1] == "{"


def _payload(response: httpx.Response) -> dict[str, Any] | None:
    try:
        payload = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def _shape(response: httpx.Response) -> str:
    kind = response.headers.get("Content-Type", "no content type").split(";")[0]
    return f"not a readable JSON object ({kind}, {len(response.content):,} bytes)"


def _short(value: object) -> str:
    return "" if value is None else " ".join(clean_text(str(value)).split())[:MESSAGE_LENGTH]


def _seconds(value: str | None) -> float | None:
    return float(value) if value and re.fullmatch(r"\d{1,4}", value) else None
