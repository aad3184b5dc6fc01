import json
import re
from collections import Counter
from contextlib import contextmanager
from html.parser import HTMLParser

import pandas as pd
import pytest

from tests.browser import console_errors, network_requests, open_chromium
from tests.report import world
from tfw.errors import ParameterError, StoreError
from tfw.records import Author, Post, Stats
from tfw.relevance.vocabulary import default_vocabulary
from tfw.report import page as report_page
from tfw.report.choices import ReportChoice
from tfw.report.html import write_report

LIMIT = 8_000_000
RUN = {
    "_id": "20261121-030000-daily",
    "title": "Nightly collection",
    "created_at": world.START,
    "steps": [
        {"name": "01_query_posts", "status": "complete", "parameters": {"days": 3}},
        {
            "name": "03_collect_comments",
            "status": "failed",
            "reason": "cell 2: the page did not answer",
            "parameters": {},
        },
    ],
    "provenance": {
        "tfw": "0.1.0",
        "python": "3.11.7",
        "platform": "Linux",
        "packages": {"gensim": "4.4.0"},
        "git": {"commit": "0123456789abcdef", "dirty": False},
    },
}


def fill(store, number=120, scored=True, **more):
    posts = list(world.posts(number))
    store.upsert_posts(posts)
    if scored:
        scores = [(post.id, world.scored(post)) for post in posts[: -number // 20]]
        store.save_relevance(scores)
        store.put("vocabularies", world.vocabulary(**more))
        return posts, dict(scores)
    return posts, {}


def text_of(page):
    """What a reader sees, on one line, with plain blanks."""
    found = re.sub(r"<(script|style).*?</\1>", " ", page, flags=re.DOTALL)
    found = re.sub(r"<[^>]+>", " ", found).replace("\u202f", " ").replace("&nbsp;", " ")
    return " ".join(found.split())


class Pointers(HTMLParser):
    """Everything a page would fetch: addresses of elements and of styles."""

    def __init__(self, page):
        super().__init__()
        self.found, self._style = [], False
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self._style = tag == "style"
        values = dict(attributes)
        names = ("src", "srcset", "data", "poster", "action", "background")
        self.found += [values[name] for name in names if values.get(name)]
        if tag == "link":
            self.found.append(values["href"])
        self._styles(values.get("style") or "")

    def handle_data(self, data):
        if self._style:
            self._styles(data)

    def handle_endtag(self, tag):
        self._style = False

    def _styles(self, css):
        self.found += re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s;]+)", css)


@contextmanager
def opened(path, tmp_path, **view):
    browser = open_chromium(tmp_path, **view)
    try:
        browser.get(path.as_uri())
        yield browser
    finally:
        browser.quit()


def count(browser, selector):
    return browser.execute_script("return document.querySelectorAll(arguments[0]).length", selector)


def test_the_report_is_a_page_a_csv_and_a_parquet_file(store, tmp_path):
    fill(store)
    files = write_report(store, tmp_path / RUN["_id"], run=RUN)
    assert sorted(path.name for path in files.folder.iterdir()) == [
        "methods.txt", "post-ids.csv", "post-ids.txt", "posts-4cat.csv", "posts.csv",
        "posts.parquet", "report.html",
    ]  # fmt: skip
    assert len(pd.read_parquet(files.parquet)) == len(pd.read_csv(files.csv)) == 120
    shown = files._repr_html_()
    assert 'href="report.html"' in shown
    assert "120 posts, 114 scored" in shown.replace("\u202f", " ")


def test_a_report_by_hand_is_linked_from_the_working_folder(store, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = write_report(store, tmp_path / "outputs" / "by-hand")
    assert 'href="outputs/by-hand/report.html"' in files._repr_html_()


def test_the_numbers_on_the_page_are_those_of_the_posts(store, tmp_path):
    posts, scores = fill(store)
    files = write_report(store, tmp_path)
    text = text_of(files.html.read_text(encoding="utf-8"))
    fashion = sum(found.verdict for found in scores.values())
    assert files.figures.fashion == fashion
    assert (
        f"{fashion} of {len(scores)} scored posts do: {100 * fashion / len(scores):.1f} %" in text
    )
    stored = sum(post.comments.collected for post in posts)
    assert f"comments {stored:,} stored".replace(",", " ") in text
    states = Counter(post.comments.state for post in posts)
    for state, number in states.items():
        assert re.search(rf"\b{state} {number} ", text), state
    unscored = len(posts) - len(scores)
    assert f"not scored {unscored} {100 * unscored / len(posts):.1f} %" in text


def test_the_best_posts_are_the_fashion_posts_with_most_engagement(store, tmp_path):
    _, scores = fill(store)
    figures = write_report(store, tmp_path, ReportChoice(best_posts=7)).figures
    expected = sorted(
        (found.statistical for found in scores.values() if found.verdict and found.statistical),
        reverse=True,
    )
    assert [post.statistical for post in figures.best] == pytest.approx(expected[:7])
    assert all(post.verdict for post in figures.best)


def test_the_posts_near_the_threshold_lie_on_both_sides(store, tmp_path):
    _, scores = fill(store)
    figures = write_report(store, tmp_path).figures
    assert len(figures.just_in) == len(figures.just_out) == 10
    assert all(post.verdict for post in figures.just_in)
    assert not any(post.verdict for post in figures.just_out)
    near = max(post.label for post in figures.just_out if post.vocabulary == 0)
    others = [f.label for f in scores.values() if not f.verdict and f.vocabulary == 0]
    assert near == pytest.approx(max(others))


def test_a_post_in_the_table_has_a_link_its_reason_and_marks(store, tmp_path):
    fill(store)
    files = write_report(store, tmp_path, ReportChoice(best_posts=3))
    page = files.html.read_text(encoding="utf-8")
    for post in files.figures.best:
        assert f'href="https://www.tiktok.com/@_/video/{post.id}"' in page
        assert post.why in page
    assert re.search(r"<mark>[^<]+</mark>", page)


def test_what_is_missing_is_said(store, tmp_path):
    posts, _ = fill(store)
    store.put("imports", world.imported())
    text = text_of(write_report(store, tmp_path, run=RUN).html.read_text(encoding="utf-8"))
    silent = sum(not post.description for post in posts)
    assert f"no description {silent} " in text
    assert "autumn-0.csv" in text
    assert "rounded id (8)" in text
    assert "no id (2)" in text
    assert "rows in autumn.rejects.csv" in text
    assert "/some/where" not in text
    assert "comments are off" in text
    assert "03_collect_comments: failed , cell 2: the page did not answer" in text


def test_the_methods_name_what_the_numbers_were_made_with(store, tmp_path):
    fill(store)
    text = text_of(write_report(store, tmp_path, run=RUN).html.read_text(encoding="utf-8"))
    for part in (
        "voc_0123456789ab", "minilm-int8", "autumn looks", "4 of kind word",
        "run 20261121-030000-daily", "01_query_posts days 3", "commit 0123456789ab", "gensim 4.4.0",
        "label score &gt; 0.5 or vocabulary score &gt; 1", "label and vocabulary", "How to cite",
    ):  # fmt: skip
        assert part in text, part


def test_a_record_read_from_its_file_does_as_well(store, tmp_path):
    record = {**RUN, "id": RUN["_id"]}
    del record["_id"]
    run = json.loads(json.dumps(record, default=str))
    page = write_report(store, tmp_path, run=run).html.read_text(encoding="utf-8")
    assert "20261121-030000-daily" in page


def test_a_report_by_hand_names_the_versions_installed_here(store, tmp_path):
    text = text_of(write_report(store, tmp_path).html.read_text(encoding="utf-8"))
    assert "pymongo 4" in text


def test_the_vocabulary_that_comes_with_the_project_need_not_be_stored(store, tmp_path):
    (post,) = world.posts(1)
    store.upsert_posts([post])
    found = world.scored(post).model_copy(update={"vocabulary_id": default_vocabulary().id})
    store.save_relevance([(post.id, found)])
    text = text_of(write_report(store, tmp_path).html.read_text(encoding="utf-8"))
    assert default_vocabulary().name in text


def test_posts_judged_by_different_thresholds_are_pointed_out(store, tmp_path):
    posts, _ = fill(store, 20)
    store.save_relevance([(posts[0].id, world.scored(posts[0], vocabulary=3.0))])
    text = text_of(write_report(store, tmp_path).html.read_text(encoding="utf-8"))
    assert "2 different sets of thresholds" in text


def test_a_query_is_written_on_the_page(store, tmp_path):
    posts, _ = fill(store)
    files = write_report(store, tmp_path, query={"source": "web-tag"})
    assert len(files.figures.posts) == sum(post.source == "web-tag" for post in posts)
    assert "&#34;source&#34;: &#34;web-tag&#34;" in files.html.read_text(encoding="utf-8")


def test_no_name_of_an_author_is_on_the_page(store, tmp_path):
    fill(store)
    page = write_report(store, tmp_path, ReportChoice(best_posts=200)).html.read_text(
        encoding="utf-8"
    )
    assert not re.search(r"sample_(mode|kitchen|tunes|friend)", page)
    assert "authors and @mentions have pseudonyms" in page


def test_names_are_on_the_page_only_with_a_reason_which_stands_there_too(store, tmp_path):
    fill(store)
    with pytest.raises(ParameterError, match="reason"):
        write_report(store, tmp_path / "a", ReportChoice(privacy="keep"))
    assert not (tmp_path / "a").exists()
    files = write_report(
        store, tmp_path / "b", ReportChoice(privacy="keep", reason="consent, vote 12")
    )
    page = files.html.read_text(encoding="utf-8")
    assert re.search(r"tiktok.com/@sample_\w+", page)
    assert "consent, vote 12" in page


def test_redacted_names_are_not_on_the_page(store, tmp_path):
    fill(store)
    page = write_report(store, tmp_path, ReportChoice(privacy="redact")).html.read_text(
        encoding="utf-8"
    )
    assert "REDACTED" in page
    assert not re.search(r"sample_(mode|kitchen|tunes|friend)|\bp_[0-9a-f]{12}", page)


def test_nothing_on_the_page_points_at_the_network(store, tmp_path):
    fill(store, view=world.topic_view())
    page = write_report(store, tmp_path).html.read_text(encoding="utf-8")
    assert Pointers(page).found == ["data:,"]
    assert len(page.encode()) < LIMIT
    assert page.count("plotly.js v") == 1


def test_a_map_of_topics_that_is_too_large_stays_out(store, tmp_path, monkeypatch):
    view = world.topic_view()
    monkeypatch.setattr(report_page, "LARGEST_TOPIC_VIEW", len(view) - 1)
    fill(store, view=view)
    page = write_report(store, tmp_path).html.read_text(encoding="utf-8")
    assert 'class="topic-map"' not in page
    assert "Notebook 04_learn_vocabulary writes it" in page


def test_a_store_without_posts_says_what_to_do(store, tmp_path):
    files = write_report(store, tmp_path)
    text = text_of(files.html.read_text(encoding="utf-8"))
    assert "No posts yet. Import a file with notebook 01_import_posts" in text
    assert "No posts scored yet: run notebook 05_score_posts" in text
    assert "0 posts, none scored yet" in files._repr_html_()


def test_posts_that_are_not_scored_say_what_to_do(store, tmp_path):
    fill(store, scored=False)
    files = write_report(store, tmp_path)
    text = text_of(files.html.read_text(encoding="utf-8"))
    assert files.figures.share is None
    assert "No posts scored yet: run notebook 05_score_posts" in text
    assert "not scored 120 100.0 %" in text


def test_a_report_that_fails_leaves_the_old_one(store, tmp_path):
    fill(store, 20)
    folder = tmp_path / "run"
    write_report(store, folder)
    old = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(StoreError):
        write_report(store, folder, query={"$nonsense": 1})
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == old


@pytest.mark.browser
@pytest.mark.parametrize(
    "view",
    [
        {"width": 1280},
        {"width": 1280, "dark": True},
        {"width": 375, "height": 700, "mobile": True},
    ],
    ids=["laptop", "dark", "phone"],
)
def test_charts_and_topics_are_drawn_without_a_network(store, tmp_path, view):
    fill(store, view=world.topic_view())
    files = write_report(store, tmp_path / "run", run=RUN)
    with opened(files.html, tmp_path, **view) as browser:
        assert count(browser, ".chart") == count(browser, ".chart > .plot-container") == 14
        assert count(browser, "#label .bars .point") > 0
        assert count(browser, "#topic-map circle.dot") == 6
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.execute_script(wide) <= 0
        assert network_requests(browser) == []
        assert console_errors(browser) == []


@pytest.mark.browser
def test_charts_fit_the_paper_when_printed_and_the_screen_again_afterwards(store, tmp_path):
    fill(store)
    files = write_report(store, tmp_path / "run")
    width = "return document.querySelector('#posted svg.main-svg').getBoundingClientRect().width"
    text = "return getComputedStyle(document.querySelector('#posted .xtitle')).fill"
    with opened(files.html, tmp_path, dark=True) as browser:
        before = browser.execute_script(width), browser.execute_script(text)
        browser.execute_script("window.dispatchEvent(new Event('beforeprint'))")
        assert browser.execute_script(width) == 660
        assert browser.execute_script(text) != before[1]
        browser.execute_script("window.dispatchEvent(new Event('afterprint'))")
        assert (browser.execute_script(width), browser.execute_script(text)) == before


@pytest.mark.browser
def test_a_page_without_posts_opens_without_errors(store, tmp_path):
    files = write_report(store, tmp_path / "run")
    with opened(files.html, tmp_path) as browser:
        assert count(browser, ".chart") == 0
        assert count(browser, ".empty") >= 5
        assert console_errors(browser) == []


@pytest.mark.browser
def test_hostile_texts_are_shown_and_not_run(store, tmp_path):
    attacks = [
        "<script>window.hit=1</script>",
        "</script><script>window.hit=1</script>",
        "<img src=x onerror=window.hit=1>",
        "{{ 7 * 7 }} \u202eright to left",
        "<a href='javascript:window.hit=1'>x</a>",
    ]
    posts = [
        Post(
            id=str(7_400_000_000_000_000_000 + place),
            url="javascript:window.hit=1",
            source=attack,
            author=Author(name=f"{attack}"),
            description=attack,
            hashtags=(attack,),
            created_at=world.START,
            queries=(attack,),
            stats=Stats(likes=1, comments=1, shares=1, plays=1, collected_at=world.START),
        )
        for place, attack in enumerate(attacks)
    ]
    store.upsert_posts(posts)
    for post, attack in zip(posts, attacks, strict=True):
        hit = {
            "term": attack,
            "kind": "brand",
            "spans": [{"field": "description", "start": 0, "end": 9}],
        }
        found = world.scored(post, label=0.9).model_dump() | {"why": attack, "terms": [hit]}
        store.save_relevance([(post.id, type(world.scored(post)).model_validate(found))])
    store.put("imports", world.imported() | {"file": attacks[2], "reasons": {attacks[0]: 1}})
    store.put("vocabularies", world.vocabulary() | {"name": attacks[2], "source": attacks[1]})
    files = write_report(
        store, tmp_path / "run", ReportChoice(title=attacks[0]), run=RUN | {"title": attacks[1]}
    )
    with opened(files.html, tmp_path) as browser:
        assert browser.execute_script("return window.hit === undefined")
        assert browser.execute_script("return document.title") == attacks[0]
        shown = browser.execute_script("return document.querySelector('#best').textContent")
        drawn = browser.execute_script("return document.querySelector('#talk').textContent")
        assert all(attack in shown for attack in attacks)
        assert attacks[0][:20] in drawn
        assert count(browser, "img, a[href^=javascript]") == 0
        assert count(browser, ".chart svg a") == 0
        assert console_errors(browser) == []
