"""Every scenario of the lab's web site as its answers show it, without a browser."""

import httpx
import pytest

from tests.lab.web_site import WORLD, lab_page, shown_post, visiting
from tfw.lab.web_scenarios import MODES, UNAVAILABLE
from tfw.lab.web_truth import readable_comments
from tfw.sources.web_pages import blocks_of, unpack

COMMENTS = "/api/comment/list/"
RECOMMEND = "/api/recommend/item_list/"


@pytest.fixture(scope="module")
def site():
    with visiting() as visitor:
        yield visitor


@pytest.fixture(autouse=True)
def normal(site):
    site.running.control(web={"modes": [], "posts": None, "latency": 0}, clear_log=True)
    site.http.cookies.clear()


@pytest.fixture(scope="module")
def post():
    return shown_post(WORLD)


def truth(post):
    return sorted(c.id for c in readable_comments(WORLD, post))


def read(site, post):
    return sorted(str(comment["cid"]) for comment in site.comments(post))


def first_page(site, post, **asked):
    return site.ask(COMMENTS, aweme_id=post.id, **asked)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_says_in_a_few_words_what_it_does(mode):
    assert mode.replace("_", "").isalnum()
    assert 10 < len(MODES[mode]) < 100


@pytest.mark.parametrize("mode", sorted(MODES))
def test_no_mode_breaks_a_page_or_a_list(site, post, mode):
    for path in (f"/@_/video/{post.id}", "/foryou", "/browse"):
        assert (site.page(path, mode=mode).status_code == 500) == (mode == "page_500")
    if mode != "slow_reply":
        answer = site.page(COMMENTS, mode=mode, aweme_id=post.id)
        assert (answer.status_code == 500) == (mode == "http_500")


@pytest.mark.parametrize(
    "mode",
    [
        "short_pages",
        "comments_null",
        "replies_by_three",
        "no_reply_total",
        "uid_only_users",
        "embedded_replies",
        "number_ids",
    ],
)
def test_list_calls_yield_every_readable_comment_whatever_their_shape(site, post, mode):
    site.modes(mode)
    assert read(site, post) == truth(post)


def test_short_pages_hold_less_than_asked_for_and_once_nothing(site, post):
    site.modes("short_pages")
    sizes = [len(p["comments"] or []) for p in site.pages(COMMENTS, aweme_id=post.id)]
    assert max(sizes) == 7
    assert sizes[1] == 0
    assert len(sizes) > 4


def test_the_list_may_end_with_a_page_of_null(site, post):
    site.modes("comments_null")
    last = list(site.pages(COMMENTS, aweme_id=post.id))[-1]
    assert (last["comments"], last["has_more"]) == (None, 0)


def test_replies_may_never_be_more_than_three(site):
    busy = shown_post(WORLD, least=200, most=4_000)
    parent = next(c for c, replies in site.running.site.threads(busy) if len(replies) > 3)
    asked = {"item_id": busy.id, "comment_id": parent.id, "count": 20}
    site.modes("replies_by_three")
    assert len(site.ask("/api/comment/list/reply/", **asked)["comments"]) == 3


def test_a_comment_may_lack_its_number_of_replies(site, post):
    site.modes("no_reply_total")
    assert not any("reply_comment_total" in c for c in first_page(site, post)["comments"])


def test_a_user_may_have_nothing_but_an_id(site, post):
    site.modes("uid_only_users")
    assert {tuple(c["user"]) for c in first_page(site, post)["comments"]} == {("uid",)}


def test_the_first_reply_may_stand_in_its_comment(site, post):
    site.modes("embedded_replies")
    held = [c for c in first_page(site, post)["comments"] if c["reply_comment"]]
    assert held
    assert all(c["reply_comment"][0]["reply_id"] == c["cid"] for c in held)


def test_ids_may_be_numbers(site, post):
    site.modes("number_ids")
    comment = first_page(site, post)["comments"][0]
    item = site.ask(RECOMMEND)["itemList"][0]
    browsed = site.ask("/browse/api/get-video-list", label=10029)["videoList"]["items"][0]
    assert min(comment["cid"], comment["user"]["uid"], item["id"], browsed["id"]) > 2**53


def test_a_feed_may_repeat_half_of_the_batch_before(site):
    site.modes("repeats")
    one, other = ([i["id"] for i in site.ask(RECOMMEND)["itemList"]] for _ in range(2))
    assert one[8:] == other[:8]
    assert not {*one} & {*other[8:]}


def test_a_feed_may_give_the_same_batch_for_ever(site):
    site.modes("same_batch")
    one, other = ([i["id"] for i in site.ask(RECOMMEND)["itemList"]] for _ in range(2))
    assert one == other


def test_items_may_lack_what_they_usually_have(site):
    site.modes("no_stats_v2", "no_music_or_tags")
    for item in site.ask(RECOMMEND)["itemList"]:
        assert not item.keys() & {"statsV2", "music", "challenges", "textExtra"}


def test_a_counter_may_be_a_text(site):
    site.modes("collect_count_text")
    item = site.ask(RECOMMEND)["itemList"][0]
    assert isinstance(item["stats"]["collectCount"], str)


def test_a_post_may_be_a_photo_post(site, post):
    item = site.detail(post, mode="photo_post,layout_c")["itemInfo"]["itemStruct"]
    assert item["imagePost"]["images"]
    assert (item["video"]["playAddr"], item["video"]["duration"]) == ("", 0)


@pytest.mark.parametrize("layout", ["layout_c", "sigi_page"])
def test_an_odd_caption_arrives_whole_and_ends_no_script(site, post, layout):
    page = site.post_page(post, mode=f"emoji_rtl_captions,{layout}")
    (block,) = blocks_of(page.text)
    (item,) = [piece.body for piece in unpack(block) if piece.kind == "post"]
    assert "</script><b>" in item["desc"]
    assert "فستان" in item["desc"]
    assert "</script><b>" not in page.text
    assert lab_page(page)["post"] == post.id


def test_a_sigi_page_holds_the_first_comments(site, post):
    block = site.block(post, mode="sigi_page")
    item = block["ItemModule"][post.id]
    assert (item["author"], item["authorId"]) == (post.account.handle, post.account.id)
    first = [c["cid"] for c in first_page(site, post)["comments"]]
    assert list(block["CommentItem"]) == first
    assert all(isinstance(c["user"], str) for c in block["CommentItem"].values())


def test_a_page_may_hold_every_comment(site, post):
    block = site.block(post, mode="embedded_comments")
    assert sorted(block["CommentItem"]) == truth(post)


def test_hashes_of_class_names_may_differ_from_page_to_page(site, post):
    seeds = {lab_page(site.post_page(post, mode="shuffled_hashes"))["seed"] for _ in range(3)}
    assert len(seeds) == 3


@pytest.mark.parametrize(("code", "word"), [("de", "Antworten"), ("vi", "Trả lời"), ("es", "Resp")])
def test_buttons_may_be_in_another_language(site, post, code, word):
    page = lab_page(site.post_page(post, mode=f"localised_{code}"))
    assert word in page["phrases"]["reply"]


@pytest.mark.parametrize(("mode", "status"), [("http_403", 403), ("http_429", 429)])
def test_lists_may_be_refused_while_pages_are_served(site, post, mode, status):
    site.modes(mode)
    assert site.page(COMMENTS, aweme_id=post.id).status_code == status
    assert site.page(RECOMMEND).status_code == status
    assert site.post_page(post).status_code == 200


@pytest.mark.parametrize(("mode", "status"), [("page_403", 403), ("page_429", 429)])
def test_pages_may_be_refused(site, post, mode, status):
    assert site.post_page(post, mode=mode).status_code == status


def test_an_answer_may_be_empty_once_for_a_session_and_a_post(site, post):
    site.modes("empty_once")
    sizes = [len(site.page(COMMENTS, aweme_id=post.id).content) for _ in range(2)]
    assert sizes[0] == 0 < sizes[1]
    asked = {"aweme_id": post.id}
    stranger = httpx.get(f"{site.running.url}{COMMENTS}", params=asked)
    assert stranger.content == b""


def test_an_answer_may_be_empty_always(site, post):
    site.modes("empty_always")
    for path in (COMMENTS, RECOMMEND, COMMENTS):
        answer = site.page(path, aweme_id=post.id)
        assert (answer.status_code, answer.content) == (200, b"")


def test_a_page_may_be_empty_once(site, post):
    sizes = [len(site.post_page(post, mode="page_empty_once").content) for _ in range(2)]
    assert sizes[0] == 0 < sizes[1]


def test_a_list_may_ask_for_a_captcha(site, post):
    site.modes("verify_json")
    answer = first_page(site, post)
    assert (answer["code"], answer["type"]) == ("10000", "verify")


def test_a_list_fails_once_where_the_page_offers_to_refresh(site, post):
    site.modes("refresh_panel")
    assert [first_page(site, post)["status_code"] for _ in range(2)] == [10101, 0]


def test_a_feed_may_be_at_its_limit(site):
    site.modes("list_limit")
    assert site.ask(RECOMMEND)["statusCode"] == 10404


def test_a_counter_may_promise_what_no_list_gives(site):
    quiet = next(p for p in WORLD if p.public and not p.comments_off and p.comments < 50)
    item = site.detail(quiet, mode="none_load,layout_c")["itemInfo"]["itemStruct"]
    assert item["stats"]["commentCount"] == 50
    site.modes("none_load")
    answer = first_page(site, quiet)
    assert (answer["comments"], answer["has_more"], answer["total"]) == (None, 0, 50)


@pytest.mark.parametrize("mode", sorted(UNAVAILABLE))
@pytest.mark.parametrize("layout", ["layout_c", "sigi_page"])
def test_an_unavailable_post_has_a_code_and_no_item(site, post, mode, layout):
    block = site.block(post, mode=f"{mode},{layout}")
    code, message = UNAVAILABLE[mode]
    if layout == "sigi_page":
        assert (block["VideoPage"]["statusCode"], block["ItemModule"]) == (code, {})
    else:
        detail = block["__DEFAULT_SCOPE__"]["webapp.video-detail"]
        assert detail == {"statusCode": code, "statusMsg": message}


def test_comments_of_an_unavailable_post_are_not_listed(site, post):
    site.modes("private")
    assert first_page(site, post)["comments"] is None


@pytest.mark.parametrize(
    ("accepts", "code"), [(lambda p: p.deleted, 10204), (lambda p: p.private, 10216)]
)
def test_posts_of_the_world_that_are_gone_or_private_are_so_here(site, accepts, code):
    found = next(p for p in WORLD if accepts(p) and not (p.deleted and p.private))
    assert site.detail(found)["statusCode"] == code


@pytest.mark.parametrize(("post_id", "code"), [("7000000000000000000", 10204), ("abc", 10201)])
def test_an_unknown_post_and_a_malformed_id_have_their_own_codes(site, post_id, code):
    (block,) = blocks_of(site.page(f"/@_/video/{post_id}").text)
    assert block["__DEFAULT_SCOPE__"]["webapp.video-detail"]["statusCode"] == code


def test_an_age_gate_shows_an_item_without_media(site, post):
    item = site.detail(post, mode="age_gate,layout_c")["itemInfo"]["itemStruct"]
    assert item["isContentClassified"] is True
    assert item["video"]["playAddr"] == ""


def test_comments_may_be_off(site, post):
    item = site.detail(post, mode="comments_off,layout_c")["itemInfo"]["itemStruct"]
    assert item["itemCommentStatus"] == 1
    site.modes("comments_off")
    assert first_page(site, post)["comments"] is None


def test_a_throttled_page_has_no_item_and_no_status(site, post):
    for mode in ("no_item", "try_later"):
        assert site.detail(post, mode=mode) is None


def test_an_item_may_be_an_empty_shell(site, post):
    item = site.detail(post, mode="no_stats,layout_c")["itemInfo"]["itemStruct"]
    assert item["createTime"] == "0"
    assert not item.keys() & {"stats", "statsV2"}


def test_a_page_may_lead_to_the_login_page(site, post):
    answer = site.post_page(post, mode="login_page")
    assert (answer.status_code, answer.headers["location"]) == (302, "/login")


def test_the_waiting_page_lets_a_browser_pass_that_has_its_cookie(site, post):
    page = site.post_page(post, mode="please_wait").text
    assert "<title>Please wait...</title>" in page
    assert all(f'id="{name}"' in page for name in ("cs", "wci", "rci", "rs"))
    site.http.cookies.set("_wafchallengeid", "passed")
    assert post.id in site.post_page(post, mode="please_wait").text
    assert post.id not in site.post_page(post, mode="please_wait_forever").text


@pytest.mark.parametrize(("mode", "generation"), [("captcha_v1", 1), ("captcha_v2", 2)])
def test_lists_wait_for_a_captcha_which_stays_solved_for_the_session(site, post, mode, generation):
    site.modes(mode)
    assert lab_page(site.post_page(post))["captcha"] == generation
    assert first_page(site, post)["type"] == "verify"
    for _ in range(2):
        site.http.post("/captcha/verify", params={"post": post.id})
    assert lab_page(site.post_page(post))["captcha"] == 0
    assert first_page(site, post)["comments"]
    assert site.state["captchas"]["solved"] == 1
    other = shown_post(WORLD, accepts=lambda p: p.id != post.id)
    assert lab_page(site.post_page(other))["captcha"] == generation


@pytest.mark.parametrize("change", [{"modes": ["slow_reply"]}, {"latency": 2}])
def test_answers_may_be_slow(site, post, change):
    site.running.control(web=change)
    with pytest.raises(httpx.ReadTimeout):
        site.http.get(COMMENTS, params={"aweme_id": post.id}, timeout=0.3)
