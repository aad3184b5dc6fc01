"""The scripts in the pages of the lab's web site, in a real Chromium with a real pointer."""

import httpx
import pytest
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser import console_errors, network_requests, open_chromium
from tests.lab.web_site import shown_post
from tfw.lab.app import running_lab
from tfw.lab.content import World
from tfw.lab.web_truth import readable_comments

pytestmark = pytest.mark.browser

WORLD = World(posts=120, busy=12)
# One step of a reader: note texts, open replies, scroll on unless something is yet to be drawn.
STEP = """
const [texts, openers, scroller] = arguments;
window.noted ??= new Set();
for (const node of document.querySelectorAll(texts)) {
  const thread = node.closest('[data-look=thread]');
  const owner = node.closest('[data-look~=comment]').querySelector('a').getAttribute('href');
  const top = thread.querySelector('[data-look~=comment]');
  window.noted.add([owner, node.innerText, top === node.closest('[data-look~=comment]') ? '' :
    top.innerText].join('|'));
}
document.querySelectorAll(openers).forEach((node) => node.click());
const box = scroller ? document.querySelector(scroller) : document.scrollingElement;
if (!document.querySelector('[class*="DivVirtualItemSkeleton"]'))
  box.scrollTop += box.clientHeight * 0.8;
return [window.noted.size, document.querySelectorAll('[data-look=thread]').length,
  box.scrollTop + box.clientHeight >= box.scrollHeight - 2];
"""
TEXTS = '[data-e2e="comment-level-1"],[data-e2e="comment-level-2"]'
IN_B = (TEXTS, '[data-e2e="view-more-1"],[data-e2e="view-more-2"]', "")
IN_C = (TEXTS, '[class*="DivViewRepliesContainer"]', '[class*="DivCommentMain"]')


@pytest.fixture(scope="module")
def lab():
    with running_lab(WORLD) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    browser = open_chromium(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.quit()


@pytest.fixture(autouse=True)
def normal(lab, chromium):
    chromium.get(f"{lab.url}/login")
    chromium.delete_all_cookies()
    console_errors(chromium)
    lab.control(web={"modes": [], "posts": None, "modal_seconds": 0.2}, clear_log=True)


@pytest.fixture(scope="module")
def post():
    """A post with several pages of comments, one thread of which has more than three replies."""

    def has_a_long_thread(found):
        return any(c.replies > 4 for c in WORLD.comments(found))

    return shown_post(WORLD, least=70, most=250, accepts=has_a_long_thread)


@pytest.fixture
def visit(lab, chromium, post):
    def go(*modes):
        chromium.get(f"{lab.url}/@_/video/{post.id}?mode={','.join(modes)}")
        return chromium

    return go


def until(browser, condition):
    patience = WebDriverWait(browser, 15, 0.05, [StaleElementReferenceException])
    return patience.until(lambda _: condition())


def find(browser, selector):
    return browser.find_elements(By.CSS_SELECTOR, selector)


def click(browser, selector):
    until(browser, lambda: find(browser, selector))[0].click()


def is_gone(browser, selector):
    return until(browser, lambda: not any(e.is_displayed() for e in find(browser, selector)))


def read(browser, way, wanted):
    """How many comments there are when `wanted` are seen, and the most threads in the page."""
    most = 0

    def step():
        nonlocal most
        noted, threads, _ = browser.execute_script(STEP, *way)
        most = max(most, threads)
        return noted >= wanted and noted

    return until(browser, step), most


def different(post):
    """How many comments one can tell apart by author, text and thread."""
    truth = {c.id: c for c in readable_comments(WORLD, post)}
    tops = {c.id: (c.author.handle, c.text) for c in truth.values()}
    return len({(c.author.handle, c.text, tops.get(c.parent_id)) for c in truth.values()})


def calls(lab):
    return lab.state()["web"]["calls"]


@pytest.mark.parametrize("modes", [("layout_b",), ("sigi_page",), ("layout_b", "short_pages")])
def test_the_classic_list_grows_while_the_window_scrolls(lab, post, visit, modes):
    browser = visit(*modes)
    noted, threads = read(browser, IN_B, different(post))
    assert noted == different(post)
    assert threads == sum(not c.parent_id for c in readable_comments(WORLD, post))
    assert calls(lab)["/api/comment/list/"] >= 2
    assert console_errors(browser) == []


def test_comments_in_the_page_itself_need_no_call(lab, post, visit):
    browser = visit("embedded_comments")
    assert read(browser, IN_B, different(post))[0] == different(post)
    assert calls(lab) == {}


@pytest.mark.parametrize("mode", ["layout_c", "virtualised_list"])
def test_the_panel_keeps_about_twenty_threads_in_the_page(lab, post, visit, mode):
    browser = visit(mode)
    assert calls(lab) == {}
    click(browser, '[data-e2e="comment-icon"]')
    noted, most = read(browser, IN_C, different(post))
    assert noted == different(post)
    assert most == 20
    assert find(browser, '[data-e2e="comment-time-1"]') == []
    assert console_errors(browser) == []


def test_comments_behind_a_tab_come_when_it_is_chosen(lab, visit):
    browser = visit("comments_tab")
    assert find(browser, '[class*="DivCommentListContainer"]') == []
    click(browser, "#comments")
    until(browser, lambda: find(browser, '[data-e2e="comment-level-1"]'))


def test_replies_come_three_at_first_and_then_more(post, visit):
    browser = visit("layout_b")
    parent = max(readable_comments(WORLD, post), key=lambda c: c.replies)
    texts = "return [...document.querySelectorAll('[data-look=thread]')].find((node) =>"
    texts += " node.querySelector('a').getAttribute('href') === arguments[0]"
    texts += " && node.querySelector('[data-e2e=\"view-more-1\"]'))"

    def thread():
        browser.execute_script("window.scrollBy(0, 2000)")
        return browser.execute_script(texts, f"/@{parent.author.handle}")

    found = until(browser, thread)
    shown = '[data-e2e="comment-level-2"]'
    browser.execute_script("arguments[0].querySelector('[data-e2e=view-more-1]').click()", found)
    until(browser, lambda: len(found.find_elements(By.CSS_SELECTOR, shown)) == 3)
    browser.execute_script("arguments[0].querySelector('[data-e2e=view-more-2]').click()", found)
    until(browser, lambda: len(found.find_elements(By.CSS_SELECTOR, shown)) > 3)


def test_a_stuck_sentinel_goes_on_when_it_was_out_of_view(lab, visit):
    browser = visit("layout_b", "stuck_sentinel")
    until(browser, lambda: len(find(browser, "[data-look=thread]")) >= 15)
    bottom, up = "window.scrollTo(0, 1e6)", "window.scrollBy(0, -1500)"
    browser.execute_script(bottom)
    until(browser, lambda: calls(lab)["/api/comment/list/"] == 2)
    before = len(find(browser, "[data-look=thread]"))
    browser.execute_script(up)
    browser.execute_script("return new Promise(requestAnimationFrame)")
    browser.execute_script(bottom)
    until(browser, lambda: len(find(browser, "[data-look=thread]")) > before)


def test_all_names_may_be_unknown(lab, visit):
    browser = visit("renamed_all")
    assert find(browser, "[data-e2e], [class*=Div], [class*=TUX], #comments, #login-modal") == []
    assert find(browser, "button")


def test_hashes_differ_and_names_stay(visit):
    def names():
        (node,) = find(visit("shuffled_hashes", "layout_b"), '[class*="DivCommentListContainer"]')
        return node.get_attribute("class")

    assert len({names() for _ in range(3)}) == 3


def test_a_refresh_panel_stops_the_list_until_it_is_pressed(lab, visit):
    browser = visit("layout_b", "refresh_panel")
    button = until(browser, lambda: find(browser, "[data-look=wrong] button"))[0]
    assert button.text == "Refresh"
    assert find(browser, "[data-look=thread]") == []
    button.click()
    until(browser, lambda: find(browser, "[data-look=thread]"))
    assert find(browser, "[data-look=wrong]") == []


def test_an_empty_list_says_so(visit):
    browser = visit("layout_b", "none_load")
    until(browser, lambda: find(browser, '[class*="DivEmptyStateContainer"]'))


def test_a_login_pop_up_comes_late_closes_and_returns_while_scrolling(lab, visit):
    browser = visit("layout_b", "login_modal")
    click(browser, '[data-e2e="modal-close-inner-button"]')
    assert is_gone(browser, '[data-e2e="login-modal"]')

    def scrolled_until_it_is_back():
        browser.execute_script("window.scrollBy(0, 300)")
        return find(browser, '[data-e2e="login-modal"]')

    until(browser, scrolled_until_it_is_back)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)
    assert is_gone(browser, '[data-e2e="login-modal"]')


def test_an_open_pop_up_stops_the_list(lab, visit):
    browser = visit("layout_b", "unclosable_modal")
    until(browser, lambda: find(browser, '[data-e2e="login-modal"]'))
    before = len(find(browser, "[data-look=thread]"))
    browser.execute_script("window.scrollTo(0, 1e6)")
    until(browser, lambda: find(browser, '[class*="TUXSkeletonRectangle"]'))
    assert len(find(browser, "[data-look=thread]")) == before
    assert find(browser, '[data-e2e="modal-close-inner-button"]') == []


def test_a_pop_up_taken_out_by_force_is_put_back(visit):
    browser = visit("layout_b", "unclosable_modal")
    overlay = until(browser, lambda: find(browser, ".TUXModal-overlay"))[0]
    browser.execute_script("arguments[0].remove()", overlay)
    until(browser, lambda: find(browser, ".TUXModal-overlay"))


def test_a_pop_up_may_come_back_again_and_again(visit):
    browser = visit("layout_b", "returning_modal")
    for _ in range(2):
        click(browser, '[data-e2e="modal-close-inner-button"]')
        assert is_gone(browser, '[data-e2e="login-modal"]')
    until(browser, lambda: find(browser, '[data-e2e="login-modal"]'))


@pytest.mark.parametrize(
    ("mode", "button"),
    [
        ("guest_modal", "[data-e2e=login-modal] button"),
        ("guided_tour", ".__floater button"),
        ("app_box", ".TUXModal button"),
        ("keyboard_box", '.TUXModal [aria-label="Close"]'),
    ],
)
def test_a_box_closes_by_its_own_button_and_the_list_goes_on(visit, mode, button):
    browser = visit("layout_b", mode)
    click(browser, button)
    assert is_gone(browser, button)
    until(browser, lambda: find(browser, "[data-look=thread]"))


def test_the_cookie_banner_stands_in_an_open_shadow_root(visit):
    browser = visit("layout_b", "cookie_banner")
    (banner,) = until(browser, lambda: find(browser, "tiktok-cookie-banner"))
    buttons = banner.shadow_root.find_elements(By.CSS_SELECTOR, "div.button-wrapper > button")
    assert [button.text for button in buttons] == ["Decline optional cookies", "Allow all"]
    buttons[0].click()
    assert is_gone(browser, "tiktok-cookie-banner")
    assert browser.get_cookie("lab_consent")["value"] == "declined"
    browser.refresh()
    assert find(browser, "tiktok-cookie-banner") == []


def test_the_older_captcha_is_solved_by_a_persons_drag(lab, visit):
    browser = visit("layout_b", "captcha_v1")
    (knob,) = until(browser, lambda: find(browser, ".secsdk-captcha-drag-icon"))
    assert find(browser, ".captcha_verify_container")[0].value_of_css_property("visibility")
    assert find(browser, "[data-look=thread]") == []
    ActionChains(browser).drag_and_drop_by_offset(knob, 90, 0).perform()
    assert knob.value_of_css_property("transform") == "matrix(1, 0, 0, 1, 0, 0)"
    ActionChains(browser).drag_and_drop_by_offset(knob, 260, 3).perform()
    assert is_gone(browser, ".captcha_verify_container")
    until(browser, lambda: find(browser, "[data-look=thread]"))
    assert lab.state()["web"]["captchas"] == {"shown": 1, "solved": 1}
    browser.refresh()
    assert find(browser, ".captcha_verify_container") == []


def test_the_newer_captcha_is_solved_by_a_persons_click_on_the_round_thing(lab, visit):
    browser = visit("layout_c", "captcha_v2")
    (picture,) = until(browser, lambda: find(browser, 'img[alt="Captcha"]'))
    ActionChains(browser).move_to_element(picture).click().perform()
    assert picture.is_displayed()
    ActionChains(browser).move_to_element_with_offset(picture, 105, 5).click().perform()
    assert is_gone(browser, ".captcha-verify-container")
    click(browser, '[data-e2e="comment-icon"]')
    until(browser, lambda: find(browser, "[data-look=thread]"))
    assert lab.state()["web"]["captchas"] == {"shown": 1, "solved": 1}


def test_a_captcha_does_not_fall_for_a_script(lab, visit):
    browser = visit("layout_b", "captcha_v2")
    (picture,) = until(browser, lambda: find(browser, 'img[alt="Captcha"]'))
    press = "const box = arguments[0].getBoundingClientRect(); arguments[0].dispatchEvent(new"
    press += " PointerEvent('pointerup', {clientX: box.right - 70, clientY: box.top + 90}))"
    browser.execute_script(press, picture)
    assert "Select the object" in find(browser, ".captcha-verify-container")[0].text
    assert lab.state()["web"]["captchas"]["solved"] == 0


def test_a_captcha_that_is_closed_comes_back(visit):
    browser = visit("layout_b", "captcha_v2")
    click(browser, "#captcha_close_button")
    until(browser, lambda: find(browser, ".captcha-verify-container")[0].is_displayed())


def test_a_hidden_captcha_is_in_the_page_and_cannot_be_seen(visit):
    browser = visit("layout_b", "captcha_v1_hidden")
    (box,) = find(browser, ".captcha_verify_container")
    assert not box.is_displayed()
    until(browser, lambda: find(browser, "[data-look=thread]"))


def test_the_waiting_page_passes_by_itself(visit):
    browser = visit("please_wait")
    assert browser.title == "Please wait..."
    until(browser, lambda: find(browser, "#main-content-video_detail"))


def test_an_odd_caption_is_shown_as_it_is(visit):
    browser = visit("layout_c", "emoji_rtl_captions")
    (caption,) = find(browser, '[data-e2e="browse-video-desc"]')
    assert "</script><b>&amp;" in caption.text


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("status_deleted", "Video currently unavailable"),
        ("private", "This account is private"),
        ("try_later", "Page not available"),
    ],
)
def test_an_unavailable_page_says_why(visit, mode, text):
    assert text in find(visit(mode), "main")[0].text


def test_ids_written_as_numbers_are_not_damaged(lab, post, visit):
    browser = visit("layout_b", "number_ids")
    noted, _ = read(browser, IN_B, different(post))
    assert noted == different(post)


@pytest.mark.parametrize(
    ("path", "entry", "api"),
    [
        ("/foryou", "article[data-e2e=recommend-list-item-container]", "recommend"),
        ("/explore", "[data-e2e=explore-item]", "explore"),
    ],
)
def test_a_feed_page_loads_more_as_it_scrolls(lab, chromium, path, entry, api):
    chromium.get(lab.url + path)
    assert len(find(chromium, entry)) == 16

    def more():
        chromium.execute_script("window.scrollTo(0, 1e6)")
        return len(find(chromium, entry)) >= 48

    until(chromium, more)
    links = [a.get_attribute("href") for a in find(chromium, f"{entry} [data-look=cover]")]
    assert len(set(links)) == len(links)
    assert calls(lab)[f"/api/{api}/item_list/"] >= 2


def test_choosing_a_category_asks_for_its_posts(lab, chromium):
    chromium.get(f"{lab.url}/explore")
    buttons = find(chromium, "#category-list-container button")
    next(b for b in buttons if b.text == "Outfit").click()
    until(chromium, lambda: len(find(chromium, "[data-e2e=explore-item]")) >= 16)
    first = find(chromium, "[data-e2e=explore-item] [data-look=cover]")[0].get_attribute("href")
    assert WORLD.find_post(first.rsplit("/", 1)[1]).about_fashion


def test_the_browse_page_fills_itself_from_its_list(lab, chromium):
    chromium.get(f"{lab.url}/browse")
    until(chromium, lambda: find(chromium, "[data-e2e=browse-item]"))
    assert calls(lab)["/browse/api/get-video-list"] >= 1


def test_no_page_asks_for_anything_outside(lab, chromium, visit):
    for open_page in (
        lambda: chromium.get(f"{lab.url}/foryou"),
        lambda: visit("layout_c", "captcha_v2", "cookie_banner"),
    ):
        open_page()
        assert {httpx.URL(name).host for name in network_requests(chromium)} == {"127.0.0.1"}
