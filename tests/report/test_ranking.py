import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.report.ranking import Top, distance, draw, engagement, wilson


def relevance(label=None, vocabulary=0, statistical=None, limit=1):
    found = {
        "vocabulary": vocabulary,
        "thresholds": {"label": 0.5, "vocabulary": limit},
        "statistical": statistical,
        "label": label,
    }
    return {key: value for key, value in found.items() if value is not None}


def test_the_interval_is_that_of_wilson():
    # 81 of 263: the worked example of Newcombe (1998), Statistics in Medicine 17, 857-872.
    share = wilson(81, 263)
    assert share.value == pytest.approx(0.308, abs=1e-3)
    assert share.low == pytest.approx(0.2553, abs=1e-4)
    assert share.high == pytest.approx(0.3662, abs=1e-4)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_0_and_1(case):
    share = wilson(*case)
    assert 0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1


def test_the_score_that_decides_sets_the_distance():
    assert distance(relevance(0.52, 0)) == pytest.approx(0.02)
    assert distance(relevance(0.52, 5)) == pytest.approx(0.35)
    assert distance(relevance(0.47, 0)) == pytest.approx(0.03)
    assert distance(relevance(0.10, 1)) == pytest.approx(0.05)
    assert distance(relevance(None, 2)) == pytest.approx(0.05)
    assert distance(relevance(None, 4, limit=3)) == pytest.approx(0.05)


def test_posts_without_counters_come_after_those_with():
    assert engagement(relevance(0.9, 9)) < engagement(relevance(0.1, 0, statistical=0.0))


def test_top_keeps_the_greatest_in_falling_order():
    top = Top(3)
    for number in (5, 1, 9, 7, 3, 9):
        top.offer((number,), {"_id": f"{number}{id(number)}", "n": number})
    assert [post["n"] for post in top.posts()] == [9, 9, 7]


def test_top_of_none_keeps_none():
    top = Top(0)
    top.offer((1,), {"_id": "1"})
    assert top.posts() == []


def test_equal_keys_are_ordered_by_id_whatever_order_they_come_in():
    ids = ["3", "1", "2"]
    orders = []
    for given_order in (ids, ids[::-1]):
        top = Top(2)
        for post_id in given_order:
            top.offer((1.0,), {"_id": post_id})
        orders.append([post["_id"] for post in top.posts()])
    assert orders[0] == orders[1] == ["3", "2"]


def test_a_draw_is_the_same_every_time_and_differs_between_posts():
    assert draw("7400000000000000001") == draw("7400000000000000001")
    assert len({draw(str(n)) for n in range(1000)}) == 1000
