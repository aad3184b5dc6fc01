"""Why a post is in or out: its terms, scores and thresholds, and what would change the verdict."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tfw.errors import InputError
from tfw.relevance.matching import hashtags_beside
from tfw.relevance.thresholds import Thresholds

if TYPE_CHECKING:
    from tfw.store import Store

FIELDS = (
    "url", "source", "author", "description", "hashtags", "created_at", "stats", "relevance",
    "score.state",
)  # fmt: skip
NAMED_TERMS = 6


@dataclass(frozen=True)
class FoundTerm:
    """A vocabulary term of a post: how it is written there, and in which parts of the post."""

    term: str
    kind: str
    written: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Why:
    """Everything a verdict rests on; a notebook shows it as a card.

    ``changes`` says in words which moves of thresholds, and which terms, would turn the verdict;
    ``outdated`` is True when the post's text or counters changed after it was scored.
    """

    post_id: str
    verdict: bool
    why: str
    label: float | None
    labels: Mapping[str, float]
    vocabulary: int
    terms: tuple[FoundTerm, ...]
    statistical: float | None
    relative: Mapping[str, Any] | None
    thresholds: Thresholds
    changes: tuple[str, ...]
    model: str
    vocabulary_id: str
    scored_at: datetime | None
    outdated: bool
    post: Mapping[str, Any] = field(compare=False)
    privacy: str = "pseudonymise"
    reason: str = ""

    def __str__(self) -> str:
        lines = [f"post {self.post_id}: {self.why}"]
        lines += [f"  {term.term} ({term.kind}): {', '.join(term.written)}" for term in self.terms]
        return "\n".join([*lines, *(f"  {change}" for change in self.changes)])

    def __repr__(self) -> str:
        return f"Why({self.post_id}, {self.why!r})"

    def _repr_html_(self) -> str:
        from tfw.report.why_card import why_card

        return str(why_card(self))


def why(
    source: "Store | Mapping[str, Any]",
    post_id: str | None = None,
    *,
    thresholds: Thresholds | None = None,
    privacy: str = "pseudonymise",
    reason: str = "",
) -> Why:
    """Why a post is a fashion post or not.

    >>> tfw.why(store, "7300000000000000000")                         # doctest: +SKIP

    Args:
        source: the database, or a post document of it.
        post_id: which post of the database.
        thresholds: other thresholds than those of the stored verdict, to see what they would do.
        privacy: how the card shows the author and @mentions: pseudonymise, redact, or keep.
        reason: why names are shown; needed for ``keep``.

    Raises:
        InputError: there is no such post, or it has no scores yet.
    """
    post = source if isinstance(source, Mapping) else _read(source, post_id)
    found = post.get("relevance")
    if not found:
        raise InputError(
            f"Post {post['_id']} has no scores yet: run notebook 05_score_posts "
            "(tfw.score_posts), then ask again."
        )
    limits = thresholds or Thresholds(**found["thresholds"], name="in force when it was judged")
    terms = tuple(_term(hit, post) for hit in found.get("terms", ()))
    names = [term.term for term in terms]
    label, number = found.get("label"), found["vocabulary"]
    return Why(
        post_id=str(post["_id"]),
        verdict=limits.verdict(label, number),
        why=limits.why(label, names, number),
        label=label,
        labels=dict(found.get("labels", {})),
        vocabulary=number,
        terms=terms,
        statistical=found.get("statistical"),
        relative=found.get("relative"),
        thresholds=limits,
        changes=what_would_change(label, names, limits, number),
        model=found["model"],
        vocabulary_id=found["vocabulary_id"],
        scored_at=found.get("at"),
        outdated=(post.get("score") or {}).get("state") == "pending",
        post=post,
        privacy=privacy,
        reason=reason,
    )


def what_would_change(
    label: float | None, terms: Sequence[str], limits: Thresholds, number: int | None = None
) -> tuple[str, ...]:
    """In words, what would turn the verdict of a post with these scores.

    >>> what_would_change(0.41, ["dress"], Thresholds())
    ('In with a label threshold of 0.40 or less.', 'In with 1 more different vocabulary term.', \
'In with a vocabulary threshold of 0.')
    """
    number = len(terms) if number is None else number
    by_label = label is not None and label > limits.label
    if by_label or number > limits.vocabulary:
        return _ways_out(label if by_label else None, terms, limits, number)
    return _ways_in(label, limits, number)


def _ways_out(
    label: float | None, terms: Sequence[str], limits: Thresholds, number: int
) -> tuple[str, ...]:
    by_label = "" if label is None else f"a label threshold of {_ceiling(label)} or more"
    if number <= limits.vocabulary:
        return (f"Out with {by_label}.",)
    by_terms = f"a vocabulary threshold of {number} or more"
    if by_label:
        return (f"Out only with {by_label} and {by_terms} together: each score alone keeps it in.",)
    some = ", ".join(terms[:NAMED_TERMS]) + (", …" if number > len(terms[:NAMED_TERMS]) else "")
    without = number - limits.vocabulary
    which = f"its {number} terms" if without == number else f"any {without} of its {number} terms"
    which = "its only term" if number == 1 else which
    return (f"Out with {by_terms}.", f"Out without {which}{f' ({some})' if terms else ''}.")


def _ways_in(label: float | None, limits: Thresholds, number: int) -> tuple[str, ...]:
    ways = []
    if label:
        ways.append(f"In with a label threshold of {_below(label)} or less.")
    lacking = limits.vocabulary + 1 - number
    plural = "" if lacking == 1 else "s"
    ways.append(f"In with {lacking} more different vocabulary term{plural}.")
    if number:
        lower = f"of {number - 1} or less" if number > 1 else "of 0"
        ways.append(f"In with a vocabulary threshold {lower}.")
    return tuple(ways)


def _ceiling(score: float) -> str:
    """A threshold that the score is not above, in few digits."""
    return f"{math.ceil(round(score * 100, 6)) / 100:.2f}"


def _below(score: float) -> str:
    """The largest threshold in two digits that the score is above."""
    return f"{(math.ceil(round(score * 100, 6)) - 1) / 100:.2f}"


def _read(store: "Store", post_id: str | None) -> Mapping[str, Any]:
    if post_id is None:
        raise InputError("Say which post: why(store, post_id), with the id as text.")
    if not isinstance(post_id, str):
        raise InputError(f"The post id {post_id!r} must be text: numbers lose their last digits.")
    for post in store.posts({"_id": post_id}, FIELDS):
        return post
    raise InputError(
        f"There is no post {post_id!r} in {store!r}. The id is the number at the end of a post's "
        "address."
    )


def _term(hit: Mapping[str, Any], post: Mapping[str, Any]) -> FoundTerm:
    description = post.get("description", "")
    texts = {
        "description": description,
        "hashtags": hashtags_beside(description, post.get("hashtags", ())),
    }
    written: dict[str, None] = {}
    parts: dict[str, None] = {}
    for span in hit.get("spans", ()):
        parts[span["field"]] = None
        text = texts.get(span["field"], "")[span["start"] : span["end"]]
        if text:
            written[text.lower()] = None
    return FoundTerm(hit["term"], hit["kind"], tuple(written), tuple(parts))
