import pytest

from tests.relevance.planted import TOPICS, planted_posts
from tfw.errors import InputError
from tfw.relevance.contrast import lift
from tfw.relevance.learn import hashtag_terms, learn_vocabulary
from tfw.relevance.text import lemma
from tfw.relevance.vocabulary import (
    TermKind,
    Vocabulary,
    default_vocabulary,
    load_vocabulary,
    save_vocabulary,
)


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return learn_vocabulary(planted_posts(300), num_topics=4, words_per_topic=12, restarts=1)


def test_it_has_brands_hashtags_and_topic_words(vocabulary):
    kinds = {term.term: term.kind for term in vocabulary.terms}
    assert kinds["gucci"] == TermKind.BRAND
    assert kinds["outfit idea"] == TermKind.HASHTAG
    planted = {lemma(word) for words in TOPICS.values() for word in words.split()}
    assert len(planted & set(kinds)) > 0.7 * len(planted)


def test_words_of_everyday_talk_never_enter(vocabulary):
    terms = {term.term for term in vocabulary.terms}
    for word in ("the", "one", "please", "follow", "model", "get", "dog", "love", "instagood"):
        assert word not in terms


def test_every_learnt_word_says_how_much_more_common_it_is_here(vocabulary):
    for term in vocabulary.terms:
        if term.kind in (TermKind.TOPIC, TermKind.HASHTAG):
            assert term.count > 0
            assert term.lift is not None
            assert term.lift >= 5


def test_no_more_hashtags_enter_than_asked():
    assert len(hashtag_terms(planted_posts(200), 5)) == 5


def test_the_default_words_can_be_taken_in_too():
    more = learn_vocabulary(
        planted_posts(100), num_topics=4, restarts=1, include_default_words=True
    )
    assert {term.term for term in default_vocabulary().terms} <= {t.term for t in more.terms}


def test_lift_is_the_ratio_of_the_two_shares():
    share = 10 / 1000
    assert lift(10, 1000, "dress") == pytest.approx(share / 5.75e-5, rel=0.05)


def test_the_same_posts_and_seed_give_the_same_content_id(vocabulary):
    again = learn_vocabulary(planted_posts(300), num_topics=4, words_per_topic=12, restarts=1)
    assert again.id == vocabulary.id
    other = learn_vocabulary(
        planted_posts(300, seed=1), num_topics=4, words_per_topic=12, restarts=1
    )
    assert other.id != vocabulary.id


def test_a_vocabulary_is_kept_once_and_read_back_the_same(store, vocabulary):
    assert save_vocabulary(store, vocabulary)
    assert not save_vocabulary(store, vocabulary)
    assert store.count("vocabularies") == 1
    assert load_vocabulary(store, vocabulary.id) == vocabulary
    assert load_vocabulary(store, "latest") == vocabulary
    assert load_vocabulary(store, "default") == default_vocabulary()


def test_without_a_learnt_vocabulary_the_latest_is_the_default(store):
    assert load_vocabulary(store) == default_vocabulary()


def test_an_unknown_vocabulary_is_an_error_that_lists_the_known(store, vocabulary):
    save_vocabulary(store, vocabulary)
    with pytest.raises(InputError, match=rf"'voc_0'.*'latest', 'default' and {vocabulary.id}"):
        load_vocabulary(store, "voc_0")


def test_the_default_vocabulary_has_the_48_brands_and_no_everyday_words():
    terms = {term.term: term for term in default_vocabulary().terms}
    assert sum(term.kind == TermKind.BRAND for term in terms.values()) >= 48
    assert terms["coach"].doubtful == ("coach",)
    assert not {"the", "one", "please", "model", "follow", "get", "dog"} & set(terms)
