import pytest

from tests.records import make_post, post_id
from tests.relevance.planted import planted_posts
from tfw.errors import BusyError, InputError
from tfw.relevance.learn import learn_vocabulary
from tfw.relevance.score import score_posts
from tfw.relevance.topic_edits import EditKind
from tfw.relevance.topic_versions import edit_topics, stored_models, undo_edit
from tfw.relevance.vocabulary import Vocabulary, load_vocabulary, save_vocabulary


@pytest.fixture(scope="module")
def learnt() -> Vocabulary:
    return learn_vocabulary(planted_posts(200), num_topics=4, words_per_topic=10, restarts=1)


@pytest.fixture
def kept(store, learnt) -> Vocabulary:
    save_vocabulary(store, learnt)
    return load_vocabulary(store)


def drop(store, vocabulary, *terms):
    return edit_topics(store, vocabulary, EditKind.DROP, by="first coder", terms=terms)


def test_a_rename_is_kept_in_place_with_who_and_when(store, kept):
    edited = edit_topics(store, kept, EditKind.RENAME, by="first coder", topics=[2], name="Second")
    read = load_vocabulary(store)
    assert (read.id, read.topics[1].name) == (kept.id, "Second")
    (edit,) = read.edits
    assert (edit.by, edit.at, edit.about) == ("first coder", read.edited_at, (kept.topics[1].name,))
    assert read.created_at == kept.created_at
    assert read == edited
    assert store.count("vocabularies") == 1


def test_a_dropped_term_makes_a_new_latest_version_and_all_posts_wait_for_it(store, kept):
    store.upsert_posts([make_post(1, description="gucci and a bikini"), make_post(2)])
    score_posts(store, max_posts_to_process=0)
    edited = drop(store, kept, "gucci")
    assert load_vocabulary(store).id == edited.id != kept.id
    assert edited.learnt == kept.id
    summary = score_posts(store, max_posts_to_process=0)
    assert (summary.scored, summary.vocabulary_id) == (2, edited.id)
    (one,) = store.posts({"_id": post_id(1)})
    assert [term["term"] for term in one["relevance"]["terms"]] == ["bikini"]
    assert score_posts(store, max_posts_to_process=0).scored == 0


def test_undoing_the_last_drop_makes_the_learnt_vocabulary_the_latest_again(store, kept):
    edited = drop(store, kept, "gucci")
    undone = undo_edit(store, edited, edited.edits[0].id, by="second coder")
    assert (undone.id, undone.terms) == (kept.id, kept.terms)
    assert load_vocabulary(store).id == kept.id
    (edit,) = undone.edits
    assert (edit.by, edit.undone_by, edit.is_active) == ("first coder", "second coder", False)
    assert undone.learnt_at == kept.created_at
    again = drop(store, undone, "gucci")
    assert again.id == edited.id
    assert load_vocabulary(store).id == edited.id
    assert [e.is_active for e in again.edits] == [False, True]


def test_an_edit_cannot_be_undone_twice(store, kept):
    edited = drop(store, kept, "gucci")
    undone = undo_edit(store, edited, edited.edits[0].id, by="second coder")
    with pytest.raises(InputError, match="taken back already"):
        undo_edit(store, undone, edited.edits[0].id, by="second coder")


def test_who_edits_what_somebody_changed_meanwhile_is_told_and_loses_nothing(store, kept):
    edit_topics(store, kept, EditKind.RENAME, by="second coder", topics=[1], name="Theirs")
    with pytest.raises(BusyError, match="Somebody else has changed"):
        edit_topics(store, kept, EditKind.RENAME, by="first coder", topics=[1], name="Mine")
    with pytest.raises(BusyError, match="Somebody else has changed"):
        drop(store, kept, "gucci")
    assert load_vocabulary(store).topics[0].name == "Theirs"
    assert store.count("vocabularies") == 1


def test_an_older_version_is_not_edited(store, kept):
    edited = drop(store, kept, "gucci")
    old = load_vocabulary(store, kept.id)
    with pytest.raises(BusyError, match=rf"not the newest version.*{edited.id}"):
        drop(store, old, "zara")


def test_models_are_listed_with_their_versions(store, kept):
    edited = drop(store, kept, "gucci")
    other = learn_vocabulary(planted_posts(200, seed=3), num_topics=3, restarts=1)
    save_vocabulary(store, other)
    shown = [(m.id, m.learnt, m.edits, m.is_newest, m.is_latest) for m in stored_models(store)]
    assert shown == [
        (other.id, other.id, 0, True, True),
        (edited.id, kept.id, 1, True, False),
        (kept.id, kept.id, 0, False, False),
    ]


def test_learning_the_same_again_keeps_the_edits(store, kept):
    drop(store, kept, "gucci")
    latest = load_vocabulary(store)
    again = learn_vocabulary(
        planted_posts(200), num_topics=4, words_per_topic=10, restarts=1, previous=latest
    )
    assert again.id == latest.id
    assert not save_vocabulary(store, again)
