"""What can go wrong between this program and a web page.

BrowserError
├── BrowserUnavailable   no browser can be started here, or none reached through the Grid
│   └── PortTaken        another program took the driver's port; trying again helps
├── PageFailed           the browser works, but a page or a script in it did not
├── BrowserLost          the browser crashed, hangs or was closed; open another one
└── CollectionEnded      collecting has to stop now; what is open stays pending
    ├── Interrupted      the user stopped the run
    ├── DailyLimit       as many pages as one day allows were opened
    ├── TooUnreadable    too many of the last pages could not be read
    └── TooManyCaptchas  the site asked for a person too often
"""

from tfw.errors import TfwError


class BrowserError(TfwError):
    """Something between this program and a web page went wrong."""


class BrowserUnavailable(BrowserError):
    """No browser can be started here, or none reached through the Grid."""


class PortTaken(BrowserUnavailable):
    """Another program took the port that the driver had chosen; trying again helps."""


class PageFailed(BrowserError):
    """The browser works, but a page or a script in it did not."""


class BrowserLost(BrowserError):
    """The browser crashed, hangs or was closed; open another one."""


class CollectionEnded(BrowserError):
    """Collecting has to stop now; what is open stays pending."""


class Interrupted(CollectionEnded):
    """The user stopped the run."""


class DailyLimit(CollectionEnded):
    """As many pages as one day allows were opened."""


class TooUnreadable(CollectionEnded):
    """Too many of the last pages could not be read."""


class TooManyCaptchas(CollectionEnded):
    """The site asked for a person too often."""
