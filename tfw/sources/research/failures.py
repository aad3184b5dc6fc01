"""What can go wrong between this program and the Research API.

ResearchError
├── RequestRefused      the API will not answer this request; asking again is of no use
│   └── EndpointClosed  these credentials may not use this endpoint
├── SearchLost          the search id or cursor stays invalid; the window has to start again
├── ApiUnavailable      the API keeps failing on this request
└── CollectionPaused    nothing more can be asked for now; what is open stays pending
    ├── QuotaReached    the day's requests are spent
    ├── CapReached      the requests that this run was allowed are spent
    ├── Throttled       the API keeps asking for slower requests
    ├── ApiDown         the API fails on everything; more requests would only burn quota
    └── Stopped         the user stopped the run

Each has the number of ``attempts`` that were made, which all cost quota.
"""

from datetime import datetime

from tfw.errors import TfwError


class ResearchError(TfwError):
    """The Research API did not give what was asked."""

    attempts = 0


class RequestRefused(ResearchError):
    """The API will not answer this request; asking again is of no use."""


class EndpointClosed(RequestRefused):
    """These credentials may not use this endpoint."""


class SearchLost(ResearchError):
    """The search id or cursor stays invalid; the window has to start again."""


class ApiUnavailable(ResearchError):
    """The API keeps failing on this request."""


class CollectionPaused(ResearchError):
    """Nothing more can be asked for now; what is open stays pending."""

    resumes_at: datetime | None = None


class QuotaReached(CollectionPaused):
    """The day's requests are spent; ``resumes_at`` is when there are new ones."""

    def __init__(self, message: str, resumes_at: datetime) -> None:
        super().__init__(message)
        self.resumes_at = resumes_at


class CapReached(CollectionPaused):
    """The requests that this run was allowed are spent."""


class Throttled(CollectionPaused):
    """The API keeps asking for slower requests."""


class ApiDown(CollectionPaused):
    """The API fails on everything; more requests would only burn quota."""


class Stopped(CollectionPaused):
    """The user stopped the run."""
