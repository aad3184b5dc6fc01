from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tfw.errors import InputError
from tfw.records import Comment, Post, Stats
from tfw.relevance import score as scoring
from tfw.relevance.minilm import EmbeddingModel
from tfw.relevance.score import Scorer, apply_thresholds, days_since_posting, score_posts
from tfw.relevance.thresholds import Thresholds
from tfw.relevance.vocabulary import Term, TermKind, Vocabulary, default_vocabulary, now

READ = datetime(2026, 11, 1, tzinfo=UTC)


def post(
    number: int, description: str, *, days: int = 4, read: datetime = READ, **counters: int | None
) -> Post:
    known = {"likes": 10, "comments": 2, "shares": 3, "plays": 85} | counters
    return Post(
        id=str(7_000_000_000_000_000_000 + number),
        url=f"https://www.tiktok.com/@_/video/{number}",
        source="test",
        description=description,
        created_at=READ - timedelta(days=days),
        stats=Stats(collected_at=read, **known),
    )


def stored(store, number: int) -> dict:
    return store.get("posts", str(7_000_000_000_000_000_000 + number))


@pytest.fixture(scope="module")
def model() -> EmbeddingModel:
    return EmbeddingModel()


class CountingModel:
    """The default model, with a note of every text it was asked about."""

    name = key = "counting"
    reads_captions = True

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._model = EmbeddingModel()

    def score(self, texts: Sequence[str], *args, **kwargs):
        self.seen.extend(texts)
        return self._model.score(texts, *args, **kwargs)


class BreakingModel(CountingModel):
    """Works for the first batch, then the user presses Ctrl-C."""

    def score(self, texts: Sequence[str], *args, **kwargs):
        if self.seen:
            raise KeyboardInterrupt
        return super().score(texts, *args, **kwargs)


def test_the_three_scores_and_the_verdict_are_stored_with_their_reason(store, model):
    store.upsert_posts(
        [post(1, "new dress and boots #ootd"), post(2, "we won the match #football")]
    )
    summary = score_posts(store, max_posts_to_process=0, model=model)
    assert (summary.scored, summary.fashion, summary.waiting) == (2, 1, 0)
    found = stored(store, 1)["relevance"]
    assert found["statistical"] == (10 + 2 + 3 + 85) / 4
    assert found["vocabulary"] == 3
    assert {hit["term"] for hit in found["terms"]} == {"dress", "boot", "ootd"}
    assert found["label"] > 0.5
    assert found["labels"] == {"fashion": found["label"]}
    assert found["verdict"] is True
    assert found["why"].startswith("fashion: label score")
    assert found["vocabulary_id"] == default_vocabulary().id
    assert found["model"] == "minilm-l6-int8"
    assert found["thresholds"] == {"label": 0.5, "vocabulary": 1}
    assert stored(store, 2)["relevance"]["verdict"] is False


def test_spans_in_the_database_point_at_the_words(store, model):
    store.upsert_posts([post(1, "👗 new dress #ootd")])
    score_posts(store, model=model)
    document = stored(store, 1)
    for hit in document["relevance"]["terms"]:
        for span in hit["spans"]:
            assert document["description"][span["start"] : span["end"]] == hit["term"]


def test_only_posts_that_need_it_are_scored(store):
    model = CountingModel()
    store.upsert_posts([post(1, "a dress"), post(2, "a goal")])
    score_posts(store, max_posts_to_process=0, model=model)
    assert score_posts(store, max_posts_to_process=0, model=model).scored == 0
    later = READ + timedelta(days=1)
    store.upsert_posts([post(1, "a dress"), post(2, "another goal", read=later), post(3, "new")])
    assert score_posts(store, max_posts_to_process=0, model=model).scored == 2
    assert model.seen == ["a dress", "a goal", "another goal", "new"]


def test_another_vocabulary_scores_everything_again(store, model):
    store.upsert_posts([post(1, "a dress")])
    score_posts(store, model=model)
    other = Vocabulary(
        name="hats", source="test", created_at=now(), terms=(Term(term="hat", kind=TermKind.WORD),)
    )
    assert score_posts(store, vocabulary=other, model=model).scored == 1
    assert stored(store, 1)["relevance"]["vocabulary"] == 0


def test_at_most_fifty_posts_are_scored_by_default(store, model):
    store.upsert_posts(post(n, f"caption {n}") for n in range(60))
    summary = score_posts(store, model=model)
    assert (summary.scored, summary.waiting) == (50, 10)
    assert score_posts(store, model=model).scored == 10


def test_a_text_that_stands_twice_is_judged_once(store):
    model = CountingModel()
    store.upsert_posts([post(1, "a dress"), post(2, "a dress"), post(3, "a goal")])
    score_posts(store, model=model)
    assert sorted(model.seen) == ["a dress", "a goal"]


def test_new_counters_make_a_new_statistical_score_but_ask_no_model(store):
    model = CountingModel()
    store.upsert_posts([post(1, "a dress")])
    score_posts(store, model=model)
    store.upsert_posts([post(1, "a dress", read=READ + timedelta(days=4), plays=485)])
    assert score_posts(store, model=model).scored == 1
    assert stored(store, 1)["relevance"]["statistical"] == 500 / 8
    assert stored(store, 1)["relevance"]["label"] > 0
    assert model.seen == ["a dress"]


def test_an_interrupted_pass_keeps_what_it_did_and_gives_back_the_rest(store, monkeypatch):
    monkeypatch.setattr(scoring, "BATCH", 5)
    store.upsert_posts(post(n, f"caption {n}") for n in range(12))
    with pytest.raises(KeyboardInterrupt):
        score_posts(store, max_posts_to_process=0, model=BreakingModel())
    assert store.count("posts", {"score.state": "done"}) == 5
    assert score_posts(store, max_posts_to_process=0, model=CountingModel()).waiting == 0
    assert store.count("posts", {"relevance": {"$exists": True}}) == 12


def test_comments_count_only_when_asked(store, model):
    store.upsert_posts([post(1, "look at this")])
    store.upsert_comments(
        [
            Comment(
                id="1",
                post_id=str(7_000_000_000_000_000_001),
                text="love the dress and the boots",
                source="test",
                collected_at=READ,
            )
        ]
    )
    score_posts(store, model=model)
    assert stored(store, 1)["relevance"]["vocabulary"] == 0
    score_posts(store, model=model, with_comments=True)
    found = stored(store, 1)["relevance"]
    assert {hit["term"] for hit in found["terms"]} == {"dress", "boot"}
    assert {span["field"] for hit in found["terms"] for span in hit["spans"]} == {"comments"}


def test_a_post_without_words_has_no_label_score_and_says_so(store, model):
    store.upsert_posts([post(1, "👗👗")])
    score_posts(store, model=model)
    found = stored(store, 1)["relevance"]
    assert "label" not in found
    assert found["verdict"] is False
    assert "no label score" in found["why"]


def test_a_missing_counter_is_not_taken_for_zero(store, model):
    store.upsert_posts([post(1, "a dress", likes=None), post(2, "a hat", likes=0)])
    score_posts(store, model=model)
    assert "statistical" not in stored(store, 1)["relevance"]
    assert stored(store, 2)["relevance"]["statistical"] == 90 / 4


def test_weights_change_the_statistical_score_and_may_leave_a_counter_out(store, model):
    store.upsert_posts([post(1, "a dress", shares=None)])
    score_posts(store, model=model, weights={"likes": 2.0, "plays": 0.0})
    assert stored(store, 1)["relevance"]["statistical"] == 20 / 4


def test_the_day_of_posting_counts_as_one_day():
    document = post(1, "a dress", days=0).document()
    assert days_since_posting(document) == 1
    assert days_since_posting({**document, "created_at": None}) is None


def test_thresholds_are_applied_to_stored_scores_without_a_model(store, model):
    store.upsert_posts([post(1, "new dress and boots #ootd"), post(2, "my hat")])
    score_posts(store, model=model)
    strict = Thresholds(label=1.0, vocabulary=3)
    assert apply_thresholds(store, strict) == store.count(
        "posts", {"relevance.thresholds.label": 1.0}
    ) - (not stored(store, 2)["relevance"]["label"] > 0.5)
    assert stored(store, 1)["relevance"]["verdict"] is False
    assert "3 terms" in stored(store, 1)["relevance"]["why"]
    assert apply_thresholds(store, strict) == 0
    assert score_posts(store, model=model, thresholds=strict).scored == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"max_posts_to_process": -1}, "give 0 for all"),
        ({"weights": {"hearts": 1.0}}, "names are likes, comments, shares, plays, saves"),
        ({"weights": {"likes": -1.0}}, "0 or more"),
        ({"vocabulary": "voc_none"}, "no vocabulary 'voc_none'"),
    ],
)
def test_wrong_arguments_say_what_is_valid(store, model, arguments, message):
    with pytest.raises(InputError, match=message):
        score_posts(store, model=model, **arguments)


def test_the_fingerprint_does_not_depend_on_thresholds(model):
    one = Scorer(default_vocabulary(), model)
    other = Scorer(default_vocabulary(), model, thresholds=Thresholds(label=0.9))
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != Scorer(default_vocabulary(), model, labels=("shoes",)).fingerprint


def test_scores_are_finite_numbers_between_zero_and_one(model):
    found = Scorer(default_vocabulary(), model).score(
        [
            post(n, text).document()
            for n, text in enumerate(["a", "", "\u202e", "#" * 50, "x" * 9000])
        ]
    )
    labels = [one.label for one in found if one.label is not None]
    assert np.all((np.array(labels) >= 0) & (np.array(labels) <= 1))
