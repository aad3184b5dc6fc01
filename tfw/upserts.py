"""Writing collected posts and comments, in batches, by the rules of :mod:`tfw.merging`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from pymongo import InsertOne, UpdateOne
from pymongo.database import Database

from tfw.bulk import BATCH, ID_CHUNK, Document, Operation, chunks, guarded_update, settle, write
from tfw.claims import free_slot
from tfw.comment_keys import join_by_key, remove_doubles
from tfw.merging import (
    DERIVED,
    changes,
    merge_comment,
    merge_post,
    needs_scoring,
    new_post,
    recount,
)

NOT_MERGED = {"relevance": 0, "claims": 0, "score": 0}


def write_posts(database: Database[Document], documents: Iterable[Document]) -> tuple[int, int]:
    """Join posts with the stored ones; how many were inserted and how many updated."""
    incoming = _by_id(documents)

    def decide(post_id: str, known: Document | None) -> Operation | None:
        if known is None:
            return InsertOne(_initial(_fold(new_post(incoming[post_id][0]), incoming[post_id])))
        merged = _fold(known, incoming[post_id])
        new = changes(known, merged)
        also = _unscored(post_id) if needs_scoring(known, merged) else {}
        return guarded_update(known, new, DERIVED, **also) if new else None

    return settle(database["posts"], incoming, decide, projection=NOT_MERGED)


def write_comments(database: Database[Document], documents: Iterable[Document]) -> tuple[int, int]:
    """Join comments with the stored ones; how many were inserted and how many updated.

    The posts of new comments, and of those whose text changed, become pending for scoring. A
    comment read once with its id and once without is stored once.
    """
    incoming = _by_id(join_by_key(database, list(documents)))
    changed_posts: set[str] = set()

    def decide(comment_id: str, known: Document | None) -> Operation | None:
        merged = known or incoming[comment_id][0]
        for document in incoming[comment_id]:
            merged = merge_comment(merged, document)
        if known is None or known["text"] != merged["text"]:
            changed_posts.add(merged["post_id"])
        if known is None:
            return InsertOne(merged)
        new = changes(known, merged)
        return guarded_update(known, new) if new else None

    def rescore() -> None:
        _rescore(database, changed_posts)

    # Before, or a crash in between would leave scores that know nothing of the new comments; and
    # after, for a post that was scored in between.
    written = settle(database["comments"], incoming, decide, before=rescore)
    remove_doubles(database, incoming)
    rescore()
    return written


def recount_comments(database: Database[Document], post_ids: Iterable[str]) -> None:
    """Set the `comments` of posts by the number of their stored comments."""
    for chunk in chunks(dict.fromkeys(post_ids), ID_CHUNK):
        counts = _count_comments(database, chunk)

        def decide(
            post_id: str, known: Document | None, counts: Mapping[str, int] = counts
        ) -> Operation | None:
            if known is None:
                return None
            status = recount(known, counts.get(post_id, 0), datetime.now(UTC))
            new = changes(known, {"comments": status})
            return guarded_update(known, new) if new else None

        settle(database["posts"], chunk, decide, projection={"comments": 1, "stats": 1})


def as_stored(document: Document) -> Document:
    """The document as it comes back from the database: with lists in place of tuples."""
    return {key: list(v) if isinstance(v, tuple) else v for key, v in document.items()}


def _by_id(documents: Iterable[Document]) -> dict[str, list[Document]]:
    grouped: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        grouped[document["_id"]].append(document)
    return grouped


def _fold(known: Document, incoming: Sequence[Document]) -> Document:
    for document in incoming:
        known = merge_post(known, document)
    return known


def _initial(post: Document) -> Document:
    free = {"until": free_slot(post["_id"])}
    return {**post, "score": {"state": "pending"}, "claims": {"score": free, "comments": free}}


def _unscored(post_id: str) -> Document:
    """Makes a post pending and ends its claim: whoever is scoring it has an old text."""
    return {"score.state": "pending", "claims.score": {"until": free_slot(post_id)}}


def _rescore(database: Database[Document], post_ids: Iterable[str]) -> None:
    for batch in chunks(sorted(post_ids), BATCH):
        updates = [UpdateOne({"_id": id_}, {"$set": _unscored(id_)}) for id_ in batch]
        write(database["posts"], updates)


def _count_comments(database: Database[Document], post_ids: list[str]) -> dict[str, int]:
    pipeline: list[Document] = [
        {"$match": {"post_id": {"$in": post_ids}}},
        {"$group": {"_id": "$post_id", "count": {"$sum": 1}}},
    ]
    return {row["_id"]: row["count"] for row in database["comments"].aggregate(pipeline)}
