import numpy as np
import pytest

from tests.relevance.tiny_nli import CAPTIONS
from tfw.errors import ModelError
from tfw.relevance import minilm as files
from tfw.relevance.minilm import EmbeddingModel
from tfw.relevance.vocabulary import Vocabulary, now

NO_WORDS = Vocabulary(name="none", source="a test", created_at=now(), terms=())


@pytest.fixture(scope="module")
def minilm() -> EmbeddingModel:
    return EmbeddingModel()


def test_the_default_model_tells_fashion_from_other_subjects(minilm):
    scores = minilm.score(CAPTIONS)[:, 0]
    assert scores[0] > 0.5 > scores[1]
    assert scores[3] < 0.5


def test_a_text_without_words_has_no_score(minilm):
    scores = minilm.score(CAPTIONS)
    assert np.isnan(scores[[2, 4]]).all()
    assert np.isfinite(scores[[0, 1, 3, 5]]).all()


def test_no_texts_give_no_scores(minilm):
    assert minilm.score([]).shape == (0, 1)
    assert np.isnan(minilm.score(["", "!"])).all()


def test_scores_do_not_depend_on_the_other_texts_of_a_batch(minilm):
    together = minilm.score(CAPTIONS * 20)[: len(CAPTIONS)]
    alone = np.vstack([minilm.score([text]) for text in CAPTIONS])
    # int8 weights are scaled per batch, hence a hair of difference.
    np.testing.assert_allclose(together, alone, atol=0.05)


def test_each_label_is_judged_on_its_own(minilm):
    one = minilm.score(CAPTIONS, ["fashion"])[:, 0]
    two = minilm.score(CAPTIONS, ["football", "fashion"])[:, 1]
    np.testing.assert_allclose(one, two, atol=0.02)


def test_another_file_in_place_of_the_weights_is_refused(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"not the weights")
    with pytest.raises(ModelError, match=r"model\.onnx .* not the file it should be"):
        files.check_sha256(path, files.MINILM_WEIGHTS)


def test_fashion_words_of_other_languages_raise_the_score(minilm):
    texts = ["mi vestido nuevo y mis botas", "нове плаття і взуття"]
    alone = EmbeddingModel(words=NO_WORDS).score(texts)[:, 0]
    assert (minilm.score(texts)[:, 0] > alone).all()


def test_hashtags_count_as_words_and_as_meaning(minilm):
    plain, tagged = minilm.score(["look at this", "look at this #outfitideas #denim"])[:, 0]
    assert tagged > 0.5 > plain


def test_fashion_words_are_no_evidence_for_other_labels(minilm):
    text = ["a dress, a skirt and boots"]
    bare = EmbeddingModel(words=NO_WORDS)
    np.testing.assert_array_equal(minilm.score(text, ["football"]), bare.score(text, ["football"]))


def test_labels_and_contrast_labels_compete(minilm):
    labels, contrast = ["fashion", "football"], ["bread"]
    texts = [text for text in CAPTIONS if len(text) > 9]
    together = minilm.score(texts, [*labels, *contrast], contrast=["news"])
    some = minilm.score(texts, labels, contrast=[*contrast, "news"])
    np.testing.assert_allclose(together[:, :2], some, atol=1e-6)
    assert (together.sum(axis=1) < 1).all()
    assert [labels[i] for i in some[:2].argmax(axis=1)] == ["fashion", "football"]


def test_the_key_changes_with_the_words_and_the_subjects(minilm):
    keys = {
        minilm.key,
        EmbeddingModel(words=NO_WORDS).key,
        EmbeddingModel(subjects=["music", "food"]).key,
    }
    assert len(keys) == 3
    assert minilm.key == EmbeddingModel().key


def test_vectors_have_unit_length(minilm):
    vectors, scores = minilm.embed_and_score(["a dress", "", "bread"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1], atol=1e-5)
    assert np.isnan(scores[1]).all()
