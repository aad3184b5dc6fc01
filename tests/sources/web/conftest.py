"""A lab of posts and a browser on it for the tests of a module; some modules have their own."""

from collections.abc import Iterator

import pytest

from tests.sources.web.lab_pages import lab_of_posts
from tfw.lab.app import RunningLab
from tfw.sources.web.browser import Browser, open_browser


@pytest.fixture(scope="module")
def lab() -> Iterator[RunningLab]:
    with lab_of_posts() as lab:
        yield lab


@pytest.fixture(scope="module")
def browser(lab: RunningLab) -> Iterator[Browser]:
    with open_browser(site=lab.url) as browser:
        yield browser
