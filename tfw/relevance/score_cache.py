"""Label scores kept by content: the same text is judged once, in whatever post or run it stands.

Collection ``label_scores``: ``_id`` names the model with everything that changes its scores, the
labels, the contrast labels, the template and the text; ``scores`` has one number a label (None
where there is nothing to judge), ``at`` is the time. Scores are written in chunks as they come,
so what an interrupted run has computed is not computed again.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from pymongo.errors import BulkWriteError

from tfw.errors import StoreError
from tfw.relevance.models import (
    DEFAULT_LABELS,
    DEFAULT_TEMPLATE,
    LabelModel,
    Scores,
    bar,
    check_labels,
)

if TYPE_CHECKING:
    from tfw.store import Store

COLLECTION = "label_scores"
CHUNK = 500
DUPLICATE_KEY = 11000

Row = list[float | None]


class CachedModel:
    """A label model whose scores are looked up in the database before the model is asked."""

    def __init__(self, model: LabelModel, store: "Store") -> None:
        self.model = model
        self._scores = store.database[COLLECTION]

    @property
    def name(self) -> str:
        """The name of the model behind it."""
        return self.model.name

    @property
    def key(self) -> str:
        """The key of the model behind it."""
        return self.model.key

    @property
    def reads_captions(self) -> bool:
        """As the model behind it."""
        return self.model.reads_captions

    def score(
        self,
        texts: Sequence[str],
        labels: Sequence[str] = DEFAULT_LABELS,
        template: str = DEFAULT_TEMPLATE,
        *,
        contrast: Sequence[str] = (),
        progress: bool = False,
    ) -> Scores:
        """The scores of the model behind it, shape (texts, labels)."""
        check_labels(labels, template, contrast)
        question = json.dumps([self.key, list(labels), list(contrast), template])
        ids = [score_id(question, text) for text in texts]
        text_of = dict(zip(ids, texts, strict=True))
        found: dict[str, Row] = {}
        with bar(len(text_of), progress) as shown:
            for chunk in _chunks(list(text_of)):
                found |= self._read(chunk)
                missing = {id: text_of[id] for id in chunk if id not in found}
                found |= self._compute(missing, labels, template, contrast)
                shown.update(len(chunk))
        rows = [found[id] for id in ids]
        return np.array(rows, dtype=np.float32).reshape(len(texts), len(labels))

    def _read(self, ids: Sequence[str]) -> dict[str, Row]:
        return {one["_id"]: one["scores"] for one in self._scores.find({"_id": {"$in": ids}})}

    def _compute(
        self,
        missing: Mapping[str, str],
        labels: Sequence[str],
        template: str,
        contrast: Sequence[str],
    ) -> dict[str, Row]:
        if not missing:
            return {}
        scores = self.model.score(list(missing.values()), labels, template, contrast=contrast)
        rows: list[Row] = [
            [float(value) if value == value else None for value in row] for row in scores
        ]
        found = dict(zip(missing, rows, strict=True))
        self._write(found)
        return found

    def _write(self, found: Mapping[str, Row]) -> None:
        at = datetime.now(UTC)
        documents = [{"_id": id, "scores": row, "at": at} for id, row in found.items()]
        try:
            self._scores.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            problems = (error.details or {}).get("writeErrors", [])
            others = [one for one in problems if one.get("code") != DUPLICATE_KEY]
            # A duplicate is what another process has scored meanwhile: the same numbers.
            if others or not problems:
                raise StoreError(f"Label scores cannot be stored: {others or error}") from error


def score_id(question: str, text: str) -> str:
    """The id of a text's scores for a question, which names the model and the labels."""
    return hashlib.blake2b(f"{question}\n{text}".encode(), digest_size=16).hexdigest()


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
