from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from pydantic import ValidationError

from tests.records import make_posts, post_id
from tfw.errors import FileFormatError, InputError
from tfw.relevance.labels import (
    Label,
    add_labels,
    disputed,
    export_labels,
    import_labels,
    label_set_id,
    read_labels,
    truth,
)
from tfw.store import WriteCounts

AT = datetime(2026, 11, 1, tzinfo=UTC)


def said(post, coder, label, hours=0, **more):
    return Label(
        post_id=post_id(post), coder=coder, label=label, at=AT + timedelta(hours=hours), **more
    )


def test_labels_come_back_as_they_were_given(store):
    counts = add_labels(
        store, [said(1, "ana", "fashion", note="a dress"), said(1, "ben", "not", 1)]
    )
    assert counts == WriteCounts(inserted=2)
    found = read_labels(store)
    assert found[["post_id", "coder", "label"]].to_numpy().tolist() == [
        [post_id(1), "ana", "fashion"], [post_id(1), "ben", "not"],
    ]  # fmt: skip
    assert found["at"][0] == AT
    assert found["note"][0] == "a dress"


def test_no_labels_are_an_empty_table(store):
    found = read_labels(store)
    assert found.empty
    assert list(found.columns) == ["post_id", "coder", "label", "at", "note", "drawn"]


def test_the_later_label_of_a_coder_counts_whatever_the_order(store):
    add_labels(store, [said(1, "ana", "not", 2), said(1, "ana", "fashion", 1)])
    assert read_labels(store)["label"].tolist() == ["not"]
    assert add_labels(store, [said(1, "ana", "fashion", 1)]) == WriteCounts(unchanged=1)
    assert add_labels(store, [said(1, "ana", "unsure", 3)]) == WriteCounts(updated=1)
    assert read_labels(store)["label"].tolist() == ["unsure"]


def test_a_label_must_name_a_post_and_a_coder():
    with pytest.raises(ValidationError, match="not a post id"):
        Label(post_id="$where", coder="ana", label="not")
    with pytest.raises(ValidationError, match="coder"):
        Label(post_id="1", coder="", label="not")
    with pytest.raises(ValidationError, match="rounded"):
        Label(post_id=7.3e18, coder="ana", label="not")


def table(*rows):
    return pd.DataFrame(rows, columns=["post_id", "coder", "label"])


def test_truth_is_what_all_coders_say():
    labels = table(
        ("1", "ana", "fashion"), ("1", "ben", "fashion"),
        ("2", "ana", "not"), ("2", "ben", "fashion"),
        ("3", "ana", "unsure"), ("4", "ana", "not"), ("5", "ana", "not"), ("5", "ben", "unsure"),
    )  # fmt: skip
    found = truth(labels)
    assert found[["1", "4"]].tolist() == [True, False]
    assert found[["2", "3", "5"]].isna().all()


@pytest.mark.parametrize("rule", ["all", "majority"])
def test_an_adjudicated_label_alone_decides(rule):
    labels = table(
        ("1", "ana", "not"), ("1", "ben", "not"), ("1", "adjudicated", "fashion"),
        ("2", "ana", "not"), ("2", "ben", "fashion"), ("2", "adjudicated", "unsure"),
        ("3", "ana", "fashion"),
    )  # fmt: skip
    found = truth(labels, rule)
    assert found[["1", "3"]].tolist() == [True, True]
    assert found[["2"]].isna().all()


def test_posts_are_disputed_when_people_differ_settled_or_not():
    labels = table(
        ("1", "ana", "not"), ("1", "ben", "unsure"), ("1", "adjudicated", "not"),
        ("2", "ana", "not"), ("2", "ben", "not"), ("2", "adjudicated", "fashion"),
    )  # fmt: skip
    assert disputed(labels) == {"1"}


def test_how_a_post_was_drawn_goes_through_a_file(store, tmp_path):
    store.upsert_posts(make_posts(3))
    add_labels(store, [said(1, "ana", "fashion", drawn="random"), said(2, "ana", "not")])
    before = read_labels(store)
    export_labels(store, tmp_path / "labels.csv")
    store.database["labels"].drop()
    assert import_labels(store, tmp_path / "labels.csv").rejects == ()
    pd.testing.assert_frame_equal(read_labels(store), before)


def test_an_unknown_way_of_drawing_is_named(store, tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("post_id,label,coder,drawn\n1,not,ana,by hand\n")
    (reject,) = import_labels(store, file).rejects
    assert "drawn" in reject


def test_a_majority_settles_what_not_all_say():
    labels = table(
        ("1", "ana", "not"), ("1", "ben", "not"), ("1", "cleo", "fashion"),
        ("2", "ana", "not"), ("2", "ben", "fashion"),
    )  # fmt: skip
    found = truth(labels, "majority")
    assert not found["1"]
    assert pd.isna(found["2"])


def test_tables_that_hold_no_labels_are_refused():
    with pytest.raises(InputError, match="lacks the column 'coder'"):
        truth(pd.DataFrame({"post_id": ["1"], "label": ["not"]}))
    with pytest.raises(InputError, match="'maybe' is unknown; valid: fashion, not, unsure"):
        truth(table(("1", "ana", "maybe")))
    with pytest.raises(InputError, match="'all' and 'majority'"):
        truth(table(("1", "ana", "not")), "most")


def test_a_set_of_labels_has_a_name_of_its_content():
    labels = table(("1", "ana", "not"), ("2", "ana", "fashion"))
    assert label_set_id(labels) == label_set_id(labels.iloc[::-1])
    assert label_set_id(labels) != label_set_id(labels.head(1))


def test_exported_labels_can_be_imported_again(store, tmp_path):
    given = [said(1, "ana", "fashion", note='=HYPERLINK("x")\n"quoted"'), said(2, "=ben", "not")]
    add_labels(store, given)
    path = tmp_path / "new" / "labels.csv"
    assert export_labels(store, path) == 2
    assert "\"'=HYPERLINK" in path.read_text(encoding="utf-8")
    before = read_labels(store)
    store.database["labels"].drop()
    assert import_labels(store, path).counts == WriteCounts(inserted=2)
    pd.testing.assert_frame_equal(read_labels(store), before)
    assert import_labels(store, path).counts == WriteCounts(unchanged=2)


def test_files_of_other_programs_are_understood_and_bad_rows_are_named(store, tmp_path):
    store.upsert_posts(make_posts(2))
    path = tmp_path / "gold.csv"
    path.write_text(
        f"ID,Label\n{post_id(0)},F\n{post_id(1)},N\n7.3E+18,F\n{post_id(3)},U\n{post_id(4)},perhaps\n"
    )
    found = import_labels(store, path, coder="ana")
    assert found.read == 5
    assert found.counts.inserted == 3
    assert found.unknown_posts == 1
    assert found.rejects[0].startswith("line 4: post_id: '7.3E+18' was rounded by a spreadsheet")
    assert found.rejects[1] == "line 6: label 'perhaps' is unknown; valid: fashion, not, unsure"
    assert "2 rows refused" in str(found)
    assert set(read_labels(store)["label"]) == {"fashion", "not", "unsure"}


def test_files_that_hold_no_labels_are_refused(store, tmp_path):
    path = tmp_path / "labels.csv"
    with pytest.raises(FileFormatError, match="There is no file"):
        import_labels(store, path)
    path.write_text("post,label\n1,F\n")
    with pytest.raises(FileFormatError, match=r"labels\.csv lacks the column post_id"):
        import_labels(store, path)
    path.write_text("post_id,label\n1,F\n")
    with pytest.raises(InputError, match="say who labelled"):
        import_labels(store, path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FileFormatError, match="cannot be read as UTF-8 CSV"):
        import_labels(store, path, coder="ana")
