import numpy as np
import pytest

from tests.relevance.tiny_nli import CAPTIONS, make_tiny_bart, make_tiny_model
from tfw.relevance.models import has_content
from tfw.relevance.zero_shot import ZeroShotModel

pytest.importorskip("torch")

TEXTS = [text for text in CAPTIONS if has_content(text)]


def pipeline_scores(folder):
    from transformers import pipeline

    answers = pipeline("zero-shot-classification", model=str(folder))(
        TEXTS, ["fashion"], hypothesis_template="This text is about {}.", multi_label=True
    )
    return [answer["scores"] for answer in answers]


def last_layer(model):
    return type(model._model.model.decoder.layers[-1]).__name__


def test_scores_of_a_bart_classifier_equal_those_of_the_pipeline(tmp_path):
    folder = make_tiny_bart(tmp_path)
    model = ZeroShotModel(str(folder), "float32")
    assert last_layer(model) == "LastTokenLayer"
    scores = model.score(TEXTS)
    # Texts of one batch have different lengths, so that their last tokens stand apart.
    np.testing.assert_allclose(scores, pipeline_scores(folder), atol=1e-4)
    assert np.ptp(scores) > 0.05


@pytest.mark.parametrize("precision", ["bfloat16", "int8"])
def test_the_short_layer_works_in_every_number_format(tmp_path, precision):
    folder = make_tiny_bart(tmp_path)
    exact = ZeroShotModel(str(folder), "float32").score(TEXTS)
    found = ZeroShotModel(str(folder), precision).score(TEXTS)
    np.testing.assert_allclose(found, exact, atol=0.15)


def test_a_tokenizer_that_ends_texts_in_another_way_keeps_the_whole_layer(tmp_path):
    folder = make_tiny_bart(tmp_path, end=" [SEP]:1 [UNK]:1")
    model = ZeroShotModel(str(folder), "float32")
    assert last_layer(model) == "BartDecoderLayer"
    np.testing.assert_allclose(model.score(TEXTS), pipeline_scores(folder), atol=1e-4)


def test_other_models_stay_as_they_are(tmp_path):
    from transformers import AutoModelForSequenceClassification

    from tfw.relevance.last_layer import reads_one_position

    bert = AutoModelForSequenceClassification.from_pretrained(make_tiny_model(tmp_path))
    assert not reads_one_position(bert)
