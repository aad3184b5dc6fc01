"""The web site of the lab: its world, what it was asked, and which scenarios are in force."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import Any

from tfw.errors import SettingsError
from tfw.lab.content import World
from tfw.lab.research_clock import Clock
from tfw.lab.things import WorldPost
from tfw.lab.web_log import WebLog
from tfw.lab.web_scenarios import MODES, UNAVAILABLE, Modes, Scenarios
from tfw.lab.web_truth import Threads, threads_of
from tfw.lab.web_visit import MODE_COOKIE, SESSION_COOKIE, Memory, Visit, asked_mode

_THREADS_KEPT = 16
_LAYOUTS = ("layout_b", "layout_c", "comments_tab", "sigi_page")
_ONLY_IN_C = frozenset({"virtualised_list", "comments_tab", "renamed_all"})
_DELETED, _PRIVATE = (10204, "status_deleted"), (10216, "item_privacy_authorization")
_BAD_ID, _UNKNOWN = (10201, "invalid_entity"), (10204, "item doesn't exist")


class WebSite:
    """The stand-in for the public pages of TikTok; safe to use from threads."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.log, self.scenarios, self.memory = WebLog(), Scenarios(), Memory()
        self._sessions = count(1)
        self._threads = lru_cache(maxsize=_THREADS_KEPT)(self._make_threads)

    def now(self) -> datetime:
        """The time in the lab, aware UTC."""
        return self.clock.now()

    def visit(
        self,
        path: str,
        query: Mapping[str, str],
        cookies: Mapping[str, str],
        referer: str | None,
        post_id: str,
    ) -> Visit:
        """A request with its session, new where it shows none, and the modes in force for it.

        Raises:
            SettingsError: the address or a cookie names an unknown mode.
        """
        asked = asked_mode(query, referer)
        modes = self.scenarios.of(post_id, asked, cookies.get(MODE_COOKIE))
        session = cookies.get(SESSION_COOKIE) or str(next(self._sessions))
        return Visit(path, query, cookies, session, modes)

    def threads(self, post: WorldPost) -> Threads:
        """The top comments of a post in the site's order, each with its replies."""
        return self._threads(post.index)

    def _make_threads(self, index: int) -> Threads:
        return threads_of(self.world, self.world.post(index))

    def open_post(self, post_id: str, modes: Modes) -> WorldPost | None:
        """The post whose comments can be read; None where there is none, or not for strangers."""
        post = self.world.find_post(post_id)
        closed = post is None or self.status(post_id, post, modes)[0] or post.comments_off
        return None if closed or "comments_off" in modes else post

    def status(self, post_id: str, post: WorldPost | None, modes: Modes) -> tuple[int, str]:
        """The status code and message of a post's page; zero where the post is shown."""
        wanted = next((UNAVAILABLE[mode] for mode in sorted(modes & UNAVAILABLE.keys())), None)
        if wanted:
            return wanted
        if post is None:
            return _UNKNOWN if post_id.isascii() and post_id.isdigit() else _BAD_ID
        if post.deleted:
            return _DELETED
        return _PRIVATE if post.private else (0, "")

    def layout(self, post: WorldPost, modes: Modes) -> str:
        """Which layout the page of a post has: that of a mode, or one drawn by the post."""
        if "embedded_comments" in modes:
            return "embedded_comments"
        named = next((layout for layout in _LAYOUTS if layout in modes), None)
        if named:
            return named
        return "layout_c" if modes & _ONLY_IN_C else _LAYOUTS[post.index % len(_LAYOUTS)]

    def change(self, change: object, *, clear_log: bool) -> None:
        """Do what was posted to the control.

        Raises:
            SettingsError: a key or value is wrong; nothing was changed.
        """
        if change is not None and not isinstance(change, Mapping):
            raise SettingsError(f"web is {change!r}: it must be a JSON object.")
        if change is not None:
            self.scenarios.change(change)
            self.memory.clear()
        if clear_log:
            self.log.clear()

    def state(self) -> dict[str, Any]:
        """What was asked and which scenarios are in force, as JSON values."""
        return self.log.state() | self.scenarios.state() | {"known_modes": MODES}
