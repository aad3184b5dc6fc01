"""How a browser session presents itself: window, language, time zone, proxy and the like."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from tfw.errors import ParameterError

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
DEVICE_ID = re.compile(r"[0-9]{10,20}")
PROXY_SCHEMES = ("http", "https", "socks4", "socks5")
SMALLEST, LARGEST = 320, 4_000


@dataclass(frozen=True)
class SessionProfile:
    """What one browser session tells the pages it opens; None leaves the browser's own.

    Raises:
        ParameterError: a value cannot be used; the message says which ones can.
    """

    window: tuple[int, int] = (1280, 900)
    language: str = "en-US"
    time_zone: str | None = None
    user_agent: str | None = None
    device_id: str | None = None
    proxy: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "window", _window(self.window))
        _need(
            LANGUAGE.fullmatch(str(self.language)),
            f"language is {self.language!r}; use a code such as 'en-US' or 'de'.",
        )
        _need(
            self.time_zone is None or self.time_zone in available_timezones(),
            f"time_zone is {self.time_zone!r}; use a name such as 'Europe/Berlin'.",
        )
        _need(
            self.user_agent is None or (self.user_agent and self.user_agent.isprintable()),
            "user_agent is empty or has line breaks; write it in one line, or null.",
        )
        _need(
            self.device_id is None or DEVICE_ID.fullmatch(str(self.device_id)),
            f"device_id is {self.device_id!r}; it is a text of 10 to 20 digits, in quotes.",
        )
        if self.proxy is not None:
            _check_proxy(self.proxy)

    @classmethod
    def of(cls, values: Mapping[str, Any] | None) -> Self:
        """The profile that a mapping of notebook parameters describes.

        Raises:
            ParameterError: a key or value is wrong.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values or {}) - known)
        if unknown:
            raise ParameterError(
                f"A session profile has no {unknown[0]!r}; it has {', '.join(sorted(known))}."
            )
        return cls(**dict(values or {}))


def draw_profile(
    choices: Sequence[SessionProfile | Mapping[str, Any]], seed: int | None = None
) -> SessionProfile:
    """One profile of a list by chance; the same one for the same seed. The default of an empty one.

    Raises:
        ParameterError: the profile drawn is wrong.
    """
    if not choices:
        return SessionProfile()
    drawn = random.Random(seed).choice(list(choices))
    return drawn if isinstance(drawn, SessionProfile) else SessionProfile.of(drawn)


def _window(value: object) -> tuple[int, int]:
    sides = list(value) if isinstance(value, list | tuple) else []
    whole = all(isinstance(side, int) and not isinstance(side, bool) for side in sides)
    if len(sides) != 2 or not whole or not all(SMALLEST <= side <= LARGEST for side in sides):
        raise ParameterError(
            f"window is {value!r}; it is width and height in pixels, each from {SMALLEST} to "
            f"{LARGEST}, such as [1280, 900]."
        )
    return sides[0], sides[1]


def _check_proxy(proxy: object) -> None:
    """The message never repeats the address, which may hold a password."""
    example = "write it as http://HOST:PORT or socks5://HOST:PORT."
    try:
        parts = urlsplit(str(proxy))
        whole = parts.scheme in PROXY_SCHEMES and bool(parts.hostname) and parts.port is not None
    except ValueError:
        whole = False
    _need(whole, f"proxy is not an address of a proxy; {example}")
    _need(
        not parts.username and not parts.password and parts.path in ("", "/"),
        "proxy holds a user name, a password or a path, which Chromium cannot use; " + example,
    )


def _need(condition: object, message: str) -> None:
    if not condition:
        raise ParameterError(message)
