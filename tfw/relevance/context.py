"""Whether a doubtful form means fashion where it stands: "gap jeans" and not "gap year".

The rules look at nothing but the text of one post. They run only on hits of doubtful forms, so
that other captions cost nothing. The first that applies decides:

1. a word of the other sense stands next to the form (gap *year*, *team* coach): no
2. a sure fashion term stands near it or in the same hashtag: yes
3. a word of the other sense stands anywhere in the text: no
4. the term is an ordinary word and no brand (top, glasses): yes with a sure term anywhere, else no
5. the form is a hashtag of its own or a mention (#gap, @gap): yes
6. it is written as a name amid lower case (bought it at Gap), with a sure term anywhere or after a
   word that shops follow: yes
7. else no
"""

import re
from collections.abc import Iterable, Sequence, Set
from functools import cached_property

from tfw.relevance.text import TOKEN, split_hashtag

# The place of a form in a text, before it is shown: start, end, number of the form.
Hit = tuple[int, int, int]
# In characters; about three words.
NEAR = 20
NEXT_WORDS = 2
NEXT_CHARACTERS = 40
# Fashion terms that go with people and games as well, and are no evidence for a brand.
WEAK = frozenset("wear style suit uniform vintage boot jersey".split())
SHOPS_FOLLOW = frozenset("from at by wearing x von bei de da chez en".split())
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Context:
    """One text in which the context of doubtful forms is looked at.

    Args:
        text: the text as written.
        small: the same in lower case, character by character.
        sure: the places of fashion terms that need no context.
    """

    def __init__(self, text: str, small: str, sure: Sequence[Hit]) -> None:
        self._text = text
        self._small = small
        self._sure = sure

    def speaks_for(self, hit: Hit, other: Set[str], *, is_brand: bool) -> bool:
        """Whether a doubtful form means fashion; ``other`` are words of its other sense."""
        start, end, _ = hit
        if not self._sure and not is_brand:
            return False
        if other and not other.isdisjoint(self._words_beside(start, end)):
            return False
        if any(one[0] - end <= NEAR and start - one[1] <= NEAR for one in self._sure):
            return True
        if other and not other.isdisjoint(self._all_words):
            return False
        if not is_brand or self._is_tag_or_mention(start, end):
            return True
        return self._is_name(start, end) and (bool(self._sure) or self._follows_shop_word(start))

    def has_no_other_sense(self, hit: Hit, other: Set[str]) -> bool:
        """Whether a sure form counts although its term has another sense (Patagonia, the region).

        It does unless a word of the other sense stands in the text and no other fashion term does.
        """
        return any(one[:2] != hit[:2] for one in self._sure) or other.isdisjoint(self._all_words)

    @cached_property
    def _all_words(self) -> list[str]:
        return WORD.findall(self._small)

    def _words_beside(self, start: int, end: int) -> list[str]:
        before = TOKEN.findall(self._small[max(0, start - NEXT_CHARACTERS) : start])
        after = TOKEN.findall(self._small[end : end + NEXT_CHARACTERS])
        nearest = _opened(before[-NEXT_WORDS:])[-NEXT_WORDS:]
        return nearest + _opened(after[:NEXT_WORDS])[:NEXT_WORDS]

    def _follows_shop_word(self, start: int) -> bool:
        before = self._small[:start].split()
        return bool(before) and before[-1] in SHOPS_FOLLOW

    def _is_tag_or_mention(self, start: int, end: int) -> bool:
        marked = self._small[start - 1 : start] in ("#", "@")
        return marked and not self._small[end : end + 1].isalnum()

    def _is_name(self, start: int, end: int) -> bool:
        """Whether a form has a capital letter where the words beside it have none."""
        before, after = self._text[:start].split(), self._text[end:].split()
        if not self._text[start].isupper() or not before or not before[-1][-1].isalnum():
            return False
        return not any(word[:1].isupper() for word in (before[-1], *after[:1]))


def _opened(tokens: Iterable[str]) -> list[str]:
    """Words in place of hashtags."""
    return [word for t in tokens for word in (split_hashtag(t) if t[0] == "#" else (t,))]
