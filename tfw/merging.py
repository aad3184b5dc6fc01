"""How a newly collected record is joined with what the database knows already.

- What is not known (absent, an empty text or an empty list) never replaces what is known.
- What was collected later than everything stored replaces it; what was collected earlier, or at
  the same moment, only fills gaps. So an import that is repeated changes nothing.
- A post's counters are kept as a history, one snapshot for each moment of collection, in whatever
  order they come; its `stats` hold the newest known value of each counter.
- The time of a comment is replaced by a more exact one only: "3 days ago" tells less every day.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from tfw.records import CommentState, TimePrecision, post_url

Document = dict[str, Any]
Value = TypeVar("Value")

# What the relevance scores are computed from: a post of which one changes needs scoring again.
SCORED = ("description", "hashtags", "comments_text", "created_at", "stats")
# These follow from the history.
DERIVED = ("stats", "first_seen", "last_seen")
# Joined key by key, so that a source that knows the author's name alone does not wipe the id.
NESTED = ("author", "music")
MERGED_BY_RULE = ("_id", "stats", "comments", "queries", "url")
COMMENT_TIME = ("created_at", "precision", "time_text")
# A collector has said nothing about these, or that it did not get all: counting may improve them.
COUNTED_STATES = (CommentState.PENDING, CommentState.PARTIAL, CommentState.BLOCKED)


def new_post(incoming: Document) -> Document:
    """The first version of a post: its document with a history of one snapshot."""
    seen = incoming["stats"]["collected_at"]
    return {
        **incoming,
        "queries": sorted(incoming["queries"]),
        "comments": _dated(incoming),
        "history": [incoming["stats"]],
        "first_seen": seen,
        "last_seen": seen,
    }


def merge_post(known: Document, incoming: Document) -> Document:
    """A stored post joined with a newly collected one; the arguments stay as they are."""
    newer = incoming["stats"]["collected_at"] > known["stats"]["collected_at"]
    merged = dict(known)
    for key, value in incoming.items():
        if key in NESTED:
            merged[key] = _merge_fields(known.get(key, {}), value, newer)
        elif key not in MERGED_BY_RULE:
            merged[key] = _choose(known.get(key), value, newer)
    merged["url"] = _merge_url(known, incoming, newer)
    merged["queries"] = sorted({*known.get("queries", ()), *incoming["queries"]})
    merged["comments"] = _merge_status(known.get("comments", {}), incoming, newer)
    merged["history"] = _merge_history(known.get("history", [known["stats"]]), incoming["stats"])
    merged["stats"] = {
        key: value for snapshot in merged["history"] for key, value in snapshot.items()
    }
    merged["first_seen"] = merged["history"][0]["collected_at"]
    merged["last_seen"] = merged["history"][-1]["collected_at"]
    return merged


def merge_comment(known: Document, incoming: Document) -> Document:
    """A stored comment joined with a newly collected one; the arguments stay as they are."""
    newer = incoming["collected_at"] > known["collected_at"]
    times = {key: incoming[key] for key in COMMENT_TIME if key in incoming}
    others = {key: value for key, value in incoming.items() if key not in times}
    exact = "created_at" in incoming and _exactness(incoming) < _exactness(known)
    return _merge_fields(known, others, newer) | (times if exact else {})


def recount(post: Document, collected: int, now: datetime) -> Document:
    """The comment status of a post of which that many comments are stored.

    What the platform reports are the comments' own number or, without it, the post's counter.
    """
    status: Document = post["comments"]
    reported = status.get("reported", post["stats"].get("comments"))
    state = _recounted_state(status["state"], collected, reported)
    if state == status["state"] and collected == status["collected"]:
        return status
    return {**status, "state": state, "collected": collected, "at": now}


def needs_scoring(known: Document, merged: Document) -> bool:
    """Whether a text or a counter that the scores are computed from has changed."""
    return any(known.get(key) != merged.get(key) for key in SCORED)


def changes(known: Document, merged: Document) -> Document:
    """The keys whose value is another one now, with that value."""
    return {key: value for key, value in merged.items() if known.get(key) != value}


def _choose(known: Value, incoming: Value, newer: bool) -> Value:
    if _is_unknown(incoming):
        return incoming if known is None else known
    return incoming if newer or _is_unknown(known) else known


def _is_unknown(value: object) -> bool:
    return value is None or value in ("", [], ())


def _merge_fields(known: Mapping[str, Any], incoming: Mapping[str, Any], newer: bool) -> Document:
    chosen = {key: _choose(known.get(key), value, newer) for key, value in incoming.items()}
    return {**known, **chosen}


def _merge_url(known: Document, incoming: Document, newer: bool) -> str:
    """An address without the author's name counts as not known."""
    nameless = post_url(incoming["_id"], None)
    old, new = (None if url == nameless else url for url in (known.get("url"), incoming["url"]))
    return str(_choose(old, new, newer) or nameless)


def _merge_history(history: list[Document], snapshot: Document) -> list[Document]:
    """The snapshots in the order of time; one that is there gains what it lacks."""
    snapshots: dict[datetime, Document] = {known["collected_at"]: known for known in history}
    at = snapshot["collected_at"]
    snapshots[at] = {**snapshot, **snapshots.get(at, {})}
    return [snapshots[moment] for moment in sorted(snapshots)]


def _merge_status(known: Document, incoming: Document, newer: bool) -> Document:
    """The state of the comments: pending tells nothing, so it never replaces another state."""
    status = _dated(incoming)
    reported = _choose(known.get("reported"), status.get("reported"), newer)
    tells = status["state"] != CommentState.PENDING
    pending = known.get("state", CommentState.PENDING) == CommentState.PENDING
    merged = dict(status if tells and (pending or status["at"] > known["at"]) else known)
    return merged if reported is None else {**merged, "reported": reported}


def _exactness(comment: Document) -> float:
    """The rank of a comment's time, 0 for the second; infinite when it is not known."""
    if "created_at" not in comment:
        return float("inf")
    return list(TimePrecision).index(TimePrecision(comment["precision"]))


def _recounted_state(state: str, collected: int, reported: int | None) -> str:
    if state not in COUNTED_STATES:
        return state
    if reported is not None and collected >= reported:
        return CommentState.COMPLETE.value
    return CommentState.PARTIAL.value if collected and state == CommentState.PENDING else state


def _dated(post: Document) -> Document:
    """The post's comment status; one that tells something has the moment it was true at."""
    status: Document = post["comments"]
    if status["state"] == CommentState.PENDING:
        return status
    return {"at": post["stats"]["collected_at"], **status}
