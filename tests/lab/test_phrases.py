import re

import pytest

from tfw.lab.dice import Dice, key_at
from tfw.lab.phrases import fill, phrase_bank, read_data, world_plan

LANGUAGES = sorted(world_plan().languages)
COMMENT_KINDS = {"any", "fashion", "fashion answers", "replies", "spam", "thanks"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bank_has_all_that_the_world_asks_for(language):
    bank, plan = phrase_bank(language), world_plan()
    assert set(bank.subjects) <= set(plan.fashion) | set(plan.other)
    assert len(set(bank.subjects) & set(plan.fashion)) >= 5
    assert len(set(bank.subjects) & set(plan.other)) >= 5
    assert COMMENT_KINDS <= set(bank.comments) <= COMMENT_KINDS | set(plan.other)
    assert set(bank.trends) <= set(plan.trends)
    assert {plan.trends[name].subject for name in bank.trends} <= set(bank.subjects) | {"shoes"}
    assert bank.endings
    assert set(bank.stickers) == {"fashion", "other"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_can_be_filled(language):
    bank = phrase_bank(language)
    slots = {**bank.slots, "handle": ("somebody",)}
    for subject in bank.subjects.values():
        for phrase in (*subject.texts, *subject.traps):
            _check_filled(phrase, subject.slots)
    for phrases in (*bank.comments.values(), *bank.trends.values()):
        for phrase in phrases:
            _check_filled(phrase, slots)


@pytest.mark.parametrize("name", [*LANGUAGES, "instagram"])
def test_no_slot_is_without_use(name):
    raw = read_data(f"{name}.yaml")
    used = set(re.findall(r"\{(\w+)\}", repr(raw)))
    assert set(raw["slots"]) <= used


def _check_filled(phrase, slots):
    for throw in range(6):
        text = fill(phrase, slots, Dice(phrase, throw))
        assert text
        assert not re.search(r"[{}|]", text), text


def test_the_plan_names_the_48_brands_in_their_categories():
    sizes = {category: len(names) for category, names in world_plan().brands.items()}
    assert sizes == {"High street": 13, "Designer": 19, "Mega couture": 8, "Small couture": 8}
    assert len({name for names in world_plan().brands.values() for name in names}) == 48


def test_no_word_of_a_handle_begins_another():
    for words in world_plan().handle_words:
        assert len(set(words)) == len(words)
        assert not [(a, b) for a in words for b in words if a != b and b.startswith(a)]


def test_slots_numbers_and_alternatives_are_chosen():
    text = fill("<a|b> {2-2} {thing}<| !>", {"thing": ("hat",)}, Dice(1))
    assert re.fullmatch(r"[ab] 2 hat( !)?", text)


def test_a_share_falls_on_the_key_of_its_part():
    weights = {"a": 1, "b": 3}
    assert [key_at(share, weights) for share in (0.0, 0.24, 0.25, 0.999, 1.0)] == list("aabbb")


def test_dice_repeat_for_the_same_key_only():
    assert Dice(7, "post", 1).share() == Dice(7, "post", 1).share()
    assert Dice(7, "post", 1).share() != Dice(7, "post", 2).share()


def test_dice_give_what_python_promises_for_a_seed():
    assert Dice(7, "post", 1).share() == 0.5994341556010144


def test_some_gives_different_places_and_never_too_many():
    assert sorted(Dice(3).some([1, 2, 3], 9)) == [1, 2, 3]
    assert len(set(Dice(4).some(range(50), 20))) == 20
