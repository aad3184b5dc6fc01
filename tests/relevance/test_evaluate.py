import numpy as np
import pandas as pd
import pytest

from tests.records import make_post, make_relevance, post_id
from tfw.errors import InputError
from tfw.relevance.evaluate import evaluate
from tfw.relevance.judged import NothingToEvaluate
from tfw.relevance.labels import Label, add_labels
from tfw.relevance.thresholds import Thresholds

LIMITS = {"label": 0.5, "vocabulary": 1}
# post: label score, number of terms, what people say
POSTS = {
    0: (0.9, 3, "fashion"), 1: (0.8, 0, "fashion"), 2: (0.1, 2, "fashion"), 3: (0.2, 1, "fashion"),
    4: (0.7, 0, "not"), 5: (0.3, 1, "not"), 6: (0.2, 0, "not"), 7: (None, 0, "not"),
}  # fmt: skip


def fill(store, **more):
    sources = ["test", "other"]
    store.upsert_posts(
        make_post(n, source=sources[n % 2], language="en" if n < 6 else None) for n in POSTS
    )
    store.save_relevance(
        (post_id(n), relevance(label, terms, **more)) for n, (label, terms, _) in POSTS.items()
    )
    add_labels(
        store,
        [Label(post_id=post_id(n), coder="ana", label=said) for n, (_, _, said) in POSTS.items()],
    )


def relevance(label, terms, thresholds=LIMITS):
    verdict = (label or 0) > thresholds["label"] or terms > thresholds["vocabulary"]
    return make_relevance(
        label=label, vocabulary=terms, terms=(), thresholds=thresholds, verdict=verdict
    )


def test_the_verdict_is_counted_against_the_labels(store):
    fill(store)
    found = evaluate(store)
    verdict = found.verdict
    counts = (verdict.hits, verdict.false_alarms, verdict.misses, verdict.rejections)
    assert counts == (3, 1, 1, 3)
    assert verdict.precision.value == verdict.recall.value == 0.75
    assert verdict.f1.value == pytest.approx(0.75)
    assert verdict.specificity.value == 0.75
    assert verdict.accuracy.value == 0.75
    assert [rule.name for rule in found.rules] == ["verdict", "label score > 0.5", "terms > 1"]
    assert [rule.hits for rule in found.rules] == [3, 2, 2]


def test_an_unknown_label_score_counts_as_the_lowest(store):
    fill(store)
    # Of 16 pairs of a fashion post and another one, 11 and two halves are in the right order.
    assert evaluate(store).areas["label"].value == pytest.approx(10.5 / 16)
    assert evaluate(store).calibration.posts == 7


def test_sources_and_languages_are_looked_at_apart(store):
    fill(store)
    groups = evaluate(store).groups
    assert [(g.name, g.posts, g.hits) for g in groups["source"]] == [
        ("test", 4, 2),
        ("other", 4, 1),
    ]
    assert [(g.name, g.posts) for g in groups["language"]] == [("en", 6), ("not known", 2)]


def test_errors_are_shown_with_the_clearest_first(store):
    fill(store)
    found = evaluate(store, thresholds=Thresholds(label=0.75, vocabulary=5))
    assert [post["_id"] for post in found.misses] == [post_id(3), post_id(2)]
    assert found.false_alarms == ()
    assert found.misses[0]["relevance"]["verdict"] is False
    assert found.misses[0]["relevance"]["why"].startswith("not fashion: label score 0.20")


def test_the_thresholds_in_force_are_those_of_the_stored_verdicts(store):
    fill(store, thresholds={"label": 0.85, "vocabulary": 2})
    found = evaluate(store)
    assert found.thresholds.values == {"label": 0.85, "vocabulary": 2}
    assert found.verdict.hits == 1


def test_labels_that_are_not_settled_or_not_scored_are_counted(store):
    fill(store)
    add_labels(
        store,
        [
            Label(post_id=post_id(0), coder="ben", label="not"),
            Label(post_id=post_id(1), coder="ben", label="fashion"),
            Label(post_id="99", coder="ben", label="not"),
        ],
    )
    found = evaluate(store)
    assert (found.verdict.posts, found.unsettled, found.not_scored) == (7, 1, 1)
    assert found.agreements[0].posts == 2
    assert found.label_set.startswith("labels_")


def test_a_table_is_evaluated_without_a_database():
    scored = pd.DataFrame(
        {
            "label": [label for label, _, _ in POSTS.values()],
            "vocabulary": [terms for _, terms, _ in POSTS.values()],
            "description": "a text",
        },
        index=[str(n) for n in POSTS],
    )
    truth = {str(n): said == "fashion" for n, (_, _, said) in POSTS.items()}
    found = evaluate(scored, truth)
    assert found.verdict.hits == 3
    assert found.groups == {}
    assert found.false_alarms[0]["description"] == "a text"
    assert "2 terms" not in found.misses[0]["relevance"]["why"]
    table = found.table()
    assert table.loc["verdict", "f1"] == pytest.approx(0.75)
    assert table.loc["verdict", "f1_low"] < 0.75 < table.loc["verdict", "f1_high"]
    assert "8 labelled posts, 4 about fashion" in str(found)
    pd.testing.assert_frame_equal(evaluate(scored, pd.Series(truth)).table(), table)


def test_labels_of_one_kind_have_no_area_and_no_precision():
    scored = pd.DataFrame({"label": [0.1, 0.2], "vocabulary": [0, 0]}, index=["1", "2"])
    found = evaluate(scored, {"1": False, "2": False})
    assert found.verdict.precision is None
    assert found.verdict.f1 is None
    assert found.areas["label"] is None
    assert np.isnan(found.table().loc["verdict", "precision"])


def test_nothing_to_evaluate_says_what_to_do(store):
    with pytest.raises(InputError, match="no labels to evaluate against"):
        evaluate(store)
    add_labels(store, [Label(post_id="1", coder="ana", label="not")])
    with pytest.raises(NothingToEvaluate, match="05_score_posts"):
        evaluate(store)
    twice = pd.DataFrame({"label": [0.1, 0.2], "vocabulary": [0, 0]}, index=["1", "1"])
    with pytest.raises(InputError, match="post 1 stands twice"):
        evaluate(twice, {"1": True})
