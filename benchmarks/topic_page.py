"""The topic page at 1,000, 10,000 and 100,000 stored posts, with its memory.

First what is there at once (list and map, from the vocabulary alone), then shares over time and
examples, from one pass over the posts; then an edit, which needs no further pass. Beside it the
naive way, which does everything again after each edit: tokenise every post, weigh its words one
by one in Python, keep all in a table, group it. Passes are also measured in processes of their own,
with everything they have to load; both read the same posts, and what reading alone takes is said.

    python benchmarks/topic_page.py [POSTS ...]
"""

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pandas as pd
from common import seconds

from tfw import embedded
from tfw.desk.topics.desk import TopicsDesk
from tfw.lab.content import World
from tfw.lab.instagram import demo_file
from tfw.records import Author, Post, Stats, hashtags_in, post_url
from tfw.relevance.learn import learn_vocabulary
from tfw.relevance.text import corpus_words
from tfw.relevance.topic_edits import EditKind
from tfw.relevance.topic_shares import read_shares, word_votes
from tfw.relevance.vocabulary import Vocabulary, load_vocabulary, save_vocabulary
from tfw.settings import load_settings
from tfw.store import Store, open_store

SIZES = (1_000, 10_000, 100_000)
SEEN = datetime(2026, 11, 20, tzinfo=UTC)
FIELDS = ("description", "hashtags", "created_at")


def posts(count: int) -> Iterator[Post]:
    """Invented posts over four months."""
    world = World(seed=11, posts=count)
    for number in range(count):
        text = world.post(number).description
        post_id = str(7_400_000_000_000_000_000 + number * 7_919)
        yield Post(
            id=post_id,
            url=post_url(post_id, "sample"),
            source="invented",
            author=Author(name="sample"),
            description=text,
            hashtags=hashtags_in(text),
            created_at=SEEN - timedelta(hours=number * 7_919 % 2_900),
            stats=Stats(collected_at=SEEN),
        )


def fill(store: Store, count: int) -> None:
    """Store so many posts."""
    source = posts(count)
    while batch := list(islice(source, 1_000)):
        store.upsert_posts(batch)


def read(store: Store) -> int:
    """Read all posts, and nothing else."""
    return sum(1 for _ in store.posts(None, FIELDS))


def pass_over_posts() -> None:
    """The page's one pass, in a process of its own."""
    with open_store() as store:
        read_shares(store, load_vocabulary(store).topics)


def naive() -> None:
    """The same figures: every post tokenised, its votes added in Python, one large table."""
    with open_store() as store:
        topics = load_vocabulary(store).topics
        words, votes = word_votes(topics)
        known = dict(zip(words, votes.tolist(), strict=True))
        rows = []
        for post in store.posts(None, FIELDS):
            found = set(corpus_words(post.get("description", ""), post.get("hashtags", ())))
            ballots = [known[word] for word in found if word in known]
            if ballots:
                shares = [sum(b[t] for b in ballots) / len(ballots) for t in range(len(topics))]
                rows.append((post["_id"], post["created_at"], post["description"], *shares))
        table = pd.DataFrame(rows)
        table.groupby(pd.Grouper(key=1, freq="W-MON"))[list(table.columns[3:])].mean()
        for column in table.columns[3:]:
            table.nlargest(5, column)


def page(store: Store) -> tuple[float, float, float]:
    """Seconds until the list stands, until all figures stand, and for an edit after that."""
    start = time.perf_counter()
    desk = TopicsDesk(store, watched=True)
    assert desk.view is not None
    first = time.perf_counter() - start
    assert desk.reader is not None
    desk.reader.join()
    whole = time.perf_counter() - start

    def edit() -> None:
        desk.state.edit(EditKind.RENAME, topics=[1], name=f"name {time.time()}")
        desk.refresh()

    return first, whole, seconds(edit)


def line(count: int, vocabulary: Vocabulary) -> str:
    """What is measured with so many posts, in a database of their own."""
    os.environ["TFW_DATABASE"] = f"topics-{count}"  # also for the processes measured for memory
    with open_store() as store:
        save_vocabulary(store, vocabulary)
        fill(store, count)
        # The first reading finds a server that is still busy with what was written.
        read(store)
        reading = seconds(lambda: read(store))
        first, whole, edit = page(store)
    (ours, memory), (slow, slow_memory) = (alone(work) for work in (pass_over_posts, naive))
    return (
        f"{count:,} posts: list after {first:.2f} s, all figures after {whole:.1f} s (reading "
        f"alone {reading:.1f} s); a pass in a fresh process {ours:.1f} s, {memory:.0f} MB, naive "
        f"{slow:.1f} s, {slow_memory:.0f} MB; an edit {edit * 1000:.0f} ms, "
        f"{slow / edit:.0f} times as fast as all again"
    )


def alone(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds and largest memory in megabytes of a fresh process that does the work."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (work,))


def _measured(work: Callable[[], None]) -> tuple[float, float]:
    took = seconds(work)
    # What getrusage says begins with the memory of the process that started this one.
    status = Path("/proc/self/status").read_text()
    return took, int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    """Print a line for each number of posts."""
    vocabulary = learn_vocabulary(demo_file(), num_topics=10, restarts=1)
    for count in [int(size) for size in sys.argv[1:]] or SIZES:
        print(line(count, vocabulary), flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(TFW_HOME=folder, TFW_KEY_FOLDER=str(Path(folder) / "keys"))
        try:
            main()
        finally:
            embedded.stop(load_settings())
