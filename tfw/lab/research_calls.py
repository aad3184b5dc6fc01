"""A request to the Research API as the lab reads it, and its answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any

from tfw.lab.research_fields import ENDPOINTS, Endpoint
from tfw.lab.research_refusals import invalid

# What says, beside the cursor, which page of which list is asked for.
_TARGETS = (
    "video_id", "comment_id", "username", "playlist_id", "shop_name", "shop_id", "product_id",
    "task_id",
)  # fmt: skip


@dataclass(frozen=True)
class Call:
    """A request; ``fields`` is the query parameter, ``upload`` the file of a multipart form."""

    endpoint: Endpoint
    token: str
    body: Mapping[str, Any] | None
    fields: str | None = None
    upload: bytes | None = None

    @property
    def data(self) -> Mapping[str, Any]:
        """The body.

        Raises:
            Refusal: it is not a JSON object.
        """
        if self.body is None:
            raise invalid("Invalid request body: a JSON object is needed")
        return self.body

    @property
    def cursor(self) -> object:
        """The cursor or page number as it was sent, 0 where there is none."""
        body = self.body or {}
        return body.get("cursor") or body.get("page_start") or 0

    @cached_property
    def window(self) -> tuple[date, date] | None:
        """The days that a video query asks for; None where they are absent or wrong."""
        body = self.body or {}
        try:
            days = (datetime.strptime(body[key], "%Y%m%d") for key in ("start_date", "end_date"))
            start, end = (day.date() for day in days)
        except (KeyError, TypeError, ValueError):
            return None
        return start, end

    @cached_property
    def page(self) -> str:
        """What is asked for, the same for every try; search id and fields play no part."""
        body = self.body or {}
        if self.endpoint.path == "video/query":
            days = f"{body.get('start_date')}-{body.get('end_date')}"
            return f"{fingerprint(body.get('query'))} {days} @{self.cursor}"
        target = next((f"{name}={body[name]}" for name in _TARGETS if body.get(name)), "")
        return f"{target} @{self.cursor}"


@dataclass(frozen=True)
class Reply:
    """An answer of the lab: JSON, or another text."""

    status: int
    content: str
    media_type: str = "application/json"
    code: str = "ok"
    rows: int | None = None


def endpoint_of(path: str) -> Endpoint | None:
    """The endpoint with this path under ``/v2/research/``, with or without a last slash."""
    return ENDPOINTS.get(path.strip("/"))


def fingerprint(value: object) -> str:
    """A short name for a JSON value, the same for the same content."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return blake2b(text.encode(errors="surrogatepass"), digest_size=5).hexdigest()


def to_json(value: object) -> str:
    """JSON with ids as whole numbers and texts as they are."""
    return json.dumps(value, ensure_ascii=False)
