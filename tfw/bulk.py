"""Reading and writing many documents at once, safe against other processes that write them too."""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from pymongo import InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from tfw.errors import StoreError

Document = dict[str, Any]
Operation = InsertOne[Document] | UpdateOne
Item = TypeVar("Item")

BATCH = 1_000
# The embedded server compares every document that it found with every id that it was asked for,
# so many short lists of ids are read faster than one long list.
ID_CHUNK = 100
DUPLICATE_KEY = 11000
MAX_ATTEMPTS = 50


def chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def read_by_id(
    collection: Collection[Document],
    ids: Iterable[str],
    projection: Mapping[str, Any] | None = None,
) -> Iterator[Document]:
    """The documents with these ids, in no particular order; unknown ids are skipped."""
    for chunk in chunks(ids, ID_CHUNK):
        yield from collection.find({"_id": {"$in": chunk}}, projection)


def guarded_update(
    known: Document, new: Mapping[str, Any], derived: Container[str] = (), **also: object
) -> UpdateOne:
    """Sets keys of a document if they still have the values that were read.

    Keys in `derived` follow from the others, so their old values need no look; `also` holds what
    is set whatever it was before.
    """
    guard = {key: known.get(key) for key in new if key not in derived}
    return UpdateOne({"_id": known["_id"], **guard}, {"$set": {**new, **also}})


def settle(
    collection: Collection[Document],
    ids: Iterable[str],
    decide: Callable[[str, Document | None], Operation | None],
    *,
    projection: Mapping[str, Any] | None = None,
    before: Callable[[], None] = lambda: None,
) -> tuple[int, int]:
    """Decide what to write to each of some documents and write it; how many inserted and updated.

    `decide` gets an id and the stored document, and answers with an insert, a
    :func:`guarded_update`, or None when there is nothing to do. Where another process was faster,
    the insert or update has no effect, and the decision is taken again on what that process wrote.
    `before` is called when the decisions are taken, before they are carried out.

    Raises:
        StoreError: other processes keep changing the same documents.
    """
    waiting = list(ids)
    inserted = updated = 0
    for _ in range(MAX_ATTEMPTS):
        known = {found["_id"]: found for found in read_by_id(collection, waiting, projection)}
        decisions = {id_: decide(id_, known.get(id_)) for id_ in waiting}
        operations = {id_: todo for id_, todo in decisions.items() if todo is not None}
        before()
        now_inserted, now_updated = write(collection, list(operations.values()))
        inserted += now_inserted
        updated += now_updated
        if now_inserted + now_updated == len(operations):
            return inserted, updated
        waiting = list(operations)
    raise StoreError(
        f"Other processes keep changing the same documents of {collection.name!r}: gave up after "
        f"{MAX_ATTEMPTS} attempts. Run this again when they are done."
    )


def write(collection: Collection[Document], operations: Sequence[Operation]) -> tuple[int, int]:
    """How many documents were inserted and how many updates found their document."""
    if not operations:
        return 0, 0
    try:
        result = dict(collection.bulk_write(operations, ordered=False).bulk_api_result)
    except BulkWriteError as error:
        failures = [*error.details["writeErrors"], *error.details["writeConcernErrors"]]
        if any(failed["code"] != DUPLICATE_KEY for failed in failures):
            raise
        result = dict(error.details)
    return result["nInserted"], result["nMatched"]
