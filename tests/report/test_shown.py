import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.report import world
from tfw.errors import ParameterError
from tfw.privacy import PrivacyLevel
from tfw.report.shown import TEXT_LENGTH, Piece, open_mask, show_post


@pytest.fixture
def mask():
    return open_mask(PrivacyLevel.PSEUDONYMISE)


@pytest.fixture
def plain():
    return open_mask(PrivacyLevel.KEEP, "a test")


def post(url, post_id="71", name="sample.mode"):
    return {"_id": post_id, "url": url, "author": {"name": name}}


def text_of(pieces):
    return "".join(piece.text for piece in pieces)


def marked(pieces):
    return [piece.text for piece in pieces if piece.term]


def test_the_address_of_a_post_does_not_name_its_author(mask):
    assert (
        mask.url(post("https://www.tiktok.com/@sample.mode/video/71"))
        == "https://www.tiktok.com/@_/video/71"
    )


def test_the_address_of_photos_stays_one_of_photos(mask):
    assert (
        mask.url(post("https://www.tiktok.com/@sample.mode/photo/71?_r=1&u_code=x"))
        == "https://www.tiktok.com/@_/photo/71"
    )


def test_another_site_keeps_its_place(mask):
    url = "http://127.0.0.1:8080/@sample.mode/video/71"
    assert mask.url(post(url)) == "http://127.0.0.1:8080/@_/video/71"


def test_with_names_kept_the_address_names_the_author_but_nothing_else(plain):
    url = "https://www.tiktok.com/@sample.mode/video/71"
    assert plain.url(post(f"{url}?sec_user_id=9")) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)//@a/video/71",
        "https://vm.example/@a/video/72",
        "https://vm.example/abc",
        "data:text/html,<script>alert(1)</script>",
        "",
        None,
    ],
)
def test_an_address_that_is_not_of_this_post_is_made_from_its_id(mask, plain, url):
    assert mask.url(post(url)) == "https://www.tiktok.com/@_/video/71"
    assert plain.url(post(url)) == "https://www.tiktok.com/@sample.mode/video/71"


def test_an_author_has_a_pseudonym_and_nobody_has_none(mask):
    assert mask.author(post("")).startswith("p_")
    assert mask.author({"_id": "1"}) is None
    assert mask.author({"_id": "1", "author": {"name": ""}}) is None


def test_redacting_removes_names():
    mask = open_mask("redact")
    assert mask.author(post("")) == "REDACTED"
    assert mask.text("with @sample.friend") == "with @REDACTED"


def test_keeping_names_needs_a_reason_which_is_logged(caplog):
    with pytest.raises(ParameterError, match="needs a reason"):
        open_mask(PrivacyLevel.KEEP, "  ")
    with caplog.at_level(logging.WARNING, "tfw.report.shown"):
        assert open_mask("keep", "consent, vote 12").author(post("")) == "sample.mode"
    assert "consent, vote 12" in caplog.text


def test_an_unknown_level_names_the_valid_ones():
    with pytest.raises(ParameterError, match=r"'secret'.*pseudonymise, redact, keep"):
        open_mask("secret")


def test_terms_are_marked_where_they_stand(mask):
    pieces = mask.pieces("a linen skirt", [(2, 7), (8, 13)])
    assert pieces == [
        Piece("a "), Piece("linen", term=True), Piece(" "), Piece("skirt", term=True),
    ]  # fmt: skip


def test_marks_move_with_the_pseudonyms_before_them(mask):
    text = "@sample.friend wears linen, @sample.other denim"
    spans = [(text.index(word), text.index(word) + len(word)) for word in ("linen", "denim")]
    pieces = mask.pieces(text, spans)
    assert marked(pieces) == ["linen", "denim"]
    assert "sample" not in text_of(pieces)


def test_a_term_inside_a_mention_is_not_marked(mask):
    pieces = mask.pieces("@linen_fan in linen", [(1, 6), (14, 19)])
    assert marked(pieces) == ["linen"]
    assert "fan" not in text_of(pieces)
    assert pieces[-1] == Piece("linen", term=True)


def test_spans_that_overlap_are_one_mark_and_those_outside_none(mask):
    assert marked(mask.pieces("street style", [(0, 6), (0, 12), (4, 12), (11, 40), (50, 60)])) == [
        "street style"
    ]


def test_a_long_text_is_cut(mask):
    pieces = mask.pieces("x" * 900, [(3, 9)])
    assert len(text_of(pieces)) == TEXT_LENGTH + 2
    assert text_of(pieces).endswith(" …")
    assert len(marked(pieces)) == 1


def test_a_long_text_shows_its_first_term_however_far_back_it_stands(mask):
    text = "y" * 800 + " linen " + "z" * 800
    pieces = mask.pieces(text, [(801, 806)])
    assert marked(pieces) == ["linen"]
    assert text_of(pieces).startswith("yyy")
    assert len(text_of(pieces)) < TEXT_LENGTH + 20


@given(
    st.text(st.sampled_from("ab @_.\n😅é"), max_size=700),
    st.lists(st.tuples(st.integers(-5, 800), st.integers(-5, 800)), max_size=6),
)
def test_any_text_with_any_spans_can_be_shown(text, spans):
    pieces = open_mask("redact").pieces(text, spans)
    assert len(text_of(pieces)) <= TEXT_LENGTH + 10
    assert all(piece.text for piece in pieces)


def test_a_shown_post_has_its_scores_and_hides_names_in_the_reason(mask):
    (one,) = world.posts(1)
    found = world.scored(one).model_dump(exclude_none=True) | {"why": "it names @sample.friend"}
    shown = show_post({**one.document(), "relevance": found}, mask)
    assert shown.id == one.id
    assert shown.vocabulary == found["vocabulary"]
    assert "sample" not in shown.why
    assert shown.author.startswith("p_")


def test_scores_that_are_not_known_stay_unknown(mask):
    thresholds = {"label": 0.5, "vocabulary": 1}
    found = {"vocabulary": 0, "verdict": False, "thresholds": thresholds}
    shown = show_post({"_id": "71", "relevance": found}, mask)
    assert shown.statistical is None
    assert shown.label is None
    assert shown.created_at is None
    assert shown.pieces == ()
