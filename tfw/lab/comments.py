"""The comments below a post of the invented world: as many as its counter says."""

from collections.abc import Callable, Mapping, Sequence

from tfw.lab.dice import Dice
from tfw.lab.phrases import PhraseBank, fill, phrase_bank, world_plan
from tfw.lab.things import WorldAccount, WorldComment, WorldPost, make_id

AccountOf = Callable[[int], WorldAccount]
Words = tuple[str, tuple[WorldAccount, ...]]


class Thread:
    """The comments of one post, in the order in which they were numbered.

    ``account_of`` gives the account with a number; the people who comment are the ``viewers``.
    """

    def __init__(
        self, post: WorldPost, seed: int, account_of: AccountOf, viewers: range, end: int
    ) -> None:
        self.post = post
        self.account_of = account_of
        self.viewers = viewers
        self.end = end
        self.dice = Dice(seed, "comments", post.index)
        self.bank = phrase_bank(post.language)

    def comments(self) -> list[WorldComment]:
        """Every comment, hidden ones too; a reply stands after the comment it answers."""
        written: list[WorldComment] = []
        parents = self._parents()
        replies = [0] * len(parents)
        for parent in parents:
            if parent is not None:
                replies[parent] += 1
        for number, parent in enumerate(parents):
            above = written[parent] if parent is not None else None
            last = written[-1] if written else None
            written.append(self._comment(number, above, last, replies[number]))
        return written

    def _parents(self) -> list[int | None]:
        """For every comment the number of the one it answers; early ones are answered most."""
        top: list[int] = []
        parents: list[int | None] = []
        for number in range(self.post.comments):
            if top and self.dice.chance(0.26):
                parents.append(top[int(self.dice.share() ** 2 * len(top))])
            else:
                parents.append(None)
                top.append(number)
        return parents

    def _comment(
        self, number: int, above: WorldComment | None, last: WorldComment | None, replies: int
    ) -> WorldComment:
        dice = self.dice
        by_creator = above is not None and dice.chance(0.4)
        language = self.post.language if by_creator else self._language()
        text, mentions = self._words(language, above, by_creator)
        second = self._second(above)
        answers_last = last is not None and above is not None and last.parent_id == above.id
        return WorldComment(
            id=make_id(second, self.post.index, number),
            post_id=self.post.id,
            parent_id=above.id if above else "",
            answers_id=last.id if last and answers_last and dice.chance(0.3) else "",
            text=text,
            mentions=mentions,
            language=language,
            author=self.post.account if by_creator else self._viewer(),
            created=second,
            likes=int(dice.lognormal(0.9, 1.7) * (1 if above else 1.6)),
            replies=replies,
            by_creator=by_creator,
            liked_by_creator=not by_creator and dice.chance(0.12),
            pinned=number == 0 and dice.chance(0.08),
            hidden=replies == 0 and dice.chance(0.02),
        )

    def _viewer(self) -> WorldAccount:
        return self.account_of(self.dice.number(self.viewers.start, self.viewers.stop - 1))

    def _language(self) -> str:
        roll = self.dice.share()
        if roll < 0.90:
            return self.post.language
        return "en" if roll < 0.97 else self.dice.weighted(world_plan().languages)

    def _second(self, above: WorldComment | None) -> int:
        """Most comments come soon after what they answer, none after the world's end."""
        since = above.created if above else self.post.created
        return since + int((self.end - 1 - since) * self.dice.share() ** 4)

    def _words(self, language: str, above: WorldComment | None, by_creator: bool) -> Words:
        dice, bank = self.dice, phrase_bank(language)
        if above and by_creator:
            return self._answer(bank, above, {self._answers: 6, "thanks": 4})
        roll = dice.share()
        if roll < 0.03:
            return "", ()
        if roll < 0.14:
            return dice.pick(world_plan().emoji) * dice.number(1, 4), ()
        if roll < 0.165:
            return self._phrase(bank, {"spam": 1}), ()
        if roll < 0.19:
            friend = self._viewer()
            return f"@{friend.handle}", (friend,)
        if above:
            return self._answer(bank, above, {"replies": 7, "any": 3})
        return self._remark(bank), ()

    @property
    def _answers(self) -> str:
        return "fashion answers" if self.post.about_fashion else "thanks"

    def _answer(self, bank: PhraseBank, above: WorldComment, kinds: Mapping[str, int]) -> Words:
        text = self._phrase(bank, kinds)
        if self.dice.chance(0.15):
            return f"@{above.author.handle} {text}", (above.author,)
        return text, ()

    def _remark(self, bank: PhraseBank) -> str:
        dice = self.dice
        own = "fashion" if self.post.about_fashion else self.post.subject
        text = self._phrase(bank, {own: 6, "any": 4})
        if dice.chance(0.35):
            text = text[0].upper() + text[1:]
        return f"{text} {dice.pick(world_plan().emoji)}" if dice.chance(0.2) else text

    def _phrase(self, bank: PhraseBank, kinds: Mapping[str, int]) -> str:
        """A phrase of one of the kinds that the language has."""
        known = {kind: weight for kind, weight in kinds.items() if kind in bank.comments}
        slots = {**bank.slots, "handle": (self._viewer().handle,)}
        return fill(self.dice.pick(bank.comments[self.dice.weighted(known)]), slots, self.dice)


def visible(comments: Sequence[WorldComment]) -> list[WorldComment]:
    """The comments that a page or an answer shows."""
    return [comment for comment in comments if not comment.hidden]
