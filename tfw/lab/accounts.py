"""The accounts of the invented world, each made from its number alone."""

import re
from functools import cache
from hashlib import blake2b

from tfw.lab.dice import Dice, key_at
from tfw.lab.phrases import phrase_bank, world_plan
from tfw.lab.things import WorldAccount, make_id

# Steps of a low-discrepancy sequence: any run of account numbers has nearly the planned shares.
_FASHION_STEP = 0.6180339887498949
_LANGUAGE_STEP = 0.7548776662466927
_FASHION_ACCOUNTS = 0.42
_NUMBERS = 89
_OPENED = (1_514_764_800, 1_767_225_600)


def make_account(seed: int, number: int) -> WorldAccount:
    """The account with this number."""
    dice = Dice(seed, "account", number)
    language = _language(seed, number)
    followers = int(dice.lognormal(2_400, 1.9))
    handle = make_handle(number, dice)
    second = dice.number(*_OPENED)
    return WorldAccount(
        number=number,
        id=make_id(second, number & 0xFFFFF, dice.number(0, 4095)),
        handle=handle,
        nickname=_nickname(handle, dice),
        sec_uid="MS4wLjABAAAA" + blake2b(handle.encode(), digest_size=20).hexdigest(),
        bio=dice.pick(world_plan().bios) if dice.chance(0.8) else "",
        language=language,
        region=dice.weighted(phrase_bank(language).regions),
        niche=_niche(seed, number, language, dice),
        verified=followers > 50_000 and dice.chance(0.3),
        private=dice.chance(0.015),
        followers=followers,
        following=int(dice.lognormal(240, 0.9)),
        likes=int(followers * dice.lognormal(14, 1.0)),
        videos=1 + int(dice.lognormal(90, 1.1)),
    )


def make_handle(number: int, dice: Dice) -> str:
    """A handle of two invented words and a number, which no other account has."""
    first, last = world_plan().handle_words
    block, place = divmod(number, len(first) * len(last))
    mixed = place * 1_009 % (len(first) * len(last))
    digits = 10 + block * _NUMBERS + dice.number(0, _NUMBERS - 1)
    separator = dice.pick(("", "", ".", "_"))
    return f"{first[mixed // len(last)]}{separator}{last[mixed % len(last)]}{digits}"


def account_number(handle: str) -> int | None:
    """The only number whose account can have this handle; None where no account can."""
    found = _handle_pattern().fullmatch(handle)
    if not found:
        return None
    first, last = world_plan().handle_words
    mixed = first.index(found[1]) * len(last) + last.index(found[2])
    combinations = len(first) * len(last)
    place = mixed * pow(1_009, -1, combinations) % combinations
    return (int(found[3]) - 10) // _NUMBERS * combinations + place


@cache
def _handle_pattern() -> re.Pattern[str]:
    first, last = world_plan().handle_words
    return re.compile(f"({'|'.join(first)})[._]?({'|'.join(last)})([1-9][0-9]+)")


def _language(seed: int, number: int) -> str:
    return key_at(_spread(seed, number, _LANGUAGE_STEP), world_plan().languages)


def _niche(seed: int, number: int, language: str, dice: Dice) -> str:
    fashion = _spread(seed, number, _FASHION_STEP) < _FASHION_ACCOUNTS
    return pick_subject(dice, language, fashion)


def pick_subject(dice: Dice, language: str, fashion: bool) -> str:
    """A subject that the language has phrases for, by the weights of the plan."""
    plan, known = world_plan(), phrase_bank(language).subjects
    weights = plan.fashion if fashion else plan.other
    return dice.weighted({name: weight for name, weight in weights.items() if name in known})


def _spread(seed: int, number: int, step: float) -> float:
    return (seed * 0.5698402909980532 + number * step) % 1


def _nickname(handle: str, dice: Dice) -> str:
    words = re.findall("[a-z]+", handle)
    name = " ".join(words)
    roll = dice.share()
    if roll < 0.5:
        return name.title()
    return f"{name.title()} {dice.pick(world_plan().emoji)}" if roll < 0.7 else words[0]
