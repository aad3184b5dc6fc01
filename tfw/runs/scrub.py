"""Secrets kept out of run records and saved notebooks.

A secret is the value of an environment variable whose name says so, and the password inside an
address such as ``mongodb://user:password@host``. Both become ``***``.
"""

import html
import json
import os
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

MASK = "***"
SECRET_VARIABLE = re.compile(
    r"(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|KEY|CREDENTIAL|URI)S?(_|$)", re.IGNORECASE
)
# Where a secret lies is no secret: TFW_KEY_FOLDER, SSL_KEY_FILE.
PLACE = re.compile(r"_(FILE|FOLDER|DIR|PATH)$", re.IGNORECASE)
# The text before the colon has a bound, and the pattern starts with a fixed text, so that an
# image of megabytes in base64 takes linear time.
PASSWORD_IN_ADDRESS = re.compile(r"(://[^\s:/@]{0,200}:)([^\s/@]{1,500})@")
# Masking a shorter value (KEY=1, TOKEN=true) would wreck the text and hide nothing.
SHORTEST_SECRET = 6
PLAIN_WORDS = frozenset({"default", "enabled", "disabled"})

SECRET_WORDS = frozenset(
    ["password", "passwd", "passphrase", "pwd", "secret", "secrets", "token", "credential",
     "credentials", "key", "apikey", "uri", "cookie", "cookies"]
)  # fmt: skip


def looks_secret(name: str) -> bool:
    """Whether a parameter of this name would hold a secret (``credentials_file`` holds none).

    >>> [looks_secret(name) for name in ("api_key", "keywords", "key_folder", "clientSecret")]
    [True, False, False, True]
    """
    if PLACE.search(name):
        return False
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
    return not SECRET_WORDS.isdisjoint(words)


class Scrubber:
    """Replaces known secrets in texts; its ``repr`` does not show them."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spellings = {spelling for secret in secrets for spelling in _spellings(secret)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Scrubber":
        """The scrubber of the secrets that are set in the environment."""
        variables = os.environ if environment is None else environment
        return cls(_secret_values(variables))

    def __repr__(self) -> str:
        return "Scrubber(secrets hidden)"

    def text(self, text: str) -> str:
        """The text with every secret replaced by ``***``."""
        return PASSWORD_IN_ADDRESS.sub(rf"\1{MASK}@", self._known.sub(MASK, text))

    def inside(self, value: object) -> object:
        """The value with every text in it scrubbed; lists and mappings are changed in place."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            for key in value:
                value[key] = self.inside(value[key])
        elif isinstance(value, list):
            value[:] = [self.inside(item) for item in value]
        return value

    def finds_secret(self, value: object) -> bool:
        """Whether a value holds a secret."""
        text = json.dumps(value, ensure_ascii=False)
        return self.text(text) != text


def _secret_values(variables: Mapping[str, str]) -> Iterable[str]:
    for name, value in variables.items():
        if SECRET_VARIABLE.search(name) and not PLACE.search(name):
            yield value
        for address in PASSWORD_IN_ADDRESS.finditer(value):
            yield address.group(2)
            yield unquote(address.group(2))


def _spellings(secret: str) -> Iterable[str]:
    """A secret as it is, and as HTML, JSON, ``repr`` and an address would write it."""
    bare = secret.strip()
    if len(bare) < SHORTEST_SECRET or bare.lower() in PLAIN_WORDS:
        return ()
    return {bare, html.escape(bare), json.dumps(bare)[1:-1], repr(bare)[1:-1], quote(bare, safe="")}
