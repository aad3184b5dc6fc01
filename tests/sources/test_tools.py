from datetime import UTC, datetime

import pytest

from tests.sources.samples import (
    HIDE,
    POSTED,
    SEEN,
    comment,
    fourcat_comment,
    fourcat_post,
    item,
    post_id,
    pyktok_row,
    zeeschuimer_record,
)
from tfw.sources.outcomes import SkipItem
from tfw.sources.tools import (
    comment_from_fourcat,
    comment_from_pyktok,
    is_zeeschuimer,
    post_from_fourcat,
    post_from_pyktok,
    unpack_zeeschuimer,
    zeeschuimer_time,
)

ON_TIME = datetime.fromtimestamp(POSTED, tz=UTC)


def fourcat(**over):
    return post_from_fourcat(fourcat_post(**over), source="4cat-posts", collected_at=SEEN)


def fourcat_said(**over):
    row = fourcat_comment(**over)
    return comment_from_fourcat(row, source="4cat-comments", collected_at=SEEN, pseudonymiser=HIDE)


def pyktok(**over):
    return post_from_pyktok(pyktok_row(**over), source="pyktok", collected_at=SEEN)


def test_a_row_of_4cat_becomes_a_post():
    made = fourcat()
    assert made.id == post_id()
    assert made.url == f"https://www.tiktok.com/@sample_threads/video/{post_id()}"
    assert made.hashtags == ("ootd", "thriftflip", "thrift")
    assert made.created_at == ON_TIME
    assert (made.stats.likes, made.stats.plays, made.stats.saves) == (86400, 1400000, None)
    assert (made.author.name, made.author.followers) == ("sample_threads", 48200)


def test_the_display_name_in_4cats_sound_is_not_kept():
    assert "Sample Threads" not in fourcat().model_dump_json()


def test_an_old_file_of_4cat_has_its_unix_time_in_another_column():
    row = fourcat_post(timestamp=str(POSTED))
    del row["unix_timestamp"], row["challenges"]
    assert post_from_fourcat(row, source="s", collected_at=SEEN).created_at == ON_TIME


def test_a_written_time_of_4cat_is_utc():
    assert fourcat(unix_timestamp="").created_at == ON_TIME


def test_an_anonymised_author_is_nobody():
    made = fourcat(author="REDACTED", tiktok_url="REDACTED")
    assert made.author.name is None
    assert made.url == f"https://www.tiktok.com/@_/video/{post_id()}"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://evil.invalid/tiktok.com/", ""])
def test_an_address_that_is_not_tiktoks_is_made_anew(url):
    assert (
        fourcat(tiktok_url=url).url == f"https://www.tiktok.com/@sample_threads/video/{post_id()}"
    )


def test_an_advertisement_in_4cat_is_skipped():
    with pytest.raises(SkipItem, match="advertisement"):
        fourcat(is_ad="yes")


def test_a_row_of_4cat_with_garbage_is_refused():
    with pytest.raises(ValueError, match="plays: 'lots' is not a count"):
        fourcat(plays="lots")


def test_a_comment_of_4cat_has_a_pseudonym_and_no_name():
    made = fourcat_said()
    assert made.author == HIDE("viewer_one")
    assert made.text == f"love it @{HIDE('viewer_two')}"
    assert made.parent_id is None
    assert made.created_at == datetime.fromtimestamp(POSTED + 3600, tz=UTC)
    assert "Viewer" not in made.model_dump_json()


def test_a_reply_in_4cat_has_its_parent_in_the_thread():
    assert fourcat_said(thread_id=post_id(100)).parent_id == post_id(100)


def test_an_account_id_in_place_of_the_handle_gives_the_pseudonym_of_the_id():
    assert fourcat_said(author="@6914897350854987777").author == HIDE("6914897350854987777")


def test_a_row_of_pyktok_becomes_a_post_with_its_local_time_put_right():
    made = pyktok()
    assert made.id == post_id()
    assert made.created_at == ON_TIME
    assert (made.stats.likes, made.stats.comments) == (86400, None)
    assert made.hashtags == ("ootd",)
    assert made.author.verified is None
    assert "Sample Threads" not in made.model_dump_json()


def test_an_early_file_of_pyktok_calls_the_duration_length():
    row = pyktok_row(video_length="14")
    del row["video_duration"]
    assert post_from_pyktok(row, source="pyktok", collected_at=SEEN).duration == 14.0


def test_an_advertisement_in_pyktok_is_skipped():
    with pytest.raises(SkipItem, match="advertisement"):
        pyktok(video_is_ad="True")


def test_a_comment_of_pyktok_has_its_author_in_python_text():
    row = {
        key: str(value) for key, value in comment(user={"uid": "6914", "nickname": "It's"}).items()
    }
    made = comment_from_pyktok(row, source="pyktok", collected_at=SEEN, pseudonymiser=HIDE)
    assert made.author == HIDE("6914")
    assert made.replies == 2


def test_a_comment_of_pyktok_with_a_damaged_author_has_none():
    row = {**comment(), "user": "{'uid': '69", "text_extra": "[]"}
    made = comment_from_pyktok(row, source="pyktok", collected_at=SEEN, pseudonymiser=HIDE)
    assert made.author is None


def test_zeeschuimer_records_hold_posts_and_comments():
    assert [piece.kind for piece in unpack_zeeschuimer(zeeschuimer_record(item()))] == ["post"]
    record = zeeschuimer_record(comment(), source_platform="tiktok-comments")
    assert [piece.kind for piece in unpack_zeeschuimer(record)] == ["comment"]


def test_zeeschuimer_records_of_other_platforms_are_skipped():
    (piece,) = unpack_zeeschuimer(zeeschuimer_record({"id": "1"}, source_platform="instagram.com"))
    assert piece == ("skip", "from another platform (instagram.com)")


def test_a_zeeschuimer_record_tells_when_it_was_seen():
    assert zeeschuimer_time(zeeschuimer_record(item())) == datetime(
        2025, 9, 16, 5, 28, 20, tzinfo=UTC
    )
    assert zeeschuimer_time({"timestamp_collected": "x"}) is None
    assert zeeschuimer_time(None) is None


@pytest.mark.parametrize(
    "value", [None, [], {}, {"data": {}}, {"data": [], "source_platform": "x"}]
)
def test_anything_else_is_not_a_zeeschuimer_record(value):
    assert not is_zeeschuimer(value)
    assert [piece.kind for piece in unpack_zeeschuimer(value)] == ["unknown"]
