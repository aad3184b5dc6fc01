"""What the Research API shows of the world's posts and accounts, and as which rows."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from tfw.lab.content import World
from tfw.lab.dice import Dice
from tfw.lab.research_clock import Clock
from tfw.lab.research_faults import FaultEngine
from tfw.lab.research_refusals import Json, refused_user, unknown_user
from tfw.lab.research_shapes import account_as_research_row, post_as_research_row
from tfw.lab.things import WorldAccount, WorldPost, make_id, place_of, second_of

# The share of the world's posts that are deleted or private without the lab's doing.
_GONE_IN_WORLD = 0.064
_IN_A_PLAYLIST = 0.3
_ABOVE_53_BITS = 2**53


class Shelf:
    """Posts and accounts as the API shows them, by the rules and faults in force."""

    def __init__(self, world: World, engine: FaultEngine, clock: Clock) -> None:
        self.world, self.engine, self.clock = world, engine, clock
        self.post = lru_cache(maxsize=4_096)(world.post)
        self.posts_of = lru_cache(maxsize=256)(self._posts_of)

    def is_shown(self, post: WorldPost) -> bool:
        """Whether a post is public, not of an excluded country, and not gone."""
        return (
            post.public
            and not self.is_canadian(post.account)
            and not self._is_gone(post)
            and not self.engine.hits("vanished", post.id, "video/query")
        )

    def shown(self, start: datetime, end: datetime) -> Iterator[WorldPost]:
        """The shown posts made from ``start`` to before ``end``, oldest first; no embargo."""
        posts = (self.post(index) for index in self.world.posts_between(start, end))
        return (post for post in posts if self.is_shown(post))

    def find(self, post_id: str) -> WorldPost | None:
        """The shown post with this id, or None."""
        post = self.world.find_post(post_id) if is_id(post_id) else None
        return post if post and self.is_shown(post) else None

    def account(self, name: str) -> WorldAccount:
        """The account with this name.

        Raises:
            Refusal: there is none, or it is private or of an excluded country.
        """
        account = self.world.find_account(name)
        if account is None:
            raise unknown_user(name)
        if not self.is_open(account):
            raise refused_user()
        return account

    def is_open(self, account: WorldAccount) -> bool:
        """Whether an account is public and not of an excluded country."""
        return not (account.private or self.is_canadian(account))

    def account_row(self, account: WorldAccount) -> Json:
        """The fields of an account; one in four shares a link."""
        row = account_as_research_row(account)
        if self._dice("link", account.number).chance(0.25):
            row["bio_url"] = f"https://{account.handle.replace('_', '-')}.invalid"
        return row

    def is_canadian(self, account: WorldAccount) -> bool:
        """Whether the account is registered in Canada, whose content is hidden."""
        share = self.engine.plan.rules.canada_share
        return self._dice("canada", account.number).share() < share

    def region(self, post: WorldPost) -> str:
        """The country that a search sees."""
        return "CA" if self.is_canadian(post.account) else post.region

    def row(self, post: WorldPost, endpoint: str) -> Json | None:
        """The row of a post with every field that has a value; None where it is not shown."""
        if not self.is_shown(post):
            return None
        grown = self.engine.hits("growing_counters", post.id, endpoint)
        row = post_as_research_row(post.later(self._days_since_end()) if grown else post)
        row |= {"effect_info_list": [_effect(e) for e in post.effects]} if post.effects else {}
        playlist = self.playlist_id(post)
        row |= {"playlist_id": int(playlist)} if playlist else {}
        return self._damaged(row, endpoint)

    def playlist_id(self, post: WorldPost) -> str:
        """The playlist that a post is in, empty where it is in none."""
        dice = self._dice("playlist", post.id)
        if not dice.chance(_IN_A_PLAYLIST):
            return ""
        return make_id(second_of(post.account.id), post.account.number, dice.number(0, 1))

    def playlist(self, playlist_id: str) -> tuple[WorldAccount, list[WorldPost]] | None:
        """The owner and all posts of a playlist, oldest first; None where there is none."""
        if not is_id(playlist_id):
            return None
        number, _ = place_of(playlist_id)
        if number >= self.world.posters:
            return None
        account = self.world.account(number)
        posts = [self.post(index) for index in self.posts_of(number)]
        posts = [post for post in posts if self.playlist_id(post) == playlist_id]
        return (account, posts) if posts else None

    def now(self) -> datetime:
        """The time in the lab."""
        return self.clock.now()

    def _posts_of(self, number: int) -> Sequence[int]:
        account = self.world.account(number)
        return [post.index for post in self.world.posts_of(account)]

    def _is_gone(self, post: WorldPost) -> bool:
        share = self.engine.plan.rules.gone_share
        left = max(0.0, (share - _GONE_IN_WORLD) / (1 - _GONE_IN_WORLD))
        return self._dice("gone", post.id).share() < left

    def _days_since_end(self) -> float:
        return max(0.0, (self.now() - self.world.end).total_seconds() / 86_400)

    def _damaged(self, row: Json, endpoint: str) -> Json:
        key = str(row["id"])
        if self.engine.hits("missing_like_count", key, endpoint):
            row.pop("like_count", None)
        if self.engine.hits("nul", key, endpoint):
            row["video_description"] += "\0"
            row["username"] = row["username"][:2] + "\0" + row["username"][2:]
        if self.engine.hits("large_ids", key, endpoint):
            _enlarge(row)
        return row

    def _dice(self, *key: object) -> Dice:
        return Dice(self.world.seed, "research", *key)


def is_id(text: str) -> bool:
    """Whether a text can be an id: up to 20 digits."""
    return text.isascii() and text.isdigit() and len(text) <= 20


def _effect(effect_id: str) -> Json:
    photo = f"https://media.standin.invalid/e/{effect_id}.png"
    return {
        "effect_id": int(effect_id),
        "effect_name": f"effect {effect_id}",
        "effect_photo_url": photo,
    }


def _enlarge(row: Json) -> None:
    """Lift the ids that fit into a float above what one holds exactly."""
    for name, key in (("hashtag_info_list", "hashtag_id"), ("sticker_info_list", "sticker_id")):
        for thing in row.get(name, ()):
            thing[key] = thing[key] | 1 | _ABOVE_53_BITS << 8
    for effect in row.get("effect_info_list", ()):
        effect["effect_id"] = effect["effect_id"] | 1 | _ABOVE_53_BITS << 8
