"""The lab's web site over HTTP: pages, lists, counters, and how scenarios are switched on."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.lab.web_site import WORLD, lab_page, shown_post, visiting
from tfw.errors import SettingsError
from tfw.lab.comments import visible
from tfw.lab.content import World
from tfw.lab.web_scenarios import MODES
from tfw.lab.web_truth import readable_comments
from tfw.sources.web_pages import blocks_of

FEEDS = (
    ("/api/recommend/item_list/", {}),
    ("/api/explore/item_list/", {"categoryType": 109}),
)


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


def test_the_page_of_a_post_holds_its_item(site, post):
    item = site.detail(post, mode="layout_c")["itemInfo"]["itemStruct"]
    assert (item["id"], item["desc"]) == (post.id, post.description)
    assert item["createTime"] == str(post.created)


def test_a_photo_address_and_another_handle_lead_to_the_same_page(site, post):
    for path in (f"/@_/video/{post.id}", f"/@{post.account.handle}/photo/{post.id}"):
        assert post.id in site.page(path).text


def test_a_post_keeps_its_layout_and_posts_differ_in_it(site):
    posts = [p for p in WORLD if p.public][:12]
    seen = [lab_page(site.post_page(p))["layout"] for p in posts]
    assert seen == [lab_page(site.post_page(p))["layout"] for p in posts]
    assert set(seen) == {"b", "c"}


def test_a_list_call_ignores_parameters_it_does_not_know(site, post):
    asked = {"aweme_id": post.id, "X-Bogus": "x", "msToken": "y", "aid": 1988}
    assert len(site.ask("/api/comment/list/", **asked)["comments"]) > 10


def test_list_calls_yield_exactly_the_readable_comments(site, post):
    found = [comment["cid"] for comment in site.comments(post)]
    assert sorted(found) == sorted(c.id for c in readable_comments(WORLD, post))
    assert len(found) == len(set(found))


def test_readable_comments_are_those_that_are_not_hidden(post):
    truth = readable_comments(WORLD, post)
    assert {c.id for c in truth} == {c.id for c in visible(WORLD.comments(post))}
    assert len(truth) <= post.comments


def test_nothing_is_readable_of_a_post_that_is_gone():
    gone = next(p for p in WORLD if p.deleted and p.comments)
    assert readable_comments(WORLD, gone) == []


def test_replies_come_three_at_first(site):
    busy = shown_post(WORLD, least=200, most=4_000)
    parent = next(c for c, replies in site.running.site.threads(busy) if len(replies) > 3)
    page = site.ask("/api/comment/list/reply/", item_id=busy.id, comment_id=parent.id, cursor=0)
    assert (len(page["comments"]), page["cursor"], page["has_more"]) == (3, 3, 1)


def test_replies_need_the_id_of_the_post_and_not_of_its_author(site, post):
    parent = next(c for c, r in site.running.site.threads(post) if r)
    asked = {"comment_id": parent.id, "item_id": post.account.id}
    assert site.ask("/api/comment/list/reply/", **asked)["comments"] is None


def test_a_call_gives_at_most_fifty_comments(site):
    busy = shown_post(WORLD, least=200, most=4_000)
    assert len(site.ask("/api/comment/list/", aweme_id=busy.id, count=500)["comments"]) <= 50


def test_an_unknown_post_has_no_comments(site):
    assert site.ask("/api/comment/list/", aweme_id="7")["comments"] is None


@pytest.mark.parametrize(("path", "asked"), FEEDS, ids=["recommend", "explore"])
def test_a_feed_goes_on_where_the_session_left_it(site, path, asked):
    batches = [site.ask(path, **asked)["itemList"] for _ in range(2)]
    ids = [item["id"] for batch in batches for item in batch]
    assert len(batches[0]) == 16
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("path", "asked"), FEEDS, ids=["recommend", "explore"])
def test_a_feed_gives_every_public_post_before_one_comes_again(site, path, asked):
    wanted = {p.id for p in WORLD if p.public and (p.about_fashion or not asked)}
    ids = []
    while len(ids) < len(wanted):
        ids += [item["id"] for item in site.ask(path, count=1, **asked)["itemList"]]
    assert sorted(ids) == sorted(wanted)


def test_two_sessions_see_a_feed_in_different_orders(site):
    first = site.ask("/api/recommend/item_list/")["itemList"]
    other = httpx.get(f"{site.running.url}/api/recommend/item_list/").json()["itemList"]
    assert [i["id"] for i in first] != [i["id"] for i in other]


def test_a_feed_gives_thirty_at_most(site):
    assert len(site.ask("/api/recommend/item_list/", count=500)["itemList"]) == 30


def test_an_explore_category_without_posts_is_empty(site):
    answer = site.ask("/api/explore/item_list/", categoryType=7)
    assert (answer["itemList"], answer["hasMore"]) == ([], False)


def test_the_browse_list_gives_every_fashion_post_once(site):
    cursor, ids = 0, []
    while True:
        asked = {"label": 10029, "region": "US", "count": 30, "cursor": cursor}
        found = site.ask("/browse/api/get-video-list", **asked)["videoList"]
        ids += [item["id"] for item in found["items"]]
        cursor = found["cursor"]
        if not found["hasMore"]:
            break
    assert sorted(ids) == sorted(p.id for p in WORLD if p.public and p.about_fashion)


def test_the_browse_list_of_an_unknown_label_has_no_items(site):
    answer = site.ask("/browse/api/get-video-list", label=1, cursor=4)
    assert answer == {"videoList": {"cursor": 4, "hasMore": False}}


def test_a_browse_item_has_a_number_for_the_author_and_no_comment_count(site):
    (item,) = site.ask("/browse/api/get-video-list", label=10029, count=1)["videoList"]["items"]
    assert item["authorId"] > 2**53
    assert "commentCount" not in item


@pytest.mark.parametrize("path", ["/foryou", "/explore"])
def test_a_list_page_holds_its_first_batch_which_no_call_gives_again(site, path):
    (block,) = blocks_of(site.page(path).text)
    embedded = [i["id"] for i in block["__DEFAULT_SCOPE__"]["webapp.updated-items"]]
    api = {"/foryou": "recommend", "/explore": "explore"}[path]
    called = [i["id"] for i in site.ask(f"/api/{api}/item_list/")["itemList"]]
    assert len(embedded) == 16
    assert not {*embedded} & {*called}


def test_the_page_of_a_hashtag_and_its_list_hold_its_posts(site):
    tagged = next(p for p in WORLD if p.public and p.hashtags)
    name = tagged.hashtags[0]
    (block,) = blocks_of(site.page(f"/tag/{name}").text)
    items = block["__DEFAULT_SCOPE__"]["webapp.updated-items"]
    assert all(name in [c["title"] for c in item["challenges"]] for item in items)
    info = site.ask("/api/challenge/detail/", challengeName=name)["challengeInfo"]
    number = info["challenge"]["id"]
    listed = site.ask("/api/challenge/item_list/", challengeID=number)["itemList"]
    assert [i["id"] for i in listed] == [i["id"] for i in items]


def test_an_unknown_hashtag_and_an_unknown_account_have_pages_that_say_so(site):
    assert "find this hashtag" in site.page("/tag/nosuchtag").text
    assert "find this account" in site.page("/@nobody").text
    assert site.ask("/api/challenge/detail/", challengeName="nosuchtag")["statusCode"] == 10205


def test_the_page_of_an_account_holds_its_posts(site, post):
    (block,) = blocks_of(site.page(f"/@{post.account.handle}").text)
    scope = block["__DEFAULT_SCOPE__"]
    info = scope["webapp.user-detail"]["userInfo"]
    assert info["user"]["uniqueId"] == post.account.handle
    assert post.id in [item["id"] for item in scope["webapp.updated-items"]]


def test_oembed_knows_a_public_post_and_no_other(site, post):
    assert site.ask("/oembed", url=post.url)["author_unique_id"] == post.account.handle
    gone = next(p for p in WORLD if p.deleted)
    assert site.page("/oembed", url=gone.url).status_code == 400


def test_the_embed_page_holds_the_item_in_its_own_block(site, post):
    text = site.page(f"/embed/v2/{post.id}").text
    assert "__FRONTITY_CONNECT_STATE__" in text
    assert post.id in text
    assert site.page("/embed/v2/7").status_code == 404


@pytest.mark.parametrize("path", ["/", "/foryou", "/explore", "/browse", "/login", "/tag/none"])
def test_every_page_holds_words_that_must_not_trigger_anything(site, path):
    text = site.page(path).text
    assert "captcha" in text
    assert "Log in to TikTok" in text


def test_no_page_names_an_address_outside_but_media_of_nowhere(site, post):
    for path in ("/foryou", f"/@_/video/{post.id}"):
        text = site.page(path).text
        head = text[: text.index('type="application/json"')]
        assert "http" not in head


def test_assets_are_served_and_nothing_else_of_their_folder(site):
    assert site.page("/assets/video.js").headers["content-type"].startswith("text/javascript")
    for name in ("phrases.yaml", "..%2fapp.py", "nothing.js"):
        assert site.page(f"/assets/{name}").status_code == 404


def test_the_control_counts_pages_calls_and_minutes(site, post):
    site.post_page(post)
    site.ask("/api/comment/list/", aweme_id=post.id)
    site.ask("/api/comment/list/", aweme_id=post.id, cursor=20)
    state = site.state
    assert state["pages"] == 1
    assert state["calls"] == {"/api/comment/list/": 2}
    assert state["per_minute"] == {"2026-11-02T12:00": 3}
    assert state["in_flight_most"] == 1
    assert state["known_modes"] == MODES
    site.running.control(clear_log=True)
    assert site.state["pages"] == 0


def test_requests_at_the_same_time_are_counted(site, post):
    site.running.control(web={"latency": 0.5})
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: site.post_page(post), range(3)))
    assert site.state["in_flight_most"] == 3
    assert site.state["pages"] == 3


def test_modes_come_from_the_address_the_cookie_and_the_control(site, post):
    site.modes("layout_b")
    assert lab_page(site.post_page(post))["layout"] == "b"
    site.http.cookies.set("lab_mode", "layout_c,cookie_banner")
    assert lab_page(site.post_page(post))["layout"] == "c"
    assert lab_page(site.post_page(post, mode="layout_b"))["layout"] == "b"
    site.running.control(web={"posts": {post.id: ["comments_tab"]}})
    assert lab_page(site.post_page(post, mode="layout_b"))["tab"]


def test_a_post_can_be_normal_where_all_others_are_not(site, post):
    site.running.control(web={"modes": ["status_deleted"], "posts": {post.id: []}})
    other = shown_post(WORLD, accepts=lambda p: p.id != post.id)
    assert lab_page(site.post_page(other))["text"] == "Video currently unavailable"
    assert lab_page(site.post_page(post))["post"] == post.id


def test_a_list_call_has_the_modes_of_the_page_it_comes_from(site, post):
    page = f"{site.running.url}/@_/video/{post.id}?mode=http_429"
    asked = {"aweme_id": post.id}
    answer = site.http.get("/api/comment/list/", params=asked, headers={"Referer": page})
    assert answer.status_code == 429


def test_the_mode_normal_takes_others_away(site, post):
    site.modes("status_deleted")
    for modes in ("normal", "private,normal"):
        assert lab_page(site.post_page(post, mode=modes))["post"] == post.id


@pytest.mark.parametrize(
    "web",
    [{"modes": ["sleepy"]}, {"posts": {"7": ["sleepy"]}}, {"modes": 3}, {"latency": -1}, {"x": 1}],
)
def test_a_wrong_change_is_refused_and_changes_nothing(site, web):
    before = site.state
    answer = site.http.post("/__control", json={"web": {"modal_seconds": 3, **web}})
    assert answer.status_code == 400
    assert site.state == before


def test_an_unknown_mode_is_refused_with_the_valid_ones(site, post):
    answer = site.post_page(post, mode="layout_b,sleepy")
    assert answer.status_code == 400
    assert "'sleepy' is no mode" in answer.text
    assert all(mode in answer.text for mode in MODES)
    with pytest.raises(SettingsError, match="sleepy"):
        site.modes("sleepy")


def test_a_wrong_change_of_the_web_site_leaves_the_faults_as_they_were(site):
    with pytest.raises(SettingsError):
        site.running.control(faults=[{"kind": "timeout"}], web={"modes": ["sleepy"]})
    assert site.running.state()["faults"] == []


def test_a_busy_world_has_more_comments_up_to_its_cap():
    quiet, busy = World(posts=60), World(posts=60, busy=40, most_comments=500)
    pairs = [(q.comments, b.comments) for q, b in zip(quiet, busy, strict=True)]
    assert all(most >= few for few, most in pairs)
    assert max(most for _, most in pairs) == 500


def test_a_busy_world_is_the_same_world_otherwise():
    for quiet, busy in zip(World(posts=30), World(posts=30, busy=9), strict=True):
        assert (quiet.id, quiet.description, quiet.likes) == (busy.id, busy.description, busy.likes)
