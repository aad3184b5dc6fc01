import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.sources.web.lab_pages import Person
from tests.sources.web.small_site import SmallSite, small_site
from tfw.errors import ParameterError
from tfw.lab.app import RunningLab, running_lab
from tfw.lab.content import World
from tfw.processes import command_of
from tfw.sources.web.browser import Browser, open_browser
from tfw.sources.web.captcha import Captcha, wait_for_person
from tfw.sources.web.feed_sources import CATEGORIES, feed_of
from tfw.sources.web.feeds import ScrapeSummary, scrape_posts
from tfw.sources.web.pace import COLLECTION
from tfw.sources.web.states import PageState
from tfw.store import Store

pytestmark = pytest.mark.browser

WORLD = World(seed=23, posts=300)
REAL = Path(__file__).resolve().parents[3] / "../shared/data/web-api"
S = PageState


@pytest.fixture(scope="module")
def lab() -> Iterator[RunningLab]:
    with running_lab(WORLD) as lab:
        yield lab


@pytest.fixture
def calm(lab: RunningLab) -> RunningLab:
    lab.control(web={"modes": []}, clear_log=True)
    return lab


@pytest.fixture(scope="module")
def session(lab: RunningLab) -> Iterator[Browser]:
    """One browser for most of the tests: each begins as somebody whom the site does not know."""
    with open_browser(site=lab.url) as session:
        yield session


@pytest.fixture
def browser(session: Browser) -> Browser:
    session.cdp("Network.clearBrowserCookies", {})
    return session


def scrape(store: Store, browser: Browser, **asked: Any) -> ScrapeSummary:
    return scrape_posts(store, browser=browser, progress=False, **asked)


def truth(post_id: str) -> Any:
    post = WORLD.find_post(post_id)
    assert post is not None
    return post


def test_recommended_posts_are_stored_as_many_as_asked_for(
    store: Store, calm: RunningLab, browser: Browser
) -> None:
    summary = scrape(store, browser, source="recommend", posts_to_scrape=40)
    posts = list(store.posts())
    assert (summary.new, summary.state, len(posts)) == (40, S.OK, 40)
    for post in posts:
        true = truth(post["_id"])
        assert post["description"] == true.description
        assert post["stats"]["comments"] == true.comments
        assert post["source"] == "web-feed"
        assert post["queries"] == ["web:recommend"]


def test_the_first_posts_are_those_of_the_page_and_cost_no_call(
    store: Store, calm: RunningLab, browser: Browser
) -> None:
    summary = scrape(store, browser, source="recommend", posts_to_scrape=5)
    assert (summary.new, summary.calls) == (5, 0)
    assert calm.state()["web"]["calls"] == {}


def test_another_run_brings_other_posts(store: Store, calm: RunningLab, browser: Browser) -> None:
    scrape(store, browser, source="recommend", posts_to_scrape=30)
    summary = scrape(store, browser, source="recommend", posts_to_scrape=30)
    assert summary.new == 30
    assert store.count("posts") == 60


def test_the_fashion_list_goes_on_where_the_last_run_ended(
    store: Store, calm: RunningLab, browser: Browser
) -> None:
    first = scrape(store, browser, source="fashion", posts_to_scrape=30)
    kept = store.get("feeds", "fashion")
    assert kept is not None
    assert kept["cursor"] == first.cursor
    second = scrape(store, browser, source="fashion", posts_to_scrape=30)
    assert (first.new, second.new, store.count("posts")) == (30, 30, 60)
    assert int(str(second.cursor)) > int(str(first.cursor))
    again = scrape(store, browser, source="fashion", posts_to_scrape=1, cursor=0)
    assert again.known >= 30
    for post in store.posts():
        assert truth(post["_id"]).about_fashion
        assert post["author"]["id"] == truth(post["_id"]).account.id
        assert "comments" not in post["stats"]


def test_a_batch_of_which_posts_were_left_out_is_asked_for_again(
    store: Store, calm: RunningLab, browser: Browser
) -> None:
    scrape(store, browser, source="fashion", posts_to_scrape=7)
    summary = scrape(store, browser, source="fashion", posts_to_scrape=500)
    fashion = [WORLD.post(index) for index in range(len(WORLD))]
    public = {post.id for post in fashion if post.public and post.about_fashion}
    assert {post["_id"] for post in store.posts()} == public
    assert (summary.stopped, summary.cursor) == ("the list has no more", None)


def test_a_category_of_explore_has_its_posts_alone(
    store: Store, calm: RunningLab, browser: Browser
) -> None:
    scrape(store, browser, source="outfit", posts_to_scrape=20)
    assert store.count("posts") == 20
    assert all(truth(post["_id"]).about_fashion for post in store.posts())


def test_a_hashtag_s_list_ends_when_it_has_no_more(
    store: Store, calm: RunningLab, browser: Browser
) -> None:
    tag = next(tag for post in map(WORLD.post, range(50)) if post.public for tag in post.hashtags)
    summary = scrape(store, browser, source=f"tag:{tag}", posts_to_scrape=300)
    tagged = {
        post.id for post in map(WORLD.post, range(300)) if post.public and tag in post.hashtags
    }
    stored = {post["_id"] for post in store.posts()}
    assert stored <= tagged
    assert len(stored) + sum(summary.skipped.values()) >= len(tagged)
    assert summary.stopped == "the list has no more"


def test_a_list_without_news_is_left_after_some_rounds(
    store: Store, calm: RunningLab, browser: Browser
) -> None:
    calm.control(web={"modes": ["same_batch"]})
    summary = scrape(store, browser, source="recommend", posts_to_scrape=200, rounds_without_news=3)
    assert summary.stopped == "3 batches in a row held nothing new"
    assert summary.repeats >= 30
    assert calm.state()["web"]["calls"]["/api/recommend/item_list/"] == summary.calls <= 6


@pytest.mark.parametrize(
    ("mode", "state", "reason", "calls"),
    [
        ("empty_always", S.EMPTY, "an empty answer (HTTP 200)", 3),
        ("verify_json", S.CAPTCHA, "the site asks for a captcha (slide)", 1),
        ("http_403", S.RATE_LIMITED, "HTTP 403", 1),
        ("http_429", S.RATE_LIMITED, "HTTP 429", 1),
        ("http_500", S.SERVER_ERROR, "HTTP 500", 3),
        ("list_limit", S.RATE_LIMITED, "code 10404", 1),
        ("page_empty", S.EMPTY, "an empty page", 0),
        ("page_403", S.RATE_LIMITED, "HTTP 403", 0),
        ("login_page", S.LOGIN_WALL, "login page", 0),
        ("captcha_v2", S.CAPTCHA, "a V2 captcha", 0),
    ],
)
def test_a_refusal_is_a_failure_with_its_reason_and_never_zero_posts(
    store: Store,
    calm: RunningLab,
    browser: Browser,
    mode: str,
    state: PageState,
    reason: str,
    calls: int,
) -> None:
    calm.control(web={"modes": [mode]})
    summary = scrape(store, browser, source="recommend", posts_to_scrape=60)
    assert (summary.state, summary.failed, summary.calls) == (state, True, calls)
    assert reason in summary.stopped
    assert f"Failed: {summary.stopped}." in str(summary)
    kept = store.get("feeds", "recommend")
    assert kept is not None
    assert (kept["state"], kept["stopped"]) == (state, summary.stopped)
    assert summary.new == store.count("posts")


@pytest.mark.parametrize(
    "mode",
    [
        "empty_once",
        "page_empty_once",
        "please_wait",
        "number_ids",
        "no_stats_v2",
        "collect_count_text",
        "photo_post",
        "no_music_or_tags",
        "emoji_rtl_captions",
        "short_pages",
        "repeats",
        "cookie_banner",
        "unclosable_modal",
    ],
)
def test_a_list_is_read_in_spite_of(
    store: Store, calm: RunningLab, browser: Browser, mode: str
) -> None:
    calm.control(web={"modes": [mode], "modal_seconds": 0.0})
    summary = scrape(store, browser, source="recommend", posts_to_scrape=40)
    assert (summary.new, summary.state, dict(summary.rejected)) == (40, S.OK, {})
    assert all(WORLD.find_post(post["_id"]) for post in store.posts())


@pytest.mark.parametrize("mode", ["captcha_v1", "captcha_v2"])
def test_a_list_is_read_on_when_a_person_has_solved_the_captcha(
    store: Store, calm: RunningLab, browser: Browser, mode: str
) -> None:
    calm.control(web={"modes": [mode]})

    def ask(browser: Browser, captcha: Captcha) -> bool:
        return wait_for_person(browser, captcha, poll=0.2, step=Person(browser))

    summary = scrape(store, browser, source="recommend", posts_to_scrape=40, ask=ask)
    assert (summary.new, summary.state, summary.captchas) == (40, S.OK, 1)


def test_a_lost_browser_is_replaced(
    store: Store, calm: RunningLab, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed: list[int] = []
    others = psutil.Process().children(recursive=True)
    whole = Store.upsert_posts

    def upsert(self: Store, posts: Any) -> Any:
        if not killed:
            killed.extend(kill_chromium(others))
        return whole(self, posts)

    monkeypatch.setattr(Store, "upsert_posts", upsert)
    summary = scrape_posts(
        store, site=calm.url, source="fashion", posts_to_scrape=60, progress=False
    )
    assert killed
    assert (summary.new, summary.state, store.count("posts")) == (60, S.OK, 60)


def kill_chromium(others: list[psutil.Process]) -> list[int]:
    ended = []
    for process in psutil.Process().children(recursive=True):
        if process not in others and "--user-data-dir" in " ".join(command_of(process.pid)):
            process.kill()
            ended.append(process.pid)
    return ended


def test_the_summary_says_what_came_and_where_it_goes_on(
    store: Store, calm: RunningLab, browser: Browser
) -> None:
    text = str(scrape(store, browser, source="fashion", posts_to_scrape=10))
    assert "fashion: 10 new posts of 10 asked for, 0 seen before, 0 repeats left out." in text
    assert "Ended: as many new posts as asked for." in text
    assert calm.state()["web"]["in_flight_most"] == 1


def test_pages_and_calls_count_for_the_day(
    store: Store, calm: RunningLab, browser: Browser
) -> None:
    summary = scrape(store, browser, source="recommend", posts_to_scrape=60)
    day = store.database[COLLECTION].find_one()
    assert day is not None
    assert day["pages"] == summary.calls + 1


def test_every_source_is_known_and_others_are_told() -> None:
    assert feed_of("Outfit").parameters["categoryType"] == 109
    assert feed_of("tag:#OOTD").page == "/tag/ootd"
    assert feed_of("explore").category is None
    assert len(CATEGORIES) == 21
    for wrong in ("", "tag:", "tag:a b", "tag:../x", "nonsense"):
        with pytest.raises(ParameterError, match="recommend, fashion, tag:NAME, or a category"):
            feed_of(wrong)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"posts_to_scrape": 0}, "posts_to_scrape is 0"),
        ({"rounds_without_news": "x"}, "rounds_without_news is 'x'"),
        ({"cursor": "next"}, "cursor is 'next'"),
        ({"profile": {"language": "?"}}, "language is"),
    ],
)
def test_a_wrong_argument_is_told_before_a_browser_starts(
    store: Store, asked: dict[str, Any], told: str
) -> None:
    with pytest.raises(ParameterError, match=told):
        scrape_posts(store, site="http://127.0.0.1:1", progress=False, **asked)


def test_a_pace_beyond_the_ceiling_is_refused_for_the_real_site(store: Store) -> None:
    with pytest.raises(ParameterError, match="the ceiling of the pace is 4 seconds"):
        scrape_posts(store, site="https://www.tiktok.com", pace={"page": [0, 1]}, progress=False)


def test_a_site_that_does_not_answer_is_a_failure_with_its_reason(store: Store) -> None:
    summary = scrape_posts(store, site="http://127.0.0.1:1", progress=False)
    assert summary.failed
    assert "ERR_UNSAFE_PORT" in summary.stopped or "REFUSED" in summary.stopped


@pytest.fixture(scope="module")
def site() -> Iterator[SmallSite]:
    with small_site() as site:
        yield site


def test_real_items_pass_through_the_same_way(store: Store, site: SmallSite) -> None:
    if not REAL.is_dir():
        pytest.skip("needs the folder ../shared/data/web-api beside the repository")
    payload = next(found for path in sorted(REAL.rglob("*.json")) if (found := item_list(path)))
    site.show("/foryou", page_with([]))
    body = json.dumps({**payload, "hasMore": False})
    site.show("/api/recommend/item_list/", body, kind="application/json")
    summary = scrape_posts(store, site=site.url, posts_to_scrape=100, progress=False)
    ids = {str(item["id"]) for item in payload["itemList"]}
    assert {post["_id"] for post in store.posts()} <= ids
    assert summary.new + sum(summary.skipped.values()) == len(ids)
    assert not summary.rejected


def item_list(path: Path) -> dict[str, Any] | None:
    payload = json.loads(path.read_text(encoding="utf-8"))
    listed = payload.get("itemList") if isinstance(payload, dict) else None
    return payload if listed else None


def page_with(items: list[Any]) -> str:
    block = {"__DEFAULT_SCOPE__": {"webapp.app-context": {}, "webapp.updated-items": items}}
    text = json.dumps(block).replace("<", "\\u003c")
    name = "__UNIVERSAL_DATA_FOR_REHYDRATION__"
    return f'<script id="{name}" type="application/json">{text}</script>'
