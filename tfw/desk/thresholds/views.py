"""What the desk of thresholds says in tables and sentences; live and on paper the same."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from tfw.desk.tables import Column, table
from tfw.relevance.intervals import Interval
from tfw.relevance.quality import Quality
from tfw.relevance.replay import VerdictCounts
from tfw.relevance.settling import Move
from tfw.relevance.threshold_moves import ChangedPost, Moved
from tfw.relevance.thresholds import Thresholds, UsedThresholds
from tfw.report.formats import moment, percent, thousands

COUNTS = (
    Column("Verdicts by"),
    Column("Fashion posts", number=True),
    Column("Share", number=True),
    Column("Label alone", number=True, hint="posts that only their label score keeps in"),
    Column("Terms alone", number=True, hint="posts that only their terms keep in"),
    Column("Both", number=True, hint="posts that each score alone would keep in"),
    Column("Precision", number=True, hint="of labelled posts called fashion, those that are"),
    Column("Recall", number=True, hint="of labelled fashion posts, those called so"),
    Column("F1", number=True, hint="the harmonic mean of precision and recall"),
)
CHANGED = (
    Column("Verdict"),
    Column("Label score", number=True),
    Column("Terms", number=True),
    Column("Post"),
    Column("Text"),
)
HISTORY = (
    Column("Name"),
    Column("Label above", number=True),
    Column("Terms above", number=True),
    Column("Saved"),
    Column("By"),
    Column("Because"),
    Column("Verdicts made"),
)
NOT_SAVED = "tried here, not saved"


def named(thresholds: Thresholds) -> str:
    """The numbers of a set of thresholds in words."""
    return f"label score above {thresholds.label:g} or more than {_terms(thresholds.vocabulary)}"


def in_force(file: Thresholds, file_name: str, used: Thresholds | None) -> Markup:
    """Which thresholds stand in the file, and whether the stored verdicts are by them."""
    saved = f", saved {moment(file.at)}" if file.at else ""
    because = f" Reason: {file.reason}" if file.reason else ""
    text = Markup("In force: <b><bdi>{}</bdi></b> ({}){}.<bdi>{}</bdi>").format(
        file.name, named(file), saved, because
    )
    if used is not None and used.pair != file.pair:
        text += Markup(
            " <b>The verdicts in the database are still by <bdi>{}</bdi></b> ({}), until "
            "<code>05_score_posts</code> runs with {}."
        ).format(used.name, named(used), file_name)
    return Markup("<p>{}</p>").format(text)


def counts_table(
    old: tuple[VerdictCounts, Quality | None], moved: Moved | None, posts: int
) -> Markup:
    """The verdicts of the thresholds in force and of those tried, one below the other."""
    rows = [_counted("thresholds in force", *old)]
    if moved is not None:
        rows.append(_counted(NOT_SAVED, moved.counts, moved.quality))
    return table(COUNTS, rows, caption=f"Verdicts of {thousands(posts)} scored posts")


def labelled_note(quality: Quality | None, settled: Move | None) -> Markup:
    """What the labels can tell, and what they say about the move."""
    if quality is None:
        return Markup(
            '<p class="soft">Precision, recall and F1 need labels: label some posts, then read '
            "scores and labels again.</p>"
        )
    text = (
        f"Precision, recall and F1 with 95 % intervals, on {thousands(quality.posts)} labelled "
        f"posts ({thousands(quality.fashion)} fashion). Labels of posts drawn at random speak of "
        "the collection, those of picked posts of the pick."
    )
    said = Markup('<p class="soft">{}</p>').format(text)
    return said if settled is None else said + Markup("<p>{}</p>").format(_settled(settled))


def changed_sentence(moved: Moved | None) -> str:
    """How many posts change side."""
    if moved is None:
        return "These are the thresholds in force: no post changes side."
    come = "post comes" if moved.come_in == 1 else "posts come"
    go = "post goes" if moved.go_out == 1 else "posts go"
    return f"{thousands(moved.come_in)} {come} in, {thousands(moved.go_out)} {go} out."


def changed_table(
    posts: Sequence[ChangedPost], texts: Mapping[str, str], caption: str, empty: str
) -> Markup:
    """The first posts that change side, each with its scores and the beginning of its text."""
    rows = [
        (
            Markup('<span style="white-space: nowrap">{}</span>').format(
                "fashion" if post.comes_in else "not fashion"
            ),
            "–" if post.label is None else f"{post.label:.3f}",
            post.vocabulary,
            Markup('<code style="white-space: nowrap">{}</code>').format(post.post_id),
            texts.get(post.post_id, ""),
        )
        for post in posts
    ]
    return table(CHANGED, rows, caption=caption, empty=empty)


def history_table(used: Sequence[UsedThresholds]) -> Markup:
    """The sets of thresholds that were saved or used."""
    rows = [
        (
            each.thresholds.name,
            f"{each.thresholds.label:g}",
            each.thresholds.vocabulary,
            each.thresholds.at,
            each.by or None,
            each.thresholds.reason or None,
            each.applied_at or "not yet",
        )
        for each in used
    ]
    empty = "No thresholds were saved or used yet."
    return table(HISTORY, rows, caption="Saved or used so far, the newest first", empty=empty)


def _counted(name: str, counts: VerdictCounts, quality: Quality | None) -> list[object]:
    measured = (
        [quality.precision, quality.recall, quality.f1] if quality is not None else [None] * 3
    )
    return [
        name,
        counts.fashion,
        percent(counts.share),
        counts.by_label_alone,
        counts.by_terms_alone,
        counts.by_both,
        *(_measured(interval) for interval in measured),
    ]


def _measured(interval: Interval | None) -> Markup | None:
    if interval is None:
        return None
    return Markup("{:.2f}<br><small>{:.2f} to {:.2f}</small>").format(*interval)


def _settled(move: Move) -> str:
    if move.share is None:
        return (
            "No labelled post changes side, so the labels cannot tell which thresholds judge "
            "better."
        )
    said = (
        f"Of the labelled posts, {thousands(move.changed)} change side, {thousands(move.right)} of "
        f"them rightly ({percent(move.share.value)}, 95 % interval {percent(move.share.low)} to "
        f"{percent(move.share.high)}): "
    )
    if move.answer != "open":
        return f"{said}the labels say that these thresholds judge {move.answer}."
    more = (
        f" About {thousands(move.more_among_changed)} more labels of posts that change side would "
        "settle it."
        if move.more_among_changed
        else ""
    )
    return f"{said}the labels leave open which thresholds judge better.{more}"


def _terms(number: int) -> str:
    return f"{number} term" + ("" if number == 1 else "s")
