from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from tests.records import make_post, post_id
from tfw.relevance.topic_names import Topic, TopicTerm
from tfw.relevance.topic_shares import EXAMPLES, read_shares, word_votes

DAY = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


def topic(number: int, share: float, **weights: float) -> Topic:
    terms = tuple(TopicTerm(term=word, weight=weight) for word, weight in weights.items())
    return Topic(topic=number, terms=terms, share=share)


SHOES = topic(1, 0.6, boot=0.2, sandal=0.1, leather=0.1)
BAGS = topic(2, 0.3, tote=0.2, leather=0.4)


def save(store, *texts, **fields):
    posts = [make_post(n, description=text, **fields) for n, text in enumerate(texts)]
    store.upsert_posts(posts)


def test_a_shared_word_votes_as_its_topics_make_it_probable():
    words, votes = word_votes([SHOES, BAGS])
    leather = votes[words.index("leather")]
    assert leather == pytest.approx([0.06 / 0.18, 0.12 / 0.18])
    assert votes.sum(axis=1) == pytest.approx(np.ones(4))


def test_shares_are_means_over_posts_with_topic_words(store):
    save(store, "boots and a boot", "leather tote", "a #leathersandal", "my dog", created_at=DAY)
    shares = read_shares(store, [SHOES, BAGS])
    expected = (1 + (1 / 3) / 2 + (1 + 1 / 3) / 2) / 3
    assert shares.share([1]) == pytest.approx(expected)
    assert shares.share([1, 2]) == pytest.approx(1)
    assert (shares.posts, shares.with_words, shares.undated) == (4, 3, 0)


def test_days_are_those_of_utc_and_a_period_without_posts_has_no_share(store):
    posts = [
        make_post(1, description="boot", created_at=DAY),
        make_post(2, description="tote", created_at=DAY + timedelta(hours=1)),
        make_post(3, description="tote", created_at=DAY + timedelta(days=3)),
        make_post(4, description="tote"),
    ]
    store.upsert_posts(posts)
    shares = read_shares(store, [SHOES, BAGS])
    table = shares.over_time([1])
    assert [f"{day:%d}" for day in table.index] == ["02", "03", "04", "05"]
    assert table["posts"].to_list() == [1, 1, 0, 1]
    assert table["share"].iloc[[0, 1, 3]].to_list() == [1, 0, 0]
    assert np.isnan(table["share"].iloc[2])
    assert (shares.period, shares.undated) == ("D", 1)


@pytest.mark.parametrize(("days", "period", "rows"), [(62, "D", 63), (63, "W-MON", 10)])
def test_long_times_are_shown_by_week(store, days, period, rows):
    times = [DAY, DAY + timedelta(days=days)]
    store.upsert_posts(
        make_post(n, description="boot", created_at=time) for n, time in enumerate(times)
    )
    shares = read_shares(store, [SHOES])
    assert shares.period == period
    assert len(shares.over_time([1])) == rows
    assert shares.over_time([1])["posts"].sum() == 2


def test_examples_are_the_clearest_posts_each_text_once(store):
    save(
        store, "boot sandal", "leather", "boot sandal", "boot", "tote", "BOOT   sandal",
        *(f"boot number {n}" for n in range(9)),
    )  # fmt: skip
    shares = read_shares(store, [SHOES, BAGS])
    best = shares.best([1])
    assert len(best) == EXAMPLES
    assert best[0].post_id in {post_id(0), post_id(2), post_id(5)}
    assert (best[0].share, best[0].words) == (1, 2)
    assert best[1].words == 1
    assert shares.best([2])[0].post_id == post_id(4)


def test_without_posts_there_are_no_shares(store):
    shares = read_shares(store, [SHOES, BAGS])
    assert shares.share([1]) is None
    assert shares.best([1]) == []
    assert shares.over_time([1]).empty


def test_reading_can_be_stopped_and_says_how_far_it_is(store):
    save(store, *["boot"] * 30)
    told = []
    shares = read_shares(store, [SHOES], told=told.append, stopped=lambda: True)
    assert told == [30]
    assert not shares.complete


def test_hostile_texts_are_read_like_any_other(store):
    save(store, "<script>boot</script>\u202e", "=HYPERLINK(boot)", "")
    assert read_shares(store, [SHOES]).with_words == 2
