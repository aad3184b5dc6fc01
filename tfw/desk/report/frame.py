"""The reports that were written, and a frame that shows one of them."""

import gzip
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import anywidget
import traitlets

from tfw.desk.access import AccessError
from tfw.errors import InputError
from tfw.privacy import PrivacyLevel
from tfw.runs.history import folders_with
from tfw.runs.record import BY_HAND, REPORT_NAME
from tfw.settings import load_settings

SHOWN_REPORTS = 30
# What says how people are shown stands at the top of the page.
HEAD_BYTES = 4_096
PRIVACY_META = "tfw-privacy"
MASKED = (PrivacyLevel.PSEUDONYMISE.value, PrivacyLevel.REDACT.value)
_HERE = Path(__file__).parent


class ReportFrame(anywidget.AnyWidget):
    """A page in a frame of its own, which its scripts cannot leave."""

    _esm = _HERE / "frame.js"
    _css = _HERE / "frame.css"
    packed = traitlets.Bytes(b"").tag(sync=True)
    title = traitlets.Unicode("Report").tag(sync=True)

    def show(self, page: Path) -> None:
        """Show the page of a file.

        Raises:
            InputError: the file cannot be read.
        """
        try:
            text = page.read_bytes()
        except OSError as error:
            raise InputError(f"{page.name} cannot be read ({error.strerror}).") from error
        self.title = f"Report {page.parent.name}"
        # The same page packed again is the same bytes, so that nothing is sent twice.
        self.packed = gzip.compress(text, compresslevel=6, mtime=0)

    def clear(self) -> None:
        """Show nothing."""
        self.packed = b""


def written_reports(folder: Path) -> dict[str, Path]:
    """The reports there are, by name: the one in ``folder``, by hand, then the newest runs'."""
    own = [folder, load_settings().outputs / BY_HAND]
    pages = [*own, *folders_with(REPORT_NAME)[:SHOWN_REPORTS]]
    return {one.name: one / REPORT_NAME for one in pages if (one / REPORT_NAME).is_file()}


def check_shown(page: Path, *, may_see_names: bool) -> None:
    """Do nothing for a report that may be shown.

    Raises:
        AccessError: its people are shown with their names, or it does not say.
    """
    if may_see_names or privacy_of_page(page) in MASKED:
        return
    raise AccessError(
        f"The report {page.parent.name} shows people with their names, or does not say how it "
        "shows them, so it is not shown on a page that is read-only. Write it anew with pseudonyms."
    )


def privacy_of_page(page: Path) -> str | None:
    """How people are shown on the page of a report; None where it does not say."""
    with page.open("rb") as file:
        head = file.read(HEAD_BYTES).decode("utf-8", "replace")
    return next(_meta(head), None)


def _meta(head: str) -> Iterator[str]:
    class Reader(HTMLParser):
        found: str | None = None

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            values = dict(attributes)
            if tag == "meta" and values.get("name") == PRIVACY_META and self.found is None:
                self.found = values.get("content")

    reader = Reader()
    reader.feed(head)
    if reader.found:
        yield reader.found
