import numpy as np
import pytest

from tfw.errors import InputError, ModelError
from tfw.relevance.cascade import Band, CascadeModel, choose_band, save_cascade
from tfw.relevance.models import load_model


class TableModel:
    """Scores from a table, and notes what it was asked."""

    def __init__(self, name: str, scores: dict[str, float], reads_captions: bool = True) -> None:
        self.name = self.key = name
        self.reads_captions = reads_captions
        self.asked: list[str] = []
        self._scores = scores

    def score(self, texts, labels=("fashion",), template="", *, contrast=(), progress=False):
        self.asked.extend(texts)
        column = [[self._scores[text]] for text in texts]
        return np.array(column, dtype=np.float32).reshape(len(texts), 1)


def test_only_doubtful_texts_reach_the_slow_model():
    fast = TableModel("fast", {"clear #yes": 0.9, "grey #one": 0.5, "clear no": 0.1, "": np.nan})
    slow = TableModel("slow", {"grey one": 0.97}, reads_captions=False)
    cascade = CascadeModel(fast, slow, Band(0.2, 0.8))
    scores = cascade.score(["clear #yes", "grey #one", "clear no", ""])
    assert slow.asked == ["grey one"]
    np.testing.assert_allclose(scores[:3, 0], [0.9, 0.97, 0.1], rtol=1e-6)
    assert np.isnan(scores[3, 0])


def test_the_fast_score_stays_where_the_slow_model_has_none():
    fast, slow = TableModel("fast", {"a": 0.5}), TableModel("slow", {"a": np.nan})
    assert CascadeModel(fast, slow).score(["a"])[0, 0] == 0.5


def test_the_key_names_both_models_and_the_band():
    fast, slow = TableModel("fast", {}), TableModel("slow", {})
    keys = {CascadeModel(fast, slow, Band(0.2, high)).key for high in (0.7, 0.8)}
    assert len(keys) == 2
    assert all("fast" in key and "slow" in key for key in keys)


def test_the_band_is_where_labels_say_that_the_fast_model_errs():
    scores = [n / 100 for n in range(100)]
    truth = [n >= 60 if n % 2 else n >= 40 for n in range(100)]
    band = choose_band(scores, truth, errors=0.0)
    assert (band.low, band.high) == (0.4, 0.59)
    wider_errors = choose_band(scores, truth, errors=0.05)
    assert band.low < wider_errors.low <= wider_errors.high < band.high


def test_a_fast_model_without_errors_leaves_no_band():
    band = choose_band([0.1, 0.2, 0.8, 0.9], [False, False, True, True])
    assert band.low == band.high == pytest.approx(0.5)


def test_bands_need_labels_of_both_kinds_and_edges_in_order():
    with pytest.raises(InputError, match="labels of both kinds"):
        choose_band([0.1, 0.2], [True, True])
    with pytest.raises(InputError, match="0 <= low <= high <= 1"):
        Band(0.8, 0.2)


def test_a_stored_cascade_is_loaded_by_name(store):
    save_cascade(store, "twice", slow="minilm", band=Band(0.3, 0.6), label_set_id="set_1")
    model = load_model("cascade:twice", store=store)
    assert model.band == Band(0.3, 0.6)
    assert model.score(["my new dress and boots #ootd"])[0, 0] > 0.5
    assert store.get("cascades", "twice")["label_set_id"] == "set_1"


def test_an_unknown_cascade_is_an_error_that_lists_the_known_ones(store):
    save_cascade(store, "twice", slow="minilm")
    with pytest.raises(ModelError, match="no cascade 'once'; there are: twice"):
        load_model("cascade:once", store=store)
    with pytest.raises(ModelError, match="give load_model the store"):
        load_model("cascade:once")
