"""How a post is shown to a reader: its author, address and text at a privacy level."""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from tfw.errors import ParameterError
from tfw.privacy import MENTION, PrivacyLevel, hider, open_pseudonymiser, text_hider
from tfw.records import post_url
from tfw.settings import Settings, load_settings

logger = logging.getLogger(__name__)

TEXT_LENGTH = 220
# Where the first matched term stands further back, the beginning gives way to its surroundings.
HEAD_LENGTH = 90
POST_PATH = re.compile(r"(https?://[^/\s@?#]+)/@([^/?#\s]+)/(video|photo)/(\d+)(?:[/?#]\S*)?")


class Piece(NamedTuple):
    """A stretch of a text, and whether it is a matched vocabulary term."""

    text: str
    term: bool = False


@dataclass(frozen=True)
class Mask:
    """What one privacy level makes of names, texts and addresses; see :func:`open_mask`."""

    level: PrivacyLevel
    name: Callable[[str], str]
    text: Callable[[str], str]
    reason: str = ""

    @property
    def shows_names(self) -> bool:
        """True where people are shown as they are."""
        return self.level is PrivacyLevel.KEEP

    def author(self, post: Mapping[str, Any]) -> str | None:
        """The author of a post document as shown, or None where the author is not known."""
        name = (post.get("author") or {}).get("name")
        return self.name(name) if name else None

    def url(self, post: Mapping[str, Any]) -> str:
        """The address of a post document; unless names are shown, without the author's handle.

        TikTok finds a post by its id whatever stands in the handle's place, so ``@_`` does. An
        address that is not that of a post page (a short link, ``javascript:``) is not shown:
        the address made from the id takes its place.
        """
        post_id, url = str(post["_id"]), str(post.get("url") or "")
        found = POST_PATH.fullmatch(url)
        if not found or found.group(4) != post_id:
            name = (post.get("author") or {}).get("name") if self.shows_names else None
            return post_url(post_id, name)
        site, handle, kind, _ = found.groups()
        return f"{site}/@{handle if self.shows_names else '_'}/{kind}/{post_id}"

    def pieces(
        self, description: str, spans: Iterable[tuple[int, int]], *, whole: bool = False
    ) -> list[Piece]:
        """A description cut at the matched terms, shortened, with its @mentions hidden.

        A term inside a mention is not marked: marking it would give away a part of the name.

        Args:
            description: the text as stored.
            spans: half-open ranges of characters of the matched terms in it.
            whole: whether long descriptions are left as they are.
        """
        pieces, kept = self._hide_mentions(description, spans)
        text = "".join(pieces)
        return _cut(text, kept, 0, len(text)) if whole else _shorten(text, kept)

    def _hide_mentions(
        self, text: str, spans: Iterable[tuple[int, int]]
    ) -> tuple[list[str], list[tuple[int, int]]]:
        """The text without names, and the spans moved to where they stand then."""
        parts: list[str] = []
        kept: list[tuple[int, int]] = []
        waiting = _apart(spans, len(text))
        end = moved = 0
        for mention in MENTION.finditer(text):
            kept += [
                (a + moved, b + moved) for a, b in waiting if a >= end and b <= mention.start()
            ]
            shown = self.text(mention.group())
            parts += [text[end : mention.start()], shown]
            end = mention.end()
            moved += len(shown) - (mention.end() - mention.start())
        kept += [(a + moved, b + moved) for a, b in waiting if a >= end]
        return [*parts, text[end:]], kept


@dataclass(frozen=True)
class ShownPost:
    """One row of the report's tables of posts; None where a value is not known."""

    id: str
    url: str
    source: str
    author: str | None
    pieces: tuple[Piece, ...]
    created_at: datetime | None
    statistical: float | None
    vocabulary: int
    label: float | None
    verdict: bool
    why: str
    terms: tuple[str, ...]


def open_mask(
    privacy: PrivacyLevel | str, reason: str = "", settings: Settings | None = None
) -> Mask:
    """The mask for a privacy level; showing names needs a reason, which is logged.

    Raises:
        ParameterError: an unknown level, or ``keep`` without a reason.
    """
    try:
        level = PrivacyLevel(privacy)
    except ValueError:
        levels = ", ".join(PrivacyLevel)
        raise ParameterError(f"privacy is {privacy!r}. It is one of: {levels}.") from None
    if level is PrivacyLevel.KEEP:
        if not reason.strip():
            raise ParameterError(
                "privacy='keep' writes account names into the report and its files and needs a "
                "reason, for example reason='consent of all authors, ethics vote 12/2026'."
            )
        logger.warning("Names of authors are shown. Reason: %s", reason.strip())
    pseudonymiser = open_pseudonymiser(settings or load_settings())
    return Mask(
        level, hider(level, pseudonymiser), text_hider(level, pseudonymiser), reason.strip()
    )


def show_post(post: Mapping[str, Any], mask: Mask) -> ShownPost:
    """A scored post document as a reader sees it."""
    relevance = post["relevance"]
    terms = relevance.get("terms", ())
    spans = [
        (span["start"], span["end"])
        for term in terms
        for span in term.get("spans", ())
        if span["field"] == "description"
    ]
    return ShownPost(
        id=str(post["_id"]),
        url=mask.url(post),
        source=str(post.get("source", "")),
        author=mask.author(post),
        pieces=tuple(mask.pieces(post.get("description", ""), spans)),
        created_at=post.get("created_at"),
        statistical=relevance.get("statistical"),
        vocabulary=relevance["vocabulary"],
        label=relevance.get("label"),
        verdict=relevance["verdict"],
        why=mask.text(relevance.get("why", "")),
        terms=tuple(term["term"] for term in terms),
    )


def _apart(spans: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The spans in their order, inside the text, overlapping ones as one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        start, end = max(start, 0), min(end, length)
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        elif start < end:
            apart.append((start, end))
    return apart


def _shorten(text: str, spans: list[tuple[int, int]]) -> list[Piece]:
    """At most about TEXT_LENGTH characters, with the first matched term among them."""
    if len(text) <= TEXT_LENGTH:
        return _cut(text, spans, 0, len(text))
    if not spans or spans[0][1] <= TEXT_LENGTH:
        return [*_cut(text, spans, 0, TEXT_LENGTH), Piece(" …")]
    start = max(spans[0][0] - 30, HEAD_LENGTH)
    end = max(start + TEXT_LENGTH - HEAD_LENGTH, min(spans[0][1], start + TEXT_LENGTH))
    tail = [Piece(" …")] if end < len(text) else []
    return [Piece(text[:HEAD_LENGTH] + " … "), *_cut(text, spans, start, end), *tail]


def _cut(text: str, spans: list[tuple[int, int]], start: int, end: int) -> list[Piece]:
    pieces, position = [], start
    for first, last in spans:
        if first < start or last > end:
            continue
        pieces += [Piece(text[position:first]), Piece(text[first:last], term=True)]
        position = last
    return [piece for piece in [*pieces, Piece(text[position:end])] if piece.text]
