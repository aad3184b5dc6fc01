import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from tests.browser import console_errors, network_requests, open_chromium
from tests.report import world
from tests.runs.records import make_record, save_record
from tfw import cli
from tfw.errors import InputError
from tfw.records import Author, Post, Stats
from tfw.report.choices import ReportChoice
from tfw.report.diff import SHOWN, compare_folders, compare_runs
from tfw.report.diff_files import COLUMNAR, other_run
from tfw.report.diff_page import diff_page
from tfw.report.html import write_report
from tfw.report.shown import open_mask

A, B, C = "20261120T030000-daily", "20261121T030000-daily", "20261122T030000-daily"


@pytest.fixture
def mask(home):
    return open_mask("pseudonymise")


def put(store, posts, **thresholds):
    store.upsert_posts(posts)
    store.save_relevance((post.id, world.scored(post, **thresholds)) for post in posts)


def report(store, settings, run_id, **choice):
    folder = settings.outputs / run_id
    if not folder.exists():
        save_record(make_record(run_id, ["report"]), settings)
    write_report(store, folder, ReportChoice(**choice))
    return folder


def verdicts(posts, **thresholds):
    return {post.id: world.scored(post, **thresholds).verdict for post in posts}


def test_what_came_in_what_left_and_what_stayed_is_counted(store, settings, mask):
    posts = list(world.posts(60))
    put(store, posts[:50])
    report(store, settings, A)
    store.database["posts"].delete_many({"_id": {"$in": [post.id for post in posts[:4]]}})
    put(store, posts[50:])
    report(store, settings, B)
    diff = compare_runs(A, B, mask)
    assert (diff.a.posts, diff.b.posts) == (50, 56)
    assert diff.counts == {
        "came": 10, "left": 4, "into": 0, "out_of": 0, "scored_now": 0, "not_scored_now": 0,
        "same": 46,
    }  # fmt: skip
    assert {post.id for post in diff.shown["came"]} == {post.id for post in posts[50:]}
    assert {post.id for post in diff.shown["left"]} == {post.id for post in posts[:4]}
    assert not diff.alike


def test_other_thresholds_change_sides_and_are_named_as_the_reason(store, settings, mask):
    posts = list(world.posts(300))
    put(store, posts)
    report(store, settings, A)
    put(store, posts, vocabulary=9.0)
    report(store, settings, B)
    before, after = verdicts(posts), verdicts(posts, vocabulary=9.0)
    gone = {post_id for post_id in before if before[post_id] and not after[post_id]}
    diff = compare_runs(A, B, mask)
    assert diff.counts["out_of"] == len(gone) > 0
    assert diff.counts["into"] == 0
    assert {post.id for post in diff.shown["out_of"]} <= gone
    assert len(diff.shown["out_of"]) == min(SHOWN, len(gone))
    assert dict(diff.reasons) == {"the thresholds moved": len(gone)}
    assert dict(diff.a.thresholds) == {"label > 0.5, terms > 1": 300}
    assert dict(diff.b.thresholds) == {"label > 0.5, terms > 9": 300}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, "the post or the way of scoring changed"),
        ({"model": "head:mine"}, "the model is another"),
        ({"vocabulary_id": "voc_other"}, "the vocabulary is another"),
        ({"model": "x", "vocabulary_id": "y"}, "vocabulary and model are others"),
    ],
)
def test_other_scores_change_sides_for_a_reason(store, settings, mask, changed, reason):
    (post,) = [post for post in world.posts(40) if not world.scored(post).terms][:1]
    store.upsert_posts([post])
    new = world.scored(post, label=0.9).model_copy(
        update={"verdict": True, "label": 0.9, "thresholds": {"label": 0.5, "vocabulary": 1.0}}
        | changed
    )
    old = new.model_copy(
        update={"verdict": False, "label": 0.2, "model": "minilm-int8",
                "vocabulary_id": "voc_0123456789ab"}
    )  # fmt: skip
    store.save_relevance([(post.id, old)])
    report(store, settings, A)
    store.save_relevance([(post.id, new)])
    report(store, settings, B)
    diff = compare_runs(A, B, mask)
    assert dict(diff.reasons) == {reason: 1}
    (shown,) = diff.shown["into"]
    assert (shown.before, shown.after) == (
        "not fashion: label 0.20, terms 0", "fashion: label 0.90, terms 0",
    )  # fmt: skip


def test_a_post_that_is_scored_since_is_no_change_of_side(store, settings, mask):
    posts = list(world.posts(5))
    store.upsert_posts(posts)
    report(store, settings, A)
    put(store, posts)
    report(store, settings, B)
    assert compare_runs(A, B, mask).counts["scored_now"] == 5
    assert compare_runs(B, A, mask).counts["not_scored_now"] == 5


def test_the_same_posts_twice_are_alike(store, settings, mask):
    put(store, list(world.posts(20)))
    report(store, settings, A)
    report(store, settings, B)
    diff = compare_runs(A, B, mask)
    assert diff.alike
    assert diff.counts["same"] == 20
    assert "Nothing changed." in diff_page(diff)


def test_reports_of_differently_chosen_posts_are_pointed_out(store, settings, mask):
    put(store, list(world.posts(50)))
    report(store, settings, A)
    report(store, settings, B, sources=("web-tag",))
    diff = compare_runs(A, B, mask)
    assert diff.different_choices
    assert "differently chosen posts" in diff_page(diff)
    assert "sources: web-tag" in diff_page(diff)


def test_names_that_one_report_shows_are_hidden_in_the_comparison(store, settings, mask):
    posts = [
        post.model_copy(update={"description": "with @sample.friend"}) for post in world.posts(9)
    ]
    put(store, posts[:4])
    report(store, settings, A, privacy="keep", reason="a test")
    put(store, posts[4:])
    report(store, settings, B)
    page = diff_page(compare_runs(A, B, mask))
    assert "sample" not in page
    assert mask.text("@sample.friend") in page


def test_a_file_of_an_older_version_is_compared_as_far_as_it_goes(store, settings, mask):
    posts = list(world.posts(30))
    put(store, posts)
    old = report(store, settings, A)
    table = pq.read_table(old / COLUMNAR).drop_columns(["threshold_label", "threshold_vocabulary"])
    pq.write_table(table.replace_schema_metadata(None), old / COLUMNAR)
    put(store, posts, vocabulary=9.0)
    report(store, settings, B)
    diff = compare_runs(A, B, mask)
    assert diff.counts["out_of"] > 0
    assert set(diff.reasons) == {"the thresholds of a run are not recorded"}
    assert dict(diff.a.thresholds) == {"not recorded": 30}


def test_a_run_without_a_report_and_a_broken_file_are_named(store, settings, mask):
    folder = report(store, settings, A)
    save_record(make_record(B, ["report"]), settings)
    with pytest.raises(InputError, match=f"Run {B} has no posts.parquet"):
        compare_runs(A, B, mask)
    (folder / COLUMNAR).write_bytes(b"PAR1 and no end")
    with pytest.raises(InputError, match=f"{A}/posts.parquet cannot be read"):
        compare_folders(folder, folder, mask)
    with pytest.raises(InputError, match="There is no run"):
        compare_runs("nonsense", A, mask)


def test_the_previous_run_is_the_one_before_of_the_same_params_file(store, settings):
    report(store, settings, A)
    save_record(make_record(B, ["report"]), settings)
    folder = report(store, settings, C)
    assert other_run("previous", folder) == settings.outputs / A
    assert other_run("previous", settings.outputs / A) is None
    assert other_run("previous", settings.outputs / "by-hand") == folder
    assert other_run("20261120", folder) == settings.outputs / A


def test_a_report_that_is_to_be_compared_has_the_comparison_beside_it(store, settings):
    posts = list(world.posts(30))
    put(store, posts[:20])
    report(store, settings, A, compare_with="previous")
    assert not (settings.outputs / A / "diff.html").exists()
    put(store, posts)
    folder = report(store, settings, B, compare_with="previous")
    assert A in (folder / "diff.html").read_text()
    assert '<a href="diff.html">' in (folder / "report.html").read_text()
    report(store, settings, B)
    assert not (folder / "diff.html").exists()


def test_the_command_line_shows_how_posts_differ(store, settings):
    posts = list(world.posts(30))
    put(store, posts[:20])
    report(store, settings, A)
    put(store, posts)
    report(store, settings, B)
    save_record(make_record(C, ["report"]), settings)
    shown = CliRunner().invoke(cli.app, ["runs", "diff", A, B]).output
    assert "came in" in shown
    assert " 10 " in shown
    shown = CliRunner().invoke(cli.app, ["runs", "diff", A, C]).output
    assert f"Posts are not compared. Run {C} has no posts.parquet" in " ".join(shown.split())


def test_a_large_comparison_shows_the_first_posts_and_counts_all(tmp_path, mask):
    schema = pa.schema([("post_id", pa.string()), ("is_fashion_post", pa.bool_()),
                        ("description", pa.string()), ("source", pa.string()),
                        ("created_at", pa.timestamp("ms", tz="UTC"))])  # fmt: skip
    for name, verdict in (("a", True), ("b", False)):
        rows = {"post_id": [str(10**18 + n) for n in range(3_000)], "is_fashion_post": verdict}
        frame = pd.DataFrame(rows).assign(description="x", source="y", created_at=None)
        (tmp_path / name).mkdir()
        table = pa.Table.from_pandas(frame, schema=schema)
        pq.write_table(table, tmp_path / name / COLUMNAR)
    diff = compare_folders(tmp_path / "a", tmp_path / "b", mask)
    assert diff.counts["out_of"] == 3_000
    assert len(diff.shown["out_of"]) == SHOWN
    assert "the first 50 of 3\u202f000" in diff_page(diff)


@pytest.mark.browser
def test_hostile_texts_are_text_on_the_page_of_the_comparison(store, settings, mask, tmp_path):
    attack = "</style><script>window.hit=1</script><img src=x onerror=window.hit=1> \u202eabc"
    post = Post(
        id="7400000000000000001", url="javascript:window.hit=1", source=attack,
        author=Author(name=attack), description=attack, stats=Stats(collected_at=world.START),
    )  # fmt: skip
    report(store, settings, A)
    put(store, [post])
    report(store, settings, B)
    page = tmp_path / "diff.html"
    page.write_text(diff_page(compare_runs(A, B, mask)), encoding="utf-8")
    browser = open_chromium(tmp_path, 1280)
    try:
        browser.get(page.as_uri())
        assert browser.execute_script("return window.hit === undefined")
        shown = browser.execute_script("return document.querySelector('#came').textContent")
        assert attack.split("\u202e")[0].strip() in shown
        assert network_requests(browser) == []
        assert console_errors(browser) == []
    finally:
        browser.quit()
