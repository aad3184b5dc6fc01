import hashlib
import json
import re
import tracemalloc
from collections import Counter
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta

import pytest

from tfw.errors import InputError
from tfw.lab.content import World
from tfw.lab.phrases import world_plan
from tfw.lab.things import place_of, second_of

# Of the posts and comments below. It changes when a phrase or a draw does, and only then.
GOLDEN = "ae14e39b5492c16d"


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture(scope="module")
def large_world():
    return World(seed=11, posts=3_000)


@pytest.fixture(scope="module")
def many(large_world):
    return list(large_world)


def test_the_default_world_is_the_same_on_every_machine(world):
    content = [asdict(post) for post in world]
    content += [asdict(c) for index in range(80) for c in world.comments(world.post(index))]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == GOLDEN


def test_a_post_does_not_depend_on_what_was_asked_before(world):
    fresh = World()
    assert [fresh.post(index) for index in (399, 7, 0)] == [
        world.post(index) for index in (399, 7, 0)
    ]


def test_another_seed_is_another_world(world):
    assert World(seed=8).post(0) != world.post(0)


def test_ids_are_unique_ordered_and_carry_the_second(many):
    ids = [post.id for post in many]
    assert sorted(set(ids)) == ids
    assert all(re.fullmatch(r"\d{19}", post.id) for post in many)
    assert all(second_of(post.id) == post.created for post in many)
    assert all(place_of(post.id)[0] == post.index for post in many)


def test_accounts_have_unique_handles_and_ids(large_world):
    accounts = [large_world.account(number) for number in range(12_000)]
    assert len({account.handle for account in accounts}) == 12_000
    assert len({account.id for account in accounts}) == 12_000
    assert all(re.fullmatch(r"[a-z]+[._]?[a-z]+\d{2,4}", a.handle) for a in accounts)


def test_posts_lie_in_the_period(many, large_world):
    assert large_world.end == datetime(2026, 11, 1, tzinfo=UTC)
    assert large_world.end - large_world.start == timedelta(days=90)
    assert all(large_world.start <= post.created_at < large_world.end for post in many)


def test_another_period_can_be_asked_for():
    world = World(posts=50, end=date(2024, 3, 1), days=10)
    times = [post.created_at for post in world]
    assert min(times) >= datetime(2024, 2, 20, tzinfo=UTC)
    assert max(times) < datetime(2024, 3, 1, tzinfo=UTC)


def test_evenings_and_weekends_are_busier(many):
    hours = Counter(post.created_at.hour for post in many)
    weekdays = Counter(post.created_at.weekday() for post in many)
    assert sum(hours[h] for h in (17, 18, 19)) > 2 * sum(hours[h] for h in (3, 4, 5))
    assert weekdays[6] > weekdays[2]


def test_about_forty_of_a_hundred_posts_are_about_fashion(many):
    assert 0.36 < sum(post.about_fashion for post in many) / len(many) < 0.44


def test_the_subject_says_whether_a_post_is_about_fashion(many):
    plan = world_plan()
    assert {p.subject for p in many if p.about_fashion} == set(plan.fashion)
    assert {p.subject for p in many if not p.about_fashion} == set(plan.other)


def test_languages_have_their_shares(many):
    shares = Counter(post.language for post in many)
    assert 0.50 < shares["en"] / len(many) < 0.66
    assert set(shares) == set(world_plan().languages)


def test_captions_are_of_every_kind(many):
    kinds = Counter(post.caption_kind for post in many)
    assert set(kinds) == {
        "plain", "tags only", "empty", "ambiguous word", "hashtag spam", "no fashion hashtag",
    }  # fmt: skip
    assert 0.7 < kinds["plain"] / len(many) < 0.85
    assert all(not p.description for p in many if p.caption_kind == "empty")
    assert all(p.about_fashion for p in many if p.caption_kind == "no fashion hashtag")
    assert not any(p.about_fashion for p in many if p.caption_kind == "ambiguous word")


def test_captions_vary(many):
    assert len({post.description for post in many}) > 0.9 * len(many)


def test_every_hashtag_stands_in_its_caption(many):
    for post in many:
        typed = re.findall(r"#([^\s#]+)", post.description.lower())
        assert set(post.hashtags) == set(typed)


def test_counters_fit_together_and_have_a_heavy_tail(many):
    assert all(post.plays >= post.likes >= max(post.comments, post.shares) for post in many)
    plays = sorted(post.plays for post in many)
    assert plays[-30] > 50 * plays[len(plays) // 2]


def test_a_trend_rises(many):
    third = len(many) // 3
    first, last = (Counter(p.trend for p in part) for part in (many[:third], many[-third:]))
    assert last["harbourcore"] > 4 * max(first["harbourcore"], 1)
    tagged = [p for p in many if p.trend == "harbourcore" and p.hashtags]
    assert all("harbourcore" in post.hashtags for post in tagged)


def test_some_posts_are_photos_closed_for_comments_deleted_or_private(many):
    assert any(post.photos and post.duration == 0 and "/photo/" in post.url for post in many)
    assert any(post.comments_off and post.comments == 0 for post in many)
    gone = sum(not post.public for post in many)
    assert 0.03 < gone / len(many) < 0.12


def test_a_post_some_days_later_has_more_of_everything_but_comments(many):
    post = max(many, key=lambda p: p.plays)
    later = post.later(5)
    assert later.plays > post.plays
    assert later.likes > post.likes
    assert (later.id, later.comments) == (post.id, post.comments)


def test_there_are_as_many_comments_as_the_counter_says(world):
    for post in world:
        assert len(world.comments(post)) == post.comments


def test_comments_come_after_what_they_answer_and_before_the_end(world):
    for post in list(world)[:150]:
        comments = {comment.id: comment for comment in world.comments(post)}
        assert len(comments) == post.comments
        replies = Counter(comment.parent_id for comment in comments.values())
        for comment in comments.values():
            assert re.fullmatch(r"\d{19}", comment.id)
            assert second_of(comment.id) == comment.created
            above = comments[comment.parent_id] if comment.parent_id else post
            assert above.created <= comment.created < world.end.timestamp()
            assert comment.replies == replies[comment.id]
            assert not (comment.parent_id and comments[comment.parent_id].parent_id)


def test_comments_hold_questions_spam_emoji_and_nothing(world):
    texts = [c.text for post in world for c in world.comments(post)]
    assert texts.count("") > 10
    assert any(re.fullmatch(r"\W+", text) for text in texts if text)
    assert any("where" in text.lower() and "from" in text for text in texts)
    assert any("follow me back" in text for text in texts)


def test_the_number_of_comments_can_be_capped():
    world = World(posts=200, most_comments=3)
    assert max(post.comments for post in world) == 3


def test_things_are_found_by_id_and_handle(world):
    for post in list(world)[::17]:
        assert world.find_post(post.id) == post
        assert world.find_account(post.account.handle) == post.account
        for comment in world.comments(post)[:3]:
            assert world.find_comment(comment.id) == comment
            assert world.find_account(comment.author.handle) == comment.author


@pytest.mark.parametrize("unknown", ["", "x", "12", "7671384049667085995", "9" * 25])
def test_what_is_not_there_is_not_found(world, unknown):
    assert world.find_post(unknown) is None
    assert world.find_comment(unknown) is None


@pytest.mark.parametrize("unknown", ["", "nobody", "lumivootter1", "lumivo.otter999999", "@x"])
def test_an_unknown_handle_is_not_found(world, unknown):
    assert world.find_account(unknown) is None


def test_posts_of_an_account_and_of_a_day(world):
    post = world.post(100)
    assert post in list(world.posts_of(post.account))
    day = datetime(2026, 9, 5, tzinfo=UTC)
    indexes = world.posts_between(day, day + timedelta(days=1))
    assert [p.index for p in world if p.created_at.date() == day.date()] == list(indexes)


@pytest.mark.parametrize("size", [0, -1, 2**20 + 1])
def test_a_size_out_of_range_is_refused(size):
    with pytest.raises(InputError, match="posts is"):
        World(posts=size)


def test_an_index_out_of_range_is_refused(world):
    with pytest.raises(IndexError, match="a world of 400 posts"):
        world.post(400)


def test_memory_stays_flat_over_a_hundred_thousand_posts():
    world = World(posts=100_000)
    world.post(0)
    tracemalloc.start()
    for index in range(0, 100_000, 16):
        world.post(index)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000
