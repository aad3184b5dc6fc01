"""Moving a threshold over 100,000 scored posts: columns of scores against one verdict a document.

Both ways give the same verdicts; the benchmark stops where they do not.
"""

import sys
from itertools import cycle, islice

import numpy as np
from common import seconds

from tfw.relevance.replay import ScoreColumns
from tfw.relevance.thresholds import Thresholds

POSTS = 100_000
MOVES = [
    Thresholds(label=label, vocabulary=terms) for label in (0.3, 0.55, 0.8) for terms in (0, 2)
]
OLD = Thresholds()
REPEATS = 20
LIMIT_MS = 100


def documents() -> list[dict]:
    """Scored posts as the database returns them, one in twenty without a label score."""
    draw = np.random.default_rng(5)
    labels, terms = draw.beta(0.5, 0.8, POSTS), draw.poisson(1.2, POSTS)
    return [
        {
            "_id": str(7_300_000_000_000_000_000 + place),
            "relevance": {"vocabulary": int(number)} | ({"label": label} if place % 20 else {}),
        }
        for place, (label, number) in enumerate(zip(labels.tolist(), terms, strict=True))
    ]


def naive_move(posts: list[dict], new: Thresholds) -> tuple[int, list[str], list[str]]:
    """The fashion posts, and those that come in and go out: a verdict for each document."""
    into, out_of, fashion = [], [], 0
    for post in posts:
        scores = post["relevance"]
        after = new.verdict(scores.get("label"), scores["vocabulary"])
        before = OLD.verdict(scores.get("label"), scores["vocabulary"])
        fashion += after
        if after and not before:
            into.append(post["_id"])
        if before and not after:
            out_of.append(post["_id"])
    return fashion, into, out_of


def move(columns: ScoreColumns, new: Thresholds) -> tuple[int, list[str], list[str]]:
    """The same from columns."""
    return (columns.counts(new).fashion, *columns.changed(OLD, new))


def main() -> None:
    """Print both times a move and their ratio."""
    posts = documents()
    columns = ScoreColumns.of(
        [post["_id"] for post in posts],
        [post["relevance"].get("label", np.nan) for post in posts],
        [post["relevance"]["vocabulary"] for post in posts],
    )
    for new in MOVES:
        if move(columns, new) != naive_move(posts, new):
            sys.exit(f"threshold_replay: the two ways differ at {new.values}")
    moves = list(islice(cycle(MOVES), REPEATS))
    ours = [1000 * seconds(lambda new=new: move(columns, new)) for new in moves]
    naive = [1000 * seconds(lambda new=new: naive_move(posts, new)) for new in MOVES]
    verdicts = [1000 * seconds(lambda new=new: columns.verdicts(new)) for new in moves]
    print(
        f"a move over {POSTS:,} posts, with counts and lists of changed posts: "
        f"{np.median(ours):.1f} ms (slowest {max(ours):.1f}) against {np.median(naive):.0f} ms, "
        f"{np.median(naive) / np.median(ours):.0f} times; "
        f"verdicts alone {np.median(verdicts):.2f} ms"
    )
    if max(ours) > LIMIT_MS:
        sys.exit(f"threshold_replay: a move took more than {LIMIT_MS} ms")


if __name__ == "__main__":
    main()
