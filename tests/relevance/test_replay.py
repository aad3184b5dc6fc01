import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records import make_posts, make_relevance, post_id
from tfw.errors import InputError
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.score import apply_thresholds
from tfw.relevance.thresholds import Thresholds

SCORES = st.lists(
    st.tuples(st.none() | st.floats(0, 1), st.integers(0, 20)), min_size=1, max_size=30
)
LIMITS = st.builds(Thresholds, label=st.floats(0, 1), vocabulary=st.integers(0, 20))


def columns_of(scores):
    labels, terms = zip(*scores, strict=True)
    return ScoreColumns.of([str(n) for n in range(len(scores))], labels, terms)


@given(SCORES, LIMITS)
def test_verdicts_are_exactly_those_of_the_thresholds(scores, limits):
    expected = [limits.verdict(label, terms) for label, terms in scores]
    assert columns_of(scores).verdicts(limits).tolist() == expected


@given(SCORES, LIMITS, LIMITS)
def test_counts_and_changes_add_up(scores, old, new):
    columns = columns_of(scores)
    before, after, changed = columns.counts(old), columns.counts(new), columns.changed(old, new)
    assert after.fashion - before.fashion == len(changed.into) - len(changed.out_of)
    assert after.by_label_alone + after.by_terms_alone + after.by_both == after.fashion


def test_a_score_at_the_threshold_is_not_above_it():
    columns = ScoreColumns.of(["1", "2"], [0.5, 0.5 + 1e-12], [1, 0])
    assert columns.verdicts(Thresholds()).tolist() == [False, True]


def test_replayed_verdicts_are_those_that_are_stored_afterwards(store):
    posts = make_posts(40)
    store.upsert_posts(posts)
    store.save_relevance(
        (post.id, make_relevance(label=number / 40, vocabulary=number % 4, terms=()))
        for number, post in enumerate(posts)
    )
    without = make_relevance(label=None, vocabulary=2, terms=())
    store.save_relevance([(post_id(39), without)])
    columns = ScoreColumns.read(store)
    assert len(columns) == 40
    new = Thresholds(label=0.8, vocabulary=2)
    apply_thresholds(store, new)
    stored = {post["_id"]: post["relevance"]["verdict"] for post in store.posts()}
    replayed = dict(zip(columns.post_ids.tolist(), columns.verdicts(new).tolist(), strict=True))
    assert replayed == {
        post_id(number): number / 40 > 0.8 or number % 4 > 2 for number in range(39)
    } | {post_id(39): False}
    assert len(stored) == 40


def test_posts_without_scores_are_left_out_and_queries_are_kept(store):
    store.upsert_posts(make_posts(3))
    store.save_relevance([(post_id(1), make_relevance()), (post_id(2), make_relevance())])
    assert ScoreColumns.read(store).post_ids.tolist() == [post_id(1), post_id(2)]
    assert ScoreColumns.read(store, {"_id": post_id(2)}).post_ids.tolist() == [post_id(2)]


def test_an_empty_database_has_empty_columns(store):
    columns = ScoreColumns.read(store)
    assert columns.counts(Thresholds()).share is None
    assert columns.changed(Thresholds(), Thresholds(label=0.1)) == ([], [])


def test_tables_that_hold_no_scores_are_refused():
    with pytest.raises(InputError, match="lacks the column 'vocabulary'"):
        ScoreColumns.from_frame(pd.DataFrame({"label": [0.3]}))
    with pytest.raises(InputError, match="differ in length"):
        ScoreColumns.of(["1"], [0.1, 0.2], [1])
