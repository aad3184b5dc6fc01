import time
from collections.abc import Callable, Iterator

import pytest

from tests.sources.web.lab_pages import show
from tests.sources.web.small_site import SmallSite, small_site
from tfw.lab.app import RunningLab
from tfw.sources.web.browser import Browser
from tfw.sources.web.obstacles import LoginWall, Seen, clear_obstacles

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site() -> Iterator[SmallSite]:
    with small_site() as site:
        yield site


def seen_when(browser: Browser, wanted: Callable[[Seen], bool]) -> Seen:
    for _ in range(300):
        if wanted(seen := clear_obstacles(browser)):
            return seen
        time.sleep(0.05)
    raise AssertionError("it was never seen")


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("login_modal", "login"),
        ("guest_modal", "login"),
        ("cookie_banner", "cookies"),
        ("guided_tour", "tour"),
        ("app_box", "box"),
        ("keyboard_box", "box"),
    ],
)
@pytest.mark.parametrize("language", ["", "localised_de", "localised_vi", "localised_es"])
def test_what_lies_over_the_page_is_closed_in_every_language(
    lab: RunningLab, browser: Browser, mode: str, name: str, language: str
) -> None:
    show(lab, browser, *filter(None, (mode, language)))
    seen = seen_when(browser, lambda seen: name in seen.found)
    assert name in seen.closed
    assert seen.stuck == ()
    assert clear_obstacles(browser) == Seen()


def test_optional_cookies_are_declined(lab: RunningLab, browser: Browser) -> None:
    show(lab, browser, "cookie_banner")
    seen_when(browser, lambda seen: "cookies" in seen.closed)
    assert "lab_consent=declined" in browser.run("return document.cookie")


def test_a_pop_up_that_cannot_be_closed_is_a_login_wall(lab: RunningLab, browser: Browser) -> None:
    show(lab, browser, "unclosable_modal")
    wall = LoginWall()
    seen = seen_when(browser, lambda seen: seen.login)
    assert seen.stuck == ("login",)
    assert wall.note(seen)
    assert "cannot be closed" in wall.reason


def test_a_pop_up_that_returns_three_times_is_a_login_wall(
    lab: RunningLab, browser: Browser
) -> None:
    show(lab, browser, "returning_modal")
    wall = LoginWall()
    for _ in range(2):
        assert not wall.note(seen_when(browser, lambda seen: seen.login))
    assert wall.note(seen_when(browser, lambda seen: seen.login))
    assert "came back 3 times" in wall.reason


def test_a_clean_page_has_nothing_to_close(lab: RunningLab, browser: Browser) -> None:
    show(lab, browser)
    assert clear_obstacles(browser) == Seen()
    assert not LoginWall().note(Seen())


@pytest.mark.parametrize("mode", ["captcha_v1", "captcha_v2"])
def test_a_captcha_is_never_touched(lab: RunningLab, browser: Browser, mode: str) -> None:
    show(lab, browser, mode)
    look = "return document.querySelector('.captcha_verify_container, .captcha-verify-container')"
    seen_when(browser, lambda seen: browser.run(look) is not None)
    assert clear_obstacles(browser) == Seen()
    shown = browser.run(look + ".getBoundingClientRect().height")
    assert shown > 0


REFRESH = """
<div class="css-1-DivErrorContainer"><p>Something went wrong</p>
<button onclick="window.pressed = (window.pressed || 0) + 1">Refresh</button></div>
"""


def test_refresh_is_pressed_once_a_page(browser: Browser, site: SmallSite) -> None:
    browser.open(site.url + site.show("/refresh", REFRESH))
    first, second = clear_obstacles(browser), clear_obstacles(browser)
    assert (first.closed, second.stuck) == (("refresh",), ("refresh",))
    assert browser.run("return window.pressed") == 1


HIDDEN = """
<div id="login-modal" style="display:none"><button data-e2e="modal-close-inner-button"
onclick="window.pressed = 1">x</button></div><a href="/login">Log in</a>
"""


def test_a_pop_up_that_nobody_can_see_is_left_alone(browser: Browser, site: SmallSite) -> None:
    browser.open(site.url + site.show("/hidden", HIDDEN))
    assert clear_obstacles(browser) == Seen()
    assert browser.run("return window.pressed") is None
