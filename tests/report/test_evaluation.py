import html
from contextlib import contextmanager

import pytest

from tests.browser import console_errors, network_requests, open_chromium
from tests.report import world
from tfw.relevance.evaluate import evaluate
from tfw.relevance.labels import Label, add_labels
from tfw.relevance.quality import Quality
from tfw.report.evaluation import (
    calibration_chart,
    evaluation_page,
    groups_chart,
    quality_chart,
    write_evaluation,
)
from tfw.report.html import write_report

LIMIT = 8_000_000
BEN = "<script>document.title='ben'</script>"


def fill(store, number=60, languages=("en", "de", "<b>xx</b>")):
    posts = [
        post.model_copy(update={"language": languages[place % len(languages)]})
        for place, post in enumerate(world.posts(number))
    ]
    store.upsert_posts(posts)
    scores = {post.id: world.scored(post) for post in posts}
    store.save_relevance(scores.items())
    labels = []
    for place, post in enumerate(posts):
        # Every twelfth verdict is wrong, and ben disagrees on every tenth post.
        said = scores[post.id].verdict != (place % 12 == 0)
        labels.append(Label(post_id=post.id, coder="ana", label="fashion" if said else "not"))
        other = said != (place % 10 == 5)
        labels.append(Label(post_id=post.id, coder=BEN, label="fashion" if other else "not"))
    add_labels(store, labels)
    return posts


@contextmanager
def opened(path, tmp_path, **view):
    browser = open_chromium(tmp_path, **view)
    try:
        browser.get(path.as_uri())
        yield browser
    finally:
        browser.quit()


def script(browser, code):
    return browser.execute_script(f"return {code}")


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_draws_its_charts_without_a_network(store, tmp_path, dark):
    fill(store)
    path = write_evaluation(evaluate(store), tmp_path / "evaluation.html")
    with opened(path, tmp_path, dark=dark) as browser:
        drawn = script(
            browser, "[...document.querySelectorAll('.chart .main-svg:first-child')].length"
        )
        assert drawn == script(browser, "document.querySelectorAll('.chart').length") == 4
        assert browser.title == "How good the verdicts are"
        assert network_requests(browser) == []
        assert console_errors(browser) == []
    assert path.stat().st_size < LIMIT


@pytest.mark.browser
def test_the_page_fits_a_phone(store, tmp_path):
    fill(store)
    path = write_evaluation(evaluate(store), tmp_path / "evaluation.html")
    with opened(path, tmp_path, width=390, height=800, mobile=True) as browser:
        assert script(browser, "document.documentElement.scrollWidth") == 390


@pytest.mark.browser
def test_the_report_has_the_evaluation_as_a_section(store, tmp_path):
    fill(store)
    found = evaluate(store)
    files = write_report(store, tmp_path / "run")
    with opened(files.html, tmp_path) as browser:
        text = script(browser, "document.querySelector('#quality').innerText").replace(
            "\u202f", " "
        )
        assert f"{found.verdict.hits} of {found.verdict.fashion} fashion posts are found" in text
        assert f"{found.verdict.f1.value * 100:.1f} %" in text
        assert "False alarms" in text
        assert script(browser, "document.querySelector('nav a[href=\"#quality\"]') !== null")
        assert network_requests(browser) == []
        assert console_errors(browser) == []
    assert files.html.stat().st_size < LIMIT


def test_a_report_without_labels_says_how_to_get_some(store, tmp_path):
    store.upsert_posts(world.posts(3))
    page = write_report(store, tmp_path).html.read_text(encoding="utf-8")
    assert "No labels yet." in page
    assert "07_tune_thresholds" in page
    add_labels(store, [Label(post_id="1", coder="ana", label="not")])
    assert "No labels yet." in write_report(store, tmp_path).html.read_text(encoding="utf-8")


def test_texts_and_people_are_hidden_and_escaped(store, settings):
    fill(store, 80)
    page = evaluation_page(evaluate(store), title="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page
    assert "document.title='ben'" not in page.replace("&#39;", "'")
    assert "sample_friend" not in page
    assert "<b>xx</b>" not in page
    assert "&lt;b&gt;xx&lt;/b&gt;" in page


def test_a_notebook_shows_the_tables_in_a_frame_without_scripts(store, settings):
    fill(store)
    shown = evaluate(store)._repr_html_()
    assert shown.startswith("<iframe srcdoc=")
    assert "<script" not in html.unescape(shown)
    assert len(shown) < 200_000


def test_charts_have_titles_units_and_words_to_hover_over(store, settings):
    fill(store)
    found = evaluate(store)
    for figure in (
        quality_chart(found.rules, "Rules"), groups_chart(found.groups["source"], "source"),
        calibration_chart(found),
    ):  # fmt: skip
        assert figure.layout.title.text
        assert figure.layout.xaxis.title.text
        assert all(trace.hovertemplate or trace.hoverinfo == "skip" for trace in figure.data)
    hover = quality_chart(found.rules, "Rules").data[0].text[0]
    assert hover.startswith("verdict: ")
    assert "95 % interval" in hover


def test_groups_without_any_fashion_are_drawn_as_far_as_they_go():
    groups = [Quality("only others", 0, 0, 0, 9), Quality("<b>mixed</b>", 5, 1, 1, 5)]
    figure = groups_chart(groups, "source")
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;mixed&lt;/b&gt; (12)"
    assert [len(trace.x) for trace in figure.data] == [1, 1]
