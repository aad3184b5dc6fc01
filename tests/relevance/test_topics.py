import json
import math

import pytest

from tests.relevance.planted import TOPICS, planted_posts
from tfw.errors import InputError
from tfw.relevance.learn import corpus
from tfw.relevance.text import lemma
from tfw.relevance.topics import learn_topics


@pytest.fixture(scope="module")
def documents():
    return corpus(planted_posts(300))


@pytest.fixture(scope="module")
def model(documents):
    return learn_topics(documents, num_topics=4, words_per_topic=8, seed=5, restarts=4)


def test_planted_topics_are_found(model):
    planted = [{lemma(word) for word in words.split()} for words in TOPICS.values()]
    found = [{entry.term for entry in topic.terms} for topic in model.topics]
    for words in planted:
        assert max(len(words & terms) for terms in found) >= 6


def test_the_same_seed_gives_the_same_topics(model, documents):
    again = learn_topics(documents, num_topics=4, words_per_topic=8, seed=5, restarts=4)
    assert again.topics == model.topics
    assert again.view == model.view


def test_shares_of_topics_add_up_and_come_in_order(model):
    shares = [topic.share for topic in model.topics]
    assert math.isclose(sum(shares), 1, abs_tol=1e-6)
    assert shares == sorted(shares, reverse=True)


def test_coherence_is_between_minus_one_and_one_or_not_defined(model):
    for topic in model.topics:
        assert topic.coherence is None or -1 <= topic.coherence <= 1
    assert model.coherence is not None


def test_the_view_holds_what_the_topics_page_needs(model):
    view = json.loads(model.view)
    assert {"mdsDat", "tinfo", "token.table", "topic.order"} <= set(view)


def test_too_few_documents_or_words_are_one_clear_error():
    with pytest.raises(InputError, match="2 documents are too few for 4 topics"):
        learn_topics([["dress"], ["hat"]], num_topics=4)
    with pytest.raises(InputError, match="words stand in at least 3"):
        learn_topics([["dress", "hat"]] * 12, num_topics=4)


def test_impossible_numbers_are_refused():
    with pytest.raises(InputError, match="num_topics=1"):
        learn_topics([["dress"]] * 9, num_topics=1)
