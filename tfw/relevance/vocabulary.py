"""A fashion vocabulary: terms, where they come from, and how typical they are."""

import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field

from tfw.errors import InputError
from tfw.records import Record, Time
from tfw.relevance.topic_edits import TopicEdit
from tfw.relevance.topic_names import Topic, TopicChanges

if TYPE_CHECKING:
    from tfw.store import Store


class TermKind(StrEnum):
    """Why a term is in the vocabulary."""

    BRAND = "brand"
    HASHTAG = "hashtag"
    PHRASE = "phrase"
    TOPIC = "topic"
    WORD = "word"


class Term(Record):
    """A word or phrase of fashion talk; ``term`` is a lemma in lower case.

    ``count`` is how often it was seen, ``lift`` how many times more common it is here than in
    general English and in ordinary posts (None when there was no corpus).

    ``forms`` are other ways to write the term, each as sure as the term itself. ``doubtful`` forms
    mean something else as well and count only in a context that speaks for the term
    (:mod:`tfw.relevance.context`); the term itself may be one of them. ``other`` are words of the
    other sense. ``hashtag_only`` terms, which older vocabularies have, count only when they are a
    hashtag of their own.
    """

    term: str = Field(min_length=2)
    kind: TermKind
    count: int = 0
    lift: float | None = None
    topic: int | None = None
    hashtag_only: bool = False
    forms: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


class RemovedTerm(Record):
    """A term that an edit took out, and its place among the terms as they were learnt."""

    place: int
    term: Term


class Vocabulary(Record):
    """A list of terms with the way it was made; ``id`` names its content.

    Two vocabularies with the same terms and parameters have the same id, on every machine.
    ``stability`` is how alike the topics of the model's random starts are, 0 to 1, as
    :func:`tfw.relevance.topic_names.stability` defines it. ``topic_changes`` says what became of
    the topics of the vocabulary ``previous``, when there was one. ``corpus`` names the texts that
    it was learnt from.

    ``terms`` and ``topics`` are as ``edits`` made them; with what was ``removed`` the vocabulary
    as ``learnt`` (an id) can be had again (:func:`tfw.relevance.topic_editing.as_learnt`).
    """

    name: str
    source: str
    created_at: Time
    documents: int = 0
    parameters: dict[str, Any] = Field(default_factory=dict)
    terms: tuple[Term, ...]
    topics: tuple[Topic, ...] = ()
    stability: float | None = None
    previous: str | None = None
    topic_changes: TopicChanges | None = None
    topic_view: str | None = None
    corpus: str | None = None
    edits: tuple[TopicEdit, ...] = ()
    removed: tuple[RemovedTerm, ...] = ()
    learnt: str | None = None
    learnt_at: Time | None = None
    edited_at: Time | None = None

    @property
    def id(self) -> str:
        """The content id, such as ``voc_1f0c2a77b3d9``."""
        terms = sorted(_identity(term) for term in self.terms)
        content = json.dumps([terms, self.parameters], sort_keys=True, default=str)
        return "voc_" + hashlib.blake2b(content.encode(), digest_size=6).hexdigest()

    def document(self) -> dict[str, Any]:
        """The vocabulary as stored, with its content id as ``_id``."""
        return {"_id": self.id, **super().document()}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """A vocabulary read from the database."""
        return cls.model_validate({k: v for k, v in document.items() if k in cls.model_fields})

    def __repr__(self) -> str:
        return f"Vocabulary({self.id}, {self.name!r}, {len(self.terms)} terms)"


def _identity(term: Term) -> tuple[Any, ...]:
    """What tells one term from another; older vocabularies, without forms, keep their ids."""
    rules = [term.forms, term.doubtful, term.other]
    return (term.term, term.kind, term.count, term.hashtag_only, *(rules if any(rules) else ()))


@cache
def default_vocabulary() -> Vocabulary:
    """The vocabulary that ships with the project, for the day before one has learnt one's own.

    ``scripts/make_default_vocabulary.py`` makes it from ``tfw/data/fashion_words.yaml`` and the
    brands of the Instagram data set (doi:10.7910/DVN/K7AW6F).
    """
    text = resources.files("tfw.data").joinpath("default_vocabulary.json").read_text("utf-8")
    return Vocabulary.model_validate_json(text)


def save_vocabulary(store: "Store", vocabulary: Vocabulary) -> bool:
    """Keep a vocabulary in the database; True when it was not there before.

    The time of the first save is kept, so that learning the same again changes nothing.
    """
    if store.get("vocabularies", vocabulary.id) is not None:
        return False
    store.put("vocabularies", vocabulary.document())
    return True


def load_vocabulary(store: "Store | None" = None, name: str = "latest") -> Vocabulary:
    """A vocabulary by its id, or ``"default"``, or ``"latest"``: the newest one learnt.

    Without any learnt vocabulary ``"latest"`` is the default one.

    Raises:
        InputError: there is no vocabulary of that id.
    """
    if name == "default" or store is None:
        return default_vocabulary()
    found = store.latest("vocabularies") if name == "latest" else store.get("vocabularies", name)
    if found is not None:
        return Vocabulary.from_document(found)
    if name == "latest":
        return default_vocabulary()
    known = [str(doc["_id"]) for doc in store.database["vocabularies"].find({}, {"_id": 1})]
    raise InputError(
        f"There is no vocabulary {name!r}. Valid are 'latest', 'default'"
        + (f" and {', '.join(known)}." if known else "; none has been learnt yet.")
    )


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)
