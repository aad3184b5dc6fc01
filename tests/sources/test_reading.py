"""Whole files of every format, read the way a user reads them."""

import gzip
import json
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.samples import (
    HIDE,
    POSTED,
    api_page,
    as_csv,
    as_ndjson,
    comment,
    feed,
    fourcat_comment,
    fourcat_post,
    item,
    post_id,
    pyktok_row,
    saved_page,
    universal_page,
    until_broken,
    video,
    write,
    zeeschuimer_record,
)
from tfw.errors import FileFormatError, ParameterError
from tfw.records import Comment, Post
from tfw.sources import json_files
from tfw.sources.imports import Rejected, Skipped, read_records

MAP = {"id": "id", "description": "text", "stats.likes": "likes"}


def read(path, **options):
    return list(read_records(path, pseudonymiser=HIDE, **options))


def read_or_refusal(path):
    try:
        return read(path), None
    except FileFormatError as error:
        return [], str(error)


def kinds(found):
    return Counter(type(entry).__name__ for entry in found)


def rows(number, **over):
    return [
        {"id": post_id(n), "text": f"look {n} #ootd", "likes": n, **over} for n in range(number)
    ]


FILES = {
    "web-items": json.dumps(feed([item(0), item(1)])),
    "research-api": json.dumps(api_page([video(0), video(1)])),
    "4cat-posts": as_csv([fourcat_post(0), fourcat_post(1)]),
    "pyktok": as_csv([pyktok_row(0), pyktok_row(1)]),
    "zeeschuimer": as_ndjson([zeeschuimer_record(item(0)), zeeschuimer_record(item(1))]),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("named", [True, False], ids=["named", "recognised"])
def test_posts_of_every_format_are_read(tmp_path, name, named):
    path = write(tmp_path / "export", FILES[name])
    first, second = read(path, format=name if named else None)
    assert (first.id, second.id) == (post_id(0), post_id(1))
    assert first.source == name
    assert first.created_at == datetime.fromtimestamp(POSTED, tz=UTC)
    assert "ootd" in first.hashtags or name == "research-api"


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"comments": [comment(0), comment(1)], "has_more": 0}),
        as_csv([fourcat_comment(0), fourcat_comment(1)]),
        as_csv([comment(0), comment(1)]),
        as_ndjson([zeeschuimer_record(comment(n)) for n in range(2)]),
    ],
    ids=["web", "4cat", "pyktok", "zeeschuimer"],
)
def test_comments_of_every_format_are_read_without_names(tmp_path, text):
    found = read(write(tmp_path / "export", text))
    assert [entry.id for entry in found] == [post_id(100), post_id(101)]
    assert {entry.post_id for entry in found} == {post_id()}
    assert all(entry.author.startswith("p_") for entry in found)


def test_comments_of_the_api_are_read(tmp_path):
    row = {"id": 11, "video_id": 22, "parent_comment_id": 22, "text": "x", "create_time": POSTED}
    (found,) = read(write(tmp_path / "a.json", json.dumps(api_page([row], "comments"))))
    assert (found.id, found.post_id, found.author) == ("11", "22", None)


def test_a_saved_page_is_read(tmp_path):
    page = universal_page({"itemInfo": {"itemStruct": item()}, "statusCode": 0})
    (found,) = read(write(tmp_path / "a.html", saved_page(page)))
    assert found.id == post_id()


def test_the_time_of_collection_comes_from_the_record_then_from_the_caller_then_from_the_file(
    tmp_path,
):
    web = write(tmp_path / "web.json", FILES["web-items"])
    given = datetime(2025, 12, 1, tzinfo=UTC)
    assert read(web, collected_at=given)[0].stats.collected_at == datetime(
        2025, 9, 16, 5, 22, 3, 456000, tzinfo=UTC
    )
    table = write(tmp_path / "a.csv", as_csv(rows(1)))
    assert read(table, column_map=MAP, collected_at=given)[0].stats.collected_at == given
    (same,) = read(table, column_map=MAP, collected_at="2025-12-01")
    assert same.stats.collected_at == given
    changed = datetime.fromtimestamp(table.stat().st_mtime, tz=UTC)
    known = read(table, column_map=MAP)[0].stats.collected_at
    assert abs((known - changed).total_seconds()) < 0.001


def test_each_page_of_a_file_has_its_own_time(tmp_path):
    pages = [feed([item(n)], extra={"now": 1_758_000_000_000 + n * 1000}) for n in range(2)]
    first, second = read(write(tmp_path / "a.ndjson", as_ndjson(pages)))
    assert (second.stats.collected_at - first.stats.collected_at).total_seconds() == 1


def test_a_time_of_collection_that_is_none_is_refused(tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(1)))
    with pytest.raises(ParameterError, match="collected_at: 'soon'"):
        read(path, column_map=MAP, collected_at="soon")


def test_what_found_the_posts_is_noted(tmp_path):
    path = write(tmp_path / "a.json", FILES["web-items"])
    assert read(path, query="tag/ootd")[0].queries == ("tag/ootd",)
    table = write(tmp_path / "a.csv", as_csv(rows(1)))
    assert read(table, column_map=MAP, query="tag/ootd")[0].queries == ("tag/ootd",)


def test_live_rooms_advertisements_and_gone_videos_are_skipped_with_their_reasons(tmp_path):
    pages = [
        feed(
            [item(0), item(1, isAd=True), item(2, liveRoomInfo={}), item(3, stats={}, statsV2={})]
        ),
        universal_page({"statusCode": 10204, "statusMsg": "status_deleted"}),
    ]
    found = read(write(tmp_path / "a.ndjson", as_ndjson(pages)))
    assert kinds(found) == {"Post": 1, "Skipped": 4}
    assert len({entry.reason for entry in found if isinstance(entry, Skipped)}) == 4


def test_bad_rows_are_set_aside_with_their_lines(tmp_path):
    bad = [
        fourcat_post(0),
        fourcat_post(1, likes="many"),
        fourcat_post(2, id="7.55055E+18"),
        fourcat_post(3, unix_timestamp="soon"),
        fourcat_post(4),
    ]
    found = read(write(tmp_path / "a.csv", as_csv(bad)))
    assert kinds(found) == {"Post": 2, "Rejected": 3}
    rejected = [entry for entry in found if isinstance(entry, Rejected)]
    assert [entry.line for entry in rejected] == [3, 4, 5]
    assert "likes: 'many'" in rejected[0].detail
    assert "7.55055E+18" in rejected[1].detail
    assert "rounded by a spreadsheet" in rejected[1].reason


def test_bad_items_of_a_page_are_numbered(tmp_path):
    page = feed([item(0), item(1, id=None), {"odd": 1}, item(3)])
    found = read(write(tmp_path / "a.json", json.dumps(page)))
    assert [entry.line for entry in found if isinstance(entry, Rejected)] == [2, 3]
    assert kinds(found) == {"Post": 2, "Rejected": 2}


def test_a_rejected_comment_is_listed_without_its_author(tmp_path):
    bad = [comment(0, digg_count="lots", text="hello @viewer_two"), comment(1)]
    text = json.dumps({"comments": bad, "has_more": 0})
    rejected = read(write(tmp_path / "a.json", text))[0]
    for name in ("viewer_one", "Viewer One", "viewer_two", "6914897350854987777", "MS4wLj"):
        assert name not in rejected.excerpt + rejected.detail


def test_the_author_column_of_a_mapped_table_is_not_listed_either(tmp_path):
    table = [{"cid": "11", "video": "x y", "von": "viewer_one"}]
    column_map = {"record": "comment", "id": "cid", "post_id": "video", "author": "von"}
    path = write(tmp_path / "a.csv", as_csv(table))
    found = read(path, column_map={**column_map, "likes": {"value": 3}})
    assert kinds(found) == {"Comment": 1}
    path = write(tmp_path / "b.csv", as_csv([{**table[0], "cid": "1.1E+18"}]))
    (rejected,) = read(path, column_map=column_map)
    assert "viewer_one" not in rejected.excerpt


@pytest.mark.parametrize(
    "mangle",
    [
        lambda text: text[:15] + "0000",
        lambda text: str(int(float(text))),
        lambda text: str(int(Decimal(repr(float(text))))),
    ],
    ids=["spreadsheet", "float64", "JavaScript"],
)
def test_a_file_whose_ids_were_rounded_to_whole_numbers_is_refused(tmp_path, mangle):
    table = [{**row, "id": mangle(row["id"])} for row in rows(10)]
    path = write(tmp_path / "a.csv", as_csv(table))
    with pytest.raises(FileFormatError, match=r"a\.csv: the ids have lost their last digits"):
        read(path, column_map=MAP)


def test_a_few_ids_that_end_in_zeros_by_chance_are_fine(tmp_path):
    table = rows(30)
    table[3]["id"] = table[3]["id"][:-3] + "000"
    table[4]["id"] = str(int(table[4]["id"]) // 1024 * 1024)
    assert kinds(read(write(tmp_path / "a.csv", as_csv(table)), column_map=MAP)) == {"Post": 30}


def test_a_parquet_table_with_ids_in_a_float_column_gives_no_posts(tmp_path):
    path = tmp_path / "a.parquet"
    table = pyarrow.table({"id": [float(post_id(n)) for n in range(3)], "text": ["a", "b", "c"]})
    pyarrow.parquet.write_table(table, path)
    found = read(path, column_map={"id": "id", "description": "text"})
    assert kinds(found) == {"Rejected": 3}
    assert "its last digits are lost" in found[0].reason


def test_a_break_comes_after_everything_readable_and_names_the_file(tmp_path):
    text = as_csv(rows(500))
    path = tmp_path / "a.csv.gz"
    packed = gzip.compress(text.encode())
    path.write_bytes(packed[: len(packed) // 2])
    got, error = until_broken(read_records(path, column_map=MAP, pseudonymiser=HIDE))
    assert 50 < len(got) < 500
    assert [entry.id for entry in got] == [post_id(n) for n in range(len(got))]
    assert error.startswith("a.csv.gz breaks off: ")


def test_a_break_within_the_first_rows_loses_none_of_them(tmp_path):
    text = as_csv(rows(5))
    path = write(tmp_path / "a.csv", text[:-10])
    got, error = until_broken(read_records(path, column_map=MAP, pseudonymiser=HIDE))
    assert len(got) == 4
    assert "line 6 ends" in error


def test_a_named_format_that_the_file_is_not_says_what_is_missing(tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(1)))
    with pytest.raises(FileFormatError, match="no column body, thread_id"):
        read(path, format="4cat-posts")
    with pytest.raises(FileFormatError, match="zeeschuimer is JSON"):
        read(path, format="zeeschuimer")


def test_a_table_without_a_map_says_what_to_do_and_shows_the_columns(tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(1)))
    with pytest.raises(FileFormatError, match=r"no column map is given.* id, text, likes"):
        read(path, format="table")


def test_a_map_and_another_format_do_not_go_together(tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(1)))
    with pytest.raises(FileFormatError, match="belongs to the format table"):
        read(path, format="pyktok", column_map=MAP)


def test_a_wrong_map_is_refused_before_anything_is_read(tmp_path):
    path = write(tmp_path / "a.csv", as_csv(rows(1)))
    with pytest.raises(FileFormatError, match=r"a\.csv: the column map does not fit"):
        read_records(path, column_map={"id": "ID"}, pseudonymiser=HIDE)


def test_entries_of_another_kind_in_a_named_format_are_set_aside(tmp_path):
    path = write(tmp_path / "a.ndjson", as_ndjson([{"foo": 1}, item(0)]))
    found = read(path, format="web-items")
    assert kinds(found) == {"Rejected": 1, "Post": 1}
    assert found[0].reason == "neither a post nor a comment"


def test_hostile_text_goes_through_as_text(tmp_path):
    text = "=HYPERLINK(1)\x00<script>\u202e🌾\"'; DROP TABLE posts"
    path = write(tmp_path / "a.csv", as_csv(rows(1, text=text)))
    (found,) = read(path, column_map=MAP)
    assert found.description == text.replace("\x00", "")


@given(
    st.sampled_from(sorted(FILES)),
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    st.booleans(),
)
def test_no_damage_to_a_file_gives_anything_but_records_and_clear_errors(
    tmp_path_factory, name, share, flips, packed
):
    content = bytearray(FILES[name].encode())
    content = bytearray(gzip.compress(content)) if packed else content
    for place, byte in flips:
        content[int(place * (len(content) - 1))] = byte
    path = tmp_path_factory.mktemp("damaged") / "export"
    path.write_bytes(content[: int(share * len(content))])
    found, refusal = read_or_refusal(path)
    assert refusal is None or "export" in refusal
    assert all(isinstance(entry, Post | Comment | Rejected | Skipped) for entry in found)


def big_csv(path, number):
    with path.open("w", encoding="utf-8") as file:
        file.write("id,text,likes\n")
        file.writelines(f"{post_id(n)},{'words ' * 150}{n} #ootd,{n}\n" for n in range(number))


def big_ndjson(path, number):
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(item(n, desc="words " * 150)) + "\n" for n in range(number))


def big_feed(path, number):
    with path.open("w", encoding="utf-8") as file:
        file.write('{"statusCode": 0, "itemList": [')
        file.writelines(json.dumps(item(n, desc="words " * 150)) + ", " for n in range(number))
        file.write(json.dumps(item(number)) + "]}")


def peak_of_reading(path, column_map):
    """The most memory in use at once while a file is read, in bytes."""
    tracemalloc.start()
    try:
        posts = 0
        for found in read_records(path, column_map=column_map, pseudonymiser=HIDE):
            posts += isinstance(found, Post | Comment)
        return posts, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("make", "column_map"),
    [(big_csv, MAP), (big_ndjson, None), (big_feed, None)],
    ids=["csv", "ndjson", "feed"],
)
def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch, make, column_map):
    # Both files are bigger than what is read at once to see what a file is.
    monkeypatch.setattr(json_files, "WHOLE", 200_000)
    peaks = []
    for number in (500, 2_500):
        path = tmp_path / f"{number}"
        make(path, number)
        posts, peak = peak_of_reading(path, column_map)
        assert posts >= number
        peaks.append(peak)
    assert peaks[1] < 1.3 * peaks[0]
