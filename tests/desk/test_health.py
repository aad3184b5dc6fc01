import asyncio
import os
import re
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from selenium.webdriver.common.by import By

from tests.jupyter import open_notebook, run_all_cells, running_jupyterlab, wait_for, write_notebook
from tests.records import make_post
from tests.sources.research.labs import client_for, lab_with, whole_world
from tfw.desk.access import access
from tfw.desk.health.desk import health_desk
from tfw.errors import InputError
from tfw.records import CommentStatus
from tfw.sources.research.collect import collect_videos
from tfw.sources.research.comments import collect_comments

HOSTILE = "<img src=x onerror=\"document.title='run'\"> \u202egnp @anna_b"


@pytest.fixture
def lab(monkeypatch):
    """A lab over 40 days, and its credentials for whoever opens a client."""
    with lab_with(600, days=40) as lab:
        monkeypatch.setenv("TFW_RESEARCH_API_URL", lab.url)
        monkeypatch.setenv("TFW_RESEARCH_CLIENT_KEY", "lab-key")
        monkeypatch.setenv("TFW_RESEARCH_CLIENT_SECRET", "lab-secret")
        yield lab


@pytest.fixture
def query(lab):
    return whole_world(lab)


@pytest.fixture
def client(lab, store):
    with client_for(lab, store) as client:
        yield client


@pytest.fixture
def interrupted(store, query, client):
    """A collection that ended after 30 of its 40 windows."""
    collect_videos(store, query, client, max_requests=30, progress=False)
    return store


def text_of(desk):
    return re.sub(r"<[^>]+>", " ", "".join(widget.value for widget in desk._html.values()))


def counted(desk):
    desk.refresh(everything=True)
    return text_of(desk)


def finished(desk):
    wait_for(lambda: desk.resume.worker is None, 60)
    desk.refresh(everything=True)


def test_before_anything_is_planned_it_says_how_to_begin(store, query):
    desk = health_desk(store, query, watched=True)
    said = counted(desk)
    assert "Nothing is planned yet" in said
    assert "No posts yet" in said
    assert desk.resume.go_on.description == "Start"
    assert not desk.resume.go_on.disabled


def test_a_query_is_a_query_or_web_or_nothing(store):
    with pytest.raises(InputError, match="give a query for videos"):
        health_desk(store, "params/query-video.ini")


def test_open_windows_are_shown_and_resumed(interrupted, query):
    desk = health_desk(interrupted, query, watched=True)
    assert "30 complete, 10 pending" in counted(desk)
    assert desk.resume.go_on.description == "Resume 10 open"
    posts = interrupted.count("posts")

    desk.resume.go_on.click()
    assert desk.resume.go_on.disabled
    finished(desk)

    assert "40 windows: 40 complete" in text_of(desk)
    assert "new posts" in desk._message.text
    assert interrupted.count("posts") > posts
    assert desk.resume.go_on.description == "Look for more"
    assert desk.resume.stop.disabled


def test_a_resumed_collection_may_be_given_fewer_requests_in_any_number_format(interrupted, query):
    desk = health_desk(interrupted, query, watched=True)
    desk.refresh()
    desk.resume.most.value = " 4 "
    desk.resume.go_on.click()
    finished(desk)
    assert "34 complete, 6 pending" in text_of(desk)
    assert "max_requests" in desk._message.text
    for wrong in ("0", "four", "1,5"):
        desk.resume.most.value = wrong
        desk.resume.go_on.click()
        assert desk.resume.worker is None
        assert "whole number" in desk._message.text


def test_a_stopped_collection_gives_its_windows_back(store, lab, query):
    lab.control(faults=[{"kind": "slow", "seconds": 0.4}])
    desk = health_desk(store, query, watched=True)
    desk.refresh()
    desk.resume.go_on.click()
    wait_for(lambda: store.database["windows"].count_documents({"state": "running"}), 30)
    desk.resume.stop.click()
    finished(desk)
    assert "Stopped" in desk._message.text
    states = {window["state"] for window in store.database["windows"].find()}
    assert "running" not in states
    assert "pending" in states


def test_without_credentials_the_desk_says_what_is_missing(interrupted, query, monkeypatch):
    monkeypatch.delenv("TFW_RESEARCH_CLIENT_KEY")
    monkeypatch.delenv("TFW_RESEARCH_CLIENT_SECRET")
    desk = health_desk(interrupted, query, watched=True)
    assert "There are no credentials" in counted(desk)
    desk.resume.go_on.click()
    finished(desk)
    assert "credentials.example.ini" in desk._message.text


def test_a_read_only_page_resumes_nothing(interrupted, query, monkeypatch):
    monkeypatch.setenv("TFW_READ_ONLY", "1")
    access.cache_clear()
    desk = health_desk(interrupted, query, watched=True)
    desk.refresh()
    assert desk.resume.go_on.disabled
    desk.resume._start(None)  # as a forged message would
    assert "read-only" in desk._message.text
    assert desk.resume.worker is None


def test_a_complete_window_without_rows_among_full_ones_is_an_alarm(interrupted, query):
    windows = interrupted.database["windows"]
    windows.update_many({"state": "complete"}, {"$set": {"delivered": 60, "asked": 90}})
    ids = sorted(window["_id"] for window in windows.find({"state": "complete"}))
    windows.update_one({"_id": ids[20]}, {"$set": {"delivered": 0, "asked": 0}})
    said = counted(health_desk(interrupted, query, watched=True))
    assert "1 day with no rows although it was collected to the end" in said
    assert "silent zero" in said


def test_a_young_day_without_rows_is_no_alarm(interrupted, query):
    windows = interrupted.database["windows"]
    windows.update_many({"state": "complete"}, {"$set": {"delivered": 60}})
    ids = sorted(window["_id"] for window in windows.find({"state": "complete"}))
    young = {"delivered": 0, "state": "truncated", "embargo": True, "reason": "too young"}
    windows.update_one({"_id": ids[20]}, {"$set": young})
    said = counted(health_desk(interrupted, query, watched=True))
    assert "no rows although" not in said
    assert "too young to judge" in said


def test_a_window_of_a_process_that_died_is_interrupted_and_can_be_resumed(interrupted, query):
    windows = interrupted.database["windows"]
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, check=True, text=True)  # fmt: skip
    one = windows.find_one({"state": "pending"})
    lease = {
        "token": "t", "until": datetime(2100, 1, 1, tzinfo=UTC), "host": os.uname().nodename,
        "pid": int(dead.stdout), "started": None,
    }  # fmt: skip
    windows.update_one({"_id": one["_id"]}, {"$set": {"state": "running", "lease": lease}})
    desk = health_desk(interrupted, query, watched=True)
    assert "1 interrupted" in counted(desk)
    assert not desk.resume.go_on.disabled


def test_texts_of_the_platform_and_names_in_reasons_show_as_text_without_names(interrupted, query):
    one = interrupted.database["windows"].find_one({"state": "pending"})
    failed = {"state": "failed", "reason": HOSTILE}
    interrupted.database["windows"].update_one({"_id": one["_id"]}, {"$set": failed})
    status = CommentStatus(state="unavailable", reason=HOSTILE, reported=3)
    source = "web-<b>tag"
    interrupted.upsert_posts([make_post(1, source=source, queries=(query.name,), comments=status)])
    for page in (
        "".join(w.value for w in _refreshed(health_desk(interrupted, query, watched=True))),
        str(health_desk(interrupted, query, watched=False).page()),
    ):
        assert "<img" not in page
        assert "<b>tag" not in page
        assert "\u202e" not in page
        assert "anna_b" not in page
        assert "&lt;img src=x" in page


def _refreshed(desk):
    desk.refresh(everything=True)
    return desk._html.values()


def test_collecting_through_the_desk_gives_what_the_collector_gives(store, query, client):
    desk = health_desk(store, query, watched=True)
    desk.refresh()
    summary = asyncio.run(
        desk.collect(collect_videos, store, query, client, max_requests=5, progress=False)
    )
    assert summary.requests == 5
    wait_for(lambda: "5 complete" in text_of(desk), 20)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(desk.collect(lambda: 1 / 0))


def test_a_run_that_nobody_watches_gets_the_same_on_paper(interrupted, query):
    desk = health_desk(interrupted, query, watched=False)
    page = desk._repr_mimebundle_()["text/html"]
    assert "30 complete, 10 pending" in page
    assert "<script" not in page
    assert "<svg" in page
    assert desk.outcome() is desk
    assert health_desk(interrupted, query, watched=True).outcome() is None


def test_the_comments_of_all_posts_are_shown_with_threads_of_the_api(interrupted, client):
    collect_comments(interrupted, client, max_posts_to_process=5, progress=False)
    said = counted(health_desk(interrupted, watched=True))
    assert "Posts whose comments the Research API was asked for" in said
    assert "Public pages today" in said


def test_public_lists_are_shown_with_the_place_where_they_go_on(store):
    at = datetime(2026, 9, 1, tzinfo=UTC)
    store.put("feeds", {"_id": "tag:li<nen", "site": "s", "cursor": 90, "ended": False, "at": at})
    desk = health_desk(store, "web", watched=True)
    assert "tag:li&lt;nen" in counted(desk)
    assert "goes on at place 90" in text_of(desk)
    assert desk.resume.widget not in desk.view.children[1].children


RESUMED = """
import tfw
from datetime import date
from tfw.sources.research.query import Condition, VideoQuery
store = tfw.open_store()
query = VideoQuery(
    not_=(Condition("EQ", "username", "nobody_at_all"),),
    start_date=date.fromisoformat("{start}"), end_date=date.fromisoformat("{end}"),
    name="everything",
)
health = tfw.health_desk(store, query)
health
"""


def shown(browser):
    return " ".join(e.text for e in browser.find_elements(By.CSS_SELECTOR, ".tfw-desk"))


@pytest.mark.browser
@pytest.mark.slow
def test_a_person_resumes_a_collection_and_watches_it_come(
    interrupted, query, lab, home, tmp_path, person
):
    store, windows = interrupted, interrupted.database["windows"]
    window = windows.find_one({"state": "complete"})
    windows.update_one({"_id": window["_id"]}, {"$set": {"reason": HOSTILE}})
    cell = RESUMED.format(start=query.start_date, end=query.end_date)
    write_notebook(home / "notebooks" / "health.ipynb", cell)
    with running_jupyterlab(home, tmp_path) as url:
        open_notebook(person, url, "notebooks/health.ipynb")
        run_all_cells(person)
        wait_for(lambda: "30 complete, 10 pending" in shown(person))
        wait_for(lambda: "comments reported" in shown(person))
        assert "<img src=x onerror=" in shown(person)
        assert "anna_b" not in shown(person)

        # Another process collects two windows: the desk follows by itself.
        argument = {"start": str(query.start_date), "end": str(query.end_date)}
        subprocess.run([sys.executable, "-c", OTHER.format(**argument)], check=True)
        wait_for(lambda: "32 complete, 8 pending" in shown(person), 30)

        posts = store.count("posts")
        button = person.find_element(By.XPATH, "//button[contains(., 'Resume 8 open')]")
        button.click()
        wait_for(lambda: "40 windows: 40 complete" in shown(person), 60)
        wait_for(lambda: "new posts" in shown(person))
        assert store.count("posts") > posts
        assert person.title.endswith("JupyterLab")


OTHER = """
from datetime import date
import tfw
from tfw.sources.research.query import Condition, VideoQuery
query = VideoQuery(
    not_=(Condition("EQ", "username", "nobody_at_all"),),
    start_date=date.fromisoformat("{start}"), end_date=date.fromisoformat("{end}"),
    name="everything",
)
with tfw.open_store() as store, tfw.open_client(store) as client:
    tfw.collect_videos(store, query, client, max_requests=2, progress=False)
"""
