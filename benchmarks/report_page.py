"""The report of 1,000, 10,000 and 100,000 posts: read once in columns, against all in a list.

The naive way keeps every post document in one list and makes tables of dictionaries of them, as a
notebook is easily written: a DataFrame, a CSV and a Parquet file of it, the counts. It makes no
page, no charts, no lists of ids, no table for 4CAT and no methods. Both count the same fashion
posts; the benchmark stops where they do not. Memory is the largest of a process of its own.

Sizes can be named: python benchmarks/report_page.py 1000 10000
"""

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pandas as pd
from common import peak_megabytes

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.report import world
from tfw import embedded
from tfw.report.choices import ReportChoice
from tfw.report.html import write_report
from tfw.report.writers import in_batches
from tfw.settings import load_settings
from tfw.store import open_store

SIZES = (1_000, 10_000, 100_000)


def fill(number: int) -> None:
    """Put so many scored posts into the database."""
    with open_store() as store:
        for batch in in_batches(world.posts(number)):
            store.upsert_posts(batch)
            store.save_relevance((post.id, world.scored(post)) for post in batch)


def ours(folder: Path) -> tuple[int, float]:
    """The fashion posts and the seconds of the whole report."""
    started = time.perf_counter()
    with open_store() as store:
        files = write_report(store, folder, ReportChoice())
    return files.figures.fashion, time.perf_counter() - started


def naive(folder: Path) -> tuple[int, float]:
    """The fashion posts and the seconds of tables and counts alone."""
    started = time.perf_counter()
    folder.mkdir(exist_ok=True)
    with open_store() as store:
        posts = list(store.posts())
    table = pd.DataFrame([{**post, **post["relevance"]} for post in posts])
    texts = table.astype("str")
    texts.to_csv(folder / "posts.csv", index=False)
    texts.to_parquet(folder / "posts.parquet")
    Counter(tag for post in posts for tag in post["hashtags"])
    return int(table["verdict"].sum()), time.perf_counter() - started


def main() -> None:
    """Print time and memory of both, for each size."""
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"TFW_HOME": home, "TFW_KEY_FOLDER": f"{home}/keys"}
        os.environ.pop("TFW_MONGODB_URI", None)
        try:
            for size in sizes:
                os.environ["TFW_DATABASE"] = f"posts{size}"
                compare(size, Path(home))
        finally:
            embedded.stop(load_settings())


def compare(size: int, home: Path) -> None:
    """Print one line on so many posts."""
    fill(size)
    ways = {"ours": ours, "naive": naive}
    found = {name: way(home / name) for name, way in ways.items()}
    if len({fashion for fashion, _ in found.values()}) > 1:
        sys.exit(f"report_page: the two ways count different fashion posts: {found}")
    memory = {name: peak_megabytes(way, home / name) for name, way in ways.items()}
    page = (home / "ours" / "report.html").stat().st_size / 1e6
    print(
        f"{size:>7,} posts: the whole report {found['ours'][1]:.1f} s and {memory['ours']:.0f} MB, "
        f"page {page:.1f} MB; naive tables alone {found['naive'][1]:.1f} s and "
        f"{memory['naive']:.0f} MB; {memory['naive'] / memory['ours']:.2f} times the memory"
    )


if __name__ == "__main__":
    main()
