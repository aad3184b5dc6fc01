"""Two runs compared at the desk: what came in, what left, what changed side."""

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.messages import Message
from tfw.desk.tables import Column, table
from tfw.report.diff import PARTS, DiffPost, PostsDiff, compare_runs
from tfw.report.diff_files import COLUMNAR
from tfw.report.diff_page import PART_NAMES, count_rows, side_rows
from tfw.report.formats import thousands
from tfw.report.shown import open_mask
from tfw.runs.history import folders_with

WIDE = {"description_width": "8em"}
CHANGED = ("into", "out_of")


class CompareRuns:
    """Two lists of runs, a button, and the comparison; nothing is written."""

    def __init__(self) -> None:
        self.message = Message()
        self.first, self.second = _runs("First run"), _runs("Second run")
        self.button = widgets.Button(description="Compare", icon="exchange")
        self.result = widgets.HTML()
        self.button.on_click(self._compare)
        self.refresh()
        self.widget = widgets.VBox(
            [
                widgets.HBox(
                    [self.first, self.second, self.button], layout={"flex_flow": "row wrap"}
                ),
                self.message.widget,
                self.result,
            ]
        )

    def refresh(self) -> None:
        """Offer the runs that there are now; the two newest are chosen where none was."""
        runs = [folder.name for folder in folders_with(COLUMNAR)]
        for box, place in ((self.first, 1), (self.second, 0)):
            chosen = box.value if box.value in runs else None
            box.options = runs
            box.value = chosen or (runs[place] if len(runs) > place else None)
        self.button.disabled = len(runs) < 2
        if len(runs) < 2:
            self.message.say("Two runs with a report are needed: tfw run params/daily.yaml.")

    def _compare(self, _: object = None) -> None:
        with self.message.errors():
            self.message.say("")
            mask = open_mask("pseudonymise")
            self.result.value = diff_html(compare_runs(self.first.value, self.second.value, mask))


def diff_html(diff: PostsDiff) -> Markup:
    """A comparison as tables, every text escaped."""
    parts = [
        table(
            [Column(""), Column(diff.a.name), Column(diff.b.name)],
            side_rows(diff),
            caption="The two runs",
        ),
        table(
            [Column("Posts that"), Column("Posts", number=True), Column("Meaning")],
            count_rows(diff),
            caption="The posts",
        ),
    ]
    if diff.different_choices:
        words = "The two reports are of differently chosen posts: some only seem to come or leave."
        parts.insert(0, Markup('<div class="message warning" role="status">{}</div>').format(words))
    if diff.reasons:
        parts.append(
            table(
                [Column("Because"), Column("Posts", number=True)],
                diff.reasons.most_common(),
                caption="Why posts changed side",
            )
        )
    parts += [_posts(diff, name) for name in PARTS if diff.counts[name]]
    return Markup("").join(parts)


def _posts(diff: PostsDiff, name: str) -> Markup:
    shown, number = diff.shown[name], diff.counts[name]
    more = (
        f", the first {thousands(len(shown))} of {thousands(number)}" if number > len(shown) else ""
    )
    changed = name in CHANGED
    columns = [Column("Post"), Column("Text")]
    columns += (
        [Column("Before"), Column("Now"), Column("Because")] if changed else [Column("Verdict")]
    )
    return table(
        columns,
        (_row(post, changed) for post in shown),
        caption=f"Posts that {PART_NAMES[name]}{more}",
    )


def _row(post: DiffPost, changed: bool) -> list[object]:
    link = Markup('<a href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>').format(
        post.url, post.id
    )
    scores: list[object] = [post.after or post.before or "not scored"]
    return [link, post.text, *([post.before, post.after, post.because] if changed else scores)]


def _runs(name: str) -> widgets.Dropdown:
    return widgets.Dropdown(options=[], description=name, style=WIDE, layout={"width": "27em"})
