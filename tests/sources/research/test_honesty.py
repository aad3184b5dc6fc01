from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.research.labs import client_for, lab_with, shown_ids, stored_ids, whole_world
from tests.sources.samples import HIDE
from tfw.errors import InputError
from tfw.sources.research.collect import collect_videos
from tfw.sources.research.comments import collect_comments
from tfw.sources.research.failures import ApiUnavailable
from tfw.sources.research.honesty import (
    check_canary,
    comment_coverage,
    count_over_matched,
    delivery,
    stands_as_word,
)
from tfw.sources.research.query import Condition, VideoQuery
from tfw.sources.research.recheck import recheck


def query(**lists) -> VideoQuery:
    return VideoQuery(start_date=date(2026, 9, 1), end_date=date(2026, 9, 2), **lists)


def over_matched(asked: VideoQuery, caption: str, *hashtags: str) -> bool:
    row = {"video_description": caption, "hashtag_names": list(hashtags)}
    return bool(count_over_matched(asked, [row]))


HAT = Condition("EQ", "keyword", ("hat",))
WORN = Condition("IN", "hashtag_name", ("thrifted",))
REGION = Condition("EQ", "region_code", ("GB",))


@pytest.mark.parametrize(
    ("keyword", "caption", "stands"),
    [
        ("hat", "that blazer", False),
        ("hat", "my new Hat!", True),
        ("hat", "#hat #ootd", True),
        ("hat", "#hatday", False),
        ("linen shirt", "a Linen Shirt, ironed", True),
        ("été", "cet ÉTÉ", True),
        ("c++", "c++ shirt", True),
        ("古着", "今日の古着コーデ", True),
        ("ring", "spring", False),
    ],
)
def test_a_keyword_counts_where_it_stands_as_a_word(keyword, caption, stands):
    assert stands_as_word(keyword, caption) is stands


@given(st.text(min_size=1, max_size=8), st.text(max_size=40))
def test_a_word_that_stands_is_always_in_the_caption(keyword, caption):
    assert not stands_as_word(keyword, caption) or keyword.casefold() in caption.casefold()


def test_a_required_keyword_has_to_stand_as_a_word():
    asked = query(and_=(HAT, REGION))
    assert over_matched(asked, "that day")
    assert not over_matched(asked, "a hat day")


def test_one_of_several_ways_to_match_is_enough():
    asked = query(or_=(HAT, WORN))
    assert over_matched(asked, "that day", "ootd")
    assert not over_matched(asked, "that day", "Thrifted")


def test_what_cannot_be_told_from_a_row_gets_the_benefit():
    assert not over_matched(query(or_=(HAT, REGION)), "that day")
    assert not over_matched(query(and_=(REGION,)), "that day")


def test_the_summary_tells_how_many_rows_only_seem_to_match(store):
    with lab_with(400, days=4) as lab, client_for(lab, store) as client:
        asked = whole_world(lab, not_=(), or_=(Condition("EQ", "keyword", ("at",)),))
        summary = collect_videos(store, asked, client, progress=False)
        posts = list(store.posts())
        inside = sum(not stands_as_word("at", post["description"]) for post in posts)
        assert inside > 0
        assert summary.delivery["over_matched"] == inside
        assert f"{inside:,} rows hold a keyword only inside" in str(summary)


def test_the_canary_finds_common_words_or_says_that_the_index_looks_down(store):
    with lab_with(100, days=4) as lab, client_for(lab, store) as client:
        day = lab.lab.world.start.date()
        assert check_canary(client, day, day).found
        lab.control(faults=[{"kind": "keyword_silence"}])
        silent = check_canary(client, day, day)
        assert not silent.found
        assert "looks down" in str(silent)
        assert client.quota.today()["used"] == 2


def test_rows_asked_for_are_set_against_rows_delivered():
    window = {"asked": 100, "delivered": 64, "over_matched": 3, "unreadable": 0, "requests": 2,
              "pages": 1}  # fmt: skip
    assert delivery([window, window]) == {name: 2 * count for name, count in window.items()}


def test_comments_reported_are_set_against_comments_collected(store):
    with lab_with(60, days=2) as lab, client_for(lab, store) as client:
        collect_videos(store, whole_world(lab), client, progress=False)
        assert comment_coverage(store) == {"posts": 0, "reported": 0, "collected": 0}
        summary = collect_comments(store, client, progress=False, pseudonymiser=HIDE)
        coverage = comment_coverage(store)
        assert coverage["collected"] == summary.collected
        assert coverage["reported"] >= coverage["collected"]


@pytest.fixture
def collected(store):
    """A lab whose posts and comments are stored, of which ten posts then vanish."""
    with lab_with(120, days=4) as lab, client_for(lab, store) as client:
        collect_videos(store, whole_world(lab), client, progress=False)
        collect_comments(store, client, progress=False, pseudonymiser=HIDE)
        commented = {found["post_id"] for found in store.database["comments"].find()}
        gone = sorted(commented)[:10]
        lab.control(faults=[{"kind": "vanished", "ids": gone}])
        yield lab, client, gone


def test_what_is_gone_is_marked_and_what_is_back_is_not_any_more(store, collected):
    lab, client, gone = collected
    summary = recheck(store, client, progress=False)
    assert (summary.checked, summary.gone, summary.back) == (store.count("posts"), 10, 0)
    marked = {post["_id"]: post["gone"]["since"] for post in store.posts({"gone": {"$ne": None}})}
    assert sorted(marked) == gone
    assert datetime.now(UTC) - marked[gone[0]] < timedelta(minutes=5)

    assert recheck(store, client, progress=False).gone == 0
    assert store.get("posts", gone[0])["gone"]["since"] == marked[gone[0]]

    lab.control(faults=[])
    assert recheck(store, client, progress=False).back == 10
    assert not list(store.posts({"gone": {"$ne": None}}))


def test_what_is_gone_is_deleted_with_its_comments(store, collected):
    lab, client, gone = collected
    summary = recheck(store, client, action="delete", progress=False)
    assert summary.gone == 10
    assert "10 are gone and deleted" in str(summary)
    assert stored_ids(store) == shown_ids(lab)
    assert not {found["post_id"] for found in store.database["comments"].find()} & set(gone)
    assert not list(store.database["threads"].find({"_id": {"$in": gone}}))


def test_comments_are_rechecked_too(store, collected):
    _, client, gone = collected
    lost = {found["_id"] for found in store.database["comments"].find({"post_id": {"$in": gone}})}
    summary = recheck(
        store, client, category="comment", action="delete", most_gone=1.0, progress=False
    )
    assert summary.gone == len(lost) > 0
    assert store.get("posts", gone[0])["comments"]["collected"] == 0
    assert store.get("posts", gone[0])["score"]["state"] == "pending"


def test_an_answer_that_most_is_gone_is_doubted(store, collected):
    lab, client, _ = collected
    lab.control(faults=[{"kind": "vanished", "probability": 1.0}])
    before = stored_ids(store)
    with pytest.raises(ApiUnavailable, match="most_gone"):
        recheck(store, client, action="delete", progress=False)
    assert stored_ids(store) == before


def test_a_failed_task_changes_nothing(store, collected):
    lab, client, _ = collected
    lab.control(faults=[{"kind": "task_failed"}])
    with pytest.raises(ApiUnavailable, match="failed"):
        recheck(store, client, action="delete", progress=False)


def test_the_cap_pauses_a_recheck(store, collected):
    _, client, _ = collected
    summary = recheck(store, client, max_requests=1, progress=False)
    assert summary.checked == 0
    assert "max_requests" in str(summary)


def test_an_unknown_action_is_refused_with_the_valid_ones(store, collected):
    _, client, _ = collected
    with pytest.raises(InputError, match="mark and delete"):
        recheck(store, client, action="burn", progress=False)
