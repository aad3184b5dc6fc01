from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.sources.outcomes import BadValue
from tfw.sources.times import LATEST, moment, time_of_id, utc_of_local

NOON = datetime(2024, 11, 30, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        1732968000,
        "1732968000",
        "1732968000.0",
        1732968000.0,
        1732968000000,
        "1732968000000000",
        "2024-11-30T12:00:00Z",
        "2024-11-30 12:00:00",
        "2024-11-30 12:00:00 UTC",
        "2024-11-30T13:00:00+01:00",
        "30.11.2024 12:00",
        "2024/11/30 12:00:00",
        "30/11/2024 12:00",
        "11/30/2024 12:00 PM",
        "Nov 30, 2024, 12:00 PM",
        "30 November 2024 12:00",
        "Sat, 30 Nov 2024 12:00:00 +0000",
        "Sat Nov 30 12:00:00 +0000 2024",
        NOON,
        datetime(2024, 11, 30, 12, 0),
        NOON.astimezone(timezone(timedelta(hours=9))),
    ],
)
def test_a_time_is_read_however_it_is_written(written):
    assert moment("created_at", written) == NOON


@pytest.mark.parametrize(
    "written", ["2024-11-30", "20241130", "30.11.2024", "11/30/2024", date(2024, 11, 30)]
)
def test_a_day_begins_at_midnight_utc(written):
    assert moment("created_at", written) == datetime(2024, 11, 30, tzinfo=UTC)


def test_a_day_that_could_be_two_is_refused():
    with pytest.raises(BadValue, match="two different days"):
        moment("created_at", "03/04/2024")
    assert moment("created_at", "04/04/2024") == datetime(2024, 4, 4, tzinfo=UTC)


@pytest.mark.parametrize("nothing", [None, "", "nan", 0, "0", "0.0", "NaT"])
def test_no_time_is_not_known(nothing):
    assert moment("created_at", nothing) is None


@pytest.mark.parametrize(
    "garbage", ["yesterday", "12", "99999999999999999999", "1850-01-01", True, "2024-13-45", "1e9"]
)
def test_what_is_not_a_time_is_refused_with_its_field(garbage):
    with pytest.raises(BadValue, match="created_at: "):
        moment("created_at", garbage)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 1, 1), timezones=st.just(UTC)))
def test_every_time_survives_being_written_and_read(time):
    assert moment("t", time.isoformat()) == time
    assert moment("t", str(int(time.timestamp()))) == time.replace(microsecond=0) or (
        time.timestamp() < 10**8
    )


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_refused(text):
    try:
        found = moment("t", text)
    except BadValue:
        return
    assert found is None or found.tzinfo is UTC


def test_an_id_tells_when_its_post_was_made():
    post_id = (1758000000 << 32) + 12345
    assert time_of_id(str(post_id), LATEST) == datetime.fromtimestamp(1758000000, tz=UTC)
    assert time_of_id(post_id, LATEST) is not None


def test_an_id_that_is_no_time_tells_nothing():
    assert time_of_id("42", LATEST) is None
    assert time_of_id("9" * 19, datetime(2025, 1, 1, tzinfo=UTC)) is None
    assert time_of_id(None, LATEST) is None
    assert time_of_id("7.18E+18", LATEST) is None


@pytest.mark.parametrize("hours", [-8, -3.5, 0, 1, 2, 5.5, 9, 12])
def test_a_local_time_is_put_right_by_the_id_of_its_post(hours):
    true = datetime.fromtimestamp(1758000009, tz=UTC)
    post_id = str((1758000000 << 32) + 5)
    assert utc_of_local(true + timedelta(hours=hours), post_id) == true


def test_a_time_that_does_not_fit_its_id_is_left_as_it_is():
    written = datetime.fromtimestamp(1758000000 + 3 * 86400, tz=UTC)
    assert utc_of_local(written, str((1758000000 << 32) + 5)) == written
    assert utc_of_local(written, "12") == written
    assert utc_of_local(None, "12") is None
