"""The posts of the invented world, each made from its index alone."""

import math
from collections.abc import Callable
from typing import Any

from tfw.lab.accounts import pick_subject
from tfw.lab.captions import CaptionWriter, speech
from tfw.lab.counters import draw_counters
from tfw.lab.dice import Dice
from tfw.lab.phrases import PhraseBank, phrase_bank, world_plan
from tfw.lab.things import WorldAccount, WorldMusic, WorldPost, make_id
from tfw.lab.timeline import Timeline

_DAY = 86_400


class PostMaker:
    """Makes posts of one world.

    ``posters`` is how many accounts post; ``busy`` multiplies the comments of a post, of which
    there are at most ``most_comments``.
    """

    def __init__(
        self,
        timeline: Timeline,
        account_of: Callable[[int], WorldAccount],
        posters: int,
        most_comments: int,
        busy: float = 1.0,
    ) -> None:
        self.seed = timeline.seed
        self.timeline = timeline
        self.account_of = account_of
        self.posters = posters
        self.most_comments = most_comments
        self.busy = busy

    def poster(self, index: int) -> int:
        """The number of the account that made a post; low numbers post more."""
        share = Dice(self.seed, "poster", index).share()
        return int(self.posters * share**1.25)

    def make(self, index: int) -> WorldPost:
        """The post with this index, 0 being the oldest."""
        dice = Dice(self.seed, "post", index)
        account = self.account_of(self.poster(index))
        second = self.timeline.second(index)
        language = "en" if dice.chance(0.06) else account.language
        bank = phrase_bank(language)
        subject, trend = self._subject(dice, account, bank, second)
        mentions = self._mentions(dice)
        writer = CaptionWriter(dice, bank, subject, trend)
        caption = writer.write([mention.handle for mention in mentions])
        return WorldPost(
            index=index,
            id=make_id(second, index, dice.number(0, 4095)),
            account=account,
            created=second,
            description=caption.text,
            hashtags=caption.hashtags,
            mentions=mentions,
            language=language,
            subject=subject,
            about_fashion=subject in world_plan().fashion,
            caption_kind=caption.kind,
            trend=trend,
            music=self._music(dice, account, bank, second),
            **self._numbers(dice, account, second),
            **self._medium(dice, bank, subject),
        )

    def _subject(
        self, dice: Dice, account: WorldAccount, bank: PhraseBank, second: int
    ) -> tuple[str, str]:
        fashion_account = account.niche in world_plan().fashion
        fashion = dice.chance(0.82 if fashion_account else 0.10)
        trend = self._trend(dice, bank, second) if fashion else ""
        if trend:
            return world_plan().trends[trend].subject, trend
        if fashion == fashion_account and account.niche in bank.subjects and dice.chance(0.7):
            return account.niche, ""
        return pick_subject(dice, bank.language, fashion), ""

    def _trend(self, dice: Dice, bank: PhraseBank, second: int) -> str:
        position = self.timeline.position(second)
        for name, trend in world_plan().trends.items():
            share = trend.share / (1 + math.exp(trend.speed * (trend.middle - position)))
            if dice.chance(share) and name in bank.trends and trend.subject in bank.subjects:
                return name
        return ""

    def _mentions(self, dice: Dice) -> tuple[WorldAccount, ...]:
        if not dice.chance(0.07):
            return ()
        return tuple(
            self.account_of(dice.number(0, self.posters - 1)) for _ in range(dice.number(1, 2))
        )

    def _music(
        self, dice: Dice, account: WorldAccount, bank: PhraseBank, second: int
    ) -> WorldMusic | None:
        if dice.chance(0.02):
            return None
        if dice.chance(0.45):
            title = f"{bank.original_sound} - {account.nickname}"
            music_id = make_id(second, account.number, dice.number(0, 4095))
            return WorldMusic(music_id, title, account.nickname, True, dice.number(8, 60))
        plan = world_plan()
        place = int(len(plan.tracks) * dice.share() ** 2)
        track = Dice(self.seed, "track", place)
        released = int(self.timeline.start.timestamp()) - track.number(0, 900 * _DAY)
        music_id = make_id(released, place, track.number(0, 4095))
        artist = track.pick(plan.artists)
        return WorldMusic(music_id, plan.tracks[place], artist, False, track.number(20, 60))

    def _numbers(self, dice: Dice, account: WorldAccount, second: int) -> dict[str, Any]:
        age_days = (self.timeline.end.timestamp() - second) / _DAY
        counters = draw_counters(dice, account.followers, age_days, self.most_comments, self.busy)
        off = dice.chance(0.03)
        return {
            "plays": counters.plays,
            "likes": counters.likes,
            "comments": 0 if off else counters.comments,
            "shares": counters.shares,
            "saves": counters.saves,
            "comments_off": off,
            "is_ad": dice.chance(0.015),
            "deleted": dice.chance(0.04),
            "private": account.private or dice.chance(0.01),
        }

    def _medium(self, dice: Dice, bank: PhraseBank, subject: str) -> dict[str, Any]:
        photos = dice.number(2, 9) if dice.chance(0.09) else 0
        about = "fashion" if subject in world_plan().fashion else "other"
        shown = dice.some(bank.stickers[about], dice.number(1, 2))
        spoken = not photos and dice.chance(0.15)
        return {
            "photos": photos,
            "duration": 0 if photos else min(600, 3 + int(dice.lognormal(14, 0.8))),
            "stickers": tuple(shown) if dice.chance(0.3) else (),
            "voice_to_text": speech(dice, bank.language, subject) if spoken else "",
            "effects": (dice.pick(("0", "63960564", "1109873")),) if dice.chance(0.15) else (),
        }
