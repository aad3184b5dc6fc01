import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By

from tests.browser import open_chromium
from tests.jupyter import open_notebook, run_all_cells, running_jupyterlab, wait_for, write_notebook
from tfw.desk.obstacles import UNATTENDED, CaptchaPanel
from tfw.lab.app import running_lab
from tfw.lab.content import World
from tfw.sources.web.browser import open_browser

KNOB = """
const box = document.querySelector(".secsdk-captcha-drag-icon").getBoundingClientRect();
return [box.left + box.width / 2, box.top + box.height / 2, innerWidth, innerHeight];
"""


@pytest.fixture
def lab():
    with running_lab(World(seed=3, posts=40)) as lab:
        yield lab


@pytest.fixture
def desk(home, lab, tmp_path, monkeypatch):
    """A JupyterLab whose notebook collects from the lab, and a person's browser."""
    monkeypatch.setenv("TFW_TIKTOK_URL", lab.url)
    write_notebook(
        home / "notebooks" / "panel.ipynb",
        "import tfw\npanel = tfw.captcha_panel()\npanel",
        "store = tfw.open_store()\n"
        "summary = await panel.collect(\n"
        "    tfw.scrape_posts, store, posts_to_scrape=5, progress=False\n"
        ")\nprint(summary)",
    )
    with running_jupyterlab(home, tmp_path) as url:
        browser = open_chromium(tmp_path, 1280, 1100)
        try:
            open_notebook(browser, url, "notebooks/panel.ipynb")
            yield browser
        finally:
            browser.quit()


def output(browser):
    return "\n".join(
        e.text for e in browser.find_elements(By.CSS_SELECTOR, ".jp-OutputArea-output")
    )


def where_the_knob_is(lab):
    """Where a person sees it, as shares of the window's width and height."""
    with open_browser(site=lab.url) as other:
        other.open("/foryou")
        left, top, width, height = wait_for(lambda: knob_of(other))
    return left / width, top / height


def knob_of(browser):
    there = browser.run("return document.querySelector('.secsdk-captcha-drag-icon') !== null")
    return browser.run(KNOB) if there else None


@pytest.mark.browser
@pytest.mark.slow
def test_a_person_solves_a_captcha_in_the_panel_and_the_collection_goes_on(desk, lab, store):
    lab.control(web={"modes": ["captcha_v1"]})
    across, down = where_the_knob_is(lab)
    run_all_cells(desk)
    (picture,) = wait_for(lambda: shown(desk, ".tfw-captcha .page"))
    box = picture.size
    start = (round((across - 0.5) * box["width"]), round((down - 0.5) * box["height"]))
    drag = ActionChains(desk).move_to_element_with_offset(picture, *start).click_and_hold()
    for step in range(1, 14):
        drag.move_by_offset(round(0.02 * box["width"]), step % 2).pause(0.05)
    drag.release().perform()

    wait_for(lambda: "5 new posts" in output(desk))

    assert "Solved, thank you" in output(desk)
    assert store.count("posts") >= 5
    assert lab.state()["web"]["captchas"]["solved"] == 1


@pytest.mark.browser
@pytest.mark.slow
def test_a_person_may_leave_a_captcha_alone(desk, lab, store):
    lab.control(web={"modes": ["captcha_v2"]})
    run_all_cells(desk)
    (button,) = wait_for(lambda: shown(desk, ".tfw-captcha .aside"))
    button.click()

    wait_for(lambda: "Failed" in output(desk))

    assert "as you asked" in output(desk)
    assert "captcha" in output(desk)
    assert store.count("posts") == 0


def shown(browser, selector):
    return [e for e in browser.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()]


def test_a_run_that_nobody_watches_asks_nobody_and_says_so():
    panel = CaptchaPanel(watched=False)
    assert UNATTENDED in panel._repr_mimebundle_()["text/html"]
