import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.desk.conftest import fill
from tests.jupyter import open_notebook, run_all_cells, running_jupyterlab, wait_for
from tests.records import make_post
from tests.runs.records import make_record, make_step, save_record
from tfw.desk.start.desk import start_desk
from tfw.errors import ParameterError
from tfw.records import CommentStatus
from tfw.runs.record import Status, now
from tfw.settings import load_settings
from tfw.sources.research.quota import QuotaLedger

HOSTILE = "<img src=x onerror=\"document.title='run'\"> \u202egnp"


def page_of(store, **options):
    return str(start_desk(store, watched=False, **options).page())


def text_of(page):
    return " ".join(
        re.sub(r"<[^>]+>", " ", re.sub(r"<style>.*?</style>", "", page, flags=re.S)).split()
    )


def save_run(id_, status, *, steps=(), **changes):
    record = make_record(id_, [], status=status, steps=list(steps))
    for name, value in changes.items():
        setattr(record, name, value)
    save_record(record, load_settings())
    return record


def test_an_empty_project_says_how_to_begin(store):
    said = text_of(page_of(store))
    assert "See the whole workbench at work" in said
    assert "make run" in said
    assert "No posts yet" in said
    assert "No runs yet" in said
    assert "There are no credentials" in said
    assert "Oldest stored post collected: –" in said


def test_posts_are_counted_by_source_and_state(filled):
    filled.upsert_posts([make_post(1, source="named", comments=CommentStatus(state="off"))])
    said = text_of(page_of(filled))
    assert "301 posts" in said
    assert "300 scored" in said
    assert "named 1 0 1 0 0" in said
    assert re.search(r"all sources 301 300 1 \d+ \d+", said)
    assert "Score 1 posts" in said
    assert "Oldest stored post collected: 2026-03-02" in said


def test_what_is_gone_from_the_platform_is_counted_and_no_retention_date_is_invented(filled):
    ids = [post["_id"] for post in filled.posts(projection={"_id": 1})][:4]
    gone = {"$set": {"gone": {"since": now()}}}
    filled.database["posts"].update_many({"_id": {"$in": ids}}, gone)
    said = text_of(page_of(filled))
    assert "as far as rechecks have seen: 4" in said
    assert "No retention date is set" in said
    assert "tfw.recheck" in said


def test_a_retention_date_is_shown_and_a_wrong_one_is_explained_in_its_place(filled, home):
    file = home / "params" / "project.yaml"
    file.write_text("retention_date: 2999-12-31\n")
    assert "may be kept until 2999-12-31" in text_of(page_of(filled))
    file.write_text("retention_date: 2020-01-31\n")
    said = text_of(page_of(filled))
    assert "may be kept until 2020-01-31 (past)" in said
    assert "Delete the data: the time for keeping them ended on 2020-01-31" in said
    file.write_text("retention_date: soon\n")
    said = text_of(page_of(filled))
    assert "key &#39;retention_date&#39;, value &#39;soon&#39;" in said
    assert "300 posts" in said


def test_the_last_runs_are_listed_with_outcome_reason_and_a_link_that_leads_to_the_report(
    store, home, monkeypatch
):
    monkeypatch.chdir(home / "notebooks")
    good = save_run("20260902T030000-daily", "complete", title="Every day")
    save_run("20260901T030000-daily", "failed", title=HOSTILE, reason=HOSTILE)
    report = home / "outputs" / good.id / "report.html"
    report.touch()
    page = page_of(store)
    said = text_of(page)
    assert "Every day complete 2026-" in said
    assert "The last runs, 2 in all" in said
    links = [Path(link) for link in re.findall(r'href="([^"]+)"', page)]
    assert report in [(home / "notebooks" / link).resolve() for link in links]
    assert all((home / "notebooks" / link).exists() for link in links)
    assert "<img" not in page
    assert "\u202e" not in page
    assert "&lt;img src=x" in page


def test_only_as_many_runs_are_listed_as_asked_for(store):
    for day in (1, 2, 3):
        save_run(f"2026090{day}T030000-daily", "complete", title=f"Day {day}")
    said = text_of(page_of(store, runs=2))
    assert "Day 3" in said
    assert "Day 1" not in said
    with pytest.raises(ParameterError, match="runs is 0"):
        start_desk(store, runs=0)


def test_a_run_that_goes_on_is_named_with_the_step_it_is_at(store):
    steps = [make_step(1, "collect", status=Status.RUNNING)]
    save_run("20260902T030000-daily", "running", steps=steps, title="Every day")
    said = text_of(page_of(store))
    assert "A run goes on: Every day , 0/1 steps done" in said
    assert "at collect" in said


def test_links_of_an_executed_copy_start_from_its_own_folder(store, home, monkeypatch):
    folder = home / "outputs" / "20260902T030000-daily"
    record = save_run(folder.name, "running", title="Every day")
    assert record.id == folder.name
    monkeypatch.setenv("TFW_RUN_FOLDER", str(folder))
    links = re.findall(r'href="([^"]+)"', str(start_desk(store).page()))
    assert "../../notebooks/01_query_posts.ipynb" in links
    assert all((folder / link).resolve().exists() for link in links)


def test_a_stand_in_is_called_one_and_so_is_the_demo(store, monkeypatch):
    monkeypatch.setenv("TFW_RESEARCH_API_URL", "http://127.0.0.1:8123")
    said = text_of(page_of(store))
    assert "Research API: a stand-in at 127.0.0.1:8123" in said
    assert "invented world, nothing here is about real people" not in said


def test_requests_left_today_are_shown(store, monkeypatch):
    monkeypatch.setenv("TFW_RESEARCH_CLIENT_KEY", "own-key")
    monkeypatch.setenv("TFW_RESEARCH_CLIENT_SECRET", "own-secret")
    assert "0 of 1\u202f000 used, 1\u202f000 left" in page_of(store)
    QuotaLedger(store, "another").reserve("general", "video_query")
    assert "other key another" in page_of(store)


def test_windows_of_all_queries_are_summed_by_state(store):
    window = {
        "fingerprint": "f", "query": "linen", "state": "complete", "start_date": "20260901",
        "end_date": "20260901", "delivered": 4, "lease": {"token": ""}, "created_at": now(),
    }  # fmt: skip
    store.database["windows"].insert_many(
        [{**window, "_id": "1"}, {**window, "_id": "2", "state": "failed"}]
    )
    assert "linen 2 1 0 0 1 0" in text_of(page_of(store))


def test_the_live_page_shows_what_is_known_at_once_and_the_counts_when_they_are_there(filled):
    desk = start_desk(filled, watched=True)
    desk.view  # noqa: B018
    assert "Database" in desk._html["where"].value
    desk.refresh(everything=True)
    assert "Posts by source" in desk._html["counts"].value
    notebooks = desk._linked["notebooks"].outputs[0]["data"]["text/html"]
    assert "07_tune_thresholds" in notebooks
    before = desk._linked["runs"].outputs
    save_run("20260902T030000-daily", "complete", title="Every day")
    desk.refresh()
    assert desk._linked["runs"].outputs != before


def shown(browser):
    return " ".join(e.text for e in browser.find_elements(By.CSS_SELECTOR, ".tfw-desk"))


@pytest.mark.browser
@pytest.mark.slow
def test_a_newcomer_is_led_from_an_empty_project_to_a_notebook(store, home, tmp_path, person):
    save_run("20260901T030000-daily", "complete", title=HOSTILE, database=store.database.name)
    with running_jupyterlab(home, tmp_path) as url:
        open_notebook(person, url, "notebooks/00_start_here.ipynb")
        run_all_cells(person)
        wait_for(lambda: "make run" in shown(person))
        assert "<img src=x onerror=" in shown(person)

        # Posts come from another process, a run begins: the page follows by itself.
        fill(store, 120)
        at = datetime.now(UTC) - timedelta(minutes=1)
        save_run("20260902T030000-daily", "running", title="Every day", created_at=at)
        wait_for(lambda: "A run goes on: Every day" in shown(person), 30)
        wait_for(lambda: "120 posts" in " ".join(shown(person).split()), 30)
        assert person.title.endswith("JupyterLab")

        link = person.find_element(By.XPATH, "//*[contains(@class,'tfw-desk')]//a[.='08_report']")
        person.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
        link.click()
        wait_for(
            lambda: person.find_elements(
                By.XPATH, "//li[contains(@class,'lm-mod-current')]//div[.='08_report.ipynb']"
            )
        )
