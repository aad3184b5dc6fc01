import io
import json

import numpy as np
import pytest

from tfw.errors import InputError, ModelError
from tfw.relevance.features import BUCKETS, Features, counts, inverse_frequencies, ngrams, together
from tfw.relevance.head import Head, fit, train_head
from tfw.relevance.models import load_model

GARMENTS = ["dress", "boots", "jeans", "skirt", "jacket", "shirt", "coat", "handbag"]
OTHERS = ["goal", "bread", "guitar", "kitten", "election", "train", "recipe", "lesson"]
TEXTS = [f"my new {word}" for word in GARMENTS] + [f"about the {word}" for word in OTHERS]
TRUTH = [True] * len(GARMENTS) + [False] * len(OTHERS)


@pytest.fixture(scope="module")
def features() -> Features:
    return Features()


@pytest.fixture(scope="module")
def head(features) -> Head:
    return train_head(TEXTS, TRUTH, name="wardrobe", features=features)


def test_a_head_learns_from_labels_and_judges_new_texts(head):
    scores = head.score(["my new cardigan", "about the concert", "!"])[:, 0]
    assert scores[0] > 0.5 > scores[1]
    assert np.isnan(scores[2])


def test_labels_decide_and_not_what_the_default_model_says(features):
    turned = train_head(TEXTS, [not one for one in TRUTH], name="turned", features=features)
    scores = turned.score(TEXTS)[:, 0]
    assert ((scores > 0.5) == ~np.array(TRUTH)).all()


def test_figures_are_of_texts_that_were_kept_out(head, features):
    assert (head.figures.texts, head.figures.fashion) == (16, 8)
    assert head.figures.mean["f1"] > 0.8
    chance = train_head(TEXTS, [n % 2 == 0 for n in range(16)], name="chance", features=features)
    assert chance.figures.mean["auc"] < 0.75
    assert "16 labels, 8 of them yes" in str(head.figures)


def test_a_head_from_the_database_scores_the_same(store, head):
    head.save(store)
    loaded = load_model("head:wardrobe", store=store)
    np.testing.assert_array_equal(loaded.score(TEXTS), head.score(TEXTS))
    assert loaded.key == head.key
    assert store.get("heads", "wardrobe")["label_set_id"] == head.label_set_id


def test_a_head_from_a_file_scores_the_same(tmp_path, head):
    head.save(tmp_path / "wardrobe.npz")
    loaded = load_model(f"head:{tmp_path / 'wardrobe.npz'}")
    np.testing.assert_array_equal(loaded.score(TEXTS), head.score(TEXTS))
    assert loaded.figures == head.figures


def test_other_labels_make_another_key(head, features):
    other = train_head([*TEXTS, "a hat"], [*TRUTH, True], name="wardrobe", features=features)
    assert other.label_set_id != head.label_set_id
    assert other.key != head.key


def test_a_head_answers_for_its_own_label_only(head):
    with pytest.raises(ModelError, match="trained for the label 'fashion' alone"):
        head.score(["a"], ["shoes"])
    with pytest.raises(ModelError, match="contrast labels"):
        head.score(["a"], contrast=["music"])


def test_unknown_and_damaged_heads_are_errors_with_what_there_is(store, tmp_path, head):
    head.save(store)
    with pytest.raises(ModelError, match="no trained head 'hats'; there are: wardrobe"):
        load_model("head:hats", store=store)
    with pytest.raises(ModelError, match="give load_model the store"):
        load_model("head:hats")
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(head.to_bytes()[:500])
    with pytest.raises(ModelError, match=r"damaged\.npz is not a trained head"):
        load_model(f"head:{damaged}")


def test_a_stored_head_cannot_run_code(tmp_path):
    path = tmp_path / "hostile.npz"
    np.savez(path, about=np.array([{"name": "x"}], dtype=object))
    with pytest.raises(ModelError, match="not a trained head"):
        load_model(f"head:{path}")


def test_a_head_of_another_default_model_is_refused(head):
    with np.load(io.BytesIO(head.to_bytes())) as stored:
        about = json.loads(str(stored["about"]))
    assert about["features_key"] == head.features_key
    with pytest.raises(ModelError, match="trained with another default model"):
        Head(
            name="old", weights=head.weights, bias=0.0, frequencies=head.frequencies,
            features_key="minilm-of-last-year", label_set_id="set", figures=head.figures,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "truth", "name", "message"),
    [
        (TEXTS, TRUTH, "no/path", "cannot be named"),
        (TEXTS, TRUTH[:-1], "x", "16 texts and 15 labels"),
        (TEXTS, [True] * 16, "x", "16 texts about fashion and 0 others"),
    ],
)
def test_what_cannot_be_trained_is_refused(texts, truth, name, message):
    with pytest.raises(InputError, match=message):
        train_head(texts, truth, name=name)


def test_weights_agree_with_those_of_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model")
    random = np.random.default_rng(4)
    dense = random.normal(size=(60, 5))
    truth = (dense @ random.normal(size=5) + random.normal(size=60) > 0).astype(float)
    rows = together(dense, counts(["word"] * 60), np.zeros(BUCKETS, dtype=np.float32))
    weights, bias = fit(rows, truth, freedom=2.0)
    reference = linear.LogisticRegression(C=2.0, tol=1e-8, max_iter=1_000).fit(dense, truth)
    np.testing.assert_allclose(weights[:5], reference.coef_[0], atol=2e-3)
    assert bias == pytest.approx(reference.intercept_[0], abs=2e-3)


def test_ngrams_stay_inside_words_of_any_script():
    assert set(ngrams("hi, ты")) == {" h", "hi", "i ", " hi", "hi ", " hi ", " т", "ты", "ы ",
                                     " ты", "ты ", " ты "}  # fmt: skip


def test_rows_of_counts_have_unit_length_and_empty_texts_none():
    found = counts(["a dress", "", "a red dress"])
    rows = together(np.zeros((3, 1)), found, inverse_frequencies(found))
    lengths = np.linalg.norm(rows.toarray(), axis=1)
    np.testing.assert_allclose(lengths, [1, 0, 1], rtol=1e-6)
