"""The web site of the lab over HTTP: pages, list calls, captchas and small helpers."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from tfw.errors import SettingsError
from tfw.lab import web_feeds, web_lists
from tfw.lab.web_failures import list_failure
from tfw.lab.web_log import Kind
from tfw.lab.web_pages import embed_page, list_page, login_page, missing_page, post_page
from tfw.lab.web_posts import author_as_web, author_stats, challenge_id, post_as_web_item
from tfw.lab.web_site import WebSite
from tfw.lab.web_templates import asset
from tfw.lab.web_visit import SESSION_COOKIE, Answer, Visit, cookies_in, json_answer

Json = dict[str, Any]
Lists = Callable[[WebSite, Visit], Json]
Answering = Callable[[Visit], Answer]

_SLOW_SECONDS = 2.0
_FEEDS: dict[str, Lists] = {
    "/api/recommend/item_list/": web_feeds.recommended,
    "/api/explore/item_list/": web_feeds.explored,
    "/api/challenge/item_list/": web_feeds.tagged,
    "/api/challenge/detail/": web_feeds.tag_detail,
    "/api/post/item_list/": web_feeds.posted,
    "/browse/api/get-video-list": web_feeds.browsed,
}
_COMMENTS: dict[str, Lists] = {
    "/api/comment/list/": web_lists.comment_list,
    "/api/comment/list/reply/": web_lists.reply_list,
}


def web_routes(site: WebSite) -> APIRouter:
    """The routes of the site; parameters that it does not know are ignored."""
    router = APIRouter()
    for path, lists in (_FEEDS | _COMMENTS).items():
        _add_list(router, site, path, lists)
    _add_pages(router, site)
    _add_helpers(router, site)
    return router


def _add_list(router: APIRouter, site: WebSite, path: str, lists: Lists) -> None:
    async def call(request: Request) -> Response:
        post_id = _post_asked(request)

        def answer(visit: Visit) -> Answer:
            return list_failure(site, visit, post_id) or json_answer(lists(site, visit))

        return await _answered(site, request, "call", path, post_id, answer)

    for spelling in {path, path.rstrip("/")}:
        router.add_api_route(spelling, call, methods=["GET"], include_in_schema=False)


def _post_asked(request: Request) -> str:
    query = request.query_params
    return query.get("aweme_id") or query.get("item_id") or ""


def _add_pages(router: APIRouter, site: WebSite) -> None:
    @router.get("/@{handle}/{kind}/{post_id}")
    async def post(request: Request, kind: str, post_id: str) -> Response:
        if kind not in ("video", "photo"):
            return Response("Not found", 404)
        return await _page(site, request, post_id, lambda visit: post_page(site, visit, post_id))

    @router.get("/@{handle}")
    async def account(request: Request, handle: str) -> Response:
        return await _page(site, request, "", lambda visit: _account(site, visit, handle))

    @router.get("/tag/{name}")
    async def tag(request: Request, name: str) -> Response:
        return await _page(site, request, "", lambda visit: _tag(site, visit, name))

    @router.get("/foryou")
    @router.get("/")
    async def for_you(request: Request) -> Response:
        return await _page(site, request, "", lambda visit: _for_you(site, visit))

    @router.get("/explore")
    async def explore(request: Request) -> Response:
        return await _page(site, request, "", lambda visit: _explore(site, visit))

    @router.get("/browse")
    async def browse(request: Request) -> Response:
        return await _page(site, request, "", lambda visit: _browse(site, visit))

    @router.get("/login")
    async def login(request: Request) -> Response:
        return await _page(site, request, "", lambda visit: login_page())

    @router.get("/embed/v2/{post_id}")
    async def embed(request: Request, post_id: str) -> Response:
        found = site.world.find_post(post_id)
        return await _page(site, request, post_id, lambda visit: embed_page(found))


def _add_helpers(router: APIRouter, site: WebSite) -> None:
    @router.get("/assets/{name}")
    def assets(name: str) -> Response:
        found = asset(name)
        if found is None:
            return Response("Not found", 404)
        return Response(found[0], media_type=found[1], headers={"Cache-Control": "max-age=600"})

    @router.get("/oembed")
    async def oembed(request: Request) -> Response:
        address = request.query_params.get("url", "")
        return await _answered(
            site, request, "call", "/oembed", "", lambda visit: _oembed(site, address)
        )

    @router.get("/captcha/get")
    def captcha() -> Response:
        site.log.captcha("shown")
        return Response("{}", media_type="application/json")

    @router.post("/captcha/verify")
    def verify(request: Request, post: str = "") -> Response:
        session = cookies_in(request.headers.get("cookie")).get(SESSION_COOKIE, "")
        if not site.memory.count(session, "solved", post):
            site.log.captcha("solved")
        return Response('{"code": 200}', media_type="application/json")


def _for_you(site: WebSite, visit: Visit) -> Answer:
    page = {"list": "for_you", "path": "/api/recommend/item_list/", "asks": {"from_page": "fyp"}}
    return list_page(site, visit, web_feeds.recommended(site, visit), page)


def _explore(site: WebSite, visit: Visit) -> Answer:
    page = {
        "list": "explore",
        "path": "/api/explore/item_list/",
        "asks": {"categoryType": visit.number("categoryType", web_feeds.ALL_CATEGORIES, 10**6)},
        "categories": list(web_feeds.CATEGORIES.items()),
    }
    return list_page(site, visit, web_feeds.explored(site, visit), page)


def _browse(site: WebSite, visit: Visit) -> Answer:
    page = {
        "list": "browse",
        "path": "/browse/api/get-video-list",
        "asks": {"label": web_feeds.FASHION_LABEL, "region": "US"},
    }
    return list_page(site, visit, {"hasMore": True}, page)


def _tag(site: WebSite, visit: Visit, name: str) -> Answer:
    visit = _asking(visit, challengeID=challenge_id(name.lower()))
    first = web_feeds.tagged(site, visit)
    if not first["itemList"]:
        return missing_page(site, visit, "no_tag", challenge_detail={"statusCode": 10205})
    asks = {"challengeID": visit.query["challengeID"]}
    page = {"list": "challenge", "path": "/api/challenge/item_list/", "asks": asks, "name": name}
    return list_page(site, visit, first, page)


def _account(site: WebSite, visit: Visit, handle: str) -> Answer:
    account = site.world.find_account(handle)
    if account is None:
        return missing_page(site, visit, "no_account", user_detail={"statusCode": 10202})
    if account.private:
        return missing_page(site, visit, "private", user_detail={"statusCode": 10222})
    visit = _asking(visit, secUid=account.sec_uid)
    stats = author_stats(account)
    info = {"user": author_as_web(account), "stats": stats}
    page = {"list": "user", "path": "/api/post/item_list/", "asks": {"secUid": account.sec_uid}}
    return list_page(
        site,
        visit,
        web_feeds.posted(site, visit),
        page | {"name": handle},
        user_detail={"userInfo": info, "statusCode": 0},
    )


def _asking(visit: Visit, **parameters: str) -> Visit:
    """The visit as if its address had these parameters too."""
    return replace(visit, query={**visit.query, **parameters})


def _oembed(site: WebSite, address: str) -> Answer:
    """What other sites are told of a post: its title and author; 400 where it is not shown."""
    post = site.world.find_post(urlsplit(address).path.rsplit("/", 1)[-1])
    if post is None or not post.public:
        return json_answer({"code": 400, "message": "Something went wrong"}, 400)
    author = f"https://www.tiktok.com/@{post.account.handle}"
    return json_answer(
        {
            "version": "1.0",
            "type": "video",
            "title": post.description,
            "author_url": author,
            "author_name": post.account.nickname,
            "author_unique_id": post.account.handle,
            "embed_product_id": post.id,
            "provider_name": "TikTok",
            "provider_url": "https://www.tiktok.com",
            "thumbnail_url": post_as_web_item(post)["video"]["cover"],
        }
    )


async def _page(site: WebSite, request: Request, post_id: str, answer: Answering) -> Response:
    return await _answered(site, request, "page", request.url.path, post_id, answer)


async def _answered(
    site: WebSite, request: Request, kind: Kind, path: str, post_id: str, answer: Answering
) -> Response:
    """The answer to a request, counted, and after the latency in force."""
    try:
        visit = site.visit(
            path,
            dict(request.query_params),
            cookies_in(request.headers.get("cookie")),
            request.headers.get("referer"),
            post_id,
        )
    except SettingsError as error:
        return Response(str(error), 400, media_type="text/plain")
    with site.log.request(kind, path, site.now()):
        slow = kind == "call" and "slow_reply" in visit.modes
        await asyncio.sleep(site.scenarios.latency + (_SLOW_SECONDS if slow else 0))
        return _response(await run_in_threadpool(answer, visit), visit)


def _response(answer: Answer, visit: Visit) -> Response:
    response = Response(answer.content, answer.status, media_type=answer.media_type)
    response.headers.update(answer.headers)
    response.headers["Cache-Control"] = "no-store"
    if SESSION_COOKIE not in visit.cookies:
        response.set_cookie(SESSION_COOKIE, visit.session, path="/", samesite="lax")
    return response
