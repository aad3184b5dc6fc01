"""Zero-shot labels from any model for natural language inference (Yin, Hay and Roth 2019).

The scores are those of the zero-shot pipeline of ``transformers``. What is different is the work:
batches of like lengths and of a bounded number of tokens instead of one text at a time, each text
once however often it is given, and the fastest number format that gives the same scores.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tfw.errors import ModelError
from tfw.relevance.last_layer import reads_one_position, shorten_last_layer
from tfw.relevance.models import (
    DEFAULT_LABELS,
    DEFAULT_TEMPLATE,
    Scores,
    bar,
    batches_by_length,
    check_labels,
    has_content,
)
from tfw.relevance.precision import FASTEST, Module, check_precision, prepare

# A large model takes as long for padding as for text, and hardly longer for one more batch.
MOST_PADDING = 0.1
# A model without a limit of its own gets this one.
MOST_TOKENS = 1024
# Two ways to compute the same in float32 differ by less.
SAME_SCORES = 1e-4
# For the probe: lengths and languages as captions have them.
PROBE_TEXTS = (
    "outfit of the day: new denim jacket and white boots",
    "como hacer pan en casa con tres ingredientes, paso a paso",
    "we lost the match but what a goal in the last minute",
    "vintage dress haul, thrifted everything for under twenty euros, which one is your favourite",
    "meine Katze schläft den ganzen Tag",
    "grwm for a wedding",
    "new song out now, link is where it always is, tell me what you think about the second verse",
    "robe longue et sac assorti pour l'été",
)


class ZeroShotModel:
    """A sequence classifier with an output for entailment.

    Without contrast labels the probability of a label is the softmax over entailment and
    contradiction, as the pipeline computes it with ``multi_label=True``; with contrast labels it
    is the softmax of entailment over all labels, as with ``multi_label=False``.

    Args:
        name: a model id, or a folder with a model's files.
        precision: ``"float32"`` for the pipeline's own scores, ``"fastest"`` for the fastest
            format whose scores differ from them by less than 0.02, or one of them by name.

    Raises:
        ModelError: it cannot be loaded, has no entailment, or the precision does not fit.
    """

    reads_captions = False

    def __init__(self, name: str, precision: str = FASTEST) -> None:
        check_precision(precision)
        self.name = name
        torch, transformers = _import_torch()
        self._torch = torch
        self._tokenizer, model = _load(transformers, name)
        self._entailment, self._contradiction = _inference_labels(model.config.label2id or {}, name)
        self._longest = min(self._tokenizer.model_max_length, _positions(model.config))
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        model = model.float().eval().to(self._device)
        self._weights = _weights_id(model)
        if reads_one_position(model):
            model = self._shortened(model)
        self._model, self.precision = prepare(model, precision, self._device, self._probe)

    @property
    def key(self) -> str:
        """The name, the weights' own content, and the number format."""
        return f"{self.name}-{self._weights}-{self.precision}"

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
        check_labels(labels, template, contrast)
        different = [text for text in dict.fromkeys(texts) if has_content(text)]
        hypotheses = [template.format(label) for label in (*labels, *contrast)]
        logits = self._logits(self._model, different, hypotheses, progress)
        found = _probabilities(logits, len(labels), compete=bool(contrast))
        row_of = {text: row for row, text in enumerate(different)}
        nothing = np.full((1, len(labels)), np.nan, dtype=np.float32)
        rows = [row_of.get(text, len(different)) for text in texts]
        return np.concatenate([found, nothing])[rows]

    def _shortened(self, model: Module) -> Module:
        """The model with less work in its last layer, if its tokenizer ends texts as it must."""
        before, whole = self._probe(model), model.model.decoder.layers[-1]
        shorter = shorten_last_layer(model)
        if np.allclose(self._probe(shorter), before, atol=SAME_SCORES):
            return shorter
        model.model.decoder.layers[-1] = whole
        return model

    def _probe(self, model: Module) -> Scores:
        hypotheses = [DEFAULT_TEMPLATE.format(label) for label in ("fashion", "music")]
        logits = self._logits(model, PROBE_TEXTS, hypotheses)
        return _probabilities(logits, len(hypotheses), compete=False)

    def _logits(
        self, model: Module, texts: Sequence[str], hypotheses: Sequence[str], progress: bool = False
    ) -> Scores:
        """Entailment and contradiction of shape (texts, hypotheses, 2)."""
        pairs = [(text, hypothesis) for text in texts for hypothesis in hypotheses]
        logits = np.empty((len(pairs), 2), dtype=np.float32)
        encoded = self._encode(pairs)
        with bar(len(texts), progress) as shown:
            lengths = [len(one["input_ids"]) for one in encoded]
            for batch in batches_by_length(lengths, padding=MOST_PADDING):
                logits[batch] = self._run(model, [encoded[i] for i in batch])
                shown.update(len(batch) / len(hypotheses))
        return logits.reshape(len(texts), len(hypotheses), 2)

    def _encode(self, pairs: Sequence[tuple[str, str]]) -> list[dict[str, list[int]]]:
        if not pairs:
            return []
        encoded = self._tokenizer(
            [text for text, _ in pairs],
            [hypothesis for _, hypothesis in pairs],
            truncation="only_first",
            max_length=self._longest,
        )
        return [{name: encoded[name][i] for name in encoded} for i in range(len(pairs))]

    def _run(self, model: Module, batch: list[dict[str, list[int]]]) -> Scores:
        inputs = self._tokenizer.pad(batch, return_tensors="pt").to(self._device)
        with self._torch.inference_mode():
            logits = model(**inputs).logits
        both: Scores = logits[:, [self._entailment, self._contradiction]].float().cpu().numpy()
        return both


def _probabilities(logits: Scores, labels: int, *, compete: bool) -> Scores:
    """Shape (texts, labels), from logits of shape (texts, labels and contrast labels, 2)."""
    entailment, contradiction = logits[..., 0], logits[..., 1]
    if not compete:
        return np.asarray(1 / (1 + np.exp(contradiction - entailment)), dtype=np.float32)
    whole = np.logaddexp.reduce(entailment, axis=1, keepdims=True)
    return np.asarray(np.exp(entailment - whole)[:, :labels], dtype=np.float32)


def _load(transformers: Module, name: str) -> tuple[Any, Any]:
    source = str(Path(name).expanduser()) if Path(name).expanduser().is_dir() else name
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(source)
        return tokenizer, transformers.AutoModelForSequenceClassification.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The model {name!r} cannot be loaded: {_first_line(error)} Give 'minilm' (offline "
            "default), the id of a Hugging Face zero-shot model (facebook/bart-large-mnli), or "
            "a folder with its files."
        ) from error


def _positions(config: Module) -> int:
    """How many tokens the model has positions for; RoBERTa's first two are not for tokens."""
    positions = getattr(config, "max_position_embeddings", None) or MOST_TOKENS
    reserved = 2 if config.model_type in ("roberta", "xlm-roberta", "camembert") else 0
    return min(int(positions) - reserved, MOST_TOKENS)


def _weights_id(model: Module) -> str:
    """A short name of the weights' content: 64 values of each tensor, and its shape."""
    digest = hashlib.blake2b(digest_size=6)
    for name, tensor in model.state_dict().items():
        values = tensor.flatten()
        sample = values[:: max(1, len(values) // 64)].double().cpu().numpy()
        digest.update(f"{name}{tuple(tensor.shape)}".encode() + sample.tobytes())
    return digest.hexdigest()


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
