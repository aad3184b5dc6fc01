"""A database with posts to work on, and a real JupyterLab to open notebooks in."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from selenium import webdriver

from tests.browser import open_chromium
from tests.jupyter import running_jupyterlab
from tests.report import world
from tfw.desk.access import access
from tfw.store import Store


def fill(store: Store, number: int) -> None:
    """Put so many invented posts with their scores into a database."""
    for batch in _batches(world.posts(number), 1_000):
        store.upsert_posts(batch)
        store.save_relevance((post.id, world.scored(post)) for post in batch)


def _batches(posts, size):
    while batch := list(islice(posts, size)):
        yield batch


@pytest.fixture
def filled(store: Store) -> Store:
    """A database with 300 scored posts."""
    fill(store, 300)
    return store


@pytest.fixture(autouse=True)
def fresh_access(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test reads anew who may change anything; changes are kept under an invented name."""
    monkeypatch.setenv("TFW_PERSON", "first coder")
    access.cache_clear()
    yield
    access.cache_clear()


@pytest.fixture
def jupyterlab(home: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab that shows the test's project folder."""
    with running_jupyterlab(home, tmp_path) as url:
        yield url


@pytest.fixture
def person(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """The Chromium of the person who works at the desk."""
    browser = open_chromium(tmp_path, 1280, 1400)
    try:
        yield browser
    finally:
        browser.quit()
