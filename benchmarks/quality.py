"""Verdicts against labels: the default verdict beside the replaced program's word list.

Reads labelled captions and tweets from ../shared/data, which is not part of the project; without
them there is nothing to measure and the benchmark says so.
"""

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from tfw.relevance.models import load_model
from tfw.relevance.score import Scorer
from tfw.relevance.vocabulary import default_vocabulary

SHARED = Path(__file__).resolve().parents[1] / "../shared/data"


def scores(texts: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Label scores (0 where there is none), numbers of terms, and verdicts."""
    scorer = Scorer(default_vocabulary(), load_model())
    found = scorer.score([{"_id": str(n), "description": text} for n, text in enumerate(texts)])
    labels = np.array([one.label or 0.0 for one in found])
    terms = np.array([one.vocabulary for one in found])
    return labels, terms, np.array([one.verdict for one in found])


def replaced_list(texts: pd.Series) -> np.ndarray:
    """Numbers of words that stand in the replaced program's list: all hashtags and brands."""
    listed: set[str] = set()
    for name in ("unique_hashtags.csv", "unique_brands.csv"):
        listed |= set(pd.read_csv(SHARED / "instagram" / name, dtype=str).iloc[:, 0].dropna())
    return np.array([len(listed & set(re.findall(r"\w+", text.lower()))) for text in texts])


def line(name: str, predicted: np.ndarray, truth: np.ndarray, score: np.ndarray) -> str:
    """Precision, recall, F1 and the area under the curve of the score behind the verdict."""
    hits = (predicted & truth).sum()
    precision, recall = hits / predicted.sum(), hits / truth.sum()
    f1, area = 2 * precision * recall / (precision + recall), roc_auc_score(truth, score)
    return f"{name:34} {precision:9.3f} {recall:7.3f} {f1:7.3f} {area:7.3f}"


def main() -> None:
    """Print the table."""
    if not SHARED.is_dir():
        sys.exit("quality: the labelled captions are not beside this checkout, nothing to measure")
    gold = pd.read_csv(SHARED / "gold/captions.csv", dtype=str, keep_default_na=False)
    tweets = pd.read_csv(SHARED / "tweets/tweets.csv", dtype=str, keep_default_na=False)
    judged = gold[gold.label.isin(["F", "N"])]
    truth = (judged.label == "F").to_numpy()
    labels, terms, verdicts = scores(judged.text)
    old = replaced_list(judged.text)
    print(f"{len(judged)} captions, fashion or not    precision  recall      F1     AUC")
    print(line("default verdict", verdicts, truth, labels + np.minimum(terms, 3) / 2))
    print(line("label score > 0.5 alone", labels > 0.5, truth, labels))
    print(line("more than one term alone", terms > 1, truth, terms))
    print(line("replaced program's list, > 1 word", old > 1, truth, old))
    for kind, name in (("B", "beauty only"), ("U", "cannot be told")):
        print(f"{name}: {scores(gold[gold.label == kind].text)[2].mean():.0%} called fashion")
    ordinary = tweets[tweets.is_fashion == "0"].text
    print(f"ordinary tweets called fashion: {scores(ordinary)[2].mean():.1%} of {len(ordinary)}")


if __name__ == "__main__":
    main()
