"""Each decision at the label desk, with what stood there before, so that it can be undone.

A decision is written to the collection ``label_log`` before the label itself. Whatever happens in
between, an undo finds either the label that the decision made and takes it back, or what was there
before and has nothing to do.
"""

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from pymongo import DESCENDING

from tfw.connection import clear_errors
from tfw.relevance.labels import ADJUDICATED, COLLECTION, Drawn, Label, LabelValue

if TYPE_CHECKING:
    from tfw.store import Store

LOG = "label_log"
# The database keeps milliseconds.
TICK = timedelta(milliseconds=1)
Document = dict[str, Any]
Task = Literal["first", "second", "skipped", "adjudicate"]


@dataclass(frozen=True)
class Decision:
    """How a post came to a person, and who they are."""

    person: str
    task: Task
    drawn: Drawn

    @property
    def coder(self) -> str:
        """The name that the label is kept under."""
        return ADJUDICATED if self.task == "adjudicate" else self.person


@dataclass(frozen=True)
class Undone:
    """What an undo did: ``said`` (None: skipped) was taken back, ``now`` is there again.

    ``kept`` is True where the label was changed elsewhere meanwhile, and was left as it is.
    """

    post_id: str
    task: Task
    drawn: Drawn
    said: LabelValue | None = None
    now: LabelValue | None = None
    kept: bool = False

    def __str__(self) -> str:
        if self.kept:
            return f"The label of post {self.post_id} was changed elsewhere since, and stays."
        if self.said is None:
            return f"Undone: post {self.post_id} is no longer skipped."
        again = f"it is {self.now} again" if self.now else "it has no label"
        return f"Undone: post {self.post_id} was {self.said}, now {again}."


@clear_errors("save a label")
def decide(store: "Store", how: Decision, post_id: str, value: LabelValue) -> Document:
    """Save what a person says about a post; the label as stored."""
    before = store.database[COLLECTION].find_one({"_id": f"{post_id}:{how.coder}"})
    after = _label(how, post_id, value, before)
    _write_down(store, how, post_id, before, after)
    store.put(COLLECTION, after)
    return after


@clear_errors("save a decision")
def skip(store: "Store", how: Decision, post_id: str) -> None:
    """Keep that a person skipped a post."""
    _write_down(store, how, post_id, None, None)


@clear_errors("undo a decision")
def undo(store: "Store", person: str) -> Undone | None:
    """Take back the person's last decision that was not yet; None when there is none left."""
    for entry in _not_undone(store, person):
        undone = _restore(store, entry)
        store.database[LOG].update_one(
            {"_id": entry["_id"]}, {"$set": {"undone_at": datetime.now(UTC)}}
        )
        if undone is not None:
            return undone
    return None


@clear_errors("read decisions")
def last_decision(store: "Store", person: str) -> Document | None:
    """The person's last decision, whether undone or not; None before the first one."""
    return store.database[LOG].find_one({"person": person}, sort=[("order", DESCENDING)])


@clear_errors("read decisions")
def skipped(store: "Store", person: str) -> dict[str, Drawn]:
    """The posts that a person skipped, oldest first, with how they were drawn.

    What was skipped while adjudicating is not among them: that task offers it again by itself.
    """
    query = {"person": person, "after": None, "undone_at": None, "task": {"$ne": "adjudicate"}}
    found = store.database[LOG].find(query, {"post_id": 1, "drawn": 1, "order": 1})
    return {row["post_id"]: row["drawn"] for row in sorted(found, key=lambda row: row["order"])}


def _label(how: Decision, post_id: str, value: LabelValue, before: Document | None) -> Document:
    known = before or {}
    # A clock that runs behind must not make the newer label the older one.
    now = max(datetime.now(UTC), known["at"] + TICK) if known else datetime.now(UTC)
    return Label(
        post_id=post_id,
        coder=how.coder,
        label=value,
        at=now.replace(microsecond=now.microsecond // 1000 * 1000),
        note=f"settled by {how.person}" if how.task == "adjudicate" else known.get("note"),
        # A post of the random sample stays in it, however it is met again.
        drawn="random" if known.get("drawn") == "random" else how.drawn,
    ).document()


def _write_down(
    store: "Store", how: Decision, post_id: str, before: Document | None, after: Document | None
) -> None:
    store.put(
        LOG,
        {
            "_id": uuid.uuid4().hex,
            "order": time.time_ns(),
            "at": datetime.now(UTC),
            "person": how.person,
            "task": how.task,
            "drawn": how.drawn,
            "post_id": post_id,
            "before": before,
            "after": after,
            "undone_at": None,
        },
    )


def _not_undone(store: "Store", person: str) -> Iterator[Document]:
    """The newest decision again and again, as each one is undone by then."""
    query = {"person": person, "undone_at": None}
    while entry := store.database[LOG].find_one(query, sort=[("order", DESCENDING)]):
        yield entry


def _restore(store: "Store", entry: Mapping[str, Any]) -> Undone | None:
    """Put back what was there before; None where the decision had changed nothing."""
    undone = Undone(entry["post_id"], entry["task"], entry["drawn"])
    before, after = entry["before"], entry["after"]
    if after is None:
        return undone
    labels = store.database[COLLECTION]
    # Only the decision's own label is taken back: by its time, which no other one has.
    mine = {"_id": after["_id"], "at": after["at"]}
    if before is None:
        restored = labels.delete_one(mine).deleted_count
    else:
        restored = labels.replace_one(mine, before).matched_count
    now = LabelValue(before["label"]) if before else None
    undone = replace(undone, said=LabelValue(after["label"]), now=now)
    if restored:
        return undone
    there = labels.find_one({"_id": after["_id"]})
    return None if there == before else replace(undone, kept=True)
