"""What lies over a page: seen and closed politely, in one script call a step.

The login pop-up is closed and never signed into, optional cookies are declined, and a captcha is
never touched. Elements are known by attributes and structure, because words are in the language
of the browser.
"""

from dataclasses import dataclass
from importlib.resources import files

from tfw.sources.web.browser import Browser

MOST_LOGIN_MODALS = 3


@dataclass(frozen=True)
class Seen:
    """The obstacles that one look found, by name, and those it closed.

    Names: ``login``, ``cookies``, ``tour``, ``box`` (an advice to get the app and the like) and
    ``refresh`` (a list failed; its button is pressed once a page).
    """

    found: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def login(self) -> bool:
        """Whether a login pop-up was there."""
        return "login" in self.found

    @property
    def stuck(self) -> tuple[str, ...]:
        """What is still there."""
        return tuple(name for name in self.found if name not in self.closed)


class LoginWall:
    """Counts the login pop-ups of one page: three, or one that cannot be closed, are a wall."""

    def __init__(self, most: int = MOST_LOGIN_MODALS) -> None:
        self.shown = 0
        self.reason = ""
        self._most = most

    def __bool__(self) -> bool:
        return bool(self.reason)

    def note(self, seen: Seen) -> bool:
        """Whether what was seen makes this page a login wall; ``reason`` then says why."""
        self.shown += seen.login
        if "login" in seen.stuck:
            self.reason = "a login pop-up that cannot be closed"
        elif seen.login and self.shown >= self._most:
            self.reason = f"a login pop-up that came back {self.shown} times"
        return bool(self)


def clear_obstacles(browser: Browser) -> Seen:
    """What lay over the open page, and what of it could be closed.

    Raises:
        PageFailed: the page went away meanwhile.
        BrowserLost: the browser is gone or hangs.
    """
    found, closed = browser.run(SCRIPT)
    return Seen(tuple(found), tuple(closed))


SCRIPT = files("tfw.sources.web").joinpath("obstacles.js").read_text(encoding="utf-8")
