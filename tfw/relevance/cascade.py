"""A fast model for the clear texts, and a slow one for the doubtful texts only.

The order of work: a text that was seen before is not judged again (the cache of scoring, see
:mod:`tfw.relevance.score_cache`); vocabulary and embeddings give the fast score together
(:mod:`tfw.relevance.minilm`); the slow model judges what lies in the grey band between the edges.
The edges come from labels: outside them the fast model is wrong no more often than allowed
(Viola and Jones 2001 built such a chain for images).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tfw.errors import InputError, ModelError
from tfw.relevance.models import (
    DEFAULT_LABELS,
    DEFAULT_MODEL,
    DEFAULT_TEMPLATE,
    LabelModel,
    Scores,
    load_model,
    texts_for,
)

if TYPE_CHECKING:
    from tfw.store import Store

Flags = npt.NDArray[np.bool_]

COLLECTION = "cascades"
DEFAULT_SLOW = "facebook/bart-large-mnli"
# Of wrong answers on either side of the band.
ALLOWED_ERRORS = 0.05


@dataclass(frozen=True)
class Band:
    """The scores of the fast model that are not trusted: ``low`` to ``high``, both included."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= 1:
            raise InputError(
                f"The grey band is {self.low} to {self.high}; it needs 0 <= low <= high <= 1."
            )

    def has(self, scores: Scores) -> Flags:
        """Which scores lie in the band; nan lies in none."""
        return np.asarray((scores >= self.low) & (scores <= self.high))


# Chosen on no labels: a text is clear when the odds are four to one.
DEFAULT_BAND = Band(0.2, 0.8)


class CascadeModel:
    """Two label models behind the interface of one."""

    reads_captions = True

    def __init__(self, fast: LabelModel, slow: LabelModel, band: Band = DEFAULT_BAND) -> None:
        self.fast, self.slow, self.band = fast, slow, band

    @property
    def name(self) -> str:
        """Both names."""
        return f"cascade({self.fast.name}, {self.slow.name})"

    @property
    def key(self) -> str:
        """Both models and the band."""
        return f"cascade({self.fast.key}, {self.slow.key}, {self.band.low}, {self.band.high})"

    def score(
        self,
        texts: Sequence[str],
        labels: Sequence[str] = DEFAULT_LABELS,
        template: str = DEFAULT_TEMPLATE,
        *,
        contrast: Sequence[str] = (),
        progress: bool = False,
    ) -> Scores:
        """Probabilities of shape (texts, labels); a text is doubtful when any label of it is."""
        scores = self.fast.score(
            texts_for(self.fast, texts), labels, template, contrast=contrast, progress=progress
        )
        doubtful = np.flatnonzero(self.band.has(scores).any(axis=1)).tolist()
        if doubtful:
            chosen = texts_for(self.slow, [texts[i] for i in doubtful])
            slow = self.slow.score(chosen, labels, template, contrast=contrast, progress=progress)
            # What is left of a caption may be nothing to the slow model: the fast score stays.
            scores[doubtful] = np.where(np.isnan(slow), scores[doubtful], slow)
        return scores


def choose_band(
    scores: Sequence[float], truth: Sequence[bool], *, errors: float = ALLOWED_ERRORS
) -> Band:
    """The narrowest band outside which the fast model errs no more often than allowed.

    Args:
        scores: of the fast model on labelled texts.
        truth: their labels.
        errors: the share of wrong answers allowed below the band, and above it.

    Raises:
        InputError: no labels of one kind, or as many scores as labels are not there.
    """
    values, answers = np.asarray(scores, dtype=float), np.asarray(truth, dtype=bool)
    if len(values) != len(answers) or not answers.any() or answers.all():
        raise InputError(
            f"A band needs labels of both kinds and one score each; there are {len(values)} "
            f"scores, {int(answers.sum())} labels with yes and {int((~answers).sum())} with no."
        )
    order = np.argsort(values, kind="stable")
    values, answers = values[order], answers[order]
    places = np.arange(1, len(values) + 1)
    below = _last_true(np.cumsum(answers) / places <= errors)
    above = _last_true(np.cumsum(~answers[::-1]) / places <= errors)
    low = float(values[below]) if below < len(values) else 1.0
    high = float(values[::-1][above]) if above < len(values) else 0.0
    # Without overlap the fast model alone is good enough; the middle stays as a band of no width.
    return Band(low, high) if low <= high else Band((low + high) / 2, (low + high) / 2)


def _last_true(holds: Flags) -> int:
    """How many texts from this side are clear: up to the last place where the condition holds."""
    found = np.flatnonzero(holds)
    return int(found[-1]) + 1 if len(found) else 0


def save_cascade(
    store: "Store",
    name: str,
    *,
    slow: str = DEFAULT_SLOW,
    fast: str = DEFAULT_MODEL,
    band: Band = DEFAULT_BAND,
    label_set_id: str | None = None,
) -> None:
    """Keep the settings of a cascade, so that ``load_model("cascade:NAME")`` finds it.

    Args:
        store: the database.
        name: what to load it by.
        slow: the model for doubtful texts, by its name for ``load_model``.
        fast: the model for all texts.
        band: from :func:`choose_band`.
        label_set_id: the labels that the band was chosen from.
    """
    store.put(
        COLLECTION,
        {
            "_id": name,
            "created_at": datetime.now(UTC),
            "slow": slow,
            "fast": fast,
            "low": band.low,
            "high": band.high,
            "label_set_id": label_set_id,
        },
    )


def load_cascade(name: str, store: "Store | None", precision: str) -> CascadeModel:
    """The cascade of a name; without a name the default model before bart-large-mnli.

    Raises:
        ModelError: there is no cascade of that name, or one of its models cannot be loaded.
    """
    if not name:
        slow = load_model(DEFAULT_SLOW, precision=precision)
        return CascadeModel(load_model(), slow)
    if store is None:
        raise ModelError(f"cascade:{name} is in the database: give load_model the store.")
    found = store.get(COLLECTION, name)
    if found is None:
        names = [str(one["_id"]) for one in store.database[COLLECTION].find({}, {"_id": 1})]
        raise ModelError(
            f"There is no cascade {name!r}; there are: {', '.join(sorted(names)) or 'none'}."
        )
    fast, slow = (
        load_model(found[kind], store=store, precision=precision) for kind in ("fast", "slow")
    )
    return CascadeModel(fast, slow, Band(found["low"], found["high"]))
