from datetime import UTC, datetime

from tests.report import world
from tfw.report.columns import PostColumns, TermCounts, route


def relevance(label, vocabulary, **more):
    thresholds = {"label": 0.5, "vocabulary": 1}
    found = {"vocabulary": vocabulary, "thresholds": thresholds, "verdict": True, **more}
    return found if label is None else {**found, "label": label}


def frame_of(*posts):
    columns = PostColumns()
    for post in posts:
        columns.add(post)
    return columns.frame()


def test_the_route_says_which_scores_are_above_their_thresholds():
    assert route(relevance(0.6, 2)) == "label and vocabulary"
    assert route(relevance(0.6, 1)) == "label only"
    assert route(relevance(0.5, 2)) == "vocabulary only"
    assert route(relevance(0.5, 1)) == "neither"
    assert route(relevance(None, 2)) == "vocabulary only"


def test_a_post_that_is_not_scored_has_no_scores():
    (row,) = frame_of({"_id": "1", "source": "web"}).to_dict("records")
    for name in ("verdict", "vocabulary", "statistical", "label", "route", "created_at"):
        assert frame_of({"_id": "1"})[name].isna().all(), name
    assert row["comments_state"] == "pending"
    assert not row["described"]
    assert not row["counted"]


def test_numbers_that_are_zero_are_not_missing():
    stats = {"likes": 0, "collected_at": world.START}
    post = {
        "_id": "1",
        "stats": stats,
        "relevance": relevance(0.0, 0, verdict=False, statistical=0.0),
        "comments": {"state": "complete", "reported": 0, "collected": 0},
    }
    frame = frame_of(post)
    assert frame["counted"].tolist() == [True]
    assert frame["verdict"].tolist() == [False]
    assert frame["vocabulary"].tolist() == [0]
    assert frame["label"].tolist() == [0.0]
    assert frame["comments_reported"].tolist() == [0]


def test_times_are_kept_to_the_millisecond_in_utc():
    moment = datetime(2026, 3, 1, 12, 30, 5, 123000, tzinfo=UTC)
    frame = frame_of({"_id": "1", "created_at": moment}, {"_id": "2"})
    assert frame["created_at"][0].to_pydatetime() == moment
    assert frame["created_at"].isna().tolist() == [False, True]


def test_scores_that_something_changed_since_are_waiting():
    scored = {"_id": "1", "relevance": relevance(0.6, 2), "score": {"state": "pending"}}
    fresh = {"_id": "2", "score": {"state": "pending"}}
    assert frame_of(scored, fresh)["waiting"].tolist() == [True, False]


def test_a_table_without_posts_has_all_columns():
    assert list(frame_of()) == list(frame_of({"_id": "1"}))


def test_terms_count_once_a_post_and_apart_by_verdict():
    counts = TermCounts()
    counts.add([("brand", "Kesterfeld"), ("brand", "Kesterfeld")], True)
    counts.add([("brand", "Kesterfeld"), ("word", "linen")], False)
    counts.add([("word", "linen")], None)
    rows = counts.frame(5).set_index("term")
    assert rows.loc["Kesterfeld", ["fashion", "other", "unscored", "posts"]].tolist() == [
        1,
        1,
        0,
        2,
    ]
    assert rows.loc["linen", ["fashion", "other", "unscored", "posts"]].tolist() == [0, 1, 1, 2]


def test_only_the_top_terms_of_each_kind_are_kept():
    counts = TermCounts()
    for place in range(5):
        counts.add([("word", f"w{n}") for n in range(place + 1)] + [("brand", "b")], True)
    frame = counts.frame(2)
    assert frame["term"].tolist() == ["b", "w0", "w1"]
