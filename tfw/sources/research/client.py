"""A client of TikTok's Research API, version 2: one method an endpoint, pages as they come.

It is plain blocking code, so it works in a notebook's running event loop; several threads may use
one client. Waiting, repeating and counting are in :mod:`tfw.sources.research.calls`.
"""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import httpx

from tfw.errors import SettingsError
from tfw.settings import load_settings
from tfw.sources.research import endpoints as ends
from tfw.sources.research.answers import Answer, Meaning
from tfw.sources.research.calls import Caller, Request
from tfw.sources.research.credentials import Credentials, read_credentials
from tfw.sources.research.endpoints import Endpoint, Page, Row
from tfw.sources.research.fields import (
    COMMENT_FIELDS,
    PRODUCT_FIELDS,
    REVIEW_FIELDS,
    SHOP_FIELDS,
    USER_FIELDS,
    USER_VIDEO_FIELDS,
)
from tfw.sources.research.pace import Pacer, Pause
from tfw.sources.research.quota import QuotaLedger
from tfw.sources.research.tokens import TokenKeeper
from tfw.store import Store

BASE_URL = "https://open.tiktokapis.com"
URL_VARIABLE = "TFW_RESEARCH_API_URL"
# What TikTok's own wrapper allows itself.
REQUESTS_PER_SECOND = 10.0
# The gateway gives up after four minutes; before that an answer may still come.
TIMEOUT = httpx.Timeout(120.0, connect=15.0)
LOOPBACK = ("127.0.0.1", "::1", "localhost")
MAX_TASK_IDS = 10_000
SHOP_PAGE = 10

Category = Literal["video", "comment"]


class ResearchClient:
    """The Research API; use it in a `with` block, or call :meth:`close`.

    All methods raise the errors of :mod:`tfw.sources.research.failures`, and CredentialsError
    when TikTok refuses the client key. ``base_url`` is the lab's where `TFW_RESEARCH_API_URL`
    says so and no other is given.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        quota: QuotaLedger,
        base_url: str | None = None,
        requests_per_second: float = REQUESTS_PER_SECOND,
        pause: Pause | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        url = checked_url(base_url or os.environ.get(URL_VARIABLE) or BASE_URL)
        self.base_url = url
        self._http = httpx.Client(
            base_url=url,
            timeout=timeout,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32),
            # A proxy of the institution is for TikTok, not for the lab on this machine.
            trust_env=urlsplit(url).hostname not in LOOPBACK,
        )
        tokens = TokenKeeper(self._http, credentials)
        self._caller = Caller(
            self._http, tokens, quota, Pacer(requests_per_second), pause or Pause()
        )

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
        return f"ResearchClient({self.base_url!r})"

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    @property
    def quota(self) -> QuotaLedger:
        """The ledger that every request of this client is written into."""
        return self._caller.quota

    @property
    def pause(self) -> Pause:
        """The waits of this client; ``pause.stop()`` ends them."""
        return self._caller.pause

    def for_run(self, max_requests: int | None = None) -> "ResearchClient":
        """The same client for one run: with a cap of its own, and to be stopped on its own."""
        run = object.__new__(ResearchClient)
        run.base_url, run._http = self.base_url, self._http
        run._caller = self._caller.for_run(max_requests)
        return run

    def query_videos(
        self,
        body: Mapping[str, Any],
        fields: Sequence[str],
        *,
        cursor: int | None = None,
        search_id: str | None = None,
        give_up_on: Collection[Meaning] = (),
    ) -> Page:
        """A page of the videos that match.

        Args:
            body: the query, its dates and max_count, as in the documentation.
            fields: the fields of the rows.
            cursor: that of the page before; its search id has to come with it.
            search_id: that of the page before.
            give_up_on: what is not worth waiting for.
        """
        place: dict[str, Any] = {}
        if cursor:
            place = {"cursor": cursor, "search_id": search_id}
        impatience = frozenset(give_up_on)
        return self._page(Request(ends.VIDEOS, {**body, **place}, fields, give_up_on=impatience))

    def user_info(self, username: str, fields: Sequence[str] = USER_FIELDS) -> Page:
        """A page of one row: the account, with the name that was asked for."""
        answer, attempts = self._caller.call(Request(ends.USER, {"username": username}, fields))
        rows = [{"username": username, **answer.data}] if answer.data else []
        return _page(answer, rows, attempts)

    def comments(
        self,
        video_id: str,
        *,
        cursor: int | None = None,
        max_count: int = 100,
        fields: Sequence[str] = COMMENT_FIELDS,
    ) -> Page:
        """A page of a video's comments, the most liked ones first; the API gives 1,000 at most."""
        body = {"video_id": int(video_id), "max_count": max_count}
        return self._page(Request(ends.COMMENTS, _at(body, cursor), fields))

    def replies(
        self,
        comment_id: str,
        *,
        cursor: int | None = None,
        max_count: int = 100,
        fields: Sequence[str] = COMMENT_FIELDS,
    ) -> Page:
        """A page of the replies to a comment."""
        body = {"comment_id": int(comment_id), "max_count": max_count}
        return self._page(Request(ends.COMMENTS, _at(body, cursor), fields))

    def liked_videos(
        self,
        username: str,
        *,
        cursor: int | None = None,
        max_count: int = 100,
        fields: Sequence[str] = USER_VIDEO_FIELDS,
    ) -> Page:
        """A page of the videos that an account liked; nearly every account keeps them private."""
        return self._listed(ends.LIKED, username, cursor, max_count, fields)

    def pinned_videos(self, username: str, fields: Sequence[str] = USER_VIDEO_FIELDS) -> Page:
        """The videos that an account pinned, three at most."""
        return self._page(Request(ends.PINNED, {"username": username}, fields))

    def reposted_videos(
        self,
        username: str,
        *,
        cursor: int | None = None,
        max_count: int = 100,
        fields: Sequence[str] = USER_VIDEO_FIELDS,
    ) -> Page:
        """A page of the videos that an account reposted; a row names who made the video."""
        return self._listed(ends.REPOSTED, username, cursor, max_count, fields)

    def followers(self, username: str, *, cursor: int | None = None, max_count: int = 100) -> Page:
        """A page of an account's followers, the newest first; the cursor is a Unix second."""
        return self._listed(ends.FOLLOWERS, username, cursor, max_count)

    def following(self, username: str, *, cursor: int | None = None, max_count: int = 100) -> Page:
        """A page of the accounts that an account follows; the cursor is a Unix second."""
        return self._listed(ends.FOLLOWING, username, cursor, max_count)

    def playlist(
        self, playlist_id: str, *, cursor: int | None = None, max_count: int = 100
    ) -> Page:
        """A page of a playlist: rows of one video id each; ``data`` has its name and size."""
        body = _at({"playlist_id": int(playlist_id), "max_count": max_count}, cursor)
        answer, attempts = self._caller.call(Request(ends.PLAYLIST, body))
        rows = [{"id": str(id_)} for id_ in answer.data.get("playlist_video_ids") or []]
        return _page(answer, rows, attempts)

    def shops(
        self, shop_name: str, *, limit: int = SHOP_PAGE, fields: Sequence[str] = SHOP_FIELDS
    ) -> Page:
        """The shops of that name, in the EU only."""
        body = {"shop_name": shop_name, "limit": limit}
        return self._page(_shop_request(ends.SHOPS, body, fields))

    def products(
        self,
        shop_id: str,
        *,
        page: int = 1,
        page_size: int = SHOP_PAGE,
        fields: Sequence[str] = PRODUCT_FIELDS,
    ) -> Page:
        """A page of a shop's products; the cursor is the number of the next page, from 1."""
        body = {"shop_id": int(shop_id), "page_start": page, "page_size": page_size}
        return _numbered(self._page(_shop_request(ends.PRODUCTS, body, fields)), page, page_size)

    def reviews(
        self,
        product_id: str,
        *,
        page: int = 1,
        page_size: int = SHOP_PAGE,
        fields: Sequence[str] = REVIEW_FIELDS,
    ) -> Page:
        """A page of a product's reviews; the cursor is the number of the next page, from 1."""
        body = {"product_id": int(product_id), "page_start": page, "page_size": page_size}
        return _numbered(self._page(_shop_request(ends.REVIEWS, body, fields)), page, page_size)

    def create_validation_task(self, ids: Iterable[str], category: Category) -> str:
        """Hand in ids to be checked, 10,000 at most; the id of the task."""
        lines = list(ids)
        if not 1 <= len(lines) <= MAX_TASK_IDS:
            raise ValueError(f"{len(lines):,} ids: a task takes 1 to {MAX_TASK_IDS:,}")
        file = ("ids.txt", ("\n".join(lines) + "\n").encode())
        request = Request(ends.TASK_CREATE, {"category": category}, file=file)
        answer, _ = self._caller.call(request)
        return str(answer.data["task_id"])

    def validation_status(self, task_id: str) -> str:
        """`Completed`, `Processing` or `Failed`."""
        answer, _ = self._caller.call(Request(ends.TASK_STATUS, {"task_id": int(task_id)}))
        return str(answer.data.get("task_status", "Processing"))

    def download_validation(self, task_id: str) -> list[str]:
        """The ids of a completed task that may still be kept."""
        answer, _ = self._caller.call(Request(ends.TASK_DOWNLOAD, {"task_id": int(task_id)}))
        return answer.text.replace(",", " ").split()

    def _listed(
        self,
        endpoint: Endpoint,
        username: str,
        cursor: int | None,
        max_count: int,
        fields: Sequence[str] = (),
    ) -> Page:
        body = {"username": username, "max_count": max_count}
        return self._page(Request(endpoint, _at(body, cursor), fields))

    def _page(self, request: Request) -> Page:
        answer, attempts = self._caller.call(request)
        return _page(answer, _rows(answer, request.endpoint), attempts)


def open_client(store: Store, **options: Any) -> ResearchClient:  # noqa: ANN401
    """A client with the project's credentials and ledger; options as :class:`ResearchClient`'s.

    Raises:
        CredentialsError: there are no usable credentials.
        SettingsError: `TFW_RESEARCH_API_URL` is not an address to send secrets to.
    """
    credentials = read_credentials(load_settings())
    quota = options.pop("quota", None) or QuotaLedger(store, credentials.id)
    return ResearchClient(credentials, quota=quota, **options)


def checked_url(url: str) -> str:
    """An address that the client secret may be sent to: https, or this machine.

    Raises:
        SettingsError: it is neither.
    """
    parts = urlsplit(url)
    local = parts.hostname in LOOPBACK
    if not parts.hostname or parts.scheme not in (("http", "https") if local else ("https",)):
        raise SettingsError(
            f"The address of the Research API is {url!r}. It has to begin with https://, or with "
            f"http://127.0.0.1 for the lab; see {URL_VARIABLE}."
        )
    return url.rstrip("/")


def _page(answer: Answer, rows: list[Row], attempts: int) -> Page:
    data = answer.data
    search_id = data.get("search_id")
    return Page(
        rows=rows,
        cursor=_number(data.get("cursor")),
        has_more=data.get("has_more") in (True, "true", 1),
        search_id=str(search_id) if search_id else None,
        log_id=answer.log_id,
        attempts=attempts,
        received_at=answer.received_at,
        data=data,
    )


def _rows(answer: Answer, endpoint: Endpoint) -> list[Row]:
    """The rows; a list that is missing or null is an empty one."""
    for name in endpoint.lists:
        rows = answer.data.get(name)
        if isinstance(rows, list):
            return [row for row in rows if isinstance(row, dict)]
    return []


def _at(body: dict[str, Any], cursor: int | None) -> dict[str, Any]:
    return {**body, "cursor": cursor} if cursor else body


def _number(value: object) -> int | None:
    if isinstance(value, bool) or value is None:
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else None


def _shop_request(endpoint: Endpoint, body: dict[str, Any], fields: Sequence[str]) -> Request:
    # The documentation puts the fields into the address in one place, into the body in another.
    return Request(endpoint, {**body, "fields": ",".join(fields)}, fields)


def _numbered(page: Page, number: int, size: int) -> Page:
    """The Shop says nothing of more pages: a full one has a next."""
    more = len(page.rows) >= size
    return Page(
        page.rows, number + 1, more, None, page.log_id, page.attempts, page.received_at, page.data
    )
