from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.runs.records import make_record
from tfw.desk.start.next_steps import next_steps
from tfw.desk.start.standing import PlanState, Standing
from tfw.desk.start.store_counts import SourceCounts, StoreCounts
from tfw.runs.record import Status
from tfw.sources.allowances import Gauge, QuotaToday
from tfw.sources.day_counts import DayState, JudgedDay

OWN = Gauge("general", 10, 1_000, credential="k")
SCORED_AT = datetime(2026, 9, 1, tzinfo=UTC)


def standing(**changes):
    """A project in which nothing waits."""
    counts = StoreCounts(scored_at=SCORED_AT)
    counts.sources["research-api"] = SourceCounts(posts=10, scored=10, fashion=4)
    known = Standing(
        database="tfw", empty=False, demo_elsewhere=False, plans=(), quota=QuotaToday((OWN,)),
        pages=Gauge("pages", 0, 1_000), runs=(), vocabulary="learnt", labels=200,
        reported_at=SCORED_AT + timedelta(hours=1), counts=counts,
    )  # fmt: skip
    return replace(known, **changes)


def plan(**states):
    silent = states.pop("silent", ())
    return PlanState("linen", Counter(states), states.get("pending", 0), silent)


def run_record(status, reason=None, database="tfw"):
    record = make_record("20260901T030000-daily", ["collect"], status=status)
    record.params_file, record.database, record.reason = "params/daily.yaml", database, reason
    record.steps[0].status = status
    return record


def first(**changes):
    return next_steps(standing(**changes))[0]


def test_where_nothing_waits_it_says_so():
    (step,) = next_steps(standing())
    assert step.what == "Nothing waits"


def test_an_empty_database_sends_a_newcomer_to_the_demo_and_to_the_ways_in():
    steps = next_steps(standing(empty=True, quota=QuotaToday((), "There are no credentials.")))
    assert steps[0].command == "make run"
    assert [step.notebook for step in steps] == [
        None, "01_import_posts", "02_scrape_posts", "01_query_posts",
    ]  # fmt: skip
    assert "There are no credentials" in steps[-1].why


def test_with_credentials_an_empty_database_is_filled_by_a_query():
    assert [step.notebook for step in next_steps(standing(empty=True))][1] == "01_query_posts"


def test_an_empty_database_beside_a_full_demo_says_where_the_demo_is():
    assert first(empty=True, demo_elsewhere=True).command == "TFW_DATABASE=tfw_demo make notebook"


@pytest.mark.parametrize(
    ("status", "word"), [(Status.FAILED, "failed"), (Status.INTERRUPTED, "was interrupted")]
)
def test_a_run_that_did_not_end_well_comes_first_with_how_to_go_on(status, word):
    run = run_record(status=status, reason="the disk is full")
    step = first(runs=(run,), plans=(plan(pending=3),))
    assert step.what == f"Look at the last run: it {word} at the step collect"
    assert step.why == "the disk is full"
    assert step.command == f"tfw run params/daily.yaml --resume {run.id}"


def test_an_older_failure_and_one_of_another_database_are_no_news():
    good = run_record(status=Status.COMPLETE)
    bad = run_record(status=Status.FAILED)
    assert first(runs=(good, bad)).what == "Nothing waits"
    assert first(runs=(run_record(status=Status.FAILED, database="other"),)).what == "Nothing waits"


def test_silent_zeros_come_before_open_windows():
    silent = JudgedDay(date(2026, 9, 8), 0, DayState.SILENT, 100, 80, 120, 5)
    steps = next_steps(standing(plans=(plan(pending=4, silent=(silent,)),)))
    assert [step.what for step in steps] == [
        "Look at the silent zeros of linen", "Go on with linen: 4 windows are open",
    ]  # fmt: skip
    assert "2026-09-08" in steps[0].why


def test_open_windows_wait_for_the_quota_or_for_credentials():
    plans = (plan(pending=4),)
    assert "990 requests are left" in first(plans=plans).why
    spent = QuotaToday((replace(OWN, spent=True),))
    assert "after 00:05 UTC" in first(plans=plans, quota=spent).why
    assert first(plans=plans, quota=QuotaToday((), "No key.")).why == "No key."


def test_windows_that_failed_are_named_when_none_is_open():
    assert "2 windows of linen are not complete" in first(plans=(plan(failed=1, truncated=1),)).what


def test_posts_are_scored_before_their_comments_are_collected():
    counts = StoreCounts(comments_waiting=5)
    counts.sources["web"] = SourceCounts(posts=9, scored=2)
    steps = next_steps(standing(counts=counts))
    assert [step.notebook for step in steps] == ["05_score_posts", "03_collect_comments"]
    assert steps[0].what == "Score 7 posts"


def test_a_report_is_due_when_posts_were_scored_after_it():
    older = SCORED_AT - timedelta(days=1)
    assert first(reported_at=older).why == "Posts were scored since the last one."
    assert first(reported_at=None).why == "There is none yet."


def test_without_counts_what_is_known_is_said_already():
    steps = next_steps(standing(counts=None, vocabulary=None, labels=3))
    assert [step.notebook for step in steps] == ["04_learn_vocabulary", "07_tune_thresholds"]
