"""Invented Instagram posts about brands: ten themes of fashion, beauty, and posts about neither."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tfw.lab.dice import Dice
from tfw.lab.phrases import (
    Slots,
    fill,
    named_lists,
    read_data,
    split_lines,
    split_list,
    world_plan,
)

NOT_FASHION = "not fashion"


@dataclass(frozen=True)
class Theme:
    """What posts of one theme are made of."""

    brands: tuple[str, ...]
    tags: tuple[str, ...]
    emoji: tuple[str, ...]
    slots: Slots
    texts: tuple[str, ...]


@dataclass(frozen=True)
class InstagramPhrases:
    """The content of ``data/instagram.yaml``; ``shares`` are the weights of the themes."""

    general_tags: tuple[str, ...]
    foreign_tags: tuple[str, ...]
    chatter: tuple[str, ...]
    foreign: tuple[str, ...]
    slots: Slots
    shares: Mapping[str, float]
    themes: Mapping[str, Theme]


@dataclass(frozen=True)
class InventedPost:
    """One post; ``theme`` is the truth about it, ``hashtags`` are lower case and without ``#``."""

    number: int
    theme: str
    brands: tuple[str, ...]
    hashtags: tuple[str, ...]
    caption: str


def invented_post(seed: int, number: int) -> InventedPost:
    """The post with this number."""
    dice = Dice(seed, "instagram", number)
    phrases = instagram_phrases()
    name = dice.weighted(phrases.shares)
    theme = phrases.themes[name]
    brands = _brands(dice, theme)
    hashtags = _hashtags(dice, theme, brands)
    return InventedPost(number, name, brands, hashtags, _caption(dice, theme, hashtags))


def brand_categories() -> dict[str, str]:
    """The 48 brands as the data set spells them, with their categories."""
    brands = world_plan().brands
    return {brand_word(name): category for category, names in brands.items() for name in names}


def brand_word(name: str) -> str:
    """A brand in lower case without blanks and points: ``jcrew``."""
    return "".join(letter for letter in name.lower() if letter.isalnum())


@cache
def instagram_phrases() -> InstagramPhrases:
    """The phrases of the invented file."""
    raw = read_data("instagram.yaml")
    slots = named_lists(raw["slots"])
    return InstagramPhrases(
        general_tags=split_list(raw["general_tags"]),
        foreign_tags=split_list(raw["foreign_tags"]),
        chatter=split_lines(raw["chatter"]),
        foreign=split_lines(raw["foreign"]),
        slots=slots,
        shares={name: theme["share"] for name, theme in raw["themes"].items()},
        themes={name: _theme(theme, slots) for name, theme in raw["themes"].items()},
    )


def _theme(raw: Mapping[str, Any], slots: Slots) -> Theme:
    return Theme(
        brands=split_list(raw["brands"]),
        tags=split_list(raw["tags"]),
        emoji=tuple(raw["emoji"].split()),
        slots={**slots, **named_lists(raw["slots"])},
        texts=split_lines(raw["texts"]),
    )


def _brands(dice: Dice, theme: Theme) -> tuple[str, ...]:
    """One brand or up to three; most of them are at home in the theme."""
    count = dice.weighted({1: 85, 2: 12, 3: 3})
    home = theme.brands if dice.chance(0.75) else tuple(brand_categories())
    return tuple(dice.some(home, count))


def _hashtags(dice: Dice, theme: Theme, brands: tuple[str, ...]) -> tuple[str, ...]:
    if dice.chance(0.06):
        return ()
    phrases = instagram_phrases()
    tags = [*brands, *dice.some(theme.tags, dice.number(2, 7))]
    for _ in range(int(dice.lognormal(4, 0.7))):
        tags.append(phrases.general_tags[int(dice.share() ** 2 * len(phrases.general_tags))])
    if dice.chance(0.08):
        tags += dice.some(phrases.foreign_tags, 2)
    return tuple(dict.fromkeys(dice.some(tags, len(tags))))


def _caption(dice: Dice, theme: Theme, hashtags: tuple[str, ...]) -> str:
    phrases = instagram_phrases()
    if dice.chance(0.05):
        parts = [dice.pick(phrases.foreign)]
    elif hashtags and dice.chance(0.06):
        parts = []
    else:
        texts = dice.some(theme.texts, 2 if dice.chance(0.45) else 1)
        parts = [fill(text, theme.slots, dice) for text in texts]
    if parts and dice.chance(0.55):
        chatter = dice.some(phrases.chatter, dice.number(1, 2))
        parts[dice.number(0, len(parts)) :] = [fill(text, phrases.slots, dice) for text in chatter]
    return _laid_out(dice, theme, [_sentence(part) for part in parts], hashtags)


def _sentence(part: str) -> str:
    ended = part if part[-1] in "!?." else f"{part}."
    return ended[0].upper() + ended[1:]


def _laid_out(dice: Dice, theme: Theme, parts: list[str], hashtags: tuple[str, ...]) -> str:
    text = " ".join(parts)
    if text and dice.chance(0.4):
        text += " " + "".join(dice.some(theme.emoji, dice.number(1, 3)))
    if not hashtags:
        return text
    gap = "\n.\n.\n" if dice.chance(0.12) else ("\n" if dice.chance(0.2) else " ")
    glue = "" if dice.chance(0.05) else " "
    return (text + gap + glue.join(f"#{tag}" for tag in hashtags)).strip()
