"""Who follows whom in the lab: a graph in which both directions agree, derived from the seed.

Account ``a`` follows as many others as its draw says. Its ``j``-th is found by a permutation of
all accounts, squeezed so that low numbers, which post most, have the most followers. Nothing is
kept, and the followers of an account are found by turning the permutation round.
"""

import math
from collections.abc import Iterator

from tfw.lab.content import World
from tfw.lab.research_refusals import Json
from tfw.lab.things import WorldAccount

_MOST_FOLLOWED = 200
_FIRST_SECOND = 1_577_836_800  # 1 January 2020
_VIEWERS_PER_POSTER = 16


class FollowGraph:
    """The follow lists of a world's accounts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._people = world.posters * _VIEWERS_PER_POSTER
        self._step = next(
            n
            for n in range(self._people * 5 // 8 | 1, 2 * self._people, 2)
            if math.gcd(n, self._people) == 1
        )
        self._back = pow(self._step, -1, self._people)

    def following(self, account: WorldAccount) -> list[tuple[int, int]]:
        """Second and account number of everyone it follows, newest first."""
        return self._dated(
            (account.number, other, other) for other in self._followed(account.number)
        )

    def followers(self, account: WorldAccount, most: int) -> list[tuple[int, int]]:
        """Second and account number of its followers, newest first, ``most`` at most."""
        found = sorted(set(self._following(account.number)))[:most]
        return self._dated((other, account.number, other) for other in found)

    def _followed(self, number: int) -> set[int]:
        places = (
            (number * self._step + self._offset(j)) % self._people
            for j in range(self._out_degree(number))
        )
        return {self._squeezed(place) for place in places} - {number}

    def _following(self, number: int) -> Iterator[int]:
        for place in self._places_of(number):
            for j in range(_MOST_FOLLOWED):
                other = (place - self._offset(j)) * self._back % self._people
                if j < self._out_degree(other) and other != number:
                    yield other

    def _squeezed(self, place: int) -> int:
        return place * place // self._people

    def _places_of(self, number: int) -> range:
        """The places that squeeze to a number."""
        return range(self._root(number), self._root(number + 1))

    def _root(self, number: int) -> int:
        """The first place whose square is at least ``number * people``."""
        product = number * self._people
        return min(math.isqrt(product - 1) + 1, self._people) if product else 0

    def _out_degree(self, number: int) -> int:
        # The third power makes most accounts follow few others.
        return int(_MOST_FOLLOWED * (_mixed(self._world.seed, number) / 2**64) ** 3)

    def _offset(self, j: int) -> int:
        return _mixed(self._world.seed, j + 1, 1) % self._people

    def _dated(self, edges: Iterator[tuple[int, int, int]]) -> list[tuple[int, int]]:
        """The edges with a second each, no second twice, newest first."""
        span = int(self._world.end.timestamp()) - _FIRST_SECOND
        dated = sorted(
            (
                (_FIRST_SECOND + _mixed(self._world.seed, a, b) % span, shown)
                for a, b, shown in edges
            ),
            reverse=True,
        )
        seconds: list[tuple[int, int]] = []
        for second, shown in dated:
            last = seconds[-1][0] if seconds else second + 1
            seconds.append((min(second, last - 1), shown))
        return seconds


def follow_row(account: WorldAccount) -> Json:
    """The row of an account in a follow list."""
    return {"display_name": account.nickname, "username": account.handle}


def _mixed(*numbers: int) -> int:
    """A number of 64 bits that follows from others (the finalizer of SplitMix64)."""
    mixed = 0
    for number in numbers:
        mixed = (mixed + number + 0x9E3779B97F4A7C15) % 2**64
        mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % 2**64
        mixed ^= mixed >> 31
    return mixed
