"""Comments are harvested from pages in both layouts, a script call a step."""

import time
from datetime import UTC, datetime

import pytest

from tests.sources.web.pages import LAYOUT_B, LAYOUT_C, page, serving, threads
from tfw.privacy import Pseudonymiser
from tfw.sources.web.browser import open_browser
from tfw.sources.web.harvest import ShownComments, harvest, shown_count
from tfw.sources.web.selectors import load_selectors

pytestmark = pytest.mark.browser

HIDE = Pseudonymiser(b"harvest!" * 4)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COUNT = 65
POST = "7550552484896258577"
# A list that goes back where it was when it is moved too far at once.
SNAP_BACK = """
document.addEventListener("scroll", ({ target }) => {
  if (target.scrollTop - (target.place ?? 0) > 300) target.scrollTop = target.place ?? 0;
  else target.place = target.scrollTop;
}, true);
"""


@pytest.fixture(scope="module")
def site():
    made = {
        "/b": page(LAYOUT_B, threads(COUNT, ids=True)),
        "/b-without-ids": page(LAYOUT_B, threads(COUNT)),
        "/c": page(LAYOUT_C, threads(COUNT)),
        "/c-bare": page(LAYOUT_C.replace("data-e2e", "data-x"), threads(COUNT)),
        "/c-snaps-back": page(LAYOUT_C + SNAP_BACK, threads(COUNT)),
        "/nothing": page("", []),
    }
    with serving(made) as url:
        yield url


@pytest.fixture(scope="module")
def browser(site):
    with open_browser(site=site) as browser:
        yield browser


def harvest_all(browser, path):
    """Every row of a page, and the last step."""
    browser.open(path)
    selectors = load_selectors()
    step = harvest(browser, selectors, open=0)
    rows, quiet = list(step.rows), 0
    while quiet < 10:
        time.sleep(0.05)  # a page draws once a frame
        step = harvest(browser, selectors)
        rows += step.rows
        quiet = 0 if step.rows or step.pressed or step.moved else quiet + 1
    return rows, step


def expected_texts():
    made = threads(COUNT)
    return {c["text"] for top in made for c in (top, *top["replies"])}


@pytest.mark.parametrize(
    ("path", "layout"), [("/b", "B"), ("/b-without-ids", "B"), ("/c", "C"), ("/c-bare", "C")]
)
def test_every_comment_and_reply_is_harvested_once(browser, path, layout):
    rows, step = harvest_all(browser, path)
    assert step.layout == layout
    assert len(rows) == len(expected_texts())
    assert {row.text.strip() for row in rows} == expected_texts()
    assert step.at_end
    assert not step.waiting


def test_a_list_that_goes_back_where_it_was_is_read_in_smaller_moves(browser):
    rows, _ = harvest_all(browser, "/c-snaps-back")
    assert {row.text.strip() for row in rows} == expected_texts()


@pytest.mark.parametrize("path", ["/b", "/c"])
def test_a_reply_names_the_comment_it_answers(browser, path):
    rows, _ = harvest_all(browser, path)
    by_number = {row.number: row for row in rows}
    replies = [row for row in rows if row.level == 2]
    assert len(replies) == 7 * -(-COUNT // 5)
    for row in replies:
        thread = int(row.text.split()[3]) // 1_000 - 1
        assert by_number[row.above].text.strip() == f"a remark number {thread} 👗"


def test_author_time_likes_and_id_are_read_in_layout_b(browser):
    rows, _ = harvest_all(browser, "/b")
    first = rows[0]
    assert (first.author, first.time, first.likes) == ("viewer_0", "2d ago", "1.2K")
    assert first.id == "7550567843696000000"


def test_author_time_and_likes_are_read_in_layout_c(browser):
    rows, _ = harvest_all(browser, "/c")
    assert (rows[0].author, rows[0].time, rows[0].likes) == ("viewer_0", "2d ago", "1.2K")
    assert rows[0].id is None


def test_a_page_without_comments_matches_no_layout(browser):
    browser.open("/nothing")
    step = harvest(browser, load_selectors(), open=0)
    assert step.layout is None
    assert step.rows == ()


def test_a_comment_gets_the_same_key_in_both_layouts(browser):
    keys = []
    for path in ("/b-without-ids", "/c"):
        shown = ShownComments(POST, HIDE)
        rows, _ = harvest_all(browser, path)
        keys.append({shown.comment(row, NOW).key for row in rows})
    assert keys[0] == keys[1]
    assert len(keys[0]) == len(expected_texts())


def test_a_shown_comment_becomes_a_record_without_a_name(browser):
    rows, _ = harvest_all(browser, "/c")
    shown = ShownComments(POST, HIDE)
    comments = [shown.comment(row, NOW) for row in rows]
    first = comments[0]
    assert first.author == HIDE("viewer_0")
    assert first.id == first.key
    assert first.likes == 1200
    assert (first.time_text, first.precision) == ("2d ago", "day")
    assert "viewer" not in first.model_dump_json()
    ids = {comment.id for comment in comments}
    assert all(c.parent_id in ids for c in comments if c.parent_id)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("41", 41),
        ("1,234", 1234),
        ("1.2K", 1200),
        ("86,4 Tsd.", 86400),
        ("1.2M", 1_200_000),
        ("3B", 3_000_000_000),
        ("Like video 41 likes", 41),
        ("5 N", 5_000),
        ("Like", None),
        (None, None),
    ],
)
def test_a_shown_number_is_read_with_its_abbreviation(text, count):
    assert shown_count(text) == count
