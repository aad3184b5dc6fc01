import json
import math
import random

import pytest
from wordfreq import top_n_list

from tests.relevance.planted import TOPICS, planted_posts
from tfw.errors import InputError
from tfw.relevance.learn import corpus
from tfw.relevance.text import lemma
from tfw.relevance.topic_names import name_topics, stability
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


def test_the_map_numbers_topics_as_the_list_does(model):
    view = json.loads(model.view)
    first = {}
    rows = zip(view["tinfo"]["Category"], view["tinfo"]["Term"], view["tinfo"]["logprob"],
               strict=True)  # fmt: skip
    for category, term, _ in sorted(rows, key=lambda row: -row[2]):
        first.setdefault(category, term)
    expected = {f"Topic{topic.topic}": topic.terms[0].term for topic in model.topics}
    assert {key: first[key] for key in expected} == expected
    shares = [topic.share * 100 for topic in model.topics]
    assert view["mdsDat"]["topics"] == [topic.topic for topic in model.topics]
    assert view["mdsDat"]["Freq"] == pytest.approx(shares)


def test_too_few_documents_or_words_are_one_clear_error():
    with pytest.raises(InputError, match="2 documents are too few for 4 topics"):
        learn_topics([["dress"], ["hat"]], num_topics=4)
    with pytest.raises(InputError, match="words stand in at least 3"):
        learn_topics([["dress", "hat"]] * 12, num_topics=4)


def test_impossible_numbers_are_refused():
    with pytest.raises(InputError, match="num_topics=1"):
        learn_topics([["dress"]] * 9, num_topics=1)


def test_topics_of_other_seeds_are_nearly_the_same(model, documents):
    others = [
        learn_topics(documents, num_topics=4, words_per_topic=8, seed=s, restarts=1)
        for s in (9, 70)
    ]
    assert stability([model.topics, *(other.topics for other in others)]) > 0.8
    assert model.stability is not None


def ten_topics(posts_each: int, seed: int) -> list[list[str]]:
    """Documents about ten topics of twelve words each, with common words in between."""
    words = [w for w in top_n_list("en", 3_000)[800:] if len(w) > 3]
    dice = random.Random(seed)
    return [
        dice.choices(words[i * 12 : (i + 1) * 12], k=6) + dice.choices(words[200:400], k=4)
        for i in range(10)
        for _ in range(posts_each)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_a_refit_with_a_tenth_more_posts_keeps_nine_of_ten_names(seed):
    documents = ten_topics(60, seed)
    first = learn_topics(documents, num_topics=10, words_per_topic=10, seed=seed, restarts=1)
    more = documents + ten_topics(6, seed + 100)
    again = learn_topics(more, num_topics=10, words_per_topic=10, seed=seed + 50, restarts=1)
    named, changes = name_topics(again.topics, first.topics)
    assert len({topic.name for topic in named} & {topic.name for topic in first.topics}) >= 9
    assert len(changes.kept) >= 9


def test_nine_of_ten_planted_topics_are_found_with_every_seed():
    words = [w for w in top_n_list("en", 3_000)[800:] if len(w) > 3]
    topics = [words[i * 12 : (i + 1) * 12] for i in range(10)]
    dice = random.Random(4)
    posts = [
        dice.choices(t, k=6) + dice.choices(words[200:400], k=4) for t in topics for _ in range(40)
    ]
    models = [
        learn_topics(posts, num_topics=10, words_per_topic=10, seed=s, restarts=1) for s in range(5)
    ]
    for one in models:
        learnt = [{entry.term for entry in topic.terms} for topic in one.topics]
        assert sum(max(len(set(t) & terms) for terms in learnt) >= 6 for t in topics) >= 9
    assert stability([one.topics for one in models]) > 0.8
