import pytest
from pymongo import InsertOne
from pymongo.errors import BulkWriteError

from tfw.bulk import MAX_ATTEMPTS, chunks, guarded_update, read_by_id, settle, write
from tfw.errors import StoreError


@pytest.fixture
def things(store):
    return store.database["things"]


def test_chunks_keep_the_order_and_lose_nothing():
    assert list(chunks(iter(range(7)), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(chunks([], 3)) == []


def test_many_ids_are_read_in_several_requests(things):
    things.insert_many([{"_id": str(number)} for number in range(250)])
    wanted = [str(number) for number in range(240, 260)] + [str(n) for n in range(150)]
    found = {document["_id"] for document in read_by_id(things, wanted)}
    assert found == {str(number) for number in [*range(150), *range(240, 250)]}


@pytest.mark.parametrize("value", [1, None, [], ["a", "b"], {}, {"x": 1, "y": None}, [{"x": 1}]])
def test_a_guarded_update_needs_the_value_that_was_read(things, value):
    things.insert_many([{"_id": "same", "value": value}, {"_id": "other", "value": "changed"}])
    updates = [
        guarded_update({"_id": id_, "value": value}, {"value": 2}) for id_ in ("same", "other")
    ]
    assert write(things, updates) == (0, 1)
    assert things.find_one({"_id": "same"})["value"] == 2
    assert things.find_one({"_id": "other"})["value"] == "changed"


def test_a_guard_on_an_absent_value_fails_when_it_is_there_now(things):
    things.insert_one({"_id": "a", "value": 1})
    assert write(things, [guarded_update({"_id": "a"}, {"value": 2})]) == (0, 0)


def test_derived_values_are_set_without_a_guard(things):
    things.insert_one({"_id": "a", "value": 1, "square": 0})
    update = guarded_update(
        {"_id": "a", "value": 1, "square": 1}, {"value": 2, "square": 4}, ["square"], extra=1
    )
    assert write(things, [update]) == (0, 1)
    assert things.find_one() == {"_id": "a", "value": 2, "square": 4, "extra": 1}


def test_what_another_process_wrote_meanwhile_is_taken_into_account(things):
    things.insert_one({"_id": "counted", "value": 1})
    rivals = [5, 7]

    def decide(id_, known):
        if rivals:
            things.update_one({"_id": id_}, {"$set": {"value": rivals.pop(0)}})
        return guarded_update(known, {"value": known["value"] + 10})

    assert settle(things, ["counted"], decide) == (0, 1)
    assert things.find_one({"_id": "counted"})["value"] == 17


def test_a_document_that_another_process_inserted_meanwhile_is_updated(things):
    def decide(id_, known):
        if known is None:
            things.insert_one({"_id": id_, "value": 1})
            return InsertOne({"_id": id_, "value": 10})
        return guarded_update(known, {"value": known["value"] + 10})

    assert settle(things, ["new"], decide) == (0, 1)
    assert things.find_one() == {"_id": "new", "value": 11}


def test_a_race_that_never_ends_is_an_error(things):
    things.insert_one({"_id": "a", "value": 0})

    def decide(id_, known):
        things.update_one({"_id": id_}, {"$inc": {"value": 1}})
        return guarded_update(known, {"value": -1})

    with pytest.raises(StoreError, match=f"'things': gave up after {MAX_ATTEMPTS} attempts"):
        settle(things, ["a"], decide)


def test_an_error_other_than_a_duplicate_is_raised(things):
    things.insert_one({"_id": "a", "value": "text"})
    bad = guarded_update({"_id": "a", "value": "text"}, {"value.x": 1}, ["value.x"])
    with pytest.raises(BulkWriteError):
        write(things, [InsertOne({"_id": "a"}), bad])


def test_writing_nothing_asks_nobody(things):
    assert write(things, []) == (0, 0)
