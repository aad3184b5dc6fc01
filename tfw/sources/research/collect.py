"""Collecting the videos of a query: window by window, page by page, in parallel, to be resumed.

The rows of a page are stored first, then the window's cursor and state. Storing the same rows
twice changes nothing, so wherever a run ends, the next one goes on from the last stored page.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tqdm.auto import tqdm

from tfw.errors import QueryError
from tfw.sources.research.client import ResearchClient
from tfw.sources.research.collector import Collector, window_name
from tfw.sources.research.crew import Crew
from tfw.sources.research.failures import (
    CollectionPaused,
)
from tfw.sources.research.honesty import (
    Canary,
    delivery,
)
from tfw.sources.research.leases import Leases
from tfw.sources.research.lists import HOW_COLLECTED
from tfw.sources.research.plan import plan_windows
from tfw.sources.research.query import Query, VideoQuery
from tfw.sources.research.windows import COLLECTION, OPEN, WindowBook
from tfw.store import Store, WriteCounts

log = logging.getLogger(__name__)

Document = dict[str, Any]


@dataclass(frozen=True)
class CollectSummary:
    """What a run collected and how the plan stands now.

    ``windows`` counts the query's windows by state, ``problems`` names those that did not end
    well, ``delivery`` is :func:`tfw.sources.research.honesty.delivery` over all of them.
    ``paused`` says why the run stopped before the end, ``resumes_at`` from when on it can go on.
    """

    query: str
    posts: WriteCounts
    requests: int
    least_requests: int
    quota_left: int
    windows: dict[str, int]
    delivery: dict[str, int]
    problems: list[tuple[str, str]] = field(default_factory=list)
    canary: Canary | None = None
    paused: str | None = None
    resumes_at: datetime | None = None

    @property
    def finished(self) -> bool:
        """Whether no window is left to be collected."""
        return not any(self.windows.get(state) for state in OPEN)

    def __str__(self) -> str:
        posts, got = self.posts, self.delivery
        states = ", ".join(f"{count} {state}" for state, count in sorted(self.windows.items()))
        lines = [
            f"{self.query}: {posts.inserted:,} new posts, {posts.updated:,} updated, "
            f"{posts.unchanged:,} as before.",
            f"Windows: {states or 'none'}.",
            f"Requests: {self.requests:,} in this run; {got['requests']:,} for all windows, where "
            f"{self.least_requests:,} are the least possible. {self.quota_left:,} left today.",
            f"Rows: the API counted {got['asked']:,} videos and delivered {got['delivered']:,}; "
            "the others are mostly deleted or private.",
        ]
        if got["over_matched"]:
            lines.append(
                f"Over-matched: {got['over_matched']:,} rows hold a keyword only inside of "
                "another word."
            )
        if got["unreadable"]:
            lines.append(f"Unreadable: {got['unreadable']:,} rows were left out; see the log.")
        lines += [f"{name}: {reason}" for name, reason in self.problems]
        if self.canary is not None and not self.canary.found:
            lines.append(str(self.canary))
        return "\n".join([*lines, *([self.paused] if self.paused else [])])


def collect_videos(
    store: Store,
    query: Query,
    client: ResearchClient,
    *,
    window_days: int | None = None,
    workers: int = 8,
    max_requests: int | None = None,
    again_before: datetime | None = None,
    progress: bool = True,
) -> CollectSummary:
    """The posts of a query in the store, as far as quota and cap allow.

    Several processes may do this at once: each window is with one of them at a time.

    Args:
        store: where posts, windows and the ledger are.
        query: what to collect.
        client: the Research API; its ledger counts every request.
        window_days: the length of new windows, 1 to 7 days; the plan's choice if None.
        workers: windows that are collected at the same time.
        max_requests: requests this run may make.
        again_before: windows that ended before this time are collected again, for new counters.
        progress: whether to show a bar.

    Raises:
        CredentialsError: TikTok refuses the client key or secret.
        EndpointClosed: these credentials may not query videos.
        StoreError: the database refuses.
        QueryError: the query asks for a list of an account or a post, not for videos.
        KeyboardInterrupt: the user interrupted; the next run goes on from there.
    """
    if not isinstance(query, VideoQuery):
        raise QueryError(
            f"{query.name} asks for {query.endpoint}, and this collects videos. {HOW_COLLECTED}"
        )
    run = client.for_run(max_requests)
    with Leases(store.database[COLLECTION]) as leases:
        book = WindowBook(store, query, leases)
        book.add(plan_windows(query, window_days))
        book.reopen(again_before)
        with _bar(book, query, progress) as bar:
            collector = Collector(store, query, run, book, bar)
            paused = Crew(collector.take, collector.collect, run.pause).run(workers)
    return _summary(query, book, collector, run, paused)


def _summary(
    query: VideoQuery,
    book: WindowBook,
    collector: Collector,
    run: ResearchClient,
    paused: CollectionPaused | None,
) -> CollectSummary:
    windows = book.all()
    done = [window for window in windows if window["state"] not in OPEN]
    size = query.max_count
    return CollectSummary(
        query=query.name,
        posts=collector.posts,
        requests=run.quota.reserved,
        least_requests=sum(max(1, -(-window["asked"] // size)) for window in done),
        quota_left=run.quota.remaining(),
        windows=dict(Counter(window["state"] for window in windows)),
        delivery=delivery(windows),
        problems=[(window_name(window), window["reason"]) for window in done if window["reason"]],
        canary=collector.canary,
        paused=str(paused) if paused else None,
        resumes_at=paused.resumes_at if paused else None,
    )


def _bar(book: WindowBook, query: VideoQuery, progress: bool) -> "tqdm[Any]":
    windows = book.all()
    done = sum(window["state"] not in OPEN for window in windows)
    return tqdm(
        total=len(windows), initial=done, desc=query.name, unit="window", disable=not progress
    )
