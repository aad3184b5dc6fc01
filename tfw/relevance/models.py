"""Label models: texts in, for every label the probability that a text is about it out.

All kinds stand behind one interface, and :func:`load_model` opens each by its name.

* ``minilm``, the default, needs no download (:mod:`tfw.relevance.minilm`);
* any Hugging Face model for natural language inference, by its id or folder
  (:mod:`tfw.relevance.zero_shot`);
* ``head:NAME``, trained on labels of your own (:mod:`tfw.relevance.head`);
* ``cascade:NAME``, which asks a slow model about doubtful texts only
  (:mod:`tfw.relevance.cascade`).
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn, Protocol

import numpy as np
import numpy.typing as npt
from tqdm.auto import tqdm

from tfw.errors import ModelError
from tfw.relevance.text import readable

if TYPE_CHECKING:
    from tfw.store import Store

Scores = npt.NDArray[np.float32]

DEFAULT_MODEL = "minilm"
DEFAULT_LABELS = ("fashion",)
DEFAULT_TEMPLATE = "This text is about {}."
HEAD, CASCADE = "head", "cascade"
# Tokens of a batch, padding included. About as many as keep two to four cores busy while the
# activations of a layer still fit into their caches.
BATCH_TOKENS = 1024


class LabelModel(Protocol):
    """What every label model offers."""

    @property
    def name(self) -> str:
        """The name that is stored beside each score."""

    @property
    def key(self) -> str:
        """Names everything of the model that changes its scores: weights, precision, training."""

    @property
    def reads_captions(self) -> bool:
        """Whether it wants captions as they were posted; others want their hashtags as words."""

    def score(
        self,
        texts: Sequence[str],
        labels: Sequence[str] = DEFAULT_LABELS,
        template: str = DEFAULT_TEMPLATE,
        *,
        contrast: Sequence[str] = (),
        progress: bool = False,
    ) -> Scores:
        """Probabilities of shape (texts, labels).

        Each label is judged on its own. With contrast labels all of them compete: the
        probabilities of a text's labels and contrast labels add up to 1. A text without any
        letter or digit has nan in every column: there is nothing to judge.
        """


def load_model(
    name: str = DEFAULT_MODEL, *, store: "Store | None" = None, precision: str = "fastest"
) -> LabelModel:
    """The label model of a name.

    Args:
        name: ``"minilm"``, a Hugging Face model id, a local folder, ``"head:NAME"`` (a trained
            head in the database, or its file), ``"cascade:NAME"`` (settings in the database), or
            ``"cascade"`` (bart-large-mnli for the doubtful texts of the default model).
        store: the database that has the trained head or the cascade.
        precision: of zero-shot models (see :mod:`tfw.relevance.precision`).

    Raises:
        ModelError: there is no such model, it cannot label, or a package is missing.
    """
    kind, _, rest = name.partition(":")
    if name == DEFAULT_MODEL:
        from tfw.relevance.minilm import EmbeddingModel

        return EmbeddingModel()
    if kind == HEAD:
        from tfw.relevance.head import load_head

        return load_head(rest, store)
    if kind == CASCADE:
        from tfw.relevance.cascade import load_cascade

        return load_cascade(rest, store, precision)
    from tfw.relevance.zero_shot import ZeroShotModel

    return ZeroShotModel(name, precision)


def texts_for(model: LabelModel, captions: Sequence[str]) -> list[str]:
    """Captions as the model wants to read them."""
    return list(captions) if model.reads_captions else [readable(text) for text in captions]


def combined(scores: Scores, *, compete: bool) -> Scores:
    """One score a text from several labels, shape (texts,).

    The highest of labels that were judged on their own; the sum of labels that competed, because
    those are shares of one whole.
    """
    return np.asarray(scores.sum(axis=1).clip(max=1) if compete else scores.max(axis=1))


def batches_by_length(
    lengths: Sequence[int], *, tokens: int = BATCH_TOKENS, padding: float = 1.0
) -> Iterable[list[int]]:
    """Indices in batches of like lengths.

    Batches run from long to short: the first one shows how much memory is needed.

    Args:
        lengths: of the texts, in tokens.
        tokens: no batch is larger than so many with its padding.
        padding: the largest share of a text that may be padding.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    start = 0
    while start < len(order):
        longest = lengths[order[start]]
        batch = [
            i
            for i in order[start : start + max(1, tokens // max(1, longest))]
            if lengths[i] >= longest * (1 - padding)
        ]
        yield batch
        start += len(batch)


def bar(total: int, progress: bool, unit: str = "post") -> "tqdm[NoReturn]":
    """A progress bar that counts texts."""
    shown: tqdm[NoReturn] = tqdm(
        total=total, unit=unit, desc="labels", leave=False, disable=not progress
    )
    return shown


def check_labels(labels: Sequence[str], template: str, contrast: Sequence[str] = ()) -> None:
    """Refuse labels and templates that no model can score.

    Raises:
        ModelError: no label, an empty one, one that is named twice, or a template without its
            ``{}``.
    """
    if isinstance(labels, str) or not labels or not all(label.strip() for label in labels):
        raise ModelError(f'Labels are {labels!r}; give a list of words, such as ["fashion"].')
    if isinstance(contrast, str) or not all(label.strip() for label in contrast):
        raise ModelError(
            f'Contrast labels are {contrast!r}; give a list, such as ["music", "food"].'
        )
    everything = [*labels, *contrast]
    twice = sorted({label for label in everything if everything.count(label) > 1})
    if twice:
        raise ModelError(f"Labels are named twice: {', '.join(twice)}; name each one once.")
    if template.count("{}") != 1:
        raise ModelError(
            f"The hypothesis template is {template!r}; it needs one {{}} for the label, as in "
            f"{DEFAULT_TEMPLATE!r}."
        )


def has_content(text: str) -> bool:
    """Whether a text has anything that a model can judge."""
    return any(character.isalnum() for character in text)
