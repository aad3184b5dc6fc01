from datetime import UTC, datetime, timedelta

import pytest

from tests.report import world
from tfw.relevance.labels import Label, add_labels
from tfw.relevance.thresholds import Thresholds, keep_thresholds
from tfw.relevance.vocabulary import default_vocabulary
from tfw.report.choices import ReportChoice
from tfw.report.collection import conditions_in_short
from tfw.report.html import write_report

BEGUN = datetime(2026, 11, 20, 3, tzinfo=UTC)
RUN = {
    "_id": "20261120T030000-daily",
    "title": "Nightly",
    "created_at": BEGUN,
    "steps": [
        {
            "name": "learn_vocabulary",
            "notebook": "04_learn_vocabulary.ipynb",
            "status": "complete",
            "parameters": {"instagram_file": "data/instagram.tab"},
            "started_at": world.START - timedelta(minutes=1),
            "finished_at": world.START + timedelta(minutes=1),
        },
        {
            "name": "score_posts",
            "notebook": "05_score_posts.ipynb",
            "status": "complete",
            "parameters": {"hypothesis_template": "This post is about {}."},
        },
    ],
    "provenance": {
        "tfw": "0.1.0",
        "python": "3.11.7",
        "platform": "Linux",
        "packages": {},
        "git": {"commit": "0123456789abcdef", "dirty": True},
    },
}
QUERY = {
    "and": [{"operation": "IN", "field_name": "region_code", "field_values": ["DE", "FR"]}],
    "or": [
        {"operation": "EQ", "field_name": "hashtag_name", "field_values": ["ootd"]},
        {"operation": "IN", "field_name": "keyword", "field_values": ["linen", "denim"]},
    ],
}


def window(day, **more):
    return {
        "_id": f"q:{day}", "fingerprint": "q", "query": "autumn", "state": "complete",
        "body": {"query": QUERY}, "start_date": day, "end_date": day, "created_at": BEGUN,
        "ended_at": BEGUN + timedelta(hours=1), "asked": 100, "delivered": 61, "over_matched": 2,
        "unreadable": 0, "requests": 1, "pages": 1, **more,
    }  # fmt: skip


def fill(store, number=60, **thresholds):
    posts = list(world.posts(number))
    store.upsert_posts(posts)
    store.save_relevance((post.id, world.scored(post, **thresholds)) for post in posts)
    store.put("vocabularies", world.vocabulary())
    return posts


def written(store, tmp_path, choice=None, run=RUN):
    """The methods with plain blanks, and what the page advises before publishing."""
    files = write_report(store, tmp_path / "run", choice, run=run)
    page = files.html.read_text(encoding="utf-8")
    text = files.methods.read_text(encoding="utf-8").replace("\u202f", " ")
    notes = page.partition("Before you publish:")[2].partition("</ul>")[0]
    return text, notes


def test_the_methods_stand_on_the_page_as_in_the_file(store, tmp_path):
    fill(store)
    files = write_report(store, tmp_path, run=RUN)
    page = files.html.read_text(encoding="utf-8")
    for paragraph in files.methods.read_text(encoding="utf-8").split("\n\n")[:-1]:
        assert paragraph.replace("'", "&#39;").replace(">", "&gt;") in page


def test_the_figures_of_the_collection_are_those_of_the_posts(store, tmp_path):
    posts = fill(store)
    later = posts[0].stats.model_copy(
        update={"collected_at": posts[0].stats.collected_at + timedelta(days=90)}
    )
    store.upsert_posts([posts[0].model_copy(update={"stats": later})])
    text, _ = written(store, tmp_path)
    first = min(post.stats.collected_at for post in posts)
    assert f"Between {first:%Y-%m-%d} and {later.collected_at:%Y-%m-%d} (UTC) 60 TikTok" in text
    for source in {post.source for post in posts}:
        assert f"{sum(post.source == source for post in posts)} {source}" in text
    days = [post.created_at for post in posts if post.created_at]
    assert f"posted from {min(days):%Y-%m-%d} to {max(days):%Y-%m-%d}" in text
    assert "joined into one: 1 post was collected more than once" in text
    stored = sum(post.comments.collected for post in posts)
    assert f"{stored:,} comments".replace(",", " ") in text


def test_the_retention_date_of_the_project_is_named(store, home, tmp_path):
    fill(store)
    (home / "params" / "project.yaml").write_text("retention_date: 2027-12-31\n")
    assert "The data are kept until 2027-12-31 at the latest." in written(store, tmp_path)[0]


def test_queries_are_told_with_conditions_windows_and_what_was_delivered(store, tmp_path):
    fill(store)
    store.put("windows", window("20260901"))
    store.put("windows", window("20260903"))
    store.put("windows", window("20260902", state="truncated", delivered=3))
    text, _ = written(store, tmp_path)
    assert (
        "The Research API was asked with the query “autumn” (all of: region_code is one of "
        "(DE, FR); at least one of: hashtag_name is ootd, keyword is one of (linen, denim)) for "
        "2026-09-01 to 2026-09-03, in 3 windows of days (2 complete, 1 truncated) and 3 requests; "
        "it counted 300 matching videos and delivered 125"
    ) in text
    assert "6 rows of them held a keyword only inside another word" in text


def test_the_queries_of_a_run_are_those_it_collected(store, tmp_path):
    fill(store)
    store.put("windows", window("20260901", ended_at=BEGUN - timedelta(days=1)))
    text, _ = written(store, tmp_path, ReportChoice(scope="run"))
    assert "Research API was asked" not in text
    assert "They are a part of the collection: only posts that this run collected" in text


def test_imported_files_are_told_with_what_was_rejected(store, tmp_path):
    fill(store)
    for number in range(2):
        store.put("imports", world.imported(number))
    text, _ = written(store, tmp_path)
    assert "2 files of other tools (csv) were imported: 2 420 rows read, 2 400 posts" in text
    assert "20 rows could not be used" in text


def test_scores_are_told_with_model_template_vocabulary_and_share(store, tmp_path):
    posts = fill(store)
    text, _ = written(store, tmp_path)
    fashion = sum(world.scored(post).verdict for post in posts)
    for part in (
        "60 posts were scored (2026-11-20)",
        "by the model minilm-int8, with the hypothesis “This post is about {}.”",
        "voc_0123456789ab (“autumn looks”, 12 terms; learnt on 2026-09-01 from 1 200 Instagram",
        "latent Dirichlet allocation with 6 topics",
        f"{fashion} of 60 posts are about fashion: {100 * fashion / 60:.1f} % (95 % interval",
        "Workbench 0.1.0, commit 0123456789ab with uncommitted changes, run 20261120T030000-daily",
    ):
        assert part in text, part


def test_thresholds_are_named_with_time_and_reason_on_the_page_and_in_the_text(store, tmp_path):
    fill(store)
    chosen = Thresholds(
        name="autumn", reason="fewer false alarms", at=datetime(2026, 11, 19, 8, 5, tzinfo=UTC)
    )
    keep_thresholds(store, chosen, applied=True)
    text, _ = written(store, tmp_path)
    assert (
        "different vocabulary term (thresholds “autumn”, saved 2026-11-19 08:05 UTC, because: "
        "fewer false alarms)."
    ) in text
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Verdicts by thresholds <b><bdi>autumn</bdi></b>, saved 2026-11-19 08:05 UTC" in page


def test_thresholds_that_did_not_make_these_verdicts_are_not_claimed(store, tmp_path):
    fill(store, vocabulary=3.0)
    keep_thresholds(store, Thresholds(name="autumn", reason="x"), applied=True)
    text, _ = written(store, tmp_path)
    assert "more than 3 different vocabulary terms" in text
    assert "autumn”, saved" not in text
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "are not those of these verdicts" in page


def test_the_evaluation_is_told_with_intervals(store, tmp_path):
    posts = fill(store)
    add_labels(
        store,
        [
            Label(post_id=post.id, coder="first", label="fashion" if place % 2 else "not")
            for place, post in enumerate(posts[:40])
        ],
    )
    text, notes = written(store, tmp_path)
    assert "Against the labels of people on 40 posts, 20 of them about fashion" in text
    assert "precision " in text
    assert "nobody has measured" not in notes
    text, _ = written(store, tmp_path, ReportChoice(sources=("web-tag",)))
    assert "people on 40 posts of the whole collection" in text


def test_the_instagram_data_set_is_cited_where_it_was_used(store, tmp_path):
    fill(store)
    text, _ = written(store, tmp_path)
    assert text.rstrip().endswith("doi:10.7910/DVN/K7AW6F.")


def test_the_brands_of_the_data_set_in_the_default_vocabulary_are_cited(store, tmp_path):
    (post,) = world.posts(1)
    store.upsert_posts([post])
    scores = world.scored(post).model_copy(update={"vocabulary_id": default_vocabulary().id})
    store.save_relevance([(post.id, scores)])
    text, _ = written(store, tmp_path, run=None)
    assert "doi:10.7910/DVN/K7AW6F" in text.partition("References")[2]


def test_the_invented_posts_of_the_demo_are_not_cited_as_the_data_set(store, tmp_path):
    fill(store)
    learn = {**RUN["steps"][0], "parameters": {}}
    text, _ = written(store, tmp_path, run={**RUN, "steps": [learn]})
    assert "K7AW6F" not in text
    assert "1 200 invented posts" in text


def test_what_is_not_recorded_is_not_said_and_is_pointed_out(store, tmp_path):
    fill(store)
    text, notes = written(store, tmp_path, run=None)
    assert "hypothesis" not in text
    assert "K7AW6F" not in text
    assert "The hypothesis template is not recorded" in notes
    assert "cite it: Ha, Y. I." in notes
    assert "say what was asked" in notes
    assert "nobody has measured how often" in notes


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (ReportChoice(), "replaced by pseudonyms"),
        (ReportChoice(privacy="redact"), "were removed"),
        (ReportChoice(privacy="keep", reason="vote 12."), "shown, for this reason: vote 12."),
    ],
)
def test_how_people_are_shown_is_said(store, tmp_path, choice, words):
    fill(store, 5)
    assert words in written(store, tmp_path, choice)[0]


def test_without_posts_there_is_little_to_say(store, tmp_path):
    text, notes = written(store, tmp_path, run=None)
    assert text.startswith("No posts were collected.")
    assert "nobody has measured" not in notes


def test_posts_without_scores_have_no_paragraph_on_scores(store, tmp_path):
    store.upsert_posts(world.posts(5))
    text, notes = written(store, tmp_path, run=None)
    assert "scored" not in text
    assert "5 posts have no verdict" in notes


def test_long_lists_of_values_are_shortened():
    values = [f"tag{number}" for number in range(12)]
    condition = {"operation": "IN", "field_name": "hashtag_name", "field_values": values}
    assert conditions_in_short({"not": [condition]}).endswith("tag7, and 4 more)")
