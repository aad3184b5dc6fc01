"""The desk of thresholds: what moves with a slider, what is saved, and in a real JupyterLab."""

import threading

import numpy as np
import pytest
import yaml
from pydantic import SecretStr
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By

from tests.jupyter import kernel_state, open_notebook, run_all_cells, wait_for
from tests.report import world
from tfw.desk import access as access_module
from tfw.desk.access import Access
from tfw.desk.thresholds.desk import thresholds_desk
from tfw.desk.thresholds.figure import BarBins
from tfw.errors import InputError
from tfw.relevance.labels import Label, add_labels
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.score import apply_thresholds
from tfw.relevance.thresholds import Thresholds, read_thresholds
from tfw.runs.runner import run

HOSTILE = (
    "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\"> "
    "=HYPERLINK(1) \u202egnp.exe @some.body linen"
)


@pytest.fixture
def desk(filled):
    return shown(filled)


def shown(store, **options):
    desk = thresholds_desk(store, watched=True, **options)
    assert desk.view is not None
    return desk


def drag(desk, label):
    desk.label.slider.value = label


def label_posts(store, number=60, drawn=None):
    """Labels that agree with the stored verdicts but for every tenth."""
    posts = [*store.posts({}, ["relevance"])][:number]
    said = [post["relevance"]["verdict"] != (place % 10 == 0) for place, post in enumerate(posts)]
    add_labels(
        store,
        [
            Label(
                post_id=post["_id"], coder="ana", label="fashion" if fashion else "not", drawn=drawn
            )
            for post, fashion in zip(posts, said, strict=True)
        ],
    )


def cells(html):
    """The second row of the table of counts: what is tried."""
    return html.partition("tried here, not saved")[2].partition("</tr>")[0]


def test_dragging_moves_counts_lines_and_bars(desk):
    columns = desk.columns
    before = columns.counts(Thresholds())
    assert "tried here" not in desk._counts.value
    drag(desk, 0.9)
    after = columns.counts(Thresholds(label=0.9))
    assert after.fashion < before.fashion
    assert f">{after.fashion}<" in cells(desk._counts.value)
    figure = desk.figure.widget
    assert figure.layout.shapes[2].x0 == 0.9
    assert figure.layout.annotations[0].text == "label > 0.9"
    in_bars = sum(figure.data[2].y)
    assert in_bars == after.fashion == sum(figure.data[4].x)
    assert sum(figure.data[0].marker.color) == after.fashion


def test_a_page_that_is_loaded_again_gets_the_figure_as_it_is_now(desk):
    drag(desk, 0.9)
    state = desk.figure.widget.get_state()
    assert state["_widget_layout"]["shapes"][2]["x0"] == 0.9
    sent = np.asarray(state["_widget_data"][2]["y"]["buffer"])
    assert sent.tolist() == desk.figure.widget.data[2].y.tolist()


def test_posts_that_change_side_are_listed_and_counted(desk):
    drag(desk, 0.9)
    changed = desk.columns.changed(Thresholds(), Thresholds(label=0.9))
    assert f"0 posts come in, {len(changed.out_of)} posts go out" in desk.posts.table.value
    listed = {value for _, value in desk.posts.choice.options if value}
    assert listed <= set(changed.out_of)
    assert len(listed) == min(50, len(changed.out_of))
    desk.back_to_file()
    assert desk.label.value == 0.5
    assert "no post changes side" in desk.posts.table.value.lower()


def test_precision_and_recall_follow_the_labels(filled):
    label_posts(filled)
    desk = shown(filled)
    assert "on 60 labelled posts" in desk._counts.value
    assert "0.9" in desk._counts.value
    drag(desk, 1.0)
    assert "these thresholds judge worse" in desk._counts.value


def test_without_labels_the_desk_says_what_is_needed(desk):
    assert "need labels" in desk._counts.value
    assert desk.at_random.disabled


def test_labels_drawn_at_random_can_be_looked_at_alone(filled):
    label_posts(filled, 20, drawn="random")
    desk = shown(filled)
    label_posts(filled, 90, drawn="near")
    desk.read_again()
    finish(desk)
    assert "on 90 labelled posts" in desk._counts.value
    label_posts(filled, 20, drawn="random")
    desk.read_again()
    finish(desk)
    desk.at_random.value = True
    assert "on 20 labelled posts" in desk._counts.value


def finish(desk):
    for thread in threading.enumerate():
        if thread.name == "read scores":
            thread.join(60)
    assert not desk.again.disabled


def test_new_scores_and_labels_are_seen_after_reading_again(desk, filled):
    label_posts(filled, 10)
    apply_thresholds(filled, Thresholds(name="other", label=0.7))
    desk.read_again()
    finish(desk)
    assert "300 scored posts, 10 of them labelled" in desk.message.text
    assert "on 10 labelled posts" in desk._counts.value
    assert "still by <bdi>other</bdi>" in desk._head.value


@pytest.mark.parametrize(("typed", "label"), [("0,55", 0.55), ("0.625", 0.625), (" 1 ", 1.0)])
def test_numbers_may_be_typed_with_a_comma(desk, typed, label):
    desk.label.field.value = typed
    assert desk.tried.label == label
    assert desk.label.slider.value == label
    assert float(desk.label.field.value) == label


@pytest.mark.parametrize("typed", ["1,5", "-0.1", "half", "nan"])
def test_a_number_that_cannot_be_one_is_explained_and_changes_nothing(desk, typed):
    drag(desk, 0.7)
    desk.label.field.value = typed
    assert typed in desk.message.text
    assert desk.tried.label == 0.7
    assert desk.label.field.value == "0.70"


def test_a_threshold_of_terms_is_whole_and_may_lie_beyond_the_slider(desk):
    desk.vocabulary.field.value = "2,5"
    assert "not a whole number" in desk.message.text
    desk.vocabulary.field.value = "16"
    assert "not between 0 and 15" in desk.message.text
    desk.vocabulary.slider.value = 3
    assert desk.tried.vocabulary == 3


def test_a_click_on_a_point_shows_the_post_and_why(desk):
    place = 7
    post_id = str(desk.columns.post_ids[desk.figure.points[place]])
    click(desk, place)
    assert f"post {post_id}" in desk.posts.card.value
    assert desk.posts.post_id.value == post_id
    assert len(desk.figure.widget.data[1].x) == 1
    drag(desk, 0.0)
    assert "above 0.00" in desk.posts.card.value  # the card is by the thresholds that are tried


def click(desk, place):
    """What Plotly's view sends when a point is clicked."""
    desk.figure.widget._handler_js2py_pointsCallback(
        {
            "new": {
                "event_type": "plotly_click",
                "points": {
                    "trace_indexes": [0], "point_indexes": [place], "xs": [0.1], "ys": [0.2],
                },
                "device_state": None,
                "selector": None,
            }
        }
    )  # fmt: skip


def test_a_post_can_be_chosen_by_keyboard_from_the_list_or_by_its_id(desk):
    drag(desk, 0.9)
    _, chosen = desk.posts.choice.options[2]
    desk.posts.choice.value = chosen
    assert f"post {chosen}" in desk.posts.card.value
    other = str(desk.columns.post_ids[0])
    desk.posts.post_id.value = f" {other} "
    assert f"post {other}" in desk.posts.card.value
    desk.posts.post_id.value = "12"
    assert "There is no post '12'" in desk.message.text
    desk.posts.post_id.value = ""
    assert desk.posts.card.value == ""


def test_saving_writes_the_file_with_name_reason_and_time_and_notes_it(desk, home, filled):
    path = home / "params" / "thresholds.yaml"
    head = path.read_text().splitlines()[0]
    drag(desk, 0.63)
    desk.form.fill(" strict:\n# er ", "beauty 'posts' came in 💄")
    desk.form.button.click()
    assert "Saved in thresholds.yaml" in desk.form.message.text
    assert path.read_text().splitlines()[0] == head
    saved = Thresholds.load(path)
    assert (saved.label, saved.name, saved.reason) == (
        0.63, "strict: # er", "beauty 'posts' came in 💄",
    )  # fmt: skip
    assert saved.at is not None
    (noted,) = read_thresholds(filled)
    assert (noted.thresholds, noted.by, noted.applied_at) == (saved, "first coder", None)
    assert "strict: # er" in desk._head.value
    assert "not yet" in desk._history.value
    again = shown(filled)
    assert again.label.value == 0.63
    assert "strict: # er" in again._head.value


@pytest.mark.parametrize(
    ("name", "reason", "message"), [("", "why", "no name"), ("x", " ", "no reason")]
)
def test_a_set_without_name_or_reason_is_not_saved(desk, home, name, reason, message):
    before = (home / "params" / "thresholds.yaml").read_text()
    drag(desk, 0.63)
    desk.form.fill(name, reason)
    desk.form.button.click()
    assert message in desk.form.message.text
    assert (home / "params" / "thresholds.yaml").read_text() == before


def test_an_unchanged_pair_is_not_saved(desk):
    desk.form.fill("same", "no reason at all")
    desk.form.button.click()
    assert "Nothing was saved: thresholds.yaml already has" in desk.form.message.text


def test_a_file_that_somebody_else_changed_meanwhile_is_not_overwritten(desk, home):
    path = home / "params" / "thresholds.yaml"
    drag(desk, 0.63)
    path.write_text("label: 0.4\nvocabulary: 1\nname: of somebody else\n")
    desk.form.fill("mine", "because")
    desk.form.button.click()
    assert "changed meanwhile: of somebody else" in desk.form.message.text
    assert Thresholds.load(path).label == 0.4
    assert desk.tried.label == 0.63
    assert "of somebody else" in desk._head.value
    desk.form.button.click()
    assert Thresholds.load(path).name == "mine"


def test_a_read_only_page_replays_and_saves_nothing(filled, home, monkeypatch):
    locked = Access(read_only=True, token=SecretStr("open sesame"))
    for module in ("tfw.desk.thresholds.desk", "tfw.desk.thresholds.save_form"):
        monkeypatch.setattr(f"{module}.access", lambda: locked)
    desk = shown(filled)
    assert desk.form.button.disabled
    drag(desk, 0.63)
    desk.form.fill("mine", "because")
    with pytest.raises(access_module.AccessError):
        desk.save()
    assert Thresholds.load(home / "params" / "thresholds.yaml").label == 0.5
    locked.unlock("open sesame")
    assert not desk.form.button.disabled
    desk.save()
    assert Thresholds.load(home / "params" / "thresholds.yaml").label == 0.63


def test_texts_of_the_platform_are_shown_as_text_and_names_are_hidden(store):
    (post,) = world.posts(1)
    hostile = post.model_copy(update={"description": HOSTILE})
    store.upsert_posts([hostile])
    store.save_relevance([(post.id, world.scored(hostile, label=0.7))])
    desk = shown(store)
    drag(desk, 0.9)
    desk.posts.choice.value = post.id
    html = desk.posts.table.value + desk.posts.card.value
    assert "<script>document" not in html
    assert "<img" not in html
    assert "&lt;script&gt;document" in html
    assert "some.body" not in html
    ((_, _), (option, _)) = desk.posts.choice.options
    assert "\u202e" not in option


def test_a_database_without_scores_is_no_error(store):
    desk = shown(store)
    assert "No post has scores yet" in desk._figure_box.children[0].value
    drag(desk, 0.7)
    assert desk.closest() is None
    assert "No post has scores yet" in desk.static()


def test_a_post_without_label_score_is_in_no_bar_of_it():
    columns = ScoreColumns.of(["1", "2", "3"], [None, 0.0, 1.0], [20, 0, 1])
    label_in, label_out, terms_in, terms_out = BarBins.of(columns).tally(
        columns.verdicts(Thresholds())
    )
    assert (label_in.sum(), label_out.sum()) == (1, 1)
    assert label_in[-1] == label_out[0] == 1
    assert (terms_in.sum(), terms_out.sum()) == (2, 1)


def test_the_static_twin_has_counts_quality_and_the_nearest_posts(filled):
    label_posts(filled)
    desk = thresholds_desk(filled, watched=False)
    page = desk._repr_mimebundle_()["text/html"]
    assert "documented defaults" in page
    assert "on 60 labelled posts" in page
    assert page.count("<tr>") > 50
    assert "<svg" in page
    assert "<script" not in page


def test_a_thresholds_file_that_is_missing_is_an_error_in_words(filled):
    with pytest.raises(InputError, match="There is no thresholds file"):
        thresholds_desk(filled, "params/nowhere.yaml")


SCORE = {"notebook": "05_score_posts", "parameters": {"max_posts_to_process": 0}}
PARAMS = {"title": "scored again", "steps": [SCORE, {"notebook": "08_report"}]}


@pytest.mark.slow
def test_the_notebook_runs_with_nobody_there_with_labels_and_without(filled, home):
    params = home / "params" / "tune.yaml"
    params.write_text(yaml.safe_dump({"steps": [{"notebook": "07_tune_thresholds"}]}))
    first = run(params)
    assert first.is_complete, first.reason
    assert first.steps[0].counts == {"posts_labelled": 0}
    label_posts(filled)
    second = run(params)
    assert second.steps[0].counts == {"posts_labelled": 60}
    (path,) = (home / "outputs" / second.id).glob("*_tune_thresholds.ipynb")
    executed = path.read_text("utf-8")
    for shown_there in ("would turn first", "on 60 labelled posts", "come in", "What would change"):
        assert shown_there in executed
    assert "jupyter.widget-view" not in executed


def numbers(browser):
    return browser.find_element(By.CSS_SELECTOR, ".tfw-desk table tbody").text


def handle(browser, number=0):
    return browser.find_elements(By.CSS_SELECTOR, ".tfw-desk .noUi-handle")[number]


def typed(browser, description, text):
    field = browser.find_element(
        By.XPATH, f"//*[contains(@class,'tfw-desk')]//label[text()='{description}']/..//input"
    )
    field.send_keys(text, Keys.TAB)


def opened(browser, url):
    open_notebook(browser, url, "notebooks/07_tune_thresholds.ipynb")
    run_all_cells(browser)
    wait_for(lambda: browser.find_elements(By.CSS_SELECTOR, ".tfw-desk .scatterlayer .point"))
    wait_for(lambda: kernel_state(browser) == "idle")
    desk = browser.find_element(By.CSS_SELECTOR, ".tfw-desk")
    browser.execute_script("arguments[0].scrollIntoView()", desk)


@pytest.mark.browser
@pytest.mark.slow
def test_thresholds_are_dragged_saved_found_again_and_used_by_the_next_run(
    filled, home, jupyterlab, person
):
    label_posts(filled)
    opened(person, jupyterlab)
    before = numbers(person)
    assert "0.9" in before
    ActionChains(person).drag_and_drop_by_offset(handle(person), 60, 0).perform()
    dragged = wait_for(lambda: numbers(person) != before and numbers(person))
    assert "tried here, not saved" in dragged
    ActionChains(person).click(handle(person)).send_keys(Keys.ARROW_RIGHT).perform()
    wait_for(lambda: numbers(person) != dragged)

    points = person.find_elements(By.CSS_SELECTOR, ".tfw-desk .scatterlayer .point")
    ActionChains(person).move_to_element(points[3]).click().perform()
    card = wait_for(lambda: person.find_elements(By.CSS_SELECTOR, ".tfw-desk .tfw-why"))[0]
    assert "What would change it" in card.text

    typed(person, "Name", "dragged by hand")
    typed(person, "Reason", "beauty came in")
    person.find_element(By.XPATH, "//button[text()='Save thresholds']").click()
    wait_for(lambda: "Saved in thresholds.yaml" in person.find_element(By.TAG_NAME, "body").text)
    path = home / "params" / "thresholds.yaml"
    saved = Thresholds.load(path)
    assert saved.label > 0.5
    assert (saved.name, saved.reason) == ("dragged by hand", "beauty came in")

    person.refresh()
    opened(person, jupyterlab)
    head = person.find_element(By.CSS_SELECTOR, ".tfw-desk").text
    assert "In force: dragged by hand" in head
    assert f"label score above {saved.label:g}" in head

    params = home / "params" / "again.yaml"
    params.write_text(yaml.safe_dump(PARAMS))
    record = run(params)
    assert record.is_complete, record.reason
    (noted,) = read_thresholds(filled)
    assert noted.thresholds == saved
    assert noted.by == "first coder"
    assert noted.applied_at is not None
    assert all(
        post["relevance"]["thresholds"] == saved.values for post in filled.posts({}, ["relevance"])
    )
    report = (home / "outputs" / record.id / "report.html").read_text("utf-8")
    assert "dragged by hand" in report
    assert "beauty came in" in report
