from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records import DAY, MONDAY, make_comment, make_post
from tfw.merging import changes, merge_comment, merge_post, needs_scoring, new_post, recount
from tfw.records import (
    Author,
    Comment,
    CommentState,
    CommentStatus,
    Music,
    Post,
    TimePrecision,
    post_url,
)
from tfw.upserts import as_stored


def stored(*posts: Post) -> dict:
    first, *others = [as_stored(post.document()) for post in posts]
    known = new_post(first)
    for post in others:
        known = merge_post(known, post)
    return known


def stored_comment(*comments: Comment) -> dict:
    first, *others = [comment.document() for comment in comments]
    for comment in others:
        first = merge_comment(first, comment)
    return first


COUNTERS = st.none() | st.integers(0, 2**63 - 1)
SNAPSHOTS = st.dictionaries(
    st.integers(0, 20),
    st.fixed_dictionaries({"likes": COUNTERS, "comments": COUNTERS, "plays": COUNTERS}),
    min_size=1,
    max_size=5,
)


def snapshot_posts(snapshots: dict[int, dict]) -> list[Post]:
    return [
        make_post(at=MONDAY + day * DAY, queries=(f"query {day}",), counters=counters)
        for day, counters in snapshots.items()
    ]


@given(SNAPSHOTS)
def test_repeating_any_import_changes_nothing(snapshots):
    posts = snapshot_posts(snapshots)
    known = stored(*posts)
    for post in posts:
        assert changes(known, merge_post(known, as_stored(post.document()))) == {}


@given(SNAPSHOTS, st.randoms())
def test_counters_and_times_do_not_depend_on_the_order_of_imports(snapshots, random):
    posts = snapshot_posts(snapshots)
    expected = stored(*posts)
    random.shuffle(posts)
    assert stored(*posts) == expected


@given(SNAPSHOTS)
def test_stats_hold_the_newest_known_value_of_each_counter(snapshots):
    stats = stored(*snapshot_posts(snapshots))["stats"]
    for counter in ("likes", "comments", "plays"):
        known = {day: values[counter] for day, values in snapshots.items()}
        values = [known[day] for day in sorted(known) if known[day] is not None]
        assert stats.get(counter) == (values[-1] if values else None)
    assert stats["collected_at"] == MONDAY + max(snapshots) * DAY


def test_a_new_post_has_a_history_of_one_snapshot():
    post = stored(make_post(counters={"likes": 3}))
    assert post["history"] == [{"likes": 3, "collected_at": MONDAY}]
    assert post["first_seen"] == post["last_seen"] == MONDAY


def test_an_older_snapshot_goes_to_its_place_in_the_history():
    post = stored(
        make_post(at=MONDAY + DAY, counters={"likes": 9}), make_post(counters={"likes": 4})
    )
    assert [snapshot["likes"] for snapshot in post["history"]] == [4, 9]
    assert (post["first_seen"], post["last_seen"]) == (MONDAY, MONDAY + DAY)
    assert post["stats"] == {"likes": 9, "collected_at": MONDAY + DAY}


def test_a_snapshot_of_the_same_moment_fills_only_what_is_missing():
    post = stored(make_post(counters={"likes": 4}), make_post(counters={"likes": 5, "plays": 80}))
    assert post["history"] == [{"likes": 4, "plays": 80, "collected_at": MONDAY}]


def test_a_newer_text_replaces_an_older_one():
    post = stored(make_post(description="old"), make_post(at=MONDAY + DAY, description="new"))
    assert post["description"] == "new"


@pytest.mark.parametrize("at", [MONDAY - DAY, MONDAY])
def test_a_text_that_is_not_newer_only_fills_a_gap(at):
    later = make_post(description="A coat", hashtags=())
    earlier = make_post(at=at, description="A scarf", hashtags=("knit",))
    post = stored(later, earlier)
    assert (post["description"], post["hashtags"]) == ("A coat", ["knit"])


def test_an_unknown_value_never_replaces_a_known_one():
    full = make_post(
        hashtags=("linen",),
        music=Music(id="9", title="Waves"),
        region="PT",
        language="pt",
        duration=12.5,
        created_at=MONDAY,
        comments_text="lovely",
        author=Author(id="5", name="thread1", verified=True, followers=7),
    )
    bare = make_post(at=MONDAY + DAY, description="", author=Author())
    merged = stored(full, bare)
    known = stored(full)
    for key in known.keys() - {"stats", "history", "last_seen"}:
        assert merged[key] == known[key]


def test_the_parts_of_an_author_are_joined():
    first = make_post(author=Author(id="5", name="thread1"))
    second = make_post(at=MONDAY + DAY, author=Author(name="thread_one", followers=7))
    assert stored(first, second)["author"] == {"id": "5", "name": "thread_one", "followers": 7}


def test_an_address_without_the_author_counts_as_unknown():
    bare = make_post(at=MONDAY + DAY, url=post_url(make_post().id, None), author=Author())
    for posts in permutations([make_post(), bare]):
        assert stored(*posts)["url"] == make_post().url
    assert stored(bare, bare)["url"] == bare.url


def test_queries_are_united_and_sorted():
    post = stored(make_post(queries=("linen",)), make_post(queries=("dress", "linen")))
    assert post["queries"] == ["dress", "linen"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"description": "A coat"}, True),
        ({"hashtags": ("coat",)}, True),
        ({"comments_text": "lovely"}, True),
        ({"counters": {"likes": 99}, "at": MONDAY + DAY}, True),
        ({"at": MONDAY + DAY}, True),
        ({"region": "PT"}, False),
        ({"queries": ("coat",)}, False),
    ],
)
def test_changed_texts_and_newer_counters_need_scoring(fields, expected):
    known = stored(make_post(description="", hashtags=()))
    newer = as_stored(make_post(**{"description": "", "hashtags": (), **fields}).document())
    assert needs_scoring(known, merge_post(known, newer)) is expected


def status(state: CommentState, **fields) -> CommentStatus:
    return CommentStatus(state=state, **fields)


def test_a_reimport_never_makes_complete_comments_pending():
    done = make_post(comments=status(CommentState.COMPLETE, collected=3, at=MONDAY))
    for posts in permutations([done, make_post(at=MONDAY + DAY)]):
        comments = stored(*posts)["comments"]
        assert comments == {"state": "complete", "collected": 3, "at": MONDAY}


def test_the_latest_state_of_comments_counts_and_brings_its_own_reason():
    blocked = make_post(comments=status(CommentState.BLOCKED, reason="captcha", at=MONDAY))
    off = make_post(comments=status(CommentState.OFF, at=MONDAY + DAY))
    for posts in permutations([blocked, off]):
        comments = stored(*posts)["comments"]
        assert comments == {"state": "off", "collected": 0, "at": MONDAY + DAY}


def test_a_state_without_a_time_has_the_time_of_the_snapshot():
    post = stored(make_post(comments=status(CommentState.OFF)))
    assert post["comments"]["at"] == MONDAY


def test_the_reported_number_of_comments_is_the_newest_known_one():
    first = make_post(comments=status(CommentState.COMPLETE, reported=3, collected=3, at=MONDAY))
    second = make_post(at=MONDAY + DAY, comments=CommentStatus(reported=5))
    third = make_post(at=MONDAY + 2 * DAY)
    comments = stored(first, second, third)["comments"]
    assert comments == {"state": "complete", "reported": 5, "collected": 3, "at": MONDAY}


@pytest.mark.parametrize(
    ("state", "reported", "collected", "expected"),
    [
        ("pending", None, 0, "pending"),
        ("pending", 4, 0, "pending"),
        ("pending", 0, 0, "complete"),
        ("pending", 4, 3, "partial"),
        ("pending", None, 3, "partial"),
        ("pending", 4, 4, "complete"),
        ("partial", 4, 5, "complete"),
        ("blocked", 4, 3, "blocked"),
        ("blocked", 4, 4, "complete"),
        ("complete", 9, 4, "complete"),
        ("off", 4, 4, "off"),
        ("unavailable", 4, 4, "unavailable"),
    ],
)
def test_counting_stored_comments_only_ever_improves_their_state(
    state, reported, collected, expected
):
    known = stored(make_post(comments=status(state, reported=reported, at=MONDAY)))
    recounted = recount(known, collected, MONDAY + DAY)
    assert (recounted["state"], recounted["collected"]) == (expected, collected)


def test_recounting_to_the_same_result_keeps_the_time():
    known = stored(make_post(comments=status(CommentState.PARTIAL, collected=2, at=MONDAY)))
    assert recount(known, 2, MONDAY + DAY) == known["comments"]


def test_the_counter_of_the_post_stands_in_for_the_reported_number():
    assert recount(stored(make_post(counters={"comments": 2})), 2, MONDAY)["state"] == "complete"


def test_a_comment_collected_later_replaces_likes_and_text():
    comment = stored_comment(
        make_comment(likes=1, replies=2), make_comment(at=MONDAY + DAY, likes=5, text="Edited")
    )
    assert (comment["likes"], comment["replies"], comment["text"]) == (5, 2, "Edited")


def test_a_comment_collected_earlier_only_fills_gaps():
    comment = stored_comment(
        make_comment(likes=5), make_comment(at=MONDAY - DAY, likes=1, language="en", parent_id="9")
    )
    assert (comment["likes"], comment["language"], comment["parent_id"]) == (5, "en", "9")


def test_the_more_exact_time_of_a_comment_is_kept():
    hour = make_comment(created_at=MONDAY - DAY, precision=TimePrecision.HOUR)
    day = make_comment(at=MONDAY + DAY, created_at=MONDAY, precision=TimePrecision.DAY)
    unknown = make_comment(at=MONDAY + 2 * DAY)
    for comments in permutations([hour, day, unknown]):
        comment = stored_comment(*comments)
        assert (comment["created_at"], comment["precision"]) == (MONDAY - DAY, "hour")
