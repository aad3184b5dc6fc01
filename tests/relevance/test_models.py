import numpy as np
import pytest

from tfw.errors import ModelError
from tfw.relevance import models
from tfw.relevance.models import load_model


def test_an_unknown_model_is_an_error_with_the_valid_choices():
    with pytest.raises(ModelError, match=r"'no/such-model' cannot be loaded.*minilm"):
        load_model("no/such-model")


@pytest.mark.parametrize(
    ("labels", "template", "message"),
    [
        ("fashion", "This text is about {}.", "give a list"),
        ([], "This text is about {}.", "give a list"),
        (["fashion", " "], "This text is about {}.", "give a list"),
        (["fashion"], "This text is about fashion.", "needs one {}"),
    ],
)
def test_labels_and_template_are_checked(labels, template, message):
    with pytest.raises(ModelError, match=message):
        models.check_labels(labels, template)


def test_batches_hold_like_lengths_and_no_more_tokens_than_allowed():
    lengths = [5, 100, 7, 98, 6, 3]
    batches = list(models.batches_by_length(lengths, tokens=200))
    assert batches == [[1, 3], [2, 4, 0, 5]]
    assert list(models.batches_by_length([500], tokens=200)) == [[0]]
    assert list(models.batches_by_length([])) == []


def test_several_labels_make_one_score():
    scores = np.array([[0.4, 0.5], [0.1, 0.2]], dtype=np.float32)
    np.testing.assert_allclose(models.combined(scores, compete=False), [0.5, 0.2])
    np.testing.assert_allclose(models.combined(scores, compete=True), [0.9, 0.3], rtol=1e-6)


@pytest.mark.parametrize(
    ("contrast", "message"), [("music", "give a list"), (["fashion"], "named twice: fashion")]
)
def test_contrast_labels_are_checked(contrast, message):
    with pytest.raises(ModelError, match=message):
        models.check_labels(["fashion"], "{}", contrast)
