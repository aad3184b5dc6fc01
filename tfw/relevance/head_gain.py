"""Training a head on the labels in the database, and what it gains over the present label score."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from tfw.bulk import read_by_id
from tfw.errors import InputError
from tfw.relevance.head import COLLECTION, Floats, Head, train_head
from tfw.relevance.intervals import Bools
from tfw.relevance.labels import Rule, label_set_id, random_sample, read_labels, truth
from tfw.relevance.score import caption_of
from tfw.relevance.thresholds import Thresholds

if TYPE_CHECKING:
    from tfw.store import Store

RESAMPLES = 1_000
LEVEL = 95.0
HEAD_THRESHOLD = 0.5
FIELDS = {"description": 1, "hashtags": 1, "relevance.label": 1, "relevance.model": 1}


class Gain(NamedTuple):
    """One measure of the stored label score and of the head, and the difference's interval.

    The head's value is the mean over repeats of cross-validation. The interval of the difference
    is a 95 % percentile bootstrap over posts (Efron 1979), the same posts for both.
    """

    measure: str
    stored: float
    head: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """What the head is better by; below 0 it is worse."""
        return self.head - self.stored

    @property
    def in_words(self) -> str:
        """Whether the labels can tell the two apart."""
        if self.low > 0:
            return "better"
        return "worse" if self.high < 0 else "not told apart"


@dataclass(frozen=True)
class HeadTraining:
    """A head that was trained on labels, and what it gains on texts that it had not seen."""

    head: Head
    gains: tuple[Gain, ...]
    compared: int
    cautions: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"head:{self.head.name}, trained on {self.head.figures.texts:,} labelled posts"]
        lines += [
            f"{gain.measure}: {gain.stored:.3f} stored label score, {gain.head:.3f} head, "
            f"difference {gain.difference:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})"
            for gain in self.gains
        ]
        return "\n".join([*lines, *self.cautions])


def train_on_labels(
    store: "Store",
    name: str,
    *,
    thresholds: Thresholds | None = None,
    rule: Rule = "all",
    seed: int = 0,
    save: bool = True,
) -> HeadTraining:
    """A head trained on the settled labels of the database, and its gain.

    Use it with ``score_posts(store, model="head:NAME")``. About 300 posts a second.

    Args:
        store: the database.
        name: of the head; one of the same name is replaced.
        thresholds: with whose label threshold the stored label score is measured; the head is
            measured with 0.5.
        rule: how labels of several coders are settled (:func:`tfw.relevance.labels.truth`).
        seed: of the folds and the resamples.
        save: whether the head is kept in the database.

    Raises:
        InputError: fewer than 5 settled labels of either kind, or a name that cannot be one.
    """
    labels = read_labels(store)
    answers = truth(labels, rule).dropna()
    posts = {
        post["_id"]: post for post in read_by_id(store.database["posts"], answers.index, FIELDS)
    }
    known = [str(id_) for id_ in answers.index if id_ in posts]
    about = answers.loc[known].to_numpy(dtype=np.bool_)
    used = labels[labels["post_id"].isin(known)]
    head = train_head(
        [caption_of(posts[id_]) for id_ in known],
        about.tolist(),
        name=name,
        label_set_id=label_set_id(used),
        seed=seed,
    )
    scored = [posts[id_].get("relevance") or {} for id_ in known]
    has_score = np.array(["model" in one for one in scored], dtype=np.bool_)
    stored = np.array([one.get("label", np.nan) for one in scored], dtype=np.float64)
    training = HeadTraining(
        head,
        _gains(head, about, stored, has_score, thresholds or Thresholds(), seed),
        int(has_score.sum()),
        tuple(_cautions(store, used, scored, about, has_score)),
    )
    if save:
        head.save(store)
    return training


def _gains(
    head: Head,
    truth: Bools,
    stored: Floats,
    has_score: Bools,
    limits: Thresholds,
    seed: int,
) -> tuple[Gain, ...]:
    """The gain in F1 and in area under the curve, on the labelled posts that have both."""
    if head.held_out is None:
        raise InputError(f"The head {head.name!r} was loaded; only a training knows its gain.")
    about, predicted = truth[has_score], head.held_out[:, has_score]
    if about.all() or not about.any():
        return ()
    # A post without words has the least label score, as in the evaluation.
    scores = np.nan_to_num(stored[has_score], nan=-1.0)
    return (
        _gain(
            "F1", lambda t, s: _f1(t, s > limits.label), _f1_of_head, about, scores, predicted, seed
        ),
        _gain("AUC", _area, _area, about, scores, predicted, seed),
    )


Measure = Callable[[Bools, Floats], float]


def _gain(
    name: str,
    of_stored: Measure,
    of_head: Measure,
    truth: Bools,
    stored: Floats,
    predicted: Floats,
    seed: int,
) -> Gain:
    draw = np.random.default_rng(seed)
    yes, no = np.flatnonzero(truth), np.flatnonzero(~truth)
    differences = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        # Within both kinds, so that each resample has both.
        rows = np.concatenate([draw.choice(yes, len(yes)), draw.choice(no, len(no))])
        one = predicted[number % len(predicted)]
        differences[number] = of_head(truth[rows], one[rows]) - of_stored(truth[rows], stored[rows])
    low, high = np.percentile(differences, [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
    head = float(np.mean([of_head(truth, one) for one in predicted]))
    return Gain(name, of_stored(truth, stored), head, float(low), float(high))


def _f1(truth: Bools, said: Bools) -> float:
    return float(2 * (truth & said).sum() / max(truth.sum() + said.sum(), 1))


def _f1_of_head(truth: Bools, scores: Floats) -> float:
    return _f1(truth, scores > HEAD_THRESHOLD)


def _area(truth: Bools, scores: Floats) -> float:
    """The area under the ROC curve from ranks (Mann and Whitney 1947)."""
    yes, no = int(truth.sum()), int((~truth).sum())
    return float((rankdata(scores)[truth].sum() - yes * (yes + 1) / 2) / (yes * no))


def _cautions(
    store: "Store",
    labels: pd.DataFrame,
    scored: list[dict[str, object]],
    truth: Bools,
    has_score: Bools,
) -> "list[str]":
    """What makes the comparison less than it looks."""
    found = []
    if not has_score.all():
        found.append(f"{int((~has_score).sum()):,} labelled posts have no scores to compare with.")
    if has_score.any() and len(set(truth[has_score])) == 1:
        found.append("All labelled posts with scores have the same label, so there is no gain yet.")
    models = {str(one["model"]) for one in scored if "model" in one}
    heads = {str(one["_id"]) for one in store.database[COLLECTION].find({}, {"_id": 1})}
    if models & heads:
        found.append(
            f"The stored label scores come from the head {sorted(models & heads)[0]!r}, which may "
            "have learnt some of these labels, so they look better than they are."
        )
    at_random = random_sample(labels)["post_id"].nunique()
    if at_random < labels["post_id"].nunique():
        found.append(
            f"{at_random:,} of {labels['post_id'].nunique():,} posts were drawn at random; the "
            "figures speak of the labelled posts, not of the collection."
        )
    return found
