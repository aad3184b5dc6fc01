"""How far coders agree, beyond what chance would give.

Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
Measurement 20, 37-46.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import pandas as pd
from sklearn.metrics import cohen_kappa_score

from tfw.errors import InputError
from tfw.relevance.intervals import Interval, wilson
from tfw.relevance.labels import ADJUDICATED, LabelValue, check_label_table


@dataclass(frozen=True)
class Agreement:
    """How two coders agree on the posts that both labelled.

    ``table`` counts posts, with the first coder's labels as rows and the second's as columns;
    ``kappa`` is None where chance alone would explain all agreement (both used one label only).
    """

    first: str
    second: str
    posts: int
    same: Interval
    kappa: Interval | None
    table: pd.DataFrame
    disagreements: tuple[str, ...]

    def __str__(self) -> str:
        kappa = f"kappa {self.kappa}" if self.kappa else "kappa not defined (one label only)"
        return (
            f"{self.first} and {self.second}: {kappa}, the same label on {self.same.value:.0%} of "
            f"{self.posts:,} posts"
        )


def agreement(
    labels: pd.DataFrame,
    first: str | None = None,
    second: str | None = None,
    *,
    unsure: bool = True,
) -> Agreement:
    """How two coders agree: share of equal labels, Cohen's kappa, their table, disagreements.

    Args:
        labels: with the columns post_id, coder and label; one row for a post and coder.
        first: a coder; the two may be left out when there are only two.
        second: another coder.
        unsure: whether ``unsure`` is a label like the others; False leaves out posts that either
            coder was unsure of, which makes agreement look better.

    Raises:
        InputError: no such coders, or no post that both labelled.
    """
    check_label_table(labels)
    first, second = _coders(labels, first, second)
    both = _side_by_side(labels, first, second)
    if not unsure:
        both = both[(both != LabelValue.UNSURE).all(axis=1)]
    if both.empty:
        raise InputError(
            f"No post was labelled by both {first!r} and {second!r}. Agreement needs posts that "
            "two coders labelled independently."
        )
    equal = both[first] == both[second]
    same = wilson(int(equal.sum()), len(both))
    order = [value for value in LabelValue if (both == value).any(axis=None)]
    table = pd.crosstab(both[first], both[second]).reindex(index=order, columns=order, fill_value=0)
    return Agreement(
        first, second, len(both), same, _kappa(both, same), table, tuple(both.index[~equal])
    )


def agreements(labels: pd.DataFrame, *, unsure: bool = True) -> list[Agreement]:
    """The agreement of every two coders that labelled posts in common, the most posts first."""
    return sorted(_pairs(labels, unsure), key=lambda found: -found.posts)


def _pairs(labels: pd.DataFrame, unsure: bool) -> Iterator[Agreement]:
    check_label_table(labels)
    for first, second in combinations(_people(labels), 2):
        both = _side_by_side(labels, first, second)
        if not unsure:
            both = both[(both != LabelValue.UNSURE).all(axis=1)]
        if len(both):
            yield agreement(labels, first, second, unsure=unsure)


def _kappa(both: pd.DataFrame, same: Interval) -> Interval | None:
    """Kappa, with Wilson's interval of the observed agreement carried over.

    Like Cohen's own standard error it takes the agreement by chance as known; unlike it, it has a
    width when two coders agree on every post.
    """
    first, second = (both[name].value_counts(normalize=True) for name in both.columns)
    by_chance = float(first.mul(second, fill_value=0).sum())
    if by_chance == 1:
        return None
    low, high = (max((bound - by_chance) / (1 - by_chance), -1.0) for bound in same[1:])
    value = float(cohen_kappa_score(both.iloc[:, 0], both.iloc[:, 1]))
    return Interval(value, low, high)


def _coders(labels: pd.DataFrame, first: str | None, second: str | None) -> tuple[str, str]:
    known = sorted(set(labels["coder"].astype(str)))
    people = _people(labels)
    if first is None and second is None and len(people) == 2:
        return people[0], people[1]
    if first is None or second is None or first == second or not {first, second} <= set(known):
        raise InputError(
            f"Agreement needs two different coders, not {first!r} and {second!r}. Coders of these "
            f"labels: {', '.join(known) or 'none'}."
        )
    return first, second


def _people(labels: pd.DataFrame) -> list[str]:
    """The coders; who adjudicates has seen the others' labels and does not agree with anybody."""
    return sorted(set(labels["coder"].astype(str)) - {ADJUDICATED})


def _side_by_side(labels: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    named = labels.assign(
        post_id=labels["post_id"].astype(str),
        coder=labels["coder"].astype(str),
        label=labels["label"].astype(str),
    )
    named = named[named["coder"].isin([first, second])].drop_duplicates(
        ["post_id", "coder"], keep="last"
    )
    wide = named.pivot(index="post_id", columns="coder", values="label")
    return wide.reindex(columns=[first, second]).dropna()
