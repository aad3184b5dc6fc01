"""The rows of the API's pages as records; what cannot be read is counted, logged and left out."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from tfw.privacy import Pseudonymiser
from tfw.records import Comment, Post
from tfw.sources.outcomes import faults
from tfw.sources.research.endpoints import Row
from tfw.sources.research_items import comment_from_item, post_from_item

log = logging.getLogger(__name__)

SOURCE = "research-api"


def read_rows(rows: Sequence[Row], collected_at: datetime, query: str) -> tuple[list[Post], int]:
    """The posts of a page's rows, and how many rows could not be read."""
    posts, reasons = [], Counter[str]()
    for row in rows:
        try:
            posts.append(
                post_from_item(row, source=SOURCE, collected_at=collected_at, queries=[query])
            )
        except ValueError as error:
            reasons[faults(error)[0]] += 1
    for reason, count in reasons.items():
        log.warning("%s rows of %s could not be read: %s", count, query, reason)
    return posts, reasons.total()


def read_comments(
    rows: Sequence[Row], collected_at: datetime, hide: Pseudonymiser
) -> list[Comment]:
    """The comments of a page's rows; rows that cannot be read are logged and left out."""
    comments, reasons = [], Counter[str]()
    for row in rows:
        try:
            comments.append(
                comment_from_item(row, source=SOURCE, collected_at=collected_at, pseudonymiser=hide)
            )
        except ValueError as error:
            reasons[faults(error)[0]] += 1
    for reason, count in reasons.items():
        log.warning("%s comments could not be read: %s", count, reason)
    return comments
