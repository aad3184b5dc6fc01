from datetime import UTC, datetime

import pytest

from tests.sources.samples import HIDE, POSTED, SEEN, post_id
from tfw.errors import FileFormatError
from tfw.records import Music
from tfw.sources.column_map import compile_map
from tfw.sources.mapped_rows import comment_from_fields, post_from_fields

COLUMNS = (
    "id", "caption", "likes", "views", "tags", "comment_total", "fetched", "comments_text", "when",
    "author", "sound",
)  # fmt: skip
ROW = {
    "id": post_id(),
    "caption": "pink #ootd",
    "likes": "86.4K",
    "views": "1,400,000",
    "tags": "['OOTD', 'pink']",
    "comment_total": "20",
    "fetched": "5",
    "comments_text": "so good @viewer_two where from",
    "when": str(POSTED),
    "author": "sample_threads",
    "sound": "original sound - Sample",
}
MAP = {
    "id": "id",
    "description": "caption",
    "stats.likes": {"column": "likes"},
    "stats.plays": "views",
    "hashtags": "tags",
    "comments.reported": "comment_total",
    "comments.collected": "fetched",
    "comments_text": "comments_text",
    "created_at": "when",
    "author.name": "author",
    "music.title": "sound",
    "queries": {"value": "barbiecore"},
    "stats.collected_at": {"value": "2024-11-30"},
}


def post(column_map=MAP, **over):
    mapped = compile_map(column_map, columns=COLUMNS, file="posts.csv")
    return post_from_fields(
        mapped.fields({**ROW, **over}),
        source="table",
        collected_at=SEEN,
        pseudonymiser=HIDE,
        queries=("mine",),
    )


def comment(column_map, **row):
    mapped = compile_map(column_map, columns=list(row), file="comments.csv")
    return comment_from_fields(
        mapped.fields(row), source="table", collected_at=SEEN, pseudonymiser=HIDE
    )


def refusal(column_map, columns=COLUMNS):
    with pytest.raises(FileFormatError) as caught:
        compile_map(column_map, columns=columns, file="posts.csv")
    return str(caught.value)


def test_a_row_becomes_a_post():
    made = post()
    assert made.id == post_id()
    assert made.url == f"https://www.tiktok.com/@sample_threads/video/{post_id()}"
    assert (made.stats.likes, made.stats.plays, made.stats.comments) == (86400, 1400000, 20)
    assert made.hashtags == ("ootd", "pink")
    assert made.queries == ("barbiecore", "mine")
    assert made.stats.collected_at == datetime(2024, 11, 30, tzinfo=UTC)
    assert made.created_at == datetime.fromtimestamp(POSTED, tz=UTC)
    assert made.music == Music(title="original sound - Sample")


def test_people_in_joined_comments_are_hidden():
    assert post().comments_text == f"so good @{HIDE('viewer_two')} where from"


@pytest.mark.parametrize(
    ("reported", "collected", "state"),
    [
        ("20", "5", "partial"),
        ("20", "20", "complete"),
        ("20", "25", "complete"),
        ("20", "0", "pending"),
        ("0", "", "complete"),
        ("", "5", "partial"),
        ("", "", "pending"),
    ],
)
def test_the_state_of_the_comments_follows_from_their_numbers(reported, collected, state):
    status = post(comment_total=reported, fetched=collected).comments
    assert status.state == state
    assert (status.at is None) == (state == "pending")


def test_hashtags_that_are_not_mapped_or_empty_are_read_from_the_caption():
    assert post(tags="[]").hashtags == ("ootd",)
    assert post({"id": "id", "description": "caption"}).hashtags == ("ootd",)


def test_a_map_of_the_id_alone_is_enough():
    made = post({"id": "id"})
    assert made.stats.likes is None
    assert made.stats.collected_at == SEEN
    assert made.created_at is not None


def test_the_id_may_be_read_from_an_address():
    made = post({"id": "caption"}, caption=f"https://www.tiktok.com/@a/video/{post_id()}?x=1")
    assert made.id == post_id()


def test_a_bad_cell_names_its_column():
    with pytest.raises(ValueError, match="views: 'lots' is not a count"):
        post(views="lots")


@pytest.mark.parametrize("bad", ["7.18577E+18", "7,18577E+18", 7.18577e18, "", None, "abc"])
def test_a_row_without_an_exact_id_is_refused(bad):
    with pytest.raises(ValueError, match="id"):
        post(id=bad)


def test_a_row_of_a_table_of_comments_becomes_a_comment_without_a_name():
    made = comment(
        {
            "record": "comment",
            "id": "cid",
            "post_id": "video",
            "text": "text",
            "author": "who",
            "likes": "likes",
            "parent_id": "parent",
            "created_at": "when",
        },
        cid="7550567843696250881",
        video=f"https://www.tiktok.com/@a/video/{post_id()}",
        text="hi @viewer_two",
        who="Viewer_One",
        likes="1.2K",
        parent="",
        when="2025-09-16 06:20",
    )
    assert made.post_id == post_id()
    assert made.author == HIDE("viewer_one")
    assert made.text == f"hi @{HIDE('viewer_two')}"
    assert (made.likes, made.parent_id, made.collected_at) == (1200, None, SEEN)


def test_a_reply_keeps_its_parent():
    column_map = {"record": "comment", "id": "a", "post_id": "b", "parent_id": "c"}
    assert comment(column_map, a="11", b="22", c="33").parent_id == "33"
    assert comment(column_map, a="11", b="22", c="22").parent_id is None


def test_the_columns_that_name_people_are_known():
    mapped = compile_map(MAP, columns=COLUMNS, file="posts.csv")
    assert mapped.personal == {"author"}


def test_a_misspelt_field_is_named_with_the_closest_one_first():
    message = refusal({"id": "id", "stats.like": "likes"})
    assert message.startswith("posts.csv: the column map does not fit.")
    assert "stats.like: there is no such field. Did you mean stats.likes" in message


def test_a_missing_column_is_named_with_the_closest_one_first():
    message = refusal({"id": "Id", "stats.plays": "view"})
    assert "id: the file has no column 'Id'. Did you mean id? There are: id, caption" in message
    assert "stats.plays: the file has no column 'view'. Did you mean views?" in message


def test_all_problems_are_named_at_once():
    message = refusal({"hashtag": "tags", "description": "text", "stats.likes": {"value": "many"}})
    for part in ("hashtag:", "description:", "stats.likes: stats.likes: 'many'", "id: missing"):
        assert part in message


def test_a_column_that_is_there_twice_is_refused():
    message = refusal({"id": "id", "description": "text"}, columns=("id", "text", "text"))
    assert "the file has 2 columns named 'text'" in message


@pytest.mark.parametrize("wanted", [3, None, ["id"], {"columns": "id"}, {"column": 4}, {}])
def test_a_value_of_the_map_that_is_no_column_is_refused(wanted):
    assert "is not a column name, {column: NAME} or {value: CONSTANT}" in refusal({"id": wanted})


def test_a_map_that_is_none_and_a_field_that_is_a_number_are_refused():
    assert "It maps fields to columns" in refusal(["id"])
    assert "7: there is no such field" in refusal({"id": "id", 7: "likes"})


def test_a_record_that_there_is_not_is_refused():
    assert "It can be post or comment" in refusal({"record": "user", "id": "id"})


def test_a_table_of_comments_needs_the_id_of_the_post():
    assert "post_id: missing" in refusal({"record": "comment", "id": "id"})


def test_very_many_columns_are_not_all_listed():
    message = refusal({"id": "nothing"}, columns=[f"column_{number}" for number in range(500)])
    assert "and 460 more" in message
