"""What two invented coders said about posts of the world, for trying evaluation and agreement.

The first is right about every post and unsure where a word alone could mislead; the second sees
one post in fifteen otherwise, as careful coders do.
"""

import csv
from pathlib import Path

from tfw.lab.content import World
from tfw.lab.dice import Dice
from tfw.lab.things import WorldPost

COLUMNS = ("post_id", "coder", "label", "at")
DISAGREEMENT = 1 / 15


def write_world_labels(world: World, path: Path, posts: int = 150) -> Path:
    """A CSV file of labels by two coders, of at most so many posts spread over the world."""
    path.parent.mkdir(parents=True, exist_ok=True)
    step = max(1, len(world) // posts)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for index in range(0, len(world), step):
            post = world.post(index)
            for coder, label in zip(("coder_1", "coder_2"), _labels(world, post), strict=True):
                writer.writerow([post.id, coder, label, world.end.isoformat()])
    return path


def _labels(world: World, post: WorldPost) -> tuple[str, str]:
    if post.caption_kind == "ambiguous word":
        return "unsure", "not"
    right, wrong = ("fashion", "not") if post.about_fashion else ("not", "fashion")
    odd = Dice(world.seed, "second coder", post.index).chance(DISAGREEMENT)
    return right, wrong if odd else right
