"""The public lists that posts can be collected from, and how the site's own pages ask for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tfw.errors import ParameterError

ALL_CATEGORIES = 120
# The categories of the Explore page. Outfit is the natural public entry for fashion.
CATEGORIES = {
    "explore": ALL_CATEGORIES,
    "anime": 100,
    "shows": 101,
    "beauty-care": 102,
    "games": 103,
    "comedy": 104,
    "daily-life": 105,
    "family": 106,
    "relationship": 107,
    "drama": 108,
    "outfit": 109,
    "lipsync": 110,
    "food": 111,
    "sports": 112,
    "animals": 113,
    "society": 114,
    "cars": 115,
    "education": 116,
    "fitness-health": 117,
    "technology": 118,
    "singing-dancing": 119,
}
FASHION_LABEL = 10029
# What one call of a list gives at most, whatever it is asked for.
ITEMS_A_CALL = 30
BROWSED_A_CALL = 100
TAG = re.compile(r"tag:#?([^\s#/?&]{1,100})")


@dataclass(frozen=True)
class Feed:
    """A list of posts: the page that shows it, and the call by which the page gets more.

    ``paged`` lists go on from a cursor; the others give a fresh batch each time. ``category``
    is the one that items must have where they tell theirs.
    """

    name: str
    page: str
    path: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    most: int = ITEMS_A_CALL
    paged: bool = False
    category: int | None = None
    tag: str | None = None

    def fits(self, item: Mapping[str, Any]) -> bool:
        """Whether an item belongs to the list; the page of Explore holds all categories."""
        told = item.get("CategoryType")
        return self.category is None or told is None or str(told) == str(self.category)


def feed_of(source: str) -> Feed:
    """The list that a name stands for.

    Raises:
        ParameterError: there is no such list; the message names all.
    """
    name = str(source).strip().lower()
    if name == "recommend":
        asks = {"from_page": "fyp", "pullType": 2, "coverFormat": 2, "isNonPersonalized": "false"}
        return Feed(name, "/foryou", "/api/recommend/item_list/", asks)
    if name == "fashion":
        asks = {"label": FASHION_LABEL}
        path = "/browse/api/get-video-list"
        return Feed(name, "/browse", path, asks, most=BROWSED_A_CALL, paged=True)
    if name in CATEGORIES:
        number = CATEGORIES[name]
        wanted = None if number == ALL_CATEGORIES else number
        path, asks = "/api/explore/item_list/", {"categoryType": number}
        return Feed(name, "/explore", path, asks, category=wanted)
    if tag := TAG.fullmatch(name):
        path, asks = "/api/challenge/item_list/", {"from_page": "hashtag"}
        return Feed(f"tag:{tag[1]}", f"/tag/{tag[1]}", path, asks, paged=True, tag=tag[1])
    raise ParameterError(
        f"source is {source!r}; it is recommend, fashion, tag:NAME, or a category of the Explore "
        f"page: {', '.join(CATEGORIES)}."
    )
