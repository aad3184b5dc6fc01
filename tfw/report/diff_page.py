"""The comparison of two runs' posts as a page, and as a table of numbers."""

from collections import Counter
from datetime import UTC, datetime

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tfw.errors import InputError
from tfw.report.diff import SHOWN, PostsDiff, Side, compare_runs
from tfw.report.embed import asset, environment
from tfw.report.formats import percent, thousands
from tfw.report.shown import open_mask

PART_NAMES = {
    "came": "came in",
    "left": "left",
    "into": "are about fashion now",
    "out_of": "are not about fashion any more",
    "scored_now": "have a verdict now",
    "not_scored_now": "have no verdict any more",
    "same": "are as before",
}
MEANINGS = {
    "came": "in the second run alone",
    "left": "in the first run alone: deleted since, or not among the posts chosen",
    "into": "in both, with another verdict",
    "out_of": "in both, with another verdict",
    "scored_now": "in both, scored since",
    "not_scored_now": "in both, scored before",
    "same": "in both, with the same verdict",
}


def diff_page(diff: PostsDiff) -> str:
    """A whole HTML page about a comparison; it can be opened from a disk, without a network."""
    return (
        environment()
        .get_template("diff.html.j2")
        .render(
            diff=diff,
            sides=side_rows(diff),
            counts=count_rows(diff),
            part_names=PART_NAMES,
            limit=SHOWN,
            now=datetime.now(UTC),
            css=asset("report.css"),
        )
    )


def count_rows(diff: PostsDiff) -> list[tuple[str, int, str]]:
    """How many posts each part has: its name, the posts, what that means; empty parts too."""
    return [(PART_NAMES[name], diff.counts[name], MEANINGS[name]) for name in PART_NAMES]


def side_rows(diff: PostsDiff) -> list[tuple[str, str, str]]:
    """What the runs are like, side by side: a name and both values."""
    names = {
        "posts": lambda side: thousands(side.posts),
        "scored": lambda side: thousands(side.scored),
        "about fashion": _fashion,
        "thresholds": lambda side: _listed(side.thresholds),
        "vocabulary": lambda side: _listed(side.vocabularies),
        "model": lambda side: _listed(side.models),
        "posts chosen": _chosen,
    }
    return [(name, value(diff.a), value(diff.b)) for name, value in names.items()]


def posts_view(a: str, b: str) -> RenderableType:
    """How the posts of two runs differ, in numbers, for a terminal; why not, where they cannot."""
    try:
        diff = compare_runs(a, b, open_mask("redact"))
    except InputError as error:
        return Text(f"Posts are not compared. {error}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("posts that", "", "meaning"):
        table.add_column(heading, justify="right" if not heading else "left", overflow="fold")
    for name, number, meaning in count_rows(diff):
        table.add_row(Text(name), f"{number:,}", Text(meaning))
    for reason, number in diff.reasons.most_common():
        table.add_row(Text("changed side because"), f"{number:,}", Text(reason))
    if diff.different_choices:
        table.add_row(Text("Note"), "", Text("the two reports are of differently chosen posts"))
    return table


def _fashion(side: Side) -> str:
    if not side.scored:
        return thousands(0)
    return f"{thousands(side.fashion)} ({percent(side.fashion / side.scored)})"


def _listed(counts: Counter[str]) -> str:
    if len(counts) == 1:
        return next(iter(counts))
    return "; ".join(f"{name} ({thousands(n)} posts)" for name, n in counts.most_common()) or "–"


def _chosen(side: Side) -> str:
    if side.choice is None:
        return "not recorded"
    names = ("scope", "since", "until", "sources", "queries")
    words = [f"{name}: {_word(side.choice[name])}" for name in names if side.choice.get(name)]
    return "all" if words == ["scope: all"] else "; ".join(words)


def _word(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
