"""A move of a threshold on the desk, against reading all posts again and judging each.

    python benchmarks/desk.py [--posts 1000 10000 100000]

The desk's move is all of it: verdicts of all posts, counts, precision, recall and F1 with their
intervals on 500 labelled posts, the list of posts that change side, bars, points and the messages
to the page, packed as the kernel packs them. The naive way reads the scores from the database and
judges each post in Python; it draws nothing. Both count the same; the benchmark stops where they
do not. Memory is the peak of a process that holds the desk, or that judges the naive way.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import comm
from comm.base_comm import BaseComm
from common import peak_megabytes

from tfw import embedded
from tfw.pages import remember_pages
from tfw.relevance.labels import Label, add_labels
from tfw.relevance.thresholds import Thresholds
from tfw.settings import load_settings
from tfw.store import Store, open_store

if TYPE_CHECKING:
    from tfw.desk.thresholds.desk import ThresholdsDesk

SIZES = (1_000, 10_000, 100_000)
MOVES = tuple(place / 100 for place in range(30, 80, 2))
LABELLED = 500
LIMIT_MS = 100
BATCH = 5_000
FIELDS = ("relevance.label", "relevance.vocabulary")
OLD = Thresholds()


class Wire(BaseComm):
    """Packs messages as the kernel does for the page, and counts them."""

    sent = 0

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        """Pack a message."""
        Wire.sent += len(json.dumps({"type": msg_type, "data": data}).encode())
        Wire.sent += sum(memoryview(part).nbytes for part in buffers or ())


def documents(number: int) -> Iterator[dict]:
    """Scored posts as the database has them, with all that scoring stores."""
    import numpy as np

    draw = np.random.default_rng(5)
    labels, terms = draw.beta(0.6, 0.9, number), draw.poisson(1.2, number)
    for place, (label, count) in enumerate(zip(labels.tolist(), terms.tolist(), strict=True)):
        yield {
            "_id": str(7_300_000_000_000_000_000 + place * 7_919),
            "description": f"three ways to wear a linen blazer this spring, part {place} #ootd",
            "source": "invented",
            "score": {"state": "done"},
            "relevance": {
                "label": label, "labels": {"fashion": label}, "vocabulary": count,
                "verdict": OLD.verdict(label, count), "why": "as scored",
                "terms": [{"term": "linen", "kind": "word", "spans": []}] * count,
                "thresholds": OLD.values, "model": "invented", "vocabulary_id": "invented",
            },
        }  # fmt: skip


def fill(store: Store, number: int) -> None:
    """Put posts and labels into the database."""
    posts = documents(number)
    while batch := list(islice(posts, BATCH)):
        remember_pages(store.database, [post["_id"] for post in batch])
        store.database["posts"].insert_many(batch, ordered=False)
    few = islice(documents(number), 0, number, max(number // LABELLED, 1))
    add_labels(
        store,
        (
            Label(
                post_id=post["_id"],
                coder="nobody",
                label="fashion" if post["relevance"]["label"] > 0.55 else "not",
            )
            for post in few
        ),
    )


def naive_move(store: Store, new: Thresholds) -> tuple[int, int]:
    """Fashion posts and changed posts, from the documents of the database."""
    fashion = changed = 0
    for post in store.posts({"relevance.vocabulary": {"$exists": True}}, FIELDS):
        scores = post["relevance"]
        after = new.verdict(scores.get("label"), scores["vocabulary"])
        fashion += after
        changed += after != OLD.verdict(scores.get("label"), scores["vocabulary"])
    return fashion, changed


def open_desk(store: Store) -> "ThresholdsDesk":
    """A desk as a notebook shows it; imported here, so that the naive way need not."""
    from tfw.desk.thresholds.desk import thresholds_desk

    desk = thresholds_desk(store, watched=True)
    desk.view.get_view_spec()
    return desk


def move(desk: "ThresholdsDesk", label: float) -> float:
    """Move the slider; the milliseconds it takes."""
    started = time.perf_counter()
    desk.label.slider.value = label
    return 1_000 * (time.perf_counter() - started)


def measure(store: Store, number: int) -> None:
    """Print one row of the table."""
    desk = open_desk(store)
    move(desk, 0.9)
    desk.back_to_file()
    Wire.sent = 0
    ours = [move(desk, label) for label in MOVES if label != OLD.label]
    size = Wire.sent / len(ours) / 1_000
    new = Thresholds(label=MOVES[-1])
    started = time.perf_counter()
    counted = naive_move(store, new)
    naive = 1_000 * (time.perf_counter() - started)
    changed = desk.columns.changed(OLD, new)
    if counted != (desk.columns.counts(new).fashion, len(changed.into) + len(changed.out_of)):
        sys.exit(f"desk: the two ways differ at {new.values}")
    memory = peak_megabytes(memory_of_desk), peak_megabytes(memory_of_naive)
    print(
        f"{number:>8,} posts: {median(ours):6.1f} ms (slowest {max(ours):5.1f}), message "
        f"{size:4.0f} kB, against {naive:7.0f} ms: {naive / median(ours):5.0f} times; memory "
        f"{memory[0]:.0f} MB against {memory[1]:.0f} MB",
        flush=True,
    )
    if median(ours) > LIMIT_MS:
        sys.exit(f"desk: a move takes {median(ours):.0f} ms, more than {LIMIT_MS} ms")


def memory_of_desk() -> None:
    """Open the desk and move a threshold, in a process of its own."""
    with open_store() as store:
        move(open_desk(store), 0.7)


def memory_of_naive() -> None:
    """Judge each document, in a process of its own."""
    with open_store() as store:
        naive_move(store, Thresholds(label=0.7))


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--posts", type=int, nargs="+", default=SIZES)
    comm.create_comm = Wire
    for number in parser.parse_args().posts:
        with tempfile.TemporaryDirectory() as folder:
            os.environ |= {"TFW_HOME": folder, "TFW_KEY_FOLDER": f"{folder}/keys"}
            os.environ.pop("TFW_MONGODB_URI", None)
            (Path(folder) / "params").mkdir()
            (Path(folder) / "params" / "thresholds.yaml").write_text("label: 0.5\nvocabulary: 1\n")
            try:
                with open_store() as store:
                    fill(store, number)
                    measure(store, number)
            finally:
                embedded.stop(load_settings())


if __name__ == "__main__":
    main()
