from datetime import UTC, datetime, timedelta

import pytest

from tests.desk.conftest import fill
from tfw.errors import InputError
from tfw.relevance import label_queue
from tfw.relevance.label_log import last_decision
from tfw.relevance.label_queue import LabelQueue
from tfw.relevance.labels import (
    COLUMNS,
    Label,
    LabelValue,
    add_labels,
    random_sample,
    read_labels,
)

AT = datetime(2026, 11, 1, tzinfo=UTC)
F, N, U = LabelValue.FASHION, LabelValue.NOT, LabelValue.UNSURE


@pytest.fixture
def filled(store):
    fill(store, 60)
    return store


def label(queue, *values):
    """Label posts one after the other; their ids."""
    ids = []
    for value in values:
        ids.append(queue.next().id)
        queue.decide(value)
    return ids


def said(store):
    return {(row.post_id, row.coder): row.label for row in read_labels(store).itertuples()}


def give(store, post_id, coder, value, **more):
    add_labels(store, [Label(post_id=post_id, coder=coder, label=value, at=AT, **more)])


def test_each_decision_is_saved_at_once_with_how_the_post_was_drawn(filled):
    for draw in ("near", "random", "uncertain"):
        (post,) = label(LabelQueue(filled, "ana", draw=draw), F)
        row = read_labels(filled, {"post_id": post}).iloc[0]
        assert (row.coder, row.label, row.drawn) == ("ana", "fashion", draw)


def test_a_coder_sees_texts_and_nothing_of_the_scores(filled):
    post = LabelQueue(filled, "ana").next().post
    assert set(post) <= {"_id", "url", "author", "description", "hashtags", "created_at"}
    assert LabelQueue(filled, "ana").next().answers == ()


def test_a_post_that_is_opened_again_comes_from_the_database_alone(filled):
    first = LabelQueue(filled, "ana", draw="random")
    label(first, F, N, U)
    first.next()
    first.skip()
    waiting = first.next().id
    again = LabelQueue(filled, "ana", draw="random")
    assert again.next().id == waiting
    assert (again.done, again.left, again.skipped) == (3, 56, 1)


def test_undo_goes_back_step_by_step_and_shows_the_posts_again_in_their_order(filled):
    queue = LabelQueue(filled, "ana")
    posts = label(queue, F, N, U)
    waiting = queue.next().id
    assert [queue.undo().post_id for _ in range(3)] == posts[::-1]
    assert queue.undo() is None
    assert said(filled) == {}
    assert label(queue, N, N, N) == posts
    assert queue.next().id == waiting
    assert (queue.done, queue.left) == (3, 57)


def test_undo_gives_back_the_label_that_the_same_coder_had_given_before(filled):
    queue = LabelQueue(filled, "ana")
    (skipped,) = [queue.next().id]
    queue.skip()
    give(filled, skipped, "ana", "unsure", note="half of a coat", drawn="near")
    before = filled.get("labels", f"{skipped}:ana")
    queue.undo()  # the skip
    assert queue.next().id == skipped
    queue.decide(F)
    assert filled.get("labels", before["_id"])["label"] == "fashion"
    undone = queue.undo()
    assert (undone.said, undone.now) == ("fashion", "unsure")
    assert "it is unsure again" in str(undone)
    assert filled.get("labels", before["_id"]) == before
    assert queue.next().id == skipped


def test_undo_works_after_the_notebook_was_closed_and_touches_no_other_coder(filled):
    ana, ben = LabelQueue(filled, "ana"), LabelQueue(filled, "ben")
    mine, theirs = label(ana, F), label(ben, N)
    again = LabelQueue(filled, "ana")
    assert again.undo().post_id == mine[0]
    assert again.undo() is None
    assert said(filled) == {(theirs[0], "ben"): "not"}


def test_undo_leaves_a_label_alone_that_was_changed_elsewhere_since(filled):
    queue = LabelQueue(filled, "ana")
    (post,) = label(queue, F)
    later = datetime.now(UTC) + timedelta(minutes=1)
    add_labels(filled, [Label(post_id=post, coder="ana", label="not", at=later)])
    undone = queue.undo()
    assert undone.kept
    assert "changed elsewhere" in str(undone)
    assert said(filled) == {(post, "ana"): "not"}


def test_undo_passes_over_a_decision_whose_label_was_never_written(filled):
    queue = LabelQueue(filled, "ana")
    first, second = label(queue, F, N)
    filled.database["labels"].delete_one({"_id": f"{second}:ana"})  # killed before the label
    assert queue.undo().post_id == first
    assert said(filled) == {}


def test_a_label_counts_though_the_earlier_one_has_a_time_in_the_future(filled):
    queue = LabelQueue(filled, "ana")
    post = queue.next().id
    future = datetime.now(UTC) + timedelta(days=300)
    add_labels(filled, [Label(post_id=post, coder="ana", label="not", at=future)])
    queue.decide(F)
    assert said(filled) == {(post, "ana"): "fashion"}


def test_two_coders_at_the_same_time_never_get_the_same_post(filled):
    ana, ben = LabelQueue(filled, "ana"), LabelQueue(filled, "ben")
    seen = [id_ for _ in range(10) for queue in (ana, ben) for id_ in label(queue, F)]
    assert len(set(seen)) == 20
    assert ana.next().id != ben.next().id


def test_all_posts_are_labelled_once_when_two_coders_share_them(filled):
    ana, ben = LabelQueue(filled, "ana", draw="random"), LabelQueue(filled, "ben", draw="near")
    for queue in (ana, ben) * 30:
        label(queue, N)
    assert ana.next() is None
    assert ben.next() is None
    assert len(read_labels(filled)) == 60


def test_a_post_is_free_again_when_its_coder_leaves_or_stays_away(filled, monkeypatch):
    ana, ben = LabelQueue(filled, "ana"), LabelQueue(filled, "ben")
    post = ana.next().id
    assert ben.next().id != post
    ana.close()
    assert LabelQueue(filled, "cem").next().id == post
    monkeypatch.setattr(label_queue, "HOLD", timedelta(seconds=-1))
    away = LabelQueue(filled, "dan").next().id
    assert LabelQueue(filled, "eva").next().id == away


def test_a_post_that_is_gone_from_the_database_is_passed_over(filled):
    queue = LabelQueue(filled, "ana")
    first = queue.next().id
    queue.close()
    filled.database["posts"].delete_one({"_id": first})
    assert LabelQueue(filled, "ana").next().id != first


def test_skipped_posts_come_again_when_they_are_asked_for_and_keep_how_they_were_drawn(filled):
    queue = LabelQueue(filled, "ana", draw="random")
    post = queue.next().id
    queue.skip()
    assert queue.next().id != post
    queue.close()
    later = LabelQueue(filled, "ana", task="skipped")
    assert label(later, F) == [post]
    assert (later.done, later.left, later.next()) == (1, 0, None)
    assert read_labels(filled)["drawn"].tolist() == ["random"]
    assert LabelQueue(filled, "ben", task="skipped").next() is None


def test_a_second_coder_gets_every_post_of_the_others_in_another_order_and_blind(filled):
    posts = label(LabelQueue(filled, "ana"), *[F, N] * 15)
    second = LabelQueue(filled, "ben", task="second")
    assert second.left == 30
    shown = []
    while (queued := second.next()) is not None:
        assert queued.answers == ()
        assert "label" not in queued.post
        shown.append(queued.id)
        second.decide(F)
    assert set(shown) == set(posts)
    assert shown != posts
    assert (second.done, second.left) == (30, 0)
    assert set(read_labels(filled, {"coder": "ben"})["drawn"]) == {"second"}


def test_what_the_first_coder_labels_meanwhile_comes_to_the_second_one_too(filled):
    ana, ben = LabelQueue(filled, "ana"), None
    label(ana, F)
    ben = LabelQueue(filled, "ben", task="second")
    label(ben, F)
    (later,) = label(ana, N)
    assert label(ben, N) == [later]
    assert ben.next() is None


def test_adjudicators_see_both_answers_and_their_label_decides(filled):
    a, b, c = label(LabelQueue(filled, "ana"), F, N, N)
    for post, value in ((a, F), (b, F), (c, U)):
        give(filled, post, "ben", value, note="hm")
    judge = LabelQueue(filled, "eva", task="adjudicate")
    assert judge.left == 2
    queued = judge.next()
    assert [(one["coder"], one.get("note")) for one in queued.answers] == [
        ("ana", None), ("ben", "hm"),
    ]  # fmt: skip
    judge.decide(F)
    label(judge, N)
    assert judge.next() is None
    assert said(filled)[queued.id, "adjudicated"] == "fashion"
    settled = read_labels(filled, {"coder": "adjudicated"})
    assert set(settled["note"]) == {"settled by eva"}
    assert set(settled["drawn"]) == {"adjudication"}
    assert judge.undo().said == "not"
    assert judge.left == 1


def test_two_adjudicators_do_not_settle_the_same_post(filled):
    for post in label(LabelQueue(filled, "ana"), F, F):
        give(filled, post, "ben", N)
    eva, finn = (LabelQueue(filled, name, task="adjudicate") for name in ("eva", "finn"))
    assert eva.next().id != finn.next().id


def test_a_random_draw_counts_the_posts_that_were_picked_before_as_part_of_its_sample(filled):
    order = LabelQueue(filled, "ana", draw="random")._order
    give(filled, order[0], "ana", F, drawn="near")
    give(filled, order[1], "ben", N)
    give(filled, order[50], "ana", N, drawn="near")
    assert label(LabelQueue(filled, "ana", draw="random"), F, N) == order[2:4]
    sample = random_sample(read_labels(filled))
    assert set(sample["post_id"]) == set(order[:4])


def test_the_sample_has_the_labels_of_all_coders_of_its_posts(filled):
    (post,) = label(LabelQueue(filled, "ana", draw="random"), F)
    label(LabelQueue(filled, "ana", draw="near"), N)
    label(LabelQueue(filled, "ben", task="second"), F, F)
    sample = random_sample(read_labels(filled))
    assert sorted(sample["coder"]) == ["ana", "ben"]
    assert set(sample["post_id"]) == {post}
    assert random_sample(read_labels(filled)[list(COLUMNS[:3])]).empty


def test_a_decision_of_another_task_is_undone_but_its_post_is_not_shown_here(filled):
    (post,) = label(LabelQueue(filled, "ana"), F)
    give(filled, post, "ben", N)
    other = label(LabelQueue(filled, "cem"), F)
    second = LabelQueue(filled, "ana", task="second")
    assert second.next().id == other[0]
    undone = second.undo()
    assert (undone.post_id, undone.task) == (post, "first")
    assert second.left == 2


def test_what_was_said_and_undone_stays_in_the_log_with_who_and_when(filled):
    queue = LabelQueue(filled, "ana", draw="uncertain")
    (post,) = label(queue, F)
    queue.undo()
    entry = last_decision(filled, "ana")
    assert (entry["post_id"], entry["drawn"], entry["after"]["label"]) == (
        post, "uncertain", "fashion",
    )  # fmt: skip
    assert entry["undone_at"] is not None


def test_nothing_can_be_decided_when_no_post_is_shown(filled):
    queue = LabelQueue(filled, "ana")
    with pytest.raises(InputError, match="No post is shown"):
        queue.decide(F)
    label(queue, F)
    with pytest.raises(InputError, match="No post is shown"):
        queue.skip()


@pytest.mark.parametrize("name", ["", "  ", "adjudicated", "x" * 65])
def test_a_name_that_no_coder_can_have_is_refused(store, name):
    with pytest.raises(InputError, match="cannot be named"):
        LabelQueue(store, name)


def test_an_unknown_task_is_refused_with_those_that_are_valid(store):
    with pytest.raises(InputError, match="first, second, skipped, adjudicate"):
        LabelQueue(store, "ana", task="third")


def test_an_empty_database_has_nothing_to_label(store):
    assert [LabelQueue(store, "ana", task=task).next() for task in label_queue.TASKS] == [None] * 4
