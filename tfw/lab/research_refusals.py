"""The failures of the Research API, with status, code and message as it words them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

Json = dict[str, Any]

_LONGEST_TEXT = 200
_WHOLE = re.compile(r"-?[0-9]{1,25}")
_TRY_AGAIN = "Please try again later"


class Refusal(Exception):
    """The API does not do what was asked.

    ``bare`` failures have no ``data``; the others have an empty one.
    """

    def __init__(self, status: int, code: str, message: str, *, bare: bool = False) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.bare = status, code, message, bare

    def body(self, log_id: str) -> Json:
        """The answer around the failure."""
        error = {"code": self.code, "message": self.message, "log_id": log_id}
        return {"error": error} if self.bare else {"data": {}, "error": error}


class TokenRefusal(Exception):
    """The token endpoint gives no token; its answers are flat, ``error`` is text."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(description)
        self.status, self.code, self.description = status, code, description

    def body(self, log_id: str) -> Json:
        """The answer around the failure."""
        return {"error": self.code, "error_description": self.description, "log_id": log_id}


def invalid(message: str) -> Refusal:
    """400: something in the request is wrong."""
    return Refusal(400, "invalid_params", message)


def invalid_cursor() -> Refusal:
    """400: a cursor that belongs to nothing."""
    return Refusal(400, "invalid_params", "Invalid count or cursor", bare=True)


def invalid_search(search_id: object) -> Refusal:
    """400: a search id that is unknown, too old or of another query."""
    message = f"Search Id {search_id} is invalid or expired"
    return Refusal(400, "invalid_params", message, bare=True)


def unknown_user(name: str) -> Refusal:
    """400: nobody has this name."""
    return invalid(f"`username: {name}` is invalid: cannot find the user")


def refused_user() -> Refusal:
    """400: the account is private or of an excluded country."""
    return invalid("API cannot return this user's information")


def private_list(name: str) -> Refusal:
    """400: the account does not show this list."""
    return invalid(f"`username: {name}` is private: this information cannot be returned")


def invalid_token() -> Refusal:
    """401: no token, an unknown one or an expired one."""
    message = "The access token is invalid or not found in the request."
    return Refusal(401, "access_token_invalid", message)


def no_scope() -> Refusal:
    """401: the endpoint is not open to this token."""
    message = "The user did not authorize the scope required for completing this request."
    return Refusal(401, "scope_not_authorized", message)


def too_fast() -> Refusal:
    """429 that passes within a minute."""
    return Refusal(429, "rate_limit_exceeded", f"The API rate limit was exceeded. {_TRY_AGAIN}.")


def day_is_over() -> Refusal:
    """429 that lasts until midnight UTC."""
    message = f"The API daily quota limit exceeded. {_TRY_AGAIN}"
    return Refusal(429, "daily_quota_limit_exceeded", message)


def internal_error(status: int = 500) -> Refusal:
    """The server failed."""
    return Refusal(status, "internal_error", f"Something is wrong. {_TRY_AGAIN}.")


def timeout() -> Refusal:
    """504: the query was too heavy."""
    return Refusal(504, "timeout", "Timeout")


def unavailable() -> Refusal:
    """503: the service is down for a moment."""
    message = f"Service temporarily unavailable. {_TRY_AGAIN}."
    return Refusal(503, "service_unavailable", message)


def to_day(text: object, name: str) -> datetime:
    """Midnight UTC of a day written as YYYYMMDD.

    Raises:
        Refusal: it is no such day.
    """
    if not isinstance(text, str) or len(text) != 8 or not (text.isascii() and text.isdigit()):
        raise invalid(f"Invalid {name}: it must be a UTC date in the format YYYYMMDD")
    try:
        return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        raise invalid(f"Invalid {name}: {text} is not a day") from None


def to_text(body: Mapping[str, Any], name: str) -> str:
    """A text that must be there; an id may be a number.

    Raises:
        Refusal: it is absent, empty or something else.
    """
    value = body.get(name)
    number = isinstance(value, int) and not isinstance(value, bool)
    if not number and not (isinstance(value, str) and value.strip()):
        raise invalid(f"Invalid {name}: it is missing or empty")
    if len(str(value)) > _LONGEST_TEXT:
        raise invalid(f"Invalid {name}: it is too long")
    return str(value).strip()


def to_count(
    body: Mapping[str, Any],
    name: str,
    default: int,
    *,
    low: int = 0,
    high: int = 2**63,
    refusal: Literal["count", "cursor"] = "count",
) -> int:
    """A whole number, also one written as text; ``default`` where it is absent or null.

    Raises:
        Refusal: it is no whole number or out of range.
    """
    value = body.get(name)
    if value is None:
        return default
    text = str(value)
    if isinstance(value, bool | float) or not _WHOLE.fullmatch(text):
        raise invalid(f"Invalid {name}: it must be a whole number")
    if not low <= int(text) <= high:
        outside = invalid(f"Invalid {name}: {text} is not between {low} and {high}")
        raise invalid_cursor() if refusal == "cursor" else outside
    return int(text)
