"""A classifier trained on labels of your own: logistic regression over what a text says.

It is stored in the database (collection ``heads``) or in a file with the set of labels it was
trained on and with cross-validated figures, and loaded by name: ``load_model("head:NAME")``.
Nothing that is stored can run code.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from sklearn import metrics
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from tfw.errors import InputError, ModelError
from tfw.relevance.features import BUCKETS, COLUMNS, Features, Matrix, inverse_frequencies, together
from tfw.relevance.models import (
    DEFAULT_LABELS,
    DEFAULT_TEMPLATE,
    Scores,
    check_labels,
    has_content,
)

if TYPE_CHECKING:
    from tfw.store import Store

COLLECTION = "heads"
SUFFIX = ".npz"
# Inverse strength of the penalty on weights, as scikit-learn's C.
FREEDOM = 3.0
FOLDS = 5
REPEATS = 5
FEWEST = FOLDS
# With more rows than this their products take longer than the columns themselves.
MANY_ROWS = 2_000
# Directions this much shorter than the longest one are rounding errors.
SMALLEST = 1e-12
VALUES = ("f1", "precision", "recall", "auc")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """Cross-validated quality: the mean and the standard deviation over repeats of the folds."""

    texts: int
    fashion: int
    mean: dict[str, float]
    spread: dict[str, float]

    def __str__(self) -> str:
        shown = ", ".join(f"{n} {self.mean[n]:.3f} ± {self.spread[n]:.3f}" for n in VALUES)
        return f"{self.texts} labels, {self.fashion} of them yes, {FOLDS} folds: {shown}"


@dataclass(frozen=True)
class Head:
    """A trained classifier, which is a label model for the one label it was trained for.

    ``held_out`` is known right after training only: what heads that had not seen a text of the
    training said of it, shape (repeats, texts).
    """

    name: str
    weights: Floats
    bias: float
    frequencies: npt.NDArray[np.float32]
    features_key: str
    label_set_id: str
    figures: Figures
    label: str = DEFAULT_LABELS[0]
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    features: Features = field(default_factory=Features, repr=False, compare=False)
    held_out: Floats | None = field(default=None, repr=False, compare=False)

    reads_captions = True

    def __post_init__(self) -> None:
        if self.features_key != self.features.key:
            raise ModelError(
                f"The head {self.name!r} was trained with another default model "
                f"({self.features_key}, now {self.features.key}). Train it again."
            )

    @property
    def key(self) -> str:
        """The features, the labels it was trained on, and its weights."""
        digest = hashlib.blake2b(self.weights.tobytes(), digest_size=6).hexdigest()
        return f"head-{self.name}-{self.label_set_id}-{digest}"

    def score(
        self,
        texts: Sequence[str],
        labels: Sequence[str] = DEFAULT_LABELS,
        template: str = DEFAULT_TEMPLATE,
        *,
        contrast: Sequence[str] = (),
        progress: bool = False,
    ) -> Scores:
        """Probabilities of shape (texts, 1); nan where a text has no letter or digit.

        Raises:
            ModelError: other labels than the one it was trained for, or contrast labels.
        """
        check_labels(labels, template, contrast)
        if list(labels) != [self.label] or contrast:
            raise ModelError(
                f"The head {self.name!r} was trained for the label {self.label!r} alone; "
                f"labels are {list(labels)}, contrast labels {list(contrast)}."
            )
        judged = [i for i, text in enumerate(texts) if has_content(text)]
        answers = np.full((len(texts), 1), np.nan, dtype=np.float32)
        if judged:
            dense, found = self.features.of([texts[i] for i in judged], progress)
            rows = together(dense, found, self.frequencies)
            answers[judged, 0] = expit(rows @ self.weights + self.bias)
        return answers

    def to_bytes(self) -> bytes:
        """The head as an NPZ archive: numbers, and one text in JSON."""
        about = {
            "name": self.name,
            "bias": self.bias,
            "features_key": self.features_key,
            "label_set_id": self.label_set_id,
            "figures": asdict(self.figures),
            "label": self.label,
            "created_at": self.created_at.isoformat(),
        }
        # Most n-grams stand in no labelled text, so their numbers are not kept.
        used = np.flatnonzero(self.weights).astype(np.int32)
        known = np.flatnonzero(self.frequencies).astype(np.int32)
        file = io.BytesIO()
        np.savez_compressed(
            file, about=np.array(json.dumps(about)), used=used, weights=self.weights[used],
            known=known, frequencies=self.frequencies[known],
        )  # fmt: skip
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, name: str) -> Self:
        """A head from :meth:`to_bytes`.

        Raises:
            ModelError: it is damaged, or of another default model.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                about = json.loads(str(stored["about"]))
                weights = np.zeros(COLUMNS)
                weights[stored["used"]] = stored["weights"]
                frequencies = np.zeros(BUCKETS, dtype=np.float32)
                frequencies[stored["known"]] = stored["frequencies"]
            about["created_at"] = datetime.fromisoformat(about["created_at"])
            about["figures"] = Figures(**about["figures"])
        except (OSError, ValueError, KeyError, TypeError, IndexError, zipfile.BadZipFile) as error:
            raise ModelError(f"{name} is not a trained head: {error}") from error
        return cls(weights=weights, frequencies=frequencies, **about)

    def save(self, place: "Store | str | Path") -> None:
        """Keep the head in the database under its name, or in a file that ends in .npz."""
        if isinstance(place, str | Path):
            Path(place).with_suffix(SUFFIX).write_bytes(self.to_bytes())
            return
        place.put(
            COLLECTION,
            {
                "_id": self.name,
                "created_at": self.created_at,
                "label_set_id": self.label_set_id,
                "label": self.label,
                "figures": asdict(self.figures),
                "content": self.to_bytes(),
            },
        )


def load_head(name: str, store: "Store | None" = None) -> Head:
    """The trained head of a name in the database, or of a file that ends in .npz.

    Raises:
        ModelError: there is none of that name, with the names that there are.
    """
    if name.endswith(SUFFIX):
        path = Path(name).expanduser()
        if not path.is_file():
            raise ModelError(f"There is no file {path} with a trained head.")
        return Head.from_bytes(path.read_bytes(), path.name)
    if store is None:
        raise ModelError(
            f"head:{name} is in the database: give load_model the store, or name a {SUFFIX} file."
        )
    found = store.get(COLLECTION, name)
    if found is None:
        names = [str(one["_id"]) for one in store.database[COLLECTION].find({}, {"_id": 1})]
        raise ModelError(
            f"There is no trained head {name!r}; there are: {', '.join(sorted(names)) or 'none'}."
        )
    return Head.from_bytes(bytes(found["content"]), f"The head {name!r}")


def train_head(
    texts: Sequence[str],
    truth: Sequence[bool],
    *,
    name: str,
    label_set_id: str | None = None,
    seed: int = 0,
    features: Features | None = None,
    progress: bool = False,
) -> Head:
    """A head trained on labelled captions, with its cross-validated figures.

    Args:
        texts: captions as they were posted.
        truth: whether each is about fashion.
        name: what to load it by; letters, digits, ``-`` and ``_``.
        label_set_id: names the labels; made from their content when not given.
        seed: of the folds.
        features: to share a loaded model; made when not given.
        progress: show a bar while texts are embedded.

    Raises:
        InputError: fewer than 5 texts of either kind, or a name that cannot be one.
    """
    answers = _checked(texts, truth, name)
    features = features or Features()
    dense, found = features.of(texts, progress)
    frequencies = inverse_frequencies(found)
    weights, bias = fit(together(dense, found, frequencies), answers)
    predicted = held_out(dense, found, answers, seed)
    return Head(
        name=name,
        weights=weights,
        bias=bias,
        frequencies=frequencies,
        features_key=features.key,
        label_set_id=label_set_id or _label_set_id(texts, truth),
        figures=_figures(predicted, answers),
        features=features,
        held_out=predicted,
    )


def cross_validated(dense: Matrix, found: Matrix, truth: Floats, seed: int = 0) -> Figures:
    """Figures on texts that the classifier did not see: 5 stratified folds, 5 times over."""
    return _figures(held_out(dense, found, truth, seed), truth)


def held_out(dense: Matrix, found: Matrix, truth: Floats, seed: int = 0) -> Floats:
    """Probabilities of texts by classifiers that did not see them, shape (repeats, texts)."""
    predicted = np.zeros((REPEATS, len(truth)))
    for repeat in range(REPEATS):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=REPEATS * seed + repeat)
        for seen, kept in folds.split(truth, truth):
            frequencies = inverse_frequencies(found[seen])
            weights, bias = fit(together(dense[seen], found[seen], frequencies), truth[seen])
            rows = together(dense[kept], found[kept], frequencies)
            predicted[repeat, kept] = expit(rows @ weights + bias)
    return predicted


def _figures(predicted: Floats, truth: Floats) -> Figures:
    results = [_quality(one, truth > 0) for one in predicted]
    return Figures(
        texts=len(truth),
        fashion=int(truth.sum()),
        mean={n: float(np.mean([one[n] for one in results])) for n in VALUES},
        spread={n: float(np.std([one[n] for one in results])) for n in VALUES},
    )


def fit(rows: Matrix, truth: Floats, freedom: float = FREEDOM) -> tuple[Floats, float]:
    """Weights and bias of a logistic regression with an L2 penalty on the weights.

    The best weights are a mixture of the rows (the representer theorem: Kimeldorf and Wahba 1971),
    so few rows are fitted in as many dimensions as there are rows, and not in 33,000 columns.
    """
    model = LogisticRegression(C=freedom, max_iter=1_000)
    if rows.shape[0] > MANY_ROWS:
        model.fit(rows.astype(np.float64), truth > 0)
        return model.coef_[0], float(model.intercept_[0])
    rows = rows.astype(np.float64)
    sizes, directions = np.linalg.eigh((rows @ rows.T).toarray())
    kept = sizes > sizes[-1] * SMALLEST
    directions, lengths = directions[:, kept], np.sqrt(sizes[kept])
    model.fit(directions * lengths, truth > 0)
    weights: Floats = np.asarray(rows.T @ (directions @ (model.coef_[0] / lengths)))
    return weights, float(model.intercept_[0])


def _quality(predicted: Floats, truth: npt.NDArray[np.bool_]) -> dict[str, float]:
    said = predicted > 0.5
    return {
        "f1": float(metrics.f1_score(truth, said)),
        "precision": float(metrics.precision_score(truth, said, zero_division=0)),
        "recall": float(metrics.recall_score(truth, said)),
        "auc": float(metrics.roc_auc_score(truth, predicted)),
    }


def _checked(texts: Sequence[str], truth: Sequence[bool], name: str) -> Floats:
    if not name or not name.replace("-", "").replace("_", "").isalnum():
        raise InputError(f"A head cannot be named {name!r}; use letters, digits, - and _.")
    if len(texts) != len(truth):
        raise InputError(f"There are {len(texts)} texts and {len(truth)} labels; give one a text.")
    answers = np.array([bool(one) for one in truth], dtype=np.float64)
    yes, no = int(answers.sum()), int(len(answers) - answers.sum())
    if min(yes, no) < FEWEST:
        raise InputError(
            f"There are {yes} texts about fashion and {no} others; a head needs {FEWEST} of each, "
            "and is worth having from about 50 labels on."
        )
    return answers


def _label_set_id(texts: Sequence[str], truth: Sequence[bool]) -> str:
    pairs = sorted((text, bool(answer)) for text, answer in zip(texts, truth, strict=True))
    return "set_" + hashlib.blake2b(json.dumps(pairs).encode(), digest_size=6).hexdigest()
