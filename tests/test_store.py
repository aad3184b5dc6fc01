import multiprocessing
import uuid
from datetime import timedelta

import bson
import pytest

from tests.records import (
    DAY,
    MONDAY,
    make_comment,
    make_post,
    make_posts,
    make_relevance,
    post_id,
)
from tfw.errors import StoreError
from tfw.records import Author, CommentState, CommentStatus, Post
from tfw.settings import Settings
from tfw.store import Store, WriteCounts, open_store

HOUR = timedelta(hours=1)
# A process that imports the test anew shares no connection with this one.
SPAWN = multiprocessing.get_context("spawn")


def everything(store: Store) -> list[bytes]:
    """All documents of all collections, byte by byte."""
    return [
        bson.encode(document)
        for name in sorted(store.database.list_collection_names())
        for document in store.database[name].find(sort=[("_id", 1)])
    ]


def only_post(store: Store) -> dict:
    (post,) = store.posts()
    return post


def score_all(store: Store, fingerprint: str = "first") -> int:
    claim = store.claim_posts("score", limit=1000, lease=HOUR)
    return store.save_relevance((post["_id"], make_relevance(fingerprint)) for post in claim.posts)


# Posts


def test_a_new_post_is_stored_as_documented(store):
    assert store.upsert_posts([make_post(queries=("linen",))]) == WriteCounts(inserted=1)
    post = only_post(store)
    claims = post.pop("claims")
    assert post == {
        "_id": post_id(1),
        "url": make_post().url,
        "source": "test",
        "author": {"name": "thread1"},
        "description": "A linen dress for warm days",
        "hashtags": [],
        "stats": {"likes": 10, "plays": 100, "collected_at": MONDAY},
        "comments": {"state": "pending", "collected": 0},
        "queries": ["linen"],
        "history": [{"likes": 10, "plays": 100, "collected_at": MONDAY}],
        "first_seen": MONDAY,
        "last_seen": MONDAY,
        "score": {"state": "pending"},
    }
    for work in ("score", "comments"):
        assert list(claims[work]) == ["until"]
        assert (claims[work]["until"].year, claims[work]["until"].month) == (1970, 1)


def test_a_stored_post_reads_back_as_the_same_record(store):
    post = make_post(
        hashtags=("linen",), author=Author(id="7", name="thread1", followers=2**63 - 1)
    )
    store.upsert_posts([post])
    assert Post.from_document(only_post(store)) == post


def test_hostile_text_is_stored_unchanged(store):
    text = "=HYPERLINK(1) <script>alert(1)</script> {$where} \u202eabc 👗🏽 $set.x\t\r\n"
    store.upsert_posts([make_post(description=text, hashtags=("$where", "a.b"))])
    store.upsert_comments([make_comment(text=text)])
    assert only_post(store)["description"] == text
    assert only_post(store)["hashtags"] == ["$where", "a.b"]
    assert store.comments_of([post_id(1)])[post_id(1)][0]["text"] == text


def test_writing_the_same_thing_twice_changes_not_one_byte(store):
    posts = make_posts(30, hashtags=("linen",), comments_text="lovely", queries=("a", "b"))
    comments = [make_comment(number, post=number % 7, likes=1) for number in range(40)]
    store.upsert_posts(posts)
    store.upsert_comments(comments)
    store.update_comment_status(post.id for post in posts)
    score_all(store)
    before = everything(store)
    assert store.upsert_posts(posts) == WriteCounts(unchanged=30)
    assert store.upsert_comments(comments) == WriteCounts(unchanged=40)
    store.update_comment_status(post.id for post in posts)
    assert everything(store) == before


def test_the_counts_tell_new_changed_and_unchanged_posts_apart(store):
    store.upsert_posts(make_posts(3))
    posts = [make_post(0), make_post(1, at=MONDAY + DAY), make_post(5), make_post(5)]
    assert store.upsert_posts(posts) == WriteCounts(inserted=1, updated=1, unchanged=2)


def test_counts_add_up():
    assert WriteCounts(1, 2, 3) + WriteCounts(4, 5, 6) == WriteCounts(5, 7, 9)


def test_a_post_that_comes_twice_in_one_import_is_joined(store):
    store.upsert_posts([make_post(counters={"likes": 1}), make_post(at=MONDAY + DAY)])
    assert only_post(store)["stats"] == {"likes": 10, "plays": 100, "collected_at": MONDAY + DAY}
    assert len(only_post(store)["history"]) == 2


def test_imports_of_more_than_a_batch_are_complete_and_repeatable(store):
    assert store.upsert_posts(make_posts(2_300)) == WriteCounts(inserted=2_300)
    assert store.upsert_posts(make_posts(2_300)) == WriteCounts(unchanged=2_300)
    assert store.count("posts") == 2_300


def test_an_import_of_nothing_writes_nothing(store):
    assert store.upsert_posts([]) == store.upsert_comments([]) == WriteCounts()


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"description": "A coat"}, "pending"),
        ({"hashtags": ("coat",)}, "pending"),
        ({"comments_text": "lovely"}, "pending"),
        ({"counters": {"likes": 11}}, "pending"),
    ],
)
def test_a_scored_post_is_scored_again_when_its_texts_or_counters_change(store, fields, state):
    store.upsert_posts([make_post()])
    assert score_all(store) == 1
    store.upsert_posts([make_post(queries=("again",))])
    assert only_post(store)["score"]["state"] == "done"
    store.upsert_posts([make_post(at=MONDAY + DAY, **fields)])
    assert only_post(store)["score"]["state"] == state


def test_a_collected_state_of_comments_survives_a_reimport(store):
    store.upsert_posts([make_post()])
    done = CommentStatus(state=CommentState.OFF, reason="the author turned them off", at=MONDAY)
    post = Post.from_document(only_post(store)).model_copy(update={"comments": done})
    assert store.upsert_posts([post]) == WriteCounts(updated=1)
    store.upsert_posts([make_post(at=MONDAY + DAY)])
    assert only_post(store)["comments"] == done.document()


def import_snapshots(settings: Settings, days: list[int], query: str) -> None:
    with open_store(settings) as store:
        for day in days:
            posts = [
                make_post(
                    number,
                    at=MONDAY + day * DAY,
                    counters={"likes": day * 10 + number},
                    queries=(query,),
                )
                for number in range(100)
            ]
            store.upsert_posts(posts)


def test_two_processes_that_import_the_same_posts_end_where_one_does(settings):
    other = settings.model_copy(update={"database": f"test-{uuid.uuid4().hex[:12]}"})
    importers = [
        SPAWN.Process(target=import_snapshots, args=(settings, [0, 1, 2, 3], "linen")),
        SPAWN.Process(target=import_snapshots, args=(settings, [3, 1, 0, 4], "dress")),
    ]
    for importer in importers:
        importer.start()
    import_snapshots(other, [0, 1, 2, 3], "linen")
    import_snapshots(other, [3, 1, 0, 4], "dress")
    for importer in importers:
        importer.join()
    assert [importer.exitcode for importer in importers] == [0, 0]
    with open_store(settings) as both, open_store(other) as one:
        found = list(both.posts())
        assert found == list(one.posts())
        assert len(found) == 100
        assert {len(post["history"]) for post in found} == {5}
        one.database.client.drop_database(one.database.name)


# Comments


def test_comments_are_grouped_by_post_oldest_first(store):
    store.upsert_comments(
        [
            make_comment(1, post=1, created_at=MONDAY + DAY),
            make_comment(2, post=1, created_at=MONDAY),
            make_comment(3, post=1),
            make_comment(4, post=2, created_at=MONDAY),
        ]
    )
    found = store.comments_of([post_id(1), post_id(2), post_id(3)])
    ids = {post: [comment["_id"] for comment in comments] for post, comments in found.items()}
    assert ids == {post_id(1): ["2", "1", "3"], post_id(2): ["4"], post_id(3): []}


@pytest.mark.parametrize(
    ("comment", "state"),
    [
        (make_comment(2), "pending"),
        (make_comment(1, at=MONDAY + DAY, text="Edited"), "pending"),
        (make_comment(1, at=MONDAY + DAY, likes=5), "done"),
        (make_comment(2, post=9), "done"),
    ],
)
def test_a_post_is_scored_again_only_when_the_texts_of_its_comments_change(store, comment, state):
    store.upsert_posts([make_post()])
    store.upsert_comments([make_comment(1)])
    assert score_all(store) == 1
    store.upsert_comments([comment])
    assert only_post(store)["score"]["state"] == state


def test_the_state_of_comments_follows_from_their_number(store):
    store.upsert_posts([make_post(n, counters={"comments": 2}) for n in range(1, 4)])
    store.upsert_comments([make_comment(1, 1), make_comment(2, 1), make_comment(3, 2)])
    store.update_comment_status([post_id(1), post_id(2), post_id(3), "404"])
    states = {
        post["_id"]: (post["comments"]["state"], post["comments"]["collected"])
        for post in store.posts()
    }
    assert states == {
        post_id(1): ("complete", 2),
        post_id(2): ("partial", 1),
        post_id(3): ("pending", 0),
    }


# Scores


def test_saved_scores_are_stored_as_documented(store):
    store.upsert_posts([make_post()])
    assert store.save_relevance([(post_id(1), make_relevance(label=None))]) == 1
    post = only_post(store)
    assert post["score"] == {"state": "done"}
    assert "label" not in post["relevance"]
    assert post["relevance"]["labels"] == {"fashion": 0.9, "haute couture, e.g. dresses": 0.1}
    assert post["relevance"]["terms"] == [
        {
            "term": "dress",
            "kind": "word",
            "spans": [{"field": "description", "start": 8, "end": 13}],
        }
    ]


def test_scores_of_an_unknown_post_are_not_saved(store):
    assert store.save_relevance([("404", make_relevance())]) == 0
    assert store.count("posts") == 0


def test_scores_of_a_text_that_changed_meanwhile_are_not_saved(store):
    store.upsert_posts(make_posts(2))
    claim = store.claim_posts("score", limit=2, lease=HOUR)
    with open_store() as other:
        other.upsert_posts([make_post(0, at=MONDAY + DAY, description="A coat")])
    assert store.save_relevance((p["_id"], make_relevance()) for p in claim.posts) == 1
    states = {post["_id"]: post["score"]["state"] for post in store.posts()}
    assert states == {post_id(0): "pending", post_id(1): "done"}
    again = store.claim_posts("score", limit=2, lease=HOUR)
    assert [post["description"] for post in again.posts] == ["A coat"]
    assert store.save_relevance([(post_id(0), make_relevance())]) == 1


def test_posts_scored_in_another_way_become_pending(store):
    store.upsert_posts(make_posts(5))
    score_all(store, "first")
    store.save_relevance([(post_id(0), make_relevance("second"))])
    assert store.mark_for_scoring("second") == 4
    assert store.mark_for_scoring("second") == 0
    pending = [post["_id"] for post in store.posts({"score.state": "pending"})]
    assert pending == [post_id(number) for number in range(1, 5)]
    assert len(store.claim_posts("score", limit=9, lease=HOUR).posts) == 4


# Other documents


def test_put_tells_a_new_document_from_a_replaced_one(store):
    assert store.put("runs", {"_id": "a", "steps": 1, "file": "x"}) is True
    assert store.put("runs", {"_id": "a", "steps": 2}) is False
    assert store.get("runs", "a") == {"_id": "a", "steps": 2}


def test_get_of_an_unknown_id_is_none(store):
    assert store.get("runs", "404") is None


def test_latest_is_the_newest_by_creation(store):
    assert store.latest("vocabularies") is None
    for number, day in enumerate([2, 5, 1]):
        store.put("vocabularies", {"_id": str(number), "created_at": MONDAY + day * DAY})
    assert store.latest("vocabularies")["_id"] == "1"


def test_a_document_without_an_id_is_refused(store):
    with pytest.raises(StoreError, match="'runs' has no _id"):
        store.put("runs", {"steps": 1})


def test_a_value_that_cannot_be_stored_is_named(store):
    with pytest.raises(StoreError, match=r"could not save a document: .*complex"):
        store.put("runs", {"_id": "a", "value": 1j})


def test_counting_takes_a_query(store):
    store.upsert_posts(make_posts(4))
    store.upsert_comments([make_comment(1), make_comment(2, text="nice")])
    score_all(store)
    store.upsert_posts([make_post(0, at=MONDAY + DAY, description="A coat")])
    assert store.count("posts", {"score.state": "done"}) == 3
    assert store.count("posts", {"$or": [{"description": "A coat"}, {"_id": post_id(1)}]}) == 2
    assert store.count("comments", {"text": "nice"}) == 1
    assert (store.count("posts"), store.count("comments"), store.count("nothing")) == (4, 2, 0)


# The connection


def test_opening_again_finds_data_and_indexes(store, settings):
    store.upsert_posts(make_posts(3))
    with open_store(settings) as again:
        assert again.count("posts") == 3
        assert set(again.database["posts"].index_information()) == {
            "_id_",
            "_id_1_created_at_1",
            "score.state_1_claims.score.until_1",
            "comments.state_1_claims.comments.until_1",
        }


def test_times_come_back_as_aware_utc(store):
    store.upsert_posts([make_post()])
    assert only_post(store)["last_seen"].utcoffset() == timedelta(0)


def test_a_query_that_the_server_refuses_is_one_clear_error(store):
    store.upsert_posts([make_post()])
    with pytest.raises(StoreError, match=r"could not read posts: .*nonsense"):
        list(store.posts({"description": {"$nonsense": 1}}))


def test_a_closed_store_says_so(settings):
    store = open_store(settings)
    store.close()
    with pytest.raises(StoreError, match="could not"):
        store.get("runs", "a")


def test_open_store_starts_the_embedded_server_without_being_asked(session_home, server):
    home = Settings(home=session_home, key_folder=session_home, database="embedded-test")
    with open_store(home) as store:
        assert store.put("runs", {"_id": "a"}) is True


def test_a_store_shows_its_database_and_no_password(store, server):
    assert store.database.name in repr(store)
    assert server.uri.get_secret_value().split("@")[0] not in repr(store)
