"""How fast pages are opened: as slowly as a careful person, however many sessions there are.

The rates are those of public projects that were not turned away (6 to 15 seconds between pages, a
long rest after every 25). A user may go slower; faster only up to a ceiling, and without any
limit against a stand-in on this machine.
"""

import logging
import random
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from tfw.errors import ParameterError
from tfw.sources.web.failures import DailyLimit, Interrupted
from tfw.store import Store

log = logging.getLogger(__name__)

Span = tuple[float, float]
COLLECTION = "pages_a_day"
POLL_SECONDS = 0.5
SLOWEST = 8.0


@dataclass(frozen=True)
class Rates:
    """Seconds between pages and between scrolls, and how often and how long to rest."""

    page: Span = (6.0, 15.0)
    scroll: Span = (1.0, 2.5)
    rest_every: int = 25
    rest: Span = (120.0, 300.0)
    daily: int = 1_000


POLITE = Rates()
# Nobody may be faster than this against a site that is not on this machine.
CEILING = Rates(page=(4.0, 4.0), scroll=(0.7, 0.7), rest_every=40, rest=(90.0, 90.0), daily=1_500)
UNLIMITED = Rates((0.0, 0.0), (0.0, 0.0), 0, (0.0, 0.0), 0)


class Pace:
    """The pace that all sessions of a run share; its waits can be cut short from any thread.

    Off this machine one session at a time has a page: a session keeps its turn until it asks for
    its next page, calls :meth:`after_page`, or its thread ends.

    Args:
        page: seconds between two pages, the least and the most; drawn at random.
        scroll: seconds between two scrolls of a page.
        rest_every: pages after which there is a long rest.
        rest: seconds of a long rest.
        daily: pages of one day, in all runs where ``count_page`` knows of them.
        local: whether the site is a stand-in on this machine, where nothing waits unless asked to.
        count_page: counts one page more and says the number of today's; see :func:`todays_pages`.

    Raises:
        ParameterError: a value is wrong, or faster than the ceiling.
    """

    def __init__(
        self,
        page: Span | None = None,
        scroll: Span | None = None,
        rest_every: int | None = None,
        rest: Span | None = None,
        daily: int | None = None,
        *,
        local: bool = False,
        count_page: Callable[[], int] | None = None,
    ) -> None:
        usual = UNLIMITED if local else POLITE
        self.rates = Rates(
            _span("page", page, usual.page),
            _span("scroll", scroll, usual.scroll),
            _number("rest_every", rest_every, usual.rest_every),
            _span("rest", rest, usual.rest),
            _number("daily", daily, usual.daily),
        )
        self.local = local
        self.slowness = 1.0
        if not local:
            _check_ceiling(self.rates)
        self._pages = 0
        self._count_page = count_page or self._own_count
        self._changed = threading.Condition()
        self._queue: deque[threading.Thread] = deque()
        self._turn: threading.Thread | None = None
        self._pausing: threading.Thread | None = None
        self._stopped = threading.Event()

    @classmethod
    def of(
        cls,
        values: "Mapping[str, Any] | Pace | None",
        *,
        local: bool,
        count_page: Callable[[], int] | None = None,
    ) -> Self:
        """The pace that notebook parameters describe, for example ``{"page": [10, 20]}``.

        Raises:
            ParameterError: a key is unknown, or a value wrong or too fast.
        """
        if isinstance(values, cls):
            return values
        known = ("page", "scroll", "rest_every", "rest", "daily")
        given = dict(values or {}) if isinstance(values, Mapping | None) else {"pace": values}
        if unknown := sorted(set(given) - set(known)):
            raise ParameterError(f"pace has no {unknown[0]!r}; it has {', '.join(known)}.")
        return cls(**given, local=local, count_page=count_page)

    def before_page(self) -> None:
        """Wait until this thread may open its next page.

        Raises:
            Interrupted: the run was stopped.
            DailyLimit: as many pages as a day allows were opened.
        """
        self.after_page()
        if not self.local:
            self._take_turn()
        self._wait_out_pause()
        pages = self._note_page()
        if pages > 1:
            self._draw(self.rates.page)
        if self.rates.rest_every and pages > 1 and pages % self.rates.rest_every == 1:
            log.info("A rest after %d pages.", pages - 1)
            self._draw(self.rates.rest)
        self._check_day()

    def after_page(self) -> None:
        """Let other sessions open pages; harmless where this thread has none."""
        with self._changed:
            if self._turn is threading.current_thread():
                self._turn = None
                self._changed.notify_all()

    def before_scroll(self) -> None:
        """Wait before the page is scrolled on.

        Raises:
            Interrupted: the run was stopped.
        """
        self._wait_out_pause()
        self._draw(self.rates.scroll)

    def slow_down(self) -> None:
        """Halve the rate for the rest of the run, down to an eighth of what it was."""
        self.slowness = min(2 * self.slowness, SLOWEST)

    def wait(self, seconds: float) -> None:
        """Wait that long.

        Raises:
            Interrupted: the run was stopped, before or meanwhile.
        """
        if self._stopped.wait(max(0.0, seconds)):
            raise Interrupted("The run was stopped; the next one goes on from here.")

    def stop(self) -> None:
        """End all waits; no page is opened any more."""
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Holds all other sessions where they are, for as long as the block lasts."""
        me = threading.current_thread()
        if self._pausing is me:
            yield
            return
        with self._changed:
            self._wait_until(lambda: self._pausing is None or not self._pausing.is_alive())
            self._pausing = me
        try:
            yield
        finally:
            with self._changed:
                self._pausing = None
                self._changed.notify_all()

    def _take_turn(self) -> None:
        me = threading.current_thread()
        with self._changed:
            self._queue.append(me)
            try:
                self._wait_until(lambda: self._free() and self._queue[0] is me)
                self._turn = me
            finally:
                self._queue.remove(me)
                self._changed.notify_all()

    def _free(self) -> bool:
        return self._turn is None or not self._turn.is_alive()

    def _wait_out_pause(self) -> None:
        me = threading.current_thread()
        with self._changed:
            self._wait_until(lambda: self._pausing in (None, me) or not self._pausing.is_alive())

    def _wait_until(self, ready: Callable[[], bool]) -> None:
        """Needs the lock; looks now and then, because a thread may end without a word."""
        self.wait(0)
        while not ready():
            self._changed.wait(POLL_SECONDS)
            self.wait(0)

    def _note_page(self) -> int:
        with self._changed:
            self._pages += 1
            return self._pages

    def _check_day(self) -> None:
        with self._changed:
            today = self._count_page()
        if self.rates.daily and today > self.rates.daily:
            raise DailyLimit(
                f"{self.rates.daily:,} pages were opened today (UTC), which is the daily limit of "
                "the pace. Go on tomorrow."
            )

    def _draw(self, span: Span) -> None:
        self.wait(random.uniform(*span) * self.slowness)

    def _own_count(self) -> int:
        return self._pages


def todays_pages(store: Store) -> Callable[[], int]:
    """Counts pages in the store, so that the daily limit holds for all runs of the project."""
    days = store.database[COLLECTION]

    def count_one() -> int:
        today = datetime.now(UTC).date().isoformat()
        days.update_one({"_id": today}, {"$inc": {"pages": 1}}, upsert=True)
        return int((days.find_one({"_id": today}) or {}).get("pages", 1))

    return count_one


def _span(name: str, value: object, usual: Span) -> Span:
    if value is None:
        return usual
    ends = list(value) if isinstance(value, list | tuple) else [value, value]
    numbers = [float(end) for end in ends if isinstance(end, int | float) and end is not True]
    if len(numbers) != 2 or len(ends) != 2 or not 0 <= numbers[0] <= numbers[1] < 86_400:
        raise ParameterError(
            f"pace: {name} is {value!r}; it is the least and the most seconds, such as "
            f"[{POLITE.page[0]:g}, {POLITE.page[1]:g}]."
        )
    return numbers[0], numbers[1]


def _number(name: str, value: object, usual: int) -> int:
    if value is None:
        return usual
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ParameterError(f"pace: {name} is {value!r}; it is a whole number from 1.")
    return value


def _check_ceiling(rates: Rates) -> None:
    for name in ("page", "scroll", "rest"):
        least = getattr(CEILING, name)[0]
        if (given := getattr(rates, name)[0]) < least:
            raise ParameterError(
                f"pace: {name} begins at {given:g} seconds, and the ceiling of the pace is "
                f"{least:g} seconds at the least. Only a stand-in on this machine may be faster."
            )
    for name in ("rest_every", "daily"):
        most = getattr(CEILING, name)
        if (given := getattr(rates, name)) > most:
            raise ParameterError(
                f"pace: {name} is {given} pages, and the ceiling of the pace is {most:,} pages at "
                "the most. Only a stand-in on this machine may have more."
            )
