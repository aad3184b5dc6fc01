"""Every scenario of the stand-in site ends in the state that its facts name, in real Chromium."""

import time

import pytest

from tests.sources.web.collecting import BRIEF, HIDE
from tests.sources.web.pages import LAYOUT_B, LAYOUT_C, page, serving, threads
from tfw.lab.app import running_lab
from tfw.lab.content import World
from tfw.lab.web_posts import post_as_page_item
from tfw.lab.web_truth import readable_comments
from tfw.sources.web.browser import PersonEvent, open_browser
from tfw.sources.web.captcha import CaptchaDesk, ask_nobody, wait_for_person
from tfw.sources.web.failures import BrowserLost, TooManyCaptchas
from tfw.sources.web.pace import Pace
from tfw.sources.web.reading import read_comments
from tfw.sources.web.scrolling import Limits
from tfw.sources.web.states import PageState

pytestmark = pytest.mark.browser

COMPLETE = """normal layout_b layout_c sigi_page comments_tab virtualised_list stuck_sentinel
    shuffled_hashes localised_de,layout_c localised_vi,layout_c localised_es,layout_c
    localised_de,layout_b localised_vi,layout_b localised_es,comments_tab short_pages comments_null
    replies_by_three replies_by_three,layout_c embedded_replies no_reply_total
    no_reply_total,layout_c uid_only_users no_stats_v2 collect_count_text photo_post
    no_music_or_tags emoji_rtl_captions number_ids slow_reply empty_once refresh_panel
    guest_modal cookie_banner guided_tour app_box keyboard_box captcha_v1_hidden please_wait
    page_empty_once""".split()
ENDS = {
    "private": ("unavailable", "code 10216 item_privacy_authorization"),
    "private_account": ("unavailable", "code 10222"),
    "geofenced": ("unavailable", "not shown in this region (code 10231"),
    "too_young": ("unavailable", "code 10213"),
    "under_review": ("unavailable", "code 10227"),
    "banned_user": ("unavailable", "code 10221"),
    "age_gate": ("unavailable", "isContentClassified"),
    "status_self_see": ("unavailable", "only its owner sees it (code 10204 status_self_see)"),
    "status_deleted": ("unavailable", "deleted (code 10204 status_deleted)"),
    "person_geo_fencing": ("unavailable", "region (code 10204 person_geo_fencing)"),
    "cross_border_violation": ("unavailable", "region (code 10204 cross_border_violation)"),
    "item_privacy_authorization": ("unavailable", "code 10204 item_privacy_authorization"),
    "status_reviewing": ("unavailable", "under review (code 10204 status_reviewing)"),
    "status_audit_not_pass": ("unavailable", "code 10204 status_audit_not_pass"),
    "content_classification": ("unavailable", "code 10204 content_classification"),
    "copyright_geo_filter": ("unavailable", "region (code 10204 copyright_geo_filter)"),
    "comments_off": ("off", "comments are off or limited"),
    "none_load": ("blocked", "reported, the list is empty"),
    "renamed_all": ("blocked", "page changed: nothing on it matches"),
    "empty_always": ("blocked", "an empty answer (HTTP 200)"),
    "verify_json": ("blocked", "the site asks for a captcha (slide)"),
    "http_403": ("blocked", "HTTP 403"),
    "http_429": ("blocked", "HTTP 429"),
    "http_500": ("blocked", "HTTP 500"),
    "list_limit": ("blocked", "code 10404"),
    "refresh_panel_always": ("blocked", "an error of the site"),
    "captcha_v1": ("blocked", "a V1 captcha"),
    "captcha_v2": ("blocked", "a V2 captcha"),
    "please_wait_forever": ("blocked", "waiting page"),
    "login_needed": ("blocked", "code 10102"),
    "login_page": ("blocked", "login page"),
    "bot_shield": ("blocked", "code 10114"),
    "page_limit": ("blocked", "code 10404"),
    "unknown_code": ("blocked", "unknown meaning (code 100004)"),
    "server_error": ("blocked", "code 10101"),
    "no_item": ("blocked", "throttles quietly"),
    "no_stats": ("blocked", "without signing in"),
    "try_later": ("blocked", "for the time being"),
    "page_empty": ("blocked", "an empty page"),
    "page_403": ("blocked", "HTTP 403"),
    "page_429": ("blocked", "HTTP 429"),
    "page_500": ("blocked", "HTTP 500"),
}


@pytest.fixture(scope="module")
def world():
    return World(seed=3, posts=40, busy=2.0, most_comments=400)


@pytest.fixture(scope="module")
def lab(world):
    with running_lab(world) as lab:
        yield lab


@pytest.fixture(scope="module")
def browser(lab):
    with open_browser(site=lab.url) as browser:
        yield browser


def pick(world, least, most):
    return next(p for p in world if p.public and not p.comments_off and least <= p.comments <= most)


@pytest.fixture(scope="module")
def post(world):
    """A post whose comments take several calls, with threads of replies."""
    return pick(world, 60, 120)


@pytest.fixture(autouse=True)
def normal(lab):
    yield
    lab.control(web={"modes": [], "posts": None, "modal_seconds": 8.0, "latency": 0.0})


def read(browser, lab, post, modes="", *, ask=ask_nobody, **given):
    if modes:
        lab.control(web={"modes": modes.split(",")})
    pace = Pace(local=True)
    known = {"pace": pace, "desk": CaptchaDesk(ask, pace, most=99), "pseudonymiser": HIDE}
    return read_comments(browser, post.id, **{**known, "limits": BRIEF, **given})


def truth(world, post):
    return {c.id for c in readable_comments(world, post)}


@pytest.mark.parametrize("modes", COMPLETE)
def test_a_post_is_read_whole(browser, lab, world, post, modes):
    reading = read(browser, lab, post, modes)
    assert (reading.state, reading.page) == ("complete", PageState.OK)
    assert {comment.id for comment in reading.comments} == truth(world, post)
    assert len(reading.comments) == len(truth(world, post))
    assert reading.reported == post.comments
    assert reading.has_more is False


@pytest.mark.parametrize("modes", ENDS)
def test_a_scenario_ends_in_its_state_with_its_reason(browser, lab, post, modes):
    state, reason = ENDS[modes]
    reading = read(browser, lab, post, modes)
    assert reading.state == state
    assert reason in reading.reason
    assert reading.comments == []


@pytest.mark.parametrize("layout", ["layout_b", "layout_c", "comments_tab"])
def test_the_layout_is_told(browser, lab, post, layout):
    reading = read(browser, lab, post, layout)
    assert reading.layout == ("B" if layout == "layout_b" else "C")
    assert reading.selectors


def test_comments_that_stand_in_the_page_are_read_and_their_end_is_not_claimed(browser, lab, world):
    post = next(p for p in world if 30 < len(truth(world, p)) < p.comments)
    reading = read(browser, lab, post, "embedded_comments")
    assert {comment.id for comment in reading.comments} == truth(world, post)
    assert (reading.state, reading.has_more) == ("partial", None)
    assert "it asked the site for no list" in reading.reason


def test_a_post_without_comments_is_complete(browser, lab, world):
    empty = next(p for p in world if p.public and not p.comments_off and not p.comments)
    reading = read(browser, lab, empty)
    assert (reading.state, reading.reported, reading.comments) == ("complete", 0, [])


def test_an_id_that_does_not_exist_is_unavailable(browser, lab, post):
    pace = Pace(local=True)
    desk = CaptchaDesk(ask_nobody, pace)
    reading = read_comments(
        browser, "7000000000000000001", pace=pace, desk=desk, pseudonymiser=HIDE, limits=BRIEF
    )
    assert reading.state == "unavailable"
    assert "10204" in reading.reason


def test_a_login_pop_up_that_comes_late_and_again_is_closed(browser, lab, world, post):
    lab.control(web={"modal_seconds": 0.2})
    reading = read(browser, lab, post, "login_modal,layout_c")
    assert reading.state == "complete", reading.reason
    assert {comment.id for comment in reading.comments} == truth(world, post)


@pytest.mark.parametrize("modes", ["unclosable_modal", "returning_modal"])
def test_a_login_wall_stops_the_post_and_keeps_what_was_read(browser, lab, world, modes):
    long = pick(world, 250, 400)
    lab.control(web={"modal_seconds": 0.0, "latency": 0.4})
    reading = read(browser, lab, long, f"{modes},layout_c")
    assert reading.page is PageState.LOGIN_WALL
    assert reading.state == ("partial" if reading.comments else "blocked")
    assert "a login pop-up that" in reading.reason
    assert {comment.id for comment in reading.comments} < truth(world, long)


def test_lists_that_fail_half_way_leave_a_partial_reading(browser, lab, world):
    long = pick(world, 250, 400)
    begun = []

    def fail_now(comments):
        begun.append(len(comments))
        lab.control(web={"modes": ["http_500"]})

    reading = read(browser, lab, long, "layout_b", save=fail_now)
    assert reading.state == "partial"
    assert "HTTP 500" in reading.reason
    assert sum(begun) == len(reading.comments) < len(truth(world, long))


def test_a_page_that_nothing_matches_is_saved_for_a_look(browser, lab, post, tmp_path):
    reading = read(browser, lab, post, "renamed_all", look_folder=tmp_path)
    assert reading.page is PageState.PAGE_CHANGED
    assert reading.looked_at is not None
    assert "<html" in reading.looked_at.read_text()
    assert reading.looked_at.with_suffix(".png").stat().st_size > 1_000


def test_comments_are_handed_on_as_they_come(browser, lab, world):
    long = pick(world, 250, 400)
    batches = []
    reading = read(browser, lab, long, save=batches.append)
    assert len(batches) > 1
    assert [c for batch in batches for c in batch] == reading.comments


def test_a_person_is_asked_once_and_the_post_is_read_again(browser, lab, world, post):
    asked = []

    def person(browser, captcha):
        """Drag the knob to the right end, as a person does."""
        asked.append(captcha)
        knob = browser.run(
            "const b = document.querySelector('.secsdk-captcha-drag-icon')"
            ".getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]"
        )
        left, _, width, _ = captcha.box
        browser.pass_on(PersonEvent("down", *knob))
        for part in range(1, 11):
            x = knob[0] + (left + width - knob[0]) * part / 10
            browser.pass_on(PersonEvent("move", x, knob[1]))
        browser.pass_on(PersonEvent("up", left + width, knob[1]))
        return wait_for_person(browser, captcha, seconds=5, poll=0.1)

    reading = read(browser, lab, post, "captcha_v1", ask=person)
    assert len(asked) == 1
    assert reading.state == "complete", reading.reason
    assert {comment.id for comment in reading.comments} == truth(world, post)


def test_a_captcha_too_many_ends_the_run(browser, lab, post):
    pace = Pace(local=True)
    desk = CaptchaDesk(ask_nobody, pace, most=1)
    with pytest.raises(TooManyCaptchas):
        read(browser, lab, post, "captcha_v2", desk=desk, pace=pace)


def test_a_page_that_makes_no_list_call_is_read_from_what_it_draws(post):
    item = post_as_page_item(post)
    made = {
        f"/@_/video/{post.id}": page(LAYOUT_C, threads(45), item),
        f"/@b/video/{post.id}": page(LAYOUT_B, threads(45), item),
    }
    with serving(made) as url, open_browser(site=url) as browser:
        pace = Pace(local=True)
        known = {"pace": pace, "desk": CaptchaDesk(ask_nobody, pace), "pseudonymiser": HIDE}
        first = read_comments(browser, post.id, **known, limits=BRIEF)
        second = read_comments(browser, post.id, author="b", **known, limits=BRIEF)
    for reading in (first, second):
        assert len(reading.comments) == 45 + 9 * 7
        assert reading.has_more is None
    assert {c.key for c in first.comments} == {c.key for c in second.comments}
    assert {c.id for c in first.comments} == {c.key for c in first.comments}


def test_what_the_page_draws_and_what_its_lists_say_have_the_same_keys(browser, lab, world, post):
    told = read(browser, lab, post, "layout_c")
    with open_browser(site=lab.url) as deaf:
        deaf.replies = lambda: []
        drawn = read(deaf, lab, post, "layout_c")
    assert drawn.has_more is None
    assert {c.key for c in drawn.comments} == {c.key for c in told.comments}
    assert all(comment.time_text for comment in drawn.comments)


def test_a_browser_that_dies_gives_what_was_read_and_says_so(lab, world):
    long = pick(world, 250, 400)
    saved = []
    with open_browser(site=lab.url) as mortal:

        def die(comments):
            saved.extend(comments)
            mortal.close()

        with pytest.raises(BrowserLost):
            read(mortal, lab, long, save=die)
    assert {comment.id for comment in saved} < truth(world, long)


def test_a_reading_asks_the_site_for_no_more_than_a_person_would(browser, lab, world, post):
    lab.state()
    before = lab.state()["web"]
    read(browser, lab, post, "layout_b")
    after = lab.state()["web"]
    assert after["pages"] - before["pages"] == 1
    lists = "/api/comment/list/"
    calls = after["calls"][lists] - before["calls"].get(lists, 0)
    assert calls <= post.comments / 20 + 2


def test_patience_is_measured_in_time_and_not_only_in_rounds(browser, lab, post):
    began = time.monotonic()
    reading = read(browser, lab, post, "none_load", limits=Limits(rounds=2, quiet_seconds=0.2))
    assert reading.state == "blocked"
    assert time.monotonic() - began < 30
