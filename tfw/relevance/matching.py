"""Which terms of a vocabulary stand in a text, and where.

All forms of all terms go into one Aho-Corasick automaton (Aho and Corasick 1975; package
`daachorse`), which reads a caption once. What it finds is kept when it is a whole word, or a
whole word inside a hashtag: ``hat`` is found in ``#winterhat`` and not in ``what``. Forms that
mean something else as well are kept only where the context speaks for fashion
(:mod:`tfw.relevance.context`).
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from daachorse import CharwiseDoubleArrayAhoCorasick
from wordfreq import top_n_list

from tfw.records import Span, TermHit
from tfw.relevance.context import WEAK, Context, Hit
from tfw.relevance.spelling import spellings
from tfw.relevance.text import lemma, lower, split_hashtag
from tfw.relevance.vocabulary import Term, TermKind, Vocabulary, now

HASHTAG = re.compile(r"#[^\s#]+")
# English words that are looked through for inflected forms: "dresses" for "dress".
COMMON_WORDS = 150_000
SAME_START = 3
# Shorter phrases make other words when they are glued ("t shirt" still does not).
SHORTEST_GLUED = 6


class Found(NamedTuple):
    """A term at one place of one text."""

    term: str
    kind: str
    start: int
    end: int


NEW = tuple.__new__


class Matcher:
    """Finds the terms of one vocabulary, each under all its forms.

    >>> matcher = Matcher.of_words(["dress", "hat", "street style"])
    >>> [hit.term for hit in matcher.find("What dresses! #streetstyle #winterhat")]
    ['dress', 'street style', 'hat']
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        terms = {term.term: term for term in vocabulary.terms}
        doubtful = _doubtful_forms(vocabulary.terms)
        sure = {form: name for form, name in _forms(terms).items() if form not in doubtful}
        plain = [form for form, name in sure.items() if not _has_rules(terms[name])]
        ruled = [form for form, name in sure.items() if _has_rules(terms[name])]
        # In this order the number of a form says which rules it needs.
        forms = [*plain, *ruled, *doubtful]
        self._first_ruled, self._first_doubtful = len(plain), len(plain) + len(ruled)
        self._term_of = [terms[sure.get(form) or doubtful[form]] for form in forms]
        self._named = [(term.term, str(term.kind)) for term in self._term_of]
        # The automaton refuses an empty list; NUL stands in no text of ours.
        automaton = CharwiseDoubleArrayAhoCorasick(forms or ["\x00"])
        self._candidates: Callable[[str], list[Hit]] = automaton.find_overlapping
        self._is_evidence = [
            number < self._first_doubtful and term.term not in WEAK
            for number, term in enumerate(self._term_of)
        ]
        self._other = [frozenset(term.other) for term in self._term_of]

    @classmethod
    def of_words(cls, words: Iterable[str]) -> "Matcher":
        """A matcher of plain words, for trying things out."""
        terms = tuple(Term(term=word, kind=TermKind.WORD) for word in words)
        return cls(Vocabulary(name="words", source="a list", created_at=now(), terms=terms))

    def find(self, text: str) -> list[Found]:
        """The terms in a text from left to right, the longest where several start together."""
        named = self._named
        hits = self._scan(text)
        # The constructor of a named tuple takes twice the time of its base's.
        return [NEW(Found, (*named[form], start, end)) for start, end, form in hits]

    def count(self, text: str) -> int:
        """The number of different terms in a text."""
        return len({self._named[form] for _, _, form in self._scan(text)})

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
            for start, end, form in self._scan(text) if text else ():
                span = Span.model_construct(field=field, start=start, end=end)
                places[self._named[form]].append(span)
        return tuple(
            TermHit.model_construct(term=term, kind=kind, spans=tuple(spans))
            for (term, kind), spans in places.items()
        )

    def _scan(self, text: str) -> list[Hit]:  # noqa: C901
        """The hits of a text; written out for speed, because it reads millions of captions."""
        small = text.lower()
        if len(small) != len(text):
            small = lower(text)
        if "＃" in small:
            small = small.replace("＃", "#")
        candidates = self._candidates(small)
        if not candidates:
            return candidates
        found: list[Hit] = []
        begin = done = highest = 0
        tag = NO_TAG
        # Candidates come by their end, the longest first.
        for hit in candidates:
            start, end, form = hit
            if end <= done and start >= begin:
                continue  # a part of the last hit
            # At the start of a text the slice is empty, and so no letter.
            if small[end : end + 1].isalnum() or small[start - 1 : start].isalnum():
                # Several candidates of a hashtag come one after the other: it is read once.
                if not tag.begin <= start < tag.end:
                    tag = _tag_around(small, start)
                if not (tag.splits_at(start, end) or _is_written_without_blanks(small[start])):
                    continue
            found.append(hit)
            begin, done = start, end
            if form > highest:
                highest = form
        if len(found) > 1:
            found = _longest(found)
        return found if highest < self._first_ruled else list(self._judged(text, small, found))

    def _judged(self, text: str, small: str, found: list[Hit]) -> Iterator[Hit]:
        """The hits that the context speaks for."""
        evidence = self._is_evidence
        context = Context(text, small, [hit for hit in found if evidence[hit[2]]])
        for hit in found:
            form = hit[2]
            if form < self._first_ruled or self._passes(context, small, hit):
                yield hit

    def _passes(self, context: Context, small: str, hit: Hit) -> bool:
        term, other = self._term_of[hit[2]], self._other[hit[2]]
        if term.hashtag_only:
            return small[hit[0] - 1 : hit[0]] == "#" and _is_free(small, hit[0], hit[1])
        if hit[2] < self._first_doubtful:
            return context.has_no_other_sense(hit, other)
        return context.speaks_for(hit, other, is_brand=term.kind == TermKind.BRAND)


def _is_free(text: str, start: int, end: int) -> bool:
    """Whether no letter or digit stands beside a candidate."""
    # At the start of a text the slice is empty, and so no letter.
    return not (text[end : end + 1].isalnum() or text[start - 1 : start].isalnum())


def _has_rules(term: Term) -> bool:
    return term.hashtag_only or bool(term.other)


def hashtags_beside(description: str, hashtags: Iterable[str]) -> str:
    """The hashtags that the description does not have, as the text that spans refer to."""
    written = set(HASHTAG.findall(description.lower()))
    return " ".join(f"#{tag}" for tag in hashtags if f"#{tag}" not in written)


class Tag(NamedTuple):
    """A hashtag in a text: its place, and where its words begin and end, from its mark on."""

    begin: int
    end: int
    edges: frozenset[int]

    def splits_at(self, start: int, end: int) -> bool:
        """Whether a place is one word of it, or several."""
        return start - self.begin in self.edges and end - self.begin in self.edges


NO_TAG = Tag(-1, -1, frozenset())


def _tag_around(text: str, place: int) -> Tag:
    """The hashtag that a place belongs to."""
    mark = text.rfind("#", 0, place)
    found = HASHTAG.match(text, mark) if mark >= 0 else None
    if found is None or found.end() <= place:
        return NO_TAG
    return Tag(mark, found.end(), _word_edges(found.group()))


def _longest(hits: list[Hit]) -> list[Hit]:
    """Leftmost and longest first, without overlaps."""
    done = 0
    for start, end, _ in hits:
        if start < done:
            break
        done = end
    else:
        return hits
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
    """The places where a word may begin or end in a hashtag, counted with its mark."""
    edges, place = {1, len(tag)}, 1
    for word in split_hashtag(tag):
        place = tag.find(word, place)
        edges |= {place, place + len(word)}
        place += len(word)
    return frozenset(edges)


# Thai is the first of the scripts below.
LAST_WITH_BLANKS = "\u0dff"


def _is_written_without_blanks(character: str) -> bool:
    """Whether the script of a character is written without blanks between words."""
    return character > LAST_WITH_BLANKS and _is_of_script_without_blanks(character)


@cache
def _is_of_script_without_blanks(character: str) -> bool:
    name = unicodedata.name(character, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER"))


def _forms(terms: Mapping[str, Term]) -> dict[str, str]:
    """Every sure form of every term, with the term it stands for; what is listed comes first."""
    forms: dict[str, str] = {}
    for name in terms:
        forms[name] = name
    for name, term in terms.items():
        for form in (name, *term.forms):
            for written in (form, *glued_forms(form)):
                forms.setdefault(written, name)
    for name, term in terms.items():
        # A brand has no plural: "theories" and "coaching" are the ordinary words.
        for form in () if term.kind == TermKind.BRAND else (name, *term.forms):
            for written in () if form in term.doubtful else _inflected(form):
                forms.setdefault(written, name)
    return forms


def _doubtful_forms(terms: Iterable[Term]) -> dict[str, str]:
    """Every doubtful form with its term: of a noun also the plural, and no form of a verb."""
    forms: dict[str, str] = {}
    for term in terms:
        for form in term.doubtful:
            forms.setdefault(form, term.term)
            for plural in () if term.kind == TermKind.BRAND else _inflections().get(form, ()):
                if plural.endswith("s"):
                    forms.setdefault(plural, term.term)
            for written in glued_forms(form):
                forms.setdefault(written, term.term)
    return forms


def glued_forms(form: str) -> list[str]:
    """A phrase as hashtags and hyphens join its words."""
    if " " not in form:
        return []
    words = form.split()
    joined = ["".join(words)] if len(form) >= SHORTEST_GLUED else []
    return [*joined, "-".join(words), "_".join(words)]


def _inflected(form: str) -> Iterator[str]:
    """A form with its last word in other spellings and inflections."""
    for spelt in spellings(form):
        head, _, last = spelt.rpartition(" ")
        for word in (last, *_inflections().get(last, ())):
            written = f"{head} {word}" if head else word
            yield written
            yield from glued_forms(written)


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
