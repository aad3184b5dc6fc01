"""What the invented world is made of: accounts, posts and comments, with the truth about them.

Ids are 19 digits whose upper 32 bits are the second of creation. The lower bits hold the place of
the thing in its world, so that a world finds a thing by its id without keeping any.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

CaptionKind = Literal[
    "plain", "tags only", "empty", "ambiguous word", "hashtag spam", "no fashion hashtag"
]

PLACE_BITS = 12


def make_id(second: int, place: int, detail: int) -> str:
    """An id of a thing created in a Unix second; ``place`` < 2**20, ``detail`` < 2**12."""
    return str(second << 32 | place << PLACE_BITS | detail)


def place_of(thing_id: str) -> tuple[int, int]:
    """The place and the detail that :func:`make_id` put into an id."""
    lower = int(thing_id) & (2**32 - 1)
    return lower >> PLACE_BITS, lower & (2**PLACE_BITS - 1)


def second_of(thing_id: str) -> int:
    """The Unix second of creation in an id."""
    return int(thing_id) >> 32


@dataclass(frozen=True, slots=True)
class WorldAccount:
    """An account; ``niche`` is what it mostly posts about, ``likes`` is what it received."""

    number: int
    id: str
    handle: str
    nickname: str
    sec_uid: str
    bio: str
    language: str
    region: str
    niche: str
    verified: bool
    private: bool
    followers: int
    following: int
    likes: int
    videos: int


@dataclass(frozen=True, slots=True)
class WorldMusic:
    """The sound of a post; ``original`` means that the poster recorded it."""

    id: str
    title: str
    author: str
    original: bool
    duration: int


@dataclass(frozen=True, slots=True)
class WorldPost:
    """A post as it stands at the end of the world's period.

    ``subject``, ``about_fashion``, ``caption_kind`` and ``trend`` are the truth, which no page and
    no answer shows. ``duration`` is in seconds and 0 for a photo post, which has ``photos``
    pictures. Hashtags are lower case and stand in ``description`` as typed.
    """

    index: int
    id: str
    account: WorldAccount
    created: int
    description: str
    hashtags: tuple[str, ...]
    mentions: tuple[WorldAccount, ...]
    language: str
    music: WorldMusic | None
    duration: int
    photos: int
    plays: int
    likes: int
    comments: int
    shares: int
    saves: int
    stickers: tuple[str, ...]
    voice_to_text: str
    effects: tuple[str, ...]
    is_ad: bool
    comments_off: bool
    deleted: bool
    private: bool
    subject: str
    about_fashion: bool
    caption_kind: CaptionKind
    trend: str

    @property
    def region(self) -> str:
        """The country where the account is registered, two letters."""
        return self.account.region

    @property
    def created_at(self) -> datetime:
        """The time of posting, aware UTC."""
        return datetime.fromtimestamp(self.created, UTC)

    @property
    def url(self) -> str:
        """The public address."""
        kind = "photo" if self.photos else "video"
        return f"https://www.tiktok.com/@{self.account.handle}/{kind}/{self.id}"

    @property
    def public(self) -> bool:
        """Whether a stranger can see it."""
        return not (self.deleted or self.private)

    def later(self, days: float) -> "WorldPost":
        """The same post some days on: more plays, likes, shares and saves; the comments stay."""
        growth = 1 + 0.04 * days
        return replace(
            self,
            plays=int(self.plays * growth),
            likes=int(self.likes * growth),
            shares=int(self.shares * growth),
            saves=int(self.saves * growth),
        )


@dataclass(frozen=True, slots=True)
class WorldComment:
    """A comment; ``parent_id`` is empty for one of the top level.

    ``hidden`` comments count in the post's counter but are shown nowhere; a text may be empty,
    which stands for a picture or a sticker.
    """

    id: str
    post_id: str
    parent_id: str
    answers_id: str
    text: str
    mentions: tuple[WorldAccount, ...]
    language: str
    author: WorldAccount
    created: int
    likes: int
    replies: int
    by_creator: bool
    liked_by_creator: bool
    pinned: bool
    hidden: bool

    @property
    def created_at(self) -> datetime:
        """The time of writing, aware UTC."""
        return datetime.fromtimestamp(self.created, UTC)
