"""The lists of an account: liked, pinned, reposted, followers, following, and playlists."""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache

from tfw.lab.dice import Dice
from tfw.lab.faults import Rules
from tfw.lab.research_calls import Call
from tfw.lab.research_follows import FollowGraph, follow_row
from tfw.lab.research_pages import Page, asked_fields, faulty_page, index_page, picked, row_before
from tfw.lab.research_posts import Shelf
from tfw.lab.research_refusals import Json, Refusal, invalid, private_list, to_count, to_text
from tfw.lab.things import WorldAccount, WorldPost

_MOST_LIKED = 300
_MOST_REPOSTED = 150
_REPOSTS_SHARE = 0.6
_UNLISTED_SHARE = 0.08

Dated = tuple[int, int]


class AccountLists:
    """Answers the endpoints whose input is a user name or a playlist."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf, self._world = shelf, shelf.world
        self._graph = FollowGraph(self._world)
        self._followers = lru_cache(maxsize=64)(self._graph.followers)
        self._following = lru_cache(maxsize=64)(self._graph.following)

    def info(self, call: Call) -> Json:
        """``user/info``."""
        fields = asked_fields(call, self._shelf.engine)
        account = self._account(call)
        return picked(self._shelf.account_row(account), fields, account.id)

    def liked(self, call: Call) -> Json:
        """``user/liked_videos``; its cursor is the time of liking in milliseconds."""
        fields, account = asked_fields(call, self._shelf.engine), self._account(call)
        size = to_count(call.data, "max_count", 20, low=1, high=100)
        cursor = to_count(call.data, "cursor", 0, refusal="cursor")
        if not self._dice("likes", account).chance(self._rules.public_likes_share):
            raise Refusal(403, "access_denied", "The user does not show the liked videos.")
        post_row = self._post_row(call, fields)
        page = self._dated_page(
            call,
            self._likes(account),
            cursor,
            size,
            lambda index: post_row(self._shelf.post(index)),
        )
        return page.data("user_liked_videos")

    def pinned(self, call: Call) -> Json:
        """``user/pinned_videos``: up to three; without any the list is empty or missing."""
        fields, account = asked_fields(call, self._shelf.engine), self._account(call)
        posts = [self._shelf.post(index) for index in self._shelf.posts_of(account.number)]
        most = self._dice("pinned", account).number(0, 3)
        best = sorted(posts, key=lambda post: -post.plays)[:most]
        rows = [row for row in map(self._post_row(call, fields), best) if row is not None]
        return {"pinned_videos_list": rows} if rows or account.number % 2 else {}

    def reposted(self, call: Call) -> Json:
        """``user/reposted_videos``; it works for some accounts only."""
        fields, account = asked_fields(call, self._shelf.engine), self._account(call)
        dice = self._dice("reposts", account)
        if not dice.chance(_REPOSTS_SHARE):
            raise private_list(account.handle)
        posts = self._some_posts(dice, _MOST_REPOSTED)
        return self._indexed(call, posts, self._post_row(call, fields)).data("reposted_videos")

    def followers(self, call: Call) -> Json:
        """``user/followers``, newest first, up to the platform's cap."""
        account = self._account(call)
        edges = self._followers(account, self._rules.most_follows)
        return self._follow_page(call, edges).data("user_followers")

    def following(self, call: Call) -> Json:
        """``user/following``, where the account shows it."""
        account = self._account(call)
        if not self._dice("following", account).chance(self._rules.public_lists_share):
            raise private_list(account.handle)
        return self._follow_page(call, self._following(account)).data("user_following")

    def playlist(self, call: Call) -> Json:
        """``playlist/info``: ids of posts, oldest first."""
        playlist_id = to_text(call.data, "playlist_id")
        found = self._shelf.playlist(playlist_id)
        if found is None or self._shelf.is_canadian(found[0]):
            raise invalid(f"`playlist_id: {playlist_id}` is invalid: cannot find the playlist")
        account, posts = found
        shown = [post for post in posts if self._shelf.is_shown(post)]
        page = self._indexed(call, shown, lambda post: {"id": int(post.id)})
        return {
            "playlist_id": int(playlist_id),
            "playlist_name": f"{account.niche} {int(playlist_id) % 2 + 1}",
            "playlist_item_total": len(shown),
            "playlist_last_updated": max((post.created for post in shown), default=0),
            **page.data("playlist_video_ids"),
            "playlist_video_ids": [row["id"] for row in page.rows],
        }

    @property
    def _rules(self) -> Rules:
        return self._shelf.engine.plan.rules

    def _account(self, call: Call) -> WorldAccount:
        return self._shelf.account(to_text(call.data, "username"))

    def _post_row(self, call: Call, fields: frozenset[str]) -> Callable[[WorldPost], Json | None]:
        def row_of(post: WorldPost) -> Json | None:
            row = self._shelf.row(post, call.endpoint.path)
            return picked(row, fields, post.id) if row is not None else None

        return row_of

    def _indexed(
        self, call: Call, posts: Sequence[WorldPost], row_of: Callable[[WorldPost], Json | None]
    ) -> Page:
        size = to_count(call.data, "max_count", 20, low=1, high=100)
        cursor = to_count(call.data, "cursor", 0, refusal="cursor")
        page = index_page(posts, cursor, size, row_of)
        return faulty_page(page, call, self._shelf.engine, posts, row_of)

    def _likes(self, account: WorldAccount) -> list[Dated]:
        """Millisecond and index of the liked posts, newest like first."""
        dice = self._dice("liked", account)
        end = int(self._world.end.timestamp())
        liked = [
            (dice.number(post.created * 1_000, end * 1_000), post.index)
            for post in self._some_posts(dice, _MOST_LIKED)
        ]
        return sorted(liked, reverse=True)

    def _follow_page(self, call: Call, edges: list[Dated]) -> Page:
        size = to_count(call.data, "max_count", 20, low=1, high=100)
        cursor = to_count(call.data, "cursor", 0, refusal="cursor")
        return self._dated_page(call, edges, cursor, size, self._follow_row)

    def _follow_row(self, number: int) -> Json | None:
        """The row of an account; private ones and a few others are not listed."""
        account = self._world.account(number)
        unlisted = self._dice("unlisted", account).chance(_UNLISTED_SHARE)
        if unlisted or not self._shelf.is_open(account):
            return None
        return follow_row(account)

    def _dated_page(
        self,
        call: Call,
        dated: Sequence[Dated],
        cursor: int,
        size: int,
        row_of: Callable[[int], Json | None],
    ) -> Page:
        """The page from a time back; the next cursor is just before the last one's time."""
        first = bisect_left(dated, -cursor, key=lambda entry: -entry[0]) if cursor else 0
        numbers = [number for _, number in dated]
        page = index_page(numbers, first, size, row_of)
        repeat = self._shelf.engine.fires("follow_duplicates", call)
        time = dated[page.cursor - 1][0] - (0 if repeat else 1) if page.cursor else cursor
        rows, more = page.rows, page.more
        if self._shelf.engine.fires("duplicate_row", call):
            rows = row_before(numbers, first, row_of) + rows
        if self._shelf.engine.fires("stuck_cursor", call):
            time, more = cursor, True
        return Page(rows, time, more)

    def _some_posts(self, dice: Dice, most: int) -> list[WorldPost]:
        """Different posts of the world, at most half of them."""
        wanted = dice.number(0, min(most, len(self._world) // 2))
        indexes = {dice.number(0, len(self._world) - 1) for _ in range(wanted)}
        return [self._shelf.post(index) for index in sorted(indexes, reverse=True)]

    def _dice(self, what: str, account: WorldAccount) -> Dice:
        return Dice(self._world.seed, "lists", what, account.number)
