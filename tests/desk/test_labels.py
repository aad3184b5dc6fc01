import base64
import os
import time
from pathlib import Path

import pytest
from selenium.webdriver import ActionChains, Keys
from selenium.webdriver.common.by import By

from tests.browser import console_errors
from tests.desk.conftest import fill
from tests.jupyter import open_notebook, run_all_cells, wait_for, write_notebook
from tests.records import make_post
from tests.report import world
from tfw.desk.access import access
from tfw.desk.labels.desk import label_desk
from tfw.relevance.labels import Label, add_labels, read_labels

HOSTILE = (
    "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\"> "
    '=HYPERLINK("http://x") \u202etxt.exe <b>bold</b> @sample_friend1'
)


IS_DARK = "return document.body.dataset.jpThemeLight === 'false'"


def key(desk, kind, serial=None):
    """What the browser sends for a key or a button."""
    card = desk._card
    serial = card.post.get("serial", 0) if serial is None else serial
    card._handle_custom_msg({"kind": kind, "serial": serial}, [])
    return card.said


def build(store, **more):
    desk = label_desk(store, **more)
    assert desk.view is not None
    return desk


def press(button):
    button.click()


def labels_of(store, coder):
    return read_labels(store, {"coder": coder})["label"].tolist()


def test_keys_save_labels_and_the_next_post_is_shown(filled):
    desk = build(filled)
    texts = [desk._card.post["text"]]
    assert key(desk, "fashion") == "Saved: fashion."
    texts.append(desk._card.post["text"])
    key(desk, "not")
    key(desk, "unsure")
    assert labels_of(filled, "first coder") == ["fashion", "not", "unsure"]
    assert len(set(texts)) == 2
    assert desk._card.progress["words"].startswith("3 of 100 done, 97 to go · 297 posts without")


def test_the_tables_follow_the_labels_by_themselves(filled):
    desk = build(filled)
    key(desk, "unsure")
    wait_for(lambda: "Labels by coder" in desk._figures._tables.value)
    assert "first coder" in desk._figures._tables.value


def test_a_key_for_a_post_that_is_no_longer_shown_decides_nothing(filled):
    desk = build(filled)
    old = desk._card.post["serial"]
    key(desk, "fashion")
    assert key(desk, "not", old) == ""
    assert labels_of(filled, "first coder") == ["fashion"]
    assert desk._card.heard == 2


def test_undo_takes_back_and_shows_the_post_again(filled):
    desk = build(filled)
    first = desk._card.post["url"]
    key(desk, "fashion")
    assert "it has no label" in key(desk, "undo")
    assert desk._card.post["url"] == first
    assert key(desk, "undo") == "There is nothing left to undo."
    assert labels_of(filled, "first coder") == []


def test_the_page_is_given_no_score_no_name_and_no_other_label(filled):
    add_labels(filled, [Label(post_id=next(filled.posts())["_id"], coder="ana", label="fashion")])
    for task in ("first", "second"):
        post = build(filled, coder="ben", task=task)._card.post
        assert set(post) == {"serial", "place", "text", "wordless", "tags", "url", "answers"}
        assert post["answers"] == []
        assert "/@_/" in post["url"]
        assert "sample_" not in str(post)


def test_hashtags_beside_an_empty_text_are_shown_and_a_wordless_post_says_so(store):
    post = make_post(1, description="", hashtags=("linen",))
    store.upsert_posts([post])
    store.save_relevance([(post.id, world.scored(post))])
    shown = build(store)._card.post
    assert shown["wordless"]
    assert shown["tags"] == "#linen"


def test_a_desk_that_is_opened_again_goes_on_with_the_task_and_draw_of_its_coder(filled):
    desk = build(filled, draw="random")
    key(desk, "fashion")
    waiting = desk._card.post["url"]
    again = build(filled)
    assert again._draw_field.value == "random"
    assert again._card.post["url"] == waiting
    assert again._card.progress["done"] == 1
    key(again, "undo")
    assert labels_of(filled, "first coder") == []


def test_another_coder_starts_at_zero_and_leaves_the_first_ones_post_alone(filled):
    desk = build(filled)
    key(desk, "fashion")
    shown = desk._card.post["url"]
    other = build(filled, coder="ben")
    assert other._card.progress["done"] == 0
    assert other._card.post["url"] != shown
    other._coder_field.value = "adjudicated"
    assert "cannot be named" in other._message.text
    assert other._card.post == {}


def test_agreement_is_hidden_while_the_blind_pass_goes_on_and_shown_after_it(filled):
    first = build(filled, coder="ana")
    for kind in ("fashion", "not", "fashion"):
        key(first, kind)
    second = build(filled, coder="ben", task="second")
    key(second, "fashion")
    assert (
        "2 posts left" in second._figures._tables.value
        or "3 posts left" in second._figures._tables.value
    )
    assert "ana and ben" not in second._figures._tables.value
    press(second._figures._again)
    assert "ana and ben" in second._figures._tables.value
    for kind in ("fashion", "fashion"):
        key(second, kind)
    assert second._card.post == {}
    assert "every post that other coders labelled" in second._card.words
    assert "ana and ben" in second._figures._tables.value


def test_who_settles_sees_what_both_coders_said(filled):
    post = next(filled.posts())["_id"]
    add_labels(
        filled,
        [
            Label(post_id=post, coder="ana", label="fashion", note="<b>a coat</b>"),
            Label(post_id=post, coder="ben", label="not"),
        ],
    )
    desk = build(filled, coder="eva", task="adjudicate")
    assert [(one["coder"], one["label"]) for one in desk._card.post["answers"]] == [
        ("ana", "fashion"), ("ben", "not"),
    ]  # fmt: skip
    key(desk, "not")
    assert labels_of(filled, "adjudicated") == ["not"]
    assert "no post on which coders differ" in desk._card.words


@pytest.mark.parametrize("goal", ["ten", "0", "-3", "1,5"])
def test_a_goal_that_is_no_number_is_an_error_in_words(filled, goal):
    desk = build(filled)
    desk._goal_field.value = goal
    assert "whole number" in desk._message.text
    assert desk.goal == 100


def test_a_goal_may_be_written_the_german_way(filled):
    desk = build(filled)
    desk._goal_field.value = "1.500"
    assert desk.goal == 1500
    assert desk._card.progress["goal"] == 1500


def test_a_read_only_page_shows_numbers_and_changes_nothing(filled, monkeypatch):
    monkeypatch.setenv("TFW_READ_ONLY", "1")
    monkeypatch.setenv("TFW_DASHBOARD_TOKEN", "for-this-test")
    access.cache_clear()
    add_labels(filled, [Label(post_id="1", coder="ana", label="not")])
    desk = build(filled)
    assert desk._card.post == {}
    assert not desk._card.enabled
    assert "ana" in desk._figures._tables.value
    assert desk._training._button.disabled
    key(desk, "fashion", 0)
    desk._training._train()
    desk._files._write()
    assert "read-only" in desk._message.text
    assert "read-only" in desk._files._message.text
    assert "read-only" in desk._training._message.text
    assert filled.count("labels") == 1
    assert filled.count("label_holds") == 0
    access().unlock("for-this-test")
    key(desk, "fashion")
    assert filled.count("labels") == 2


def test_labels_go_out_to_a_file_and_come_back(filled, home):
    desk = build(filled)
    key(desk, "fashion")
    press(desk._files._export)
    assert "1 labels written to outputs/labels.csv" in desk._files._message.text
    exported = (home / "outputs" / "labels.csv").read_bytes()
    assert base64.b64encode(exported).decode() in desk._files._download.value
    filled.database["labels"].delete_many({})
    press(desk._files._import)
    assert "1 labels read: 1 new" in desk._files._message.text
    assert labels_of(filled, "first coder") == ["fashion"]
    assert desk._card.progress["done"] == 1


def test_a_file_of_the_persons_computer_is_read(filled):
    desk = build(filled)
    post = list(filled.posts())[5]["_id"]
    content = f"post_id,label\n{post},yes\n{post}x,no\n".encode()
    desk._files._coder.value = "ana"
    desk._files._upload.value = (
        {"name": "../../x.csv", "type": "text/csv", "size": 9, "content": content,
         "last_modified": world.START},
    )  # fmt: skip
    assert "1 rows refused" in desk._files._message.text
    assert labels_of(filled, "ana") == ["fashion"]


@pytest.mark.parametrize("path", ["", "labels.txt", "params/query-video.ini"])
def test_no_other_kind_of_file_is_overwritten(filled, home, path):
    desk = build(filled)
    before = (home / "params" / "query-video.ini").read_bytes()
    desk._files._path.value = path
    press(desk._files._export)
    assert "CSV" in desk._files._message.text or "Name a file" in desk._files._message.text
    assert (home / "params" / "query-video.ini").read_bytes() == before


def test_training_runs_beside_the_desk_and_shows_the_gain(filled):
    posts = list(filled.posts())[:40]
    add_labels(
        filled,
        [
            Label(
                post_id=post["_id"],
                coder="ana",
                label="fashion" if post["relevance"]["vocabulary"] else "not",
            )
            for post in posts
        ],
    )
    desk = build(filled)
    press(desk._training._button)
    assert "Training" in desk._training._shown.value
    key(desk, "fashion")  # the desk is alive meanwhile
    wait_for(lambda: not desk._training._button.disabled, 300)
    assert "cross-validated" in desk._training._shown.value
    assert "AUC" in desk._training._shown.value
    assert "head:my-labels" in desk._training._shown.value


def test_training_on_too_few_labels_says_so_in_the_desk(filled):
    desk = build(filled)
    press(desk._training._button)
    wait_for(lambda: not desk._training._button.disabled, 300)
    assert "a head needs 5 of each" in desk._training._message.text


def test_without_scored_posts_the_desk_says_what_to_do(store):
    desk = build(store)
    assert "05_score_posts" in desk._card.words
    assert "There are no labels yet" in desk._figures._tables.value


def test_the_twin_on_paper_counts_labels_by_coder_agreement_and_what_is_left(filled):
    posts = [post["_id"] for post in filled.posts()][:12]
    add_labels(
        filled,
        [Label(post_id=id_, coder="ana", label="fashion", drawn="random") for id_ in posts]
        + [Label(post_id=id_, coder="<b>ben</b>", label="not") for id_ in posts[:4]]
        + [Label(post_id=posts[0], coder="adjudicated", label="not")],
    )
    page = label_desk(filled, watched=False)._repr_mimebundle_()["text/html"]
    assert "<b>ben</b>" not in page
    assert "&lt;b&gt;ben&lt;/b&gt; and ana" in page
    for words in ("Labels by coder", "288", "12 were drawn at random", "No model was trained"):
        assert words in page
    assert filled.count("label_holds") == 0


@pytest.mark.browser
@pytest.mark.slow
def test_a_coder_labels_by_keys_in_jupyterlab(jupyterlab, home, store, person):
    fill(store, 60)
    hostile = make_post(7, description=HOSTILE, hashtags=("<b>tag</b>",))
    store.upsert_posts([hostile])
    store.save_relevance([(hostile.id, world.scored(hostile, label=0.5))])  # the nearest of all
    write_notebook(
        home / "notebooks" / "labels.ipynb",
        "import tfw\nstore = tfw.open_store()\ntfw.label_desk(store)",
        "",
    )
    open_notebook(person, jupyterlab, "notebooks/labels.ipynb")
    run_all_cells(person)

    shown = wait_for(lambda: text_of(person, ".tfw-labels .text"))
    assert shown.startswith("<script>document.title='taken'</script><img src=x")
    assert "<b>bold</b>" in shown
    assert "sample_friend1" not in shown
    assert person.find_elements(By.CSS_SELECTOR, ".tfw-labels :is(script, img, b)") == []
    assert "taken" not in person.title
    assert direction_of(person, ".tfw-labels .text") == ("BDI", "isolate")
    shot(person, "hostile")

    person.find_element(By.CSS_SELECTOR, ".tfw-labels .card").click()
    decide(person, store, "f", 1)
    decide(person, store, "n", 2)
    decide(person, store, "u", 3)
    decide(person, store, "F", 4)
    decide(person, store, "n", 5)
    waiting = text_of(person, ".tfw-labels .text")
    decide(person, store, "z", 4)
    assert "Undone" in text_of(person, ".tfw-labels .said")
    assert text_of(person, ".tfw-labels .count").startswith("4 of 100 done, 96 to go")
    decide(person, store, "n", 5)
    assert text_of(person, ".tfw-labels .text") == waiting
    assert labels_of(store, "first coder") == ["fashion", "not", "unsure", "fashion", "not"]
    shot(person, "five")

    # A slip of the fingers that would cut the cell; then keys that are the page's own.
    ActionChains(person).send_keys("ddxx").perform()
    assert "X is no key here" in text_of(person, ".tfw-labels .said")
    assert len(person.find_elements(By.CSS_SELECTOR, ".jp-Notebook .jp-CodeCell")) == 2
    ActionChains(person).key_down(Keys.CONTROL).send_keys("s").key_up(Keys.CONTROL).perform()
    wait_for(lambda: "label_desk" in saved(home) and '"execution_count": 1' in saved(home))
    editor = person.find_elements(By.CSS_SELECTOR, ".jp-Notebook .cm-content")[-1]
    editor.click()
    ActionChains(person).send_keys("funz = 'sun'").perform()
    wait_for(lambda: "funz = 'sun'" in editor.text)
    assert len(labels_of(store, "first coder")) == 5

    open_notebook(person, jupyterlab, "notebooks/labels.ipynb")
    run_all_cells(person)
    wait_for(lambda: text_of(person, ".tfw-labels .count").startswith("5 of 100 done"))
    assert text_of(person, ".tfw-labels .text") == waiting
    assert console_errors(person) == []


@pytest.mark.browser
@pytest.mark.slow
def test_a_second_coder_labels_blind_and_disagreements_are_settled(
    jupyterlab, home, filled, person
):
    posts = [post["_id"] for post in filled.posts()][:4]
    add_labels(filled, [Label(post_id=id_, coder="ana", label="fashion") for id_ in posts])
    write_notebook(
        home / "notebooks" / "labels.ipynb",
        "import tfw\nstore = tfw.open_store()\ntfw.label_desk(store, coder='ben')",
    )
    open_notebook(person, jupyterlab, "notebooks/labels.ipynb")
    run_all_cells(person)
    wait_for(lambda: text_of(person, ".tfw-labels .text"))
    choose_task(person, "Second")
    wait_for(lambda: text_of(person, ".tfw-labels .count").startswith("0 of 4 done"))
    assert person.find_elements(By.CSS_SELECTOR, ".tfw-labels .answers li") == []
    # By the keyboard alone: Tab reaches the post.
    tab_to(person, "card")
    for number, letter in enumerate("fffn", 1):
        decide(person, filled, letter, number, "ben")
    wait_for(lambda: "ana and ben" in text_of(person, ".tfw-desk"))
    assert "0.75" in text_of(person, ".tfw-desk")
    shot(person, "agreement")

    choose_task(person, "Settle")
    wait_for(lambda: len(person.find_elements(By.CSS_SELECTOR, ".tfw-labels .answers li")) == 2)
    shot(person, "settle")
    button(person, "Fashion").click()
    wait_for(lambda: labels_of(filled, "adjudicated") == ["fashion"])
    wait_for(lambda: "not settled" in text_of(person, ".tfw-labels .text"))
    dark(person)
    wait_for(lambda: person.execute_script(IS_DARK))
    shot(person, "dark")


def decide(browser, store, letter, labels, coder="first coder"):
    """Press a key and wait until so many labels are stored and the next post is there."""
    ActionChains(browser).send_keys(letter).perform()
    wait_for(lambda: len(labels_of(store, coder)) == labels)
    wait_for(lambda: browser.find_elements(By.CSS_SELECTOR, ".tfw-labels .card[aria-busy=false]"))


def choose_task(browser, word):
    option = f"//select/option[starts-with(., '{word}')]"
    wait_for(lambda: browser.find_elements(By.XPATH, option))[0].click()


def tab_to(browser, name):
    browser.find_element(By.XPATH, "//div[contains(@class,'tfw-desk')]//select").click()
    ActionChains(browser).send_keys(Keys.ESCAPE).perform()
    for _ in range(8):
        if name in browser.switch_to.active_element.get_attribute("class").split():
            return
        ActionChains(browser).send_keys(Keys.TAB).perform()
    raise AssertionError(f"Tab does not reach {name}")


def button(browser, words):
    (found,) = browser.find_elements(
        By.XPATH, f"//div[contains(@class,'keys')]/button[.='F {words}']"
    )
    return found


def direction_of(browser, selector):
    return tuple(
        browser.execute_script(
            "const e = document.querySelector(arguments[0]);"
            "return [e.tagName, getComputedStyle(e).unicodeBidi]",
            selector,
        )
    )


def dark(browser):
    for words in ("Settings", "Theme", "JupyterLab Dark"):
        item = f"//div[contains(@class,'-itemLabel') and text()='{words}']"
        found = wait_for(lambda: browser.find_elements(By.XPATH, item))  # noqa: B023
        ActionChains(browser).move_to_element(found[-1]).click(found[-1]).perform()


def saved(home):
    return (home / "notebooks" / "labels.ipynb").read_text("utf-8")


def text_of(browser, selector):
    """The text of the first such element, or nothing."""
    script = "return document.querySelector(arguments[0])?.innerText ?? ''"
    return browser.execute_script(script, selector)


def shot(browser, name):
    """A picture for whoever wants to look at it: set DESK_SHOTS to a folder."""
    if folder := os.environ.get("DESK_SHOTS"):
        time.sleep(2)
        browser.save_screenshot(str(Path(folder) / f"labels-{name}.png"))
