"""A collecting process is killed at random moments, with every fault of the lab at work."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from tests.sources.research.labs import CREDENTIALS, lab_with, shown_ids, stored_ids
from tfw.sources.research.quota import QuotaLedger

REPOSITORY = Path(__file__).resolve().parents[3]
POSTS = int(os.environ.get("TFW_FAULT_RUN_POSTS", "1200"))
KILLS = int(os.environ.get("TFW_FAULT_RUN_KILLS", "4"))
DAYS = max(6, POSTS // 200)
WORKERS = 8
LIMIT = 100_000

FAULTS = [
    {"kind": "internal_error", "probability": 0.03, "burst": 2},
    {"kind": "timeout", "probability": 0.02},
    {"kind": "unavailable", "probability": 0.01},
    {"kind": "something_wrong", "probability": 0.01},
    {"kind": "html_page", "probability": 0.02},
    {"kind": "rate_limited", "probability": 0.03},
    {"kind": "token_expires", "probability": 0.004},
    {"kind": "connection_reset", "probability": 0.02},
    {"kind": "truncated_json", "probability": 0.02},
    {"kind": "slow", "probability": 0.02, "seconds": 0.05},
    {"kind": "search_id_rejected", "probability": 0.1, "each": "page", "times": 2},
    {"kind": "cursor_rejected", "probability": 0.05, "each": "page", "times": 2},
    {"kind": "stuck_cursor", "probability": 0.05, "each": "page"},
    {"kind": "empty_page", "probability": 0.05, "each": "page"},
    {"kind": "duplicate_row", "probability": 0.1},
    {"kind": "changed_search_id", "probability": 0.1},
    {"kind": "good_500", "probability": 0.02},
    {"kind": "comments_null", "probability": 0.5},
    {"kind": "nul", "probability": 0.02},
    {"kind": "missing_like_count", "probability": 0.04},
    {"kind": "large_ids", "probability": 0.2},
    {"kind": "growing_counters", "probability": 1.0},
]


def start(lab, what: str) -> subprocess.Popen[str]:
    """A collecting process, in a session of its own."""
    world = lab.lab.world
    last = (world.end - timedelta(seconds=1)).date()
    arguments = [lab.url, f"{world.start.date()}", f"{last}", f"{WORKERS}", f"{LIMIT}", what]
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.sources.research.collecting", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def kill_at_a_random_moment(lab, what: str, dice: random.Random, endpoint: str) -> bool:
    """Whether the process was killed at work; False when it came to its end before."""
    before = len(lab.lab.log.calls(endpoint))
    process = start(lab, what)
    asked = before + dice.randint(3, max(25, POSTS // 150))
    while len(lab.lab.log.calls(endpoint)) < asked and process.poll() is None:
        time.sleep(0.005)
    time.sleep(dice.uniform(0, 0.1))
    at_work = process.poll() is None
    process.kill()
    process.communicate()
    return at_work


def finish(lab, what: str) -> dict[str, object]:
    """Run to the end, at most on a few 'days' of trouble."""
    process = start(lab, what)
    out, error = process.communicate(timeout=240)
    assert process.returncode == 0, error
    summary: dict[str, object] = json.loads(out.splitlines()[-1])
    return summary


@pytest.mark.slow
def test_a_collection_killed_at_random_moments_ends_with_the_whole_world(store):
    dice = random.Random(20_261_121)
    latency = {"video/query": 0.03, "video/comment/list": 0.01}
    plan = {"faults": FAULTS, "latency": latency}
    with lab_with(POSTS, days=DAYS, faults=plan, most_comments=30) as lab:
        killed = [kill_at_a_random_moment(lab, "videos", dice, "video/query") for _ in range(KILLS)]
        summary = finish(lab, "videos")

        assert summary["paused"] is None
        assert any(killed)
        expected = shown_ids(lab)
        assert stored_ids(store) == expected
        assert store.count("posts") == len(expected)
        states = Counter(window["state"] for window in store.database["windows"].find())
        assert set(states) == {"complete"}
        spent = QuotaLedger(store, CREDENTIALS.id, {"general": LIMIT}).today()["used"]
        counted = sum(day["normal"] for day in lab.lab.ledger.days().values())
        assert counted <= spent <= LIMIT
        twice = {page: n for page, n in lab.lab.log.served("video/query").items() if n > 1}
        fired = {fault["kind"]: fault["fired"] for fault in lab.lab.engine.counts()}
        in_flight = WORKERS * sum(killed)
        # A page whose cursor stood still or that broke off has to be asked for again.
        demanded = fired["stuck_cursor"] + fired["truncated_json"]
        assert sum(n - 1 for n in twice.values()) <= in_flight + demanded
        assert not any(window["restarts"] for window in store.database["windows"].find())
        silent = {kind for kind, times in fired.items() if not times}
        assert POSTS < 10_000 or silent <= {"comments_null"}
        again = sum(n - 1 for n in twice.values())
        print(f"\n{len(expected):,} posts, {spent:,} requests, {sum(killed)} kills at work,")
        print(f"{again} pages served again, {demanded} of them by faults; faults: {fired}")


@pytest.mark.slow
def test_comments_killed_at_random_moments_end_with_all_that_the_api_shows(store):
    dice = random.Random(7)
    plan = {"faults": FAULTS, "latency": {"video/comment/list": 0.01}}
    with lab_with(min(POSTS, 250), days=6, faults=plan, most_comments=150) as lab:
        finish(lab, "videos")
        killed = [
            kill_at_a_random_moment(lab, "comments", dice, "video/comment/list")
            for _ in range(min(KILLS, 3))
        ]
        assert finish(lab, "comments")["paused"] is None
        assert any(killed)

        shelf = lab.lab.shelf
        comments = {
            comment.id
            for post in lab.lab.world
            if shelf.is_shown(post)
            for comment in lab.lab.world.comments(post)
            if not comment.hidden
        }
        stored = {found["_id"] for found in store.database["comments"].find({}, {"_id": 1})}
        assert stored <= comments
        assert len(stored) >= 0.95 * len(comments)
        assert not list(store.posts({"comments.state": "pending", "stats.comments": {"$gt": 0}}))
