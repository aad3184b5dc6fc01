from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.sources.day_counts import Coverage, DayCount, DayState, judge_days, silent_zeros

MONDAY = date(2026, 8, 3)


def days(rows, coverage=Coverage.COMPLETE, first=MONDAY):
    """Consecutive days from a Monday with these rows."""
    return [
        DayCount(first + timedelta(days=place), number, coverage)
        for place, number in enumerate(rows)
    ]


def weeks(number, week=(100, 110, 105, 95, 150, 300, 280)):
    return list(week) * number


def verdicts(counts):
    return [one.state for one in judge_days(counts)]


def test_a_complete_day_without_rows_among_busy_ones_is_a_silent_zero():
    rows = weeks(6)
    rows[16] = 0
    (day,) = silent_zeros(judge_days(days(rows)))
    assert day.day == MONDAY + timedelta(days=16)
    assert day.alarming
    assert day.usual == pytest.approx(105)
    assert day.low > 0
    assert str(day).startswith("Wednesday 2026-08-19: 0 rows, silent zero; usual are 105 (")


def test_a_zero_is_compared_with_its_own_weekday():
    # Nothing is posted on Sundays, so a Sunday without rows is as usual.
    rows = weeks(6, (100, 100, 100, 100, 100, 100, 0))
    assert set(verdicts(days(rows))) == {DayState.USUAL}
    rows[2 * 7 + 5] = 0
    assert [one.weekday for one in silent_zeros(judge_days(days(rows)))] == ["Saturday"]


def test_days_of_few_rows_raise_no_alarm():
    rows = weeks(6, (3, 2, 4, 3, 5, 2, 3))
    rows[10] = 0
    assert silent_zeros(judge_days(days(rows))) == []


@pytest.mark.parametrize(
    ("coverage", "state"),
    [
        (Coverage.YOUNG, DayState.YOUNG),
        (Coverage.OPEN, DayState.OPEN),
        (Coverage.INCOMPLETE, DayState.INCOMPLETE),
        (Coverage.IDLE, DayState.IDLE),
    ],
)
def test_a_day_that_is_not_complete_is_not_judged_and_does_not_count_for_others(coverage, state):
    counts = days(weeks(5))
    zeros = [DayCount(one.day, 0, coverage) for one in counts[7:14]]
    judged = judge_days([*counts[:7], *zeros, *counts[14:]])
    assert {one.state for one in judged[7:14]} == {state}
    assert {one.state for one in judged[:7] + judged[14:]} == {DayState.USUAL}
    assert judged[0].others == 3


def test_with_fewer_than_three_other_such_weekdays_nothing_is_said():
    judged = judge_days(days(weeks(3)))
    assert {one.state for one in judged} == {DayState.UNJUDGED}
    assert {(one.usual, one.low, one.high, one.others) for one in judged} == {(None, None, None, 2)}


def test_a_day_far_above_or_below_is_named_but_is_no_alarm():
    rows = weeks(8)
    rows[9], rows[24] = 10, 900
    judged = judge_days(days(rows))
    assert judged[9].state is DayState.LOW
    assert judged[24].state is DayState.HIGH
    assert silent_zeros(judged) == []


def test_what_is_usual_moves_along_with_a_slow_rise():
    # From 20 to 330 rows a day within a year.
    rows = [20 + place * 310 // 365 for place in range(365)]
    assert DayState.SILENT not in verdicts(days(rows))
    assert DayState.HIGH not in verdicts(days(rows))
    judged = judge_days(days(rows))
    assert judged[0].usual < 70
    assert judged[-1].usual > 280


def test_wild_counts_have_a_wide_range():
    calm = judge_days(days(weeks(8)))[0]
    wild_rows = [number * (3 if place % 4 < 2 else 1) for place, number in enumerate(weeks(8))]
    wild = judge_days(days(wild_rows))[0]
    assert wild.high - wild.low > 2 * (calm.high - calm.low)


def test_one_failed_week_does_not_hide_its_zeros():
    rows = weeks(8)
    rows[14:21] = [0] * 7
    assert [one.day for one in silent_zeros(judge_days(days(rows)))] == [
        MONDAY + timedelta(days=place) for place in range(14, 21)
    ]


@given(st.lists(st.integers(0, 10_000), max_size=90))
def test_every_day_gets_one_verdict_and_a_range_around_the_usual(rows):
    judged = judge_days(days(rows))
    assert [one.rows for one in judged] == rows
    for one in judged:
        if one.usual is not None:
            assert 0 <= one.low <= one.usual <= one.high
            inside = one.low <= one.rows <= one.high
            assert (
                (one.state is DayState.USUAL) == inside
                or abs(one.rows - one.high) < 1
                or (abs(one.rows - one.low) < 1)
            )
