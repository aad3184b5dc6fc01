"""What a person changed about the topics of a model: renamed, not fashion, dropped, merged.

An edit is never deleted: one that is taken back says by whom and when. How edits work on a
vocabulary stands in :mod:`tfw.relevance.topic_editing`.
"""

from enum import StrEnum

from pydantic import Field

from tfw.records import Record, Time


class EditKind(StrEnum):
    """What an edit does."""

    RENAME = "rename"
    NOT_FASHION = "not fashion"
    DROP = "drop terms"
    MERGE = "merge"


class TopicEdit(Record):
    """One edit, with who made it and when.

    ``topics`` are numbers of the model that the edit stands in; of a merge the first one leads.
    ``about`` is what the topics were called. ``carried_from`` is the id of the vocabulary for which
    the edit was made, when this one was learnt after it.
    """

    id: str
    kind: EditKind
    by: str
    at: Time
    topics: tuple[int, ...] = ()
    terms: tuple[str, ...] = ()
    name: str | None = Field(default=None, min_length=1, max_length=80)
    about: tuple[str, ...] = ()
    carried_from: str | None = None
    undone_by: str | None = None
    undone_at: Time | None = None

    @property
    def is_active(self) -> bool:
        """Whether it has not been taken back."""
        return self.undone_at is None

    def __str__(self) -> str:
        topics = " + ".join(f"“{name}”" for name in self.about)
        match self.kind:
            case EditKind.RENAME:
                return f"{topics} renamed to “{self.name}”"
            case EditKind.NOT_FASHION:
                return f"{topics} marked as not fashion"
            case EditKind.DROP:
                return f"dropped from the vocabulary: {', '.join(self.terms)}"
            case _:
                return f"{topics} merged" + (f" as “{self.name}”" if self.name else "")
