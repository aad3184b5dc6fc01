"""How good scores and verdicts are, as charts, as a section of the report and as a page of its own.

The charts take the :class:`tfw.relevance.evaluate.Evaluation`; every number is drawn with its
95 % interval.
"""

import html
import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from tfw.privacy import PrivacyLevel
from tfw.relevance.evaluate import Evaluation, evaluate
from tfw.relevance.intervals import Interval
from tfw.relevance.judged import NothingToEvaluate
from tfw.relevance.labels import read_labels
from tfw.relevance.quality import Quality
from tfw.relevance.thresholds import Thresholds
from tfw.report.chart_layout import FASHION, PALETTE, THRESHOLD, as_list, label, laid_out
from tfw.report.charts_on_page import Chart, page_chart
from tfw.report.embed import asset, environment
from tfw.report.formats import percent, score
from tfw.report.shown import Mask, ShownPost, open_mask, show_post
from tfw.report.writers import replacing
from tfw.store import Store

TITLE = "How good the verdicts are"
MEASURES = ("F1", "recall", "precision")
# A part of the posts with fewer labels has intervals that say nothing.
FEW_LABELS = 20
SHOWN_GROUPS = 12
# Of an area that a chance order would have.
NO_ORDER = 0.5
SCORE_NAMES = {
    "label": "Label score",
    "vocabulary": "Vocabulary score",
    "statistical": "Statistical score",
}
LARGEST_MARKER, LEAST_MARKER = 26, 8


@dataclass(frozen=True)
class ShownEvaluation:
    """An evaluation as the templates show it: texts at a privacy level."""

    found: Evaluation
    false_alarms: tuple[ShownPost, ...]
    misses: tuple[ShownPost, ...]
    coders: Mapping[str, str]

    @property
    def areas(self) -> list[tuple[str, Interval | None, str]]:
        """The area of each score, with what it means."""
        return [
            (SCORE_NAMES.get(name, name), area, _meaning(area))
            for name, area in self.found.areas.items()
        ]

    @property
    def moves(self) -> list[tuple[str, Any]]:
        """Each move of a threshold, in words."""
        old = self.found.thresholds
        return [
            (
                f"label {old.label:g} → {move.new.label:g}"
                if move.new.label != old.label
                else f"vocabulary {old.vocabulary} → {move.new.vocabulary}",
                move,
            )
            for move in self.found.moves
        ]


def show_evaluation(found: Evaluation, mask: Mask) -> ShownEvaluation:
    """An evaluation with its example posts and its coders as a reader may see them."""
    people = {coder for each in found.agreements for coder in (each.first, each.second)}
    return ShownEvaluation(
        found,
        tuple(show_post(post, mask) for post in found.false_alarms),
        tuple(show_post(post, mask) for post in found.misses),
        {coder: mask.name(coder) for coder in people},
    )


def evaluation_of(store: Store, thresholds: Thresholds | None = None) -> Evaluation | None:
    """The evaluation against the labels in the database; None where no scored post has one.

    Args:
        store: the database.
        thresholds: those of the verdict; when not given, those of most stored verdicts.
    """
    labels = read_labels(store)
    if labels.empty:
        return None
    try:
        return evaluate(store, labels, thresholds=thresholds)
    except NothingToEvaluate:
        return None


def evaluation_charts(found: Evaluation) -> dict[str, Chart]:
    """The charts of an evaluation as a page holds them, by name."""
    return {chart.name: chart for chart in _drawn(found)}


def _drawn(found: Evaluation) -> Iterator[Chart]:
    yield page_chart("quality-rules", quality_chart(found.rules, "Verdict and each score alone"))
    if found.calibration is not None:
        yield page_chart("quality-calibration", calibration_chart(found))
    for by, groups in found.groups.items():
        if len(groups) > 1:
            yield page_chart(f"quality-{by}", groups_chart(groups, by))


def quality_chart(rules: Sequence[Quality], title: str) -> go.Figure:
    """Points for precision, recall and F1 of rules, with their intervals.

    Args:
        rules: such as ``evaluation.rules``.
        title: of the chart.
    """
    figure = go.Figure()
    for place, rule in enumerate(rules):
        numbers = {"F1": rule.f1, "recall": rule.recall, "precision": rule.precision}
        known = [(row, numbers[name]) for row, name in enumerate(MEASURES)]
        _add_intervals(
            figure, known, rule.name, PALETTE[place % len(PALETTE)], _shift(place, rules)
        )
    laid_out(figure, title, "share (%), with 95 % interval", "")
    figure.update_yaxes(tickvals=list(range(len(MEASURES))), ticktext=list(MEASURES))
    figure.update_yaxes(range=[-0.6, len(MEASURES) - 0.4], showgrid=False, zeroline=False)
    return _from_lowest(figure)


def groups_chart(groups: Sequence[Quality], by: str) -> go.Figure:
    """Points for precision and recall of the verdict in each part of the posts.

    Args:
        groups: such as ``evaluation.groups["language"]``; the largest are drawn.
        by: what the parts are, such as source or language.
    """
    shown = list(reversed(groups[:SHOWN_GROUPS]))
    figure = go.Figure()
    for place, name in enumerate(("precision", "recall")):
        known = [(row, getattr(group, name)) for row, group in enumerate(shown)]
        _add_intervals(figure, known, name, PALETTE[place], (0.5 - place) * 0.3)
    names = [f"{label(group.name)} ({group.posts})" for group in shown]
    as_list(
        laid_out(figure, f"Verdict by {by}", "share (%), with 95 % interval", ""), len(shown) * 2
    )
    figure.update_yaxes(type="linear", tickvals=list(range(len(shown))), ticktext=names)
    figure.update_yaxes(range=[-0.6, len(shown) - 0.4])
    return _from_lowest(figure)


def calibration_chart(found: Evaluation) -> go.Figure:
    """Points of the share of fashion posts for each tenth of the label score."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 100], mode="lines", name="perfect", hoverinfo="skip",
        line={"color": THRESHOLD, "dash": "dash", "width": 2},
    )  # fmt: skip
    bins = found.calibration.bins if found.calibration is not None else None
    if bins is not None:
        size = LEAST_MARKER + (LARGEST_MARKER - LEAST_MARKER) * bins["posts"] / bins["posts"].max()
        figure.add_scatter(
            x=bins["mean_score"],
            y=bins["share"] * 100,
            mode="markers",
            name="labelled posts",
            marker={"color": FASHION, "size": size, "opacity": 0.85},
            cliponaxis=False,
            error_y=_bars(bins["share"], bins["share_low"], bins["share_high"], FASHION),
            text=[
                f"label scores {row.low:.1f} to {row.high:.1f}: {row.fashion} of {row.posts} posts "
                f"are fashion<br>{row.share:.0%}, 95 % interval {row.share_low:.0%} to "
                f"{row.share_high:.0%}"
                for row in bins.itertuples()
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    laid_out(
        figure, "Does the label score mean what it says?", "label score (mean of each tenth)",
        "fashion posts (%)",
    )  # fmt: skip
    return figure.update_xaxes(range=[-0.03, 1.03]).update_yaxes(range=[-6, 106])


def evaluation_page(
    found: Evaluation,
    *,
    title: str = TITLE,
    privacy: PrivacyLevel | str = PrivacyLevel.PSEUDONYMISE,
    reason: str = "",
) -> str:
    """A whole HTML page about an evaluation; it can be opened from a disk, without a network.

    Args:
        found: the evaluation.
        title: the heading of the page.
        privacy: how authors, coders and @mentions are shown.
        reason: why names are shown; needed for ``keep``.

    Raises:
        ParameterError: an unknown privacy level, or ``keep`` without a reason.
    """
    mask = open_mask(privacy, reason)
    return (
        environment()
        .get_template("evaluation.html.j2")
        .render(
            title=title,
            nonce=secrets.token_urlsafe(16),
            now=datetime.now(UTC),
            evaluation=show_evaluation(found, mask),
            charts=evaluation_charts(found),
            few_labels=FEW_LABELS,
            plotly=Markup(get_plotlyjs()),
            css=asset("report.css"),
            js=asset("report.js"),
        )
    )


def write_evaluation(
    found: Evaluation,
    path: Path,
    *,
    title: str = TITLE,
    privacy: PrivacyLevel | str = PrivacyLevel.PSEUDONYMISE,
    reason: str = "",
) -> Path:
    """Write :func:`evaluation_page` to a file and return its path."""
    page = evaluation_page(found, title=title, privacy=privacy, reason=reason)
    with replacing(path) as draft:
        draft.write_text(page, encoding="utf-8")
    return path


def evaluation_frame(found: Evaluation, height: int = 900) -> str:
    """The page as a notebook shows it: in a frame of its own, without the weight of the charts."""
    page = (
        environment()
        .get_template("evaluation.html.j2")
        .render(
            title=TITLE,
            nonce="",
            now=datetime.now(UTC),
            evaluation=show_evaluation(found, open_mask(PrivacyLevel.PSEUDONYMISE)),
            charts={},
            few_labels=FEW_LABELS,
            plotly=None,
            css=asset("report.css"),
            js=None,
        )
    )
    style = f"width: 100%; height: {height}px; border: 0"
    return f'<iframe srcdoc="{html.escape(page)}" style="{style}"></iframe>'


def _add_intervals(
    figure: go.Figure,
    rows: Sequence[tuple[int, Interval | None]],
    name: str,
    colour: str,
    shift: float,
) -> None:
    known = [(row + shift, interval) for row, interval in rows if interval is not None]
    values = [interval.value for _, interval in known]
    figure.add_scatter(
        x=[value * 100 for value in values],
        y=[place for place, _ in known],
        mode="markers",
        name=label(name),
        marker={"color": colour, "size": 10},
        error_x=_bars(values, [i.low for _, i in known], [i.high for _, i in known], colour),
        text=[f"{label(name)}: {percent(i.value)}<br>{_between(i)}" for _, i in known],
        hovertemplate="%{text}<extra></extra>",
    )


def _from_lowest(figure: go.Figure) -> go.Figure:
    """The x axis from the tenth below the lowest interval on: points need no zero."""
    lowest = [
        value - down
        for trace in figure.data
        for value, down in zip(trace.x, trace.error_x.arrayminus, strict=True)
    ]
    start = math.floor(min(lowest, default=0.0) / 10) * 10
    return figure.update_xaxes(range=[max(min(start, 90), 0) - 0.5, 101])


def _bars(values: Any, low: Any, high: Any, colour: str) -> dict[str, Any]:  # noqa: ANN401
    rows = list(zip(values, low, high, strict=True))
    return {
        "type": "data",
        "symmetric": False,
        "array": [(top - value) * 100 for value, _, top in rows],
        "arrayminus": [(value - bottom) * 100 for value, bottom, _ in rows],
        "color": colour,
        "thickness": 2,
        "width": 4,
    }


def _between(interval: Interval) -> str:
    return f"95 % interval {percent(interval.low)} to {percent(interval.high)}"


def _shift(place: int, rules: Sequence[Quality]) -> float:
    """Rules stand below each other within the row of a measure, the first one on top."""
    return ((len(rules) - 1) / 2 - place) * 0.22


def _meaning(area: Interval | None) -> str:
    if area is None:
        return "not defined: the labels are of one kind only"
    if area.low <= NO_ORDER <= area.high:
        return "cannot be told from an order by chance"
    if area.high < NO_ORDER:
        return "fashion posts tend to have the lower score"
    return f"a fashion post has the higher score in {score(area.value * 100)} of 100 pairs"
