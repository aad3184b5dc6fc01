"""A good start for a topic model: non-negative factors of the documents.

Latent Dirichlet allocation from a random start ends in one of many local optima. Non-negative
matrix factorisation (Lee and Seung 2001) of TF-IDF weights, itself started from a singular value
decomposition (NNDSVD; Boutsidis and Gallopoulos 2008), finds the coarse topics at once and nearly
the same ones for every seed.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags
from scipy.sparse.linalg import svds

Matrix = npt.NDArray[np.float64]

ROUNDS = 60
# Zeros of the decomposition would stay zero for ever: they get a random share of the mean.
FILL = 0.01
TINY = 1e-12


def factor_topics(
    bags: Sequence[Sequence[tuple[int, int]]], words: int, topics: int, seed: int
) -> Matrix:
    """Weights of words in topics, (topics, words), rows adding up to 1.

    Args:
        bags: documents as pairs of a word's number and its count.
        words: how many different words there are.
        topics: how many topics, fewer than words and documents.
        seed: of the random fill; other seeds give nearly the same topics.
    """
    counts = _counts(bags, words)
    weighted, idf = _tf_idf(counts)
    dice = np.random.default_rng(seed)
    in_documents, in_words = _nndsvd(weighted, topics, dice)
    for _ in range(ROUNDS):
        grams = in_documents.T @ in_documents
        in_words *= (weighted.T @ in_documents).T / (grams @ in_words + TINY)
        grams = in_words @ in_words.T
        in_documents *= (weighted @ in_words.T) / (in_documents @ grams + TINY)
    plain = in_words / idf + TINY  # weights of counts again
    rows: Matrix = plain / plain.sum(axis=1, keepdims=True)
    return rows


def _counts(bags: Sequence[Sequence[tuple[int, int]]], words: int) -> csr_matrix:
    rows = np.repeat(np.arange(len(bags)), [len(bag) for bag in bags])
    columns = np.array([word for bag in bags for word, _ in bag])
    values = np.array([count for bag in bags for _, count in bag], dtype=float)
    return csr_matrix((values, (rows, columns)), shape=(len(bags), words))


def _tf_idf(counts: csr_matrix) -> tuple[csr_matrix, Matrix]:
    """Documents of length 1 in TF-IDF weights, and the weights of the words."""
    idf = np.log(counts.shape[0] / np.maximum((counts > 0).sum(axis=0).A1, 1)) + 1
    weighted = counts @ diags(idf)
    lengths = np.sqrt(weighted.multiply(weighted).sum(axis=1)).A1
    return csr_matrix(diags(1 / np.maximum(lengths, TINY)) @ weighted), idf


def _nndsvd(weighted: csr_matrix, topics: int, dice: np.random.Generator) -> tuple[Matrix, Matrix]:
    left, strengths, right = svds(weighted, k=topics, v0=np.ones(min(weighted.shape)))
    order = np.argsort(-strengths)
    pairs = [_positive_part(left[:, i], right[i], strengths[i]) for i in order]
    fill = FILL * np.sqrt(weighted.mean() / topics)
    in_documents = np.array([column for column, _ in pairs]).T
    in_words = np.array([row for _, row in pairs])
    for part in (in_documents, in_words):
        part += fill * dice.random(part.shape)
    return in_documents, in_words


def _positive_part(column: Matrix, row: Matrix, strength: float) -> tuple[Matrix, Matrix]:
    """The stronger of the positive and the negative half of a pair of singular vectors."""
    halves = [(np.maximum(s * column, 0), np.maximum(s * row, 0)) for s in (1, -1)]
    norms = [float(np.linalg.norm(a) * np.linalg.norm(b)) for a, b in halves]
    best = int(np.argmax(norms))
    a, b = halves[best]
    scale = np.sqrt(strength * max(norms[best], TINY))
    return (
        scale * a / max(float(np.linalg.norm(a)), TINY),
        scale * b / max(float(np.linalg.norm(b)), TINY),
    )
