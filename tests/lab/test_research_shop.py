"""The three endpoints of TikTok Shop."""

import pytest

from tests.lab.research_api import serving
from tfw.lab.content import World

PRODUCT = "product_id,product_name,product_price,product_review_count,product_rating_5_count"


@pytest.fixture
def api(shared_api):
    return shared_api


def shops(api, name="a", **more):
    return api.data("tts/shop", {"shop_name": name, **more}, "shop_id,shop_name")["shop_data"]


def every_product(api, shop, fields=PRODUCT):
    rows, page = [], 0
    while len(rows) == 10 * page:
        page += 1
        body = {"shop_id": shop["shop_id"], "page_start": page, "page_size": 10}
        rows += api.data("tts/product", body, fields)["product_data"]
    return rows


def test_shops_are_found_by_a_part_of_their_name(api):
    shop = shops(api, "atelier")[0]
    assert "Atelier" in shop["shop_name"]
    assert shop in shops(api, shop["shop_name"])
    assert shops(api, "~none~") == []


def test_there_is_no_error_in_a_good_answer(api):
    assert set(api.post("tts/shop", {"shop_name": "a"}, "shop_id").json()) == {"data"}


def test_no_more_than_ten_shops_are_told(api):
    assert len(shops(api)) == 10
    assert len(shops(api, limit=3)) == 3
    assert api.error("tts/shop", {"shop_name": "a", "limit": 11}, "shop_id")[0] == 400


@pytest.mark.parametrize("fields", ["shop_rating,shop_id", ["shop_rating", "shop_id"]])
def test_fields_may_stand_in_the_body(api, fields):
    rows = api.data("tts/shop", {"shop_name": "a", "fields": fields})["shop_data"]
    assert all(set(row) == {"shop_id", "shop_rating"} for row in rows)
    assert isinstance(rows[0]["shop_rating"], str)


def test_fields_are_required_and_known(api):
    assert "missing" in api.error("tts/shop", {"shop_name": "a"})[2]
    assert "colour" in api.error("tts/shop", {"shop_name": "a", "fields": ["colour"]})[2]


def test_products_are_paged_from_one_until_a_short_page(api):
    many = [every_product(api, shop) for shop in shops(api)]
    assert max(map(len, many)) > 10
    ids = [row["product_id"] for rows in many for row in rows]
    assert len(ids) == len(set(ids))
    assert all(row["product_price"][0][-3:] in ("EUR", "GBP") for rows in many for row in rows)


def test_a_page_beyond_the_last_is_empty(api):
    body = {"shop_id": shops(api)[0]["shop_id"], "page_start": 50}
    assert api.data("tts/product", body, "product_id") == {"product_data": []}


def test_reviews_agree_with_the_counts_of_their_product(api):
    product = max(every_product(api, shops(api)[0]), key=lambda p: p["product_review_count"])
    rows, page, fields = [], 0, "review_text,review_rating,create_time,product_name"
    while len(rows) == 10 * page:
        page += 1
        body = {"product_id": product["product_id"], "page_start": page}
        rows += api.data("tts/review", body, fields)["review_data"]
    assert len(rows) == product["product_review_count"]
    fives = sum(row["review_rating"] == "FIVE" for row in rows)
    assert fives == product["product_rating_5_count"]
    assert all(len(str(row["create_time"])) == 13 for row in rows)
    assert {row["product_name"] for row in rows} == {product["product_name"]}


@pytest.mark.parametrize("value", [12, "nonsense", 2**62, "7495000000000000051"])
@pytest.mark.parametrize(
    ("endpoint", "name"), [("tts/product", "shop_id"), ("tts/review", "product_id")]
)
def test_an_unknown_shop_or_product_is_refused(api, endpoint, name, value):
    assert name in api.error(endpoint, {name: value}, "product_name")[2]


def test_a_shop_is_no_product(api):
    body = {"product_id": shops(api)[0]["shop_id"]}
    assert api.error("tts/review", body, "review_text")[0] == 400


def test_a_product_that_the_shop_does_not_have_is_refused(api):
    last = max(row["product_id"] for row in every_product(api, shops(api)[0]))
    assert api.error("tts/review", {"product_id": last + 1}, "review_text")[0] == 400


def test_shops_are_the_same_every_time():
    with serving(World(posts=100)) as one, serving(World(posts=100)) as other:
        assert shops(one) == shops(other)
