"""How good scores and verdicts are, measured against what people said about the posts.

Every number has a 95 % interval (:mod:`tfw.relevance.intervals`). They speak of the posts that
were labelled: labels of posts drawn at random from a collection tell about the collection, labels
of picked posts tell about the pick.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tfw.errors import InputError
from tfw.relevance.agreement import Agreement, agreements
from tfw.relevance.calibration import Calibration, calibration
from tfw.relevance.intervals import Bools, Floats, Interval, area_under_curve
from tfw.relevance.judged import (
    NOT_KNOWN,
    SCORES,
    Labels,
    example_documents,
    judged_posts,
    read_scores,
    settled,
    wrong_verdicts,
)
from tfw.relevance.labels import Rule, label_set_id, read_labels
from tfw.relevance.quality import Quality, in_words, quality_table
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.settling import Move, moves
from tfw.relevance.thresholds import Thresholds

if TYPE_CHECKING:
    from tfw.store import Store

EXAMPLES = 5


@dataclass(frozen=True, repr=False)
class Evaluation:
    """Scores and verdicts measured against labels; a notebook shows it as a page.

    ``rules`` are the verdict and each score alone; ``areas`` how well each score orders the
    posts; ``groups`` the verdict by source and by language; ``false_alarms`` and ``misses``
    documents of posts that the verdict has wrong, the clearest error first.
    """

    thresholds: Thresholds
    rules: tuple[Quality, ...]
    areas: Mapping[str, Interval | None]
    calibration: Calibration | None
    groups: Mapping[str, tuple[Quality, ...]]
    agreements: tuple[Agreement, ...]
    moves: tuple[Move, ...]
    false_alarms: tuple[Mapping[str, Any], ...]
    misses: tuple[Mapping[str, Any], ...]
    unsettled: int
    not_scored: int
    label_set: str | None
    models: tuple[str, ...]

    @property
    def verdict(self) -> Quality:
        """The quality of the verdict."""
        return self.rules[0]

    def table(self) -> pd.DataFrame:
        """Precision, recall, F1 and area of each rule with their intervals, for notebooks."""
        return quality_table(self.rules, "rule")

    def group_table(self, by: str) -> pd.DataFrame:
        """The quality of the verdict for each source or language, for notebooks."""
        return quality_table(self.groups.get(by, ()), by)

    def __str__(self) -> str:
        lines = [f"{self.verdict.posts:,} labelled posts, {self.verdict.fashion:,} about fashion"]
        for rule in self.rules:
            numbers = (("precision", rule.precision), ("recall", rule.recall), ("F1", rule.f1))
            words = "  ".join(f"{name} {in_words(number)}" for name, number in numbers)
            lines.append(f"{rule.name:24} {words}")
        lines += [f"AUC of {name:17} {in_words(area)}" for name, area in self.areas.items()]
        lines += [str(found) for found in self.agreements]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"Evaluation({self.verdict.posts:,} posts, F1 of the verdict {self.verdict.f1})"

    def _repr_html_(self) -> str:
        from tfw.report.evaluation import evaluation_frame

        return evaluation_frame(self)


def evaluate(
    scored: "pd.DataFrame | Store",
    labels: Labels | None = None,
    *,
    thresholds: Thresholds | None = None,
    by: Sequence[str] = ("source", "language"),
    rule: Rule = "all",
    examples: int = EXAMPLES,
) -> Evaluation:
    """Precision, recall, F1, area under the curve and calibration of scores and verdict.

    Args:
        scored: the database; or a table indexed by post id with the columns label and vocabulary,
            and where known statistical, source, language and description.
        labels: a table of labels (post_id, coder, label), or the truth by post id; those in the
            database when not given.
        thresholds: those of the verdict; when not given, those that most of the labelled posts
            were judged with, or the documented ones.
        by: the columns by which the verdict is looked at in parts.
        rule: how labels of several coders are settled (:func:`tfw.relevance.labels.truth`).
        examples: how many false alarms and misses are shown.

    Raises:
        InputError: no labels, or none of a scored post (:class:`NothingToEvaluate`).
    """
    store = None if isinstance(scored, pd.DataFrame) else scored
    if labels is None and store is not None:
        labels = read_labels(store)
    if labels is None or not len(labels):
        raise InputError(
            "There are no labels to evaluate against. Give labels (post_id, coder, label), or "
            "read a file of them with tfw.import_labels(store, 'labels.csv', coder='your name')."
        )
    answers = settled(labels, rule)
    table = scored if isinstance(scored, pd.DataFrame) else read_scores(scored, answers.index)
    judged = judged_posts(table, answers)
    return _evaluation(judged, answers, labels, thresholds, by, examples, store)


def _evaluation(
    judged: pd.DataFrame,
    answers: pd.Series,
    labels: Labels,
    thresholds: Thresholds | None,
    by: Sequence[str],
    examples: int,
    store: "Store | None",
) -> Evaluation:
    truth = judged["truth"].to_numpy(dtype=np.bool_)
    limits = thresholds or _in_force(judged)
    columns = ScoreColumns.from_frame(judged)
    verdicts = columns.verdicts(limits)
    areas = {name: _area(judged, name, truth) for name in SCORES if name in judged.columns}
    coded = labels if isinstance(labels, pd.DataFrame) else None
    wrong = wrong_verdicts(judged, columns, verdicts, truth, limits, examples)
    return Evaluation(
        thresholds=limits,
        rules=_rules(columns, truth, limits, areas),
        areas=areas,
        calibration=_calibration(truth, columns.label),
        groups={name: _groups(judged, name, verdicts, truth) for name in by if name in judged},
        agreements=tuple(agreements(coded)) if coded is not None else (),
        moves=moves(columns, truth, limits),
        false_alarms=example_documents(judged, wrong[0], limits, store),
        misses=example_documents(judged, wrong[1], limits, store),
        unsettled=int(answers.isna().sum()),
        not_scored=int(answers.notna().sum()) - len(judged),
        label_set=label_set_id(coded) if coded is not None else None,
        models=tuple(sorted(set(judged["model"].dropna()))) if "model" in judged else (),
    )


def _in_force(judged: pd.DataFrame) -> Thresholds:
    if "thresholds" not in judged:
        return Thresholds()
    most = dict(judged["thresholds"].value_counts().index[0])
    return Thresholds(label=most["label"], vocabulary=most["vocabulary"], name="in force")


def _rules(
    columns: ScoreColumns,
    truth: Bools,
    limits: Thresholds,
    areas: Mapping[str, Interval | None],
) -> tuple[Quality, ...]:
    by_label, by_terms = columns.above(limits)
    return (
        Quality.of("verdict", by_label | by_terms, truth),
        Quality.of(f"label score > {limits.label:g}", by_label, truth, areas.get("label")),
        Quality.of(f"terms > {limits.vocabulary}", by_terms, truth, areas.get("vocabulary")),
    )


def _area(judged: pd.DataFrame, name: str, truth: Bools) -> Interval | None:
    """A post without words has the least label score; one without counters is left out."""
    scores = _numbers(judged[name])
    if name == "label":
        scores = np.nan_to_num(scores, nan=-1.0)
    known = ~np.isnan(scores)
    return area_under_curve(truth[known], scores[known])


def _numbers(column: pd.Series) -> Floats:
    numbers: Floats = pd.to_numeric(column).to_numpy(dtype=np.float64, na_value=np.nan)
    return numbers


def _calibration(truth: Bools, scores: Floats) -> Calibration | None:
    return None if np.isnan(scores).all() else calibration(truth, scores)


def _groups(judged: pd.DataFrame, name: str, verdicts: Bools, truth: Bools) -> tuple[Quality, ...]:
    """The verdict's quality in each part, the largest first."""
    parts = judged[name].astype("object").where(judged[name].notna(), NOT_KNOWN).astype(str)
    sizes = parts.value_counts()
    return tuple(
        Quality.of(part, verdicts[inside], truth[inside])
        for part in sizes.index
        if (inside := (parts == part).to_numpy()).any()
    )
