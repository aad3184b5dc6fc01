"""A seeded, invented world of TikTok posts, as large as asked, each made when it is needed.

The same seed and size give the same world on every machine. Nothing is kept but a few accounts:
a world of 100,000 posts takes no more memory than one of ten.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from tfw.errors import InputError
from tfw.lab.accounts import account_number, make_account
from tfw.lab.comments import Thread
from tfw.lab.posts import PostMaker
from tfw.lab.things import WorldAccount, WorldComment, WorldMusic, WorldPost, place_of
from tfw.lab.timeline import Timeline

__all__ = ["DEFAULT_END", "World", "WorldAccount", "WorldComment", "WorldMusic", "WorldPost"]

DEFAULT_END = date(2026, 11, 1)
MOST_POSTS = 2**20
MOST_COMMENTS = 4_000
_VIEWERS_PER_POSTER = 15


class World:
    """An invented TikTok: posts in order of time, their accounts, their comments.

    ``end`` is the first day after the period and the moment at which the counters were read,
    ``days`` the length of the period, ``most_comments`` caps the comments of one post. ``busy``
    multiplies the comments that posts have, up to that cap.

    Raises:
        InputError: a size is out of range.
    """

    def __init__(
        self,
        seed: int = 7,
        posts: int = 400,
        *,
        end: date = DEFAULT_END,
        days: int = 90,
        most_comments: int = 3_000,
        busy: float = 1.0,
    ) -> None:
        _check("posts", posts, 1, MOST_POSTS)
        _check("days", days, 1, 3_650)
        _check("most_comments", most_comments, 0, MOST_COMMENTS)
        _check("busy", busy, 0, MOST_COMMENTS)
        self.seed = seed
        self.timeline = Timeline(seed, posts, end, days)
        self.posters = max(12, posts * 2 // 5)
        self._account = lru_cache(maxsize=2_048)(self._make_account)
        self._maker = PostMaker(self.timeline, self.account, self.posters, most_comments, busy)

    def __len__(self) -> int:
        return self.timeline.posts

    def __iter__(self) -> Iterator[WorldPost]:
        """Every post, oldest first, which is also the order of the ids."""
        return (self.post(index) for index in range(len(self)))

    @property
    def start(self) -> datetime:
        """The first moment of the period, aware UTC."""
        return self.timeline.start

    @property
    def end(self) -> datetime:
        """The moment at which the world is seen, aware UTC."""
        return self.timeline.end

    def post(self, index: int) -> WorldPost:
        """The post with this index, 0 being the oldest.

        Raises:
            IndexError: there is no such post.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"post {index} of a world of {len(self)} posts")
        return self._maker.make(index)

    def account(self, number: int) -> WorldAccount:
        """The account with this number; those below ``posters`` post, the others comment."""
        return self._account(number)

    def _make_account(self, number: int) -> WorldAccount:
        return make_account(self.seed, number)

    def comments(self, post: WorldPost) -> list[WorldComment]:
        """The comments of a post, as many as its counter says; some are ``hidden``."""
        viewers = range(self.posters, self.posters * (1 + _VIEWERS_PER_POSTER))
        return Thread(post, self.seed, self.account, viewers, int(self.end.timestamp())).comments()

    def find_post(self, post_id: str) -> WorldPost | None:
        """The post with this id, deleted and private ones too; None where there is none."""
        index = place_of(post_id)[0] if _digits(post_id) else len(self)
        post = self.post(index) if index < len(self) else None
        return post if post and post.id == post_id else None

    def find_comment(self, comment_id: str) -> WorldComment | None:
        """The comment with this id; None where there is none."""
        index, number = place_of(comment_id) if _digits(comment_id) else (len(self), 0)
        comments = self.comments(self.post(index)) if index < len(self) else []
        comment = comments[number] if number < len(comments) else None
        return comment if comment and comment.id == comment_id else None

    def find_account(self, handle: str) -> WorldAccount | None:
        """The account with this handle, without ``@``; None where there is none."""
        number = account_number(handle)
        if number is None or not 0 <= number < self.posters * (1 + _VIEWERS_PER_POSTER):
            return None
        account = self.account(number)
        return account if account.handle == handle else None

    def posts_of(self, account: WorldAccount) -> Iterator[WorldPost]:
        """The posts of an account, oldest first."""
        indexes = range(len(self))
        return (self.post(i) for i in indexes if self._maker.poster(i) == account.number)

    def posts_between(self, start: datetime, end: datetime) -> range:
        """The indexes of the posts made from ``start`` (included) to ``end`` (excluded)."""
        return self.timeline.indexes(start, end)


def _check(name: str, value: float, low: int, high: int) -> None:
    if not low <= value <= high:
        raise InputError(f"{name} is {value}: a world takes {low} to {high:,}.")


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
