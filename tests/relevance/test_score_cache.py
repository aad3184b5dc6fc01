import numpy as np
import pytest

from tfw.errors import ModelError
from tfw.relevance.score_cache import COLLECTION, CachedModel

TEXTS = ["a red dress", "bread", "", "a red dress"]


class NotingModel:
    """Scores by the length of a text, and notes what it was asked."""

    reads_captions = False

    def __init__(self, key: str = "noting", fails_after: int | None = None) -> None:
        self.name, self.key = "noting", key
        self.asked: list[str] = []
        self._fails_after = fails_after

    def score(self, texts, labels=("fashion",), template="{}", *, contrast=(), progress=False):
        if self._fails_after is not None and len(self.asked) >= self._fails_after:
            raise KeyboardInterrupt
        self.asked.extend(texts)
        column = np.array([len(text) / 100 if text else np.nan for text in texts], np.float32)
        return np.column_stack([column] * len(labels))


def test_a_text_is_scored_once_within_a_batch_and_across_runs(store):
    first, second = NotingModel(), NotingModel()
    found = CachedModel(first, store).score(TEXTS, ["fashion", "shoes"], "{}")
    again = CachedModel(second, store).score([*TEXTS, "new"], ["fashion", "shoes"], "{}")
    assert first.asked == ["a red dress", "bread", ""]
    assert second.asked == ["new"]
    np.testing.assert_array_equal(found, again[:4])
    np.testing.assert_allclose(found[:2, 1], [0.11, 0.05], rtol=1e-6)
    assert np.isnan(found[2]).all()


@pytest.mark.parametrize(
    ("key", "labels", "template", "contrast"),
    [
        ("another", ["fashion"], "{}", ()),
        ("noting", ["clothes"], "{}", ()),
        ("noting", ["fashion"], "about {}", ()),
        ("noting", ["fashion"], "{}", ("music",)),
    ],
)
def test_another_model_label_template_or_contrast_is_another_question(
    store, key, labels, template, contrast
):
    CachedModel(NotingModel(), store).score(["a"], ["fashion"], "{}")
    other = NotingModel(key)
    CachedModel(other, store).score(["a"], labels, template, contrast=contrast)
    assert other.asked == ["a"]


def test_interrupted_scoring_keeps_what_was_done(store):
    texts = [f"text {number}" for number in range(1_200)]
    with pytest.raises(KeyboardInterrupt):
        CachedModel(NotingModel(fails_after=500), store).score(texts, template="{}")
    rest = NotingModel()
    CachedModel(rest, store).score(texts, template="{}")
    assert len(rest.asked) == 700


def test_scores_that_another_process_wrote_meanwhile_are_no_error(store):
    class Meanwhile(NotingModel):
        def score(self, texts, *args, **kwargs):
            CachedModel(NotingModel(), store).score(texts, *args, **kwargs)
            return super().score(texts, *args, **kwargs)

    found = CachedModel(Meanwhile(), store).score(["a", "b"], ["fashion"], "{}")
    np.testing.assert_allclose(found[:, 0], 0.01, rtol=1e-6)
    assert store.count(COLLECTION) == 2


def test_no_texts_and_wrong_labels(store):
    model = CachedModel(NotingModel(), store)
    assert model.score([], ["fashion", "shoes"], "{}").shape == (0, 2)
    assert (model.name, model.key, model.reads_captions) == ("noting", "noting", False)
    with pytest.raises(ModelError, match="named twice: fashion"):
        model.score(["a"], ["fashion"], "{}", contrast=["fashion"])
