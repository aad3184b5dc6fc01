"""Asking TikTok which stored posts or comments may still be kept, and acting on it.

TikTok's terms want data deleted that became unavailable. Batch compliance takes 10,000 ids a task
and answers with those that are still valid.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from pymongo import UpdateOne
from tqdm.auto import tqdm

from tfw.bulk import BATCH, ID_CHUNK, chunks, read_by_id, write
from tfw.connection import clear_errors
from tfw.errors import InputError
from tfw.sources.research.client import MAX_TASK_IDS, Category, ResearchClient
from tfw.sources.research.failures import ApiUnavailable, CollectionPaused
from tfw.sources.research.threads import COLLECTION as THREADS
from tfw.store import Store

Action = Literal["mark", "delete"]

# Seconds between looks at a task; each look costs a request.
LOOKS = (2, 5, 10, 30, 60, 60, 120, 120, 300, 300, 300)
# More than this share gone at once looks like a fault of the API, not like deleted videos.
MOST_GONE = 0.5
FEW = 20
FIELD = "gone"
COLLECTIONS: Mapping[Category, str] = {"video": "posts", "comment": "comments"}


@dataclass(frozen=True)
class RecheckSummary:
    """How many stored ids were checked, how many are gone, and what was done with those."""

    category: Category
    action: Action
    checked: int
    gone: int
    back: int
    paused: str | None = None

    def __str__(self) -> str:
        done = "deleted" if self.action == "delete" else "marked as gone"
        text = (
            f"{self.checked:,} {self.category}s checked, {self.gone:,} are gone and {done}, "
            f"{self.back:,} are there again."
        )
        return f"{text}\n{self.paused}" if self.paused else text


def recheck(
    store: Store,
    client: ResearchClient,
    *,
    category: Category = "video",
    action: Action = "mark",
    most_gone: float = MOST_GONE,
    max_requests: int | None = None,
    progress: bool = True,
) -> RecheckSummary:
    """Mark or delete the stored posts or comments that TikTok no longer has.

    A post that is deleted takes its comments along. A mark is the field ``gone`` with the time it
    was seen; it is taken off again when the thing is back.

    Args:
        store: where posts and comments are.
        client: the Research API; three requests or more for each 10,000 ids.
        category: what to check.
        action: what to do with what is gone.
        most_gone: the share of a batch above which nothing is done, because the answer is
            doubtful.
        max_requests: requests this run may make.
        progress: whether to show a bar.

    Raises:
        InputError: category or action is unknown.
        ApiUnavailable: a task failed or did not end, or its answer is doubtful.
        CredentialsError: TikTok refuses the client key or secret.
        StoreError: the database refuses.
    """
    if category not in COLLECTIONS or action not in ("mark", "delete"):
        raise InputError(
            f"category={category!r}, action={action!r}: categories are video and comment, actions "
            "are mark and delete."
        )
    run = client.for_run(max_requests)
    checked = gone = back = 0
    paused = None
    with tqdm(desc="recheck", unit=category, disable=not progress) as bar:
        for ids in chunks(_stored_ids(store, category), MAX_TASK_IDS):
            try:
                valid = _still_valid(run, ids, category)
            except CollectionPaused as pause:
                paused = str(pause)
                break
            missing = _missing(ids, valid, most_gone)
            back += _unmark(store, category, valid & set(ids))
            act = _delete if action == "delete" else _mark
            gone += act(store, category, missing)
            checked += len(ids)
            bar.update(len(ids))
    return RecheckSummary(category, action, checked, gone, back, paused)


def _stored_ids(store: Store, category: Category) -> Iterator[str]:
    if category == "video":
        yield from (post["_id"] for post in store.posts(projection={"_id": 1}))
    else:
        with clear_errors("read comments"):
            # Read whole: the collection changes while the ids are checked.
            ids = [found["_id"] for found in store.database["comments"].find({}, {"_id": 1})]
        yield from (id_ for id_ in ids if id_.isdigit())


def _still_valid(client: ResearchClient, ids: Sequence[str], category: Category) -> set[str]:
    task = client.create_validation_task(ids, category)
    for seconds in LOOKS:
        client.pause(seconds)
        status = client.validation_status(task).lower()
        if status == "completed":
            return set(client.download_validation(task))
        if status == "failed":
            raise ApiUnavailable(
                f"TikTok's compliance task {task} failed. Nothing was marked or deleted for its "
                f"{len(ids):,} ids; run this again later."
            )
    raise ApiUnavailable(
        f"TikTok's compliance task {task} is still not done after {sum(LOOKS) // 60} minutes. "
        "Nothing was marked or deleted for it; run this again later."
    )


def _missing(ids: Sequence[str], valid: set[str], most_gone: float) -> list[str]:
    missing = [id_ for id_ in ids if id_ not in valid]
    if len(missing) > max(FEW, most_gone * len(ids)):
        raise ApiUnavailable(
            f"TikTok says that {len(missing):,} of {len(ids):,} ids are gone, which is more than "
            f"most_gone={most_gone:g} allows. Nothing was marked or deleted for them. Look at "
            "some of them; if it is true, run this with a higher most_gone."
        )
    return missing


def _mark(store: Store, category: Category, ids: Sequence[str]) -> int:
    """Note since when things are gone; those noted before keep their time."""
    marked = _marked(store, category, ids)
    mark = {"$set": {FIELD: {"since": datetime.now(UTC)}}}
    return _update(store, category, [id_ for id_ in ids if id_ not in marked], mark)


def _unmark(store: Store, category: Category, ids: Iterable[str]) -> int:
    marked = sorted(_marked(store, category, ids))
    return _update(store, category, marked, {"$unset": {FIELD: ""}})


def _marked(store: Store, category: Category, ids: Iterable[str]) -> set[str]:
    with clear_errors("read what is gone"):
        found = read_by_id(store.database[COLLECTIONS[category]], ids, {FIELD: 1})
        return {thing["_id"] for thing in found if FIELD in thing}


def _update(store: Store, category: Category, ids: Iterable[str], change: Mapping[str, Any]) -> int:
    changed = 0
    with clear_errors("mark what is gone"):
        for batch in chunks(ids, BATCH):
            updates = [UpdateOne({"_id": id_}, change) for id_ in batch]
            changed += write(store.database[COLLECTIONS[category]], updates)[1]
    return changed


def _delete(store: Store, category: Category, ids: Sequence[str]) -> int:
    return _delete_posts(store, ids) if category == "video" else _delete_comments(store, ids)


def _delete_posts(store: Store, ids: Sequence[str]) -> int:
    """Delete posts; their comments go first, so that none is left alone by a crash."""
    deleted = 0
    with clear_errors("delete posts"):
        for batch in chunks(ids, ID_CHUNK):
            store.database["comments"].delete_many({"post_id": {"$in": batch}})
            store.database[THREADS].delete_many({"_id": {"$in": batch}})
            deleted += store.database["posts"].delete_many({"_id": {"$in": batch}}).deleted_count
    return deleted


def _delete_comments(store: Store, ids: Sequence[str]) -> int:
    """Delete comments; their posts are counted and scored again."""
    comments = store.database["comments"]
    deleted, posts = 0, set()
    with clear_errors("delete comments"):
        for batch in chunks(ids, ID_CHUNK):
            found = read_by_id(comments, batch, {"post_id": 1})
            posts |= {comment["post_id"] for comment in found}
            deleted += comments.delete_many({"_id": {"$in": batch}}).deleted_count
        for batch in chunks(sorted(posts), BATCH):
            again = {"$set": {"score.state": "pending"}}
            write(store.database["posts"], [UpdateOne({"_id": id_}, again) for id_ in batch])
    store.update_comment_status(sorted(posts))
    return deleted
