import pytest

from tests.relevance.planted import planted_posts
from tfw.errors import InputError
from tfw.records import Record
from tfw.relevance.learn import learn_vocabulary
from tfw.relevance.matching import Matcher
from tfw.relevance.topic_editing import as_learnt, check_edit, groups, tidy_name, with_edits
from tfw.relevance.topic_edits import EditKind, TopicEdit
from tfw.relevance.vocabulary import TermKind, Vocabulary, now


@pytest.fixture(scope="module")
def learnt() -> Vocabulary:
    return learn_vocabulary(planted_posts(300), num_topics=4, words_per_topic=10, restarts=1)


def edit(kind: EditKind, number: int = 0, **fields: object) -> TopicEdit:
    return TopicEdit(id=f"e{number}", kind=kind, by="first coder", at=now(), **fields)


def topic_with(vocabulary: Vocabulary, word: str) -> int:
    return next(t.topic for t in vocabulary.topics if word in {e.term for e in t.terms})


def words(vocabulary: Vocabulary) -> set[str]:
    return {term.term for term in vocabulary.terms}


def test_a_rename_and_a_merge_change_no_term_and_no_id(learnt):
    named = with_edits(learnt, [edit(EditKind.RENAME, topics=(2,), name="Second")])
    assert named.topics[1].name == "Second"
    assert (named.id, named.terms) == (learnt.id, learnt.terms)
    merged = with_edits(learnt, [edit(EditKind.MERGE, topics=(3, 1))])
    assert {n: [t.topic for t in g] for n, g in groups(merged.topics).items()} == {
        2: [2], 3: [3, 1], 4: [4],
    }  # fmt: skip
    assert merged.id == learnt.id


def test_a_topic_that_is_not_fashion_takes_its_own_words_out_and_leaves_shared_ones(learnt):
    beach = topic_with(learnt, "bikini")
    edited = with_edits(learnt, [edit(EditKind.NOT_FASHION, topics=(beach,))])
    assert edited.id != learnt.id
    left = words(learnt) - words(edited)
    assert {"bikini", "swimsuit"} <= left
    others = {e.term for t in learnt.topics if t.topic != beach for e in t.terms}
    assert not left & others
    kinds = {t.kind for t in learnt.terms if t.term in left}
    assert kinds <= {TermKind.TOPIC, TermKind.HASHTAG, TermKind.PHRASE}
    assert not Matcher(edited).find("new bikini")
    assert Matcher(learnt).find("new bikini")


def test_a_dropped_term_leaves_whatever_its_kind_and_however_it_is_written(learnt):
    edited = with_edits(learnt, [edit(EditKind.DROP, terms=("outfitidea", "gucci"))])
    assert words(learnt) - words(edited) == {"outfit idea", "gucci"}


def test_undoing_every_edit_gives_back_exactly_what_was_learnt(learnt):
    edits = [
        edit(EditKind.DROP, 1, terms=("gucci", "bikini")),
        edit(EditKind.RENAME, 2, topics=(1,), name="First"),
        edit(EditKind.NOT_FASHION, 3, topics=(2,)),
        edit(EditKind.MERGE, 4, topics=(3, 4), name="Both"),
    ]
    edited = with_edits(learnt, edits)
    assert as_learnt(edited).terms == learnt.terms
    assert as_learnt(edited).topics == learnt.topics
    undone = with_edits(edited, [e.model_copy(update={"undone_at": now()}) for e in edits])
    assert (undone.id, undone.terms, undone.topics) == (learnt.id, learnt.terms, learnt.topics)
    assert len(undone.edits) == 4


def test_undoing_one_of_two_edits_keeps_the_other(learnt):
    first = edit(EditKind.RENAME, 1, topics=(1,), name="First")
    second = edit(EditKind.RENAME, 2, topics=(1,), name="Second")
    undone = second.model_copy(update={"undone_at": now()})
    edited = with_edits(with_edits(learnt, [first, second]), [first, undone])
    assert edited.topics[0].name == "First"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (edit(EditKind.RENAME, topics=(9,), name="x"), "no topic 9 in this model; it has 1, 2, 3"),
        (edit(EditKind.DROP, terms=("zebra",)), "no term 'zebra'"),
        (edit(EditKind.DROP), "Choose terms"),
        (edit(EditKind.MERGE, topics=(1,)), "at least one other topic"),
    ],
)
def test_an_edit_that_cannot_be_made_is_refused_in_words(learnt, wrong, message):
    with pytest.raises(InputError, match=message):
        check_edit(learnt, wrong)


def test_two_topics_cannot_get_one_name(learnt):
    named = with_edits(learnt, [edit(EditKind.RENAME, topics=(2,), name="Shoes")])
    with pytest.raises(InputError, match="Topic 2 is called 'Shoes' already"):
        check_edit(named, edit(EditKind.RENAME, topics=(1,), name="Shoes"))


def test_a_topic_that_is_fashion_is_not_merged_with_one_that_is_not(learnt):
    marked = with_edits(learnt, [edit(EditKind.NOT_FASHION, topics=(2,))])
    with pytest.raises(InputError, match="mark both alike"):
        check_edit(marked, edit(EditKind.MERGE, topics=(1, 2)))


def test_the_last_term_cannot_be_dropped(learnt):
    everything = tuple(term.term for term in learnt.terms)
    with pytest.raises(InputError, match="No term would be left"):
        check_edit(learnt, edit(EditKind.DROP, terms=everything))


def test_a_name_is_one_line_without_hidden_signs():
    assert tidy_name(" Street\u202e\n wear\x00 ") == "Street wear"
    with pytest.raises(InputError, match="1 to 80"):
        tidy_name("\u200b")
    with pytest.raises(InputError, match="1 to 80"):
        tidy_name("x" * 81)


def test_edits_go_into_the_next_learnt_vocabulary_and_can_be_undone_there(learnt):
    shoes, beach = topic_with(learnt, "sandal"), topic_with(learnt, "bikini")
    jewels, suits = topic_with(learnt, "brooch"), topic_with(learnt, "tuxedo")
    edited = with_edits(
        learnt,
        [
            edit(EditKind.RENAME, 1, topics=(shoes,), name="Shoes"),
            edit(EditKind.NOT_FASHION, 2, topics=(beach,)),
            edit(EditKind.DROP, 3, terms=("gucci",)),
            edit(EditKind.MERGE, 4, topics=(suits, jewels), name="Evening"),
            edit(EditKind.RENAME, 5, topics=(beach,), name="Sea").model_copy(
                update={"undone_at": now()}
            ),
        ],
    )
    posts = planted_posts(300) + planted_posts(30, seed=8)
    again = learn_vocabulary(
        posts, num_topics=4, words_per_topic=10, restarts=1, seed=6, previous=edited
    )
    by_number = {topic.topic: topic for topic in again.topics}
    assert by_number[topic_with(again, "sandal")].name == "Shoes"
    assert not by_number[topic_with(again, "bikini")].fashion
    assert not words(again) & {"gucci", "bikini"}
    lead = by_number[topic_with(again, "tuxedo")]
    assert (lead.name, lead.merged_into) == ("Evening", None)
    assert by_number[topic_with(again, "brooch")].merged_into == lead.topic
    assert [e.by for e in again.edits] == ["first coder"] * 4
    assert {e.carried_from for e in again.edits} == {edited.id}
    assert "Shoes" in {kept.name for kept in again.topic_changes.kept}
    undone = with_edits(again, [])
    assert {"gucci", "bikini"} <= words(undone)
    name = {t.topic: t.name for t in undone.topics}[topic_with(again, "sandal")]
    assert name == {t.topic: t.name for t in learnt.topics}[shoes]


def test_an_edit_says_what_it_does():
    said = str(edit(EditKind.MERGE, topics=(1, 2), about=("Shoes", "Boots"), name="Feet"))
    assert said == "“Shoes” + “Boots” merged as “Feet”"
    assert isinstance(edit(EditKind.DROP, terms=("a",)), Record)
