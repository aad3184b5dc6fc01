"""The comment and reply lists of the lab's web site."""

from typing import Any, TypeVar

from tfw.lab.things import WorldComment, WorldPost
from tfw.lab.web_answers import web_comment_list, web_reply_list
from tfw.lab.web_scenarios import Modes
from tfw.lab.web_shapes import comment_item, shape_post
from tfw.lab.web_site import WebSite
from tfw.lab.web_visit import Visit

Json = dict[str, Any]
T = TypeVar("T")

COMMENTS_A_CALL = 20
MOST_A_CALL = 50
_SHORT_PAGE = 7
_THREE = 3
# In the mode short_pages the page after the first has nothing in it; a cursor above this one says
# that it was given.
_AFTER_NOTHING = 1_000_000


def comment_list(site: WebSite, visit: Visit) -> Json:
    """The answer of ``/api/comment/list/``; an unknown or unavailable post has no comments."""
    post = site.open_post(visit.query.get("aweme_id", ""), visit.modes)
    if post is None:
        return web_comment_list([], site.now(), cursor=0, more=False, total=0)
    total = shape_post(post, visit.modes).comments
    asked = visit.number("cursor", 0, 2 * _AFTER_NOTHING)
    if "short_pages" in visit.modes and asked == _SHORT_PAGE:
        cursor = _AFTER_NOTHING + asked
        return web_comment_list([], site.now(), cursor=cursor, more=True, total=total)
    return _comments(site, visit, post, asked, total)


def _comments(site: WebSite, visit: Visit, post: WorldPost, asked: int, total: int) -> Json:
    threads = [] if "none_load" in visit.modes else site.threads(post)
    given, end = _slice(threads, asked % _AFTER_NOTHING, _count(visit, COMMENTS_A_CALL))
    shown = [(top, replies) for top, replies in given if not top.hidden]
    items = [comment_item(top, post, visit.modes, replies) for top, replies in shown]
    more = end < len(threads) or ("comments_null" in visit.modes and bool(given))
    cursor = asked - asked % _AFTER_NOTHING + end
    answer = web_comment_list(items, site.now(), cursor=cursor, more=more, total=total)
    return answer | {"has_filtered_comments": int(len(shown) < len(given))}


def reply_list(site: WebSite, visit: Visit) -> Json:
    """The answer of ``/api/comment/list/reply/``.

    ``item_id`` (or ``aweme_id``) has to be the id of the post: with any other id, that of its
    author for example, the list is empty.
    """
    post_id = visit.query.get("item_id") or visit.query.get("aweme_id", "")
    post = site.open_post(post_id, visit.modes)
    replies = _replies(site, post, visit.query.get("comment_id", "")) if post else []
    cursor = visit.number("cursor", 0, _AFTER_NOTHING)
    given, end = _slice(replies, cursor, _count(visit, _THREE))
    items = [comment_item(reply, post, visit.modes) for reply in given] if post else []
    return web_reply_list(
        items, site.now(), cursor=end, more=end < len(replies), total=len(replies)
    )


def _replies(site: WebSite, post: WorldPost, comment_id: str) -> list[WorldComment]:
    return next((replies for top, replies in site.threads(post) if top.id == comment_id), [])


def _count(visit: Visit, usual: int) -> int:
    """How many entries are given for how many were asked for."""
    count = visit.number("count", usual, MOST_A_CALL) or usual
    return min(count, _most(visit.modes))


def _most(modes: Modes) -> int:
    if "replies_by_three" in modes:
        return _THREE
    return _SHORT_PAGE if "short_pages" in modes else MOST_A_CALL


def _slice(things: list[T], start: int, count: int) -> tuple[list[T], int]:
    given = things[start : start + count]
    return given, start + len(given)
