import threading

import pytest

from tests.sources.web.lab_pages import Person, show
from tfw.lab.app import RunningLab
from tfw.sources.web.browser import Browser
from tfw.sources.web.captcha import (
    Captcha,
    CaptchaDesk,
    ask_nobody,
    find_captcha,
    wait_for_person,
)
from tfw.sources.web.failures import TooManyCaptchas
from tfw.sources.web.landing import read_landing
from tfw.sources.web.pace import Pace
from tfw.sources.web.states import PageState

pytestmark = pytest.mark.browser


def captcha_on(lab: RunningLab, browser: Browser, mode: str) -> Captcha:
    show(lab, browser, mode)
    captcha = find_captcha(browser)
    assert captcha is not None
    return captcha


@pytest.mark.parametrize(
    ("mode", "generation", "kind"), [("captcha_v1", "V1", "slide"), ("captcha_v2", "V2", "pick")]
)
def test_a_visible_captcha_is_found_with_its_generation_kind_and_place(
    lab: RunningLab, browser: Browser, mode: str, generation: str, kind: str
) -> None:
    captcha = captcha_on(lab, browser, mode)
    left, top, width, height = captcha.box
    assert (captcha.generation, captcha.kind) == (generation, kind)
    assert left >= 0
    assert top >= 0
    assert width > 200
    assert height > 100


def test_a_captcha_that_nobody_sees_is_none(lab: RunningLab, browser: Browser) -> None:
    show(lab, browser, "captcha_v1_hidden")
    assert browser.run("return document.querySelectorAll('.captcha_verify_container').length") == 1
    assert find_captcha(browser) is None
    browser.run(
        "const box = document.querySelector('.captcha_verify_container');"
        "box.style.visibility = 'visible'; box.style.position = 'fixed'; box.style.left = '-9999px'"
    )
    assert find_captcha(browser) is None


@pytest.mark.parametrize("mode", ["captcha_v1", "captcha_v2"])
def test_a_person_s_own_moves_make_it_go_away(lab: RunningLab, browser: Browser, mode: str) -> None:
    captcha = captcha_on(lab, browser, mode)
    person = Person(browser)
    assert wait_for_person(browser, captcha, seconds=30, poll=0.2, step=person)
    assert find_captcha(browser) is None
    assert lab.state()["web"]["captchas"]["solved"] > 0


def test_a_captcha_that_hides_for_a_moment_is_still_there(
    lab: RunningLab, browser: Browser
) -> None:
    captcha = captcha_on(lab, browser, "captcha_v2")
    browser.run("document.querySelector('#captcha_close_button').click()")  # back after a second
    assert not wait_for_person(browser, captcha, seconds=3, poll=0.8)


def test_a_person_may_decline(lab: RunningLab, browser: Browser) -> None:
    captcha = captcha_on(lab, browser, "captcha_v1")
    assert not wait_for_person(browser, captcha, seconds=600, poll=5, step=lambda: False)


def test_a_solved_captcha_brings_the_page_back_and_halves_the_rate(
    lab: RunningLab, browser: Browser
) -> None:
    captcha = captcha_on(lab, browser, "captcha_v1")
    pace = Pace(local=True)

    def ask(browser: Browser, captcha: Captcha) -> bool:
        return wait_for_person(browser, captcha, poll=0.2, step=Person(browser))

    desk = CaptchaDesk(ask, pace)
    assert desk.handle(browser, captcha)
    assert (desk.shown, desk.solved, pace.slowness) == (1, 1, 2)
    assert read_landing(browser).state is PageState.OK


def test_where_nobody_is_there_the_page_is_set_aside_and_the_third_ends_the_run(
    lab: RunningLab, browser: Browser
) -> None:
    captcha = captcha_on(lab, browser, "captcha_v2")
    pace = Pace(local=True)
    desk = CaptchaDesk(ask_nobody, pace)
    assert not desk.handle(browser, captcha)
    assert not desk.handle(browser, captcha)
    assert (desk.shown, desk.solved, pace.slowness) == (2, 0, 4)
    with pytest.raises(TooManyCaptchas, match="3 captchas"):
        desk.handle(browser, captcha)


def test_all_other_sessions_stand_still_while_a_person_is_asked(
    lab: RunningLab, browser: Browser
) -> None:
    captcha = captcha_on(lab, browser, "captcha_v1")
    pace, moved, seen = Pace(local=True), threading.Event(), []

    def session() -> None:
        pace.before_page()
        moved.set()

    def ask(browser: Browser, captcha: Captcha) -> bool:
        thread = threading.Thread(target=session, daemon=True)
        thread.start()
        seen.append(moved.wait(0.3))
        return False

    CaptchaDesk(ask, pace).handle(browser, captcha)
    assert seen == [False]
    assert moved.wait(20)
