"""The query builder: what a person does in it, and what the file says after."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.browser import console_errors
from tests.jupyter import click, open_notebook, run_all_cells, wait_for
from tests.sources.research.labs import lab_with, shown_ids, stored_ids
from tests.sources.research.test_writing import video_queries
from tfw.desk.access import access
from tfw.desk.queries.desk import QueryBuilder, query_builder
from tfw.desk.queries.forms import form_for
from tfw.errors import QueryError
from tfw.runs.runner import run
from tfw.sources.research.reading import check_sections, read_query
from tfw.sources.research.sections import parse_ini
from tfw.sources.research.writing import write_query

TODAY = date(2026, 11, 22)
GOOD = """\
; Linen, and why.

; Whole hashtags.
[and_1]
operation = IN
field_name = hashtag_name
field_values = linen, linenshirt

[date]
start_date = 20230101
end_date = 20230131
"""


@pytest.fixture
def params(home) -> Path:
    (home / "params" / "query-linen.ini").write_text(GOOD)
    return home / "params"


@pytest.fixture
def desk(params):
    return opened(params, "query-linen.ini")


def opened(params, name) -> QueryBuilder:
    desk = QueryBuilder(params / name, folder=params, today=TODAY, watched=True)
    assert desk.view is not None
    return desk


def rows(desk, operator="and"):
    return desk._form._groups[operator].rows


def controls(row):
    field, operation, values, remove = row.widget.children[0].children
    return field, operation, values, remove


def type_values(row, text):
    controls(row)[2].children[0].value = text


def answer(desk, words):
    (button,) = [one for one in desk._question._buttons.children if words in one.description]
    button.click()


def test_what_a_file_says_stands_in_the_controls_and_below(desk):
    (row,) = rows(desk)
    field, operation, values, _ = controls(row)
    assert (field.value, operation.value) == ("hashtag_name", "IN")
    assert values.children[0].value == "linen, linenshirt"
    assert "cells below read this: query-linen.ini" in desk._state.text
    assert desk._bars.save.disabled
    shown = desk._shown.value
    assert "hashtag_name is one of linen, linenshirt" in shown
    assert "&#34;start_date&#34;: &#34;20230101&#34;" in shown
    assert "Windows: 31 of 1 day each" in shown
    assert "at least 31 requests" in shown


def test_a_wrong_value_is_told_beside_its_condition_and_cannot_be_saved(desk):
    (row,) = rows(desk)
    type_values(row, "linen shirt, linen")
    assert "'linen shirt' is no hashtag" in row.message.text
    assert "One thing is wrong" in desk._state.text
    assert desk._bars.save.disabled
    assert "stand here once nothing is wrong" in desk._shown.value
    type_values(row, "linen")
    assert row.message.text == ""
    assert "Not saved yet: the cells below read query-linen.ini as it is" in desk._state.text
    assert not desk._bars.save.disabled


def test_the_words_are_those_of_the_reader_of_files(desk, params):
    (row,) = rows(desk)
    controls(row)[0].value = "region_code"
    controls(row)[1].value = "EQ"
    type_values(row, "GB, uk")
    text = GOOD.replace("hashtag_name", "region_code").replace("= IN", "= EQ")
    (params / "q.ini").write_text(text.replace("linen, linenshirt", "GB, uk"))
    with pytest.raises(QueryError) as refusal:
        read_query(params / "q.ini")
    told = [line.partition("field_values: ")[2] for line in str(refusal.value).split("\n")]
    assert row.message.text.split("\n") == told
    assert len(told) == 2


def test_saving_changes_the_file_and_keeps_its_comments(desk, params):
    type_values(rows(desk)[0], "linen")
    desk._form._groups["not"].add()
    (new,) = rows(desk, "not")
    assert "the list is empty" in new.message.text
    controls(new)[0].value = "username"
    type_values(new, "demo.shop")
    desk._bars.save.click()
    text = (params / "query-linen.ini").read_text()
    assert text == GOOD.replace("linen, linenshirt", "linen").replace(
        "[date]",
        "[not_1]\noperation = IN\nfield_name = username\nfield_values = demo.shop\n\n[date]",
    )
    assert desk._message.text == "Saved as query-linen.ini; the cells below read it."
    assert desk._bars.save.disabled


def test_a_condition_that_is_taken_out_takes_its_comment_along_and_that_is_said(params):
    path = params / "query-linen.ini"
    other = (
        "; Words are noise.\n[or_1]\noperation = EQ\nfield_name = keyword\nfield_values = wool\n"
    )
    path.write_text(GOOD.replace("[date]", f"{other}\n[date]"))
    desk = opened(params, "query-linen.ini")
    controls(rows(desk, "or")[0])[3].click()
    desk._bars.save.click()
    assert "1 comment line went with what was taken out" in desk._message.text
    assert path.read_text() == GOOD


def test_days_are_typed_in_any_usual_way(desk, params):
    dates = desk._form._dates
    start, end = (one.widget.children[0] for one in dates._editors.values())
    start.value, end.value = "2023-01-05", "31.12.2023"
    assert desk._state.text.startswith("Nothing is wrong")
    end.value = "31.11.2023"
    assert dates.message.text.startswith("end_date: '20231131' is not a day of the calendar")
    end.value = "04.01.2023"
    assert "start_date: 20230105 is after end_date 20230104" in dates.message.text
    end.value = "today-3"
    desk._bars.save.click()
    assert "start_date = 20230105\nend_date = today-3\n" in (params / "query-linen.ini").read_text()


def test_options_are_checked_and_saved(desk, params):
    options = desk._form._options
    editors = options._editors
    editors["videos_per_day"].widget.value = "1.200"
    editors["window_days"].widget.value = "40"
    assert options.message.text == "window_days: 40 is not possible; 1 to 31 are."
    editors["window_days"].widget.value = "7"
    editors["is_random"].widget.value = "yes"
    editors["fields"].show(["id", "username"])
    desk._bars.save.click()
    query = read_query(params / "query-linen.ini")
    assert (query.videos_per_day, query.window_days, query.is_random) == (1200, 7, True)
    assert query.fields == ("id", "username")


def test_a_file_changed_by_somebody_else_is_not_overwritten_unasked(desk, params):
    path = params / "query-linen.ini"
    type_values(rows(desk)[0], "wool")
    path.write_text(GOOD.replace("linenshirt", "tweed"))
    desk._bars.save.click()
    assert "tweed" in path.read_text()
    assert "changed by somebody else" in desk._question._words.text
    answer(desk, "Go on editing")
    assert "tweed" in path.read_text()
    desk._bars.save.click()
    answer(desk, "Drop what is here")
    assert controls(rows(desk)[0])[2].children[0].value == "linen, tweed"
    type_values(rows(desk)[0], "wool")
    path.write_text(GOOD)
    desk._bars.save.click()
    answer(desk, "Overwrite it")
    assert read_query(path).and_[0].field_values == ("wool",)


def test_saving_under_a_name_that_is_taken_asks_first(desk, params):
    other = params / "queries" / "posts-by-sound.ini"
    before = other.read_text()
    desk._bars.target.value = "queries/posts-by-sound.ini"
    desk._bars.save.click()
    assert "is there already" in desk._question._words.text
    assert other.read_text() == before
    answer(desk, "Go on editing")
    desk._bars.target.value = "queries/linen-too.ini"
    desk._bars.save.click()
    assert desk.query_file == params / "queries" / "linen-too.ini"
    assert desk.query_file.read_text() == GOOD
    assert "queries/linen-too.ini" in [name for name, _ in desk._bars.files.options]


def test_a_name_outside_the_folder_is_refused_in_words(desk):
    desk._bars.target.value = "../secret.ini"
    assert "lies outside params/" in desk._state.text
    assert desk._bars.save.disabled


def test_loading_another_file_drops_changes_only_when_told_to(desk, params):
    type_values(rows(desk)[0], "wool")
    desk._bars.files.value = str(params / "queries" / "posts-by-sound.ini")
    desk._bars.load.click()
    assert desk.query_file.name == "query-linen.ini"
    answer(desk, "Drop the changes")
    assert desk.query_file.name == "posts-by-sound.ini"
    assert controls(rows(desk, "or")[0])[0].value == "music_id"


def test_a_new_query_begins_with_what_it_lacks(desk):
    desk._bars.new.click()
    assert "the list is empty" in rows(desk)[0].message.text
    type_values(rows(desk)[0], "linen")
    desk._bars.target.value = "queries/new-linen.ini"
    desk._bars.save.click()
    assert read_query(desk.query_file, today=TODAY).start_date == date(2026, 11, 13)


def test_a_yaml_file_is_saved_as_ini_under_a_new_name(params):
    path = params / "queries" / "linen.yaml"
    path.write_text(
        "# why\nand:\n  - {operation: EQ, field_name: keyword, field_values: linen}\n"
        "date: {start_date: 20230101, end_date: 20230131}\n"
    )
    desk = opened(params, "queries/linen.yaml")
    assert "Its comments (1) are not carried over" in desk._message.text
    desk._bars.save.click()
    assert desk.query_file == path.with_suffix(".ini")
    assert read_query(desk.query_file) == read_query(path)


def test_a_list_query_is_edited_as_far_as_its_keys_allow(params):
    desk = opened(params, "queries/comments.ini")
    editors = desk._form._form._editors
    assert editors["video_ids"].texts() == ["7472336753637412325", "7472336682542638863"]
    assert desk._bars.save.disabled
    editors["video_ids"].show(["7.47E+18"])
    assert "was rounded by a spreadsheet" in desk._form._form.message.text
    editors["video_ids"].show(["7472336753637412325"])
    editors["replies"].widget.value = "yes"
    desk._bars.save.click()
    query = read_query(desk.query_file)
    assert (query.targets, query.replies) == (("7472336753637412325",), True)
    assert "; The replies to the comments too" in desk.query_file.read_text()


def test_every_example_is_shown_unchanged(params):
    for path in sorted((params / "queries").iterdir()):
        desk = opened(params, f"queries/{path.name}")
        assert desk._state.text.startswith("Nothing is wrong"), path.name
        assert ("Not saved yet" in desk._state.text) is (path.suffix == ".yaml"), path.name


# Making widgets is slow, and so would be the search for the smallest failing query.
@settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(video_queries())
def test_any_query_comes_out_of_the_controls_as_it_went_in(query):
    path = Path("query.ini")
    try:
        sections = parse_ini(path, write_query(query))
    except QueryError:  # marks that no INI file can hold
        return
    asked, problems = check_sections(path, form_for(sections, list).sections(path))
    assert problems == []
    assert asked == query


def test_a_key_that_does_not_exist_is_told_beside_its_condition_and_not_lost(params):
    (params / "query-linen.ini").write_text(GOOD.replace("operation =", "operator ="))
    desk = opened(params, "query-linen.ini")
    assert "there is no such key (did you mean operation?)" in rows(desk)[0].message.text
    controls(rows(desk)[0])[1].value = "EQ"
    assert desk._bars.save.disabled


def test_a_yaml_file_that_nobody_touched_is_left_without_a_question(params):
    desk = opened(params, "queries/posts-by-hashtags.yaml")
    desk._bars.files.value = str(params / "query-linen.ini")
    desk._bars.load.click()
    assert desk.query_file.name == "query-linen.ini"


def test_the_notebook_runs_without_a_person_and_shows_the_query(params, store):
    plan = params / "one.yaml"
    plan.write_text(
        "lab: {seed: 7, posts: 60}\nsteps:\n  - notebook: 01_query_posts\n"
        "    parameters: {query_file: params/query-demo.ini, max_requests: 5}\n"
    )
    record = run(plan)
    assert record.is_complete, record.reason
    (executed,) = (params.parent / "outputs" / record.id).glob("*01_query_posts*.ipynb")
    text = executed.read_text()
    for part in ("Query file query-demo.ini", "Windows and cost", "Request (JSON)"):
        assert part in text
    assert store.count("posts") > 0


def test_a_mistake_of_the_file_that_no_control_shows_is_told_and_kept(params):
    text = GOOD.replace("[and_1]", "[xor_1]")
    (params / "query-linen.ini").write_text(text)
    desk = opened(params, "query-linen.ini")
    assert "[xor_1]: there is no such section" in desk._state.text
    assert desk._bars.save.disabled


def test_an_operation_that_does_not_exist_is_shown_as_it_stands(params):
    (params / "query-linen.ini").write_text(GOOD.replace("= IN", "= LIKE"))
    desk = opened(params, "query-linen.ini")
    (row,) = rows(desk)
    assert controls(row)[1].value == "LIKE"
    assert "'LIKE' is no operation" in row.message.text
    controls(row)[1].value = "IN"
    assert desk._state.text.startswith("Nothing is wrong")


def test_a_file_that_cannot_be_read_leaves_it_alone(params):
    (params / "query-linen.ini").write_text("operation IN")
    desk = opened(params, "query-linen.ini")
    assert "stands before the first section" in desk._message.text
    assert desk._bars.target.value == "queries/new-query.ini"


def test_a_file_that_is_not_there_is_begun(params):
    desk = opened(params, "queries/none-yet.ini")
    assert "none-yet.ini is not there yet; Save makes it" in desk._message.text
    type_values(rows(desk)[0], "linen")
    desk._bars.save.click()
    assert (params / "queries" / "none-yet.ini").is_file()


def test_hostile_text_is_shown_as_text(params):
    evil = "<script>alert(1)</script>\u202e"
    text = GOOD.replace("hashtag_name", "keyword").replace("linenshirt", f'"{evil}"')
    (params / "query-linen.ini").write_text(text)
    desk = opened(params, "query-linen.ini")
    unwatched = QueryBuilder(params / "query-linen.ini", folder=params, watched=False)
    for html in (desk._shown.value, str(unwatched.page())):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


def test_a_read_only_page_saves_nothing(params, monkeypatch):
    monkeypatch.setenv("TFW_READ_ONLY", "1")
    monkeypatch.setenv("TFW_DASHBOARD_TOKEN", "open sesame")
    access.cache_clear()
    desk = opened(params, "query-linen.ini")
    type_values(rows(desk)[0], "wool")
    assert desk._bars.save.disabled
    desk._bars.save.click()
    assert "read-only" in desk._message.text
    assert (params / "query-linen.ini").read_text() == GOOD
    access().unlock("open sesame")
    assert not desk._bars.save.disabled


def test_a_run_that_nobody_watches_shows_the_file(params):
    desk = query_builder("params/query-linen.ini", watched=False)
    html = desk._repr_mimebundle_()["text/html"]
    for part in ("Query file query-linen.ini", "In words", "Windows and cost", "Request (JSON)"):
        assert part in html
    (params / "query-linen.ini").write_text(GOOD.replace("linen,", "linen dress,"))
    html = desk._repr_mimebundle_()["text/html"]
    assert "line 7, [and_1], field_values: &#39;linen dress&#39; is no hashtag" in html


CARD = "//div[contains(@class,'condition')]"
SAVE = ".tfw-desk button.mod-primary"


def shown_text(browser: webdriver.Chrome) -> str:
    return browser.execute_script("return document.querySelector('.tfw-desk')?.innerText ?? ''")


def last_card(browser: webdriver.Chrome):
    return browser.find_elements(By.XPATH, CARD)[-1]


def of_last_card(browser: webdriver.Chrome, what: str) -> str:
    """Something of the last condition, read in one step, as its parts come and go."""
    return browser.execute_script(
        f"const card = [...document.querySelectorAll('.condition')].at(-1); return {what} ?? ''"
    )


@pytest.mark.browser
@pytest.mark.slow
def test_a_person_builds_saves_and_loads_a_query_and_collects_it(
    params, store, person, monkeypatch, request
):
    with lab_with(posts=120, days=10) as lab:
        monkeypatch.setenv("TFW_RESEARCH_API_URL", lab.url)
        monkeypatch.setenv("TFW_RESEARCH_CLIENT_KEY", lab.client_key)
        monkeypatch.setenv("TFW_RESEARCH_CLIENT_SECRET", lab.client_secret)
        url = request.getfixturevalue("jupyterlab")
        build_and_save(person, url, params, lab)
        load_again(person, url)
        collect(person, store, lab)
    assert not [one for one in console_errors(person) if "tfw" in one["message"]]


def build_and_save(browser, url, params, lab):
    world = lab.lab.world
    last = world.end - timedelta(seconds=1)
    text = GOOD.replace("20230101", f"{world.start:%Y%m%d}").replace("20230131", f"{last:%Y%m%d}")
    (params / "query-video.ini").write_text(text)
    open_notebook(browser, url, "notebooks/01_query_posts.ipynb")
    run_cells(browser, 4)
    wait_for(lambda: browser.find_elements(By.CSS_SELECTOR, ".query-view"))

    click(browser, "//button[contains(., 'Add a condition (not)')]")
    wait_for(lambda: len(browser.find_elements(By.XPATH, CARD)) == 2)
    wait_for(lambda: "the list is empty" in of_last_card(browser, "card?.innerText"))
    wait_for(lambda: not browser.find_element(By.CSS_SELECTOR, SAVE).is_enabled())
    field, operation = last_card(browser).find_elements(By.TAG_NAME, "select")
    Select(field).select_by_visible_text("region_code")
    box = "//input[@placeholder='type a name and choose']"
    wait_for(lambda: last_card(browser).find_elements(By.XPATH, f".{box}"))
    last_card(browser).find_element(By.XPATH, f".{box}").send_keys("de", Keys.ENTER)
    value = "card?.querySelector('textarea')?.value"
    wait_for(lambda: of_last_card(browser, value) == "DE")
    Select(field).select_by_visible_text("username")
    hint = "card?.querySelector('textarea')?.placeholder"
    wait_for(lambda: "handles without @" in of_last_card(browser, hint))
    Select(operation).select_by_visible_text("is (EQ)")
    last_card(browser).find_element(By.TAG_NAME, "textarea").send_keys("@nobody")
    wait_for(lambda: "has an @ in it" in of_last_card(browser, "card?.innerText"))
    last_card(browser).find_element(By.TAG_NAME, "textarea").send_keys(
        Keys.CONTROL + "a", Keys.NULL, "nobody.at.all"
    )
    wait_for(lambda: "Nothing is wrong. Not saved yet" in shown_text(browser))
    wait_for(lambda: '"field_values": [ "nobody.at.all" ]' in shown_text(browser))

    removes = browser.find_elements(By.XPATH, f"{CARD}//button[contains(., 'Remove')]")
    removes[0].click()
    wait_for(lambda: len(browser.find_elements(By.XPATH, CARD)) == 1)
    browser.find_element(By.CSS_SELECTOR, SAVE).click()
    wait_for(lambda: "Saved as query-video.ini" in shown_text(browser))
    assert "field_values = nobody.at.all" in (params / "query-video.ini").read_text()
    assert "[and_1]" not in (params / "query-video.ini").read_text()


def load_again(browser, url):
    open_notebook(browser, url, "notebooks/01_query_posts.ipynb")
    run_cells(browser, 4)
    wait_for(lambda: len(browser.find_elements(By.XPATH, CARD)) == 1)
    value = "card?.querySelector('textarea')?.value"
    wait_for(lambda: of_last_card(browser, value) == "nobody.at.all")


def collect(browser, store, lab):
    """Run all: what the saved file asks for is collected, all of it and nothing else."""
    run_all_cells(browser)
    notebook = browser.find_element(By.CSS_SELECTOR, ".jp-Notebook")
    wait_for(lambda: "new posts" in notebook.text)
    assert stored_ids(store) == shown_ids(lab)


def run_cells(browser, number):
    """Run the first cells, one after another, from the keyboard."""
    browser.find_elements(By.CSS_SELECTOR, ".jp-NotebookPanel .jp-Cell")[0].click()
    body = browser.switch_to.active_element
    body.send_keys(Keys.ESCAPE)
    for _ in range(number):
        browser.switch_to.active_element.send_keys(Keys.SHIFT, Keys.ENTER)
