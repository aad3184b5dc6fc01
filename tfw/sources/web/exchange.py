"""What goes between a page and this program: answers to calls, and a person's own moves."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Landing:
    """Where the browser is after opening an address; ``status`` is None where HTTP gave none.

    ``bytes`` is the size of the document, uncompressed: 0 for an empty one.
    """

    url: str
    status: int | None
    title: str
    bytes: int


@dataclass(frozen=True)
class Reply:
    """The raw answer to a call; status 0 means that none came, ``text`` then says why."""

    status: int
    text: str


@dataclass(frozen=True)
class PageReply:
    """The raw answer to a list call that the page itself made."""

    url: str
    status: int
    text: str


@dataclass(frozen=True)
class PersonEvent:
    """What a person did with pointer or keyboard: ``x`` and ``y`` are CSS pixels of the window.

    ``key`` is a character or a name of the KeyboardEvent standard, such as ``Enter``.
    """

    kind: Literal["down", "move", "up", "key"]
    x: float = 0.0
    y: float = 0.0
    key: str | None = None
