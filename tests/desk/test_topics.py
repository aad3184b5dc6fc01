"""The desk of topics: its Python side on a real database, and in a real JupyterLab."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.jupyter import click, kernel_state, open_notebook, run_all_cells, wait_for
from tests.records import make_post
from tests.relevance.planted import planted_posts
from tfw.desk.access import access
from tfw.desk.topics.desk import VIEWS, TopicsDesk
from tfw.relevance.learn import learn_vocabulary
from tfw.relevance.score import score_posts
from tfw.relevance.topic_versions import stored_models
from tfw.relevance.vocabulary import Vocabulary, load_vocabulary, save_vocabulary

HOSTILE = "<script>window.hit=1</script><img src=x onerror=window.hit=1>\u202e=cmd()"
MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def learn(count: int, topics: int, previous: Vocabulary | None = None) -> Vocabulary:
    return learn_vocabulary(
        planted_posts(count), num_topics=topics, words_per_topic=14, restarts=1,
        name=f"{topics} topics", previous=previous,
    )  # fmt: skip


@pytest.fixture(scope="module")
def models() -> tuple[Vocabulary, Vocabulary]:
    older = learn(200, 3)
    return older, learn(220, 4, older)


@pytest.fixture
def planted(store, models):
    """A database with two models of topics, and posts about them."""
    for model in models:
        save_vocabulary(store, model)
    texts = [post.caption for post in planted_posts(80, seed=5)]
    store.upsert_posts(
        make_post(n, description=text, created_at=MONDAY + timedelta(days=n % 20))
        for n, text in enumerate([*texts, f"bikini sarong lagoon towel {HOSTILE}"])
    )
    return store


@pytest.fixture
def desk(planted):
    desk = TopicsDesk(planted, posts=planted_posts(220), watched=True)
    assert desk.view is not None
    desk.reader.join(30)
    yield desk
    desk.close()


def topic_with(desk: TopicsDesk, word: str) -> int:
    topics = desk.state.vocabulary.topics
    return next(t.topic for t in topics if word in {entry.term for entry in t.terms})


def press(button) -> None:
    button.click()


def text_of(value: str) -> str:
    return html.unescape(re.sub("<[^>]*>", " ", value))


def test_topics_are_listed_with_shares_trends_and_words(desk):
    shown = desk.table.value
    assert shown.count("<svg") == 4
    for word in ("bikini", "tuxedo", "brooch", "sandal"):
        assert word in shown
    assert "81 stored posts: 0 scored with this version, 81 not" in text_of(desk.summary.value)
    assert "Run 05_score_posts" in desk.summary.value


def test_example_posts_are_those_of_the_chosen_topic_and_show_no_names(desk):
    desk.topic.value = topic_with(desk, "bikini")
    shown = text_of(desk.examples.value)
    assert "bikini" in shown
    assert "tuxedo" not in shown
    assert "thread" not in shown
    (figure,) = desk.trend.children
    assert len(figure.data[0].x) == 20


def test_hostile_text_of_a_post_is_text(desk):
    desk.topic.value = topic_with(desk, "bikini")
    assert "<script>" not in desk.examples.value
    assert "<img" not in desk.examples.value


def test_a_hostile_name_is_text_everywhere(desk):
    number = topic_with(desk, "bikini")
    desk.topic.value = number
    desk.form.name.value = "<img src=x onerror=hit()>\u202e"
    press(desk.form.rename)
    for view in VIEWS:
        desk.view_choice.value = view
        for part in (desk.table, desk.map, desk.compared, desk.edits, desk.message.widget):
            assert "<img" not in part.value
    assert "\u202e" not in "".join(label for label, _ in desk.topic.options)


def test_a_rename_is_kept_and_shown_in_list_map_and_history(desk, planted):
    number = topic_with(desk, "bikini")
    desk.topic.value = number
    desk.form.name.value = "Beach"
    press(desk.form.rename)
    assert "Names and merges change no score" in desk.message.text
    assert load_vocabulary(planted).topics[number - 1].name == "Beach"
    assert "Beach" in desk.table.value
    assert desk.state.names()[number] == "Beach"
    desk.view_choice.value = "Map"
    assert "Beach" in desk.map.value
    desk.view_choice.value = "Edits"
    assert "first coder" in desk.edits.value
    assert "renamed to “Beach”" in desk.edits.value


def test_what_changes_terms_makes_scored_posts_wait_and_can_be_taken_back(desk, planted):
    score_posts(planted, max_posts_to_process=0)
    before = desk.state.vocabulary.id
    desk.topic.value = topic_with(desk, "bikini")
    press(desk.form.not_fashion)
    assert "the latest vocabulary from now on" in desk.message.text
    assert "not fashion" in desk.table.value
    assert desk.form.not_fashion.disabled
    after = load_vocabulary(planted)
    assert after.id == desk.models.value != before
    assert score_posts(planted, max_posts_to_process=0).scored == 81
    desk.view_choice.value = "Edits"
    press(desk.undo)
    assert "Taken back" in desk.message.text
    assert load_vocabulary(planted).id == before
    assert "taken back by first coder" in desk.edits.value
    assert desk.undo.disabled


def test_what_somebody_is_typing_stays_when_figures_come_in(desk):
    desk.form.name.value = "Half a na"
    desk.refresh()
    assert desk.form.name.value == "Half a na"
    desk.topic.value = desk.topic.options[1][1]
    assert desk.form.name.value == desk.state.names()[desk.topic.value]


def test_terms_are_dropped_from_the_list_or_as_typed(desk):
    desk.topic.value = topic_with(desk, "bikini")
    desk.form.terms.value = ("bikini",)
    desk.form.others.value = " Gucci, "
    press(desk.form.drop)
    left = {term.term for term in desk.state.vocabulary.terms}
    assert not left & {"bikini", "gucci"}
    assert "<s>bikini</s>" in desk.table.value
    assert "bikini" not in desk.form.terms.options


def test_merged_topics_stand_in_one_line_under_both_numbers(desk):
    first, second = sorted([topic_with(desk, "bikini"), topic_with(desk, "tuxedo")])
    shares = desk.state.shares
    desk.topic.value = first
    desk.form.topics.value = (second,)
    press(desk.form.merge)
    assert f"{first} + {second}" in desk.table.value
    assert len(desk.topic.options) == 3
    assert shares.share([first, second]) == pytest.approx(
        shares.share([first]) + shares.share([second])
    )
    assert f"merged into topic {first}" in desk.state.names()[second]


def test_an_edit_that_cannot_be_made_is_explained_in_the_desk(desk):
    press(desk.form.drop)
    assert "Choose terms of the vocabulary" in desk.message.text
    desk.form.others.value = "zebra"
    press(desk.form.drop)
    assert "no term 'zebra'" in desk.message.text


def test_a_read_only_page_shows_everything_and_changes_nothing(planted, monkeypatch):
    monkeypatch.setenv("TFW_READ_ONLY", "1")
    access.cache_clear()
    desk = TopicsDesk(planted, watched=True)
    assert desk.view is not None
    desk.reader.join(30)
    assert "bikini" in desk.table.value
    controls = (desk.form.rename, desk.form.not_fashion, desk.form.drop, desk.form.merge)
    assert all(control.disabled for control in controls)
    desk.form.rename.disabled = False
    press(desk.form.rename)
    assert "read-only" in desk.message.text
    assert not load_vocabulary(planted).edits


def test_two_models_are_compared(desk, models):
    desk.view_choice.value = "Compare"
    assert desk.other.value == models[0].id
    shown = text_of(desk.compared.value)
    assert "3 topics kept" in shown
    assert "Likeness" in shown
    (figure,) = desk.likeness.children
    assert len(figure.data[0].y) == 4
    assert len(figure.data[0].x) == 3


def test_an_older_version_is_to_look_at_only(desk, planted):
    before = desk.state.vocabulary.id
    desk.form.others.value = "gucci"
    press(desk.form.drop)
    desk.models.value = before
    assert "older version" in desk.summary.value
    assert desk.form.drop.disabled
    assert [m.is_newest for m in stored_models(planted)] == [True, False, True]


def test_numbers_of_topics_are_measured_beside_the_desk_and_stored(desk, planted):
    desk.view_choice.value = "Number of topics"
    panel = desk.numbers
    panel.numbers.value, panel.starts.value, panel.sample.value = "3, 4", "2", "1.000"
    press(panel.measure)
    panel.worker.join(60)
    assert desk.message.text == "Measured."
    assert "most coherent" in panel.table.value
    assert len(panel.curves.children) == 2
    assert planted.count("topic_numbers") == 1
    assert not panel.measure.disabled
    panel.numbers.value = "drei"
    press(panel.measure)
    assert "not a whole number" in desk.message.text


def test_a_model_learnt_anew_with_another_number_inherits_names_and_is_opened(desk, planted):
    desk.topic.value = topic_with(desk, "bikini")
    desk.form.name.value = "Beach"
    press(desk.form.rename)
    desk.view_choice.value = "Number of topics"
    desk.numbers.number.value = "5"
    press(desk.numbers.learn)
    desk.numbers.worker.join(60)
    assert "Learnt: voc_" in desk.message.text
    latest = load_vocabulary(planted)
    assert len(latest.topics) == 5
    assert desk.state.vocabulary.id == latest.id
    assert "Beach" in {topic.name for topic in latest.topics}


def test_without_the_texts_nothing_is_measured_and_the_desk_says_why(planted):
    desk = TopicsDesk(planted, watched=True)
    assert desk.view is not None
    desk.view_choice.value = "Number of topics"
    assert desk.numbers.measure.disabled
    assert "give the desk posts=" in desk.numbers.progress.value
    desk.close()


def test_without_a_model_the_desk_says_what_to_run(store):
    desk = TopicsDesk(store, watched=True)
    assert desk.view is not None
    assert "Run 04_learn_vocabulary" in desk.table.value
    assert "Run 04_learn_vocabulary" in TopicsDesk(store, watched=False).page()


def test_a_run_that_nobody_watches_has_everything_on_paper(planted):
    desk = TopicsDesk(planted, watched=False)
    page = desk._repr_mimebundle_()["text/html"]
    shown = text_of(page)
    for part in ("Example posts", "Compared with the model before", "3 topics kept", "Edits"):
        assert part in shown
    assert page.count("<svg role") == 4
    assert "<iframe" in page
    assert "<script>window.hit" not in page


CELL = "//div[contains(@class,'tfw-topics')]"


def say_again(person):
    # Also what is scrolled out of sight, which a notebook takes off the screen.
    (desk,) = person.find_elements(By.CSS_SELECTOR, ".tfw-topics")
    return desk.get_attribute("textContent")


def by_keyboard(person, button):
    """Press a button by its key: figures that come in meanwhile may move it from the pointer."""
    wait_for(lambda: kernel_state(person) == "idle")  # what was typed before has arrived
    person.find_element(By.XPATH, f"{CELL}//button[normalize-space()='{button}']").send_keys(
        Keys.ENTER
    )


def type_into(person, label, text):
    xpath = f"{CELL}//label[text()='{label}']/following-sibling::input"
    (field,) = wait_for(lambda: person.find_elements(By.XPATH, xpath))
    field.send_keys(Keys.CONTROL, "a")
    field.send_keys(text, Keys.TAB)
    assert field.get_attribute("value") == text


@pytest.mark.browser
@pytest.mark.slow
def test_a_person_edits_topics_in_jupyterlab_and_finds_all_again(planted, jupyterlab, person, home):
    notebook = "notebooks/06_inspect_topics.ipynb"
    path = home / notebook
    path.write_text(path.read_text().replace("tfw/lab/data/instagram-demo.tab.gz", ""))
    open_notebook(person, jupyterlab, notebook)
    run_all_cells(person)
    wait_for(lambda: person.find_elements(By.CSS_SELECTOR, ".tfw-topics ol.examples li"))

    click(person, f"{CELL}//button[normalize-space()='Map']")
    frame = wait_for(lambda: person.find_elements(By.CSS_SELECTOR, ".tfw-topics iframe"))[0]
    person.switch_to.frame(frame)
    circles = wait_for(lambda: person.find_elements(By.CSS_SELECTOR, "circle.dot"))
    assert len(circles) == 4
    person.switch_to.default_content()

    click(person, f"{CELL}//button[normalize-space()='Topics']")
    type_into(person, "Name", "Morning walk")
    by_keyboard(person, "Rename")
    wait_for(lambda: "Names and merges change no score" in say_again(person))
    first = load_vocabulary(planted)
    by_keyboard(person, "Mark as not fashion")
    wait_for(lambda: "the latest vocabulary from now on" in say_again(person))
    type_into(person, "or any", "gucci")
    by_keyboard(person, "Drop terms")
    wait_for(lambda: "gucci" not in {term.term for term in load_vocabulary(planted).terms})

    open_notebook(person, jupyterlab, notebook)
    run_all_cells(person)
    wait_for(lambda: person.find_elements(By.CSS_SELECTOR, ".tfw-topics ol.examples li"))
    wait_for(lambda: "Morning walk" in say_again(person))
    assert "not fashion" in say_again(person)
    assert load_vocabulary(planted).id != first.id
    click(person, f"{CELL}//button[normalize-space()='Compare']")
    wait_for(lambda: "topics kept" in say_again(person))
    click(person, f"{CELL}//button[normalize-space()='Edits']")
    wait_for(lambda: "renamed to “Morning walk”" in say_again(person))
    assert "first coder" in say_again(person)
    assert person.execute_script("return window.hit === undefined")
