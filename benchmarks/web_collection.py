"""Comments from web pages: one scrolling session against a new session a post, read by elements.

Both read the same posts of the lab's web site, on this machine, without any wait for politeness.
The replaced program opened a browser for every post, waited for the first comments, and read them
element by element; it saw the first page of comments and no answers. The last line says what the
polite default comes to, beside what others reported.

Run with `python benchmarks/web_collection.py [--posts N]`.
"""

import argparse
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tfw import embedded
from tfw.lab.app import running_lab
from tfw.lab.content import World, WorldPost
from tfw.lab.web_truth import readable_comments
from tfw.privacy import Pseudonymiser
from tfw.settings import load_settings
from tfw.sources.web.browser import open_browser
from tfw.sources.web.comments import scrape_comments
from tfw.sources.web.pace import POLITE
from tfw.store import Store, open_store

HIDE = Pseudonymiser(b"benchmark" * 3)
TEXT = '[data-e2e="comment-level-1"]'
FIELDS = ("comment-username-1", "comment-level-1", "comment-time-1", "comment-like-count")
REPORTED = (
    "others: 1 call in 2 minutes was blocked after 12 h (2020), 300 calls an hour temporarily "
    "(2021), 50 pages a minute silently throttled (2026)"
)


def main() -> None:
    """Print both ways side by side, and the polite default's rate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=12, help="posts to read")
    wanted = parser.parse_args().posts
    logging.disable(logging.WARNING)
    world = World(seed=11, posts=12 * wanted, most_comments=300, busy=3.0)
    posts = choose(world, wanted)
    with running_lab(world) as lab, fresh_store() as store:
        lab.control(web={"modes": ["layout_b"]})
        slow_seconds, slow = timed(lambda: read_by_elements(lab.url, posts))
        fast_seconds, fast = timed(lambda: read_by_scrolling(store, lab.url, posts))
    whole = sum(len(readable_comments(world, post)) for post in posts)
    print(f"{len(posts)} posts with {whole:,} readable comments, the same pages for both ways.")
    print(f"a new session a post, by elements: {slow:,} comments in {slow_seconds:.1f} s")
    print(f"one session, scrolling:            {fast:,} comments in {fast_seconds:.1f} s")
    ratio = (fast / fast_seconds) / (slow / slow_seconds)
    print(
        f"{fast / fast_seconds:,.1f} against {slow / slow_seconds:,.1f} comments/s: "
        f"{ratio:.1f} times; {fast / whole:.0%} against {slow / whole:.0%} of what can be read"
    )
    print(f"The polite default: {polite_pages():.0f} pages an hour at most; {REPORTED}.")


def choose(world: World, wanted: int) -> list[WorldPost]:
    """Posts whose comments can be read, few and many."""
    fit = [p for p in world if p.public and not p.comments_off and p.comments >= 20]
    return fit[:wanted]


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """The seconds that a way takes, and the comments it brings."""
    start = time.perf_counter()
    count = work()
    return time.perf_counter() - start, count


def read_by_elements(url: str, posts: list[WorldPost]) -> int:
    """The replaced way: the number of comments it reads."""
    return sum(len(first_comments(url, post)) for post in posts)


def first_comments(url: str, post: WorldPost) -> list[tuple[str, ...]]:
    """The comments of the first page, read field by field with a browser of its own."""
    with open_browser(site=url) as browser:
        browser.open(f"/@_/video/{post.id}")
        driver = browser._driver
        try:
            WebDriverWait(driver, 10).until(lambda d: d.find_elements(By.CSS_SELECTOR, TEXT))
        except TimeoutException:
            return []
        columns = [driver.find_elements(By.CSS_SELECTOR, f'[data-e2e="{name}"]') for name in FIELDS]
        return [tuple(field.text for field in row) for row in zip(*columns, strict=False)]


def read_by_scrolling(store: Store, url: str, posts: list[WorldPost]) -> int:
    """This program's way, written to the database: the number of comments it reads."""
    summary = scrape_comments(
        store,
        post_ids=[post.id for post in posts],
        max_posts_to_process=len(posts),
        site=url,
        pseudonymiser=HIDE,
        progress=False,
    )
    return summary.collected


def polite_pages() -> float:
    """Pages an hour at the default pace, if reading a page took no time at all."""
    between, rest = sum(POLITE.page) / 2, sum(POLITE.rest) / 2
    return 3_600 / (between + rest / POLITE.rest_every)


@contextmanager
def fresh_store() -> Iterator[Store]:
    """A store on a database server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(TFW_HOME=folder, TFW_KEY_FOLDER=str(Path(folder) / "keys"))
        settings = load_settings()
        try:
            with open_store(settings) as store:
                yield store
        finally:
            embedded.stop(settings)


if __name__ == "__main__":
    main()
