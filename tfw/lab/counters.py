"""How often posts are played, liked, shared, saved and commented: few very often, most rarely."""

from dataclasses import dataclass

from tfw.lab.dice import Dice


@dataclass(frozen=True, slots=True)
class Counters:
    """The counters of a post; plays are never below likes."""

    plays: int
    likes: int
    comments: int
    shares: int
    saves: int


def draw_counters(
    dice: Dice, followers: int, age_days: float, most_comments: int, busy: float = 1.0
) -> Counters:
    """Counters of a post of that age, whose account has so many followers.

    Medians near 6,000 plays, 5 likes in a hundred plays and 10 comments in a thousand likes;
    ``busy`` multiplies the comments.
    """
    reach = (1 + followers / 2_400) ** 0.35
    settled = age_days / (age_days + 1.5)
    plays = int(dice.lognormal(4_200, 1.95) * reach * settled)
    likes = min(plays, int(plays * min(0.6, dice.lognormal(0.05, 0.7))))
    return Counters(
        plays=plays,
        likes=likes,
        comments=min(most_comments, int(likes * min(0.5, dice.lognormal(0.010, 0.9)) * busy)),
        shares=int(likes * min(1.0, dice.lognormal(0.03, 1.0))),
        saves=int(likes * min(1.0, dice.lognormal(0.11, 0.7))),
    )
