"""Posts by both scores, with bars along each axis, and the thresholds as lines that move."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from tfw.relevance.replay import Bools, ScoreColumns
from tfw.relevance.thresholds import Thresholds
from tfw.report.chart_layout import (
    FASHION,
    HEAD_ROOM,
    LINE,
    OTHER,
    THRESHOLD,
    VERDICT_NAMES,
    laid_out,
)
from tfw.report.formats import thousands
from tfw.report.score_bins import LABEL_BINS, MANY_TERMS

SAMPLE = 3_000
FEWEST_ROWS = 5
# Shares of the figure's width and height that the points have; the bars have the rest.
WIDE, HIGH, GAP = 0.82, 0.70, 0.025
IN = "rgba(0,114,178,0.10)"
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BarBins:
    """In which bar each post stands, by both scores; a post without a label score in none."""

    label: Ints
    terms: Ints
    rows: int

    @classmethod
    def of(cls, columns: ScoreColumns) -> Self:
        """The bars of all posts."""
        unknown = np.isnan(columns.label)
        places = np.floor(np.where(unknown, 0, columns.label) * LABEL_BINS).astype(np.int64)
        label = np.where(unknown, LABEL_BINS, np.clip(places, 0, LABEL_BINS - 1))
        terms = np.clip(columns.vocabulary, 0, MANY_TERMS).astype(np.int64)
        rows = max(int(terms.max(initial=0)), FEWEST_ROWS) + 1
        return cls(label, terms, rows)

    @property
    def highest(self) -> tuple[int, int]:
        """The posts in the highest bar by label score, and in that by terms."""
        by_label = np.bincount(self.label, minlength=LABEL_BINS)[:LABEL_BINS]
        return max(int(by_label.max()), 1), max(int(np.bincount(self.terms).max(initial=0)), 1)

    def tally(self, verdicts: Bools) -> tuple[Ints, Ints, Ints, Ints]:
        """How many posts are in and out in each bar: by label score, then by terms."""
        label_in, label_out = self._split(self.label, verdicts, LABEL_BINS)
        terms_in, terms_out = self._split(self.terms, verdicts, self.rows)
        return label_in, label_out, terms_in, terms_out

    @staticmethod
    def _split(places: Ints, verdicts: Bools, bars: int) -> tuple[Ints, Ints]:
        every = np.bincount(places, minlength=bars)[:bars]
        inside = np.bincount(places[verdicts], minlength=bars)[:bars]
        return inside, every - inside


class LiveFigure(go.FigureWidget):  # type: ignore[misc]
    """A figure that a page shows as it is now, also when the page is loaded again.

    Plotly keeps the state for a page's first look only (7.1; ``BaseFigureWidget.__init__``).
    """

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:  # noqa: ANN401
        """What a page is told: of all keys, with the data and the layout of now."""
        if key is None and self._widget_data:
            # In place: a new value would be sent to pages that have it already.
            self._widget_data[:] = deepcopy(self._data)
            self._widget_layout.update(deepcopy(self._layout_obj._props))
        return super().get_state(key, drop_defaults)


class ThresholdFigure:
    """The figure of a board; ``widget`` is what to put into a desk.

    Args:
        columns: the scores of all posts; all of them are in the bars.
        thresholds: those to begin with.
        sample: so many posts, drawn at random, are points.
        seed: of the draw.
    """

    def __init__(
        self, columns: ScoreColumns, thresholds: Thresholds, sample: int = SAMPLE, seed: int = 1
    ) -> None:
        self._columns = columns
        self._bins = BarBins.of(columns)
        draw = np.random.default_rng(seed)
        known = np.flatnonzero(~np.isnan(columns.label))
        self.points = np.sort(draw.permutation(known)[:sample])
        # Numbers of terms are whole: spread a little, points do not hide each other.
        spread = draw.uniform(-0.3, 0.3, len(self.points))
        self._heights = np.minimum(columns.vocabulary[self.points], MANY_TERMS) + spread
        self._top = self._bins.rows - 0.4
        figure = self._drawn()
        self._set(figure, thresholds, columns.verdicts(thresholds))
        self.widget = LiveFigure(figure)
        self.widget._config = {**(self.widget._config or {}), "displayModeBar": False}

    def on_choose(self, listener: Callable[[str], None]) -> None:
        """Call a function with the id of the post whose point a person clicks."""

        def clicked(_trace: object, points: Any, _state: object) -> None:  # noqa: ANN401
            if points.point_inds:
                listener(str(self._columns.post_ids[self.points[points.point_inds[0]]]))

        self.widget.data[0].on_click(clicked)

    def move(self, thresholds: Thresholds, verdicts: Bools) -> None:
        """Show other thresholds: the lines, the colours, the bars; in one message."""
        with self.widget.batch_update():
            self._set(self.widget, thresholds, verdicts)

    def mark(self, post_id: str) -> bool:
        """Put a ring around a post's point; whether the post is among the points."""
        there = np.flatnonzero(self._columns.post_ids[self.points] == post_id)
        ring = self.widget.data[1]
        with self.widget.batch_update():
            ring.x = self._columns.label[self.points[there]]
            ring.y = self._heights[there]
        return bool(len(there))

    def _set(self, figure: go.Figure, thresholds: Thresholds, verdicts: Bools) -> None:
        figure.data[0].marker.color = verdicts[self.points].astype(np.int32)
        tally = self._bins.tally(verdicts)
        for trace, counts, name in zip(figure.data[2:], tally, "yyxx", strict=True):
            trace[name] = counts.astype(np.int32)
        figure.layout.shapes = self._shapes(thresholds)
        figure.layout.annotations = self._notes(thresholds)

    def _drawn(self) -> go.Figure:
        figure = go.Figure()
        places, ids = self.points, self._columns.post_ids[self.points]
        figure.add_scatter(
            x=self._columns.label[places], y=self._heights, mode="markers", showlegend=False,
            marker={
                "color": np.zeros(len(places), np.int32), "cmin": 0, "cmax": 1, "size": 6,
                "colorscale": [[0, OTHER], [1, FASHION]], "opacity": 0.7,
            },
            customdata=np.column_stack([self._columns.vocabulary[places].astype(str), ids]),
            hovertemplate="label %{x:.3f}, %{customdata[0]} terms<br>post %{customdata[1]}"
            "<br>click: why<extra></extra>",
        )  # fmt: skip
        figure.add_scatter(
            x=[], y=[], mode="markers", showlegend=False, hoverinfo="skip",
            marker={
                "size": 16, "color": "rgba(0,0,0,0)", "line": {"color": THRESHOLD, "width": 3},
            },
        )  # fmt: skip
        self._add_bars(figure)
        shown = thousands(len(places))
        laid_out(
            figure, f"Label score and vocabulary score: {shown} posts as points, all in the bars",
            "label score (0 to 1)", "different vocabulary terms", height=520,
        )  # fmt: skip
        return self._with_axes(figure)

    def _add_bars(self, figure: go.Figure) -> None:
        edges = np.arange(LABEL_BINS + 1) / LABEL_BINS
        middles, rows = (edges[:-1] + edges[1:]) / 2, np.arange(self._bins.rows)
        for axes, sideways in (({"yaxis": "y2"}, False), ({"xaxis": "x2"}, True)):
            for key, colour in (("fashion", FASHION), ("other", OTHER)):
                places = rows if sideways else middles
                none = np.zeros(len(places), np.int32)
                figure.add_bar(
                    x=none if sideways else places, y=places if sideways else none,
                    orientation="h" if sideways else "v", name=VERDICT_NAMES[key],
                    showlegend=not sideways, marker_color=colour,
                    hovertemplate="%{x:,} posts" if sideways else "%{y:,} posts", **axes,
                )  # fmt: skip

    def _with_axes(self, figure: go.Figure) -> go.Figure:
        rows = list(range(self._bins.rows))
        names = [f"{row}+" if row == MANY_TERMS else str(row) for row in rows]
        small = {
            "gridcolor": LINE, "zerolinecolor": LINE, "nticks": 4,
            "title": {"text": "posts", "font": {"size": 13}},
        }  # fmt: skip
        across, along = (HEAD_ROOM * count for count in self._bins.highest)
        return figure.update_layout(
            xaxis={"domain": [0, WIDE], "range": [-0.01, 1.01]},
            yaxis={
                "domain": [0, HIGH], "range": [-0.6, self._top], "tickvals": rows,
                "ticktext": names,
            },
            xaxis2={
                "domain": [WIDE + GAP, 1], "anchor": "y", "range": [0, along], **small,
                "nticks": 3, "tickangle": 0, "tickformat": "~s",
            },
            yaxis2={"domain": [HIGH + GAP, 1], "anchor": "x", "range": [0, across], **small},
            barmode="stack", bargap=0.06, dragmode=False, autosize=True, hovermode="closest",
        )  # fmt: skip

    def _shapes(self, thresholds: Thresholds) -> list[dict[str, Any]]:
        """The part of the plane that is in, tinted, and a line for each threshold."""
        right, above = thresholds.label, self._line(thresholds)
        tint = {"type": "rect", "fillcolor": IN, "line": {"width": 0}, "layer": "below"}
        dashes = {"type": "line", "line": {"color": THRESHOLD, "dash": "dash", "width": 2}}
        return [
            {**tint, "x0": right, "x1": 1.01, "y0": -0.6, "y1": self._top},
            {**tint, "x0": -0.01, "x1": right, "y0": above, "y1": self._top},
            {**dashes, "x0": right, "x1": right, "y0": 0, "y1": 1, "yref": "paper"},
            {**dashes, "x0": 0, "x1": 1, "xref": "paper", "y0": above, "y1": above},
        ]

    def _notes(self, thresholds: Thresholds) -> list[dict[str, Any]]:
        note = {"showarrow": False, "font": {"color": THRESHOLD, "size": 12}, "borderpad": 2}
        left = thresholds.label > 0.8
        return [
            {
                "text": f"label > {thresholds.label:g}", "x": thresholds.label, "y": 1,
                "yref": "paper", "xanchor": "right" if left else "left", "yanchor": "top", **note,
            },
            {
                "text": f"terms > {thresholds.vocabulary}", "x": 0, "xref": "paper",
                "y": self._line(thresholds), "xanchor": "left", "yanchor": "bottom", **note,
            },
        ]  # fmt: skip

    def _line(self, thresholds: Thresholds) -> float:
        """Between the last number of terms that is out and the first one in."""
        return min(thresholds.vocabulary + 0.5, self._top)
