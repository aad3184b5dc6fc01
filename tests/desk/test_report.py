import gzip

import pytest
from selenium.webdriver.common.by import By

from tests.browser import console_errors
from tests.jupyter import kernel_state, open_notebook, run_all_cells, wait_for, write_notebook
from tests.report import world
from tests.runs.records import make_record, save_record
from tfw.desk.access import access
from tfw.desk.report.desk import NONE_YET, READ_ONLY, report_desk
from tfw.report.choices import ReportChoice
from tfw.report.html import write_report

A, B = "20261120T030000-daily", "20261121T030000-daily"


@pytest.fixture
def folder(home):
    return home / "outputs" / "by-hand"


def opened(store, folder, choice=None):
    """A desk as a person has it before them, with nothing written yet."""
    desk = report_desk(store, folder, choice, watched=True)
    assert desk.view is not None
    return desk


def press(desk):
    desk._button.click()
    desk.wait()


def page_shown(desk):
    return gzip.decompress(desk._frame.packed).decode() if desk._frame.packed else ""


def read_only(monkeypatch, token=None):
    monkeypatch.setenv("TFW_READ_ONLY", "1")
    if token:
        monkeypatch.setenv("TFW_DASHBOARD_TOKEN", token)
    access.cache_clear()


def run_with_report(store, settings, run_id, **choice):
    save_record(make_record(run_id, ["report"]), settings)
    return write_report(store, settings.outputs / run_id, ReportChoice(**choice)).folder


def test_what_is_chosen_in_the_form_goes_into_the_report(filled, folder):
    desk = opened(filled, folder)
    form = desk._form
    form.title.value = "Herbst <b>mode</b>"
    form.best_posts.value = "1.000"
    form.sources.value = ("web-tag",)
    form.sections["topics"].value = False
    form.exports["4cat"].value = False
    press(desk)
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "Herbst &lt;b&gt;mode&lt;/b&gt;" in page
    assert "from web-tag" in page
    assert '<section id="topics">' not in page
    assert not (folder / "posts-4cat.csv").exists()
    assert desk.counts["posts_in"] == filled.count("posts", {"source": "web-tag"})
    assert desk._message.text.startswith("Written: ")
    assert page_shown(desk) == page
    assert "post-ids.csv" in desk._files.value
    assert (folder / "methods.txt").read_text(encoding="utf-8")[:40] in desk._methods.value


def test_the_form_begins_with_the_parameters_of_the_notebook(filled, folder):
    choice = ReportChoice(
        title="Autumn", since="2026-09-03", until="2026-09-20", sources=("web-tag",),
        queries=("autumn-looks",), sections=("best",), exports=("ids",), privacy="redact",
        best_posts=7,
    )  # fmt: skip
    assert opened(filled, folder, choice)._form.choice() == choice


def test_names_need_a_reason_which_is_asked_for_in_words(filled, folder):
    desk = opened(filled, folder)
    assert desk._form.reason.layout.display == "none"
    desk._form.privacy.value = "keep"
    assert desk._form.reason.layout.display is None
    press(desk)
    assert "needs a reason" in desk._message.text
    assert not (folder / "report.html").exists()
    desk._form.reason.value = "consent, vote 12"
    press(desk)
    assert "consent, vote 12" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("typed", ["many", "-3", "1,5"])
def test_a_number_that_is_none_is_refused_in_words(filled, folder, typed):
    desk = opened(filled, folder)
    desk._form.best_posts.value = typed
    press(desk)
    assert desk._message.text
    assert not (folder / "report.html").exists()
    assert not desk._button.disabled


def test_the_posts_of_a_run_are_chosen_by_the_run(filled, folder, settings):
    save_record(make_record(A, ["score"]), settings)
    desk = opened(filled, folder)
    desk._form.scope.value = "new"
    assert desk._form.run.value == A
    press(desk)
    assert desk.counts["posts_in"] == 0
    assert "first time (begun 2026-11-21 21:04 UTC)" in page_shown(desk)


def test_two_runs_are_compared_at_the_desk(filled, folder, settings):
    run_with_report(filled, settings, A)
    filled.upsert_posts(list(world.posts(310))[300:])
    run_with_report(filled, settings, B)
    desk = opened(filled, folder)
    compare = desk._compare
    assert (compare.first.value, compare.second.value) == (A, B)
    compare.button.click()
    assert "came in" in compare.result.value
    assert "first 50" not in compare.result.value
    assert compare.result.value.count("/video/74") == 10


def test_one_run_alone_cannot_be_compared_and_the_desk_says_so(filled, folder, settings):
    run_with_report(filled, settings, A)
    compare = opened(filled, folder)._compare
    assert compare.button.disabled
    assert "Two runs with a report are needed" in compare.message.text


def test_before_the_first_report_the_desk_says_what_to_do(filled, folder):
    desk = opened(filled, folder)
    assert NONE_YET.replace("“", "“") in desk._files.value
    assert page_shown(desk) == ""


def test_an_earlier_report_can_be_read_again(filled, folder, settings):
    run_with_report(filled, settings, A, title="The old one")
    desk = opened(filled, folder)
    desk.write()
    desk._offer()
    desk._chosen.value = A
    assert "The old one" in page_shown(desk)


def test_a_read_only_page_writes_nothing_and_shows_what_is_there(
    filled, folder, settings, monkeypatch
):
    run_with_report(filled, settings, A, title="The nightly one")
    read_only(monkeypatch)
    desk = report_desk(filled, folder, watched=True)
    assert desk.write() is None
    assert desk.counts == {}
    assert desk.view is not None
    assert desk._message.text == READ_ONLY
    assert desk._editor.layout.display == "none"
    desk._button.disabled = False  # as whoever changes a widget from outside could
    press(desk)
    assert "read-only" in desk._message.text
    assert not (folder / "report.html").exists()
    assert "The nightly one" in page_shown(desk)


def test_the_token_opens_the_form(filled, folder, monkeypatch):
    read_only(monkeypatch, "a-token-of-this-test")
    desk = opened(filled, folder)
    assert desk._form.title.disabled
    access().unlock("a-token-of-this-test")
    assert desk._editor.layout.display is None
    assert not desk._form.title.disabled
    press(desk)
    assert (folder / "report.html").exists()


def test_a_report_with_names_is_not_shown_on_a_read_only_page(
    filled, folder, settings, monkeypatch
):
    kept = run_with_report(filled, settings, A, privacy="keep", reason="a test")
    read_only(monkeypatch)
    desk = opened(filled, folder)
    assert "with their names" in desk._message.text
    assert page_shown(desk) == ""
    assert "sample" not in desk._methods.value + desk._files.value
    page = (kept / "report.html").read_text(encoding="utf-8")
    (kept / "report.html").write_text(page.replace("tfw-privacy", "x"), encoding="utf-8")
    desk._offer()
    desk._show()
    assert page_shown(desk) == ""


def test_hostile_names_of_sources_and_queries_are_text_in_the_form(store, folder):
    attack = "<img src=x onerror=window.hit=1>\u202eabc"
    post = next(world.posts(1)).model_copy(update={"source": attack, "queries": (attack,)})
    store.upsert_posts([post])
    desk = opened(store, folder)
    for box in (desk._form.sources, desk._form.queries):
        assert [words for words, _ in box.options] == [attack.replace("\u202e", " ")]
        box.value = (attack,)
    press(desk)
    assert desk.counts["posts_in"] == 1


def test_in_a_run_the_desk_is_what_was_written(filled, folder):
    desk = report_desk(filled, folder, ReportChoice(title="<i>x</i>"), watched=False)
    assert "No report was written" in desk.static()
    desk.write()
    shown = desk._repr_mimebundle_()["text/html"]
    for part in ("report.html", "methods.txt", "post-ids.csv", "300 posts", "&lt;i&gt;x&lt;/i&gt;"):
        assert part in shown.replace("\u202f", " "), part
    assert "<script" not in shown


@pytest.mark.browser
@pytest.mark.slow
def test_a_person_writes_reads_and_compares_reports_in_jupyterlab(
    filled, home, settings, jupyterlab, person
):
    run_with_report(filled, settings, A)
    run_with_report(filled, settings, B)
    write_notebook(
        home / "notebooks" / "desk.ipynb",
        "from tfw.desk.report.desk import report_desk\nimport tfw\n"
        "desk = report_desk(tfw.open_store(), tfw.run_folder())\ndesk",
    )
    open_notebook(person, jupyterlab, "notebooks/desk.ipynb")
    run_all_cells(person)
    wait_for(lambda: shown(person, ".tfw-desk button"))
    wait_for(lambda: kernel_state(person) == "idle")
    title = wait_for(lambda: field(person, "Title"))
    title.clear()
    title.send_keys("My own title\t")
    press_button(person, "Write the report")
    page = home / "outputs" / "by-hand" / "report.html"
    wait_for(lambda: "Written:" in person.find_element(By.CSS_SELECTOR, ".tfw-desk").text)
    assert "My own title" in page.read_text(encoding="utf-8")

    (frame,) = wait_for(lambda: shown(person, "iframe.tfw-report-frame"))
    assert "allow-same-origin" not in frame.get_attribute("sandbox")
    person.switch_to.frame(frame)
    wait_for(lambda: "My own title" in person.find_element(By.TAG_NAME, "h1").text)
    wait_for(lambda: person.find_elements(By.CSS_SELECTOR, "#posted .plot-container"))
    person.switch_to.default_content()

    tabs = shown(person, ".tfw-desk .lm-TabBar-tab")
    (tab,) = [tab for tab in tabs if "Compare" in tab.text]
    tab.click()
    press_button(person, "Compare")
    wait_for(lambda: "are as before" in person.find_element(By.CSS_SELECTOR, ".tfw-desk").text)
    assert [e for e in console_errors(person) if e["level"] == "SEVERE"] == []


def shown(browser, selector):
    return [e for e in browser.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()]


def press_button(browser, words):
    buttons = [b for b in shown(browser, ".tfw-desk button") if b.text.strip() == words]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", buttons[0])
    buttons[0].click()


def field(browser, name):
    """The text field with this label."""
    for box in shown(browser, ".tfw-desk .widget-text"):
        if box.text.strip() == name:
            return box.find_element(By.TAG_NAME, "input")
    return None
