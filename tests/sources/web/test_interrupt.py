"""Ctrl-C in the middle of a run: what was read stays, browsers are gone, posts are free again."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import psutil
import pytest

from tests.sources.web.collecting import store_posts
from tfw.lab.app import running_lab
from tfw.lab.content import World

pytestmark = pytest.mark.browser

LEASE = timedelta(minutes=1)
RUN = """
import signal
import sys
import tfw
# A shell may have started this process with interrupts ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
with tfw.open_store() as store:
    tfw.scrape_comments(store, site=sys.argv[1], sessions=2, progress=False)
"""


def test_an_interrupted_run_leaves_no_browser_and_frees_its_posts(store):
    world = World(seed=5, posts=60, busy=5.0)
    public = [post for post in world if post.public and not post.comments_off and post.comments]
    ids = store_posts(store, public)
    with running_lab(world) as lab:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, lab.url], env=os.environ, stderr=subprocess.PIPE, text=True
        )
        wait_for(lambda: store.count("comments") > 0)
        started = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        _, written = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in written
    _, alive = psutil.wait_procs(started, timeout=15)
    assert [one for one in alive if "chrom" in one.name()] == []
    done = {post["_id"] for post in store.posts({"comments.state": {"$ne": "pending"}})}
    assert len(done) < len(ids)
    assert store.count("comments") > 0
    free = store.claim_posts("comments", limit=len(ids), lease=LEASE)
    assert {post["_id"] for post in free.posts} == set(ids) - done


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
