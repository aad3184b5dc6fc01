"""Verdicts against labels, with intervals; the replaced program's word list beside them.

Reads labelled captions and tweets from ../shared/data, which is not part of the project; without
them there is nothing to measure and the benchmark says so.
"""

import argparse
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from tfw.relevance.evaluate import Evaluation, evaluate
from tfw.relevance.intervals import Interval, area_under_curve, wilson
from tfw.relevance.models import load_model
from tfw.relevance.quality import Quality
from tfw.relevance.score import Scorer
from tfw.relevance.vocabulary import default_vocabulary

SHARED = Path(__file__).resolve().parents[1] / "../shared/data"
SEEDS = 10
# Terms beyond three say nothing more about a caption.
MOST_TERMS = 3


def scores(scorer: Scorer, table: pd.DataFrame) -> pd.DataFrame:
    """Label scores, numbers of terms and verdicts, by the id of each text."""
    posts = [{"_id": row.id, "description": row.text} for row in table.itertuples()]
    found = scorer.score(posts)
    columns = {
        "label": [one.label for one in found],
        "vocabulary": [one.vocabulary for one in found],
        "verdict": [one.verdict for one in found],
        "description": list(table.text),
    }
    return pd.DataFrame(columns, index=pd.Index(table.id)).astype({"label": "float64"})


def replaced_list(texts: pd.Series) -> np.ndarray:
    """Numbers of words that stand in the replaced program's list: all hashtags and brands."""
    listed: set[str] = set()
    for name in ("unique_hashtags.csv", "unique_brands.csv"):
        listed |= set(pd.read_csv(SHARED / "instagram" / name, dtype=str).iloc[:, 0].dropna())
    return np.array([len(listed & set(re.findall(r"\w+", text.lower()))) for text in texts])


def line(rule: Quality, area: Interval | None) -> str:
    """A row of the table: value and 95 % interval of each measure."""
    cells = (rule.precision, rule.recall, rule.f1, area)
    return f"{rule.name:34}" + "".join(f"{cell!s:>22}" for cell in cells)


def rules(found: Evaluation, scored: pd.DataFrame, truth: np.ndarray, old: np.ndarray) -> None:
    """Print the verdict, each score alone, and the replaced program's list."""
    verdict, label, terms = found.rules
    both = scored["label"].fillna(0) + np.minimum(scored["vocabulary"], MOST_TERMS) / 2
    heads = ("precision", "recall", "F1", "AUC")
    print(f"{verdict.posts} captions, fashion or not".ljust(34), *(f"{h:>21}" for h in heads))
    print(line(verdict, area_under_curve(truth, both.to_numpy(dtype=float))))
    print(line(label, found.areas["label"]))
    print(line(terms, found.areas["vocabulary"]))
    listed = Quality.of("replaced program's list, > 1 word", old > 1, truth)
    print(line(listed, area_under_curve(truth, old.astype(float))))


def spread(scored: pd.DataFrame, truth: pd.Series) -> str:
    """F1 and AUC over halves of the captions drawn with ten seeds: least, median, most."""
    halves = [evaluate(scored, truth.sample(frac=0.5, random_state=seed)) for seed in range(SEEDS)]
    f1 = np.sort([half.verdict.f1.value for half in halves if half.verdict.f1])
    area = np.sort([half.areas["label"].value for half in halves if half.areas["label"]])
    return (
        f"halves drawn with {SEEDS} seeds: F1 {f1[0]:.3f} {np.median(f1):.3f} {f1[-1]:.3f}, "
        f"label AUC {area[0]:.3f} {np.median(area):.3f} {area[-1]:.3f} (least, median, most)"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="minilm", help="a label model by name")
    if not SHARED.is_dir():
        sys.exit("quality: the labelled captions are not beside this checkout, nothing to measure")
    scorer = Scorer(default_vocabulary(), load_model(parser.parse_args().model))
    gold = pd.read_csv(SHARED / "gold/captions.csv", dtype=str, keep_default_na=False)
    tweets = pd.read_csv(SHARED / "tweets/tweets.csv", dtype=str, keep_default_na=False)
    judged = gold[gold.label.isin(["F", "N"])]
    truth = pd.Series((judged.label == "F").to_numpy(), index=judged.id)
    scored = scores(scorer, judged)
    found = evaluate(scored, truth)
    rules(found, scored, truth.to_numpy(), replaced_list(judged.text))
    print(spread(scored, truth))
    if found.calibration:
        brier, error = found.calibration.brier, found.calibration.error
        print(f"label score as a probability: Brier {brier}, calibration error {error}")
    for kind, name in (("B", "beauty only"), ("U", "cannot be told")):
        called = scores(scorer, gold[gold.label == kind])["verdict"]
        print(f"{name}: {wilson(int(called.sum()), len(called))} called fashion")
    ordinary = tweets[tweets.is_fashion == "0"].rename_axis("row").reset_index()
    ordinary = ordinary.assign(id=ordinary.index.astype(str))
    called = scores(scorer, ordinary)["verdict"]
    alarms = wilson(int(called.sum()), len(called))
    print(
        f"ordinary tweets called fashion: {alarms.value:.1%} ({alarms.low:.1%} to "
        f"{alarms.high:.1%}) of {len(called)}"
    )


if __name__ == "__main__":
    main()
