"""How each of the three scores is put into bars."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tfw.report.formats import thousands

Score = Literal["statistical", "vocabulary", "label"]

POWERS = (0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, np.inf)
POWER_NAMES = ("0+", "1+", "10+", "100+", "1k+", "10k+", "100k+", "1M+")
MANY_TERMS = 15
LABEL_BINS = 40


class Bins(NamedTuple):
    """How a score is put into bars: where they stand, what they are called, how they count."""

    places: Sequence[float] | Sequence[str] | npt.NDArray[np.float64]
    names: Sequence[str]
    tally: Callable[[pd.Series], npt.NDArray[np.int64]]
    axis: Mapping[str, Any]
    title: str
    unit: str


def _label_bins(scores: pd.Series) -> Bins:
    edges = np.linspace(0, 1, LABEL_BINS + 1)
    return Bins(
        places=(edges[:-1] + edges[1:]) / 2,
        names=[f"{low:.3f} to {high:.3f}" for low, high in pairwise(edges)],
        tally=lambda part: np.histogram(part, edges)[0],
        axis={"range": [0, 1]},
        title="Label score",
        unit="label score (0 to 1)",
    )


def _term_bins(scores: pd.Series) -> Bins:
    most = int(scores.clip(upper=MANY_TERMS).max()) if len(scores) else 0
    places = list(range(most + 1))
    names = [f"{place}+" if place == MANY_TERMS else str(place) for place in places]
    return Bins(
        places=places,
        names=[f"{name} terms" for name in names],
        tally=lambda part: np.bincount(
            part.astype("int64").clip(upper=MANY_TERMS), minlength=most + 1
        ),
        axis={"tickvals": places, "ticktext": names, "range": [-0.6, most + 0.6]},
        title="Vocabulary score",
        unit="different vocabulary terms in a post",
    )


def _power_bins(scores: pd.Series) -> Bins:
    used = max(int(np.searchsorted(POWERS, scores.max(), "right")), 2) if len(scores) else 2
    edges = [f"{thousands(int(edge))}" for edge in POWERS[:-1]]
    names = [f"{low} to under {high}" for low, high in pairwise(edges)] + [f"{edges[-1]} or more"]
    return Bins(
        places=POWER_NAMES[:used],
        names=names[:used],
        tally=lambda part: np.histogram(part, POWERS)[0][:used],
        axis={"type": "category", "tickangle": 0, "showgrid": False},
        title="Statistical score",
        unit="likes, comments, shares and plays a day",
    )


BINS: Mapping[Score, Callable[[pd.Series], Bins]] = {
    "statistical": _power_bins,
    "vocabulary": _term_bins,
    "label": _label_bins,
}
