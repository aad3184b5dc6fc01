import numpy as np
import pytest

from tests.desk.conftest import fill
from tfw.errors import InputError
from tfw.relevance.head import load_head
from tfw.relevance.head_gain import train_on_labels
from tfw.relevance.labels import Label, add_labels

WORDS = ("linen", "blazer", "skirt", "sneakers", "denim", "outfit", "ootd", "atelier", "tulip")


@pytest.fixture
def labelled(store):
    """Sixty labelled posts of a hundred; their text says what they are about."""
    fill(store, 100)
    posts = list(store.posts({}, ["description"]))[:60]
    add_labels(
        store,
        [
            Label(
                post_id=post["_id"],
                coder="ana",
                label="fashion" if any(w in post["description"] for w in WORDS) else "not",
                drawn="random" if place < 20 else "near",
            )
            for place, post in enumerate(posts)
        ],
    )
    return store


def set_scores(store, score):
    for post in list(store.posts({}, ["description"])):
        store.database["posts"].update_one(
            {"_id": post["_id"]}, {"$set": {"relevance.label": score(post["description"])}}
        )


def test_a_head_gains_over_label_scores_that_are_no_better_than_chance(labelled):
    draw = np.random.default_rng(1)
    set_scores(labelled, lambda _: float(draw.random()))
    training = train_on_labels(labelled, "mine")
    assert [gain.measure for gain in training.gains] == ["F1", "AUC"]
    for gain in training.gains:
        assert gain.in_words == "better"
        assert gain.low < gain.difference < gain.high
    assert training.compared == 60
    assert "difference +" in str(training)


def test_a_head_is_not_called_better_than_label_scores_that_are_right(labelled):
    set_scores(labelled, lambda text: 0.9 if any(word in text for word in WORDS) else 0.1)
    for gain in train_on_labels(labelled, "mine").gains:
        assert gain.stored == 1
        assert gain.in_words != "better"


def test_the_head_is_kept_under_its_name_with_its_set_of_labels(labelled):
    training = train_on_labels(labelled, "mine")
    stored = load_head("mine", labelled)
    assert stored.label_set_id == training.head.label_set_id
    assert stored.label_set_id.startswith("labels_")
    assert stored.figures == training.head.figures
    assert labelled.count("heads") == 1


def test_it_says_what_makes_the_comparison_less_than_it_looks(labelled):
    first = train_on_labels(labelled, "mine")
    assert any("20 of 60 posts were drawn at random" in one for one in first.cautions)
    labelled.database["posts"].update_many({}, {"$set": {"relevance.model": "mine"}})
    second = train_on_labels(labelled, "mine", save=False)
    assert any("come from the head 'mine'" in one for one in second.cautions)


def test_labelled_posts_without_scores_are_learnt_from_and_not_compared(labelled):
    some = [post["_id"] for post in labelled.posts({}, ["_id"])][:10]
    labelled.database["posts"].update_many({"_id": {"$in": some}}, {"$unset": {"relevance": ""}})
    training = train_on_labels(labelled, "mine")
    assert (training.head.figures.texts, training.compared) == (60, 50)
    assert any("10 labelled posts have no scores" in one for one in training.cautions)


def test_posts_on_which_coders_differ_teach_nothing_until_they_are_settled(labelled):
    post = next(iter(labelled.posts({}, ["_id"])))["_id"]
    add_labels(labelled, [Label(post_id=post, coder="ben", label="unsure")])
    assert train_on_labels(labelled, "mine", save=False).head.figures.texts == 59
    add_labels(labelled, [Label(post_id=post, coder="adjudicated", label="fashion")])
    assert train_on_labels(labelled, "mine", save=False).head.figures.texts == 60


def test_too_few_labels_are_refused_and_nothing_is_kept(store):
    fill(store, 20)
    with pytest.raises(InputError, match="a head needs 5 of each"):
        train_on_labels(store, "mine")
    assert store.count("heads") == 0
