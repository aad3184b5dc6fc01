import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records import make_posts, make_relevance, post_id
from tfw.relevance.labels import Label, add_labels
from tfw.relevance.quality import Quality
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.threshold_moves import ThresholdBoard
from tfw.relevance.thresholds import Thresholds

SCORES = st.lists(
    st.tuples(st.none() | st.floats(0, 1), st.integers(0, 9), st.booleans()),
    min_size=1,
    max_size=30,
)
LIMITS = st.builds(Thresholds, label=st.floats(0, 1), vocabulary=st.integers(0, 9))


def board_of(scores):
    labels, terms, truth = zip(*scores, strict=True)
    ids = [str(number) for number in range(len(scores))]
    columns = ScoreColumns.of(ids, labels, terms)
    return ThresholdBoard.of(columns, dict(zip(ids, truth, strict=True)))


@given(SCORES, LIMITS, LIMITS)
def test_a_move_agrees_with_the_verdict_of_each_post(scores, old, new):
    board = board_of(scores)
    moved = board.move(old, new)
    before = [old.verdict(label, terms) for label, terms, _ in scores]
    after = [new.verdict(label, terms) for label, terms, _ in scores]
    assert moved.verdicts.tolist() == after
    pairs = list(zip(before, after, strict=True))
    assert (moved.come_in, moved.go_out) == (pairs.count((False, True)), pairs.count((True, False)))
    assert {post.post_id for post in moved.first} == {
        str(place) for place, pair in enumerate(pairs) if pair[0] != pair[1]
    }
    assert all(post.comes_in == after[int(post.post_id)] for post in moved.first)
    truth = np.array([fashion for _, _, fashion in scores])
    assert moved.quality == Quality.of("verdict", np.array(after), truth)


def test_the_first_changed_posts_are_those_nearest_to_the_thresholds_in_force():
    columns = ScoreColumns.of(
        [str(number) for number in range(100)], [number / 100 for number in range(100)], [0] * 100
    )
    board = ThresholdBoard.of(columns, {})
    moved = board.move(Thresholds(), Thresholds(label=0.9), first=3)
    assert [post.post_id for post in moved.first] == ["51", "52", "53"]
    assert (moved.come_in, moved.go_out) == (0, 40)
    # The list stays while the threshold moves on.
    assert board.move(Thresholds(), Thresholds(label=0.95), first=3).first == moved.first


def test_without_labels_there_is_no_quality():
    board = ThresholdBoard.of(ScoreColumns.of(["1"], [0.5], [0]), {})
    moved = board.move(Thresholds(), Thresholds(label=0.1))
    assert moved.quality is None
    assert moved.settled is None
    assert board.judge(Thresholds())[1] is None


def test_labels_of_posts_without_scores_and_unsettled_ones_do_not_count(store):
    store.upsert_posts(make_posts(4))
    store.save_relevance((post_id(number), make_relevance(terms=())) for number in range(3))
    labels = [(0, "ana", "fashion"), (1, "ana", "not"), (1, "ben", "fashion"), (3, "ana", "not")]
    add_labels(
        store,
        [Label(post_id=post_id(post), coder=who, label=said) for post, who, said in labels],
    )
    board = ThresholdBoard.read(store)
    assert board.labelled.post_ids.tolist() == [post_id(0)]
    assert board.truth.tolist() == [True]
    assert board.judge(Thresholds())[1].posts == 1


@pytest.mark.parametrize("first", [1, 2, 50])
def test_the_nearest_posts_are_those_whose_verdict_would_turn_first(first):
    columns = ScoreColumns.of(["1", "2", "3"], [0.9, 0.52, None], [0, 0, 9])
    nearest = ThresholdBoard.of(columns, {}).nearest(Thresholds(), first)
    assert [post.post_id for post in nearest] == ["2", "1", "3"][:first]


def test_an_empty_board_moves_too():
    board = ThresholdBoard.of(ScoreColumns.of([], [], []), {})
    moved = board.move(Thresholds(), Thresholds(label=0.1))
    assert (moved.counts.posts, moved.first) == (0, ())
    assert board.nearest(Thresholds()) == ()
