"""Fixtures for the tests of the lab's Research API."""

import pytest

from tests.lab.research_api import serving


@pytest.fixture
def fresh_api():
    """A user of a lab of the test's own, with a token."""
    with serving() as api:
        yield api


@pytest.fixture(scope="module")
def shared_api():
    """A user of one lab for all tests of a module, which only read."""
    with serving(limits={"normal": 10**6, "follows": 10**6}) as api:
        yield api


@pytest.fixture
def api(fresh_api):
    """A user of the lab; modules that only read let it be the shared one."""
    return fresh_api
