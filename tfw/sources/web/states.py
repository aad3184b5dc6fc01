"""What a page or a list reply of the site is, read from its codes and never from its words.

The codes are those that public projects have seen; a reason always holds code and message, and
says "not available from here" unless the message tells more.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tfw.sources.web.browser import PageReply, Reply


class PageState(StrEnum):
    """What became of reading a page or a list."""

    OK = "ok"
    GONE = "gone"
    PRIVATE = "private"
    REGION = "region"
    HIDDEN = "hidden"
    AGE_GATE = "age_gate"
    LOGIN_WALL = "login_wall"
    CAPTCHA = "captcha"
    WAITING = "waiting"
    EMPTY = "empty"
    RATE_LIMITED = "rate_limited"
    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    BAD_INPUT = "bad_input"
    PAGE_CHANGED = "page_changed"
    UNKNOWN = "unknown"

    @property
    def readable(self) -> bool:
        """Whether the site told what the thing is, for the circuit breaker."""
        return self in TOLD


S = PageState
TOLD = frozenset(
    {S.OK, S.GONE, S.PRIVATE, S.REGION, S.HIDDEN, S.AGE_GATE, S.BAD_INPUT, S.PAGE_CHANGED}
)
CODES: dict[int, tuple[PageState, str]] = {
    **dict.fromkeys((450, 10101, 10111), (S.SERVER_ERROR, "an error of the site")),
    **dict.fromkeys((10000, 10113), (S.CAPTCHA, "the site asks for a captcha")),
    10114: (S.RATE_LIMITED, "the site blocks this session"),
    **dict.fromkeys((10102, 10119), (S.LOGIN_WALL, "only shown after signing in")),
    10201: (S.BAD_INPUT, "the site does not know such an id"),
    10202: (S.GONE, "the account does not exist"),
    10203: (S.GONE, "the sound does not exist"),
    10204: (S.GONE, "not available from here"),
    10205: (S.GONE, "the hashtag does not exist"),
    10209: (S.HIDDEN, "the hashtag is not shown"),
    **dict.fromkeys((10213, 10214), (S.AGE_GATE, "only shown to adults who signed in")),
    10215: (S.GONE, "not available from here"),
    10216: (S.PRIVATE, "private by its owner"),
    **dict.fromkeys((10218, 10219), (S.REGION, "its sound is not licensed here")),
    10221: (S.GONE, "the account was banned"),
    10222: (S.PRIVATE, "the account is private"),
    10223: (S.PRIVATE, "the account of a child"),
    **dict.fromkeys(range(10227, 10231), (S.HIDDEN, "under review or hidden by the site")),
    10231: (S.REGION, "not shown in this region"),
    10404: (S.RATE_LIMITED, "the limit of the list is reached"),
    3002060: (S.PRIVATE, "a hidden list"),
}
# What the message of code 10204 adds to it.
MESSAGES = {
    "status_self_see": (S.PRIVATE, "only its owner sees it"),
    "status_deleted": (S.GONE, "deleted"),
    "person_geo_fencing": (S.REGION, "not shown in this region"),
    "cross_border_violation": (S.REGION, "not shown in this region"),
    "copyright_geo_filter": (S.REGION, "not licensed in this region"),
    "item_privacy_authorization": (S.PRIVATE, "private by its owner"),
    "status_reviewing": (S.HIDDEN, "under review"),
    "status_audit_not_pass": (S.HIDDEN, "not let through by the site's review"),
    "content_classification": (S.AGE_GATE, "only shown to adults who signed in"),
}


@dataclass(frozen=True)
class Answer:
    """What a list reply is: its state, why, and its JSON where there is any (ids are exact)."""

    state: PageState
    reason: str = ""
    payload: Mapping[str, Any] | None = None


def state_of_code(code: object, message: object = "") -> tuple[PageState, str]:
    """The state that a status code of the site means, and the reason with code and message."""
    number, words = _number(code), str(message or "")
    if number == 0:
        return S.OK, ""
    state, meaning = CODES.get(number or -1, (S.UNKNOWN, "a code of unknown meaning"))
    if number == 10204:
        state, meaning = MESSAGES.get(words, (state, meaning))
    return state, f"{meaning} (code {code}{' ' + words if words else ''})"


def state_of_http(status: int | None) -> tuple[PageState, str] | None:
    """The state that an HTTP status means by itself, or None where the content decides."""
    if status in (403, 429):
        return S.RATE_LIMITED, f"the site refuses more requests (HTTP {status})"
    if status and status >= 500:
        return S.SERVER_ERROR, f"an error of the site (HTTP {status})"
    return None


def judge(reply: Reply | PageReply) -> Answer:
    """What a list reply is; an empty one is never a list of nothing."""
    if reply.status == 0:
        return Answer(S.SERVER_ERROR, f"no answer came ({reply.text[:100]})")
    if by_http := state_of_http(reply.status):
        return Answer(*by_http)
    if not reply.text.strip():
        return Answer(S.EMPTY, f"an empty answer (HTTP {reply.status})")
    payload = exact_json(reply.text)
    if not isinstance(payload, Mapping):
        return Answer(S.UNKNOWN, f"an answer that is no JSON object (HTTP {reply.status})")
    return _judge_payload(payload, reply.status)


def exact_json(text: str) -> Any:  # noqa: ANN401 - any JSON value
    """The JSON value of a text with whole numbers exact, or None."""
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _judge_payload(payload: Mapping[str, Any], status: int) -> Answer:
    if payload.get("type") == "verify" or str(payload.get("code")) == "10000":
        kind = payload.get("subtype") or "unknown"
        return Answer(S.CAPTCHA, f"the site asks for a captcha ({kind})", payload)
    for code, message in (("statusCode", "statusMsg"), ("status_code", "status_msg")):
        if payload.get(code) not in (None, "", 0, "0"):
            words = payload.get(message) or payload.get("status_msg") or payload.get("statusMsg")
            return Answer(*state_of_code(payload[code], words), payload)
    if status >= 400:
        return Answer(S.UNKNOWN, f"the site refuses the call (HTTP {status})", payload)
    return Answer(S.OK, "", payload)


def _number(code: object) -> int | None:
    try:
        return int(str(code))
    except ValueError:
        return None
