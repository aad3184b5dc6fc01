from datetime import UTC, datetime, timedelta

import pytest

from tests.report import world
from tfw.errors import ParameterError
from tfw.records import CommentStatus, Stats
from tfw.report.choices import ALL_SECTIONS, ReportChoice

BEGUN = datetime(2026, 11, 20, tzinfo=UTC)
RUN = {"_id": "20261120T000000-daily", "created_at": BEGUN}
HOUR = timedelta(hours=1)


def found(store, choice, run=None):
    return {post["_id"] for post in store.posts(choice.query(run), ["_id"])}


def put(store, number, *, at, comments=None):
    """Store a post as it was collected at a time; its id."""
    (post,) = [post for place, post in enumerate(world.posts(number + 1)) if place == number]
    status = comments or CommentStatus()
    store.upsert_posts(
        [post.model_copy(update={"stats": Stats(likes=1, collected_at=at), "comments": status})]
    )
    return post.id


def test_the_usual_choice_is_all_posts_and_all_sections(store):
    ids = {put(store, number, at=BEGUN - HOUR) for number in range(3)}
    assert found(store, ReportChoice()) == ids
    assert ReportChoice(sections=()).sections == ALL_SECTIONS
    assert ReportChoice().words() == []


def test_what_is_missing_and_the_methods_are_always_in_and_sections_keep_their_order():
    assert ReportChoice(sections=("best", "collected")).sections == (
        "collected", "best", "missing", "methods",
    )  # fmt: skip


def test_a_run_has_the_posts_that_it_collected_read_comments_of_or_scored(store):
    old = put(store, 0, at=BEGUN - HOUR)
    new = put(store, 1, at=BEGUN + HOUR)
    again = put(store, 2, at=BEGUN - HOUR)
    put(store, 2, at=BEGUN + HOUR)
    talked = put(
        store, 3, at=BEGUN - HOUR, comments=CommentStatus(state="complete", at=BEGUN + HOUR)
    )
    imported = put(store, 4, at=BEGUN - 400 * HOUR)
    (post,) = [post for post in world.posts(5) if post.id == imported]
    scores = world.scored(post).model_copy(update={"at": BEGUN + HOUR})
    store.save_relevance([(imported, scores)])

    assert found(store, ReportChoice(scope="run"), RUN) == {new, again, talked, imported}
    assert found(store, ReportChoice(scope="new"), RUN) == {new}
    assert found(store, ReportChoice(scope="all"), RUN) == {old, new, again, talked, imported}


def test_a_record_from_its_file_has_its_time_as_text(store):
    new = put(store, 1, at=BEGUN + HOUR)
    run = {**RUN, "created_at": BEGUN.isoformat()}
    assert found(store, ReportChoice(scope="new"), run) == {new}


def test_both_days_of_a_span_belong_to_it(store):
    posts = [post for post in world.posts(200) if post.created_at]
    store.upsert_posts(posts)
    chosen = found(store, ReportChoice(since="2026-09-03", until="2026-09-05"))
    days = {f"{post.created_at:%Y-%m-%d}" for post in posts if post.id in chosen}
    assert days == {"2026-09-03", "2026-09-04", "2026-09-05"}
    assert len(chosen) == sum(f"{post.created_at:%Y-%m-%d}" in days for post in posts)


def test_sources_and_queries_narrow_the_choice_together(store):
    posts = list(world.posts(100))
    store.upsert_posts(posts)
    choice = ReportChoice(sources=["web-tag", "import-csv"], queries=["autumn-looks"])
    assert found(store, choice) == {
        post.id
        for post in posts
        if post.source in ("web-tag", "import-csv") and "autumn-looks" in post.queries
    }
    assert choice.words() == ["from web-tag or import-csv", "found by autumn-looks"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"scope": "week"}, "scope is 'week'. Valid: all, run, new"),
        ({"sections": ["bets"]}, "sections is 'bets'. Valid: collected"),
        ({"exports": ["pdf"]}, "exports is 'pdf'. Valid: 4cat, ids"),
        ({"privacy": "none"}, "privacy is 'none'. Valid: pseudonymise"),
        ({"since": "1.11.2026"}, "since is '1.11.2026'; give a day such as 2026-11-01"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "is after until"),
        ({"best_posts": -1}, "give 0 or more"),
    ],
)
def test_a_choice_that_cannot_be_used_says_what_would_be_valid(wrong, words):
    with pytest.raises(ParameterError, match=words.replace("(", r"\(")):
        ReportChoice(**wrong)


def test_posts_of_a_run_need_a_run():
    with pytest.raises(ParameterError, match="there is no run"):
        ReportChoice(scope="run").query()


def test_what_is_kept_with_the_files_is_what_differs_from_the_usual_choice():
    assert ReportChoice(title="Autumn", sources=("web-tag",)).document() == {
        "title": "Autumn", "privacy": "pseudonymise", "scope": "all", "sources": ["web-tag"],
    }  # fmt: skip
