"""A small web site for tests: pages from a table, and a record of what was asked for."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass
class Page:
    """What the site answers at a path; no body at all cuts the connection."""

    body: str | None = ""
    status: int = 200
    kind: str = "text/html; charset=utf-8"
    seconds: float = 0.0


@dataclass
class SmallSite:
    url: str
    pages: dict[str, Page]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def show(self, path: str, body: str | None, **more: object) -> str:
        """Put a page at a path, which is returned."""
        self.pages[path] = Page(body, **more)  # type: ignore[arg-type]
        return path


@contextmanager
def small_site() -> Iterator[SmallSite]:
    """A site that answers on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    site = SmallSite(f"http://127.0.0.1:{server.server_port}", {})
    server.site = site  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: SmallSite = self.server.site  # type: ignore[attr-defined]
        site.asked.append((self.path, dict(self.headers)))
        page = site.pages.get(urlsplit(self.path).path, Page("nothing here", 404))
        time.sleep(page.seconds)
        if page.body is None:
            return self.connection.close()
        content = page.body.encode()
        try:
            self.send_response(page.status)
            self.send_header("Content-Type", page.kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
        except OSError:
            return  # the browser did not wait for it

    def log_message(self, format: str, *values: object) -> None:
        return
