import numpy as np

from tfw.relevance.replay import ScoreColumns
from tfw.relevance.settling import moves, settle
from tfw.relevance.thresholds import Thresholds

OLD = Thresholds()


def labelled(right, wrong, rest=100):
    """Posts with a score of 0.4, of which so many are fashion, and others far from any line."""
    columns = ScoreColumns.of(
        [str(n) for n in range(right + wrong + rest)], [0.4] * (right + wrong) + [0.95] * rest,
        [0] * (right + wrong + rest),
    )  # fmt: skip
    return columns, np.array([True] * right + [False] * wrong + [True] * rest)


def test_a_move_that_lets_in_mostly_fashion_is_better():
    found = settle(*labelled(18, 2), OLD, Thresholds(label=0.3))
    assert (found.changed, found.right, found.answer) == (20, 18, "better")
    assert found.more_among_changed is found.more_at_random is None


def test_a_move_that_lets_in_mostly_other_posts_is_worse():
    assert settle(*labelled(2, 18), OLD, Thresholds(label=0.3)).answer == "worse"


def test_an_open_move_says_how_many_more_labels_it_takes():
    found = settle(*labelled(13, 7), OLD, Thresholds(label=0.3))
    assert found.answer == "open"
    # 85 labels tell 65 % from 50 %, by the tables of the textbook.
    assert found.more_among_changed == 85 - 20
    assert found.more_at_random == 65 * 120 / 20


def test_so_many_labels_do_settle_it_four_times_in_five():
    columns, truth = labelled(13, 7)
    needed = settle(columns, truth, OLD, Thresholds(label=0.3)).more_among_changed + 20
    draw = np.random.default_rng(5)
    settled = [
        settle(*labelled(right, needed - right, 1), OLD, Thresholds(label=0.3)).answer == "better"
        for right in draw.binomial(needed, 0.65, 500).tolist()
    ]
    assert 0.72 < np.mean(settled) < 0.88


def test_a_toss_up_is_not_settled_by_any_number():
    found = settle(*labelled(10, 10), OLD, Thresholds(label=0.3))
    assert (found.answer, found.more_among_changed) == ("open", None)


def test_a_move_that_changes_nothing_needs_labels_of_other_posts():
    found = settle(*labelled(0, 0), OLD, Thresholds(label=0.3))
    assert (found.changed, found.share, found.answer) == (0, None, "open")


def test_moves_step_up_and_down_and_stay_valid():
    columns, truth = labelled(5, 5)
    tried = [move.new.values for move in moves(columns, truth, Thresholds(label=0.9, vocabulary=0))]
    assert tried == [
        {"label": 0.7, "vocabulary": 0}, {"label": 0.8, "vocabulary": 0},
        {"label": 0.9, "vocabulary": 1},
    ]  # fmt: skip
