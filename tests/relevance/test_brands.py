import pytest

from tfw.relevance.brands import brand_term, brands
from tfw.relevance.matching import Matcher
from tfw.relevance.vocabulary import Vocabulary, default_vocabulary


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(default_vocabulary())


def found(matcher: Matcher, text: str) -> dict[str, str]:
    """Brands with the form that stood there."""
    hits = [hit for hit in matcher.find(text) if hit.kind == "brand"]
    return {hit.term: text[hit.start : hit.end] for hit in hits}


def test_all_48_brands_of_the_data_set_are_entities():
    assert sum(brand.group == "instagram" for brand in brands().values()) == 48
    terms = {term.term for term in default_vocabulary().terms}
    assert set(brands()) <= terms


@pytest.mark.parametrize(
    ("text", "brand", "form"),
    [
        ("a Louis Vuitton scarf", "louisvuitton", "Louis Vuitton"),
        ("my #louisvuitton", "louisvuitton", "louisvuitton"),
        ("LV belt, finally", "louisvuitton", "LV belt"),
        ("new bag, LV of course", "louisvuitton", "LV"),
        ("Ralph Lauren knit", "ralphlauren", "Ralph Lauren"),
        ("#poloralphlauren", "ralphlauren", "poloralphlauren"),
        ("H&M try on", "handm", "H&M"),
        ("vintage Levi's", "levis", "Levi's"),
        ("my coach bag", "coach", "coach"),
        ("theory blazer", "theory", "theory"),
        ("bought it at Gap today", "gap", "Gap"),
        ("thanks @mango", "mango", "mango"),
        ("#gap", "gap", "gap"),
    ],
)
def test_a_brand_is_found_under_its_aliases_with_its_place(matcher, text, brand, form):
    assert found(matcher, text) == {brand: form}


@pytest.mark.parametrize(
    "text",
    [
        "gap year in peru",
        "mind the gap",
        "#gapyear",
        "our coach said so",
        "Coach Carter won the game",
        "#footballcoach #coach #football",
        "it is only a theory",
        "Big Bang Theory rewatch",
        "a conspiracy theory about her dress",
        "i guess this dress is nice",
        "mango smoothie",
        "lv 99 boss fight",
        "vince vaughn and tiffany haddish",
        "Hermes, the greek god",
        "hiking in patagonia",
    ],
)
def test_the_other_sense_of_a_name_is_no_brand(matcher, text):
    assert found(matcher, text) == {}


def test_all_forms_of_a_brand_are_one_term(matcher):
    assert matcher.count("Louis Vuitton, #louisvuitton and an LV belt") == 1


def test_a_brand_that_is_not_listed_is_doubtful_when_it_is_an_english_word():
    assert brand_term("ember").doubtful == ("ember",)
    assert brand_term("zzyzx", 3).doubtful == ()
    assert brand_term("Louis Vuitton").term == "louisvuitton"


def test_vocabularies_stored_before_brands_had_aliases_are_read_with_the_same_id():
    old = {
        "_id": "ignored",
        "name": "old",
        "source": "x",
        "created_at": "2026-11-01T00:00:00Z",
        "terms": [{"term": "coach", "kind": "brand", "count": 3, "hashtag_only": True}],
        "topics": [{"topic": 1, "terms": [{"term": "bag", "weight": 0.1}], "share": 1.0}],
    }
    vocabulary = Vocabulary.from_document(old)
    matcher = Matcher(vocabulary)
    assert vocabulary.id == "voc_8bd4db3db91d"
    assert [matcher.count(text) for text in ("#coach", "coach", "#coachlife")] == [1, 0, 0]
