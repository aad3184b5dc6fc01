"""Whether labels are enough to tell that other thresholds would be better.

A move of thresholds changes the verdicts of some posts only, and only their labels say whether
the move is right: it is when more than half of the changed verdicts are. (For the best F1 rather
than the most right verdicts, half of the F1 reached takes the place of one half: Lipton, Elkan
and Naryanaswamy 2014, arXiv:1402.1892.)
"""

import math
from dataclasses import dataclass
from typing import Literal

from scipy import stats

from tfw.relevance.intervals import Bools, Interval, Z, share
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.thresholds import Thresholds

BREAK_EVEN = 0.5
POWER = 0.8
LABEL_STEPS = (-0.2, -0.1, 0.1, 0.2)
TERM_STEPS = (-1, 1)
# More labels than anybody gives: the move is as good as the present thresholds.
TOO_MANY = 10_000
Answer = Literal["better", "worse", "open"]


@dataclass(frozen=True)
class Move:
    """What labels say about a move of thresholds.

    ``changed`` labelled posts get another verdict, of which ``right`` are then right; ``share`` is
    that share with its interval. ``more_among_changed`` is how many further labels, of posts whose
    verdict the move changes, would settle it with a chance of 80 %; ``more_at_random`` the same
    when posts are drawn from all. Both are None where it is settled, where nothing changes, or
    where the two are so close that no number would do.
    """

    new: Thresholds
    changed: int
    right: int
    share: Interval | None
    answer: Answer
    more_among_changed: int | None
    more_at_random: int | None


def settle(
    columns: ScoreColumns,
    truth: Bools,
    old: Thresholds,
    new: Thresholds,
    break_even: float = BREAK_EVEN,
) -> Move:
    """What the labels of posts say about moving from some thresholds to others.

    Args:
        columns: the scores of labelled posts.
        truth: whether each of them is about fashion.
        old: the present thresholds.
        new: the other ones.
        break_even: the share of right changes above which the move is better.
    """
    verdicts = columns.verdicts(new)
    differs = verdicts != columns.verdicts(old)
    changed, right = int(differs.sum()), int((verdicts == truth)[differs].sum())
    found = share(right, changed)
    answer = _answer(found, break_even)
    needed = None
    if answer == "open" and found is not None:
        needed = _labels_needed(found.value, break_even, changed)
    return Move(
        new=new,
        changed=changed,
        right=right,
        share=found,
        answer=answer,
        more_among_changed=needed,
        more_at_random=needed and math.ceil(needed * len(truth) / changed),
    )


def moves(columns: ScoreColumns, truth: Bools, thresholds: Thresholds) -> tuple[Move, ...]:
    """What the labels say about a step up or down with either threshold."""
    labels = [round(thresholds.label + step, 2) for step in LABEL_STEPS]
    terms = [thresholds.vocabulary + step for step in TERM_STEPS]
    others = [thresholds.model_copy(update={"label": new}) for new in labels if 0 < new < 1]
    others += [thresholds.model_copy(update={"vocabulary": new}) for new in terms if new >= 0]
    return tuple(settle(columns, truth, thresholds, new) for new in others)


def _answer(found: Interval | None, break_even: float) -> Answer:
    if found is None or found.low <= break_even <= found.high:
        return "open"
    return "better" if found.low > break_even else "worse"


def _labels_needed(rate: float, break_even: float, already: int) -> int | None:
    """How many more labels tell a share from the break-even one, by the usual normal formula.

    Fleiss, J. L., Levin, B. and Paik, M. C. (2003). Statistical Methods for Rates and Proportions,
    3rd edition, section 2.3 (one sample, two-sided 5 %, power 80 %).
    """
    distance = abs(rate - break_even)
    if distance == 0:
        return None
    spread = Z * math.sqrt(break_even * (1 - break_even))
    spread += float(stats.norm.ppf(POWER)) * math.sqrt(rate * (1 - rate))
    more = max(math.ceil((spread / distance) ** 2) - already, 1)
    return more if more <= TOO_MANY else None
