import pytest
from hypothesis import given
from hypothesis import strategies as st

from tfw.relevance.text import (
    corpus_words,
    general_frequency,
    lemma,
    lower,
    readable,
    split_hashtag,
)


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("outfitideas", ("outfit", "ideas")),
        ("#StreetStyle", ("street", "style")),
        ("ootd", ("ootd",)),
        ("y2k_fashion", ("y", "2", "k", "fashion")),
        ("2023trends", ("2023", "trends")),
        ("muñeca", ("muñeca",)),
        ("コーデ", ("コーデ",)),
        ("", ()),
    ],
)
def test_a_hashtag_is_split_into_its_words(tag, words):
    assert split_hashtag(tag) == words


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=80))
def test_splitting_a_hashtag_loses_no_letter(tag):
    assert "".join(split_hashtag(tag)) == tag


@given(st.text())
def test_lower_case_keeps_every_character_in_its_place(text):
    assert len(lower(text)) == len(text)


def test_inflected_english_words_have_one_lemma():
    assert {lemma(word) for word in ("dress", "dresses", "dressed")} == {"dress"}


def test_general_frequency_is_a_share_of_all_words():
    assert general_frequency("the") > 0.01
    assert 0 < general_frequency("ootd") < 1e-6
    assert general_frequency("qzxqzx") == 0


def test_a_caption_is_readable_without_links_mentions_and_platform_hashtags():
    caption = "New in! https://x.invalid/a @some.shop #outfitideas #fyp"
    assert readable(caption) == "New in! outfit ideas"


def test_hashtags_beside_the_caption_are_read_once():
    assert readable("look #denim", ["denim", "streetstyle"]) == "look denim street style"


def test_the_corpus_has_english_lemmas_without_stop_words():
    words = corpus_words("The two dresses I wore für schöne Gäste", ["outfitideas", "fyp"])
    assert words == ["dress", "wear", "outfit", "idea"]


def test_words_under_three_letters_do_not_enter_the_corpus():
    assert corpus_words("my ad is up on tv so go") == []


def test_escaped_characters_left_by_other_tools_are_no_words():
    assert corpus_words("uf001 u30f4 xf1 dress") == ["dress"]
