"""A stable name for a comment that the page shows without its id.

It is made of the post, the author's handle, the text, the level and the comment above, and of
nothing that drifts, such as "2d ago". It is a keyed hash: without the project's key nobody can
find out by guessing who wrote what. Two comments of one author below the same comment with the
same text have the same key: the page shows nothing that would tell them apart.
"""

import hashlib
import unicodedata

from tfw.privacy import Pseudonymiser


def comment_key(
    post_id: str,
    author: str | None,
    text: str,
    *,
    parent_key: str | None,
    pseudonymiser: Pseudonymiser,
) -> str:
    """The key of a comment, such as ``7550552484896258577_3f9c0a1b7d2e``.

    Args:
        post_id: the post it stands below.
        author: the handle of its author, or the account's id where the handle is not told.
        text: as the site has it; blanks and Unicode forms do not matter.
        parent_key: the key of the comment that it answers; None on the top level.
        pseudonymiser: has the project's key.
    """
    level = "1" if parent_key is None else "2"
    handle = (author or "").lstrip("@").casefold()
    parts = (post_id, handle, _tidy(text), level, parent_key or "")
    # Hashed once without the key first: a pseudonym does not tell upper case from lower case.
    content = hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()
    return f"{post_id}_{pseudonymiser(content).removeprefix('p_')}"


def _tidy(text: str) -> str:
    """The text as both the page and the site's lists have it."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\ufe0f", "").split())
