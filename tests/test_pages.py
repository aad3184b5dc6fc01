import uuid

import pytest

from tests.records import DAY, MONDAY, make_posts, post_id
from tfw.pages import PAGE_SIZE, remember_pages
from tfw.settings import Settings
from tfw.store import open_store

COUNT = 2_600


@pytest.fixture(scope="module")
def full(database_uri, tmp_path_factory):
    """A store with many posts, which the tests only read."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    folder = tmp_path_factory.mktemp("full")
    settings = Settings(
        home=folder, mongodb_uri=database_uri, database=name, key_folder=folder / "keys"
    )
    with open_store(settings) as store:
        store.upsert_posts(make_posts(COUNT, region="PT"))
        store.upsert_posts(make_posts(5, at=MONDAY + DAY, region="BR"))
        yield store


def test_all_posts_come_once_in_the_order_of_their_ids(full):
    ids = [post["_id"] for post in full.posts()]
    assert ids == sorted(post_id(number) for number in range(COUNT))


def test_posts_are_read_in_pages(full):
    """Otherwise the server would load all posts at once."""
    ends = full.count("pages")
    assert COUNT / PAGE_SIZE / 4 < ends < COUNT / PAGE_SIZE * 4


@pytest.mark.parametrize("projection", [{"description": 1}, ["description"], ("description",)])
def test_a_projection_names_what_is_read(full, projection):
    post = next(full.posts(projection=projection))
    assert set(post) == {"_id", "description"}


def test_a_projection_can_leave_things_out(full):
    post = next(full.posts(projection={"description": 0, "stats.likes": 0}))
    assert "description" not in post
    assert set(post["stats"]) == {"plays", "collected_at"}


def test_a_query_is_applied_on_every_page(full):
    expected = [post_id(number) for number in range(5)]
    assert [post["_id"] for post in full.posts({"region": "BR"})] == expected
    either = {"$or": [{"region": "BR"}, {"region": "AO"}]}
    assert [post["_id"] for post in full.posts(either)] == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (post_id(7), [7]),
        ({"$in": [post_id(n) for n in (8, 6, 6, 3, -1)]}, [6, 8]),
        ({"$gt": post_id(COUNT - 3)}, [COUNT - 2, COUNT - 1]),
        ({"$in": []}, []),
    ],
)
def test_posts_can_be_asked_for_by_id(full, condition, expected):
    found = [post["_id"] for post in full.posts({"_id": condition, "region": "PT"})]
    assert found == [post_id(number) for number in expected]


def test_a_long_list_of_ids_is_read_completely_and_in_order(full):
    wanted = [post_id(number) for number in range(0, COUNT, 5)]
    assert [post["_id"] for post in full.posts({"_id": {"$in": wanted[::-1]}})] == wanted


def test_posts_written_without_page_ends_are_found_too(store):
    store.database["posts"].insert_many([{"_id": post_id(number)} for number in range(50)])
    assert len(list(store.posts())) == 50


def test_noting_the_same_page_ends_again_changes_nothing(full):
    before = full.count("pages")
    remember_pages(full.database, [post_id(number) for number in range(COUNT)])
    assert full.count("pages") == before


def test_posts_added_while_reading_do_no_harm(store):
    store.upsert_posts(make_posts(700))
    reader = store.posts(projection=["_id"])
    ids = [next(reader)["_id"]]
    store.upsert_posts(make_posts(900))
    ids += [post["_id"] for post in reader]
    assert ids == sorted(set(ids))
    assert set(ids) >= {post_id(number) for number in range(700)}


def test_an_empty_database_has_no_posts(store):
    assert list(store.posts()) == []
