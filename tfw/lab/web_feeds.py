"""The item lists of the lab's web site: For You, Explore, tags, accounts and the browse list."""

from collections.abc import Callable, Iterator
from math import gcd
from typing import Any

from tfw.lab.dice import Dice
from tfw.lab.things import WorldPost
from tfw.lab.web_answers import web_item_list
from tfw.lab.web_posts import category_of, challenge_id
from tfw.lab.web_scenarios import Modes
from tfw.lab.web_shapes import list_item, shape_post
from tfw.lab.web_site import WebSite
from tfw.lab.web_visit import Visit

Json = dict[str, Any]
Wanted = Callable[[WorldPost], bool]
Placed = list[tuple[int, WorldPost]]

ITEMS_A_CALL = 16
MOST_A_CALL = 30
MOST_BROWSED = 100
ALL_CATEGORIES = 120
FASHION_LABEL = 10029
CATEGORIES = {
    120: "All", 109: "Outfit", 102: "Beauty care", 105: "Daily life", 103: "Games", 111: "Food",
    112: "Sports", 113: "Animals", 114: "Society", 116: "Education", 117: "Fitness & health",
    119: "Singing & dancing", 101: "Shows",
}  # fmt: skip
_SHORT_BATCH = 5
# How many posts are looked at for one answer: large worlds do not make a call slow.
_LOOKED_AT = 4_000


def recommended(site: WebSite, visit: Visit) -> Json:
    """The answer of ``/api/recommend/item_list/``: the next batch of the session's own order."""
    return _batch(site, visit, "recommend", lambda post: True)


def explored(site: WebSite, visit: Visit) -> Json:
    """The answer of ``/api/explore/item_list/`` for a ``categoryType``."""
    category = visit.number("categoryType", ALL_CATEGORIES, 10**6)
    return _batch(
        site,
        visit,
        f"explore {category}",
        lambda post: category in (ALL_CATEGORIES, category_of(post)),
    )


def browsed(site: WebSite, visit: Visit) -> Json:
    """The answer of ``/browse/api/get-video-list``, newest first; only fashion has a label here."""
    start = visit.number("cursor", 0, 2**31)
    if visit.number("label", 0, 2**31) != FASHION_LABEL:
        return {"videoList": {"cursor": start, "hasMore": False}}
    size = _size(visit, MOST_BROWSED)
    found, end = _newest(site, start, size, lambda post: post.about_fashion)
    items = [_browse_item(shape_post(post, visit.modes), visit.modes) for post in found]
    return {"videoList": {"items": items, "cursor": end, "hasMore": end < len(site.world)}}


def tagged(site: WebSite, visit: Visit) -> Json:
    """The answer of ``/api/challenge/item_list/`` for a ``challengeID``, newest first."""
    wanted = visit.query.get("challengeID", "")
    return _listed(
        site, visit, lambda post: any(challenge_id(name) == wanted for name in post.hashtags)
    )


def tag_detail(site: WebSite, visit: Visit) -> Json:
    """The answer of ``/api/challenge/detail/`` for a ``challengeName``; 10205 if unknown."""
    name = visit.query.get("challengeName", "").lower()
    found, _ = _newest(site, 0, 1, lambda post: name in post.hashtags)
    if not found:
        return {"challengeInfo": {}, "statusCode": 10205, "status_code": 10205, "status_msg": ""}
    challenge = {"id": challenge_id(name), "title": name, "desc": ""}
    return {"challengeInfo": {"challenge": challenge}, "statusCode": 0, "status_code": 0}


def posted(site: WebSite, visit: Visit) -> Json:
    """The answer of ``/api/post/item_list/`` for the ``secUid`` of an account, newest first."""
    wanted = visit.query.get("secUid", "")
    return _listed(site, visit, lambda post: post.account.sec_uid == wanted)


def _listed(site: WebSite, visit: Visit, wanted: Wanted) -> Json:
    start = visit.number("cursor", 0, 2**31)
    found, end = _newest(site, start, _size(visit, MOST_A_CALL), wanted)
    items = [list_item(post, visit.modes) for post in found]
    more = end < len(site.world)
    return web_item_list(items, site.now(), cursor=str(end), more=more)


def _newest(site: WebSite, start: int, size: int, wanted: Wanted) -> tuple[list[WorldPost], int]:
    """Up to ``size`` public posts from a place on, newest first, and the place to go on from."""
    found: list[WorldPost] = []
    end = start
    while end < min(len(site.world), start + _LOOKED_AT) and len(found) < size:
        post = site.world.post(len(site.world) - 1 - end)
        end += 1
        if post.public and wanted(post):
            found.append(post)
    return found, end


def _batch(site: WebSite, visit: Visit, source: str, wanted: Wanted) -> Json:
    """The next batch of a feed that never ends: after the last post comes the first again."""
    key = (visit.session, source)
    start = site.memory.move(0, *key)
    order = _order(site, visit.session, source, start)
    size = _size(visit, MOST_A_CALL)
    batch: Placed = []
    for place, index in order:
        post = site.world.post(index)
        if post.public and wanted(post):
            batch.append((place, post))
        if len(batch) == size:
            break
    site.memory.move(_step(batch, start, visit.modes), *key)
    items = [list_item(post, visit.modes) for _, post in batch]
    return web_item_list(items, site.now(), more=bool(items))


def _step(batch: Placed, start: int, modes: Modes) -> int:
    """How far the feed moves on after a batch."""
    if "same_batch" in modes or not batch:
        return 0
    last = batch[len(batch) // 2 - 1] if "repeats" in modes else batch[-1]
    return last[0] + 1 - start


def _order(site: WebSite, session: str, source: str, start: int) -> Iterator[tuple[int, int]]:
    """Places from ``start`` on and the index of the post there: every session has its own order.

    Going round the world in steps that have no divisor in common with its size meets every post
    once before one comes again.
    """
    size = len(site.world)
    dice = Dice(site.world.seed, "feed", source, session)
    first, step = dice.number(0, size - 1), dice.number(1, max(1, size - 1))
    while gcd(step, size) != 1:
        step += 1
    for place in range(start, start + min(size, _LOOKED_AT)):
        yield place, (first + place * step) % size


def _size(visit: Visit, most: int) -> int:
    count = visit.number("count", ITEMS_A_CALL, most) or ITEMS_A_CALL
    return min(count, _SHORT_BATCH) if "short_pages" in visit.modes else count


def _browse_item(post: WorldPost, modes: Modes) -> Json:
    """The flat item of the browse list, which knows no comments; ``authorId`` is a number."""
    item: Json = {
        "id": int(post.id) if "number_ids" in modes else post.id,
        "desc": post.description,
        "createTime": post.created,
        "authorId": int(post.account.id),
        "authorUniqueId": post.account.handle,
        "authorNickname": post.account.nickname,
        "authorVerified": post.account.verified,
        "diggCount": post.likes,
        "playCount": post.plays,
        "shareCount": post.shares,
    }
    if "no_music_or_tags" in modes:
        return item
    item["hashtagList"] = list(post.hashtags)
    if post.music:
        item |= {"musicTitle": post.music.title, "musicAuthorName": post.music.author}
        item["musicAlbum"] = ""
    return item
