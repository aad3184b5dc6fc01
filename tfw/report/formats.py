"""Numbers and times as a reader of any language takes them rightly."""

from datetime import UTC, datetime

THIN_SPACE = "\u202f"
UNKNOWN = "–"


def thousands(number: int | None) -> str:
    """A whole number with thin spaces between its thousands; a dash where it is not known."""
    return UNKNOWN if number is None else f"{number:,}".replace(",", THIN_SPACE)


def percent(share: float | None) -> str:
    """A share between 0 and 1 in percent with one decimal."""
    return UNKNOWN if share is None else f"{share * 100:.1f}{THIN_SPACE}%"


def score(value: float | None) -> str:
    """A score: two decimals where it is small, none where it is large."""
    if value is None:
        return UNKNOWN
    return f"{value:.2f}" if abs(value) < 10 else thousands(round(value))


def day(time: datetime | None) -> str:
    """The day of a time in UTC, as 2026-11-21."""
    return UNKNOWN if time is None else time.astimezone(UTC).strftime("%Y-%m-%d")


def moment(time: datetime | None) -> str:
    """A time in UTC to the minute."""
    return UNKNOWN if time is None else time.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def plain(number: float | None) -> str:
    """A threshold or another setting without idle decimals: 1, 0.5."""
    return UNKNOWN if number is None else f"{number:g}"
