"""Pseudonyms for people, made with a key that is kept apart from the data.

A pseudonym is a keyed BLAKE2b hash (RFC 7693): the same person has the same pseudonym all over
a project, and nobody without the key can find out whose it is by guessing names. Deleting the
key file makes the pseudonyms anonymous for good.
"""

import hashlib
import os
import re
import secrets
import uuid
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from tfw.errors import SettingsError
from tfw.settings import Settings

KEY_BYTES = 32
# A handle as TikTok allows it: letters of any script, digits, underscores and inner dots. It may
# follow a word without a blank ("ootd@friend"); hiding a part of a mail address too does no harm.
MENTION = re.compile(r"[@＠](\w(?:[\w.]{0,30}\w)?)")


class PrivacyLevel(StrEnum):
    """What reports and exports show in place of a person's name."""

    PSEUDONYMISE = "pseudonymise"
    REDACT = "redact"
    KEEP = "keep"


class Pseudonymiser:
    """Turns names of people into pseudonyms such as ``p_3f9c0a1b7d2e``.

    >>> hide = Pseudonymiser(b"0" * 32)
    >>> hide("sample_threads") == hide("sample_threads")
    True
    >>> hide("sample_threads") == Pseudonymiser(b"1" * 32)("sample_threads")
    False
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        # Bounded: a run meets the same few thousand authors again and again.
        self._hash = lru_cache(maxsize=50_000)(self._hash_once)

    def __repr__(self) -> str:
        return "Pseudonymiser(key hidden)"

    def __call__(self, name: str) -> str:
        """The pseudonym of an account name or id; case and a leading ``@`` do not matter."""
        return self._hash(name.lstrip("@").casefold())

    def in_text(self, text: str) -> str:
        """The text with every @mention replaced by its pseudonym."""
        return MENTION.sub(lambda found: "@" + self(found.group(1)), text)

    def _hash_once(self, name: str) -> str:
        digest = hashlib.blake2b(name.encode(), key=self._key, digest_size=8)
        return "p_" + digest.hexdigest()[:12]


def open_pseudonymiser(settings: Settings) -> Pseudonymiser:
    """The project's pseudonymiser; its key file is made on first use, for its owner only.

    The key lies in ``settings.key_folder``, outside the project, under the project's own id, so
    that copying or publishing the project folder does not give the key away.

    Raises:
        SettingsError: the key file is damaged.
    """
    path = settings.key_folder / f"{_project_id(settings)}.key"
    key = _read_or_create(path, lambda: secrets.token_hex(KEY_BYTES))
    try:
        raw = bytes.fromhex(key)
    except ValueError:
        raw = b""
    if len(raw) != KEY_BYTES:
        raise SettingsError(
            f"The pseudonym key {path} is damaged (it should be {2 * KEY_BYTES} hexadecimal "
            "digits). Restore it from a copy; with a new key, old and new pseudonyms no longer "
            "match."
        )
    return Pseudonymiser(raw)


def hider(level: PrivacyLevel, pseudonymiser: Pseudonymiser) -> Callable[[str], str]:
    """The function that shows an account name at a privacy level."""
    if level is PrivacyLevel.PSEUDONYMISE:
        return pseudonymiser
    return (lambda name: "REDACTED") if level is PrivacyLevel.REDACT else (lambda name: name)


def text_hider(level: PrivacyLevel, pseudonymiser: Pseudonymiser) -> Callable[[str], str]:
    """The function that shows a text at a privacy level: its @mentions follow the same rule."""
    if level is PrivacyLevel.PSEUDONYMISE:
        return pseudonymiser.in_text
    if level is PrivacyLevel.REDACT:
        return lambda text: MENTION.sub("@REDACTED", text)
    return lambda text: text


def _project_id(settings: Settings) -> str:
    return _read_or_create(settings.hidden_folder / "project-id", lambda: uuid.uuid4().hex)


def _read_or_create(path: Path, make: Callable[[], str]) -> str:
    """The content of a small private file; two processes that create it at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(make() + "\n")
        try:
            os.link(draft, path)  # fails when another process was first; theirs counts
        except FileExistsError:
            return path.read_text().strip()
        finally:
            draft.unlink()
    return path.read_text().strip()
