"""Connecting to a MongoDB, with errors that say what to do and keep the password to themselves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bson.errors import BSONError
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
)

from tfw.errors import StoreError

Client = MongoClient[dict[str, Any]]

SELECTION_MS = 10_000
AUTHENTICATION_FAILED = 18
UNAUTHORIZED = 13
REASON_LENGTH = 400
CHECK_SETTINGS = (
    "Check TFW_MONGODB_URI, the network and the server; without TFW_MONGODB_URI the embedded "
    "database is used."
)


def connect(uri: SecretStr, advice: str = CHECK_SETTINGS) -> Client:
    """A client whose server has answered and accepted the password.

    Raises:
        StoreError: the address cannot be read, nobody answers there, or the server refuses; it
            ends with the advice.
    """
    client = _client(uri)
    try:
        client.admin.command("ping")
    except PyMongoError as error:
        client.close()
        problem = _reason(error)
    else:
        return client
    # Raised here, outside of the handler, so that no context carries what pymongo knows.
    raise StoreError(f"The database at {_hosts(uri)} cannot be used: {problem}. {advice}")


@contextmanager
def clear_errors(doing: str) -> Iterator[None]:
    """Turns what the database refuses into one StoreError; also usable as a decorator."""
    try:
        yield
    except (PyMongoError, BSONError) as error:
        lost = isinstance(error, ConnectionFailure)
        advice = " If the server runs again, open the store again." if lost else ""
        raise StoreError(f"The database could not {doing}: {_reason(error)}.{advice}") from None


def _client(uri: SecretStr) -> Client:
    text = uri.get_secret_value()
    options: dict[str, Any] = {"tz_aware": True, "appname": "tfw"}
    if "serverselectiontimeoutms" not in text.lower():
        options["serverSelectionTimeoutMS"] = SELECTION_MS
    try:
        _check_escapes(text)
        return MongoClient(text, **options)
    except (PyMongoError, ValueError, OSError) as error:
        problem = _without_secrets(str(error), text)
    raise StoreError(
        f"TFW_MONGODB_URI cannot be used: {problem}. It should look like "
        "mongodb://USER:PASSWORD@HOST:27017/ with the characters : / ? # [ ] @ % of the password "
        "percent-encoded (its value is not shown because it may hold a password)."
    )


def _check_escapes(uri: str) -> None:
    """A '/' or '?' in a password ends the host part early, and a piece of it becomes a host."""
    authority, rest = _split(uri)
    if "@" in rest and "@" not in authority:
        raise ConfigurationError("the password holds a '/' or a '?' that is not percent-encoded")


def _split(uri: str) -> tuple[str, str]:
    found = re.fullmatch(r"[a-z+]+://([^/?]*)(.*)", uri, re.DOTALL)
    return (found[1], found[2]) if found else ("", "")


def _hosts(uri: SecretStr) -> str:
    return _split(uri.get_secret_value())[0].rpartition("@")[2]


def _without_secrets(problem: str, uri: str) -> str:
    user_info = uri.rpartition("@")[0].partition("://")[2]
    pieces = [piece for piece in re.split(r"[:@/?#&=,%]", user_info) if len(piece) > 1]
    if any(piece in problem for piece in pieces):
        return "it cannot be read"
    return problem.rstrip(".")


def _reason(error: Exception) -> str:
    if isinstance(error, BulkWriteError):
        failures = [*error.details["writeErrors"], *error.details["writeConcernErrors"]]
        return str(failures[0]["errmsg"])[:REASON_LENGTH]
    if isinstance(error, OperationFailure) and error.code == AUTHENTICATION_FAILED:
        return "it refuses the user name or the password"
    if isinstance(error, OperationFailure) and error.code == UNAUTHORIZED:
        return "its user is not allowed to do this (it needs the role readWrite)"
    return _first_part(error)


def _first_part(error: Exception) -> str:
    """What the driver says, without its description of the topology."""
    return re.split(r", Timeout:|, full error:| \(configured timeouts", str(error))[0][
        :REASON_LENGTH
    ]
