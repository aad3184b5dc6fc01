"""Hostile text stays text: in every desk, in every static twin, in the report and the exports."""

import csv

import pytest
from selenium.webdriver.common.by import By

import tfw
from tests.desk.hostile import (
    ALL,
    FRAME,
    OVERRIDE,
    SCRIPT,
    STYLE,
    fill_with_hostile_text,
    findings,
    texts_shown,
)
from tests.jupyter import open_notebook, run_all_cells, wait_for, write_notebook
from tfw.report.choices import ReportChoice
from tfw.report.diff import compare_folders
from tfw.report.diff_page import diff_page
from tfw.report.shown import open_mask

KEPT = {"privacy": "keep", "reason": "a test"}
OPEN = "import tfw\nfrom tfw.report.figures import read_figures\nstore = tfw.open_store()"
DESKS = (
    "tfw.start_desk(store)",
    "tfw.health_desk(store, 'web')",
    "tfw.topics_desk(store, privacy='keep', reason='a test')",
    "tfw.thresholds_desk(store)",
    "tfw.label_desk(store, coder='third coder')",
    "tfw.label_desk(store, coder='fourth coder', task='adjudicate')",
    "tfw.report_desk(store, tfw.run_folder())",
    "tfw.why(store, next(store.posts())['_id'], privacy='keep', reason='a test')",
    "tfw.evaluate(store)",
)


@pytest.fixture
def hostile(store):
    fill_with_hostile_text(store)
    return store


@pytest.mark.browser
@pytest.mark.slow
def test_no_text_becomes_more_than_text_at_any_desk(home, hostile, jupyterlab, person):
    write_notebook(home / "notebooks" / "desks.ipynb", OPEN, *DESKS)
    open_notebook(person, jupyterlab, "notebooks/desks.ipynb")
    run_all_cells(person)
    wait_for(lambda: len(person.find_elements(By.CSS_SELECTOR, ".tfw-desk")) >= 7)
    wait_for(lambda: "kappa" in texts_shown(person).lower())

    complaints = person.find_elements(By.CSS_SELECTOR, "[data-mime-type*='stderr']")
    said = {complaint.text for complaint in complaints}
    assert said <= {"Names of authors are shown. Reason: a test"}
    assert SCRIPT[:20] in texts_shown(person)
    assert findings(person) == []


@pytest.mark.browser
def test_the_search_finds_text_that_became_more(tmp_path, person):
    page = tmp_path / "unsafe.html"
    page.write_text(f"<meta charset='utf-8'><body><p>{'</p><p>'.join(ALL)}</p></body>", "utf-8")
    person.get(page.as_uri())
    found = "\n".join(findings(person))
    for sign in ("ran:", "became an element: <img", "a link:", "became a style", "turns its"):
        assert sign in found


@pytest.mark.browser
@pytest.mark.slow
def test_no_text_becomes_more_than_text_on_paper(tmp_path, hostile, person):
    folder = tmp_path / "report"
    tfw.write_report(hostile, folder, ReportChoice(title=SCRIPT, **KEPT))
    other = tmp_path / "other"
    tfw.write_report(hostile, other, ReportChoice(**KEPT), query={"_id": {"$gt": "74"}})
    mask = open_mask("keep", "a test")
    (folder / "diff.html").write_text(diff_page(compare_folders(other, folder, mask)), "utf-8")
    desks = [
        tfw.start_desk(hostile, watched=False),
        tfw.health_desk(hostile, "web", watched=False),
        tfw.topics_desk(hostile, privacy="keep", reason="a test", watched=False),
        tfw.thresholds_desk(hostile, watched=False),
        tfw.label_desk(hostile, coder="third coder", watched=False),
        tfw.report_desk(hostile, folder, watched=False),
        tfw.query_builder(_hostile_query(hostile, tmp_path), folder=tmp_path, watched=False),
    ]
    for number, desk in enumerate(desks):
        text = f"<!doctype html><meta charset='utf-8'><body>{desk.page()}</body>"
        (folder / f"{number}.html").write_text(text, "utf-8")
    for page in sorted(folder.glob("*.html")):
        person.get(page.as_uri())
        assert findings(person) == [], page.name


def _hostile_query(store, folder):
    path = folder / "query-hostile.ini"
    values = ", ".join(f'"{text}"' for text in (STYLE, FRAME) if '"' not in text)
    path.write_text(
        f"[or_1]\noperation = IN\nfield_name = keyword\nfield_values = {values}, <b>{OVERRIDE}x\n"
        "[date]\nstart_date = 20260801\nend_date = 20260802\n",
        "utf-8",
    )
    return path


def test_no_cell_of_an_export_is_a_formula(tmp_path, hostile):
    tfw.write_report(hostile, tmp_path, ReportChoice(**KEPT))
    tables = sorted(tmp_path.glob("*.csv"))
    assert {"posts.csv", "posts-4cat.csv"} <= {table.name for table in tables}
    for table in tables:
        with table.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert [cell for cell in cells if cell.lstrip()[:1] in "=+@\t" and cell.strip()] == []
