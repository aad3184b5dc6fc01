import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.sources.research.labs import client_for, lab_with, shown_ids, whole_world
from tests.sources.research.test_fault_run import start
from tests.sources.samples import HIDE
from tfw.errors import FileFormatError, InputError
from tfw.records import Relevance
from tfw.sources.research.collect import collect_videos
from tfw.sources.research.comment_choice import choose_posts, estimate_comments
from tfw.sources.research.comments import collect_comments
from tfw.sources.research.ids import read_post_ids
from tfw.sources.research.query import Condition
from tfw.sources.research.rows import read_comments

LIST = "video/comment/list"
LINK = "https://www.tiktok.com/@a/video"


@pytest.fixture
def lab():
    with lab_with(80, days=4, most_comments=250) as lab:
        yield lab


@pytest.fixture
def client(lab, store):
    with client_for(lab, store) as client:
        collect_videos(store, whole_world(lab), client, progress=False)
        yield client


def collect(store, client, **options):
    return collect_comments(store, client, **{"progress": False, "pseudonymiser": HIDE, **options})


def visible(lab, *, replies: bool) -> set[str]:
    """The ids of the comments that the API lists, or that exist with their replies."""
    shelf = lab.lab.shelf
    posts = [post for post in lab.lab.world if shelf.is_shown(post)]
    if not replies:
        return {c.id for post in posts for c in lab.lab.comments.of_post(post.id)}
    return {c.id for post in posts for c in lab.lab.world.comments(post) if not c.hidden}


def stored_comments(store) -> set[str]:
    return {found["_id"] for found in store.database["comments"].find({}, {"_id": 1})}


def commented(store) -> list[dict]:
    """The stored posts with comments, the most commented first."""
    posts = [post for post in store.posts() if post["stats"].get("comments")]
    return sorted(posts, key=lambda post: -post["stats"]["comments"])


def test_every_post_with_comments_is_read_once_with_its_pages(lab, store, client):
    cost = estimate_comments(store)
    summary = collect(store, client)
    posts = commented(store)
    assert sum(summary.posts.values()) == cost.posts == len(posts)
    assert summary.requests == len(lab.lab.log.calls(LIST)) <= cost.requests
    assert set(lab.lab.log.asked(LIST).values()) == {1}
    assert summary.collected == summary.comments.inserted == len(stored_comments(store))
    assert summary.reported == sum(post["stats"]["comments"] for post in posts)
    assert {post["comments"]["state"] for post in posts} <= {"complete", "partial", "unavailable"}
    for post in posts:
        status = post["comments"]
        assert status["collected"] == len(store.comments_of([post["_id"]])[post["_id"]])
        if status["state"] == "partial":
            assert "the API gave" in status["reason"]


def test_a_second_run_asks_for_nothing(lab, store, client):
    collect(store, client)
    before = len(lab.lab.log.calls(LIST))
    assert collect(store, client).requests == 0
    assert len(lab.lab.log.calls(LIST)) == before


def test_replies_are_fetched_with_their_comments_or_later(lab, store, client):
    collect(store, client)
    without = stored_comments(store)
    collect(store, client, replies=True)
    assert without < stored_comments(store)
    assert stored_comments(store) == visible(lab, replies=True)
    before = len(lab.lab.log.calls(LIST))
    collect(store, client, replies=True)
    assert len(lab.lab.log.calls(LIST)) == before


def test_the_posts_with_the_most_comments_come_first_when_the_quota_is_short(store, client):
    collect(store, client, max_requests=3, workers=1)
    posts = commented(store)
    read = {found["post_id"] for found in store.database["comments"].find()}
    assert posts[0]["_id"] in read
    assert len(read) <= 3
    assert not read & {post["_id"] for post in posts[6:]}


def test_posts_judged_to_be_about_fashion_come_before_all_others(store, client):
    posts = commented(store)
    few = posts[-1]["_id"]

    def judge(verdict: bool) -> Relevance:
        now = datetime.now(UTC)
        return Relevance(
            vocabulary=2, verdict=verdict, why="", vocabulary_id="v", model="m",
            thresholds={}, fingerprint="f", at=now,
        )  # fmt: skip

    store.save_relevance([(few, judge(True)), (posts[0]["_id"], judge(False))])
    chosen = choose_posts(store, None, 100, replies=False)
    assert chosen[0] == few
    assert chosen[-1] == posts[0]["_id"]


def test_a_list_of_ids_is_read_in_its_order_without_those_that_are_done(lab, store, client):
    ids = [post["_id"] for post in commented(store)[:3]]
    collect(store, client, post_ids=[ids[1]])
    assert choose_posts(store, ids, 10, replies=False) == [ids[0], ids[2]]
    collect(store, client, post_ids=ids)
    assert {found["post_id"] for found in store.database["comments"].find()} == set(ids)


def test_posts_that_are_not_stored_can_be_read_too(lab, store):
    shelf = lab.lab.shelf
    post = max((p for p in lab.lab.world if shelf.is_shown(p)), key=lambda p: p.comments)
    with client_for(lab, store) as client:
        summary = collect(store, client, post_ids=[post.id])
    assert summary.posts == {"complete": 1}
    assert len(stored_comments(store)) == summary.collected > 0
    assert store.count("posts") == 0


def test_a_post_that_is_gone_is_unavailable_with_the_reason(lab, store, client):
    gone = commented(store)[0]["_id"]
    lab.control(faults=[{"kind": "vanished", "ids": [gone]}])
    summary = collect(store, client, post_ids=[gone])
    status = store.get("posts", gone)["comments"]
    assert status["state"] == "unavailable"
    assert "cannot find the video" in status["reason"]
    assert summary.problems[0][0] == gone
    assert collect(store, client, post_ids=[gone]).requests == 0


def test_the_apis_cap_is_named_as_the_reason(store):
    with (
        lab_with(4_000, days=4, most_comments=2_500, rules={"most_comments": 2_500}) as lab,
        client_for(lab, store) as client,
    ):
        shelf = lab.lab.shelf
        most = max((p for p in lab.lab.world if shelf.is_shown(p)), key=lambda p: p.comments)
        assert most.comments > 1_200
        only = Condition("EQ", "video_id", (most.id,))
        query = whole_world(lab, not_=(), and_=(only,))
        collect_videos(store, query, client, progress=False)
        collect(store, client)
        status = store.get("posts", most.id)["comments"]
        assert (status["state"], status["collected"]) == ("partial", 1_000)
        assert status["reason"] == "the API gives 1,000 comments of a video at most"
        assert len(lab.lab.log.calls(LIST)) == 10


def test_a_run_that_the_quota_stops_goes_on_with_the_page_it_missed(lab, store):
    shelf = lab.lab.shelf
    post = max((p for p in lab.lab.world if shelf.is_shown(p)), key=lambda p: p.comments)
    assert post.comments > 120
    with client_for(lab, store) as client:
        first = collect(store, client, post_ids=[post.id], max_requests=1)
        assert "max_requests" in first.paused
        assert store.get("threads", post.id)["cursor"] == 100
        second = collect(store, client, post_ids=[post.id])
        assert second.paused is None
    assert set(lab.lab.log.asked(LIST).values()) == {1}


def test_null_comments_and_cursors_are_an_empty_page(lab, store, client):
    lab.control(faults=[{"kind": "comments_null"}])
    summary = collect(store, client)
    assert summary.paused is None
    assert not [post for post in commented(store) if post["comments"]["state"] == "pending"]


def test_lasting_trouble_leaves_the_post_for_another_day(lab, store, client):
    target = commented(store)[0]["_id"]
    lab.control(faults=[{"kind": "timeout", "endpoints": [LIST]}])
    summary = collect(store, client, post_ids=[target])
    assert summary.posts == {"failed": 1}
    assert summary.requests == 5
    assert store.get("posts", target)["comments"]["state"] == "pending"
    lab.control(faults=[])
    assert collect(store, client, post_ids=[target]).requests == 0
    yesterday = datetime.now(UTC) - timedelta(days=1)
    store.database["threads"].update_many({}, {"$set": {"ended_at": yesterday}})
    assert collect(store, client, post_ids=[target]).requests > 0


def test_a_run_of_failures_is_taken_for_an_outage(lab, store, client):
    lab.control(faults=[{"kind": "timeout", "endpoints": [LIST]}])
    summary = collect(store, client, workers=2)
    assert "in a row" in summary.paused
    assert summary.requests <= 35


def test_two_processes_share_the_posts(store):
    plan = {"latency": {LIST: 0.02}}
    with lab_with(150, days=4, faults=plan) as lab, client_for(lab, store) as client:
        collect_videos(store, whole_world(lab), client, progress=False)
        processes = [start(lab, "comments") for _ in range(2)]
        results = [process.communicate(timeout=120) for process in processes]
        assert [process.returncode for process in processes] == [0, 0], results
        assert stored_comments(store) == visible(lab, replies=True)
        assert set(lab.lab.log.asked(LIST).values()) == {1}


def test_mentions_are_pseudonyms_and_unreadable_rows_are_logged(caplog):
    rows = [
        {"id": "2", "video_id": "1", "text": "hello @demo.tailor", "parent_comment_id": "1"},
        {"text": "no id"},
    ]
    (comment,) = read_comments(rows, datetime.now(UTC), HIDE)
    assert "demo.tailor" not in comment.text
    assert comment.parent_id is None
    assert "could not be read" in caplog.text


@pytest.mark.parametrize(
    ("name", "text", "column"),
    [
        ("ids.txt", f"# posts\n7472336753637412325\n\n{LINK}/7469991669154010268\n", None),
        ("ids.csv", "name,post_id\na,7472336753637412325\nb,7469991669154010268\nc,\n", None),
        ("ids.csv", "x;Video\n1;7472336753637412325\n2;7469991669154010268\n", "video"),
        ("ids.tsv", f"url\tn\n{LINK}/7472336753637412325\t1\n7469991669154010268\t2\n", None),
    ],
)  # fmt: skip
def test_ids_come_from_text_files_and_columns(tmp_path, name, text, column):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8-sig")
    assert read_post_ids(path, column) == ["7472336753637412325", "7469991669154010268"]


def test_ids_come_from_a_list_each_once():
    assert read_post_ids([7472336753637412325, "7472336753637412325"]) == ["7472336753637412325"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("post_id\n7.47233675363741E+18\n", "rounded"), ("post_id\nabc\n", "line 2: 'abc' is not")],
)
def test_an_id_that_cannot_be_meant_is_named_with_its_line(tmp_path, text, said):
    path = tmp_path / "ids.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        read_post_ids(path)


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path):
    path = tmp_path / "ids.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(FileFormatError, match="it has: a, b"):
        read_post_ids(path, "post")
    with pytest.raises(FileFormatError, match="does not exist"):
        read_post_ids(tmp_path / "none.txt")


def test_no_thread_of_the_program_is_left_behind(store, client):
    before = Counter(thread.name for thread in threading.enumerate())
    collect(store, client, max_requests=2)
    left = Counter(thread.name for thread in threading.enumerate() if "tfw" in thread.name)
    assert left["tfw-worker-0"] == 0
    assert before["tfw-leases"] >= left["tfw-leases"] - 1


def test_only_posts_that_the_api_shows_have_comments(lab, store, client):
    collect(store, client)
    posts = {found["post_id"] for found in store.database["comments"].find()}
    assert posts <= shown_ids(lab)
