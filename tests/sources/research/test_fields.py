"""The names that the Research API knows."""

from tfw.sources.research.fields import (
    ORDERED_FIELDS,
    QUERY_FIELDS,
    REGIONS,
    USER_VIDEO_FIELDS,
    VIDEO_FIELDS,
)


def test_there_are_245_regions_each_once():
    assert len(REGIONS) == len(set(REGIONS)) == 245
    assert all(len(code) == 2 and code.isupper() for code in REGIONS)
    assert {"GB", "NO", "XK", "CA"} <= set(REGIONS)
    assert {"UK", "EU"}.isdisjoint(REGIONS)


def test_the_american_spelling_is_the_one_the_api_takes():
    assert "favorites_count" in VIDEO_FIELDS
    assert "favourites_count" not in VIDEO_FIELDS


def test_lists_of_videos_have_fewer_fields_than_the_query():
    missing = set(VIDEO_FIELDS) - set(USER_VIDEO_FIELDS)
    assert missing == {"effect_ids", "playlist_id", "voice_to_text"}
    assert len(VIDEO_FIELDS) == len(set(VIDEO_FIELDS)) == 23


def test_fields_with_an_order_can_be_asked_for():
    assert set(ORDERED_FIELDS) < set(QUERY_FIELDS)
