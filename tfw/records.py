"""The records everything else agrees on: a post, a comment, and what is known about them.

Ids are strings, times are aware UTC, texts are free of NUL, and a number that is not known is
None, never zero. ``document()`` gives what the database stores; ``Post.from_document`` reads it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

MAX_INT64 = 2**63 - 1


def _as_id(value: object) -> object:
    """Exact ids only: a float has lost digits of a 19-digit id, so it is refused."""
    if isinstance(value, bool) or value is None:
        raise ValueError("an id must be digits")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        raise ValueError(f"{value!r} is a rounded number: its last digits are lost")
    text = str(value).strip()
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?[eE]\+?\d+", text):
        raise ValueError(
            f"{text!r} was rounded by a spreadsheet: its last digits are lost. Export the file "
            "again with the id column formatted as text"
        )
    return text


def _as_utc(value: datetime) -> datetime:
    """Aware UTC with the millisecond precision that the database keeps."""
    aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)


def _clean(value: object) -> object:
    return clean_text(value) if isinstance(value, str) else value


def clean_text(text: str) -> str:
    """The text without NUL characters and lone surrogates, which databases and files refuse."""
    if text.isascii():
        return text.replace("\x00", "")
    return re.sub("[\x00\ud800-\udfff]", "", text)


Id = Annotated[str, BeforeValidator(_as_id), Field(min_length=1, max_length=64)]
Time = Annotated[datetime, AfterValidator(_as_utc)]
Text = Annotated[str, BeforeValidator(_clean)]
Count = Annotated[int, Field(ge=0, le=MAX_INT64)]


class Record(BaseModel):
    """A validated record; unknown keys are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_enum_values=True, validate_default=True
    )

    def document(self) -> dict[str, Any]:
        """What the database stores: no key whose value is unknown."""
        return self.model_dump(exclude_none=True)


class Author(Record):
    """The account that posted; ``name`` is its handle without ``@``."""

    id: Id | None = None
    name: Text | None = None
    verified: bool | None = None
    followers: Count | None = None


class Music(Record):
    """The sound of a post."""

    id: Id | None = None
    title: Text | None = None
    author: Text | None = None


class Stats(Record):
    """The counters of a post as they stood at ``collected_at``."""

    likes: Count | None = None
    comments: Count | None = None
    shares: Count | None = None
    plays: Count | None = None
    saves: Count | None = None
    collected_at: Time


class CommentState(StrEnum):
    """How far the comments of a post have been collected."""

    PENDING = "pending"
    COMPLETE = "complete"
    PARTIAL = "partial"
    OFF = "off"
    UNAVAILABLE = "unavailable"
    BLOCKED = "blocked"


class CommentStatus(Record):
    """The state of a post's comments: how many the page reported and how many are stored."""

    state: CommentState = CommentState.PENDING
    reason: Text | None = None
    reported: Count | None = None
    collected: Count = 0
    at: Time | None = None


def reason_kind(reason: str) -> str:
    """A reason for a state without its counts, so that those of many posts are counted as one.

    >>> reason_kind("the API gave 53 of 62; the others are hidden, gone or replies")
    'the API gave … of …; the others are hidden, gone or replies'
    """
    return _COUNTS.sub("…", reason)


# "1,204 of 2,000", "35 reported", "3 comments"; not the numbers of a site's answers.
_COUNTS = re.compile(r"(?<![\d,])[\d,]+(?= of | reported| comments)|(?<= of )[\d,]*\d")


class Span(Record):
    """Where a term stands: the field, and the half-open range of characters in it."""

    field: Literal["description", "hashtags", "comments"]
    start: int
    end: int


class TermHit(Record):
    """A vocabulary term found in a post, with every place where it stands."""

    term: str
    kind: str
    spans: tuple[Span, ...]


class RelativeLevel(Record):
    """How a post did against its creator's other posts; see :mod:`tfw.relevance.baseline`.

    ``times`` is 1 for a post like the creator's others; it is None where there is nothing to
    compare with. ``flags`` says why not to trust it: young, old counters, few posts.
    """

    times: float | None = None
    low: float | None = None
    high: float | None = None
    others: int
    flags: tuple[str, ...] = ()
    half_life: float
    at: Time


class Relevance(Record):
    """The three scores of a post, the verdict, and everything needed to say why.

    ``fingerprint`` names the vocabulary, model, labels and corpus the scores were made with: a
    post whose fingerprint is not the current one needs scoring again. ``text_id`` names the text
    that was judged: while both stay the same, the label scores do.
    """

    statistical: float | None = None
    vocabulary: int
    label: float | None = None
    verdict: bool
    why: str
    terms: tuple[TermHit, ...] = ()
    days: int | None = None
    relative: RelativeLevel | None = None
    labels: dict[str, float] = Field(default_factory=dict)
    vocabulary_id: str
    model: str
    thresholds: dict[str, float]
    fingerprint: str
    text_id: str | None = None
    at: Time


class Post(Record):
    """One TikTok post, whatever source it came from.

    ``comments_text`` holds the comments of a post as one text, for files of tools that join
    them; separate comments are :class:`Comment` records.
    """

    id: Id
    url: str
    source: str
    author: Author = Author()
    description: Text = ""
    hashtags: tuple[str, ...] = ()
    music: Music | None = None
    region: str | None = None
    language: str | None = None
    duration: float | None = None
    created_at: Time | None = None
    stats: Stats
    comments: CommentStatus = CommentStatus()
    comments_text: Text | None = None
    queries: tuple[str, ...] = ()

    @field_validator("id")
    @classmethod
    def _digits(cls, value: str) -> str:
        if not re.fullmatch(r"\d{1,20}", value):
            raise ValueError(f"{value!r} is not a post id: those are up to 20 digits")
        return value

    @field_validator("hashtags", mode="before")
    @classmethod
    def _tidy_hashtags(cls, value: object) -> object:
        return tidy_hashtags(value) if isinstance(value, list | tuple | set) else value

    def document(self) -> dict[str, Any]:
        """The post as stored, with its id as ``_id``."""
        fields = super().document()
        return {"_id": fields.pop("id"), **fields}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """A post read from the database; what only the store keeps is left out."""
        known = {name: document[name] for name in cls.model_fields if name in document}
        return cls.model_validate({"id": document["_id"], **known})


class TimePrecision(StrEnum):
    """How exactly the time of a comment is known."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    YEAR = "year"


class Comment(Record):
    """One comment; ``author`` is a pseudonym already, ``parent_id`` is set on replies.

    A comment read from a web page has a ``key`` that does not need its id, which some layouts do
    not show; there the key is the id too. ``time_text`` is the time as the page wrote it.
    """

    id: Id
    key: Id | None = None
    post_id: Id
    parent_id: Id | None = None
    text: Text = ""
    likes: Count | None = None
    replies: Count | None = None
    created_at: Time | None = None
    precision: TimePrecision = TimePrecision.SECOND
    time_text: Text | None = None
    author: Text | None = None
    language: str | None = None
    source: str
    collected_at: Time

    def document(self) -> dict[str, Any]:
        """The comment as stored, with its id as ``_id``."""
        fields = super().document()
        return {"_id": fields.pop("id"), **fields}


def tidy_hashtags(names: Iterable[object]) -> tuple[str, ...]:
    """Hashtags as stored: lower case, without ``#`` and blanks, each once, in their order."""
    tidy = (clean_text(str(name)).strip().lstrip("#").strip().lower() for name in names)
    return tuple(dict.fromkeys(name for name in tidy if name))


def hashtags_in(description: str) -> tuple[str, ...]:
    """The hashtags written in a description."""
    return tidy_hashtags(re.findall(r"[#＃]([^\s#＃.,;:!?()\[\]{}\"'<>/\\|@]+)", description))


def post_url(post_id: str, author_name: str | None) -> str:
    """The public address of a post; an unknown author is written ``_``, which resolves by id."""
    return f"https://www.tiktok.com/@{author_name or '_'}/video/{post_id}"
