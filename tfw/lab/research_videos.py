"""`video/query` and `video/comment/list`."""

from dataclasses import replace

from tfw.lab.dice import Dice
from tfw.lab.research_calls import Call
from tfw.lab.research_comments import CommentShelf
from tfw.lab.research_pages import asked_fields, faulty_page, index_page, picked
from tfw.lab.research_posts import Shelf
from tfw.lab.research_query import Search, read_search
from tfw.lab.research_refusals import Json, invalid, to_count, to_text
from tfw.lab.research_searches import GONE, Candidates, SearchCache
from tfw.lab.things import WorldComment

ENDPOINT = "video/query"


class Videos:
    """Answers the endpoints of posts and their comments."""

    def __init__(self, shelf: Shelf, comments: CommentShelf) -> None:
        self._shelf, self._comments = shelf, comments
        self._engine = shelf.engine
        self._searches = SearchCache(shelf)
        self._draws = 0

    def query(self, call: Call) -> Json:
        """``video/query``: a page of the candidates, those that are gone left out."""
        fields = asked_fields(call, self._engine)
        search = read_search(call.data, self._shelf.region)
        first = not search.search_id
        if first and search.by_keyword and self._engine.fires("keyword_silence", call):
            search = replace(search, matches=lambda post: False, key=f"{search.key} silent")
        search_id, candidates = self._searches.open(search)
        if not candidates.indexes:
            return {"videos": [], "cursor": 0, "has_more": False}
        if search.random:
            return self._sample(search, candidates, search_id, fields)
        return self._page(call, search, candidates, search_id, fields)

    def comments(self, call: Call) -> Json:
        """``video/comment/list``: the comments of a post, or the replies of a comment."""
        fields = asked_fields(call, self._engine)
        comments = self._asked_comments(call)
        size = to_count(call.data, "max_count", 10, low=1, high=100)
        cursor = to_count(call.data, "cursor", 0, refusal="cursor")

        def row_of(comment: WorldComment) -> Json:
            return picked(self._comments.row(comment), fields, comment.id)

        page = index_page(comments, cursor, size, row_of)
        page = faulty_page(page, call, self._engine, comments, row_of)
        if page.rows:
            return page.data("comments")
        if self._engine.fires("comments_null", call):
            return {"comments": None, "cursor": None, "has_more": page.more}
        return {"cursor": page.cursor, "has_more": page.more}

    def _asked_comments(self, call: Call) -> list[WorldComment]:
        given = [name for name in ("video_id", "comment_id") if call.data.get(name)]
        if len(given) != 1:
            raise invalid("Invalid params: exactly one of video_id and comment_id is needed")
        thing_id = to_text(call.data, given[0])
        if given[0] == "video_id":
            return self._comments.of_post(thing_id)
        return self._comments.of_comment(thing_id)

    def _page(
        self,
        call: Call,
        search: Search,
        candidates: Candidates,
        search_id: str,
        fields: frozenset[str],
    ) -> Json:
        if self._engine.fires("empty_page", call):
            self._searches.pad(candidates, search.cursor, search.size)
        indexes = candidates.indexes

        def row_of(index: int) -> Json | None:
            row = None if index == GONE else self._shelf.row(self._shelf.post(index), ENDPOINT)
            return picked(row, fields, row["id"]) if row else None

        page = index_page(indexes, search.cursor, search.size, row_of)
        page = faulty_page(page, call, self._engine, indexes, row_of)
        if self._engine.fires("changed_search_id", call):
            search_id = self._searches.add(candidates)
        return {**page.data("videos"), "search_id": search_id}

    def _sample(
        self, search: Search, candidates: Candidates, search_id: str, fields: frozenset[str]
    ) -> Json:
        """A random sample, another one at every call."""
        self._draws += 1
        dice = Dice(self._shelf.world.seed, "sample", search.key, self._draws)
        drawn = dice.some(candidates.indexes, search.size)
        rows = (self._shelf.row(self._shelf.post(index), ENDPOINT) for index in drawn)
        return {
            "videos": [picked(row, fields, row["id"]) for row in rows if row],
            "cursor": len(drawn),
            "has_more": len(drawn) < len(candidates.indexes),
            "search_id": search_id,
        }
