import numpy as np
import pytest
from sklearn.metrics import f1_score, roc_auc_score

from tfw.relevance.intervals import (
    Interval,
    area_under_curve,
    f1,
    labels_for_half_width,
    mean,
    share,
    wilson,
)


def coverage(draws, interval, true):
    """How often the interval holds the true value."""
    found = [interval(draw) for draw in draws]
    return np.mean([i.low <= true <= i.high for i in found if i is not None])


def test_a_share_has_the_interval_of_wilsons_paper():
    low, high = 0.0552, 0.1744  # 10 of 100, as every table of it has
    assert share(10, 100) == pytest.approx((0.1, low, high), abs=1e-4)


def test_a_share_of_nothing_is_none():
    assert share(0, 0) is None
    assert f1(0, 0, 0) is None
    assert mean(np.array([])) is None


def test_twenty_right_of_twenty_is_no_proof():
    assert wilson(20, 20).low == pytest.approx(0.839, abs=1e-3)
    assert f1(20, 0, 0).low < 0.95
    assert area_under_curve(np.arange(20) < 10, -np.arange(20.0)).low < 0.95


def test_f1_is_that_of_the_library():
    truth = [1] * 50 + [0] * 50
    called = [1] * 40 + [0] * 10 + [1] * 5 + [0] * 45
    found = f1(hits=40, false_alarms=5, misses=10)
    assert found.value == pytest.approx(f1_score(truth, called))
    assert found.low < found.value < found.high


def test_the_interval_of_f1_holds_the_true_one_19_times_in_20():
    draw = np.random.default_rng(0)
    draws = draw.multinomial(150, [0.4, 0.05, 0.1, 0.45], size=1_500)
    true = 2 * 0.4 / (2 * 0.4 + 0.05 + 0.1)
    assert 0.93 < coverage(draws, lambda d: f1(*map(int, d[:3])), true) < 0.97


def test_the_area_is_that_of_the_library_and_its_interval_holds_the_true_one():
    draw = np.random.default_rng(1)
    truth = np.arange(120) < 60
    samples = draw.normal(size=(1_000, 120)) + 1.5 * truth
    assert area_under_curve(truth, samples[0]).value == roc_auc_score(truth, samples[0])
    true = 0.8556  # the normal distribution function at 1.5 / sqrt(2)
    assert 0.93 < coverage(samples, lambda scores: area_under_curve(truth, scores), true) < 0.97


def test_delongs_interval_is_that_of_a_worked_example():
    # Six posts: 8 of 9 pairs are won. The parts of the variance are by hand.
    truth = np.array([True, True, True, False, False, False])
    scores = np.array([0.9, 0.8, 0.4, 0.5, 0.2, 0.1])
    variance = np.var([1, 1, 2 / 3], ddof=1) / 3 * 2
    logit, half = np.log(8), 1.959964 * np.sqrt(variance) / (8 / 81)
    expected = (8 / 9, 1 / (1 + np.exp(half - logit)), 1 / (1 + np.exp(-half - logit)))
    assert area_under_curve(truth, scores) == pytest.approx(expected, abs=1e-6)


def test_the_area_needs_both_kinds_of_posts():
    assert area_under_curve(np.array([True, True]), np.array([0.1, 0.2])) is None


def test_an_interval_of_an_area_stays_between_zero_and_one():
    truth = np.arange(12) < 6
    for scores in (np.arange(12.0), -np.arange(12.0)):
        found = area_under_curve(truth, scores)
        assert 0 <= found.low <= found.value <= found.high <= 1
        assert found.high - found.low > 0.05


def test_a_mean_of_equal_values_has_no_width_and_others_have():
    assert mean(np.array([0.3, 0.3])) == (0.3, 0.3, 0.3)
    found = mean(np.arange(50.0))
    assert found.low < 24.5 < found.high
    assert mean(np.arange(50.0)) == found  # the same seed, the same interval


def test_labels_for_a_half_width_reach_it_and_fewer_do_not():
    needed = labels_for_half_width(0.9, 0.05)
    widths = [wilson(round(0.9 * n), n).half_width for n in (needed - 15, needed + 5)]
    assert widths[1] < 0.051
    assert widths[0] > 0.05
    assert labels_for_half_width(0.5, 0.6) == 1


def test_an_interval_reads_as_a_sentence():
    assert str(Interval(0.929, 0.9, 0.951)) == "0.93 (0.90 to 0.95)"
