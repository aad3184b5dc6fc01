"""Which terms of a vocabulary stand in a text, and where.

All forms of all terms go into one Aho-Corasick automaton (Aho and Corasick 1975; package
`daachorse`), which reads a caption once. What it finds is kept when it is a whole word, or a
whole word inside a hashtag: ``hat`` is found in ``#winterhat`` and not in ``what``.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from daachorse import CharwiseDoubleArrayAhoCorasick
from wordfreq import top_n_list

from tfw.records import Span, TermHit
from tfw.relevance.text import lemma, lower, split_hashtag
from tfw.relevance.vocabulary import Term, TermKind, Vocabulary, now

HASHTAG = re.compile(r"#[^\s#]+")
# English words that are looked through for inflected forms: "dresses" for "dress".
COMMON_WORDS = 150_000
SAME_START = 3


class Found(NamedTuple):
    """A term at one place of one text."""

    term: str
    kind: str
    start: int
    end: int


# A hit before it is shown: start, end, term. Plain tuples, because there are millions of them.
Hit = tuple[int, int, Term]


class Matcher:
    """Finds the terms of one vocabulary.

    >>> matcher = Matcher.of_words(["dress", "hat", "street style"])
    >>> [hit.term for hit in matcher.find("What dresses! #streetstyle #winterhat")]
    ['dress', 'street style', 'hat']
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        terms = {term.term: term for term in vocabulary.terms}
        forms = _forms(terms)
        self._term_of = [terms[term] for term in forms.values()]
        # The automaton refuses an empty list; NUL stands in no text of ours.
        self._automaton = CharwiseDoubleArrayAhoCorasick(list(forms) or ["\x00"])

    @classmethod
    def of_words(cls, words: Iterable[str]) -> "Matcher":
        """A matcher of plain words, for trying things out."""
        terms = tuple(Term(term=word, kind=TermKind.WORD) for word in words)
        return cls(Vocabulary(name="words", source="a list", created_at=now(), terms=terms))

    def find(self, text: str) -> list[Found]:
        """The terms in a text from left to right, the longest where several start together."""
        return [Found(term.term, term.kind, start, end) for start, end, term in self._scan(text)]

    def count(self, text: str) -> int:
        """The number of different terms in a text."""
        return len({term.term for _, _, term in self._scan(text)})

    def match(
        self, description: str, hashtags: Iterable[str] = (), comments: str = ""
    ) -> tuple[TermHit, ...]:
        """The terms of a post with every place where they stand.

        Spans count characters: of the description, of the hashtags written as ``#a #b``, of the
        comments joined by line breaks. Hashtags that the description has are not read twice.
        """
        places: dict[tuple[str, str], list[Span]] = defaultdict(list)
        for field, text in (
            ("description", description),
            ("hashtags", hashtags_beside(description, hashtags)),
            ("comments", comments),
        ):
            for start, end, term in self._scan(text) if text else ():
                span = Span.model_construct(field=field, start=start, end=end)
                places[term.term, term.kind].append(span)
        return tuple(
            TermHit.model_construct(term=term, kind=kind, spans=tuple(spans))
            for (term, kind), spans in places.items()
        )

    def _scan(self, text: str) -> list[Hit]:
        small = lower(text).replace("＃", "#")
        candidates = self._automaton.find_overlapping(small)
        if not candidates:
            return []
        found = []
        for start, end, form in candidates:
            term = self._term_of[form]
            if _is_word(small, start, end, term.hashtag_only):
                found.append((start, end, term))
        return _longest(found) if len(found) > 1 else found


def _is_word(text: str, start: int, end: int, hashtag_only: bool) -> bool:
    """Whether a candidate is a whole word of the text, or of a hashtag in it."""
    before = text[start - 1 : start]
    if not (before.isalnum() or text[end : end + 1].isalnum()):
        return before == "#" or not hashtag_only
    if hashtag_only:
        return False
    return _is_word_of_hashtag(text, start, end) or _has_no_word_breaks(text[start])


def hashtags_beside(description: str, hashtags: Iterable[str]) -> str:
    """The hashtags that the description does not have, as the text that spans refer to."""
    written = set(HASHTAG.findall(lower(description)))
    return " ".join(f"#{tag}" for tag in hashtags if f"#{tag}" not in written)


def _is_word_of_hashtag(text: str, start: int, end: int) -> bool:
    mark = text.rfind("#", 0, start)
    tag = HASHTAG.match(text, mark) if mark >= 0 else None
    if tag is None or tag.end() < end:
        return False
    edges = _word_edges(tag.group()[1:])
    return start - mark - 1 in edges and end - mark - 1 in edges


def _longest(hits: list[Hit]) -> list[Hit]:
    """Leftmost and longest first, without overlaps."""
    hits.sort(key=_by_start_then_length)
    kept, done = [], 0
    for hit in hits:
        if hit[0] >= done:
            kept.append(hit)
            done = hit[1]
    return kept


def _by_start_then_length(hit: Hit) -> tuple[int, int]:
    return hit[0], -hit[1]


@lru_cache(maxsize=200_000)
def _word_edges(tag: str) -> frozenset[int]:
    """The places where a word may begin or end in a hashtag."""
    edges, place = {0, len(tag)}, 0
    for word in split_hashtag(tag):
        place = tag.find(word, place)
        edges |= {place, place + len(word)}
        place += len(word)
    return frozenset(edges)


@cache
def _has_no_word_breaks(character: str) -> bool:
    """Whether the script of a character is written without blanks between words."""
    name = unicodedata.name(character, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER"))


def _forms(terms: Mapping[str, Term]) -> dict[str, str]:
    """Every written form of every term, with the term it stands for."""
    forms: dict[str, str] = {}
    for term in terms:
        forms[term] = term
        if " " in term:
            forms.setdefault(term.replace(" ", ""), term)
    for term in terms:
        head, _, last = term.rpartition(" ")
        for inflected in _inflections().get(last, ()):
            form = f"{head} {inflected}" if head else inflected
            forms.setdefault(form, term)
            forms.setdefault(form.replace(" ", ""), term)
    return forms


@cache
def _inflections() -> dict[str, list[str]]:
    """English lemmas with their inflected forms among the common words."""
    forms: dict[str, list[str]] = defaultdict(list)
    for word in top_n_list("en", COMMON_WORDS):
        base = lemma(word) if word.isascii() and word.isalpha() else word
        # Forms that look different (rang for ring) are mostly other words in captions.
        if base != word and base[:SAME_START] == word[:SAME_START]:
            forms[base].append(word)
    return forms
