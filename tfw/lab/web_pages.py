"""The pages of the lab's web site: posts, lists, accounts, and what stands in their place."""

import secrets
from collections.abc import Mapping
from typing import Any

from tfw.lab.things import WorldComment, WorldPost
from tfw.lab.web_answers import milliseconds
from tfw.lab.web_blocks import FRONTITY, SIGI, UNIVERSAL, sigi_block, universal_block, video_detail
from tfw.lab.web_failures import captcha_now, must_wait, page_failure
from tfw.lab.web_lists import COMMENTS_A_CALL
from tfw.lab.web_scenarios import Modes
from tfw.lab.web_shapes import list_item, page_item, shape_post, sigi_comment, sigi_item
from tfw.lab.web_site import WebSite
from tfw.lab.web_templates import phrases, render
from tfw.lab.web_visit import Answer, Visit

Json = dict[str, Any]

_SIGI_LAYOUTS = frozenset({"sigi_page", "embedded_comments"})
_OBSTACLES = (
    "login_modal", "returning_modal", "guest_modal", "unclosable_modal", "cookie_banner",
    "guided_tour", "app_box", "keyboard_box", "captcha_v1_hidden",
)  # fmt: skip
_FLAGS = {
    "renamed": "renamed_all",
    "skeletons": "virtualised_list",
    "stuck": "stuck_sentinel",
    "age": "age_gate",
}
_GRAMMARS = ("css-{hash}-{name}", "css-{hash}-{hash}--{name}", "tiktok-{hash}-{name}")
_PRIVATE_CODES = frozenset({10216, 10222, 10223})


def post_page(site: WebSite, visit: Visit, post_id: str) -> Answer:
    """The page of a post, or what a scenario puts in its place."""
    instead = _instead(site, visit, post_id)
    if instead:
        return instead
    post = site.world.find_post(post_id)
    code, message = site.status(post_id, post, visit.modes)
    if code or post is None:
        return _unavailable(site, visit, code, message)
    if visit.modes & {"no_item", "try_later"}:
        say = phrases(_language(visit.modes))
        text = say["later"] if "try_later" in visit.modes else ""
        return _page(site, visit, "message.js", UNIVERSAL, universal_block(), {"text": text})
    return _open_page(site, visit, post)


def _instead(site: WebSite, visit: Visit, key: str) -> Answer | None:
    failure = page_failure(site, visit, key)
    if failure is None and must_wait(visit):
        return Answer(render("wait.html.j2", clears="please_wait_forever" not in visit.modes))
    return failure


def _unavailable(site: WebSite, visit: Visit, code: int, message: str) -> Answer:
    say = phrases(_language(visit.modes))
    text = say["private"] if code in _PRIVATE_CODES else say["gone"]
    if visit.modes & _SIGI_LAYOUTS:
        block, block_id = sigi_block(None, code=code), SIGI
    else:
        block, block_id = universal_block(video_detail=video_detail(None, code, message)), UNIVERSAL
    return _page(site, visit, "message.js", block_id, block, {"text": text})


def _open_page(site: WebSite, visit: Visit, post: WorldPost) -> Answer:
    modes, layout = visit.modes, site.layout(post, visit.modes)
    item = page_item(post, modes)
    page = {
        "post": post.id,
        "layout": "c" if layout in ("layout_c", "comments_tab") else "b",
        "tab": layout == "comments_tab",
        "total": shape_post(post, modes).comments,
        "off": post.comments_off or "comments_off" in modes,
        "ids": post.index % 8 < 4,
        "embedded": layout if layout in _SIGI_LAYOUTS else "",
        "captcha": captcha_now(site, visit, post.id),
        "obstacles": [name for name in _OBSTACLES if name in modes],
    }
    page |= {name: mode in modes for name, mode in _FLAGS.items()}
    if layout not in _SIGI_LAYOUTS:
        block = universal_block(video_detail=video_detail(item))
        return _page(site, visit, "video.js", UNIVERSAL, block, page, _title(post))
    comments = [sigi_comment(comment, post) for comment in _embedded(site, post, modes, layout)]
    block = sigi_block(sigi_item(item), comments)
    return _page(site, visit, "video.js", SIGI, block, page, _title(post))


def _embedded(site: WebSite, post: WorldPost, modes: Modes, layout: str) -> list[WorldComment]:
    """The comments in a SIGI page: those of the first call, or all with their replies."""
    if "none_load" in modes or site.open_post(post.id, modes) is None:
        return []
    threads = site.threads(post)
    if layout == "sigi_page":
        return [top for top, _ in threads[:COMMENTS_A_CALL] if not top.hidden]
    return [c for top, replies in threads if not top.hidden for c in (top, *replies)]


def _title(post: WorldPost) -> str:
    return f"{post.account.nickname} on TikTok"


def list_page(
    site: WebSite, visit: Visit, first: Mapping[str, Any], page: Json, **parts: object
) -> Answer:
    """A page with a list, whose first batch stands in it; ``parts`` stand in its JSON too."""
    instead = _instead(site, visit, visit.path)
    if instead:
        return instead
    items = first.get("itemList", [])
    block = universal_block(updated_items=items, **parts)
    page = page | {
        "cursor": first.get("cursor", "0"),
        "more": first.get("hasMore", False),
        "captcha": captcha_now(site, visit, ""),
        "obstacles": [name for name in _OBSTACLES if name in visit.modes],
        "renamed": "renamed_all" in visit.modes,
    }
    return _page(site, visit, "feed.js", UNIVERSAL, block, page)


def missing_page(site: WebSite, visit: Visit, text: str, **parts: object) -> Answer:
    """The page of an account or a hashtag that does not exist; ``text`` names the phrase."""
    say = phrases(_language(visit.modes))
    return _page(
        site, visit, "message.js", UNIVERSAL, universal_block(**parts), {"text": say[text]}
    )


def login_page() -> Answer:
    """The page on which one would sign in."""
    block = universal_block()
    return Answer(
        render(
            "small.html.j2",
            title="Log in to TikTok",
            lines=["This is a stand-in: there is nobody to sign in."],
            root_id="loginContainer",
            block_id=UNIVERSAL,
            block=block,
        )
    )


def embed_page(post: WorldPost | None) -> Answer:
    """The page that other sites frame: the post's item in its own block."""
    if post is None or not post.public:
        return Answer(render("small.html.j2", title="Video currently unavailable"), 404)
    path = f"/embed/v2/{post.id}"
    info = {"videoData": {"itemInfos": list_item(post, frozenset())}}
    block = {"source": {"data": {path: info}}}
    lines = [post.description]
    page = render("small.html.j2", title=_title(post), lines=lines, block_id=FRONTITY, block=block)
    return Answer(page)


def _page(
    site: WebSite,
    visit: Visit,
    script: str,
    block_id: str,
    block: Json,
    page: Json,
    title: str = "TikTok",
) -> Answer:
    language = _language(visit.modes)
    page = {
        "obstacles": [],
        "captcha": 0,
        "renamed": False,
        **page,
        "now": milliseconds(site.now()),
        "phrases": phrases(language),
        "modalSeconds": site.scenarios.modal_seconds,
        **_names(visit.modes, block_id),
    }
    return Answer(
        render(
            "page.html.j2",
            title=title,
            language=language,
            block_id=block_id,
            block=block,
            script=script,
            page=page,
        )
    )


def _names(modes: Modes, block_id: str) -> Json:
    """How class names are built: a seed for their hashes, and the grammar of the time."""
    if "shuffled_hashes" in modes:
        return {"seed": secrets.token_hex(4), "grammar": secrets.choice(_GRAMMARS)}
    return {"seed": "0", "grammar": _GRAMMARS[2] if block_id == SIGI else _GRAMMARS[0]}


def _language(modes: Modes) -> str:
    return next((lang for lang in ("de", "vi", "es") if f"localised_{lang}" in modes), "en")
