from datetime import timedelta

import numpy as np
import pytest

from tests.records import MONDAY, make_post, make_relevance, post_id
from tfw.errors import InputError
from tfw.records import Author
from tfw.relevance.baseline import relate_posts, relative_levels
from tfw.relevance.score import apply_thresholds
from tfw.relevance.thresholds import Thresholds


def document(number, plays, *, author="ana", age=30.0, read=MONDAY, **counters):
    known = {"likes": 0, "comments": 0, "shares": 0, "plays": plays, **counters}
    return {
        "_id": str(number),
        "author": {"name": author} if author else {},
        "created_at": read - timedelta(days=age),
        "stats": {"collected_at": read, **known},
    }


def levels(posts, now=MONDAY, **more):
    return relative_levels(posts, half_life_days=2, now=now, **more).table


def test_a_post_is_compared_with_the_median_of_the_creators_others():
    table = levels([document(n, 99) for n in range(6)] + [document(9, 399)])
    assert table.loc["9", "times"] == pytest.approx(4)
    assert table.loc["0", "times"] == pytest.approx(1)
    assert table.loc["9", "others"] == 6


def test_the_own_post_and_other_creators_do_not_count():
    table = levels([document(1, 99), document(2, 399), document(3, 7, author="ben")])
    assert table.loc["1", "times"] == pytest.approx(0.25)
    assert table.loc["2", "times"] == pytest.approx(4)
    assert np.isnan(table.loc["3", "times"])
    assert table.loc["3", "others"] == 0


def test_a_creator_is_the_same_in_any_case_and_nobody_is_alone():
    table = levels([document(1, 9, author="Ana"), document(2, 9), *nameless(3, 4)])
    assert table["others"].tolist() == [1, 1, 0, 0]


def nameless(*numbers):
    return [document(number, 9, author=None) for number in numbers]


def test_a_post_of_the_same_course_has_the_same_level_at_any_age():
    # With a half-life of two days a post of two days has half of its 1,000 interactions.
    old = [document(n, 1_000 * 30 / 32 - 1) for n in range(5)]
    table = levels([*old, document(9, 1_000 / 2 - 1, age=2.0)])
    assert table.loc["9", "times"] == pytest.approx(1)


def test_the_interval_grows_when_there_are_few_posts():
    draw = np.random.default_rng(7)
    many = [document(n, int(draw.lognormal(7, 1)), author="many") for n in range(60)]
    few = [document(100 + n, int(draw.lognormal(7, 1)), author="few") for n in range(3)]
    table = levels(many + few)
    width = np.log(table["high"] / table["low"])
    assert width["100"] == pytest.approx(width["0"] * np.sqrt(59 / 2))
    assert not table.loc["0", "few_posts"]
    assert table.loc["100", "few_posts"]
    assert (table["low"] <= table["times"]).all()


def test_the_interval_holds_the_true_ratio_19_times_in_20():
    draw = np.random.default_rng(8)
    posts, true = [], {}
    for creator in range(200):
        usual = draw.normal(7, 1.5)
        for place in range(8):
            number = f"{creator}{place}"
            level = draw.normal(usual, 0.8)
            posts.append(document(number, int(np.exp(level) * 30 / 32), author=f"c{creator}"))
            true[number] = np.exp(level - usual)
    table = levels(posts)
    inside = [row.low <= true[row.Index] <= row.high for row in table.itertuples()]
    assert 0.92 < np.mean(inside) < 0.99


def test_young_posts_are_flagged_and_measure_nobody():
    table = levels([document(1, 99), document(2, 99), document(3, 5, age=0.5)])
    assert table["young"].tolist() == [False, False, True]
    assert table["others"].tolist() == [1, 1, 2]


def test_counters_are_old_when_the_post_has_grown_since():
    posts = [document(1, 99, age=3.0), document(2, 99, age=300.0)]
    assert levels(posts)["old_counters"].tolist() == [False, False]
    later = levels(posts, now=MONDAY + timedelta(days=60))
    assert later["old_counters"].tolist() == [True, False]


def test_posts_without_age_or_counters_are_left_out_and_counted():
    without = document(1, 9)
    del without["created_at"]
    found = relative_levels(
        [without, document(2, None), document(3, 0), document(4, 0, saves=None)]
    )
    assert found.left_out == 2
    assert found.table.index.tolist() == ["3", "4"]
    assert found.table["times"].tolist() == [1, 1]
    assert "2 without age or counters" in str(found)


def test_an_empty_collection_has_an_empty_table():
    assert relative_levels([]).table.empty


def test_the_half_life_is_measured_where_posts_were_read_twice():
    posts = []
    for number in range(60):
        first, last = (round(1e6 * age / (age + 5)) for age in (1, 8))
        post = document(number, last, age=8.0)
        read = post["created_at"] + timedelta(days=1)
        before = {**post["stats"], "plays": first, "collected_at": read}
        posts.append({**post, "history": [before, post["stats"]]})
    growth = relative_levels(posts).growth
    assert growth.half_life.value == pytest.approx(5, rel=0.05)
    assert growth.posts == 60


def test_levels_are_kept_with_the_scores_and_survive_other_thresholds(store):
    for number, plays in enumerate((100, 100, 400)):
        store.upsert_posts(
            [
                make_post(
                    number, counters={"likes": 0, "comments": 0, "shares": 0, "plays": plays},
                    author=Author(name="ana"), created_at=MONDAY - timedelta(days=30),
                )
            ]
        )  # fmt: skip
    limits = {"label": 0.5, "vocabulary": 1}
    scored = make_relevance(thresholds=limits)
    store.save_relevance([(post_id(1), scored), (post_id(2), scored)])
    relate_posts(store, half_life_days=2)
    stored = {post["_id"]: post.get("relevance") for post in store.posts()}
    assert stored[post_id(0)] is None
    assert stored[post_id(2)]["relative"]["times"] == pytest.approx(401 / 101)
    assert stored[post_id(2)]["relative"]["flags"] == ["few posts"]
    apply_thresholds(store, Thresholds(label=0.95))
    assert store.get("posts", post_id(2))["relevance"]["relative"]["others"] == 2


def test_a_half_life_that_cannot_be_is_refused():
    with pytest.raises(InputError, match="half_life_days is 0; valid are days above 0"):
        relative_levels([], half_life_days=0)
    with pytest.raises(InputError, match="not valid"):
        relative_levels([], weights={"smiles": 1})
