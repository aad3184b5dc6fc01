"""How captions are written: the phrase, its hashtags, and what people do to both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tfw.lab.dice import Dice
from tfw.lab.phrases import PhraseBank, Subject, fill, phrase_bank, world_plan
from tfw.lab.things import CaptionKind

_BOLD = {ord(letter): 0x1D5EE + place for place, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
_HOSTILE_STARTS = ("=> ", "-10% today: ", "+1 ", "<3 ", "@ work: ")


@dataclass(frozen=True)
class Caption:
    """A written caption, and the truth about how it was written."""

    text: str
    hashtags: tuple[str, ...]
    kind: CaptionKind


class CaptionWriter:
    """Writes the caption of one post; every choice follows from ``dice``."""

    def __init__(self, dice: Dice, bank: PhraseBank, subject: str, trend: str) -> None:
        self.dice = dice
        self.bank = bank
        self.trend = trend
        self.fashion = subject in world_plan().fashion
        self.phrases: Subject = bank.subjects[subject]

    def write(self, handles: Sequence[str]) -> Caption:
        """The caption; ``handles`` are the accounts that it mentions."""
        kind = self._kind()
        phrase = "" if kind in ("empty", "tags only") else self.phrase(kind)
        tags = [] if kind == "empty" else self._tags(kind, phrase)
        text = self._with_mentions(self._dressed(phrase), () if kind == "empty" else handles)
        hashtags = tuple(dict.fromkeys(tag.lower() for tag in tags))
        return Caption(self._joined(text, tags), hashtags, kind)

    def _kind(self) -> CaptionKind:
        roll = self.dice.share()
        if roll < 0.02:
            return "empty"
        if roll < 0.10:
            return "tags only"
        if self.fashion:
            return "no fashion hashtag" if roll < 0.24 and not self.trend else "plain"
        if roll < 0.25 and self.phrases.traps:
            return "ambiguous word"
        return "hashtag spam" if roll > 0.95 else "plain"

    def phrase(self, kind: CaptionKind = "plain") -> str:
        """A phrase of the post's subject, or of its trend."""
        texts = self.phrases.traps if kind == "ambiguous word" else self.phrases.texts
        if self.trend and self.dice.chance(0.8):
            texts = self.bank.trends[self.trend]
        return fill(self.dice.pick(texts), self.phrases.slots, self.dice)

    def _tags(self, kind: CaptionKind, phrase: str) -> list[str]:
        dice = self.dice
        tags = dice.some(self.bank.general_tags, dice.number(0, 3))
        if kind == "no fashion hashtag":
            return tags
        own = dice.some(self.phrases.tags, dice.number(1, 4))
        if self.fashion or kind == "hashtag spam":
            own += dice.some(self.bank.fashion_tags, dice.number(1, 3))
        if self.trend:
            own.insert(0, self.trend)
        tags = own + tags if dice.chance(0.6) else dice.some(own + tags, 9)
        return [*tags, *self._brand_tags(phrase)]

    def _brand_tags(self, phrase: str) -> list[str]:
        brands = (name for names in world_plan().brands.values() for name in names)
        named = [re.sub(r"\W", "", brand).lower() for brand in brands if brand in phrase]
        return [tag for tag in named if self.fashion and self.dice.chance(0.5)]

    def _dressed(self, phrase: str) -> str:
        dice = self.dice
        if not phrase:
            return ""
        text = self._cased(phrase)
        if dice.chance(0.07):
            text = misspelt(text, dice)
        if dice.chance(0.14):
            text = f"{text}{dice.pick(('. ', ' ', ' - ', chr(10)))}{dice.pick(self.bank.endings)}"
        if dice.chance(0.45):
            emoji = "".join(dice.some(self.phrases.emoji, dice.number(1, 2)))
            text = f"{text} {emoji}" if dice.chance(0.85) else f"{emoji} {text}"
        if dice.chance(0.015):
            text = dice.pick(_HOSTILE_STARTS) + text
        return text

    def _cased(self, text: str) -> str:
        roll = self.dice.share()
        if roll < 0.40:
            return text[0].upper() + text[1:]
        if roll < 0.43:
            return text.upper()
        if roll < 0.60:
            return text.lower()
        return text.translate(_BOLD) if roll < 0.607 else text

    def _with_mentions(self, text: str, handles: Sequence[str]) -> str:
        if not handles:
            return text
        if text and self.bank.language == "en" and self.dice.chance(0.3):
            return f"Replying to @{handles[0]} {text}"
        return " ".join([text, *(f"@{handle}" for handle in handles)]).strip()

    def _joined(self, text: str, tags: Sequence[str]) -> str:
        if not tags:
            return text
        dice = self.dice
        typed = [f"#{tag.upper() if dice.chance(0.015) else tag}" for tag in tags]
        roll = dice.share()
        if roll < 0.06:
            return f"{text} {''.join(typed)}".strip()
        if roll < 0.09:
            return f"{text}\n.\n.\n{' '.join(typed)}".strip()
        if roll < 0.12 and len(typed) > 1:
            return f"{' '.join(typed[:1])} {text} {' '.join(typed[1:])}".strip()
        return f"{text}{' ' if roll < 0.9 else '  '}{' '.join(typed)}".strip()


def misspelt(text: str, dice: Dice) -> str:
    """The text with one slip of the finger in a word of five letters or more."""
    words = text.split(" ")
    long_words = [place for place, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long_words:
        return text
    place = dice.pick(long_words)
    word, cut = words[place], dice.number(1, len(words[place]) - 3)
    slips = (
        word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :],
        word[:cut] + word[cut + 1 :],
        word[: cut + 1] + word[cut:],
    )
    words[place] = dice.pick(slips)
    return " ".join(words)


def speech(dice: Dice, language: str, subject: str) -> str:
    """What a transcript of the video would hold: two phrases of its subject."""
    writer = CaptionWriter(dice, phrase_bank(language), subject, "")
    return f"{writer.phrase()} {writer.phrase()}".lower()
