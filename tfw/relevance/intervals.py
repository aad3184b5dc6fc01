"""Numbers with their 95 % intervals: shares, F1, areas under the curve, means.

Each method keeps its interval inside the range of the number, and gives it a width even when no
error was seen: 20 right of 20 is not proof that nothing ever goes wrong.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.optimize import brentq
from scipy.special import expit
from sklearn.metrics import roc_auc_score

LEVEL = 0.95
Z = float(stats.norm.ppf(0.5 + LEVEL / 2))
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


class Interval(NamedTuple):
    """A number with its 95 % interval.

    >>> str(Interval(0.929, 0.9, 0.951))
    '0.93 (0.90 to 0.95)'
    """

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def share(found: int, of: int) -> Interval | None:
    """A share as :func:`wilson` has it; None of nothing."""
    return wilson(found, of) if of else None


def wilson(found: int, of: int) -> Interval:
    """A share with Wilson's score interval; ``of`` is at least 1.

    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    Journal of the American Statistical Association 22, 209-212. In closed form, because
    ``scipy.stats.binomtest`` also makes a test of each, some milliseconds of work.
    """
    rate = found / of
    middle = (rate + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = _wilson_half_width(rate, of)
    # Of none and of all, rounding alone would keep the bound from the end of the range.
    low = 0.0 if found == 0 else middle - half
    return Interval(rate, low, 1.0 if found == of else middle + half)


def f1(hits: int, false_alarms: int, misses: int) -> Interval | None:
    """F1 with Wilson's indirect interval; None without a post that is or is called fashion.

    F1 rises with the share of hits among all posts that are fashion or are called so, which is a
    plain share: F1 = 2 J / (1 + J). Its interval is Wilson's, carried over.

    Lam, K. F. Y., Gopal, V. and Qian, J. (2023). Confidence intervals for the F1 score: a
    comparison of four methods. arXiv:2309.14621.
    """
    overlap = share(hits, hits + false_alarms + misses)
    return overlap and Interval(*(2 * j / (1 + j) for j in overlap))


def area_under_curve(truth: Bools, scores: Floats) -> Interval | None:
    """The area under the ROC curve with its interval; None unless both kinds of posts are there.

    It is the chance that a fashion post has a higher score than another one. The interval is
    DeLong's on the logit scale, which keeps it below 1. Where the scores separate the posts
    completely DeLong's has no width, and Newcombe's (method 5) takes its place.

    DeLong, E. R., DeLong, D. M. and Clarke-Pearson, D. L. (1988). Biometrics 44, 837-845, with
    the ranks of Sun, X. and Xu, W. (2014). IEEE Signal Processing Letters 21, 1389-1393.
    Newcombe, R. G. (2006). Statistics in Medicine 25, 559-573.
    """
    fashion, other = int(truth.sum()), int((~truth).sum())
    if not fashion or not other:
        return None
    area = float(roc_auc_score(truth, scores))
    error = math.sqrt(_delong_variance(truth, scores))
    if error == 0 or not 0 < area < 1:
        return Interval(area, *_newcombe(area, fashion, other))
    logit, half = math.log(area / (1 - area)), Z * error / (area * (1 - area))
    return Interval(area, float(expit(logit - half)), float(expit(logit + half)))


def mean(values: Floats, seed: int = 1) -> Interval | None:
    """A mean with its percentile bootstrap interval (Efron 1979; as in ``scipy``); None of nothing.

    The interval of a single value, or of equal ones, has no width.
    """
    if not len(values):
        return None
    value = float(values.mean())
    if np.ptp(values) == 0:
        return Interval(value, value, value)
    found = stats.bootstrap(
        (values,),
        np.mean,
        confidence_level=LEVEL,
        n_resamples=2_000,
        batch=max(1, 2_000_000 // len(values)),
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(value, float(found.low), float(found.high))


def labels_for_half_width(rate: float, half_width: float) -> int:
    """How many labels give a share near ``rate`` an interval of plus or minus ``half_width``.

    Wilson's half-width (as in :func:`share`), solved for the number of labels.
    """
    if _wilson_half_width(rate, 1.0) <= half_width:
        return 1
    many: float = brentq(lambda of: _wilson_half_width(rate, of) - half_width, 1.0, 1e9)
    return math.ceil(many)


def _wilson_half_width(rate: float, of: float) -> float:
    return Z / (1 + Z * Z / of) * math.sqrt(rate * (1 - rate) / of + Z * Z / (4 * of * of))


def _delong_variance(truth: Bools, scores: Floats) -> float:
    """The variance of the area: of each post's own share of the pairs it wins."""
    fashion, other = scores[truth], scores[~truth]
    ranks = stats.rankdata(scores)
    wins = (ranks[truth] - stats.rankdata(fashion)) / len(other)
    losses = (ranks[~truth] - stats.rankdata(other)) / len(fashion)
    return sum(float(part.var(ddof=1)) / len(part) for part in (wins, losses) if len(part) > 1)


def _newcombe(area: float, fashion: int, other: int) -> tuple[float, float]:
    """The areas from which the observed one is as far as chance would put it."""
    typical = (fashion + other) / 2 - 1

    def deviation(true: float) -> float:
        spread = 1 + typical * (1 - true) / (2 - true) + typical * true / (1 + true)
        return (true - area) ** 2 - Z * Z * true * (1 - true) * spread / (fashion * other)

    # Beside 0 and 1, where both sides of the equation vanish.
    inside = min(max(area, 1e-9), 1 - 1e-9)
    low = brentq(deviation, 0.0, inside) if area > 0 else 0.0
    high = brentq(deviation, inside, 1.0) if area < 1 else 1.0
    return float(low), float(high)
