"""One browser for each thread of a run, replaced when it is old or lost."""

import threading
from collections.abc import Callable

from tfw.sources.web.browser import Browser


class BrowserPool:
    """Opens a browser for each thread that asks, and closes all of them in every case.

    Args:
        new_browser: opens one.
        recycle_after: pages after which a thread gets a new one, which bounds its memory.
    """

    def __init__(self, new_browser: Callable[[], Browser], recycle_after: int) -> None:
        self.opened = 0
        self._new_browser = new_browser
        self._recycle_after = recycle_after
        self._lock = threading.Lock()
        self._open: dict[int, Browser] = {}
        self._pages = 0

    @property
    def pages(self) -> int:
        """The pages opened by all browsers so far."""
        with self._lock:
            return self._pages + sum(browser.pages_opened for browser in self._open.values())

    def mine(self) -> Browser:
        """The browser of this thread.

        Raises:
            BrowserUnavailable: none can be opened.
        """
        with self._lock:
            browser = self._open.get(threading.get_ident())
        if browser is not None and browser.pages_opened < self._recycle_after:
            return browser
        self.drop()
        browser = self._new_browser()
        with self._lock:
            self._open[threading.get_ident()] = browser
            self.opened += 1
        return browser

    def drop(self) -> None:
        """Close the browser of this thread, if it has one."""
        self._close(threading.get_ident())

    def close(self) -> None:
        """Close all browsers; what other threads do with theirs fails."""
        with self._lock:
            threads = list(self._open)
        for thread in threads:
            self._close(thread)

    def _close(self, thread: int) -> None:
        with self._lock:
            browser = self._open.pop(thread, None)
            self._pages += browser.pages_opened if browser else 0
        if browser:
            browser.close()
