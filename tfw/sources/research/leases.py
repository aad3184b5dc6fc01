"""Work that several processes share: a document is with one worker until its lease ends.

A lease is renewed while its process lives. The lease of a process of this machine that has died
counts as ended at once, so that a killed run can go on without waiting.
"""

import logging
import os
import socket
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

from pymongo import ReturnDocument
from pymongo.collection import Collection

from tfw.connection import clear_errors
from tfw.errors import StoreError
from tfw.processes import is_alive, start_time

log = logging.getLogger(__name__)

Document = dict[str, Any]

LEASE = timedelta(seconds=120)
RENEW_SECONDS = 30.0
FREE: Document = {"token": ""}
HOST = socket.gethostname()


class Leases:
    """The leases that this run holds on the documents of one collection.

    Use it in a `with` block: inside, the leases are renewed; after it, they are given back.
    """

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection
        self._token = uuid.uuid4().hex
        self._held: set[str] = set()
        self._lock = threading.Lock()
        self._done = threading.Event()
        self._renewer = threading.Thread(target=self._renew, name="tfw-leases", daemon=True)

    def __enter__(self) -> Self:
        self._renewer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._done.set()
        for id_ in self._ids():
            try:
                self.change(id_, {"state": "pending", "lease": FREE})
            except StoreError as failure:  # the lease ends by itself
                log.warning("a lease could not be given back: %s", failure)

    def take(self, document: Mapping[str, Any], changes: Mapping[str, Any]) -> Document | None:
        """The document, now with this run, or None when another worker has it or was faster."""
        lease = document.get("lease") or FREE
        if self._done.is_set() or not is_free(lease):
            return None
        guard = {"_id": document["_id"], "state": document["state"], "lease.token": lease["token"]}
        with clear_errors("take a lease"):
            taken = self._collection.find_one_and_update(
                guard,
                {"$set": {**changes, "lease": self._mine()}},
                return_document=ReturnDocument.AFTER,
            )
        if taken is not None:
            with self._lock:
                self._held.add(taken["_id"])
        return taken

    def change(self, id: str, changes: Mapping[str, Any]) -> bool:
        """Change a document that this run holds; False when it has lost it meanwhile.

        Changing the `lease` gives the document back.
        """
        if "lease" in changes:
            with self._lock:
                self._held.discard(id)
        with clear_errors("write to leased work"):
            written = self._collection.update_one(
                {"_id": id, "lease.token": self._token}, {"$set": dict(changes)}
            )
        return bool(written.matched_count)

    def remove(self, id: str) -> None:
        """Delete a document that this run holds."""
        with self._lock:
            self._held.discard(id)
        with clear_errors("remove leased work"):
            self._collection.delete_one({"_id": id, "lease.token": self._token})

    def _mine(self) -> Document:
        started = start_time(os.getpid())
        return {
            "token": self._token,
            "until": datetime.now(UTC) + LEASE,
            "host": HOST,
            "pid": os.getpid(),
            "started": started,
        }

    def _ids(self) -> list[str]:
        with self._lock:
            return sorted(self._held)

    def _renew(self) -> None:
        while not self._done.wait(RENEW_SECONDS):
            for id_ in self._ids():
                try:
                    self.change(id_, {"lease.until": datetime.now(UTC) + LEASE})
                except StoreError as error:
                    log.warning("a lease could not be renewed: %s", error)


def is_free(lease: Mapping[str, Any]) -> bool:
    """Whether nobody holds a document with this lease any more."""
    if not lease.get("token") or lease["until"] < datetime.now(UTC):
        return True
    if lease["host"] != HOST:
        return False
    return not is_alive(lease["pid"]) or _other_process(lease)


def _other_process(lease: Mapping[str, Any]) -> bool:
    """Whether the number of the process belongs to a younger one now."""
    started, now = lease.get("started"), start_time(lease["pid"])
    if started is None or now is None:
        return False
    return bool(abs((now - started).total_seconds()) > 1)
