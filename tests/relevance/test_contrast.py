import math

import pytest

from tfw.relevance.contrast import WordProfile, contrast, is_typical, lift, ordinary_profile


@pytest.mark.parametrize("word", ["cute", "blogger", "love", "inspo", "good morning", "new york"])
def test_what_every_post_says_is_not_typical_of_fashion(word):
    assert not is_typical(word, 40, 10_000)


@pytest.mark.parametrize("word", ["dress", "sneaker", "blazer", "street style", "outfit"])
def test_words_of_fashion_are_typical(word):
    assert is_typical(word, 100, 10_000)


def test_ones_own_posts_can_say_what_is_ordinary():
    own = WordProfile.of_texts(["marathon shoe"] * 5 + ["marathon"] * 5, source="runners")
    assert own.counts["marathon shoe"] == 5
    assert not is_typical("marathon", 100, 10_000, own)
    assert is_typical("marathon", 100, 10_000)


def test_a_profile_is_read_as_it_is_written():
    profile = ordinary_profile()
    assert WordProfile.from_table(profile.as_table()) == profile
    assert profile.total > 10_000


def test_lift_and_contrast_are_ratios_of_shares():
    profile = WordProfile(source="x", total=1_000, counts={"dress": 5})
    assert lift(10, 1_000, "dress") == pytest.approx(0.01 / 5.75e-5, rel=0.05)
    assert contrast(10, 1_000, "dress", profile) == pytest.approx(2)
    assert math.isinf(contrast(10, 1_000, "gown", profile))
