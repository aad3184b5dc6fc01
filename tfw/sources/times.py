"""Times as other tools write them, as aware UTC."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

from tfw.sources.outcomes import BadValue
from tfw.sources.values import number_text

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
FIRST_POST = datetime(2014, 1, 1, tzinfo=UTC)
DAYS = ("%d.%m.%Y", "%Y/%m/%d", "%b %d %Y", "%d %b %Y", "%B %d %Y", "%d %B %Y")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
WRITTEN = (*(day + clock for day in DAYS for clock in CLOCKS), "%a %b %d %H:%M:%S %z %Y")
SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)", re.DOTALL)


def moment(field: str, value: object) -> datetime | None:
    """A time: Unix seconds, milliseconds or microseconds, ISO 8601, or a common way to write it.

    A time without a zone is UTC. ``03/04/2024`` is refused, because it means two days.
    """
    if isinstance(value, datetime):
        found: datetime | None = value
    elif isinstance(value, date):
        found = datetime(value.year, value.month, value.day, tzinfo=UTC)
    else:
        text = number_text(value)
        if text is None or re.fullmatch(r"0+(\.0+)?", text):
            return None
        found = _unix(text) or _compact(text) or _iso(text) or _written(field, text)
    if found is None:
        raise BadValue(field, value, "is not a time this program can read")
    return _plausible(field, value, found)


def _plausible(field: str, value: object, found: datetime) -> datetime:
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    if not EARLIEST <= aware < LATEST:
        raise BadValue(field, value, "is not a time between 2000 and 2100")
    return aware.astimezone(UTC)


def _unix(text: str) -> datetime | None:
    found = re.fullmatch(r"(\d{9,17})(?:\.(\d+))?", text)
    if not found:
        return None
    digits = len(found.group(1))
    scale = 1 if digits <= 11 else 10**3 if digits <= 14 else 10**6
    microseconds = int(Decimal(text) * 10**6 / scale)
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _compact(text: str) -> datetime | None:
    return _parse(text, "%Y%m%d") if re.fullmatch(r"(19|20)\d{6}", text) else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(re.sub(r"\s*(UTC|GMT|Z)$", "+00:00", text))
    except ValueError:
        return None


def _written(field: str, text: str) -> datetime | None:
    tidy = re.sub(r"\s+", " ", re.sub(r"\s*(UTC|GMT)$|,|\bat\b", "", text)).strip()
    if found := SLASHED.fullmatch(tidy):
        tidy = _day_first(field, text, *found.groups())
    for pattern in WRITTEN:
        if parsed := _parse(tidy, pattern):
            return parsed
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _day_first(field: str, text: str, first: str, second: str, year: str, rest: str) -> str:
    """The date with dots, where only one of day and month can be meant."""
    if int(first) <= 12 and int(second) <= 12 and first != second:
        raise BadValue(field, text, "could be two different days; write year-month-day")
    day, month = (first, second) if int(first) > 12 else (second, first)
    return f"{day}.{month}.{year}{rest}"


def _parse(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern)
    except ValueError:
        return None


def time_of_id(post_id: object, collected_at: datetime) -> datetime | None:
    """When a post was made, read from its id; for sources that do not tell it.

    The upper 32 bits of an id are Unix seconds. On 9,461 real posts that was 2 to 28 seconds
    before the true time for 95 of 100, and days before it for posts that were scheduled.
    """
    if not isinstance(post_id, str | int) or not re.fullmatch(r"\d{17,19}", str(post_id)):
        return None
    found = datetime.fromtimestamp(int(post_id) >> 32, tz=UTC)
    return found if FIRST_POST <= found <= collected_at + timedelta(days=1) else None


def utc_of_local(local: datetime | None, post_id: object) -> datetime | None:
    """A post's local time as UTC; the unknown zone is found by comparing with the post's id.

    Zones are whole quarters of an hour from UTC, and a post's id is younger than its time by
    seconds. Where the two do not fit together, the time is taken as UTC.
    """
    made = time_of_id(post_id, LATEST)
    if local is None or made is None:
        return local
    difference = (local - made).total_seconds()
    zone = round(difference / 900) * 900
    fits = abs(zone) <= 14 * 3600 and abs(difference - zone) < 120
    return local - timedelta(seconds=zone) if fits else local
