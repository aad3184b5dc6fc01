"""The candidates of a search, found once and kept under search ids."""

from array import array
from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from tfw.lab.research_posts import Shelf
from tfw.lab.research_query import Search
from tfw.lab.research_refusals import invalid_cursor, invalid_search

GONE = 2**32 - 1  # a place in the candidates without a post
_SEARCHES_KEPT = 2_000
_CANDIDATES_KEPT = 5_000_000


@dataclass
class Candidates:
    """The posts that a search found, newest first, under the id it was given."""

    key: str
    given: datetime
    indexes: "array[int]"


class SearchCache:
    """Gives search ids, and knows their candidates until they expire."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._kept: OrderedDict[str, Candidates] = OrderedDict()
        self._given = 0

    def open(self, search: Search) -> tuple[str, Candidates]:
        """The candidates of a search, under a new id for its first page.

        Raises:
            Refusal: the id is unknown, expired or of another search; the cursor has no id.
        """
        if not search.search_id:
            if search.cursor:
                raise invalid_cursor()
            found = Candidates(search.key, self._shelf.now(), self._evaluate(search))
            return self.add(found), found
        known = self._kept.get(search.search_id)
        if known is None or known.key != search.key or self._is_old(known):
            raise invalid_search(search.search_id)
        if search.cursor and search.cursor >= len(known.indexes):
            raise invalid_cursor()
        return search.search_id, known

    def add(self, candidates: Candidates) -> str:
        """A new id for candidates; the second of now is in its upper 32 bits."""
        self._given += 1
        key = f"{self._shelf.world.seed}/{self._given}".encode()
        lower = int.from_bytes(blake2b(key, digest_size=4).digest())
        search_id = str(int(self._shelf.now().timestamp()) << 32 | lower)
        self._kept[search_id] = candidates
        while self._is_full():
            self._kept.popitem(last=False)
        return search_id

    def pad(self, candidates: Candidates, cursor: int, places: int) -> None:
        """Put candidates that are gone before the cursor's, so that its page has no rows."""
        hole = array("I", [GONE]) * places
        candidates.indexes = candidates.indexes[:cursor] + hole + candidates.indexes[cursor:]

    def _is_full(self) -> bool:
        size = sum(len(candidates.indexes) for candidates in self._kept.values())
        return len(self._kept) > _SEARCHES_KEPT or size > _CANDIDATES_KEPT

    def _is_old(self, candidates: Candidates) -> bool:
        age = self._shelf.now() - candidates.given
        return age >= timedelta(seconds=self._shelf.engine.plan.rules.search_id_seconds)

    def _evaluate(self, search: Search) -> "array[int]":
        shelf = self._shelf
        rules = shelf.engine.plan.rules
        embargo = shelf.now() - timedelta(hours=rules.embargo_hours)
        places = shelf.world.posts_between(search.start, search.end + timedelta(days=1))
        stop = bisect_left(places, embargo.timestamp(), key=shelf.world.timeline.second)
        posts = (shelf.post(index) for index in reversed(places[:stop]))
        return array(
            "I", (p.index for p in posts if search.matches(p) and not shelf.is_canadian(p.account))
        )
