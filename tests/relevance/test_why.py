from datetime import timedelta

import pytest

from tests.records import DAY, MONDAY, make_post, make_relevance, post_id
from tfw.errors import InputError
from tfw.records import Span, TermHit
from tfw.relevance.thresholds import Thresholds
from tfw.relevance.why import what_would_change, why

LIMITS = {"label": 0.5, "vocabulary": 1}


def stored(store, **fields):
    store.upsert_posts([make_post(hashtags=("skirts", "fyp"))])
    hits = (
        TermHit(term="dress", kind="word", spans=(Span(field="description", start=8, end=13),)),
        TermHit(
            term="skirt", kind="word",
            spans=(Span(field="hashtags", start=1, end=7), Span(field="comments", start=0, end=5)),
        ),
    )  # fmt: skip
    known = {"label": 0.3, "vocabulary": 2, "terms": hits, "thresholds": LIMITS}
    store.save_relevance([(post_id(1), make_relevance(**{**known, **fields}))])


def test_a_post_says_why_it_is_in(store):
    stored(store)
    found = why(store, post_id(1))
    assert found.verdict is True
    assert found.why == "fashion: 2 terms (dress, skirt) are more than 1"
    assert [(t.term, t.written, t.parts) for t in found.terms] == [
        ("dress", ("dress",), ("description",)),
        ("skirt", ("skirts",), ("hashtags", "comments")),
    ]
    assert found.changes == (
        "Out with a vocabulary threshold of 2 or more.",
        "Out without any 1 of its 2 terms (dress, skirt).",
    )
    assert post_id(1) in repr(found)
    assert "skirt (word): skirts" in str(found)


def test_a_document_is_enough(store):
    stored(store)
    (document,) = store.posts()
    assert why(document) == why(store, post_id(1))


def test_other_thresholds_are_tried_without_storing_them(store):
    stored(store)
    found = why(store, post_id(1), thresholds=Thresholds(label=0.2, vocabulary=5, name="wider"))
    assert found.why == "fashion: label score 0.30 is above 0.20"
    assert found.thresholds.name == "wider"
    assert why(store, post_id(1)).thresholds.values == LIMITS


def test_scores_older_than_the_post_are_said_to_be(store):
    stored(store)
    assert not why(store, post_id(1)).outdated
    store.upsert_posts([make_post(at=MONDAY + DAY + timedelta(hours=1), description="new words")])
    assert why(store, post_id(1)).outdated


def test_posts_that_cannot_be_explained_say_what_to_do(store):
    with pytest.raises(InputError, match="There is no post '1'"):
        why(store, "1")
    with pytest.raises(InputError, match="Say which post"):
        why(store)
    with pytest.raises(InputError, match="must be text"):
        why(store, 7_300_000_000_000_000_000)
    store.upsert_posts([make_post(1)])
    with pytest.raises(InputError, match="no scores yet: run notebook 05_score_posts"):
        why(store, post_id(1))


@pytest.mark.parametrize("label", [None, 0.0, 0.004, 0.2, 0.5, 0.50001, 0.77, 0.999, 1.0])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 9])
@pytest.mark.parametrize("limits", [Thresholds(), Thresholds(label=0.7, vocabulary=0)])
def test_what_is_said_to_change_the_verdict_does(label, number, limits):
    verdict = limits.verdict(label, number)
    said = what_would_change(label, ["term"] * number, limits)
    assert said
    for change in said:
        new = changed(change, limits)
        more = number + int(change.split()[2]) if "more different" in change else number
        if "without" in change:
            more = limits.vocabulary
        assert new.verdict(label, more) is not verdict, change


def changed(sentence, limits):
    """The thresholds that a sentence speaks of."""
    new = limits.values
    words = sentence.split()
    for name in ("label", "vocabulary"):
        if f"a {name} threshold of" in sentence:
            place = next(
                n for n, word in enumerate(words) if word == name and words[n + 1] == "threshold"
            )
            new[name] = float(words[place + 3].rstrip("."))
    return Thresholds(**new)
