from pathlib import Path

from tfw.sources.outcomes import Rejected, Skipped
from tfw.sources.summary import ImportSummaries, ImportSummary, Tally
from tfw.store import WriteCounts


def summary(**over):
    fields = {
        "file": "<b>posts</b>.csv",
        "format": "table",
        "read": 1234,
        "posts": 1230,
        "inserted": 1230,
        "rejected": 4,
        "reasons": {"likes: the value is not a count <script>": 4},
        "rejects": Path("outputs/rejects/x.csv"),
        "seconds": 2.0,
    }
    return ImportSummary(**{**fields, **over})


def test_a_summary_says_what_was_read_and_what_became_of_it():
    text = str(summary())
    for part in ("1,234 read in 2.0 s", "1,230", "4 rejected", "not a count", "x.csv"):
        assert part in text


def test_a_summary_in_a_notebook_is_escaped():
    shown = summary()._repr_html_()
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "&lt;script&gt;" in shown


def test_a_break_is_shown():
    assert "line 3 ends early" in str(summary(broken="line 3 ends early"))


def test_what_is_counted_adds_up():
    tally = Tally()
    tally.count_posts(3, WriteCounts(2, 1, 0))
    tally.count_comments(4, WriteCounts(0, 0, 4))
    tally.reject(Rejected(1, "reason", "detail"))
    tally.skip(Skipped(2, "a live room"))
    tally.skip(Skipped(3, "a live room"))
    made = tally.summary("a.csv", "table", None, 1.23456)
    assert made.read == 10
    assert made.read == made.posts + made.comments + made.rejected + sum(made.skipped.values())
    assert (made.inserted, made.updated, made.unchanged) == (2, 1, 4)
    assert made.skipped == {"a live room": 2}


def test_a_file_with_a_new_reason_in_every_row_does_not_grow_the_summary():
    tally = Tally()
    for number in range(1000):
        tally.reject(Rejected(number, f"reason {number}", "detail"))
    made = tally.summary("a.csv", "table", None, 0.0)
    assert made.rejected == 1000
    assert len(made.reasons) == 51
    assert made.reasons["other reasons"] == 950


def test_the_document_has_only_keys_that_a_database_takes():
    made = summary(reasons={"stats.likes: $x": 1, "$where": 2}).document("import-1")
    assert made["_id"] == "import-1"
    assert made["reasons"] == {"stats likes: $x": 1, "where": 2}
    assert made["rejects"] == "outputs/rejects/x.csv"
    assert "broken" not in made
    assert made["created_at"].tzinfo is not None


def test_several_summaries_are_added_up_and_shown_together():
    both = ImportSummaries((summary(), summary(file="b.csv")))
    assert both.total("posts") == 2460
    assert "b.csv" in str(both)
    shown = both._repr_html_()
    assert shown.count("<table>") == 1
    assert "2,460" in shown
    assert "<b>posts</b>" not in shown
    assert "<script>" not in shown
