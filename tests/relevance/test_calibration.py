import numpy as np
import pytest

from tfw.relevance.calibration import calibration

DRAW = np.random.default_rng(4)
SCORES = DRAW.random(4_000)
TRUE = DRAW.random(4_000) < SCORES


def test_scores_that_mean_what_they_say_have_a_small_error():
    found = calibration(TRUE, SCORES)
    assert found.error.value < 0.03
    assert (found.bins["share_low"] <= found.bins["mean_score"]).mean() >= 0.8
    assert found.brier.value == pytest.approx(np.mean((TRUE - SCORES) ** 2))
    assert found.brier.low < 1 / 6 < found.brier.high  # of the uniform distribution


def test_scores_that_are_too_sure_have_a_large_error():
    sure = np.where(SCORES > 0.5, 0.95, 0.05)
    found = calibration(TRUE, sure)
    assert found.error.value == pytest.approx(0.2, abs=0.03)
    assert found.error.low < found.error.value < found.error.high
    assert found.bins["posts"].sum() == 4_000
    assert list(found.bins["low"]) == [0.0, 0.9]


def test_posts_without_a_score_are_left_out_and_1_falls_into_the_last_bin():
    found = calibration(np.array([True, True, False]), np.array([1.0, np.nan, 0.0]))
    assert found.posts == 2
    assert found.bins["high"].tolist() == [0.1, 1.0]


def test_no_scores_cannot_be_calibrated():
    with pytest.raises(ValueError, match="posts with a score"):
        calibration(np.array([True]), np.array([np.nan]))
