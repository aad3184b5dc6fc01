import numpy as np
import pytest
from scipy.stats import spearmanr

from tfw.errors import InputError
from tfw.relevance.label_draws import drawn_order, shuffled
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.thresholds import Thresholds


def columns(*scores):
    ids = [str(place) for place, _ in enumerate(scores, 1)]
    return ScoreColumns.of(ids, [label for label, _ in scores], [terms for _, terms in scores])


def test_near_means_that_the_smallest_move_of_a_threshold_turns_the_verdict():
    # 0.52 is over by a hair; one term too few is as near as 0.05; 0.9 is far, in by both.
    scores = columns((0.9, 3), (0.52, 0), (0.1, 1), (0.38, 0), (None, 0))
    assert drawn_order(scores, "near") == ["2", "3", "4", "5", "1"]


def test_near_follows_the_thresholds_in_force():
    scores = columns((0.9, 0), (0.52, 0), (0.35, 0))
    strict = Thresholds(label=0.9, vocabulary=5)
    assert drawn_order(scores, "near", strict) == ["1", "2", "3"]


def test_most_uncertain_is_next_to_one_half_whatever_the_terms_and_thresholds_say():
    scores = columns((0.9, 0), (0.45, 9), (0.7, 0), (None, 5))
    assert drawn_order(scores, "uncertain", Thresholds(label=0.9)) == ["2", "3", "1"]


def test_a_random_order_is_the_same_every_time_and_has_nothing_to_do_with_ids_or_scores():
    draw = np.random.default_rng(3)
    ids = [str(7_400_000_000_000_000_000 + place) for place in range(2_000)]
    scores = ScoreColumns.of(ids, draw.random(2_000), draw.integers(0, 4, 2_000))
    order = drawn_order(scores, "random")
    assert order == drawn_order(scores, "random")
    assert sorted(order) == ids
    label = dict(zip(ids, scores.label, strict=True))
    assert abs(spearmanr(range(2_000), [int(id_) for id_ in order]).statistic) < 0.08
    assert abs(spearmanr(range(2_000), [label[id_] for id_ in order]).statistic) < 0.08


def test_new_posts_find_random_places_among_the_old_ones_which_keep_their_order():
    old = [str(number) for number in range(0, 2_000, 2)]
    everything = [str(number) for number in range(2_000)]
    before = drawn_order(ScoreColumns.of(old, [0.5] * 1_000, [0] * 1_000), "random")
    after = drawn_order(ScoreColumns.of(everything, [0.5] * 2_000, [0] * 2_000), "random")
    assert [id_ for id_ in after if id_ in set(old)] == before
    assert 400 < sum(id_ in set(old) for id_ in after[:1_000]) < 600


def test_posts_that_are_equally_near_stand_in_random_order():
    scores = ScoreColumns.of([str(number) for number in range(500)], [0.4] * 500, [0] * 500)
    order = [int(id_) for id_ in drawn_order(scores, "near")]
    assert abs(spearmanr(range(500), order).statistic) < 0.15


def test_each_coder_has_an_order_of_their_own():
    ids = {str(number) for number in range(50)}
    assert shuffled(ids, "ana") != shuffled(ids, "Zoë 😀")
    assert sorted(shuffled(ids, "ana")) == sorted(ids)


def test_nothing_to_label_is_an_empty_order():
    nothing = ScoreColumns.of([], [], [])
    assert [drawn_order(nothing, draw) for draw in ("near", "random", "uncertain")] == [[], [], []]
    assert shuffled(set(), "ana") == []


def test_an_unknown_draw_is_refused_with_those_that_are_valid():
    with pytest.raises(InputError, match="near, random, uncertain"):
        drawn_order(columns((0.5, 0)), "nearest")
