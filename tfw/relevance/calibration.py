"""Whether label scores mean what they say: of posts with a score of 0.7, 70 % about fashion."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import brier_score_loss

from tfw.relevance.intervals import Bools, Floats, Interval, mean, wilson

Places = npt.NDArray[np.int64]

BINS = 10
RESAMPLES = 1_000


@dataclass(frozen=True)
class Calibration:
    """How label scores compare with the shares of fashion posts.

    ``bins`` has a row for each tenth of the scale that has posts: low, high, posts, mean_score,
    fashion, share, share_low, share_high. ``brier`` is the mean squared distance between score
    and truth (Brier 1950; 0 is perfect, always saying 0.5 gives 0.25). ``error`` is the expected
    calibration error: the mean distance between score and share over the bins, weighted by posts
    (Naeini, Cooper and Hauskrecht 2015). With few posts in a bin it is too large by chance.
    """

    posts: int
    bins: pd.DataFrame
    brier: Interval
    error: Interval


def calibration(truth: Bools, scores: Floats, bins: int = BINS, seed: int = 1) -> Calibration:
    """The calibration of scores between 0 and 1 against what the posts are; nan is left out.

    Raises:
        ValueError: no post has a score.
    """
    known = ~np.isnan(scores)
    truth, scores = truth[known], scores[known]
    squared = mean((truth - scores) ** 2, seed)
    if squared is None:
        raise ValueError("calibration needs posts with a score")
    places = np.minimum((scores * bins).astype(np.int64), bins - 1)
    low, high = np.percentile(_resampled_errors(truth - scores, places, bins, seed), [2.5, 97.5])
    return Calibration(
        posts=len(truth),
        bins=_bins(truth, scores, places, bins),
        brier=squared._replace(value=float(brier_score_loss(truth, scores))),
        error=Interval(_error(truth - scores, places, bins), float(low), float(high)),
    )


def _error(gaps: Floats, places: Places, bins: int) -> float:
    return float(np.abs(np.bincount(places, gaps, minlength=bins)).sum() / len(gaps))


def _resampled_errors(gaps: Floats, places: Places, bins: int, seed: int) -> list[float]:
    draw = np.random.default_rng(seed)
    samples = (draw.integers(0, len(gaps), len(gaps)) for _ in range(RESAMPLES))
    return [_error(gaps[chosen], places[chosen], bins) for chosen in samples]


def _bins(truth: Bools, scores: Floats, places: Places, bins: int) -> pd.DataFrame:
    rows = []
    for place in np.unique(places):
        inside = places == place
        posts, fashion = int(inside.sum()), int(truth[inside].sum())
        rows.append(
            {
                "low": place / bins,
                "high": (place + 1) / bins,
                "posts": posts,
                "mean_score": float(scores[inside].mean()),
                "fashion": fashion,
                **dict(
                    zip(("share", "share_low", "share_high"), wilson(fashion, posts), strict=True)
                ),
            }
        )
    return pd.DataFrame(rows)
