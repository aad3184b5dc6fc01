"""Time texts are read in several languages, with how exact they are."""

from datetime import UTC, datetime, timedelta

import pytest

from tfw.records import TimePrecision
from tfw.sources.web.time_texts import read_time_text

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago", "precision"),
    [
        ("5m ago", timedelta(minutes=5), "minute"),
        ("3h ago", timedelta(hours=3), "hour"),
        ("2d ago", timedelta(days=2), "day"),
        ("1w ago", timedelta(weeks=1), "week"),
        ("· 3d ago", timedelta(days=3), "day"),
        ("12 minutes ago", timedelta(minutes=12), "minute"),
        ("2d", timedelta(days=2), "day"),
        ("just now", timedelta(0), "minute"),
        ("Yesterday", timedelta(days=1), "day"),
        ("vor 5 Min.", timedelta(minutes=5), "minute"),
        ("vor 3 Std.", timedelta(hours=3), "hour"),
        ("vor 2 Tagen", timedelta(days=2), "day"),
        ("vor 2 Tag(en)", timedelta(days=2), "day"),
        ("vor 1 Woche", timedelta(weeks=1), "week"),
        ("gerade eben", timedelta(0), "minute"),
        ("Hace 3 h", timedelta(hours=3), "hour"),
        ("hace 2 días", timedelta(days=2), "day"),
        ("hace 1 sem.", timedelta(weeks=1), "week"),
        ("hace 2 di\u0301as", timedelta(days=2), "day"),
        ("5 phút trước", timedelta(minutes=5), "minute"),
        ("3 giờ trước", timedelta(hours=3), "hour"),
        ("2 ngày trước", timedelta(days=2), "day"),
        ("1 tuần trước", timedelta(weeks=1), "week"),
        ("2\u00a0ngày trước", timedelta(days=2), "day"),
        ("il y a 4 j", timedelta(days=4), "day"),
    ],
)
def test_a_distance_counts_back_from_the_collection(text, ago, precision):
    found = read_time_text(text, NOW)
    assert found is not None
    assert found.at == NOW - ago
    assert found.precision == precision


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("4-11", (2026, 4, 11)),
        ("11-22", (2026, 11, 22)),
        ("12-24", (2025, 12, 24)),
        ("2023-4-11", (2023, 4, 11)),
        ("2024-2-29", (2024, 2, 29)),
        ("2-29", (2024, 2, 29)),
        ("11.4.2023", (2023, 4, 11)),
        ("24.12.", (2025, 12, 24)),
    ],
)
def test_a_date_is_exact_to_the_day_and_never_after_the_collection(text, day):
    found = read_time_text(text, NOW)
    assert found is not None
    assert (found.at.year, found.at.month, found.at.day) == day
    assert found.at <= NOW
    assert found.precision == TimePrecision.DAY


@pytest.mark.parametrize("text", ["", "Reply", "13-40", "2027-1-1", "ago", "5 apples ago", "1234"])
def test_what_is_no_time_is_not_taken_for_one(text):
    assert read_time_text(text, NOW) is None
