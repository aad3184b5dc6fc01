"""One Chromium session: opens pages, runs scripts in them, and keeps the lists they receive."""

import logging
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from selenium.common.exceptions import (
    InvalidSessionIdException,
    NoSuchWindowException,
    TimeoutException,
    WebDriverException,
)
from selenium.webdriver import Remote
from selenium.webdriver.remote.remote_connection import RemoteConnection
from urllib3.exceptions import HTTPError

from tfw.sources.web.exchange import Landing, PageReply, PersonEvent, Reply
from tfw.sources.web.failures import BrowserLost, PageFailed
from tfw.sources.web.processes import DriverProcess
from tfw.sources.web.profile import SessionProfile
from tfw.sources.web.site import is_loopback, site_address
from tfw.sources.web.start import first_line, start_here, start_on_grid

__all__ = [
    "Browser",
    "Landing",
    "PageReply",
    "PersonEvent",
    "Reply",
    "open_browser",
]

log = logging.getLogger(__name__)

# Pictures and films are not what is collected; a person who is asked for help gets them.
PICTURES = tuple(f"*.{kind}*" for kind in "jpg jpeg png webp avif gif image mp4 m3u8 heic".split())
LOST = re.compile(
    "crashed|disconnected|not reachable|invalid session|session not found|unable to find session"
    "|no such window|target window already|cannot determine loading status|unable to send message",
    re.IGNORECASE,
)
LANDING = """
const entry = performance.getEntriesByType("navigation")[0] || {};
const failure = document.querySelector(".error-code");
return [location.href, entry.responseStatus || 0, document.title,
        entry.decodedBodySize || 0, failure ? failure.textContent : ""];
"""
TAKE = 'const kept = window[Symbol.for("tfw")]; return kept ? kept.take() : [[], 0];'
FETCH = """
const [url, seconds, done] = arguments;
const stop = new AbortController();
const timer = setTimeout(() => stop.abort(), 1000 * seconds);
const ask = () => window.fetch(url, {credentials: "include", signal: stop.signal});
const kept = window[Symbol.for("tfw")];
(kept ? kept.unrecorded(ask) : ask())
  .then((reply) => reply.text().then((text) => done([reply.status, text])))
  .catch((error) => done([0, String(error)]))
  .finally(() => clearTimeout(timer));
"""
NO_PAGE = "chrome-error:"
BUTTONS = {"down": "mousePressed", "move": "mouseMoved", "up": "mouseReleased"}
PROBE_SECONDS = 5.0


class Browser:
    """One Chromium session, used by one thread at a time; open it with :func:`open_browser`.

    :meth:`close` may be called from any thread: a call that another one is in then fails.
    """

    def __init__(
        self,
        driver: Remote,
        process: DriverProcess | None,
        *,
        site: str,
        profile: SessionProfile,
        headless: bool,
        page_seconds: float,
    ) -> None:
        self.site = site
        self.profile = profile
        self.pages_opened = 0
        self.replies_lost = 0
        self._driver = driver
        self._process = process
        self._page_seconds = page_seconds
        self._pressed = False
        self._closed = threading.Event()
        with self._clear_failures("prepare the session"):
            self._prepare(headless)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Browser({self.site!r}, pages_opened={self.pages_opened})"

    def open(self, address: str) -> Landing:
        """Where the browser lands on a path of the site or a whole address; waits for the DOM.

        Raises:
            PageFailed: the page cannot be reached, or takes longer than ``page_seconds``.
            BrowserLost: the browser is gone or hangs.
        """
        url = address if address.startswith(("http://", "https://")) else self.site + address
        self.pages_opened += 1
        with self._clear_failures(f"open {url}"):
            self._driver.get(url)
        here, status, title, size, failure = self.run(LANDING)
        if not here.startswith(NO_PAGE):
            return Landing(here, int(status) or None, title, int(size))
        # Chromium puts a page of its own where the site sent nothing to show.
        if not status:
            why = failure or "the connection ended without an answer"
            raise PageFailed(f"Could not open {url}: {_with_advice(why)}.")
        return Landing(url, int(status), "", 0)

    def run(self, script: str, *arguments: object) -> Any:  # noqa: ANN401 - any JSON value
        """What one synchronous script in the page returns.

        Raises:
            PageFailed: the script fails or takes too long.
            BrowserLost: the browser is gone or hangs.
        """
        with self._clear_failures("run a script in the page"):
            return self._driver.execute_script(script, *arguments)

    def fetch(self, path: str, parameters: Mapping[str, object]) -> Reply:
        """The answer to one of the site's own list calls, made from inside the open page.

        Its text is raw, so that ids are exact. A call without an answer has status 0.

        Raises:
            PageFailed: the page went away meanwhile.
            BrowserLost: the browser is gone or hangs.
        """
        query = urlencode({key: value for key, value in parameters.items() if value is not None})
        url = f"{self.site}{path}?{query}"
        with self._clear_failures(f"call {path}"):
            status, text = self._driver.execute_async_script(FETCH, url, self._page_seconds)
        return Reply(int(status), text)

    def replies(self) -> list[PageReply]:
        """The list replies that the open page has received since the last call, oldest first.

        Those of a page that was left are gone: take them before opening another one. Beyond 16
        million characters between two calls, replies are counted in ``replies_lost`` only.
        """
        kept, lost = self.run(TAKE)
        if lost:
            self.replies_lost += lost
            log.warning("%d list replies of a page were not kept.", lost)
        return [PageReply(url, int(status), text) for url, status, text in kept]

    def screenshot(self) -> bytes:
        """The window as a PNG; one pixel of it is one CSS pixel in a headless browser."""
        with self._clear_failures("take a screenshot"):
            return self._driver.get_screenshot_as_png()

    def show_pictures(self, shown: bool = True) -> None:
        """Let pictures through, or not; those already refused come with the next reload."""
        self.cdp("Network.setBlockedURLs", {"urls": [] if shown else list(PICTURES)})

    def pass_on(self, event: PersonEvent) -> None:
        """Do in the page what a person did with pointer or keyboard.

        Raises:
            BrowserLost: the browser is gone or hangs.
        """
        if event.kind == "key":
            return self._press(event.key or "")
        if event.kind == "down":
            self._pressed = True
        self.cdp(
            "Input.dispatchMouseEvent",
            {
                "type": BUTTONS[event.kind],
                "x": event.x,
                "y": event.y,
                "button": "left" if self._pressed or event.kind == "up" else "none",
                "buttons": int(self._pressed and event.kind != "up"),
                "clickCount": int(event.kind != "move"),
            },
        )
        if event.kind == "up":
            self._pressed = False

    def save_page(self, folder: Path, name: str) -> Path:
        """The path of the open page's HTML, saved for a look; its screenshot is beside it.

        Both may show people's names, so only their owner can read them.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (re.sub(r"[^\w.-]+", "_", name).strip("._")[:100] + ".html")
        page = self.run("return document.documentElement.outerHTML")
        _write_private(path, page.encode("utf-8", "replace"))
        _write_private(path.with_suffix(".png"), self.screenshot())
        return path

    def cdp(self, command: str, parameters: Mapping[str, object]) -> Any:  # noqa: ANN401
        """What a command of the Chrome DevTools protocol returns."""
        with self._clear_failures(f"do {command}"):
            answer = self._driver.execute(
                "executeCdpCommand", {"cmd": command, "params": dict(parameters)}
            )
        return answer["value"]

    def close(self) -> None:
        """End the session; nothing of it stays behind. Closing twice does no harm."""
        if self._closed.is_set():
            return
        self._closed.set()
        if self._process:
            # The profile is thrown away, so there is nothing that Chromium has to save first.
            return self._process.close()
        try:
            self._driver.quit()
        except (WebDriverException, HTTPError, OSError) as error:
            log.warning("The Grid did not end a session: %s.", first_line(error))

    @property
    def _script_seconds(self) -> float:
        """A little longer than a call, which ends itself."""
        return self._page_seconds + PROBE_SECONDS

    def _prepare(self, headless: bool) -> None:
        script = files("tfw.sources.web").joinpath("recorder.js").read_text(encoding="utf-8")
        self.cdp("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        self.cdp("Network.enable", {})
        self.show_pictures(False)
        if self.profile.time_zone:
            self.cdp("Emulation.setTimezoneOverride", {"timezoneId": self.profile.time_zone})
        if headless:
            width, height = self.profile.window
            view = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            self.cdp("Emulation.setDeviceMetricsOverride", view)
        # Last, because a busy machine may need longer for all this than a page is given.
        connection = self._driver.command_executor
        if isinstance(connection, RemoteConnection):
            connection.client_config.timeout = self._page_seconds + 3 * PROBE_SECONDS
        self._driver.set_page_load_timeout(self._page_seconds)
        self._driver.set_script_timeout(self._script_seconds)

    def _press(self, key: str) -> None:
        if len(key) == 1:
            self.cdp("Input.insertText", {"text": key})
        else:
            named = {"key": key, "code": key, "windowsVirtualKeyCode": KEY_CODES.get(key, 0)}
            self.cdp("Input.dispatchKeyEvent", {"type": "rawKeyDown", **named})
            self.cdp("Input.dispatchKeyEvent", {"type": "keyUp", **named})

    @contextmanager
    def _clear_failures(self, doing: str) -> Iterator[None]:
        """Failures of a call as those of this package."""
        try:
            yield
        except (InvalidSessionIdException, NoSuchWindowException) as error:
            raise self._lost(doing, error) from error
        except (HTTPError, OSError) as error:
            raise self._lost(doing, error) from error
        except WebDriverException as error:
            if self._closed.is_set() or LOST.search(str(error.msg)) or self._hangs(error):
                raise self._lost(doing, error) from error
            raise self._failed(doing, error) from error

    def _hangs(self, error: WebDriverException) -> bool:
        """Whether no script runs any more after something took too long."""
        if not isinstance(error, TimeoutException):
            return False
        try:
            self._driver.set_script_timeout(PROBE_SECONDS)
            self._driver.execute_script("return 1")
            self._driver.set_script_timeout(self._script_seconds)
        except (WebDriverException, HTTPError, OSError):
            return True
        return False

    def _lost(self, doing: str, error: Exception) -> BrowserLost:
        why = "it was closed" if self._closed.is_set() else first_line(error)
        return BrowserLost(f"The browser is gone or hangs; it could not {doing}: {why}.")

    def _failed(self, doing: str, error: WebDriverException) -> PageFailed:
        if isinstance(error, TimeoutException):
            return PageFailed(f"Could not {doing} within {self._page_seconds:g} seconds.")
        return PageFailed(f"Could not {doing}: {_with_advice(first_line(error))}.")


KEY_CODES = {"Backspace": 8, "Tab": 9, "Enter": 13, "Escape": 27, "ArrowLeft": 37, "ArrowUp": 38}
KEY_CODES |= {"ArrowRight": 39, "ArrowDown": 40, "Delete": 46}


def open_browser(
    *,
    site: str | None = None,
    profile: SessionProfile | None = None,
    remote_url: str | None = None,
    headless: bool = True,
    page_seconds: float = 30.0,
) -> Browser:
    """A new Chromium session, to be used in a ``with`` block or closed.

    Args:
        site: the address of the site; ``TFW_TIKTOK_URL``'s or TikTok's if None.
        profile: how the session presents itself.
        remote_url: a Selenium Grid that opens the browser; this machine does if None.
        headless: whether the browser has no window of its own.
        page_seconds: how long a page, a script or a call may take.

    Raises:
        ParameterError: an argument is wrong.
        SettingsError: ``TFW_CHROMIUM`` or ``TFW_CHROMEDRIVER`` names no program.
        BrowserUnavailable: there is no Chromium, it does not start, or no Grid answers.
    """
    address, profile = site_address(site), profile or SessionProfile()
    local = is_loopback(address)
    process = None
    if remote_url:
        driver = start_on_grid(remote_url, profile, headless=headless, local_site=local)
    else:
        driver, process = start_here(profile, headless=headless, local_site=local)
    try:
        return Browser(
            driver,
            process,
            site=address,
            profile=profile,
            headless=headless,
            page_seconds=page_seconds,
        )
    except BaseException:
        process.close() if process else driver.quit()
        raise


def _with_advice(message: str) -> str:
    if any(word in message for word in ("PROXY", "TUNNEL", "SOCKS")):
        return f"{message}; check the proxy of the session's profile"
    return message


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
