import pytest

from tfw.relevance.topic_names import Topic, TopicTerm, name_topics, similarity, stability


def topic(number: int, words: str) -> Topic:
    terms = tuple(TopicTerm(term=word, weight=0.1) for word in words.split())
    return Topic(topic=number, terms=terms, share=0.2)


SHOES = topic(1, "boot sneaker sandal heel")
JEWELS = topic(2, "ring pearl gold chain")
BEACH = topic(3, "bikini towel sun sea")


def test_the_same_topic_has_similarity_one_and_a_strange_one_zero():
    assert similarity(SHOES, SHOES) == pytest.approx(1)
    assert similarity(SHOES, JEWELS) == pytest.approx(0)


def test_a_topic_is_called_by_its_first_terms():
    named, changes = name_topics([SHOES, topic(2, "boot sneaker sandal lace")])
    assert [one.name for one in named] == ["boot, sneaker, sandal", "boot, sneaker, sandal, lace"]
    assert len(changes.new) == 2


def test_names_are_kept_whatever_the_order_and_new_and_lost_topics_are_listed():
    old = [
        one.model_copy(update={"name": name}) for one, name in ((SHOES, "Shoes"), (BEACH, "Sea"))
    ]
    named, changes = name_topics([JEWELS, topic(2, "sneaker boot lace heel")], old)
    assert [one.name for one in named] == ["ring, pearl, gold", "Shoes"]
    assert [(kept.old, kept.new) for kept in changes.kept] == [(1, 2)]
    assert (changes.new, changes.lost) == (("ring, pearl, gold",), ("Sea",))


def test_a_split_and_a_merged_topic_are_told():
    whole = topic(1, "boot sneaker sandal heel ring pearl gold chain")
    _, changes = name_topics([SHOES, JEWELS], [whole])
    assert changes.split == {
        "boot, sneaker, sandal": ("boot, sneaker, sandal", "ring, pearl, gold")
    }
    assert (changes.new, changes.lost, changes.merged) == ((), (), {})
    _, changes = name_topics([whole], [SHOES, JEWELS])
    assert list(changes.merged.values()) == [("boot, sneaker, sandal", "ring, pearl, gold")]
    assert (changes.new, changes.lost, changes.split) == ((), (), {})


def test_no_two_topics_have_one_name():
    named, _ = name_topics([SHOES, SHOES, SHOES], [SHOES])
    assert len({one.name for one in named}) == 3


def test_stability_is_one_for_the_same_topics_in_any_order_and_undefined_for_one_model():
    assert stability([[SHOES, JEWELS], [JEWELS, SHOES]]) == pytest.approx(1)
    assert stability([[SHOES, JEWELS], [BEACH, SHOES]]) == pytest.approx(0.5)
    assert stability([[SHOES]]) is None
