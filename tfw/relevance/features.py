"""What a trained head sees of a text: meaning, spelling, and what the default model says.

Sentence embeddings carry the meaning, character n-grams the words and hashtags of any language
(Cavnar and Trenkle 1994), and the default model's score what is known before any label. With a
few dozen labels that score does most of the work; with hundreds the other two do.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack

from tfw.relevance.minilm import DIMENSIONS, EmbeddingModel
from tfw.relevance.models import DEFAULT_LABELS
from tfw.relevance.text import lower, readable

SIZES = (2, 3, 4, 5)
# Hash buckets. Two n-grams in one bucket are rare and cost little (Weinberger et al. 2009).
BUCKETS = 2**15
# Scores nearer to 0 or 1 than this say no more.
CLOSEST = 1e-4

# scipy and torch come without types.
Matrix = Any


class Features:
    """Texts as rows of numbers: embedding, log odds of the default model, n-gram counts."""

    def __init__(self, model: EmbeddingModel | None = None) -> None:
        self.model = model or EmbeddingModel()

    @property
    def key(self) -> str:
        """The model behind the features, and their layout."""
        return f"{self.model.key}-ngrams{SIZES[0]}to{SIZES[-1]}in{BUCKETS}"

    def of(self, texts: Sequence[str], progress: bool = False) -> tuple[Matrix, Matrix]:
        """Dense columns (texts, 385) and the counts of n-grams (texts, 32768)."""
        opened = [readable(text) for text in texts]
        vectors, scores = self.model.embed_and_score(texts, DEFAULT_LABELS, progress=progress)
        near = np.nan_to_num(scores[:, 0], nan=0.5).clip(CLOSEST, 1 - CLOSEST)
        dense = np.column_stack([vectors, np.log(near / (1 - near))])
        return dense, counts(opened)


def ngrams(text: str) -> Iterator[str]:
    """Character n-grams inside words, with a blank at both ends of a word.

    >>> list(ngrams("hat"))[:4]
    [' h', 'ha', 'at', 't ']
    """
    for word in re.findall(r"\w+", lower(text)):
        padded = f" {word} "
        for size in SIZES:
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def counts(texts: Iterable[str]) -> Matrix:
    """Counts of hashed n-grams, shape (texts, 32768)."""
    columns: list[int] = []
    values: list[int] = []
    ends = [0]
    for text in texts:
        found = Counter(zlib.crc32(gram.encode()) % BUCKETS for gram in ngrams(text))
        columns.extend(found)
        values.extend(found.values())
        ends.append(len(columns))
    return csr_matrix(
        (np.array(values, dtype=np.float32), columns, ends), shape=(len(ends) - 1, BUCKETS)
    )


def inverse_frequencies(found: Matrix) -> npt.NDArray[np.float32]:
    """Smoothed inverse document frequencies; 0 for n-grams that no text has."""
    texts = np.bincount(found.indices, minlength=BUCKETS)
    weights = np.log((1 + found.shape[0]) / (1 + texts)) + 1
    return np.where(texts > 0, weights, 0).astype(np.float32)


def together(dense: Matrix, found: Matrix, weights: npt.NDArray[np.float32]) -> Matrix:
    """All columns as a head multiplies them: dense ones, then TF-IDF rows of unit length."""
    terms = found.copy()
    terms.data = (1 + np.log(terms.data)) * weights[terms.indices]
    lengths = np.sqrt(np.asarray(terms.multiply(terms).sum(axis=1)).ravel())
    scale = np.repeat(1 / np.where(lengths > 0, lengths, 1), np.diff(terms.indptr))
    terms.data *= scale
    return hstack([csr_matrix(dense), terms]).tocsr()


COLUMNS = DIMENSIONS + 1 + BUCKETS
