from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources.samples import HIDE, POST_ID, POSTED, SEEN, comment, item, post_id
from tfw.records import Author, Music
from tfw.sources.outcomes import SkipItem
from tfw.sources.web_items import comment_from_item, post_from_item


def post(**over):
    return post_from_item(item(**over), source="web-items", collected_at=SEEN)


def said(**over):
    return comment_from_item(
        comment(**over), source="web-items", collected_at=SEEN, pseudonymiser=HIDE
    )


def test_a_list_item_becomes_a_post():
    made = post()
    assert made.id == post_id()
    assert made.url == f"https://www.tiktok.com/@sample_threads/video/{post_id()}"
    assert made.author == Author(
        id="6871947673601157666", name="sample_threads", verified=False, followers=48213
    )
    assert made.hashtags == ("ootd", "thriftflip")
    assert made.created_at == datetime.fromtimestamp(POSTED, tz=UTC)
    assert (made.region, made.language, made.duration) == ("US", "en", 21.0)
    assert made.comments.state == "pending"
    assert made.comments.reported == 312


def test_exact_counters_are_preferred_to_rounded_ones():
    stats = post().stats
    assert (stats.likes, stats.plays, stats.saves) == (86412, 1400321, 5914)


def test_each_counter_falls_back_to_the_other_layout_by_itself():
    stats = post(statsV2={"diggCount": "86412", "playCount": ""}).stats
    assert (stats.likes, stats.plays, stats.comments) == (86412, 1400000, 312)


def test_an_item_of_before_2023_has_no_exact_counters_and_no_saves():
    old = item(stats={"diggCount": 5, "playCount": 9, "commentCount": 0, "shareCount": 1})
    del old["statsV2"]
    stats = post_from_item(old, source="web-items", collected_at=SEEN).stats
    assert (stats.likes, stats.plays, stats.saves) == (5, 9, None)


def test_a_hidden_counter_is_not_known():
    assert (
        post(stats={"diggCount": -1, "playCount": 4}, statsV2={"diggCount": "-1"}).stats.likes
        is None
    )


def test_a_post_without_comments_is_complete_and_one_with_comments_off_is_off():
    none = post(stats={"commentCount": 0, "playCount": 3}, statsV2={}).comments
    assert (none.state, none.collected, none.at) == ("complete", 0, SEEN)
    off = post(itemCommentStatus=3).comments
    assert (off.state, off.reported) == ("off", 312)


def test_a_page_item_has_its_numbers_as_text():
    made = post(createTime=str(POSTED), stats={"collectCount": "5914"}, statsV2={})
    assert made.created_at == datetime.fromtimestamp(POSTED, tz=UTC)
    assert made.stats.saves == 5914
    assert made.stats.likes is None


def test_a_sigi_item_has_its_author_as_text():
    made = post(author="sample_threads", authorId="6871947673601157666", nickname="Sample Threads")
    assert made.author.name == "sample_threads"
    assert made.author.id == "6871947673601157666"


def test_a_browse_item_is_flat_and_its_plays_are_never_its_comments():
    flat = {
        "id": POST_ID,
        "desc": "thrifted blazer #ootd",
        "createTime": POSTED,
        "authorId": 6871947673601157666,
        "authorUniqueId": "sample_threads",
        "authorNickname": "Sample Threads",
        "authorVerified": False,
        "hashtagList": ["ootd", "thriftflip"],
        "musicTitle": "original sound",
        "musicAuthorName": "Sample Threads",
        "diggCount": 86400,
        "playCount": 1400000,
        "shareCount": 1204,
    }
    made = post_from_item(flat, source="web-items", collected_at=SEEN)
    assert made.author.id == "6871947673601157666"
    assert made.hashtags == ("ootd", "thriftflip")
    assert (made.stats.plays, made.stats.comments) == (1400000, None)
    assert made.comments.reported is None
    assert made.music == Music(title="original sound")


def test_a_photo_post_has_its_own_address_and_no_duration():
    made = post(imagePost={"images": []}, video={"duration": 0})
    assert made.url.endswith(f"/@sample_threads/photo/{post_id()}")
    assert made.duration is None


def test_no_display_name_biography_or_picture_is_kept():
    made = post()
    for text in ("Sample Threads", "biography", "MS4wLjABAAAA", "standin.invalid"):
        assert text not in made.model_dump_json()


def test_a_sound_that_is_nobodys_own_keeps_its_maker():
    music = {
        "id": "1",
        "title": "Blue - Live",
        "authorName": "The Invented Band",
        "original": False,
    }
    assert post(music=music).music == Music(id="1", title="Blue - Live", author="The Invented Band")


def test_missing_hashtags_are_read_from_the_caption():
    bare = item(desc="so #ootd, #été")
    del bare["challenges"], bare["textExtra"]
    assert post_from_item(bare, source="w", collected_at=SEEN).hashtags == ("ootd", "été")


def test_a_split_caption_is_put_together():
    parts = [{"desc": "first half"}, {"desc": "second half #ootd"}]
    assert post(desc="first half", contents=parts).description == "first half\nsecond half #ootd"
    assert post(contents=["nonsense"]).description.startswith("thrifted")


def test_a_missing_time_is_read_from_the_id():
    timeless = item()
    del timeless["createTime"]
    made = post_from_item(timeless, source="w", collected_at=SEEN)
    assert made.created_at == datetime.fromtimestamp(POSTED - 8, tz=UTC)


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"liveRoomInfo": {"title": "x"}}, "live room"),
        ({"isAd": True}, "advertisement"),
        ({"privateItem": True}, "private"),
        ({"stats": {}, "statsV2": {}}, "without signing in"),
        ({"stats": None, "statsV2": None}, "without signing in"),
        ({"createTime": "0"}, "without signing in"),
    ],
)
def test_what_is_no_post_is_skipped_with_a_reason(over, reason):
    with pytest.raises(SkipItem, match=reason):
        post(**over)


@pytest.mark.parametrize(
    "over",
    [{"id": None}, {"id": 7.18577e18}, {"id": "7.18577E+18"}, {"id": "abc"}, {"createTime": "x"}],
)
def test_an_item_with_a_bad_value_is_refused(over):
    with pytest.raises(ValueError, match=r"id|createTime"):
        post(**over)


def test_an_id_given_as_a_number_keeps_all_its_digits():
    assert post(id=7550552484896258577).id == "7550552484896258577"


@given(st.integers(10**17, 2**63 - 1))
def test_every_id_goes_through_unchanged(number):
    assert post(id=number).id == str(number)
    assert post(id=str(number)).id == str(number)


def test_a_hostile_handle_does_not_get_into_the_address():
    made = post(author={"uniqueId": '"><script>alert(1)</script>'})
    assert made.url == f"https://www.tiktok.com/@_/video/{post_id()}"


def test_hostile_text_is_kept_as_text():
    text = "=cmd|' /C calc'!A0 <script>\x00\u202eevil\ud800 #ok"
    made = post(desc=text, contents=[{"desc": text}])
    assert made.description == "=cmd|' /C calc'!A0 <script>\u202eevil #ok"


def test_a_web_comment_becomes_a_comment_without_a_name():
    made = said()
    assert made.post_id == post_id()
    assert made.parent_id is None
    assert (made.likes, made.replies, made.language) == (41, 2, "en")
    assert made.author == HIDE("6914897350854987777")
    for text in ("viewer_one", "Viewer One", "MS4wLjABAAAA", "6914897350854987777"):
        assert text not in made.model_dump_json()


def test_the_pseudonym_is_the_same_when_only_the_id_of_the_account_is_shown():
    assert said(user={"uid": "6914897350854987777"}).author == said().author


def test_a_handle_is_hidden_where_there_is_no_id():
    assert said(user="viewer_one").author == HIDE("viewer_one")
    assert said(user={"unique_id": "viewer_one"}).author == HIDE("viewer_one")
    assert said(user=None).author is None


def test_a_reply_knows_its_parent_and_may_lack_the_number_of_replies():
    reply = comment(reply_id="7550567843696250881")
    del reply["reply_comment_total"]
    made = comment_from_item(reply, source="w", collected_at=SEEN, pseudonymiser=HIDE)
    assert made.parent_id == "7550567843696250881"
    assert made.replies is None


def test_an_unknown_language_is_not_a_language():
    assert said(comment_language="un").language is None


def test_mentions_are_hidden_by_form_and_by_place():
    text = "😍 look @Viewer Two here, and @viewer_three"
    extra = [{"user_id": "6914897355149955074", "start": 8, "end": 19}]
    made = said(text=text, text_extra=extra).text
    assert made == f"😍 look @{HIDE('6914897355149955074')} here, and @{HIDE('viewer_three')}"


@pytest.mark.parametrize(
    "extra",
    [
        None,
        "x",
        [None, {"user_id": ""}],
        [{"user_id": "1", "start": 5, "end": 2}],
        [{"user_id": "1", "start": 0, "end": 999}],
        [{"user_id": "1", "start": "a", "end": None}],
    ],
)
def test_mentions_that_make_no_sense_change_nothing(extra):
    assert said(text="hello @viewer_two", text_extra=extra).text == f"hello @{HIDE('viewer_two')}"


@given(st.text(max_size=60), st.integers(0, 70), st.integers(0, 70))
def test_no_text_and_no_places_of_mentions_break_a_comment(text, start, end):
    made = said(text=text, text_extra=[{"user_id": "6914", "start": start, "end": end}])
    assert "\x00" not in made.text


@pytest.mark.parametrize("over", [{"cid": ""}, {"aweme_id": None}, {"cid": 7.5e18}])
def test_a_comment_without_exact_ids_is_refused(over):
    with pytest.raises(ValueError, match="id"):
        said(**over)
