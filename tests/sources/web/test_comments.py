"""Many posts: what is stored equals what the lab has, with one browser, with four, and a crash."""

import os
import threading
import time
from datetime import timedelta

import psutil
import pytest

from tests.records import make_comment
from tests.sources.web.collecting import BRIEF, HIDE, readable, store_posts, stored
from tfw.errors import ParameterError
from tfw.lab.app import running_lab
from tfw.lab.content import World
from tfw.sources.web.comments import scrape_comments
from tfw.sources.web.failures import BrowserUnavailable
from tfw.store import open_store

pytestmark = pytest.mark.browser

POSTS = int(os.environ.get("TFW_WEB_RUN_POSTS", "25"))
MOST_COMMENTS = 3_000 if POSTS >= 200 else 600
BUSY = 10.0 if POSTS >= 200 else 3.0
TELLING = ("complete", "partial", "off")


@pytest.fixture(scope="module")
def world():
    return World(seed=11, posts=POSTS, most_comments=MOST_COMMENTS, busy=BUSY)


@pytest.fixture(scope="module")
def lab(world):
    with running_lab(world) as lab:
        yield lab


@pytest.fixture(autouse=True)
def normal(lab):
    yield
    lab.control(web={"modes": [], "posts": None})


def scrape(store, lab, **given):
    known = {"pseudonymiser": HIDE, "limits": BRIEF, "progress": False, "site": lab.url}
    return scrape_comments(store, **{**known, **given})


def states(store, ids):
    return {post["_id"]: post["comments"] for post in store.posts({"_id": {"$in": ids}})}


def some(world, count, least=5, most=60):
    posts = [p for p in world if p.public and not p.comments_off and least <= p.comments <= most]
    assert len(posts) >= count
    return posts[:count]


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_every_readable_comment_of_many_posts_is_stored(store, world, lab):
    posts = list(world)
    ids = store_posts(store, posts)
    summary = scrape(store, lab, post_ids=ids, max_posts_to_process=len(ids))
    print(summary)
    truth = readable(world, posts)
    assert stored(store, ids) == truth
    assert summary.collected == sum(len(found) for found in truth.values())
    assert summary.comments.inserted == summary.collected
    for post in posts:
        state = states(store, ids)[post.id]
        expected = "complete"
        if not post.public and (post.comments or post.account.private):
            expected = "unavailable"  # one without comments was complete as soon as it was stored
        elif post.comments_off:
            expected = "off"
        elif post.comments and not truth[post.id]:
            expected = "blocked"  # all of them are hidden, which an empty list does not tell
        assert state["state"] == expected, (post.index, state)
        assert state["collected"] == len(truth[post.id])


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_four_sessions_of_which_one_is_killed_half_way_store_the_same(store, world, lab):
    posts = list(world)
    ids = store_posts(store, posts)
    killed = threading.Thread(target=kill_one_browser, args=(store, len(ids) // 2))
    killed.start()
    summary = scrape(
        store, lab, post_ids=ids, max_posts_to_process=0, sessions=4, recycle_after=10_000
    )
    killed.join()
    print(summary)
    assert stored(store, ids) == readable(world, posts)
    assert summary.browsers == 5
    assert summary.read == len(ids)
    assert not [miss for miss in summary.misses if miss.state == "failed"]
    assert no_browser_is_left()


def chromiums():
    """The main processes of this process's browsers."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            command = process.cmdline()
        except psutil.Error:
            continue
        own_profile = any(part.startswith("--user-data-dir=") for part in command)
        if own_profile and not any(part.startswith("--type=") for part in command):
            found.append(process)
    return found


def no_browser_is_left(seconds=10.0):
    end = time.monotonic() + seconds
    while chromiums() and time.monotonic() < end:
        time.sleep(0.1)
    return not chromiums()


def kill_one_browser(store, after):
    end = time.monotonic() + 60 * POSTS
    while time.monotonic() < end:
        with open_store() as watching:
            done = watching.count("posts", {"comments.state": {"$in": list(TELLING)}})
        browsers = chromiums()
        if done >= after and browsers:
            browsers[0].kill()
            return
        time.sleep(0.2)


def test_what_is_stored_names_nobody(store, world, lab):
    (post,) = some(world, 1, 30)
    scrape(store, lab, post_ids=[post.id])
    comments = store.comments_of([post.id])[post.id]
    truth = {c.id: c for c in world.comments(post)}
    for comment in comments:
        assert comment["author"] == HIDE(truth[comment["_id"]].author.id)
        for account in truth[comment["_id"]].mentions:
            assert account.handle not in comment["text"]
        assert comment["precision"] == "second"
        assert comment["created_at"] == truth[comment["_id"]].created_at
        assert comment.get("parent_id", "") == truth[comment["_id"]].parent_id


def test_reading_again_changes_nothing(store, world, lab):
    ids = store_posts(store, some(world, 2))
    scrape(store, lab, post_ids=ids)
    before = stored(store, ids)
    summary = scrape(store, lab, post_ids=ids)
    assert stored(store, ids) == before
    assert summary.comments.inserted == 0


def test_pending_posts_are_taken_from_the_store_and_not_taken_twice(store, world, lab):
    ids = store_posts(store, some(world, 4))
    first = scrape(store, lab, max_posts_to_process=3, sessions=2)
    assert first.read == 3
    second = scrape(store, lab)
    assert second.read == 1
    assert {state["state"] for state in states(store, ids).values()} == {"complete"}
    assert scrape(store, lab).read == 0


def test_an_unknown_post_that_is_named_is_added(store, world, lab):
    (post,) = some(world, 1)
    scrape(store, lab, post_ids=[f"https://www.tiktok.com/@_/video/{post.id}?x=1"])
    found = store.get("posts", post.id)
    assert found["description"] == post.description
    assert found["comments"]["state"] == "complete"


def test_a_failed_reading_takes_nothing_back(store, world, lab):
    (post,) = some(world, 1)
    scrape(store, lab, post_ids=[post.id])
    before = states(store, [post.id])[post.id]
    for mode, state in (("http_403", "blocked"), ("status_deleted", "unavailable")):
        lab.control(web={"posts": {post.id: [mode]}})
        summary = scrape(store, lab, post_ids=[post.id])
        assert summary.misses[0].state == state
        after = states(store, [post.id])[post.id]
        for key in ("state", "reported", "collected"):
            assert after[key] == before[key]
    assert stored(store, [post.id]) == readable(world, [post])


def test_a_blocked_post_is_set_right_by_a_later_reading(store, world, lab):
    (post,) = some(world, 1)
    lab.control(web={"posts": {post.id: ["empty_always"]}})
    scrape(store, lab, post_ids=[post.id])
    assert states(store, [post.id])[post.id]["state"] == "blocked"
    lab.control(web={"posts": {post.id: []}})
    scrape(store, lab, post_ids=[post.id])
    assert states(store, [post.id])[post.id]["state"] == "complete"


def test_a_site_that_shows_nothing_ends_the_run(store, world, lab):
    ids = store_posts(store, [post for post in world if post.public][:10])
    lab.control(web={"modes": ["no_item"]})
    summary = scrape(store, lab, post_ids=ids)
    assert summary.read == 6
    assert "could not be read" in summary.stopped
    left = [s for s in states(store, ids).values() if s["state"] == "pending"]
    assert len(left) >= 2


def test_a_site_that_refuses_twice_ends_the_run_and_the_rest_stays_pending(store, world, lab):
    ids = store_posts(store, some(world, 4))
    lab.control(web={"modes": ["page_429"]})
    summary = scrape(store, lab, post_ids=ids)
    assert summary.posts == {"blocked": 2}
    assert "HTTP 429" in summary.stopped
    lab.control(web={"modes": []})
    assert scrape(store, lab).read == 2


def test_a_site_that_leads_to_its_login_ends_the_run_at_once(store, world, lab):
    ids = store_posts(store, some(world, 3))
    lab.control(web={"modes": ["login_page"]})
    summary = scrape(store, lab, post_ids=ids)
    assert summary.posts == {"blocked": 1}
    assert "never signs in" in summary.stopped


def test_the_posts_with_the_most_comments_come_first_and_those_without_any_never(store, world, lab):
    none = [post for post in world if post.public and post.comments == 0][:2]
    few = some(world, 3)
    store_posts(store, [*none, *few])
    most = max(few, key=lambda post: post.comments)
    assert scrape(store, lab, max_posts_to_process=1).read == 1
    assert states(store, [most.id])[most.id]["state"] == "complete"
    assert scrape(store, lab, max_posts_to_process=0).read == 2


def test_the_third_captcha_ends_the_run_and_nobody_was_bothered_by_a_program(store, world, lab):
    ids = store_posts(store, some(world, 5))
    lab.control(web={"modes": ["captcha_v2"]})
    summary = scrape(store, lab, post_ids=ids)
    assert summary.captchas == 3
    assert summary.captchas_solved == 0
    assert summary.posts == {"blocked": 2}
    assert "captcha" in summary.stopped


def test_old_browsers_are_replaced(store, world, lab):
    ids = store_posts(store, some(world, 5))
    summary = scrape(store, lab, post_ids=ids, recycle_after=2)
    assert summary.browsers == 3
    assert summary.pages == 5
    assert no_browser_is_left()


def test_a_post_that_cannot_be_opened_is_tried_again_and_stays_pending(store, world, lab):
    (post,) = some(world, 1)
    ids = store_posts(store, [post])
    lab.control(web={"latency": 3.0})
    try:
        summary = scrape(store, lab, page_seconds=1.0, retries=2)
    finally:
        lab.control(web={"latency": 0.0})
    (miss,) = summary.misses
    assert (miss.post_id, miss.state) == (post.id, "failed")
    assert miss.reason.startswith("2 tries: ")
    assert states(store, ids)[post.id]["state"] == "pending"
    assert scrape(store, lab).read == 1


def test_a_post_that_another_run_reads_is_left_alone(store, world, lab):
    ids = store_posts(store, some(world, 2))
    claim = store.claim_posts("comments", limit=1, lease=timedelta(hours=1), ids=ids[:1])
    summary = scrape(store, lab, post_ids=ids)
    assert summary.read == 1
    assert [(miss.post_id, miss.state) for miss in summary.misses] == [(ids[0], "busy")]
    store.release(claim)
    assert scrape(store, lab, post_ids=ids).read == 2


def test_the_summary_tells_what_was_missed_and_why(store, world, lab):
    posts = some(world, 3)
    ids = store_posts(store, posts)
    lab.control(web={"posts": {ids[0]: ["geofenced"], ids[1]: ["none_load"]}})
    text = str(scrape(store, lab, post_ids=ids))
    assert "3 read" in text
    assert "1 unavailable: not shown in this region (code 10231" in text
    assert "comments_blocked" in text
    assert "the site reports" in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sessions": 0}, "sessions is 0"),
        ({"max_posts_to_process": "many"}, "max_posts_to_process is 'many'"),
        ({"post_ids": ["hello"]}, "'hello' is no post"),
        ({"post_ids": "7550552484896258577"}, "it is a list"),
        ({"profile": {"windows": [1, 2]}}, "no 'windows'"),
        ({"pace": {"page": [1, 2]}, "site": "https://www.tiktok.com"}, "ceiling"),
    ],
)
def test_a_wrong_argument_is_named(store, lab, given, words):
    with pytest.raises(ParameterError, match=words):
        scrape(store, lab, **given)


def test_a_grid_that_does_not_answer_is_an_error_and_releases_the_posts(store, world, lab):
    store_posts(store, some(world, 1))
    with pytest.raises(BrowserUnavailable, match="No Selenium Grid answers"):
        scrape(store, lab, remote_url="http://127.0.0.1:9", sessions=2)
    assert scrape(store, lab).read == 1


def test_a_comment_seen_with_and_without_its_id_is_stored_once(store):
    key = "7300000000000007919_abcdefabcdef"
    shown = make_comment(id=key, key=key, likes=3, author="p_handle", time_text="2d ago")
    answer = make_comment(id="k2", key="k2", parent_id=key, text="An answer", author="p_other")
    told = make_comment(7, key=key, likes=2, author="p_uid")
    store.upsert_comments([shown, answer])
    store.upsert_comments([told])
    comments = {c["_id"]: c for c in store.comments_of([told.post_id])[told.post_id]}
    assert set(comments) == {"7", "k2"}
    assert comments["k2"]["parent_id"] == "7"
    assert comments["7"]["author"] == "p_uid"


def test_a_comment_known_by_its_id_stays_so_when_it_is_seen_without(store):
    key = "7300000000000007919_abcdefabcdef"
    told = make_comment(7, key=key, likes=2, author="p_uid")
    later = told.collected_at + timedelta(days=1)
    shown = make_comment(at=later, id=key, key=key, likes=3, author="p_handle")
    answer = make_comment(at=later, id="k2", key="k2", parent_id=key, text="An answer")
    store.upsert_comments([told])
    store.upsert_comments([shown, answer])
    comments = {c["_id"]: c for c in store.comments_of([told.post_id])[told.post_id]}
    assert set(comments) == {"7", "k2"}
    assert comments["7"]["likes"] == 3
    assert comments["7"]["author"] == "p_uid"
    assert comments["k2"]["parent_id"] == "7"
