import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.relevance.brands import brand_term
from tfw.relevance.matching import Matcher
from tfw.relevance.vocabulary import Term, TermKind, Vocabulary, default_vocabulary, now

WORDS = ["dress", "hat", "wear", "street style", "コーデ", "vestido"]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher.of_words(WORDS)


def terms(matcher: Matcher, text: str) -> list[str]:
    return [hit.term for hit in matcher.find(text)]


def test_a_term_is_found_as_a_whole_word_only(matcher):
    assert terms(matcher, "what that chatty hat address") == ["hat"]


def test_inflected_forms_count_as_the_term(matcher):
    assert terms(matcher, "Dresses wearing hats") == ["dress", "wear", "hat"]


def test_an_irregular_form_that_is_mostly_another_word_does_not_count():
    assert terms(Matcher.of_words(["ring"]), "rings #thoitrang it rang") == ["ring"]


def test_a_term_is_found_inside_a_hashtag_at_word_borders(matcher):
    assert terms(matcher, "#winterhat #whatever #reddress") == ["hat", "dress"]


def test_a_phrase_is_found_in_words_and_glued(matcher):
    assert terms(matcher, "street style #streetstyle #mystreetstyle") == ["street style"] * 3


def test_scripts_without_blanks_are_matched_inside_words(matcher):
    assert terms(matcher, "今日のコーデです #今日のコーデ") == ["コーデ", "コーデ"]


def test_the_longest_term_wins():
    both = Matcher.of_words(["street", "street style"])
    assert terms(both, "street style in the street") == ["street style", "street"]


def test_full_width_hashtags_are_hashtags(matcher):
    assert terms(matcher, "＃winterhat") == ["hat"]


def test_a_brand_that_is_an_ordinary_word_needs_a_context():
    vocabulary = Vocabulary(
        name="brands",
        source="test",
        created_at=now(),
        terms=(brand_term("coach"), brand_term("gucci")),
    )
    matcher = Matcher(vocabulary)
    assert terms(matcher, "our coach said so #footballcoach gucci") == ["gucci"]
    assert terms(matcher, "new bag #coach") == ["coach"]


@given(st.lists(st.sampled_from([*WORDS, "und", "#", " ", "İ", "👗", "#streetstyle", "x"])))
def test_spans_point_at_the_words_found(parts):
    text = " ".join(parts)
    matcher = Matcher.of_words(WORDS)
    for hit in matcher.find(text):
        assert text[hit.start : hit.end].lower().replace(" ", "") == hit.term.replace(" ", "")


def test_spans_of_hashtags_beside_the_description_refer_to_their_own_text(matcher):
    hits = matcher.match("a dress #winterhat", ["winterhat", "summerdress"], "what a hat")
    found = {hit.term: [(s.field, s.start, s.end) for s in hit.spans] for hit in hits}
    assert found == {
        "dress": [("description", 2, 7), ("hashtags", 7, 12)],
        "hat": [("description", 15, 18), ("comments", 7, 10)],
    }


def test_an_empty_vocabulary_finds_nothing():
    empty = Vocabulary(name="empty", source="test", created_at=now(), terms=())
    assert Matcher(empty).find("dress #dress") == []


def test_the_default_vocabulary_does_not_find_ordinary_talk():
    matcher = Matcher(default_vocabulary())
    for text in (
        "the one and only, please follow my model train",
        "gap year theory with the coach",
    ):
        assert terms(matcher, text) == []


def test_the_default_vocabulary_finds_fashion_in_several_languages():
    matcher = Matcher(default_vocabulary())
    for text in (
        "outfit of the day",
        "mein neues Kleid",
        "vestido nuevo",
        "ma jupe",
        "今日のコーデ",
        "오늘의 코디",
    ):
        assert matcher.count(text) >= 1, text


def test_a_term_is_counted_once_however_often_it_stands(matcher):
    assert matcher.count("dress dresses #dress") == 1


def test_the_kind_of_a_term_is_reported():
    matcher = Matcher(
        Vocabulary(
            name="kinds",
            source="test",
            created_at=now(),
            terms=(Term(term="denim", kind=TermKind.HASHTAG),),
        )
    )
    assert [hit.kind for hit in matcher.find("denim")] == ["hashtag"]
