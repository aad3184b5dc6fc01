"""The stored models of topics, and their versions: each edit is kept with who and when.

What changes terms makes a new version of the vocabulary, with its own content id, which is the
latest from then on: the next scoring takes it, and posts scored with another one become pending.
What changes names alone is kept in place. Versions of one model are one line: who edits an older
one, or one that somebody else changed meanwhile, is told so.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tfw.errors import BusyError, InputError
from tfw.relevance.topic_editing import (
    as_learnt,
    check_edit,
    groups,
    name_of,
    tidy_name,
    with_edits,
)
from tfw.relevance.topic_edits import EditKind, TopicEdit
from tfw.relevance.vocabulary import Vocabulary, load_vocabulary, now

if TYPE_CHECKING:
    from tfw.store import Store

SHOWN = ("name", "source", "created_at", "learnt_at", "learnt", "topics.topic", "edits.undone_at")


class StoredModel(NamedTuple):
    """One stored vocabulary with topics, as a list shows it.

    ``learnt`` is the id of the model's first version; ``is_newest`` whether no other version of
    that model is newer, ``is_latest`` whether scoring takes it.
    """

    id: str
    name: str
    source: str
    created_at: datetime
    learnt: str
    topics: int
    edits: int
    is_newest: bool
    is_latest: bool


def stored_models(store: "Store") -> list[StoredModel]:
    """All stored vocabularies that have topics, the newest first."""
    found = list(
        store.database["vocabularies"]
        .find({}, dict.fromkeys(SHOWN, 1))
        .sort([("created_at", -1), ("_id", -1)])
    )
    latest = found[0]["_id"] if found else None
    seen: set[str] = set()
    models = []
    for document in found:
        learnt = document.get("learnt") or document["_id"]
        if document.get("topics"):
            models.append(_model(document, learnt, learnt not in seen, document["_id"] == latest))
            seen.add(learnt)
    return models


def _model(document: dict[str, Any], learnt: str, newest: bool, latest: bool) -> StoredModel:
    return StoredModel(
        id=document["_id"],
        name=document["name"],
        source=document["source"],
        created_at=document["created_at"],
        learnt=learnt,
        topics=len(document["topics"]),
        edits=sum("undone_at" not in edit for edit in document.get("edits", ())),
        is_newest=newest,
        is_latest=latest,
    )


def edit_topics(
    store: "Store",
    vocabulary: Vocabulary,
    kind: EditKind,
    *,
    by: str,
    topics: Sequence[int] = (),
    terms: Sequence[str] = (),
    name: str | None = None,
) -> Vocabulary:
    """The vocabulary after an edit, kept in the database.

    Args:
        store: the database.
        vocabulary: the one that the person sees.
        kind: what to do.
        by: who does it.
        topics: numbers of the topics; of a merge the first one leads.
        terms: terms to drop.
        name: the new name.

    Raises:
        InputError: the edit cannot be made; the message says what would be valid.
        BusyError: somebody changed the vocabulary meanwhile.
    """
    at = now()
    found = groups(vocabulary.topics)
    content = f"{kind}{topics}{terms}{name}{by}{at.isoformat()}"
    edit = TopicEdit(
        id=hashlib.blake2b(content.encode(), digest_size=6).hexdigest(),
        kind=kind,
        by=by,
        at=at,
        topics=tuple(topics),
        terms=tuple(terms),
        name=tidy_name(name) if name is not None else None,
        about=tuple(name_of(found[number][0]) for number in topics if number in found),
    )
    check_edit(vocabulary, edit)
    return _kept(store, vocabulary, (*vocabulary.edits, edit), at)


def undo_edit(store: "Store", vocabulary: Vocabulary, edit_id: str, *, by: str) -> Vocabulary:
    """The vocabulary without one of its edits, kept in the database; the others stay.

    Raises:
        InputError: there is no such edit, or it was taken back already.
        BusyError: somebody changed the vocabulary meanwhile.
    """
    if not any(edit.id == edit_id and edit.is_active for edit in vocabulary.edits):
        raise InputError("There is no such edit, or it was taken back already.")
    at = now()
    edits = tuple(
        edit.model_copy(update={"undone_by": by, "undone_at": at}) if edit.id == edit_id else edit
        for edit in vocabulary.edits
    )
    return _kept(store, vocabulary, edits, at)


def _kept(store: "Store", old: Vocabulary, edits: Sequence[TopicEdit], at: datetime) -> Vocabulary:
    edited = with_edits(old, edits)
    new = edited.model_copy(
        update={
            "edited_at": at,
            "learnt_at": old.learnt_at or old.created_at,
            "created_at": old.created_at if edited.id == old.id else at,
        }
    )
    _claim(store, old, at)
    store.put("vocabularies", new.document())
    return load_vocabulary(store, new.id)


def _claim(store: "Store", old: Vocabulary, at: datetime) -> None:
    """Go on only from the newest version of a model, as it is in the database now."""
    learnt = as_learnt(old).id
    newest = next((m for m in stored_models(store) if m.learnt == learnt), None)
    if newest is None or newest.id != old.id:
        other = f"; the newest is {newest.id}" if newest else " any more"
        raise BusyError(
            f"{old.id} is not the newest version of its model{other}. Open that one and edit it "
            "there; nothing was changed."
        )
    same = {"_id": old.id, "edited_at": old.edited_at}
    marked = store.database["vocabularies"].update_one(same, {"$set": {"edited_at": at}})
    if marked.matched_count == 0:
        raise BusyError(
            f"Somebody else has changed {old.id} meanwhile. Open it again to see their edits, then "
            "make yours; nothing was changed."
        )
