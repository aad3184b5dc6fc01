"""The thresholds that turn scores into a verdict, and the file they are kept in."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tfw.errors import SettingsError


class Thresholds(BaseModel):
    """A post is a fashion post when its label score or its number of terms is *above* these.

    The documented values are 0.5 and 1: a label score over one half, or at least two terms.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: float = Field(default=0.5, ge=0, le=1)
    vocabulary: int = Field(default=1, ge=0)
    name: str = "documented defaults"
    reason: str = ""
    at: datetime | None = None

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
        try:
            content: Any = yaml.safe_load(path.read_text("utf-8"))
        except FileNotFoundError:
            raise SettingsError(f"There is no thresholds file {path}.") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path} is not a YAML file: {error}") from error
        if not isinstance(content, dict):
            raise SettingsError(f"{path} must hold keys such as 'label: 0.5' and 'vocabulary: 1'.")
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise SettingsError(_explain(path, content, error)) from None


def _explain(path: Path, content: dict[str, Any], error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    valid = "label (0 to 1), vocabulary (a whole number from 0), name, reason, at"
    return f"{path}, key {key!r}, value {content.get(key)!r}: {first['msg']}. Valid keys: {valid}."
