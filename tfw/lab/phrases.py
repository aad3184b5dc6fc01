"""The phrase banks of the invented world: what people write, in eleven languages.

A bank is a YAML file of ``data/``. In a phrase ``{garment}`` is a slot, ``{3-9}`` a number of that
range, ``<this|that>`` one of the alternatives (an empty one leaves the words out).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tfw.lab.dice import Dice

_ALTERNATIVES = re.compile(r"<([^<>|]*(?:\|[^<>|]*)+)>")
_SLOT = re.compile(r"\{(?:(\d+)-(\d+)|(\w+))\}")

Slots = Mapping[str, Sequence[str]]

HIGH_STREET = "High street"


@dataclass(frozen=True)
class Subject:
    """What people write about one subject; ``slots`` holds the language's slots and its own."""

    texts: tuple[str, ...]
    traps: tuple[str, ...]
    tags: tuple[str, ...]
    emoji: tuple[str, ...]
    slots: Slots


@dataclass(frozen=True)
class PhraseBank:
    """Everything that is written in one language."""

    language: str
    regions: Mapping[str, float]
    original_sound: str
    general_tags: tuple[str, ...]
    fashion_tags: tuple[str, ...]
    endings: tuple[str, ...]
    slots: Slots
    subjects: Mapping[str, Subject]
    trends: Mapping[str, tuple[str, ...]]
    stickers: Mapping[str, tuple[str, ...]]
    comments: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Trend:
    """A share of the fashion posts that rises over the period like a logistic curve."""

    subject: str
    share: float
    middle: float
    speed: float


@dataclass(frozen=True)
class WorldPlan:
    """What is the same in every language: weights, brands, names, sounds."""

    languages: Mapping[str, float]
    fashion: Mapping[str, float]
    other: Mapping[str, float]
    trends: Mapping[str, Trend]
    brands: Mapping[str, tuple[str, ...]]
    brand_slots: Slots
    handle_words: tuple[tuple[str, ...], tuple[str, ...]]
    tracks: tuple[str, ...]
    artists: tuple[str, ...]
    emoji: tuple[str, ...]
    bios: tuple[str, ...]


def fill(phrase: str, slots: Slots, dice: Dice) -> str:
    """The phrase with every alternative, number and slot chosen."""
    text = _ALTERNATIVES.sub(lambda found: dice.pick(found[1].split("|")), phrase)
    text = _SLOT.sub(lambda found: _slot(found, slots, dice), text)
    return re.sub(r" {2,}", " ", text).strip()


def _slot(found: re.Match[str], slots: Slots, dice: Dice) -> str:
    low, high, name = found.groups()
    return dice.pick(slots[name]) if name else str(dice.number(int(low), int(high)))


@cache
def world_plan() -> WorldPlan:
    """The plan of the world, from ``data/world.yaml``."""
    raw = read_data("world.yaml")
    brands = {kind: split_list(names) for kind, names in raw["brands"].items()}
    luxury = [name for kind, names in brands.items() if kind != HIGH_STREET for name in names]
    return WorldPlan(
        languages=raw["languages"],
        fashion=raw["fashion"],
        other=raw["other"],
        trends={name: Trend(**numbers) for name, numbers in raw["trends"].items()},
        brands=brands,
        brand_slots={
            "brand": (*brands[HIGH_STREET] * raw["high_street_copies"], *luxury),
            "shop": brands[HIGH_STREET],
            "luxury": luxury,
        },
        handle_words=(split_list(raw["handles"]["first"]), split_list(raw["handles"]["last"])),
        tracks=split_list(raw["tracks"]["titles"]),
        artists=split_list(raw["tracks"]["artists"]),
        emoji=tuple(raw["emoji"].split()),
        bios=split_list(raw["bios"]),
    )


@cache
def phrase_bank(language: str) -> PhraseBank:
    """The phrases of a language of :attr:`WorldPlan.languages`."""
    raw = read_data(f"{language}.yaml")
    slots = {**world_plan().brand_slots, **named_lists(raw["slots"])}
    traps = {name: split_lines(text) for name, text in raw.get("traps", {}).items()}
    return PhraseBank(
        language=language,
        regions=raw["regions"],
        original_sound=raw["original_sound"],
        general_tags=split_list(raw["general_tags"]),
        fashion_tags=split_list(raw["fashion_tags"]),
        endings=split_list(raw["endings"]),
        slots=slots,
        subjects={
            name: _subject(phrases, slots, traps.get(name, ()))
            for name, phrases in raw["subjects"].items()
        },
        trends={name: split_lines(text) for name, text in raw["trends"].items()},
        stickers=named_lists(raw["stickers"]),
        comments={name: split_lines(text) for name, text in raw["comments"].items()},
    )


def _subject(raw: Mapping[str, Any], slots: Slots, traps: tuple[str, ...]) -> Subject:
    return Subject(
        texts=split_lines(raw["texts"]),
        traps=traps,
        tags=split_list(raw["tags"]),
        emoji=tuple(raw["emoji"].split()),
        slots={**slots, **named_lists(raw.get("slots", {}))},
    )


def read_data(name: str) -> dict[str, Any]:
    """The content of a YAML file of the lab's own data."""
    text = (files("tfw.lab") / "data" / name).read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def split_list(text: str) -> tuple[str, ...]:
    """The entries of a list that is written on one line with commas."""
    return tuple(entry.strip() for entry in text.split(",") if entry.strip())


def named_lists(raw: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Lists by their name, each written on one line with commas."""
    return {name: split_list(text) for name, text in raw.items()}


def split_lines(text: str) -> tuple[str, ...]:
    """The phrases of a text with one on each line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
