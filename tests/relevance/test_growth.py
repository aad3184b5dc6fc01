from datetime import timedelta

import numpy as np
import pytest

from tests.records import MONDAY
from tfw.relevance.growth import Growth, measure_growth, snapshot_pair

ONE = {"likes": 1.0, "plays": 1.0}


def grown(number, half_life, noise=0.2, seed=6):
    """Posts that were read twice, whose interactions follow the curve."""
    draw = np.random.default_rng(seed)
    for _ in range(number):
        first, gap, final = draw.uniform(0.3, 6), draw.uniform(1, 10), draw.lognormal(8, 2)
        jitter = draw.normal(0, noise)
        last = first + gap
        before, after = (final * age / (age + half_life) for age in (first, last))
        yield first, before, last, after * np.exp(jitter)


@pytest.mark.parametrize("half_life", [0.5, 2, 7])
def test_the_half_life_that_posts_grew_with_is_found(half_life):
    found = measure_growth(grown(400, half_life))
    assert found.half_life.low <= half_life * 1.03
    assert found.half_life.high >= half_life * 0.97
    assert found.half_life.value == pytest.approx(half_life, rel=0.25)
    assert found.posts == 400


def test_a_few_late_hits_do_not_move_it():
    hits = [(2.0, 100.0, 9.0, 1e6)] * 20
    assert measure_growth([*grown(400, 2), *hits]).half_life.value == pytest.approx(2, rel=0.25)


def test_fewer_than_thirty_posts_measure_nothing():
    assert measure_growth(grown(29, 2)) is None
    assert str(Growth.assumed()) == "half-life 2.0 days (assumed)"


def test_half_of_all_interactions_are_there_after_the_half_life():
    assert Growth.assumed(3.0).share(3.0) == 0.5


def test_only_readings_that_lie_apart_tell_something():
    def post(*readings):
        history = [
            {"collected_at": MONDAY + timedelta(days=days), **counters}
            for days, counters in readings
        ]
        return {"created_at": MONDAY, "history": history}

    early, late = (1, {"likes": 1, "plays": 9}), (3, {"likes": 2, "plays": 28})
    assert snapshot_pair(post(early, late), ONE) == (1, 10, 3, 30)
    assert snapshot_pair(post(early), ONE) is None
    assert snapshot_pair(post(early, (1.2, late[1])), ONE) is None
    assert snapshot_pair(post(early, (3, {"likes": 2})), ONE) is None
    assert snapshot_pair(post((1, {"likes": 0, "plays": 0}), late), ONE) is None
    assert snapshot_pair({"history": post(early, late)["history"]}, ONE) is None
