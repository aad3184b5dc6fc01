import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tfw.errors import ModelError
from tfw.relevance import models
from tfw.relevance.models import EmbeddingModel, ZeroShotModel, load_model

CAPTIONS = [
    "my outfit for today, new dress and boots",
    "we won the match, what a goal",
    "",
    "how to bake bread at home with three ingredients only and no oven at all, step by step",
    "👗👗",
    "ootd",
]


@pytest.fixture(scope="module")
def minilm() -> EmbeddingModel:
    return EmbeddingModel()


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory) -> Path:
    """A small natural language inference model with random weights, as a folder on disk."""
    torch = pytest.importorskip("torch")
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers.models import WordLevel
    from tokenizers.processors import TemplateProcessing
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
    )

    words = sorted({w for text in CAPTIONS for w in text.replace(",", " , ").split()})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "This", "text", "is", "about", "fashion", "."]
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys([*special, *words]))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    folder = tmp_path_factory.mktemp("tiny-nli")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    ).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.6,
        num_labels=3,
        id2label={0: "contradiction", 1: "neutral", 2: "entailment"},
        label2id={"contradiction": 0, "neutral": 1, "entailment": 2},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


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
        models.check_sha256(path, models.MINILM_WEIGHTS)


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
    scores = load_model(str(tiny_model)).score(texts, labels)
    judged = [i for i, text in enumerate(texts) if models.has_content(text)]
    np.testing.assert_allclose(scores[judged], np.array(expected)[judged], atol=1e-3)
    assert np.ptp(scores[judged]) > 0.05  # the comparison is not one of constants


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
