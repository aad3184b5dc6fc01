"""The endpoints that list things."""

from typing import get_args

import pytest

from tfw.sources.research.lists import LIST_ENDPOINTS, LIST_SECTIONS, ListEndpoint


@pytest.mark.parametrize("rules", LIST_ENDPOINTS.values(), ids=list(LIST_ENDPOINTS))
def test_what_an_endpoint_needs_is_among_its_fields(rules):
    assert set(rules.needed) <= set(rules.fields)


def test_every_endpoint_has_rules_and_a_section():
    assert set(LIST_ENDPOINTS) == set(LIST_SECTIONS.values()) == set(get_args(ListEndpoint))
    assert LIST_SECTIONS["users"] == LIST_SECTIONS["user_info"] == "user_info"


def test_followers_and_following_have_a_quota_of_their_own():
    own = {name for name, rules in LIST_ENDPOINTS.items() if rules.bucket == "follow"}
    assert own == {"followers", "following"}
