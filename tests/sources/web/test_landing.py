from collections.abc import Iterator

import pytest

from tests.sources.web.lab_pages import POST, report
from tests.sources.web.small_site import SmallSite, small_site
from tfw.lab.app import RunningLab
from tfw.sources.web.browser import Browser
from tfw.sources.web.landing import PageReport, read_landing
from tfw.sources.web.states import PageState

pytestmark = pytest.mark.browser
S = PageState


@pytest.mark.parametrize(
    ("mode", "state", "reason"),
    [
        ("normal", S.OK, ""),
        ("layout_b", S.OK, ""),
        ("sigi_page", S.OK, ""),
        ("embedded_comments", S.OK, ""),
        ("photo_post", S.OK, ""),
        ("emoji_rtl_captions", S.OK, ""),
        ("captcha_v1_hidden", S.OK, ""),
        ("comments_off", S.OK, ""),
        ("status_deleted", S.GONE, "deleted (code 10204 status_deleted)"),
        ("status_self_see", S.PRIVATE, "code 10204 status_self_see"),
        ("person_geo_fencing", S.REGION, "code 10204 person_geo_fencing"),
        ("cross_border_violation", S.REGION, "code 10204"),
        ("item_privacy_authorization", S.PRIVATE, "code 10204"),
        ("status_reviewing", S.HIDDEN, "code 10204"),
        ("status_audit_not_pass", S.HIDDEN, "code 10204"),
        ("content_classification", S.AGE_GATE, "code 10204"),
        ("copyright_geo_filter", S.REGION, "code 10204"),
        ("private", S.PRIVATE, "code 10216"),
        ("private_account", S.PRIVATE, "code 10222"),
        ("geofenced", S.REGION, "code 10231"),
        ("too_young", S.AGE_GATE, "code 10213"),
        ("under_review", S.HIDDEN, "code 10227"),
        ("banned_user", S.GONE, "code 10221"),
        ("login_needed", S.LOGIN_WALL, "code 10102"),
        ("bot_shield", S.RATE_LIMITED, "code 10114"),
        ("page_limit", S.RATE_LIMITED, "code 10404"),
        ("unknown_code", S.UNKNOWN, "code 100004"),
        ("server_error", S.SERVER_ERROR, "code 10101"),
        ("age_gate", S.AGE_GATE, "isContentClassified"),
        ("no_stats", S.LOGIN_WALL, "without signing in"),
        ("no_item", S.THROTTLED, "throttles quietly"),
        ("try_later", S.THROTTLED, "Page not available"),
        ("login_page", S.LOGIN_WALL, "login page"),
        ("page_empty", S.EMPTY, "HTTP 200"),
        ("page_empty_once", S.EMPTY, "HTTP 200"),
        ("page_403", S.RATE_LIMITED, "HTTP 403"),
        ("page_429", S.RATE_LIMITED, "HTTP 429"),
        ("page_500", S.SERVER_ERROR, "HTTP 500"),
        ("captcha_v1", S.CAPTCHA, "a V1 captcha (slide)"),
        ("captcha_v2", S.CAPTCHA, "a V2 captcha (pick)"),
        ("please_wait", S.OK, ""),
    ],
)
def test_a_page_is_what_its_codes_and_visible_parts_say(
    lab: RunningLab, browser: Browser, mode: str, state: PageState, reason: str
) -> None:
    found = report(lab, browser, mode)
    assert (found.state, reason in found.reason) == (state, True), found.reason
    if state is S.OK:
        assert found.item is not None
        assert found.item["id"] == POST.id


def test_a_waiting_page_that_stays_is_told(lab: RunningLab, browser: Browser) -> None:
    assert report(lab, browser, "please_wait_forever", patience=0.5).state is S.WAITING


def test_the_parts_of_the_page_s_data_can_be_used(lab: RunningLab, browser: Browser) -> None:
    found = report(lab, browser, "layout_c")
    assert found.detail is not None
    assert found.detail["statusCode"] == 0
    assert "__DEFAULT_SCOPE__" in found.blocks[0]
    assert "CommentItem" in report(lab, browser, "embedded_comments").blocks[0]


def test_an_id_that_is_none_and_a_post_that_never_was_differ(
    lab: RunningLab, browser: Browser
) -> None:
    lab.control(web={"modes": []})
    never = read_landing(browser, browser.open("/@nobody/video/7550552484896258577"))
    assert (never.state, "not available from here" in never.reason) == (S.GONE, True)
    assert read_landing(browser, browser.open("/@nobody/video/abc")).state is S.BAD_INPUT


def test_a_list_page_is_told_from_a_hashtag_that_does_not_exist(
    lab: RunningLab, browser: Browser
) -> None:
    lab.control(web={"modes": []})
    there = read_landing(browser, browser.open("/foryou"), expect="list")
    gone = read_landing(browser, browser.open("/tag/nosuchtagatall"), expect="list")
    assert (there.state, gone.state) == (S.OK, S.GONE)
    assert "hashtag" in gone.reason


@pytest.fixture(scope="module")
def site() -> Iterator[SmallSite]:
    with small_site() as site:
        yield site


def landed(browser: Browser, site: SmallSite, body: str, status: int = 200) -> PageReport:
    landing = browser.open(site.url + site.show("/page", body, status=status))
    return read_landing(browser, landing)


@pytest.mark.parametrize(
    ("body", "status", "state"),
    [
        ("<p>hello", 200, S.THROTTLED),
        ("<p>" + "long " * 2_000, 200, S.PAGE_CHANGED),
        ("<h1>Video currently unavailable</h1>" + "<p></p>" * 2_000, 200, S.GONE),
        ("<h1>Couldn\u2019t find this account</h1>", 200, S.GONE),
        ("<h1>This account is private</h1>", 200, S.PRIVATE),
        ("<h1>Not found</h1>", 404, S.GONE),
        ('<script id="SIGI_STATE" type="application/json">{broken</script>', 200, S.THROTTLED),
        (
            '<script id="__NEXT_DATA__" type="application/json">{"props": {"pageProps": '
            '{"itemInfo": {"itemStruct": {"id": "7", "desc": "x", "createTime": 1, '
            '"stats": {"playCount": 1}}}'
            "}}}</script>",
            200,
            S.OK,
        ),
        (
            '<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">'
            '{"__DEFAULT_SCOPE__": {"webapp.video-detail": {"itemInfo": {"itemStruct": {"id": "7",'
            ' "desc": "x", "createTime": "0", "stats": {"playCount": 1}}}}}}</script>',
            200,
            S.LOGIN_WALL,
        ),
    ],
)
def test_pages_in_other_forms(
    browser: Browser, site: SmallSite, body: str, status: int, state: PageState
) -> None:
    assert landed(browser, site, body, status).state is state


def test_words_in_the_source_of_a_page_tell_nothing(browser: Browser, site: SmallSite) -> None:
    body = (
        "<div style='display:none'>Video currently unavailable</div><script>"
        "const phrases = 'captcha, Log in to TikTok, This account is private, Please wait...'"
        "</script>" + "<p>fine</p>" * 1_000
    )
    assert landed(browser, site, body).state is S.PAGE_CHANGED
