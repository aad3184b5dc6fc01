import csv
import gzip
import json
import os
from datetime import UTC, datetime

import pytest

from tests.sources.samples import (
    HIDE,
    as_csv,
    as_ndjson,
    comment,
    feed,
    fourcat_comment,
    fourcat_post,
    item,
    post_id,
    write,
    zeeschuimer_record,
)
from tfw.errors import FileFormatError, InputError
from tfw.sources.imports import BrokenImportError, import_file, import_files
from tfw.sources.kinds import FORMATS

MAP = {"id": "id", "description": "text", "stats.likes": "likes"}


def rows(number, **over):
    return [
        {"id": post_id(n), "text": f"look {n} #ootd", "likes": n, **over} for n in range(number)
    ]


def rejected_rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def documents(store):
    """Everything in the store but the moment of the import itself."""
    found = {name: list(store.database[name].find().sort("_id")) for name in ("posts", "comments")}
    return json.dumps(found, default=str, sort_keys=True)


def test_a_file_goes_into_the_store(store, tmp_path):
    path = write(tmp_path / "feed.json", json.dumps(feed([item(0), item(1)])))
    summary = import_file(store, path)
    assert (summary.format, summary.read, summary.posts, summary.inserted) == ("web-items", 2, 2, 2)
    stored = store.get("posts", post_id())
    assert stored["stats"]["likes"] == 86412
    assert stored["source"] == "web-items"
    assert summary.rejects is None


def test_importing_a_file_again_changes_nothing(store, tmp_path):
    records = [zeeschuimer_record(item(0)), zeeschuimer_record(comment())]
    path = write(tmp_path / "a.ndjson", as_ndjson(records))
    import_file(store, path)
    before = documents(store)
    again = import_file(store, path)
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 2)
    assert documents(store) == before


def test_a_table_without_times_can_be_imported_again_too(store, tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(3)))
    import_file(store, path, column_map=MAP)
    before = documents(store)
    assert import_file(store, path, column_map=MAP).unchanged == 3
    assert documents(store) == before


def test_a_newer_file_updates_the_counters_and_keeps_the_old_ones(store, tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(1)))
    import_file(store, path, column_map=MAP, collected_at="2025-12-01")
    write(path, as_csv(rows(1, likes="99")))
    summary = import_file(store, path, column_map=MAP, collected_at="2025-12-02")
    assert (summary.updated, summary.inserted) == (1, 0)
    stored = store.get("posts", post_id())
    assert stored["stats"]["likes"] == 99
    assert [entry["likes"] for entry in stored["history"]] == [0, 99]


def test_more_than_a_batch_goes_in(store, tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(2100)))
    summary = import_file(store, path, column_map=MAP)
    assert (summary.inserted, summary.posts) == (2100, 2100)
    assert store.count("posts") == 2100


def test_a_post_that_is_repeated_in_a_file_is_stored_once(store, tmp_path):
    path = write(tmp_path / "a.ndjson", as_ndjson([feed([item(0), item(1)]), feed([item(1)])]))
    summary = import_file(store, path)
    assert (summary.read, summary.inserted, summary.unchanged) == (3, 2, 1)


def test_bad_rows_are_listed_and_the_others_go_in(store, settings, tmp_path):
    bad = [fourcat_post(0), fourcat_post(1, id="7.18577E+18"), fourcat_post(2, plays="=1+1")]
    summary = import_file(store, write(tmp_path / "a.csv", as_csv(bad)))
    assert (summary.read, summary.posts, summary.rejected) == (3, 1, 2)
    assert summary.rejects == settings.outputs / "rejects" / f"{tmp_path.name}-a.csv.rejects.csv"
    first, second = rejected_rows(summary.rejects)
    assert first["line"] == "3"
    assert "'7.18577E+18' was rounded by a spreadsheet: its last digits are lost" in first["reason"]
    assert "plays: '=1+1' is not a count" in second["reason"]
    assert any("rounded by a spreadsheet" in reason for reason in summary.reasons)
    assert sum(summary.reasons.values()) == 2


def test_rows_mended_in_the_file_are_no_longer_listed(store, tmp_path):
    path = write(tmp_path / "a.csv", as_csv([fourcat_post(0, likes="x")]))
    listed = tmp_path / "rejected.csv"
    assert import_file(store, path, rejects=listed).rejects == listed
    write(path, as_csv([fourcat_post(0)]))
    assert import_file(store, path, rejects=listed).rejects is None
    assert not listed.exists()


def test_files_of_the_same_name_have_lists_of_their_own(store, tmp_path):
    listed = set()
    for name in ("monday", "tuesday"):
        (tmp_path / name).mkdir()
        path = write(tmp_path / name / "export.csv", as_csv([fourcat_post(0, likes="x")]))
        listed.add(import_file(store, path).rejects)
    assert len(listed) == 2
    assert all(path.exists() for path in listed)


def test_what_is_left_out_on_purpose_is_counted_with_its_reason(store, tmp_path):
    items = [item(0), item(1, isAd=True), item(2, liveRoomInfo={"a": 1})]
    summary = import_file(store, write(tmp_path / "a.json", json.dumps(feed(items))))
    assert summary.skipped == {"an advertisement": 1, "a live room": 1}
    assert summary.read == 3
    assert store.count("posts") == 1


def test_comments_count_for_their_posts_whichever_file_comes_first(store, tmp_path):
    comments = write(tmp_path / "c.csv", as_csv([fourcat_comment(n) for n in range(3)]))
    posts = write(tmp_path / "p.csv", as_csv([fourcat_post(0, comments="3")]))
    import_file(store, comments)
    import_file(store, posts)
    assert store.get("posts", post_id())["comments"]["collected"] == 3
    assert store.get("posts", post_id())["comments"]["state"] == "complete"


def test_comments_of_a_later_file_make_the_post_partial(store, tmp_path):
    import_file(store, write(tmp_path / "p.csv", as_csv([fourcat_post(0)])))
    import_file(store, write(tmp_path / "c.csv", as_csv([fourcat_comment()])))
    status = store.get("posts", post_id())["comments"]
    assert (status["state"], status["collected"], status["reported"]) == ("partial", 1, 312)


def test_joined_comments_keep_the_number_the_table_gives(store, tmp_path):
    table = rows(1, joined="so good @viewer_two", total=20, got=5)
    column_map = {
        **MAP,
        "comments_text": "joined",
        "comments.reported": "total",
        "comments.collected": "got",
    }
    import_file(store, write(tmp_path / "c.csv", as_csv([fourcat_comment(post_id="1")])))
    path = write(tmp_path / "a.csv", as_csv(table))
    import_file(store, path, column_map=column_map, pseudonymiser=HIDE)
    stored = store.get("posts", post_id())
    assert (stored["comments"]["state"], stored["comments"]["collected"]) == ("partial", 5)
    assert stored["comments_text"] == f"so good @{HIDE('viewer_two')}"


def test_people_who_comment_are_hidden_with_the_projects_own_key(store, tmp_path):
    path = write(tmp_path / "c.json", json.dumps({"comments": [comment()], "has_more": 0}))
    import_file(store, path)
    stored = json.dumps(list(store.database["comments"].find()), default=str)
    for name in ("viewer_one", "Viewer One", "6914897350854987777", "MS4wLjABAAAA"):
        assert name not in stored
    assert '"author": "p_' in stored


def test_no_name_of_a_commenter_gets_into_the_rejects_file(store, tmp_path):
    page = {"comments": [comment(0, digg_count="x"), comment(1)], "has_more": 0}
    summary = import_file(store, write(tmp_path / "c.json", json.dumps(page)))
    listed = summary.rejects.read_text(encoding="utf-8")
    assert "digg_count" in listed
    for name in ("viewer_one", "Viewer One", "6914897350854987777", "MS4wLjABAAAA"):
        assert name not in listed


def test_an_import_is_recorded_once_for_the_same_content(store, tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(2)))
    import_file(store, path, column_map=MAP)
    other = tmp_path / "copy.csv"
    other.write_bytes(path.read_bytes())
    import_file(store, other, column_map=MAP)
    assert store.count("imports") == 1
    import_file(store, path, column_map={"id": "id"})
    assert store.count("imports") == 2
    record = store.latest("imports")
    assert (record["file"], record["format"], record["read"]) == ("a.csv", "table", 2)
    assert record["created_at"] > datetime(2026, 1, 1, tzinfo=UTC)


def test_a_broken_file_is_stored_up_to_the_break_and_then_reported(store, tmp_path):
    path = tmp_path / "posts.csv.gz"
    packed = gzip.compress(as_csv(rows(3000)).encode())
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(BrokenImportError) as caught:
        import_file(store, path, column_map=MAP)
    summary = caught.value.summary
    assert isinstance(caught.value, FileFormatError)
    assert caught.value.exit_status == 2
    assert 500 < summary.posts < 3000
    assert store.count("posts") == summary.posts
    assert f"The {summary.posts:,} posts and 0 comments before that place" in str(caught.value)
    assert "posts.csv.gz breaks off: " in str(caught.value)
    assert "the packed data ends" in summary.broken
    assert store.latest("imports")["broken"] == summary.broken
    path.write_bytes(packed)
    whole = import_file(store, path, column_map=MAP)
    assert (whole.posts, store.count("posts")) == (3000, 3000)


def test_a_file_that_cannot_be_read_stores_nothing(store, tmp_path):
    for name, text in (("a.txt", "Dear reader"), ("b.csv", ""), ("c.csv", "x,y\n1,2\n")):
        with pytest.raises(InputError, match=name):
            import_file(store, write(tmp_path / name, text))
    assert store.count("posts") == store.count("imports") == 0


def test_a_file_without_posts_is_no_error(store, tmp_path):
    text = as_csv([fourcat_post()]).splitlines(keepends=True)[0]
    summary = import_file(store, write(tmp_path / "a.csv", text))
    assert (summary.read, summary.format) == (0, "4cat-posts")


def test_the_formats_are_described():
    assert list(FORMATS)[:2] == ["web-items", "research-api"]
    assert all(FORMATS.values())


def test_several_files_are_imported_by_a_pattern_from_the_project_folder(store, home):
    (home / "data").mkdir()
    for name in ("b.csv", "a.csv"):
        write(home / "data" / name, as_csv([fourcat_post(ord(name[0]))]))
    done = import_files(
        store, "data/*.csv", format="", column_map={}, collected_at="", progress=False
    )
    assert [summary.file for summary in done.summaries] == ["a.csv", "b.csv"]
    assert done.total("inserted") == 2


def test_a_list_of_files_and_names_with_brackets_are_taken_as_they_are(store, home, tmp_path):
    odd = write(home / "a[1].csv", as_csv([fourcat_post(1)]))
    other = write(tmp_path / "b.csv", as_csv([fourcat_post(2)]))
    done = import_files(store, [odd.name, other, other], progress=False)
    assert [summary.file for summary in done.summaries] == ["a[1].csv", "b.csv"]


def test_a_bad_file_does_not_keep_the_others_out(store, home):
    write(home / "a.csv", "nonsense")
    write(home / "b.csv", as_csv([fourcat_post()]))
    with pytest.raises(FileFormatError, match=r"a\.csv is plain text"):
        import_files(store, "*.csv", progress=False)
    assert store.count("posts") == 1


def test_a_pattern_without_a_match_is_named(store, home):
    with pytest.raises(FileFormatError, match=r"No file matches data/\*\.csv"):
        import_files(store, "data/*.csv", progress=False)


def test_the_date_of_the_file_counts_where_nothing_else_is_known(store, tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(1)))
    os.utime(path, (1_760_000_000, 1_760_000_000))
    import_file(store, path, column_map=MAP)
    seen = store.get("posts", post_id())["stats"]["collected_at"]
    assert seen == datetime.fromtimestamp(1_760_000_000, tz=UTC)
