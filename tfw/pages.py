"""Reading all posts in the order of their ids, in pages of some hundred.

Where pages begin and end is remembered while posts are written: about one id in 500, chosen by
its checksum, is noted in the collection `pages`. Reading then asks for the posts between two such
ids. That suits a server that loads everything that a query matches, as the embedded one does, and
leaves no cursor open while the caller works on a page.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pymongo import InsertOne
from pymongo.database import Database

from tfw.bulk import ID_CHUNK, Document, chunks, write

PAGE_SIZE = 500


def remember_pages(database: Database[Document], post_ids: Iterable[str]) -> None:
    """Note the ids at which a page ends; call it before the posts are written."""
    ends = [id_ for id_ in post_ids if zlib.crc32(id_.encode()) % PAGE_SIZE == 0]
    write(database["pages"], [InsertOne({"_id": id_}) for id_ in ends])


def pages(
    database: Database[Document],
    query: Mapping[str, Any],
    projection: Mapping[str, Any] | Sequence[str] | None = None,
) -> Iterator[Document]:
    """The posts that match a query, in the order of their ids."""
    rest = {key: value for key, value in query.items() if key != "_id"}
    steps: list[Document] = [{"$match": rest}, {"$sort": {"_id": 1}}]
    if projection:
        steps.append({"$project": _as_mapping(projection)})
    for ids in id_conditions(database, query):
        yield from database["posts"].aggregate([{"$match": {"_id": ids}}, *steps])


def count_pages(database: Database[Document], query: Mapping[str, Any]) -> int:
    """The number of posts that match a query."""
    rest = {key: value for key, value in query.items() if key != "_id"}
    steps: list[Document] = [{"$match": rest}, {"$count": "count"}]
    return sum(
        row["count"]
        for ids in id_conditions(database, query)
        for row in database["posts"].aggregate([{"$match": {"_id": ids}}, *steps])
    )


def id_conditions(database: Database[Document], query: Mapping[str, Any]) -> Iterator[object]:
    """Conditions on `_id`, in its order, that together give what a query asks for."""
    return _asked(query["_id"]) if "_id" in query else _ranges(database)


def _as_mapping(projection: Mapping[str, Any] | Sequence[str]) -> Mapping[str, Any]:
    return projection if isinstance(projection, Mapping) else dict.fromkeys(projection, 1)


def _asked(condition: object) -> Iterator[object]:
    """A list of ids in short pieces, any other condition as it is."""
    if isinstance(condition, Mapping) and list(condition) == ["$in"]:
        for ids in chunks(sorted(set(condition["$in"])), ID_CHUNK):
            yield {"$in": ids}
    else:
        yield condition


def _ranges(database: Database[Document]) -> Iterator[dict[str, str]]:
    ends = [note["_id"] for note in database["pages"].find(sort=[("_id", 1)])]
    for after, end in pairwise(["", *ends]):
        yield {"$gt": after, "$lte": end}
    yield {"$gt": ends[-1] if ends else ""}
