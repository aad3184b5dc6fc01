"""One comment, seen once with its id and once without: stored once, under its id.

A web page may show comments without ids. Such a comment is stored under its key (see
:mod:`tfw.sources.web.keys`); when the same comment comes with its id, the id takes over.
"""

from collections.abc import Iterable, Mapping, Sequence

from pymongo.database import Database

from tfw.bulk import ID_CHUNK, Document, chunks

# What is better known where the id is known.
KNOWN_BETTER = ("_id", "parent_id", "text", "author", "language", "source")


def join_by_key(database: Database[Document], documents: Sequence[Document]) -> list[Document]:
    """The documents, those without an id of their own under the id that is stored for their key.

    Of them, only counters are news; the answers to such a comment point to its id.
    """
    nameless = [document for document in documents if _is_nameless(document)]
    keys = {key for doc in nameless for key in (doc["_id"], doc.get("parent_id")) if key}
    stored = _stored_under_id(database, keys)
    if not stored:
        return list(documents)
    return [_joined(doc, stored) if _is_nameless(doc) else doc for doc in documents]


def remove_doubles(database: Database[Document], written: Mapping[str, Sequence[Document]]) -> None:
    """Remove what is stored under the keys of comments that are stored under their ids now."""
    ids = {
        doc["key"]: doc["_id"]
        for docs in written.values()
        for doc in docs
        if doc.get("key") and not _is_nameless(doc)
    }
    for chunk in chunks(ids, ID_CHUNK):
        doubles = database["comments"].find({"_id": {"$in": chunk}}, {"post_id": 1})
        for double in list(doubles):
            key = double["_id"]
            answers = {"post_id": double["post_id"], "parent_id": key}
            database["comments"].update_many(answers, {"$set": {"parent_id": ids[key]}})
            database["comments"].delete_one({"_id": key})


def _is_nameless(document: Document) -> bool:
    return bool(document.get("key") == document["_id"])


def _stored_under_id(database: Database[Document], keys: Iterable[str]) -> dict[str, Document]:
    fields = dict.fromkeys((*KNOWN_BETTER, "key"), 1)
    stored: dict[str, Document] = {}
    for chunk in chunks(keys, ID_CHUNK):
        for found in database["comments"].find({"key": {"$in": chunk}}, fields):
            if not _is_nameless(found):
                stored[found["key"]] = found
    return stored


def _joined(document: Document, stored: Mapping[str, Document]) -> Document:
    known = stored.get(document["_id"])
    if known:
        return {**document, **{name: known[name] for name in KNOWN_BETTER if name in known}}
    above = stored.get(document.get("parent_id", ""))
    return {**document, "parent_id": above["_id"]} if above else document
