"""The thresholds that turn scores into a verdict, the file they are kept in, and their history.

The file (params/thresholds.yaml) says what the next scoring uses; the collection ``thresholds``
of the database has every set that was saved or used, with who saved it, when and why.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)
from pymongo import DESCENDING

from tfw.connection import clear_errors
from tfw.errors import InputError, SettingsError
from tfw.files import write_atomically
from tfw.plain import one_line
from tfw.records import Text, Time
from tfw.yamlfile import as_yaml, read_model

if TYPE_CHECKING:
    from tfw.store import Store

COLLECTION = "thresholds"
FILE_HEAD = (
    "# A post is a fashion post when its label score or its number of vocabulary terms is above "
    "these."
)


def _one_line(text: object) -> object:
    """Blanks for line ends of any kind: YAML would read some of them back as others."""
    return one_line(text) if isinstance(text, str) else text


Line = Annotated[Text, BeforeValidator(_one_line), StringConstraints(strip_whitespace=True)]


class Thresholds(BaseModel):
    """A post is a fashion post when its label score or its number of terms is *above* these.

    The documented values are 0.5 and 1: a label score over one half, or at least two terms.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: float = Field(default=0.5, ge=0, le=1)
    vocabulary: int = Field(default=1, ge=0)
    name: Line = "documented defaults"
    reason: Line = ""
    at: Time | None = None

    @property
    def pair(self) -> tuple[float, int]:
        """The two numbers alone, to tell whether two sets judge alike."""
        return self.label, self.vocabulary

    @property
    def id(self) -> str:
        """A name of this set by its content, such as ``thresholds_1f0c2a77b3d9``."""
        content = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return "thresholds_" + hashlib.blake2b(content.encode(), digest_size=6).hexdigest()

    @property
    def values(self) -> dict[str, float]:
        """The two numbers, as they are stored beside each verdict."""
        return {"label": self.label, "vocabulary": self.vocabulary}

    def verdict(self, label: float | None, vocabulary: int) -> bool:
        """Whether a post with these scores is a fashion post; an unknown score decides nothing."""
        return (label is not None and label > self.label) or vocabulary > self.vocabulary

    def why(self, label: float | None, terms: Sequence[str], number: int | None = None) -> str:
        """The verdict's reason in one sentence.

        Args:
            label: the label score.
            terms: the different terms, as far as they are known by name.
            number: how many they are, where not all are known by name.

        >>> Thresholds().why(0.31, ["dress", "ootd"])
        'fashion: 2 terms (dress, ootd) are more than 1'
        >>> Thresholds().why(0.31, ["dress"])
        'not fashion: label score 0.31 is not above 0.50, 1 term (dress) is not more than 1'
        """
        by_label = label is not None and label > self.label
        number = len(terms) if number is None else number
        by_terms = number > self.vocabulary
        parts = []
        if by_label or not by_terms:
            parts.append(self._why_label(label))
        if by_terms or not by_label:
            parts.append(self._why_terms(terms, number))
        return ("fashion: " if by_label or by_terms else "not fashion: ") + ", ".join(parts)

    def _why_label(self, label: float | None) -> str:
        if label is None:
            return "no label score (the text has no words)"
        negated = "" if label > self.label else "not "
        # Two digits are enough unless they hide on which side of the threshold the score is.
        digits = 2 if round(label, 2) != round(self.label, 2) else 6
        return f"label score {label:.{digits}f} is {negated}above {self.label:.2f}"

    def _why_terms(self, terms: Sequence[str], number: int) -> str:
        more = ", …" if number > min(len(terms), 6) else ""
        some = f" ({', '.join(terms[:6])}{more})" if terms else ""
        counted = f"{number} term{'' if number == 1 else 's'}"
        verb = "is" if number == 1 else "are"
        negated = "" if number > self.vocabulary else "not "
        return f"{counted}{some} {verb} {negated}more than {self.vocabulary}"

    @classmethod
    def load(cls, path: Path) -> Self:
        """The thresholds of a file such as params/thresholds.yaml.

        Raises:
            SettingsError: the file is missing, or a key or value of it is wrong.
        """
        if not path.exists():
            raise SettingsError(f"There is no thresholds file {path}.")
        return read_model(cls, path)

    def save(self, path: Path) -> Self:
        """The thresholds as they were written to a file, with the time of now.

        The file is replaced in one step; its comment lines are kept, at its top.

        Raises:
            InputError: the name or the reason is empty, or the file has the same numbers already.
            SettingsError: the file that is there cannot be read as thresholds.
        """
        if not self.name or not self.reason:
            lacking = "name" if not self.name else "reason"
            raise InputError(
                f"These thresholds have no {lacking}. Give them a name and say why they are "
                "better: whoever reads the report will ask."
            )
        if path.exists() and (there := type(self).load(path)).pair == self.pair:
            raise InputError(
                f"Nothing was saved: {path.name} already has label > {there.label:g} and terms > "
                f"{there.vocabulary} ({there.name})."
            )
        saved = self.model_copy(update={"at": datetime.now(UTC).replace(microsecond=0)})
        path.parent.mkdir(parents=True, exist_ok=True)
        content = as_yaml(saved.model_dump())
        write_atomically(path, "\n".join([*_comment_lines(path), content]))
        return saved


class UsedThresholds(NamedTuple):
    """A set of thresholds that was saved or used, by whom it was saved, and when used last."""

    thresholds: Thresholds
    by: str
    applied_at: datetime | None


@clear_errors("keep thresholds")
def keep_thresholds(
    store: "Store", thresholds: Thresholds, *, by: str = "", applied: bool = False
) -> None:
    """Note in the database that thresholds were saved, or that they made the stored verdicts.

    Args:
        store: the database.
        thresholds: the set; the same set is noted once.
        by: who saved it; kept from the first time that it is known.
        applied: whether the stored verdicts are by this set from now on.
    """
    now = datetime.now(UTC)
    new = {**thresholds.model_dump(exclude_none=True), "created_at": now}
    notes = ({"by": by} if by else {}) | ({"applied_at": now} if applied else {})
    update = {"$setOnInsert": new} | ({"$set": notes} if notes else {})
    store.database[COLLECTION].update_one({"_id": thresholds.id}, update, upsert=True)


@clear_errors("read the history of thresholds")
def read_thresholds(store: "Store", limit: int = 50) -> list[UsedThresholds]:
    """The sets that were saved or used, the newest first."""
    newest = store.database[COLLECTION].find(sort=[("created_at", DESCENDING)], limit=limit)
    return [_used(document) for document in newest]


@clear_errors("read the thresholds in force")
def thresholds_in_force(store: "Store") -> Thresholds | None:
    """The thresholds that the stored verdicts are by; None before any were used.

    They are those that :func:`tfw.relevance.score.score_posts` or
    :func:`tfw.relevance.score.apply_thresholds` used last, not those of the file, which are used
    by the next of them.
    """
    applied = {"applied_at": {"$exists": True}}
    found = store.database[COLLECTION].find_one(applied, sort=[("applied_at", DESCENDING)])
    return None if found is None else _used(found).thresholds


def _used(document: dict[str, Any]) -> UsedThresholds:
    known = {name: document[name] for name in Thresholds.model_fields if name in document}
    return UsedThresholds(Thresholds(**known), document.get("by", ""), document.get("applied_at"))


def _comment_lines(path: Path) -> list[str]:
    if not path.exists():
        return [FILE_HEAD]
    return [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
