"""What is said in posts of every subject, to tell fashion talk from it.

General English (`wordfreq`) does not know that captions are full of "cute", "blogger" and
"inspo". A word profile of ordinary posts does: ``tfw/data/ordinary_words.tsv`` ships with the
project (``scripts/make_ordinary_profile.py`` makes it), and one's own posts about other subjects
make a better one. A term is typical of fashion when it is more common than in both.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Self

from tfw.records import Record
from tfw.relevance.text import PLATFORM_HASHTAGS, general_frequency, word_runs

# One in 10,000 words of general English; "shoes" is at 0.5, "dress" at 0.6, "model" at 1.3.
MAX_GENERAL_SHARE = 1e-4
MAX_SHARE_IN_PHRASE = 5e-4
MIN_LIFT = 5.0
MIN_CONTRAST = 2.0
# Words that the general list does not know get the share of its rarest words.
RAREST_SHARE = 1e-8
# How much more often than by chance the words of a common phrase of general English meet.
PHRASE_PULL = 100.0


class WordProfile(Record):
    """How often words and pairs of words stand in some posts; ``total`` counts all words."""

    source: str
    total: int
    counts: dict[str, int]

    @classmethod
    def of_texts(cls, texts: Iterable[str], *, source: str, least: int = 1) -> Self:
        """The profile of texts, of words and pairs that stand in at least ``least`` of them."""
        counts: Counter[str] = Counter()
        total = 0
        for text in texts:
            runs = word_runs(text)
            total += sum(len(run) for run in runs)
            counts.update({word for run in runs for word in run})
            counts.update({f"{a} {b}" for run in runs for a, b in pairwise(run)})
        kept = {term: count for term, count in sorted(counts.items()) if count >= least}
        return cls(source=source, total=total, counts=kept)

    @classmethod
    def from_table(cls, table: str) -> Self:
        """A profile as :meth:`as_table` writes it."""
        rows = dict(line.rsplit("\t", 1) for line in table.splitlines())
        source, total = rows.pop("# source"), int(rows.pop("# words"))
        return cls(source=source, total=total, counts={t: int(n) for t, n in rows.items()})

    def as_table(self) -> str:
        """The profile as lines of a term, a tab and a count, its source and total first."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"# source\t{self.source}"
        yield f"# words\t{self.total}"
        for term, count in sorted(self.counts.items()):
            yield f"{term}\t{count}"

    def share(self, term: str) -> float:
        """The share of a term in all words, 0 when it never stood there."""
        return self.counts.get(term, 0) / self.total if self.total else 0.0


@cache
def ordinary_profile() -> WordProfile:
    """The profile of ordinary posts that ships with the project."""
    text = resources.files("tfw.data").joinpath("ordinary_words.tsv").read_text("utf-8")
    return WordProfile.from_table(text)


def lift(count: int, total: int, term: str) -> float:
    """How many times more common a term is among ``total`` words than in general English.

    The frequency ratio is the simplest keyness measure of corpus linguistics (Gabrielatos 2018).
    """
    return (count / total) / max(general_share(term), RAREST_SHARE)


def contrast(count: int, total: int, term: str, ordinary: WordProfile | None = None) -> float:
    """How many times more common a term is among ``total`` words than in ordinary posts.

    Infinite for a term that ordinary posts do not use.
    """
    share = (ordinary or ordinary_profile()).share(term)
    return (count / total) / share if share else math.inf


def general_share(term: str) -> float:
    """The share of a word in general English; of a phrase, at most what its words allow."""
    words = term.split()
    if len(words) == 1:
        return general_frequency(term)
    share = PHRASE_PULL
    for word in words:
        share *= general_frequency(word)
    return share


def is_typical(term: str, count: int, total: int, ordinary: WordProfile | None = None) -> bool:
    """Whether a term says something about fashion.

    A term of the platform or of everyday English says nothing, however common it is; others must
    be at least 5 times more common here than in general English and twice as common as in
    ordinary posts, whose small sample allows no finer line. A phrase needs a word that does.
    """
    words = term.split()
    if len(words) > 1 and not any(_is_keyword(word, count, total, ordinary) for word in words):
        return False
    if term in PLATFORM_HASHTAGS or general_share(term) > MAX_GENERAL_SHARE:
        return False
    if lift(count, total, term) < MIN_LIFT:
        return False
    return contrast(count, total, term, ordinary) >= MIN_CONTRAST


def _is_keyword(word: str, count: int, total: int, ordinary: WordProfile | None) -> bool:
    """Whether a word may carry a phrase: "style" may, which alone is too common in English."""
    if general_share(word) > MAX_SHARE_IN_PHRASE or lift(count, total, word) < MIN_LIFT:
        return False
    return contrast(count, total, word, ordinary) >= MIN_CONTRAST
