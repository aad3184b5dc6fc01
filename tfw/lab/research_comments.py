"""The comments of a post in the API's order: most liked first, a few replies with their parent."""

from collections import defaultdict
from functools import lru_cache

from tfw.lab.comments import visible
from tfw.lab.research_posts import Shelf, is_id
from tfw.lab.research_refusals import Json, invalid
from tfw.lab.research_shapes import comment_as_research_row
from tfw.lab.things import WorldComment, WorldPost, place_of

ENDPOINT = "video/comment/list"


class CommentShelf:
    """Comments and replies as the API shows them, the last few threads kept ready."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._thread = lru_cache(maxsize=32)(self._make_thread)

    def of_post(self, post_id: str) -> list[WorldComment]:
        """The comments of a post, with as many replies as the rules put next to their parent.

        Raises:
            Refusal: there is no such post, or it is gone.
        """
        post = self._post(post_id)
        rules = self._shelf.engine.plan.rules
        listed = [
            comment
            for parent, replies in self._thread(post.index)
            for comment in (parent, *replies[: rules.inline_replies])
        ]
        return listed[: rules.most_comments]

    def of_comment(self, comment_id: str) -> list[WorldComment]:
        """The replies of a comment.

        Raises:
            Refusal: there is no such comment, or its post is gone.
        """
        post = self._post_of(comment_id)
        threads = self._thread(post.index) if post else []
        for parent, replies in threads:
            if parent.id == comment_id:
                return replies[: self._shelf.engine.plan.rules.most_comments]
            if any(reply.id == comment_id for reply in replies):
                return []
        raise invalid(f"`comment_id: {comment_id}` is invalid: cannot find the comment")

    def is_shown(self, comment_id: str) -> bool:
        """Whether a comment exists and is visible."""
        post = self._post_of(comment_id)
        threads = self._thread(post.index) if post else []
        return any(c.id == comment_id for parent, replies in threads for c in (parent, *replies))

    def every(self, post_id: str) -> list[WorldComment]:
        """All visible comments and replies of a post, whatever the rules leave out of its list.

        Raises:
            Refusal: there is no such post, or it is gone.
        """
        threads = self._thread(self._post(post_id).index)
        return [comment for parent, replies in threads for comment in (parent, *replies)]

    def row(self, comment: WorldComment) -> Json:
        """The row of a comment with every field that has a value."""
        row = comment_as_research_row(comment)
        engine = self._shelf.engine
        if engine.hits("missing_like_count", comment.id, ENDPOINT):
            del row["like_count"]
        if engine.hits("nul", comment.id, ENDPOINT):
            row["text"] += "\0"
        return row

    def _post(self, post_id: str) -> WorldPost:
        post = self._shelf.find(post_id)
        if post is None:
            raise invalid(f"`video_id: {post_id}` is invalid: cannot find the video")
        return post

    def _post_of(self, comment_id: str) -> WorldPost | None:
        if not is_id(comment_id):
            return None
        index, _ = place_of(comment_id)
        post = self._shelf.post(index) if index < len(self._shelf.world) else None
        return post if post and self._shelf.is_shown(post) else None

    def _make_thread(self, index: int) -> list[tuple[WorldComment, list[WorldComment]]]:
        """Every visible top comment with its replies, each by likes."""
        comments = visible(self._shelf.world.comments(self._shelf.post(index)))
        comments.sort(key=lambda c: (-c.likes, c.id))
        replies: dict[str, list[WorldComment]] = defaultdict(list)
        for comment in comments:
            if comment.parent_id:
                replies[comment.parent_id].append(comment)
        return [(c, replies[c.id]) for c in comments if not c.parent_id]
