import json
import time

import pytest

from tests.browser import console_errors, network_requests, open_chromium
from tests.report import world
from tfw.errors import InputError
from tfw.report.topics import BOX, read_topic_view, topics_fragment, topics_page

HOSTILE = ["</script><script>window.hit=1</script>", "<img src=x onerror=window.hit=1>", "a\u2028b"]


@pytest.fixture(scope="module")
def view():
    return world.topic_view()


def test_the_page_points_at_no_network(view):
    page = topics_page(view, "Topics of a test")
    for pointer in ('src="http', "src='http", '<link rel="stylesheet"', "@import", "url(http"):
        assert pointer not in page


def test_text_that_is_not_json_is_refused():
    with pytest.raises(InputError, match=r"not JSON.*PreparedData.to_json"):
        topics_page("<html>")


def test_json_that_is_no_topic_view_is_refused():
    with pytest.raises(InputError, match=r"lacks .*mdsDat"):
        read_topic_view(json.dumps({"R": 30}))
    with pytest.raises(InputError, match="lacks"):
        read_topic_view("[1]")


def test_numbers_that_are_not_finite_become_null(view):
    broken = json.loads(view)
    broken["mdsDat"]["x"][0] = float("nan")
    assert read_topic_view(json.dumps(broken))["mdsDat"]["x"][0] is None


def test_a_title_is_escaped(view):
    assert "<b>x</b>" not in topics_page(view, "<b>x</b>")


def test_a_term_cannot_end_the_script_it_stands_in():
    words = [*HOSTILE, *(f"word{n}" for n in range(40))]
    fragment = topics_fragment(world.topic_view(words))
    # The end of the data block and that of the script, and no other.
    assert fragment.count("</script>") == 2
    assert "<img" not in fragment


def test_names_of_topics_stand_beside_their_numbers_as_text(view):
    page = topics_page(view, names={1: "Shoes", 2: "<b>Bags</b>"})
    assert '<li value="1"><bdi>Shoes</bdi></li>' in page
    assert "<b>Bags" not in page
    bare = topics_page(view, names={1: "Shoes"}, bare=True)
    assert "<h1>" not in bare
    assert "Shoes" in bare


def test_styles_of_the_map_apply_to_the_map_alone(view):
    style = topics_fragment(view).split("</style>")[0]
    for rule in ("path {", "text {", ".container {", ".xaxis .tick.major {"):
        assert f".{BOX} {rule}" in style
        assert f"\n{rule}" not in style


@pytest.mark.browser
def test_the_map_is_drawn_without_a_network_and_reacts_to_a_click(tmp_path, view):
    path = tmp_path / "topics.html"
    path.write_text(topics_page(view), encoding="utf-8")
    browser = open_chromium(tmp_path)
    try:
        browser.get(path.as_uri())
        script = "return document.querySelectorAll(arguments[0]).length"
        assert browser.execute_script(script, f"#{BOX} circle.dot") == 6
        assert browser.execute_script(script, f"#{BOX} .overlay") == 0
        browser.execute_script(f"document.getElementById('{BOX}-topic-up').click()")
        assert browser.execute_script(script, f"#{BOX} .overlay") == 20
        assert browser.execute_script("return location.hash") == ""
        assert browser.execute_script("return [typeof d3, typeof LDAvis]") == ["undefined"] * 2
        assert network_requests(browser) == []
        assert console_errors(browser) == []
    finally:
        browser.quit()


@pytest.mark.browser
def test_hostile_terms_are_drawn_as_text(tmp_path):
    path = tmp_path / "topics.html"
    words = [*HOSTILE, *(f"word{n}" for n in range(12))]
    path.write_text(topics_page(world.topic_view(words)), encoding="utf-8")
    browser = open_chromium(tmp_path)
    try:
        browser.get(path.as_uri())
        browser.execute_script(
            "document.querySelectorAll('.terms').forEach(term =>"
            " term.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})))"
        )
        time.sleep(0.5)
        shown = browser.execute_script(
            "return [...document.querySelectorAll('.terms')].map(term => term.textContent)"
        )
        assert set(HOSTILE) <= set(shown)
        assert browser.execute_script("return window.hit === undefined")
    finally:
        browser.quit()


@pytest.mark.browser
def test_two_maps_on_one_page_do_not_disturb_each_other(tmp_path, view):
    path = tmp_path / "two.html"
    both = topics_fragment(view, "first-map") + topics_fragment(view, "second-map")
    path.write_text(f"<!doctype html><meta charset=utf-8>{both}", encoding="utf-8")
    browser = open_chromium(tmp_path)
    try:
        browser.get(path.as_uri())
        for box in ("first-map", "second-map"):
            script = f"return document.querySelectorAll('#{box} circle.dot').length"
            assert browser.execute_script(script) == 6
        assert console_errors(browser) == []
    finally:
        browser.quit()
