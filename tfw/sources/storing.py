"""Records on their way from a file to the store."""

from collections.abc import Iterator

from tfw.records import Comment, Post
from tfw.sources.outcomes import BrokenFileError, Outcome, Rejected
from tfw.sources.rejects import RejectsFile
from tfw.sources.summary import Tally
from tfw.store import Store

BATCH = 1000


def store_outcomes(
    store: Store, found: Iterator[Outcome], tally: Tally, listed: RejectsFile
) -> None:
    """Write everything found to the store, in batches, and count it.

    Raises:
        BrokenFileError: the file breaks off; what came before the break has been written.
        StoreError: the database refuses.
    """
    batch = _Batch(store, tally)
    try:
        for outcome in found:
            if isinstance(outcome, Post | Comment):
                batch.add(outcome)
            elif isinstance(outcome, Rejected):
                tally.reject(outcome)
                listed.add(outcome)
            else:
                tally.skip(outcome)
    except BrokenFileError:
        batch.write()
        raise
    batch.write()


class _Batch:
    """Records on their way to the store."""

    def __init__(self, store: Store, tally: Tally) -> None:
        self._store = store
        self._tally = tally
        self._posts: list[Post] = []
        self._comments: list[Comment] = []
        # Without comments in the store there is nothing to recount.
        self._recount = store.count("comments") > 0

    def add(self, record: Post | Comment) -> None:
        """Add a record, and write the batch when it is full."""
        if isinstance(record, Post):
            self._posts.append(record)
        else:
            self._comments.append(record)
        if len(self._posts) + len(self._comments) >= BATCH:
            self.write()

    def write(self) -> None:
        """Write what has been added, and recount the comments of the posts it touches."""
        if self._posts:
            self._tally.count_posts(len(self._posts), self._store.upsert_posts(self._posts))
        if self._comments:
            written = self._store.upsert_comments(self._comments)
            self._tally.count_comments(len(self._comments), written)
            self._recount = True
        if self._recount:
            self._store.update_comment_status(self._touched())
        self._posts, self._comments = [], []

    def _touched(self) -> list[str]:
        """The posts whose stored comments may count for more than what their file says."""
        open_posts = [post.id for post in self._posts if post.comments_text is None]
        return list(dict.fromkeys([*open_posts, *(entry.post_id for entry in self._comments)]))
