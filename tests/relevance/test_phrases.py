import pytest

from tfw.relevance.phrases import find_phrases, npmi
from tfw.relevance.text import word_runs

ADJECTIVES, NOUNS = "velvet street leather silver".split(), "shoes music style dress".split()
CHANCE = [(f"{one} {other}", ()) for one in ADJECTIVES for other in NOUNS] * 8


def test_words_that_belong_together_are_a_phrase_and_chance_neighbours_are_not():
    posts = [("my street style", ()), ("", ("streetstyle",))] * 20 + CHANCE
    found = {str(phrase): phrase for phrase in find_phrases(posts)}
    assert found["street style"].count == 48
    assert "street music" not in found


def test_a_comma_or_a_border_of_a_hashtag_parts_words():
    assert word_runs("Silver boots, velvet dress #streetstyle #denim") == [
        ["silver", "boot"],
        ["velvet", "dress"],
        ["street", "style"],
        ["denim"],
    ]


def test_a_post_counts_a_pair_once():
    assert find_phrases([("street style " * 30, ())], min_count=2) == []


def test_npmi_is_one_for_words_that_only_occur_together_and_zero_by_chance():
    assert npmi(10, 10, 10, 1_000) == pytest.approx(1)
    assert npmi(10, 100, 100, 1_000) == pytest.approx(0)
