import multiprocessing
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.records import DAY, MONDAY, make_comment, make_post, make_posts, make_relevance, post_id
from tfw.claims import FIRST_WIDTH, SLOTS, Claims, free_slot
from tfw.records import CommentState, CommentStatus
from tfw.settings import Settings
from tfw.store import Store, open_store

HOUR = timedelta(hours=1)
OVER = timedelta(microseconds=-1)
SPAWN = multiprocessing.get_context("spawn")


def ids(posts: list[dict]) -> set[str]:
    return {post["_id"] for post in posts}


def claim_all(store: Store, work: str = "score", lease: timedelta = HOUR) -> list[set[str]]:
    claims = []
    while posts := store.claim_posts(work, limit=7, lease=lease).posts:
        claims.append(ids(posts))
    return claims


@pytest.mark.parametrize("work", ["score", "comments"])
def test_every_post_is_claimed_once(store, work):
    store.upsert_posts(make_posts(40))
    claims = claim_all(store, work)
    assert sum(len(claim) for claim in claims) == 40
    assert set.union(*claims) == {post_id(number) for number in range(40)}


def test_a_claim_has_the_whole_posts_and_no_more_than_asked_for(store):
    store.upsert_posts(make_posts(250))
    claim = store.claim_posts("score", limit=130, lease=HOUR)
    assert len(claim.posts) == len(ids(claim.posts)) == 130
    assert all(post["description"] and post["stats"] for post in claim.posts)
    assert {post["claims"]["score"]["token"] for post in claim.posts} == {claim.token}


@pytest.mark.parametrize("limit", [0, -1])
def test_a_claim_of_nothing_is_empty(store, limit):
    store.upsert_posts(make_posts(3))
    assert store.claim_posts("score", limit=limit, lease=HOUR).posts == []


def test_a_lease_that_is_over_at_once_claims_each_post_once(store):
    store.upsert_posts(make_posts(3))
    assert len(store.claim_posts("score", limit=9, lease=OVER).posts) == 3


def test_a_claim_on_an_empty_database_is_empty(store):
    assert store.claim_posts("score", limit=5, lease=HOUR).posts == []


def test_a_claim_does_not_print_its_posts(store):
    store.upsert_posts(make_posts(1))
    assert "linen" not in repr(store.claim_posts("score", limit=1, lease=HOUR))


def test_the_two_kinds_of_work_do_not_get_in_each_others_way(store):
    store.upsert_posts(make_posts(5))
    assert len(store.claim_posts("score", limit=5, lease=HOUR).posts) == 5
    assert len(store.claim_posts("comments", limit=5, lease=HOUR).posts) == 5


def test_scored_posts_are_not_claimed(store):
    store.upsert_posts(make_posts(5))
    store.save_relevance([(post_id(0), make_relevance())])
    assert set.union(*claim_all(store)) == {post_id(number) for number in range(1, 5)}


@pytest.mark.parametrize("state", [state for state in CommentState if state != "pending"])
def test_posts_whose_comments_are_settled_are_not_claimed(store, state):
    store.upsert_posts([make_post(1, comments=CommentStatus(state=state)), make_post(2)])
    assert claim_all(store, "comments") == [{post_id(2)}]


def test_the_posts_of_an_ended_lease_can_be_claimed_again(store):
    store.upsert_posts(make_posts(9))
    first = store.claim_posts("score", limit=4, lease=OVER)
    with open_store() as other:
        again = other.claim_posts("score", limit=9, lease=HOUR)
    assert len(again.posts) == 9
    assert ids(again.posts) > ids(first.posts)


def test_scores_of_a_claim_that_somebody_else_has_now_are_not_saved(store):
    store.upsert_posts(make_posts(1))
    store.claim_posts("score", limit=1, lease=OVER)
    with open_store() as other:
        other.claim_posts("score", limit=1, lease=HOUR)
        assert store.save_relevance([(post_id(0), make_relevance())]) == 0
        assert other.save_relevance([(post_id(0), make_relevance())]) == 1


def test_scores_of_an_ended_lease_that_nobody_took_are_saved(store):
    store.upsert_posts(make_posts(1))
    store.claim_posts("score", limit=1, lease=OVER)
    assert store.save_relevance([(post_id(0), make_relevance())]) == 1


@pytest.mark.parametrize("work", ["score", "comments"])
def test_released_posts_can_be_claimed_at_once(store, work):
    store.upsert_posts(make_posts(6))
    store.release(store.claim_posts(work, limit=6, lease=HOUR))
    assert len(store.claim_posts(work, limit=6, lease=HOUR).posts) == 6


def test_releasing_leaves_done_posts_and_the_claims_of_others_alone(store):
    store.upsert_posts(make_posts(2))
    claim = store.claim_posts("score", limit=2, lease=OVER)
    store.save_relevance([(post_id(0), make_relevance())])
    with open_store() as other:
        taken = other.claim_posts("score", limit=2, lease=HOUR)
        assert ids(taken.posts) == {post_id(1)}
        store.release(claim)
        assert other.claim_posts("score", limit=2, lease=HOUR).posts == []
        assert other.save_relevance([(post_id(1), make_relevance())]) == 1


def test_new_comments_end_the_claim_of_whoever_scores_the_post(store):
    store.upsert_posts(make_posts(1))
    store.claim_posts("score", limit=1, lease=HOUR)
    with open_store() as other:
        other.upsert_comments([make_comment(1, post=0)])
    assert store.save_relevance([(post_id(0), make_relevance())]) == 0
    assert len(store.claim_posts("score", limit=1, lease=HOUR).posts) == 1


def test_new_counters_end_a_claim_because_a_score_of_old_ones_would_be_wrong(store):
    store.upsert_posts(make_posts(1))
    store.claim_posts("score", limit=1, lease=HOUR)
    store.upsert_posts([make_post(0, at=MONDAY + DAY)])
    assert store.save_relevance([(post_id(0), make_relevance())]) == 0
    assert len(store.claim_posts("score", limit=1, lease=HOUR).posts) == 1


def test_free_posts_are_spread_over_january_1970():
    slots = [free_slot(post_id(number)) for number in range(1000)]
    assert slots == [free_slot(post_id(number)) for number in range(1000)]
    assert {(slot.year, slot.month) for slot in slots} == {(1970, 1)}
    assert len(set(slots)) > 990
    middle = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=SLOTS / 2)
    assert 400 < sum(slot < middle for slot in slots) < 600


@pytest.mark.parametrize("width", [1 + SLOTS // 3, FIRST_WIDTH, SLOTS])
def test_the_slices_of_a_search_cover_every_slot_once(store, width):
    claims = Claims(store.database["posts"])
    claims._width["score"] = width
    slices = sorted(claims._slices("score"))
    assert slices[0][0] == datetime(1970, 1, 1, tzinfo=UTC)
    assert slices[-1][1] == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=SLOTS)
    assert all(end == start for (_, end), (start, _) in pairwise(slices))


def score_posts(settings: Settings, name: str, pause: float) -> None:
    """A worker that claims and scores until nothing is left, and signs what it has done."""
    with open_store(settings) as store:
        while posts := store.claim_posts("score", limit=20, lease=timedelta(seconds=3)).posts:
            time.sleep(pause)
            store.put("log", {"_id": f"{name} {time.time_ns()}", "ids": sorted(ids(posts))})
            store.save_relevance((post["_id"], make_relevance(name)) for post in posts)


def done(store: Store) -> int:
    return store.count("posts", {"score.state": "done"})


def test_two_processes_share_a_thousand_posts_each_post_once(store, settings):
    store.upsert_posts(make_posts(1_100))
    workers = [SPAWN.Process(target=score_posts, args=(settings, name, 0.0)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert done(store) == 1_100
    claimed = [id_ for entry in store.database["log"].find() for id_ in entry["ids"]]
    assert len(claimed) == len(set(claimed)) == 1_100
    names = {post["relevance"]["fingerprint"] for post in store.posts()}
    assert names == {"a", "b"}


def test_the_work_of_a_killed_process_is_done_when_its_leases_have_ended(store, settings):
    store.upsert_posts(make_posts(300))
    victim = SPAWN.Process(target=score_posts, args=(settings, "victim", 0.2))
    victim.start()
    while not done(store):
        time.sleep(0.02)
    os.kill(victim.pid, signal.SIGKILL)
    victim.join()
    left = 300 - done(store)
    assert left
    while done(store) < 300:
        score_posts(settings, "heir", 0.0)
        time.sleep(0.2)
    claimed = [id_ for entry in store.database["log"].find() for id_ in entry["ids"]]
    # At most the batch that the victim had in hand was worked on twice.
    assert len(claimed) - len(set(claimed)) <= 20
