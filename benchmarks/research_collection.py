"""A day's quota of the Research API: eight workers against one page after another.

The lab answers a page of videos after 1 s and a page of comments after 5 s, both divided by SCALE,
so that the benchmark takes a minute in place of an hour; the work of client and database is not
scaled, which works against the workers. One after another is the way of the replaced program: the
next request begins when the answer of the last one is stored.

Run with `python benchmarks/research_collection.py [--requests N]`.
"""

import argparse
import logging
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import SecretStr

from tfw import embedded
from tfw.lab.app import running_lab
from tfw.lab.content import World
from tfw.lab.faults import FaultPlan, Limits
from tfw.privacy import Pseudonymiser
from tfw.settings import load_settings
from tfw.sources.research.client import ResearchClient
from tfw.sources.research.collect import collect_videos
from tfw.sources.research.comments import collect_comments
from tfw.sources.research.credentials import Credentials
from tfw.sources.research.query import Condition, VideoQuery
from tfw.sources.research.quota import QuotaLedger
from tfw.store import Store, open_store

SCALE = 10.0
VIDEO_SECONDS, COMMENT_SECONDS = 1.0, 5.0
WORKERS = 8
# A day's thousand requests, as a study spends them: half on posts, half on comments.
QUOTA = 1_000
DAYS = 25
PAGE = 20
SPAWN = multiprocessing.get_context("spawn")
HIDE = Pseudonymiser(b"benchmark" * 4)


@dataclass(frozen=True)
class Result:
    """What one way of collecting took and brought."""

    seconds: float
    requests: int
    least: int
    posts: frozenset[str]
    comments: frozenset[str]

    @property
    def rows(self) -> int:
        """Posts and comments."""
        return len(self.posts) + len(self.comments)


def main() -> None:
    """Print both ways side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=QUOTA, help="the day's quota")
    quota = parser.parse_args().requests
    logging.disable(logging.WARNING)
    world = make_world(quota * PAGE // 2 - DAYS * PAGE // 2)
    slow, fast = measure(world, quota, 1), measure(world, quota, WORKERS)
    print(f"A quota of {quota:,} requests; times are those of the API, SCALE {SCALE:g} undone.")
    for name, result in (("one after another", slow), (f"{WORKERS} workers", fast)):
        print(
            f"{name}: {result.seconds * SCALE:,.0f} s, {result.requests:,} requests for "
            f"{result.rows:,} rows ({1_000 * result.requests / result.rows:.2f} a thousand rows, "
            f"least possible {1_000 * result.least / result.rows:.2f})"
        )
    shared = len(slow.comments & fast.comments) / max(1, len(slow.comments | fast.comments))
    print(f"same posts: {slow.posts == fast.posts}, same comments: {shared:.0%}")
    print(f"{slow.seconds / fast.seconds:.1f} times faster with {WORKERS} workers")


def measure(world: World, quota: int, workers: int) -> Result:
    """Spend a day's quota with that many workers on an empty database."""
    with fresh_lab(world, quota) as url, fresh_store() as store:
        ledger = QuotaLedger(store, "benchmark", {"general": quota})
        credentials = Credentials(SecretStr("lab-key"), SecretStr("lab-secret"), "the lab")
        with ResearchClient(
            credentials, quota=ledger, base_url=url, requests_per_second=10 * SCALE
        ) as client:
            start = time.perf_counter()
            videos = collect_videos(
                store, everything(world), client, workers=workers, progress=False
            )
            comments = collect_comments(
                store, client, workers=workers, progress=False, pseudonymiser=HIDE
            )
            seconds = time.perf_counter() - start
        threads = sum(1 for _ in store.database["threads"].find({"delivered": {"$gt": 0}}))
        return Result(
            seconds=seconds,
            requests=videos.requests + comments.requests,
            least=videos.least_requests + threads,
            posts=ids(store, "posts"),
            comments=ids(store, "comments"),
        )


def everything(world: World) -> VideoQuery:
    """A query that every post of the world matches."""
    return VideoQuery(
        not_=(Condition("EQ", "username", ("nobody_at_all",)),),
        start_date=world.start.date(),
        end_date=(world.end - timedelta(seconds=1)).date(),
        name="everything",
        max_count=PAGE,
    )


def ids(store: Store, collection: str) -> frozenset[str]:
    """All ids of a collection."""
    return frozenset(found["_id"] for found in store.database[collection].find({}, {"_id": 1}))


@contextmanager
def fresh_lab(world: World, quota: int) -> Iterator[str]:
    """The address of a lab that takes its time, in a process of its own as TikTok is."""
    ours, theirs = SPAWN.Pipe()
    lab = SPAWN.Process(target=run_lab, args=(theirs, len(world), quota), daemon=True)
    lab.start()
    try:
        yield ours.recv()
    finally:
        ours.send("end")
        lab.join()


def run_lab(pipe: Connection, posts: int, quota: int) -> None:
    """Serve a lab until told to end."""
    latency = {
        "video/query": VIDEO_SECONDS / SCALE,
        "video/comment/list": COMMENT_SECONDS / SCALE,
    }
    plan = FaultPlan(latency=latency, limits=Limits(normal=quota))
    with running_lab(make_world(posts), faults=plan) as lab:
        pipe.send(lab.url)
        pipe.recv()


def make_world(posts: int) -> World:
    """A world whose posts have one page of comments at most."""
    return World(seed=7, posts=posts, days=DAYS, most_comments=40)


@contextmanager
def fresh_store() -> Iterator[Store]:
    """An empty database on an embedded server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TFW_HOME"] = folder
        os.environ["TFW_KEY_FOLDER"] = str(Path(folder) / "keys")
        settings = load_settings()
        try:
            with open_store(settings) as store:
                yield store
        finally:
            embedded.stop(settings)


if __name__ == "__main__":
    main()
