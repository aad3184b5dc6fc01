"""What the lab does wrong on request: faults, latency, limits and rules, from a file or a call.

A file is YAML or JSON::

    seed: 7                       # the same seed gives the same faults
    latency: {video/query: 1.0}   # seconds
    limits: {normal: 1000, follows: 20000, per_second: 10}
    rules: {gone_share: 0.35, embargo_hours: 48}
    faults:
      - {kind: internal_error, endpoints: [video/query], probability: 0.03, burst: 3}
      - {kind: search_id_rejected, probability: 0.1, each: page, times: 2}
      - {kind: internal_error, start: 2026-09-03, end: 2026-09-04}

A fault with ``each: call`` draws at every matching call, ``times`` bounds how often it fires in
all, and ``burst`` lets it fire at that many calls in a row. One with ``each: page`` draws once a
page and fires at the first ``times`` tries of it (default 1). ``after`` skips the first matching
calls. Draws follow from seed, page and try, not from the order in which parallel calls arrive.
"""

import json
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from tfw.errors import SettingsError
from tfw.lab.research_fields import ENDPOINTS, TOKEN
from tfw.lab.research_rules import Limits, Part, Rules, Share
from tfw.yamlfile import YamlFile, read_yaml

__all__ = [
    "KINDS",
    "OF_ROWS",
    "REFUSING",
    "Fault",
    "FaultPlan",
    "Limits",
    "Rules",
    "parse_fault_plan",
    "read_fault_plan",
]

# Faults that answer in place of the endpoint.
REFUSING = {
    "internal_error": "HTTP 500 internal_error",
    "timeout": "HTTP 504 with the code timeout",
    "unavailable": "HTTP 503",
    "something_wrong": "internal_error with HTTP 400, or the `status` given",
    "html_page": "a gateway's page in HTML with HTTP 504, or the `status` given",
    "rate_limited": "HTTP 429 rate_limit_exceeded",
    "daily_quota": "HTTP 429 daily_quota_limit_exceeded, from then on until midnight UTC",
    "token_expires": "all tokens given so far end: HTTP 401 until a new one is taken",
    "connection_reset": "the connection is cut without an answer",
    "search_id_rejected": "a search id that the lab gave is called invalid or expired",
    "cursor_rejected": "a cursor that the lab gave is called invalid",
}
# Faults of a good answer.
SPOILING = {
    "slow": "the answer comes `seconds` later",
    "truncated_json": "the answer breaks off in the middle",
    "good_500": "HTTP 500 around a good body without a message",
    "empty_page": "a page of video/query without rows before the rows; the cursor advances",
    "stuck_cursor": "the cursor stands still and has_more is true",
    "duplicate_row": "a page begins with the last row of the page before",
    "changed_search_id": "a page of video/query names another search id, equally valid",
    "comments_null": "where there are no comments, `comments` and `cursor` are null",
    "follow_duplicates": "the cursor of follow lists repeats the last row's second",
    "keyword_silence": "queries with a keyword find nothing",
    "unknown_field": "`field` is called unknown",
    "scope_not_authorized": "the endpoint is switched off: HTTP 401, not counted as a call",
    "task_failed": "a compliance task fails",
}
# Faults of single rows: `probability` is the share of posts or comments, `start` and `end` are the
# days on which they were made.
OF_ROWS = {
    "nul": "texts hold a NUL character",
    "missing_like_count": "like_count is left out",
    "large_ids": "ids of hashtags, stickers and effects are above 2^53 too",
    "growing_counters": "counters grow by 4 % for each day after the end of the world",
    "vanished": "posts are gone from every endpoint; `ids` names some",
}
KINDS = {**REFUSING, **SPOILING, **OF_ROWS}


def _day(value: object) -> object:
    text = str(value)
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else value


def _texts(value: object) -> object:
    """Ids as text, whether they are written as numbers or not."""
    return [str(i) for i in value] if isinstance(value, list | tuple) else value


Day = Annotated[date, BeforeValidator(_day)]
Ids = Annotated[tuple[str, ...], BeforeValidator(_texts)]


class Fault(Part):
    """One fault, and when it happens."""

    kind: str
    endpoints: tuple[str, ...] = ("*",)
    start: Day | None = None
    end: Day | None = None
    probability: Share = 1.0
    times: int | None = Field(default=None, ge=1)
    after: int = Field(default=0, ge=0)
    each: Literal["call", "page"] = "call"
    burst: int = Field(default=1, ge=1)
    seconds: float = Field(default=2.0, ge=0, le=600)
    status: int | None = Field(default=None, ge=400, le=599)
    field: str = "favorites_count"
    ids: Ids = ()

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is no fault; valid: {', '.join(KINDS)}")
        return kind

    @field_validator("endpoints")
    @classmethod
    def _meets(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        known = (*ENDPOINTS, TOKEN)
        for pattern in patterns:
            if not any(fnmatchcase(path, pattern) for path in known):
                raise ValueError(f"{pattern!r} meets no endpoint; valid: {', '.join(known)}")
        return patterns

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.start and self.end and self.start > self.end:
            raise ValueError(f"start {self.start} is after end {self.end}")
        counted = {"times", "after", "each", "burst"} & self.model_fields_set
        if self.kind in OF_ROWS and counted:
            raise ValueError(f"{self.kind} is a fault of rows and takes no {min(counted)}")
        if self.each == "page" and self.burst > 1:
            raise ValueError("burst goes with each: call; with each: page use times")
        return self

    def meets(self, endpoint: str, window: tuple[date, date] | None) -> bool:
        """Whether the fault is for this endpoint and for a request of this window.

        The token endpoint is met only where it is named.
        """
        named = [p for p in self.endpoints if endpoint != TOKEN or p.startswith("oauth")]
        if not any(fnmatchcase(endpoint, pattern) for pattern in named):
            return False
        if self.start is None and self.end is None:
            return True
        if window is None:
            return False
        return (self.end or date.max) >= window[0] and (self.start or date.min) <= window[1]


class FaultPlan(Part):
    """Everything that a fault file can say."""

    seed: int = 7
    faults: tuple[Fault, ...] = ()
    latency: dict[str, Annotated[float, Field(ge=0, le=600)]] = Field(default_factory=dict)
    limits: Limits = Limits()
    rules: Rules = Rules()

    @field_validator("latency")
    @classmethod
    def _known(cls, latency: dict[str, float]) -> dict[str, float]:
        for path in latency:
            if path not in (*ENDPOINTS, TOKEN):
                raise ValueError(f"{path!r} is no endpoint; valid: {', '.join(ENDPOINTS)}")
        return latency


def read_fault_plan(path: Path) -> FaultPlan:
    """The plan in a YAML or JSON file.

    Raises:
        SettingsError: the file cannot be read, or a value in it is wrong; the message names file,
            line, key, value and what would be valid.
    """
    file = _read(path)
    try:
        return FaultPlan.model_validate({} if file.data is None else file.data)
    except ValidationError as error:
        first = error.errors()[0]
        line = file.line(first["loc"]) if file.node else None
        where = f"{path}, line {line}" if line else str(path)
        raise SettingsError(f"{where}: {in_words(error)}.") from error


def parse_fault_plan(data: Mapping[str, Any]) -> FaultPlan:
    """The plan in a mapping.

    Raises:
        SettingsError: a value is wrong; the message names key, value and what would be valid.
    """
    try:
        return FaultPlan.model_validate(data)
    except ValidationError as error:
        raise SettingsError(f"the faults are wrong: {in_words(error)}.") from error


def in_words(error: ValidationError) -> str:
    """The first problem of a validation: key, what is wrong, and the value."""
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"])) or "the file"
    if first["type"] == "extra_forbidden":
        return f"{key} is not known; valid: {', '.join(_keys_beside(first['loc']))}"
    message = first["msg"].removeprefix("Value error, ")
    return f"{key}: {message[:1].lower() + message[1:]} (found {first['input']!r:.80})"


def _keys_beside(place: tuple[int | str, ...]) -> list[str]:
    models: dict[int | str, type[Part]] = {"faults": Fault, "limits": Limits, "rules": Rules}
    model = models.get(place[0], FaultPlan) if len(place) > 1 else FaultPlan
    return list(model.model_fields)


def _read(path: Path) -> YamlFile:
    if path.suffix.lower() != ".json":
        return read_yaml(path)
    try:
        return YamlFile(path, json.loads(path.read_text(encoding="utf-8-sig")), None)
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise SettingsError(f"{path}, {place}: this is not JSON: {error.msg}.") from error
