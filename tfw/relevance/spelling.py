"""British and American spellings, and common slips, of one word.

Captions write jewellery, jewelry and jewlery. A vocabulary counts them as one term, under the
spelling that general English uses most.
"""

import re
from functools import lru_cache

from tfw.relevance.text import general_frequency, is_english

# Words of fashion whose forms no rule gives, the usual one first; a "_" stands for a blank.
_GROUPS = """
jewelry jewellery jewelery jewlery jewellry
jeweler jeweller
accessory accesory acessory
pajamas pyjamas
pajama pyjama
gray grey
fiber fibre
tshirt t-shirt t_shirt tee_shirt
sweatshirt sweat-shirt sweat_shirt
turtleneck turtle-neck turtle_neck
sneaker sneeker
aesthetic esthetic
outfit outift outfitt
lingerie lingere
"""
GROUPS = tuple(
    tuple(form.replace("_", " ") for form in line.split()) for line in _GROUPS.strip().splitlines()
)
_GROUP_OF = {form: group for group in GROUPS for form in group}
# British endings with their American ones, both ways (colour, stylise, catalogue). Doubled l
# and -re are left out: filled and filed, timbre and timber are different words.
_RULES = tuple(
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"our(?=s?$|ed$|ful$|ing$)", "or"),
        (r"or(?=s?$|ed$|ful$|ing$)", "our"),
        (r"is(?=e$|ed$|es$|ing$|er$|ation$)", "iz"),
        (r"iz(?=e$|ed$|es$|ing$|er$|ation$)", "is"),
        (r"ogue$", "og"),
    )
)
# Short words change their meaning with a letter (prise and prize, tour and tor).
SHORTEST = 6


@lru_cache(maxsize=50_000)
def spellings(term: str) -> tuple[str, ...]:
    """All known spellings of a word, or of a phrase by its last word; the given one first.

    A rule counts only when the dictionary of English forms has both words.

    >>> spellings("stylise"), spellings("jeweler")
    (('stylise', 'stylize'), ('jeweler', 'jeweller'))
    """
    head, _, last = term.rpartition(" ")
    others = [f"{head} {word}".strip() for word in (*_GROUP_OF.get(last, ()), *_by_rule(last))]
    return tuple(dict.fromkeys([term, *_GROUP_OF.get(term, ()), *others]))


@lru_cache(maxsize=200_000)
def usual_spelling(word: str) -> str:
    """The spelling under which a word is counted.

    >>> usual_spelling("jewellery"), usual_spelling("colours"), usual_spelling("dress")
    ('jewelry', 'colors', 'dress')
    """
    if word in _GROUP_OF:
        return _GROUP_OF[word][0]
    return max([word, *_by_rule(word)], key=general_frequency)


def _by_rule(word: str) -> list[str]:
    if not is_english(word):
        return []
    changed = [pattern.sub(ending, word) for pattern, ending in _RULES]
    return [
        other
        for other in dict.fromkeys(changed)
        if other != word and max(len(word), len(other)) >= SHORTEST and is_english(other)
    ]
