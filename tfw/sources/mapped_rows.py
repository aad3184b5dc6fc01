"""Posts and comments from the values that a column map found in a row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tfw.privacy import Pseudonymiser
from tfw.records import Comment, Post, hashtags_in
from tfw.sources.parts import address, comment_status, music_of
from tfw.sources.times import time_of_id

Fields = Mapping[str, Any]


def post_from_fields(
    found: Fields,
    *,
    source: str,
    collected_at: datetime,
    pseudonymiser: Pseudonymiser,
    queries: tuple[str, ...] = (),
) -> Post:
    """The post with these values.

    Raises:
        ValueError: the id is missing or not exact, or a value cannot be what its field needs.
    """
    at = found.get("stats.collected_at") or collected_at
    plain = {name: found[name] for name in ("description", "region", "language") if name in found}
    return Post.model_validate(
        {
            **plain,
            "id": found.get("id"),
            "url": address(found.get("id"), found.get("author.name"), found.get("url")),
            "source": found.get("source") or source,
            "author": _group(found, "author"),
            "music": music_of(
                found.get("music.id"), found.get("music.title"), found.get("music.author")
            ),
            "hashtags": found.get("hashtags") or hashtags_in(found.get("description", "")),
            "duration": found.get("duration"),
            "created_at": found.get("created_at") or time_of_id(found.get("id"), at),
            "stats": {**_group(found, "stats"), **_comment_count(found), "collected_at": at},
            "comments": comment_status(
                _comment_count(found)["comments"], at, collected=found.get("comments.collected")
            ),
            "comments_text": pseudonymiser.in_text(found.get("comments_text", "")) or None,
            "queries": found.get("queries", ()) + queries,
        }
    )


def comment_from_fields(
    found: Fields, *, source: str, collected_at: datetime, pseudonymiser: Pseudonymiser
) -> Comment:
    """The comment with these values; its author becomes a pseudonym.

    Raises:
        ValueError: an id is missing or not exact, or a value cannot be what its field needs.
    """
    author = found.get("author")
    parent = found.get("parent_id")
    top = parent in (None, "0", 0) or str(parent) == str(found.get("post_id"))
    return Comment.model_validate(
        {
            **found,
            "parent_id": None if top else parent,
            "text": pseudonymiser.in_text(found.get("text", "")),
            "author": pseudonymiser(author) if author else None,
            "source": found.get("source") or source,
            "collected_at": found.get("collected_at") or collected_at,
        }
    )


def _group(found: Fields, prefix: str) -> dict[str, Any]:
    start = f"{prefix}."
    return {
        name.removeprefix(start): value
        for name, value in found.items()
        if name.startswith(start) and value is not None
    }


def _comment_count(found: Fields) -> dict[str, int | None]:
    """The number of comments: the counter and what the page reported are the same figure."""
    counter = found.get("stats.comments")
    return {"comments": found.get("comments.reported") if counter is None else counter}
