from datetime import UTC, date, datetime, timedelta

import pytest

from tests.records import make_post
from tfw.records import CommentStatus
from tfw.sources.day_counts import Coverage, DayState, judge_days, silent_zeros
from tfw.sources.health import collection_days, feeds, read_posts
from tfw.sources.research.query import Condition, VideoQuery
from tfw.sources.research.quota import QuotaLedger

NOW = datetime(2026, 9, 30, 12, tzinfo=UTC)
QUERY = VideoQuery(
    and_=(Condition("EQ", "hashtag_name", ("linen",)),),
    start_date=date(2026, 9, 1),
    end_date=date(2026, 9, 10),
    name="linen",
)


API = "research-api"


def comments(state, reported=None, collected=0, reason=None):
    return CommentStatus(state=state, reported=reported, collected=collected, reason=reason, at=NOW)


@pytest.fixture
def collected(store):
    """Five posts from three sources, their comments in several states."""
    store.upsert_posts(
        [
            make_post(1, source=API, queries=("linen",), comments=comments("complete", 100, 96)),
            make_post(2, source=API, queries=("linen",), comments=comments("pending", 40)),
            make_post(3, source=API, comments=comments("unavailable", 10, 0, "deleted")),
            make_post(4, source="web-tag", comments=comments("unavailable", 5, 0, "deleted")),
            make_post(5, source="web-tag", comments=comments("off")),
        ]
    )  # fmt: skip
    return store


def test_comments_are_counted_against_what_is_reported_by_source_and_state(collected):
    figures = read_posts(collected)
    complete = figures.comments[API, "complete"]
    assert (complete.posts, complete.reported, complete.collected) == (1, 100, 96)
    assert complete.share == 0.96
    # An unknown number is none: it is not added as 0 and has no share.
    off = figures.comments["web-tag", "off"]
    assert (off.posts, off.reported, off.unknown, off.share) == (1, 0, 1, None)


def test_reasons_for_misses_are_counted(collected):
    assert read_posts(collected).reasons == {("unavailable", "deleted"): 2}


def test_the_posts_of_a_query_and_those_of_the_web_are_counted_alone(collected):
    assert read_posts(collected, QUERY).posts == 2
    assert read_posts(collected, "web").posts == 2
    assert read_posts(collected).posts == 5


def test_posts_are_counted_by_day_of_posting_and_of_collection(store):
    made = datetime(2026, 9, 3, 23, 59, tzinfo=UTC)
    store.upsert_posts([make_post(1, at=NOW, created_at=made), make_post(2, at=NOW)])
    figures = read_posts(store)
    assert figures.created == {date(2026, 9, 3): 1}
    assert figures.first_seen == {NOW.date(): 2}


def weeks_of_scraping(store, *, broken, days=29):
    """Pages opened on each day up to yesterday, with new posts on all but one."""
    first = NOW - timedelta(days=days)
    for place in range(days):
        at = first + timedelta(days=place)
        day = at.date()
        store.put("pages_a_day", {"_id": day.isoformat(), "pages": 30})
        if day != broken:
            store.upsert_posts(
                make_post(100 * place + number, at=at, source="web-explore") for number in range(12)
            )


def test_a_day_on_which_pages_were_opened_and_nothing_came_is_a_silent_zero(store):
    broken = date(2026, 9, 16)
    weeks_of_scraping(store, broken=broken)
    judged = judge_days(collection_days(store, read_posts(store, "web"), "web", NOW))
    assert [one.day for one in silent_zeros(judged)] == [broken]
    assert judged[-1].day == NOW.date()
    assert judged[-1].state is DayState.YOUNG


def test_a_day_on_which_only_comments_were_read_is_no_zero(store):
    broken = date(2026, 9, 16)
    weeks_of_scraping(store, broken=broken)
    read = CommentStatus(
        state="complete", reported=1, collected=1, at=datetime(2026, 9, 16, 8, tzinfo=UTC)
    )
    store.upsert_posts([make_post(5_000, at=NOW - timedelta(days=20), comments=read)])
    found = {
        one.day: one.coverage
        for one in collection_days(store, read_posts(store, "web"), "web", NOW)
    }
    assert found[broken] is Coverage.IDLE


def test_a_day_without_any_request_is_no_zero(store):
    store.upsert_posts([make_post(1, at=NOW - timedelta(days=4))])
    found = collection_days(store, read_posts(store), None, NOW)
    assert [(one.rows, one.coverage) for one in found] == [
        (1, Coverage.COMPLETE), (0, Coverage.IDLE), (0, Coverage.IDLE), (0, Coverage.IDLE),
        (0, Coverage.YOUNG),
    ]  # fmt: skip


def test_requests_for_videos_make_a_day_one_on_which_posts_are_expected(store):
    yesterday = NOW - timedelta(days=1)
    ledger = QuotaLedger(store, "key", clock=lambda: yesterday)
    ledger.reserve("general", "comment_list")
    found = collection_days(store, read_posts(store), None, NOW)
    assert [one.coverage for one in found] == [Coverage.IDLE, Coverage.YOUNG]
    ledger.reserve("general", "video_query")
    found = collection_days(store, read_posts(store), None, NOW)
    assert [one.coverage for one in found] == [Coverage.COMPLETE, Coverage.YOUNG]


def test_an_empty_database_has_no_days(store):
    assert collection_days(store, read_posts(store), None, NOW) == []


def test_public_lists_are_named_with_their_place(store):
    store.put("feeds", {"_id": "tag:linen", "cursor": 90, "ended": False, "at": NOW})
    store.put("feeds", {"_id": "fashion", "cursor": None, "ended": True, "at": NOW})
    assert [feed["_id"] for feed in feeds(store)] == ["fashion", "tag:linen"]


def test_very_many_different_reasons_do_not_fill_the_memory(store, monkeypatch):
    monkeypatch.setattr("tfw.sources.health.MOST_REASONS", 3)
    store.upsert_posts(
        make_post(n, comments=comments("unavailable", 1, 0, f"reason {n}")) for n in range(6)
    )
    reasons = read_posts(store).reasons
    assert len(reasons) == 4
    assert reasons["unavailable", "other reasons"] == 3
