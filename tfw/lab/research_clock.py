"""The time in the lab, which can be moved on so that tokens expire and quota days pass."""

from datetime import UTC, datetime, timedelta

from tfw.errors import InputError


class Clock:
    """The computer's clock in UTC, moved on by :meth:`advance`.

    With ``start`` the lab's time begins there; with ``frozen`` it then stands still.

    Raises:
        InputError: ``start`` has no time zone.
    """

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        if start is not None and start.tzinfo is None:
            raise InputError(f"the lab's clock cannot start at {start}: it has no time zone.")
        began = datetime.now(UTC)
        self._frozen_at = (start or began) if frozen else None
        self._shift = (start - began) if start else timedelta()

    def now(self) -> datetime:
        """The time in the lab, aware UTC."""
        base = self._frozen_at or datetime.now(UTC)
        return (base if self._frozen_at else base + self._shift).astimezone(UTC)

    def advance(self, time: timedelta) -> None:
        """Move the lab's time on.

        Raises:
            InputError: the time is negative.
        """
        if time < timedelta():
            raise InputError(f"the lab's clock cannot go back by {-time}.")
        if self._frozen_at:
            self._frozen_at += time
        self._shift += time
