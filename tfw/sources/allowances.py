"""What is used and left of the day's requests and pages, read from the ledgers in the store."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tfw.connection import clear_errors
from tfw.sources.research.credentials import CredentialsError, read_credentials
from tfw.sources.research.fields import DAILY_REQUESTS
from tfw.sources.web.pace import COLLECTION as PAGES
from tfw.sources.web.pace import POLITE
from tfw.store import Store


@dataclass(frozen=True)
class Gauge:
    """How much of a daily allowance is used.

    ``spent`` says that TikTok itself said so, whatever the numbers; ``credential`` names the
    client key that it belongs to without giving it away; ``own`` is whether that is the key in use.
    """

    name: str
    used: int
    limit: int
    spent: bool = False
    credential: str | None = None
    own: bool = True

    @property
    def left(self) -> int:
        """What may still be used today."""
        return 0 if self.spent else max(0, self.limit - self.used)

    @property
    def share(self) -> float:
        """The share used, from 0 to 1."""
        return 1.0 if self.spent or not self.limit else min(1.0, self.used / self.limit)


@dataclass(frozen=True)
class QuotaToday:
    """The requests of today (UTC); ``problem`` says why there is no key in use."""

    gauges: tuple[Gauge, ...]
    problem: str | None = None

    @property
    def own(self) -> Gauge | None:
        """The general requests of the client key in use; None without credentials."""
        return next((one for one in self.gauges if one.own and one.name == "general"), None)


def quota_today(store: Store, now: datetime | None = None) -> QuotaToday:
    """The requests used and left today, of the client key in use and of others in the ledger."""
    today = f"{now or datetime.now(UTC):%Y-%m-%d}"
    with clear_errors("read the quota"):
        entries = list(store.database["quota"].find({"day": today}))
    own, problem = _own_credential()
    gauges = [_gauge(entry, own) for entry in sorted(entries, key=lambda entry: entry["_id"])]
    if own and not any(one.own and one.name == "general" for one in gauges):
        gauges.insert(0, Gauge("general", 0, DAILY_REQUESTS["general"], credential=own))
    return QuotaToday(tuple(sorted(gauges, key=lambda one: not one.own)), problem)


def pages_today(store: Store, now: datetime | None = None) -> Gauge:
    """The public pages opened today (UTC) in real browsers, against the usual daily limit."""
    entry = store.get(PAGES, f"{now or datetime.now(UTC):%Y-%m-%d}") or {}
    return Gauge("pages", int(entry.get("pages", 0)), POLITE.daily)


def _gauge(entry: Mapping[str, Any], own: str | None) -> Gauge:
    return Gauge(
        name=str(entry["bucket"]),
        used=int(entry["used"]),
        limit=int(entry["limit"]),
        spent=bool(entry.get("spent")),
        credential=str(entry["credential"]),
        own=entry["credential"] == own,
    )


def _own_credential() -> tuple[str | None, str | None]:
    try:
        return read_credentials().id, None
    except CredentialsError as error:
        return None, str(error)
