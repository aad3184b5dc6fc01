"""The page over all runs."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.browser import open_chromium
from tests.runs.conftest import Project
from tests.runs.records import make_record, make_step, save_record
from tfw.runs.index import write_index
from tfw.runs.record import Status


class Page(HTMLParser):
    """The links and the text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += " "
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def fill(project: Project) -> None:
    """A complete run with a report, a failed one with hostile texts, and a damaged one."""
    good = make_record("20261121T210405-a", [], status="complete", title="Good", steps=[
        make_step(1, "score", status="complete", counts={"posts_in": 12000})])  # fmt: skip
    good.finished_at = good.created_at + timedelta(seconds=95)
    bad = make_record("20261122T210405-a", ["score"], status="failed")
    bad.title, bad.reason = "<script>alert(1)</script>", 'step score: "<img src=x onerror=y>"'
    for record in (good, bad):
        save_record(record, project.settings)
    outputs = project.home / "outputs"
    for name in ("report.html", "01_score.ipynb"):
        (outputs / good.id / name).touch()
    (outputs / "20261120T000000-<c>").mkdir()
    (outputs / "20261120T000000-<c>" / "run.json").write_text("{")


def test_the_page_lists_runs_newest_first_with_links_that_lead_somewhere(project: Project):
    fill(project)
    path = write_index(project.settings)
    page = Page(path.read_text())
    assert page.links == ["20261121T210405-a/report.html", "20261121T210405-a/01_score.ipynb"]
    assert all((path.parent / link).exists() for link in page.links)
    found = re.findall(r"2026\d{4}T\d{6}-\S+", page.text)
    assert found == ["20261122T210405-a", "20261121T210405-a", "20261120T000000-<c>"]
    for part in ("Good", "1 min 35 s", "12,000", "1/1", "cannot be read: Invalid JSON"):
        assert part in page.text


def test_texts_are_escaped_and_nothing_comes_from_elsewhere(project: Project):
    fill(project)
    text = write_index(project.settings).read_text()
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert not re.search(r"https?://", text)


def test_the_page_without_runs_says_how_to_start_one(project: Project):
    assert "tfw run params/demo.yaml" in write_index(project.settings).read_text()


def test_each_run_rewrites_the_page(project: Project):
    project.notebook("01_one", "1")
    record = project.run("01_one", title="Fresh")
    page = Page((project.home / "outputs" / "index.html").read_text())
    assert record.id in page.text
    assert "complete" in page.text
    assert record.status is Status.COMPLETE


@pytest.mark.browser
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_the_page_fits_a_laptop_and_a_phone(
    project: Project, tmp_path: Path, width: int, dark: bool
):
    fill(project)
    driver = open_chromium(tmp_path, width=width, height=900, dark=dark, mobile=width < 500)
    try:
        driver.get(write_index(project.settings).as_uri())
        assert driver.execute_script(
            "return document.documentElement.scrollWidth <= window.innerWidth"
        )
        background = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        brightness = sum(map(int, re.findall(r"\d+", background)[:3]))
        assert (brightness < 300) is dark
        assert driver.execute_script("return document.querySelectorAll('.pill').length") == 3
    finally:
        driver.quit()
