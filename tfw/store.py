"""The database of posts, comments and results, through plain pymongo.

`open_store()` connects to the MongoDB that `TFW_MONGODB_URI` names, or to the project's embedded
server. The code is the same for both, and uses nothing that only one of them has.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from pymongo import DESCENDING, IndexModel, UpdateOne
from pymongo.collection import Collection
from pymongo.database import Database

from tfw import embedded
from tfw.bulk import BATCH, ID_CHUNK, Document, chunks, write
from tfw.claims import Claim, Claims, Work, free_slot
from tfw.connection import Client, clear_errors, connect
from tfw.errors import StoreError
from tfw.pages import count_pages, id_conditions, pages, remember_pages
from tfw.records import Comment, Post, Relevance
from tfw.settings import Settings, load_settings
from tfw.upserts import as_stored, recount_comments, write_comments, write_posts

__all__ = ["Claim", "Store", "WriteCounts", "open_store"]

INDEXES = {
    "posts": [
        IndexModel([("score.state", 1), ("claims.score.until", 1)]),
        IndexModel([("comments.state", 1), ("claims.comments.until", 1)]),
        # For pages: the embedded server cannot read a range of the index that is always on _id.
        IndexModel([("_id", 1), ("created_at", 1)]),
    ],
    "comments": [IndexModel([("post_id", 1)]), IndexModel([("key", 1)], sparse=True)],
    "vocabularies": [IndexModel([("created_at", 1)])],
    "imports": [IndexModel([("created_at", 1)])],
    "runs": [IndexModel([("created_at", 1)])],
    "labels": [IndexModel([("post_id", 1)])],
    "label_log": [IndexModel([("person", 1), ("order", -1)])],
}

RESTART = "Run `tfw db stop`, then try again: the embedded database is then started anew."


@dataclass(frozen=True)
class WriteCounts:
    """How many records were new, changed something, or changed nothing."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: "WriteCounts") -> "WriteCounts":
        return WriteCounts(
            self.inserted + other.inserted,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
        )


def open_store(settings: Settings | None = None) -> "Store":
    """The project's store: its embedded server, or the one that `TFW_MONGODB_URI` names.

    Raises:
        StoreError: the database cannot be reached, refuses, or does not start.
    """
    settings = settings or load_settings()
    client = _connect(settings)
    try:
        return Store(client, settings.database)
    except StoreError:
        client.close()
        raise


class Store:
    """A connected database; use it in a `with` block, or call :meth:`close`."""

    def __init__(self, client: Client, database: str) -> None:
        self._client = client
        self.database: Database[Document] = client[database]
        self._posts: Collection[Document] = self.database["posts"]
        self._comments: Collection[Document] = self.database["comments"]
        self._claims = Claims(self._posts)
        self._make_indexes()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Store({self.database.name!r})"

    def close(self) -> None:
        """Give the connections back; an embedded server keeps running."""
        self._client.close()

    @clear_errors("make its indexes")
    def _make_indexes(self) -> None:
        for collection, indexes in INDEXES.items():
            self.database[collection].create_indexes(indexes)

    @clear_errors("save posts")
    def upsert_posts(self, posts: Iterable[Post]) -> WriteCounts:
        """Join posts with what is stored, by the rules of :mod:`tfw.merging`.

        New posts, and posts whose texts or counters changed, become pending for scoring. To set
        the state of a post's comments, write the post with its new `comments`.
        """
        counts = WriteCounts()
        for batch in chunks((as_stored(post.document()) for post in posts), BATCH):
            remember_pages(self.database, (post["_id"] for post in batch))
            counts += _counts(batch, *write_posts(self.database, batch))
        return counts

    @clear_errors("save comments")
    def upsert_comments(self, comments: Iterable[Comment]) -> WriteCounts:
        """Join comments with what is stored; the posts of new and changed ones become pending."""
        counts = WriteCounts()
        for batch in chunks((as_stored(comment.document()) for comment in comments), BATCH):
            counts += _counts(batch, *write_comments(self.database, batch))
        return counts

    @clear_errors("update the state of comments")
    def update_comment_status(self, post_ids: Iterable[str]) -> None:
        """Recount the stored comments of posts and set their `comments` accordingly.

        The state becomes complete when as many are stored as the platform reports, and partial
        when a pending post has some; what a collector found out (off, unavailable, blocked, or
        complete) is never taken back.
        """
        recount_comments(self.database, post_ids)

    def posts(
        self,
        query: Mapping[str, Any] | None = None,
        projection: Mapping[str, Any] | Sequence[str] | None = None,
    ) -> Iterator[Document]:
        """The posts that match, in the order of their ids; read page by page, memory stays flat.

        Raises:
            StoreError: the database refuses the query, or is gone.
        """
        with clear_errors("read posts"):
            yield from pages(self.database, query or {}, projection)

    @clear_errors("read comments")
    def comments_of(self, post_ids: Sequence[str]) -> dict[str, list[Document]]:
        """The comments of each of these posts, oldest first; an empty list where there are none."""
        found: dict[str, list[Document]] = {id_: [] for id_ in post_ids}
        for chunk in chunks(found, ID_CHUNK):
            for comment in self._comments.find({"post_id": {"$in": chunk}}):
                found[comment["post_id"]].append(comment)
        for comments in found.values():
            comments.sort(key=_age)
        return found

    @clear_errors("count documents")
    def count(self, collection: str, query: Mapping[str, Any] | None = None) -> int:
        """The number of documents that match.

        The embedded server reads all documents for it, some 15,000 posts a second: not a thing to
        do in a loop. Without a query the number is the server's own estimate, which is exact
        except after a crash of a MongoDB server or on a sharded one.
        """
        if not query:
            return self.database[collection].estimated_document_count()
        if collection == "posts":
            return count_pages(self.database, query)
        return self.database[collection].count_documents(query)

    @clear_errors("claim posts")
    def claim_posts(
        self,
        work: Work,
        *,
        limit: int,
        lease: timedelta,
        ids: Sequence[str] | None = None,
        pending: bool = True,
    ) -> Claim:
        """At most `limit` pending posts that no other process has; this one has them for `lease`.

        Each post is with one claim at a time. The posts of a process that dies can be claimed
        again when its lease has ended. With `ids`, only these posts; these may be claimed
        whatever their state is, without `pending`.
        """
        if ids is not None:
            return self._claims.claim_named(work, ids[:limit], lease=lease, pending=pending)
        return self._claims.claim(work, limit=limit, lease=lease)

    @clear_errors("release posts")
    def release(self, claim: Claim) -> None:
        """Give back the posts of a claim that are not done."""
        self._claims.release(claim)

    @clear_errors("save scores")
    def save_relevance(self, results: Iterable[tuple[str, Relevance]]) -> int:
        """Save scores; the posts are done, their claims end. The number of posts saved.

        A post that this store has claimed is left out when the claim no longer holds, because its
        texts or counters changed meanwhile or because its lease ended and another process took it.
        """
        saved = 0
        for batch in chunks(results, BATCH):
            operations = [
                UpdateOne(self._claims.save_filter(id_), {"$set": _scored(id_, relevance)})
                for id_, relevance in batch
            ]
            saved += write(self._posts, operations)[1]
        return saved

    @clear_errors("mark posts for scoring")
    def mark_for_scoring(self, fingerprint: str) -> int:
        """Make posts pending whose scores were made with another fingerprint. Their number."""
        other = {"score.state": "done", "relevance.fingerprint": {"$ne": fingerprint}}
        pending = {"$set": {"score.state": "pending"}}
        return sum(
            self._posts.update_many({"_id": ids, **other}, pending).modified_count
            for ids in id_conditions(self.database, {})
        )

    @clear_errors("save a document")
    def put(self, collection: str, document: Mapping[str, Any]) -> bool:
        """Write a document under its `_id`, in place of the one that was there; True when new."""
        if "_id" not in document:
            raise StoreError(f"A document for {collection!r} has no _id.")
        written = self.database[collection].replace_one(
            {"_id": document["_id"]}, document, upsert=True
        )
        return written.matched_count == 0

    @clear_errors("read a document")
    def get(self, collection: str, id: str) -> Document | None:
        """The document with this id, or None."""
        return self.database[collection].find_one({"_id": id})

    @clear_errors("read the latest document")
    def latest(self, collection: str) -> Document | None:
        """The document with the newest `created_at`, or None."""
        newest = [("created_at", DESCENDING), ("_id", DESCENDING)]
        return self.database[collection].find_one(sort=newest)


def _connect(settings: Settings) -> Client:
    if settings.mongodb_uri:
        return connect(settings.mongodb_uri)
    return connect(embedded.start(settings).uri, RESTART)


def _counts(documents: Sequence[Document], inserted: int, updated: int) -> WriteCounts:
    return WriteCounts(inserted, updated, len(documents) - inserted - updated)


def _scored(post_id: str, relevance: Relevance) -> Document:
    return {
        "relevance": as_stored(relevance.model_dump(exclude_none=True)),
        "score.state": "done",
        "claims.score": {"until": free_slot(post_id)},
    }


def _age(comment: Document) -> tuple[bool, float, str]:
    created: datetime | None = comment.get("created_at")
    return created is None, created.timestamp() if created else 0.0, comment["_id"]
