"""Importing posts in batches against writing them one at a time, into the same server.

    python benchmarks/import_posts.py [--posts 3000] [--rounds 3]

Both read the same invented CSV with the same code and write the same documents. They take turns,
so that a busy machine slows both. Memory is the peak of a process that imports the file and does
nothing else, for a file and for one five times as long.
"""

import argparse
import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tfw import embedded
from tfw.records import Post
from tfw.settings import load_settings
from tfw.sources.imports import import_file, read_records
from tfw.store import Store, open_store

COLUMNS = ("id", "description", "created_at", "likes", "views", "shares", "comments", "hashtags")
COLUMN_MAP = {
    "id": "id",
    "description": "description",
    "created_at": "created_at",
    "hashtags": "hashtags",
    "stats.likes": "likes",
    "stats.plays": "views",
    "stats.shares": "shares",
    "comments.reported": "comments",
    "stats.collected_at": {"value": "2026-01-01"},
}
TEXT = "thrifted linen blazer three ways to wear it this spring with boots and a long coat"
TAGS = ("ootd", "thriftflip", "streetstyle", "cleaning", "football", "recipe", "fyp")


def invented_rows(number: int, seed: int) -> Iterator[tuple[object, ...]]:
    """Rows of posts that nobody made, with the lengths of real ones."""
    draw, words = random.Random(seed), TEXT.split()
    for _ in range(number):
        made = draw.randrange(1_690_000_000, 1_765_000_000)
        tags = draw.sample(TAGS, 4)
        text = " ".join(draw.choices(words, k=25) + [f"#{tag}" for tag in tags])
        counts = [int(draw.lognormvariate(6, 2)) for _ in range(4)]
        yield (made << 32 | draw.getrandbits(32), text, made, *counts, str(tags))


def write_csv(path: Path, number: int, seed: int = 1) -> Path:
    """A CSV file of invented posts."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(invented_rows(number, seed))
    return path


def one_at_a_time(store: Store, path: Path) -> None:
    """What a script without batches does."""
    for post in read_records(path, column_map=COLUMN_MAP):
        if isinstance(post, Post):
            fields = post.document()
            key = {"_id": fields.pop("_id")}
            store.database["one_at_a_time"].update_one(key, {"$set": fields}, upsert=True)


def timed(action: object, *arguments: object, **options: object) -> float:
    """The seconds that a call takes."""
    started = time.perf_counter()
    action(*arguments, **options)  # type: ignore[operator]
    return time.perf_counter() - started


def empty(store: Store) -> None:
    """Remove what the last round wrote."""
    store.database["one_at_a_time"].drop()
    store.database["posts"].delete_many({})


def speeds(store: Store, path: Path, number: int, rounds: int) -> tuple[float, float, float]:
    """Posts a second: imported, imported again, and written one at a time."""
    imported, again, single = [], [], []
    for _ in range(rounds):
        empty(store)
        imported.append(timed(import_file, store, path, column_map=COLUMN_MAP))
        single.append(timed(one_at_a_time, store, path))
        again.append(timed(import_file, store, path, column_map=COLUMN_MAP))
    return number / median(imported), number / median(again), number / median(single)


def peak_memory(path: Path) -> float:
    """The most memory, in MiB, of a process that imports a file."""
    answer = subprocess.run(
        [sys.executable, __file__, "--import", str(path)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(json.loads(answer.stdout)["peak_mib"])


def import_only(path: Path) -> None:
    """Import one file and print the memory it took."""
    with open_store() as store:
        import_file(store, path, column_map=COLUMN_MAP)
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"peak_mib": kib / 1024}))


def compare(number: int, rounds: int, folder: Path) -> None:
    """Measure both ways and print what came out."""
    path = write_csv(folder / "posts.csv", number)
    with open_store() as store:
        imported, again, single = speeds(store, path, number, rounds)
        empty(store)
    print(f"import_file, {number:,} new posts     {imported:8,.0f} posts/s")
    print(f"import_file, the same file again {again:8,.0f} posts/s")
    print(f"update_one, one post at a time   {single:8,.0f} posts/s")
    print(f"ratio of import_file to update_one  {imported / single:.1f}")
    for factor in (1, 5):
        longer = write_csv(folder / f"posts-{factor}.csv", factor * number, seed=factor)
        print(f"peak memory, {factor * number:>8,} posts       {peak_memory(longer):8,.0f} MiB")


def main() -> None:
    """Run the benchmark on a project folder and a server of its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--posts", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--import", dest="only", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        import_only(given.only)
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(TFW_HOME=folder, TFW_KEY_FOLDER=f"{folder}/keys")
        os.environ.pop("TFW_MONGODB_URI", None)
        try:
            compare(given.posts, given.rounds, Path(folder))
        finally:
            embedded.stop(load_settings())


if __name__ == "__main__":
    main()
