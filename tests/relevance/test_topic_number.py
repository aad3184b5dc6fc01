import pytest

from tests.relevance.planted import planted_posts
from tfw.errors import InputError
from tfw.relevance.learn import corpus
from tfw.relevance.topic_number import COLLECTION, measure_numbers, read_curves
from tfw.relevance.topics import corpus_id


@pytest.fixture(scope="module")
def documents():
    return corpus(planted_posts(200))


def test_coherence_and_stability_are_measured_for_each_number_and_kept(store, documents):
    told = []
    curves = measure_numbers(
        documents, [4, 3], starts=2, store=store, told=lambda *d: told.append(d)
    )
    assert [point.number for point in curves.points] == [3, 4]
    for point in curves.points:
        assert point.lowest <= point.coherence <= point.highest
        assert 0 <= point.stability <= 1
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert read_curves(store, corpus_id(documents)).points == curves.points
    assert curves.most_coherent in (3, 4)


def test_what_is_known_is_not_measured_again(store, documents):
    first = measure_numbers(documents, [3], starts=1, store=store)
    told = []
    both = measure_numbers(documents, [3, 4], starts=1, store=store, told=lambda *d: told.append(d))
    assert told == [(1, 1)]
    assert both.points[0] == first.points[0]
    assert both.points[0].stability is None
    assert store.count(COLLECTION) == 1


def test_who_stops_keeps_the_whole_points(store, documents):
    models = []
    curves = measure_numbers(
        documents,
        [3, 4],
        starts=2,
        store=store,
        told=lambda done, total: models.append(done),
        stopped=lambda: len(models) == 3,
    )
    assert [point.number for point in curves.points] == [3]
    assert len(read_curves(store, curves.corpus).points) == 1


def test_a_sample_is_drawn_from_a_large_corpus(store, documents):
    curves = measure_numbers(documents, [3], starts=1, sample=120, store=store)
    assert (curves.sample, curves.documents) == (120, len(documents))


def test_numbers_that_cannot_be_learnt_are_refused(documents):
    with pytest.raises(InputError, match="num_topics=1"):
        measure_numbers(documents, [1, 4])


def test_a_corpus_without_measurements_has_no_curves(store):
    assert read_curves(store, "cor_0") is None
    assert read_curves(store, None) is None
