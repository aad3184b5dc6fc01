"""Rows per day against what the same weekday usually has, with an alarm for silent zeros.

A collection can end well and bring nothing: a window that is complete with no rows on a day that
usually has hundreds is no error that anybody raises. So each day is compared with the other days
of its weekday:

- Counts go to Anscombe's scale, y = 2 √(rows + 3/8), on which counts that only chance moves have a
  standard deviation of 1 whatever their size.
- *Usual* is the median of y over the 8 nearest other complete days of that weekday, 3 at least.
  A slow rise over a year moves it along; a few odd days do not move it.
- The spread σ is 1.4826 times the median distance of all complete days from their usual, and never
  less than the 1 of pure chance. Pooled over all weekdays it has more to stand on.
- The *usual range* is usual ± 3.5 σ, the limit that Iglewicz and Hoaglin recommend for such
  scores: normal counts lie outside of it once in 2,000 days.

So a zero is an alarm only where about 6 rows or more are usual, and only then.

Anscombe, F. J. (1948). The transformation of Poisson, binomial and negative-binomial data.
Biometrika 35, 246-254. Iglewicz, B. and Hoaglin, D. C. (1993). How to Detect and Handle Outliers.
ASQC Quality Press, section 3.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

FEWEST_OTHERS = 3
NEAREST = 8
LIMIT = 3.5
MAD_TO_SIGMA = 1.4826
CHANCE = 1.0
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Coverage(StrEnum):
    """How far a day is collected, which decides whether its number says anything."""

    COMPLETE = "complete"
    OPEN = "open"
    YOUNG = "young"
    INCOMPLETE = "incomplete"
    IDLE = "idle"


class DayState(StrEnum):
    """What a day's number means."""

    SILENT = "silent zero"
    LOW = "low"
    HIGH = "high"
    USUAL = "usual"
    UNJUDGED = "nothing to compare with"
    OPEN = "not collected yet"
    YOUNG = "too young to judge"
    INCOMPLETE = "not complete"
    IDLE = "nothing was asked"


NOT_JUDGED = {
    Coverage.OPEN: DayState.OPEN,
    Coverage.YOUNG: DayState.YOUNG,
    Coverage.INCOMPLETE: DayState.INCOMPLETE,
    Coverage.IDLE: DayState.IDLE,
}


@dataclass(frozen=True)
class DayCount:
    """The rows of one day (UTC), and whether they are all."""

    day: date
    rows: int
    coverage: Coverage


@dataclass(frozen=True)
class JudgedDay:
    """A day with its verdict.

    ``usual``, ``low`` and ``high`` are rows; they are None where ``others``, the number of days
    that they come from, is too small.
    """

    day: date
    rows: int
    state: DayState
    usual: float | None = None
    low: float | None = None
    high: float | None = None
    others: int = 0

    @property
    def weekday(self) -> str:
        """The name of the weekday."""
        return WEEKDAYS[self.day.weekday()]

    @property
    def alarming(self) -> bool:
        """Whether somebody should look at this day."""
        return self.state is DayState.SILENT

    def __str__(self) -> str:
        if self.usual is None:
            return f"{self.weekday} {self.day}: {self.rows:,} rows, {self.state}"
        return (
            f"{self.weekday} {self.day}: {self.rows:,} rows, {self.state}; usual are "
            f"{self.usual:,.0f} ({self.low:,.0f} to {self.high:,.0f})"
        )


def judge_days(days: Iterable[DayCount]) -> list[JudgedDay]:
    """Each day with what is usual for its weekday, oldest first."""
    ordered = sorted(days, key=lambda one: one.day)
    scores = {one.day: _score(one.rows) for one in ordered if one.coverage is Coverage.COMPLETE}
    weekdays = [[day for day in scores if day.weekday() == number] for number in range(7)]
    others = {one.day: _others(one.day, weekdays, scores) for one in ordered}
    spread = _spread(scores, others)
    return [_judged(one, others[one.day], spread) for one in ordered]


def silent_zeros(days: Iterable[JudgedDay]) -> list[JudgedDay]:
    """The days that are complete and empty although their weekday usually is not."""
    return [one for one in days if one.state is DayState.SILENT]


def _judged(one: DayCount, others: Sequence[float], spread: float) -> JudgedDay:
    if len(others) < FEWEST_OTHERS:
        state = NOT_JUDGED.get(one.coverage, DayState.UNJUDGED)
        return JudgedDay(one.day, one.rows, state, others=len(others))
    centre, reach = median(others), LIMIT * spread
    return JudgedDay(
        one.day,
        one.rows,
        NOT_JUDGED.get(one.coverage) or _state(one.rows, centre, reach),
        usual=_rows(centre),
        low=_rows(centre - reach),
        high=_rows(centre + reach),
        others=len(others),
    )


def _state(rows: int, centre: float, reach: float) -> DayState:
    distance = _score(rows) - centre
    if abs(distance) <= reach:
        return DayState.USUAL
    if distance > 0:
        return DayState.HIGH
    return DayState.LOW if rows else DayState.SILENT


def _others(
    day: date, weekdays: Sequence[Sequence[date]], scores: Mapping[date, float]
) -> list[float]:
    """The scores of the nearest other days of the same weekday."""
    same = [other for other in weekdays[day.weekday()] if other != day]
    nearest = sorted(same, key=lambda other: (abs((other - day).days), other))[:NEAREST]
    return [scores[other] for other in nearest]


def _spread(scores: Mapping[date, float], others: Mapping[date, Sequence[float]]) -> float:
    distances = [
        abs(score - median(others[day]))
        for day, score in scores.items()
        if len(others[day]) >= FEWEST_OTHERS
    ]
    return max(CHANCE, MAD_TO_SIGMA * median(distances)) if distances else CHANCE


def _score(rows: int) -> float:
    return 2 * math.sqrt(rows + 3 / 8)


def _rows(score: float) -> float:
    """The count at a place of the scale; none is below 0."""
    return max(0.0, (max(0.0, score) / 2) ** 2 - 3 / 8)
