"""A fashion vocabulary: terms, where they come from, and how typical they are.

A term is typical when it is far more common in fashion posts than in general English. Its *lift*
is the ratio of the two shares; the frequency ratio is the simplest keyness measure of corpus
linguistics (Gabrielatos 2018). Words that general English uses all the time ("the", "one",
"please", "model") are refused whatever their lift, because they hit posts on every subject.
"""

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
from tfw.relevance.text import PLATFORM_HASHTAGS, general_frequency, is_english

if TYPE_CHECKING:
    from tfw.store import Store

# One in 10,000 words of general English; "shoes" is at 0.5, "dress" at 0.6, "model" at 1.3.
MAX_GENERAL_SHARE = 1e-4
MIN_LIFT = 5.0
# Words that the general list does not know get the share of its rarest words.
RAREST_SHARE = 1e-8


class TermKind(StrEnum):
    """Why a term is in the vocabulary."""

    BRAND = "brand"
    HASHTAG = "hashtag"
    TOPIC = "topic"
    WORD = "word"


class Term(Record):
    """A word or phrase of fashion talk; ``term`` is a lemma in lower case.

    ``count`` is how often it was seen, ``lift`` how many times more common it is here than in
    general English (None when there was no corpus). ``hashtag_only`` terms are ordinary words
    too, and count only when they are a hashtag of their own.
    """

    term: str = Field(min_length=2)
    kind: TermKind
    count: int = 0
    lift: float | None = None
    topic: int | None = None
    hashtag_only: bool = False


class TopicTerm(Record):
    """A term of a topic with its probability in it."""

    term: str
    weight: float


class Topic(Record):
    """A topic of a topic model: its first terms, its share of all words, its coherence."""

    topic: int
    terms: tuple[TopicTerm, ...]
    share: float
    coherence: float | None = None


class Vocabulary(Record):
    """A list of terms with the way it was made; ``id`` names its content.

    Two vocabularies with the same terms and parameters have the same id, on every machine.
    """

    name: str
    source: str
    created_at: Time
    documents: int = 0
    parameters: dict[str, Any] = Field(default_factory=dict)
    terms: tuple[Term, ...]
    topics: tuple[Topic, ...] = ()
    topic_view: str | None = None

    @property
    def id(self) -> str:
        """The content id, such as ``voc_1f0c2a77b3d9``."""
        terms = sorted((t.term, t.kind, t.count, t.hashtag_only) for t in self.terms)
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


def lift(count: int, total: int, term: str) -> float:
    """How many times more common a term is among ``total`` words than in general English."""
    return (count / total) / max(general_frequency(term), RAREST_SHARE)


def is_typical(term: str, term_lift: float) -> bool:
    """Whether a term says something about fashion, and not just about English or the platform."""
    if term in PLATFORM_HASHTAGS or general_frequency(term) > MAX_GENERAL_SHARE:
        return False
    return term_lift >= MIN_LIFT


def brand_term(name: str, count: int = 0) -> Term:
    """A brand as a term; one whose name is a word (coach, gap, theory) counts only as a hashtag."""
    plain = name.strip().lower()
    return Term(
        term=plain,
        kind=TermKind.BRAND,
        count=count,
        hashtag_only=is_english(plain),
    )


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
