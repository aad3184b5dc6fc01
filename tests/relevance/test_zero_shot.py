import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.relevance.tiny_nli import CAPTIONS, make_tiny_model
from tfw.errors import ModelError
from tfw.relevance import models
from tfw.relevance.models import load_model
from tfw.relevance.zero_shot import ZeroShotModel

pytest.importorskip("torch")


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny-nli"))


def test_zero_shot_scores_equal_those_of_the_transformers_pipeline(tiny_model):
    from transformers import pipeline

    texts = [text for text in CAPTIONS if text]
    labels = ["fashion", "bread", "match"]
    reference = pipeline("zero-shot-classification", model=str(tiny_model))(
        texts, labels, hypothesis_template="This text is about {}.", multi_label=True
    )
    expected = [
        [dict(zip(r["labels"], r["scores"], strict=True))[label] for label in labels]
        for r in reference
    ]
    scores = ZeroShotModel(str(tiny_model), "float32").score(texts, labels)
    judged = [i for i, text in enumerate(texts) if models.has_content(text)]
    np.testing.assert_allclose(scores[judged], np.array(expected)[judged], atol=1e-3)
    assert np.ptp(scores[judged]) > 0.05  # the comparison is not one of constants


def test_contrast_labels_compete_as_in_the_pipeline(tiny_model):
    from transformers import pipeline

    texts = [text for text in CAPTIONS if models.has_content(text)]
    labels, contrast = ["fashion", "bread"], ["match", "home"]
    reference = pipeline("zero-shot-classification", model=str(tiny_model))(
        texts, [*labels, *contrast], hypothesis_template="This text is about {}."
    )
    expected = [
        [dict(zip(r["labels"], r["scores"], strict=True))[label] for label in labels]
        for r in reference
    ]
    model = ZeroShotModel(str(tiny_model), "float32")
    np.testing.assert_allclose(model.score(texts, labels, contrast=contrast), expected, atol=1e-3)


def test_the_fastest_precision_keeps_the_scores(tiny_model):
    exact = ZeroShotModel(str(tiny_model), "float32")
    fastest = ZeroShotModel(str(tiny_model))
    texts = [text for text in CAPTIONS if models.has_content(text)]
    np.testing.assert_allclose(fastest.score(texts), exact.score(texts), atol=2e-2)
    assert fastest.precision in ("float32", "bfloat16", "float16", "int8")


def test_a_text_given_twice_is_read_once(tiny_model, monkeypatch):
    model = ZeroShotModel(str(tiny_model), "float32")
    read: list[int] = []
    run = model._run
    monkeypatch.setattr(model, "_run", lambda m, batch: (read.append(len(batch)), run(m, batch))[1])
    scores = model.score([CAPTIONS[0], CAPTIONS[1], CAPTIONS[0]])
    assert sum(read) == 2
    assert scores[0, 0] == scores[2, 0] != scores[1, 0]


def test_a_text_longer_than_the_model_reads_is_cut(tiny_model):
    scores = ZeroShotModel(str(tiny_model), "float32").score(["bread at home " * 2_000])
    assert np.isfinite(scores).all()


def test_no_texts_give_no_scores(tiny_model):
    model = ZeroShotModel(str(tiny_model), "float32")
    assert model.score([]).shape == (0, 1)
    assert np.isnan(model.score(["", "!"])).all()


def test_the_key_names_the_weights_and_the_precision(tiny_model, tmp_path):
    import torch

    one = ZeroShotModel(str(tiny_model), "float32")
    assert one.key == ZeroShotModel(str(tiny_model), "float32").key
    with torch.no_grad():
        next(one._model.parameters()).add_(0.01)
    one._model.save_pretrained(tmp_path)
    for file in tiny_model.glob("token*"):
        shutil.copy(file, tmp_path)
    other = ZeroShotModel(str(tmp_path), "float32")
    assert other.key.replace(str(tmp_path), "") != one.key.replace(str(tiny_model), "")
    assert ZeroShotModel(str(tiny_model), "bfloat16").key.endswith("bfloat16")


def test_one_empty_caption_does_not_spoil_the_others(tiny_model):
    scores = ZeroShotModel(str(tiny_model)).score(CAPTIONS)
    assert np.isnan(scores[2, 0])
    assert np.isfinite(scores[0, 0])


def test_a_model_without_entailment_is_refused_with_the_reason(tiny_model, tmp_path):
    folder = tmp_path / "unnamed"
    shutil.copytree(tiny_model, folder)
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}
    config["label2id"] = {"LABEL_0": 0, "LABEL_1": 1, "LABEL_2": 2}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=r"not a zero-shot model.*label_0.*'entailment'"):
        load_model(str(folder))
