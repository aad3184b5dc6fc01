"""Shops, products and reviews of the lab, derived from the world's seed."""

from typing import Any

from tfw.lab.dice import Dice
from tfw.lab.research_calls import Call
from tfw.lab.research_pages import asked_fields, picked
from tfw.lab.research_posts import Shelf, is_id
from tfw.lab.research_refusals import Json, invalid, to_count, to_text
from tfw.lab.things import make_id, place_of

_MOST_ON_A_PAGE = 10
_MOST_SHOPS = 500
_KINDS = ("Atelier", "Wardrobe", "Studio", "Tailors", "Thread & Co", "Closet", "Knitwear", "Denim")
_CLOTHES = (
    "Linen shirt", "Pleated skirt", "Wool coat", "Canvas tote", "Corduroy trousers", "Silk scarf",
    "Ribbed cardigan", "Raincoat", "Leather belt", "Suede loafers", "Cotton socks", "Denim jacket",
    "Wrap dress", "Felt hat", "Merino jumper", "Quilted vest",
)  # fmt: skip
_STUFFS = ("100 % cotton", "linen and wool", "recycled polyester", "merino", "leather, vegan glue")
_PRAISE = (
    "fits as shown",
    "lovely colour",
    "arrived in two days",
    "soft and warm",
    "wear it daily",
)
_BLAME = ("runs small", "the seam opened", "thinner than I thought", "colour is off", "late parcel")
_STARS = ("ONE", "TWO", "THREE", "FOUR", "FIVE")
_CURRENCIES = ("EUR", "GBP")


class Shops:
    """Answers the three endpoints of TikTok Shop."""

    def __init__(self, shelf: Shelf) -> None:
        self._world, self._engine = shelf.world, shelf.engine
        self._shops = min(_MOST_SHOPS, max(3, len(shelf.world) // 50))
        self._opened = int(shelf.world.start.timestamp())

    def shops(self, call: Call) -> Json:
        """``tts/shop``: the shops whose name holds a text."""
        fields = asked_fields(call, self._engine)
        wanted = to_text(call.data, "shop_name").casefold()
        limit = to_count(call.data, "limit", _MOST_ON_A_PAGE, low=1, high=_MOST_ON_A_PAGE)
        names = ((number, self._name(number)) for number in range(self._shops))
        found = [number for number, name in names if wanted in name.casefold()][:limit]
        return {"shop_data": [picked(self._shop(n), fields, ("shop", n)) for n in found]}

    def products(self, call: Call) -> Json:
        """``tts/product``: the products of a shop."""
        fields = asked_fields(call, self._engine)
        shop = self._number(call, "shop_id")
        numbers = _page(call, self._count(shop))
        rows = [self._product(shop, number) for number in numbers]
        return {"product_data": [picked(row, fields, row["product_id"]) for row in rows]}

    def reviews(self, call: Call) -> Json:
        """``tts/review``: the reviews of a product."""
        fields = asked_fields(call, self._engine)
        shop = self._number(call, "product_id")
        number = place_of(to_text(call.data, "product_id"))[1] - 1
        if not 0 <= number < self._count(shop):
            raise _unknown(call, "product_id")
        product = self._product(shop, number)
        rows = [
            self._review(product, review) for review in _page(call, product["product_review_count"])
        ]
        return {"review_data": [picked(row, fields, str(row)) for row in rows]}

    def _number(self, call: Call, name: str) -> int:
        """The number of the shop in an id."""
        text = to_text(call.data, name)
        number, _ = place_of(text) if is_id(text) else (self._shops, 0)
        if number >= self._shops or int(text) >> 32 != self._opened:
            raise _unknown(call, name)
        return number

    def _count(self, shop: int) -> int:
        """How many products a shop has."""
        return self._dice("products", shop).number(1, 24)

    def _name(self, shop: int) -> str:
        nickname = self._world.account(shop).nickname.title()
        return f"{nickname} {_KINDS[shop % len(_KINDS)]}"

    def _shop(self, shop: int) -> Json:
        dice = self._dice("shop", shop)
        sold = int(dice.lognormal(800, 1.2))
        row: dict[str, Any] = {
            "shop_id": int(make_id(self._opened, shop, 0)),
            "shop_name": self._name(shop),
            "shop_rating": f"{dice.number(30, 50) / 10:.1f}",
            "shop_review_count": sold // 12,
            "item_sold_count": sold,
        }
        if dice.chance(0.5):
            row["shop_performance_value"] = f"{dice.number(50, 99)}%"
        return row

    def _product(self, shop: int, number: int) -> Json:
        dice = self._dice("product", shop, number)
        stars = [dice.number(0, high) for high in (1, 1, 3, 8, 18)]
        count = sum(stars)
        row: dict[str, Any] = {
            "product_id": int(make_id(self._opened, shop, number + 1)),
            "product_name": dice.pick(_CLOTHES),
            "product_description": dice.pick(_STUFFS),
            "product_price": [f"{dice.number(900, 18_000) / 100:.2f}{dice.pick(_CURRENCIES)}"],
            "product_sold_count": count * 12,
            "product_review_count": count,
            "shop_name": self._name(shop),
        }
        row |= {f"product_rating_{n}_count": c for n, c in enumerate(stars, start=1)}
        if count:
            mean = sum(n * c for n, c in enumerate(stars, start=1)) / count
            row["product_rating"] = f"{mean:.1f}"
        return row

    def _review(self, product: Json, number: int) -> Json:
        dice = self._dice("review", product["product_id"], number)
        ratings = [n for n in range(1, 6) for _ in range(product[f"product_rating_{n}_count"])]
        stars = ratings[number]
        seconds = dice.number(self._opened, int(self._world.end.timestamp()))
        return {
            "product_name": product["product_name"],
            "review_text": dice.pick(_PRAISE if stars > 3 else _BLAME),
            "review_like_count": dice.number(0, 9),
            "create_time": seconds * 1_000 + dice.number(0, 999),
            "review_rating": _STARS[stars - 1],
        }

    def _dice(self, *key: object) -> Dice:
        return Dice(self._world.seed, "shop", *key)


def _page(call: Call, count: int) -> range:
    """The numbers of the things on the page that is asked for, the first page being 1."""
    start = to_count(call.data, "page_start", 1, low=1)
    size = to_count(call.data, "page_size", _MOST_ON_A_PAGE, low=1, high=_MOST_ON_A_PAGE)
    return range(count)[(start - 1) * size : start * size]


def _unknown(call: Call, name: str) -> Exception:
    return invalid(f"Invalid {name}: {call.data.get(name)} is not known")
