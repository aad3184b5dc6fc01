"""What all charts have in common: colours, the layout, labels of texts, threshold lines.

Colours are from the palette of Okabe and Ito (jfly.uni-koeln.de/color), which people with any
kind of colour vision tell apart, and read on light and on dark paper, which shows through.
"""

import html
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tfw.plain import one_line
from tfw.report.formats import THIN_SPACE

FASHION, OTHER, UNSCORED, THRESHOLD = "#0072B2", "#A9B0B8", "#E69F00", "#D55E00"
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#7F7F7F")
VERDICTS = {"fashion": FASHION, "other": OTHER, "unscored": UNSCORED}
VERDICT_NAMES = {"fashion": "fashion", "other": "not fashion", "unscored": "not scored"}
TEXT, LINE = "#6b7280", "rgba(128,134,145,0.25)"
LABEL_LENGTH = 26
HEAD_ROOM = 1.18


def laid_out(
    figure: go.Figure, title: str, x_title: str, y_title: str, height: int = 340
) -> go.Figure:
    """The figure with the common layout: see-through paper, grey text, the legend on top."""
    axis = {
        "gridcolor": LINE,
        "zerolinecolor": LINE,
        "linecolor": LINE,
        "automargin": True,
        "title_font_size": 13,
        "title_standoff": 10,
    }
    figure.update_layout(
        template="none",
        title={"text": title, "x": 0, "xref": "paper", "font": {"size": 16}},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": "system-ui, sans-serif", "size": 13, "color": TEXT},
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        margin={"l": 56, "r": 16, "t": 84, "b": 52},
        height=height,
        separators="." + THIN_SPACE,
        hoverlabel={"align": "left"},
        # One of Plotly's buttons would send the chart's data to its maker.
        modebar={"remove": ["sendChartToCloud", "lasso2d", "select2d"]},
    )
    figure.update_xaxes(title_text=x_title, **axis)
    figure.update_yaxes(title_text=y_title, **axis)
    if not any(len(trace.x) for trace in figure.data):
        figure.add_annotation(
            text="No posts to show yet",
            x=0.5,
            y=0.5,
            xref="paper",
            yref="paper",
            showarrow=False,
            font={"color": TEXT},
        )
    return figure


def as_list(figure: go.Figure, rows: int) -> go.Figure:
    """A laid out figure of horizontal bars, as high as its rows need."""
    figure.update_layout(height=140 + 24 * max(rows, 2), bargap=0.25)
    return figure.update_yaxes(type="category", showgrid=False, zeroline=False, ticklabelstandoff=6)


def add_threshold_above(figure: go.Figure, place: float, threshold: float) -> go.Figure:
    """A dashed line across the y axis' values, with the threshold it stands for."""
    figure.add_hline(y=place, line=_DASHES)
    return figure.add_annotation(
        x=1, xref="paper", xanchor="right", y=place, yanchor="bottom", **_note(threshold)
    )


def add_threshold_right(figure: go.Figure, place: float, threshold: float) -> go.Figure:
    """A dashed line across the x axis' values, with the threshold it stands for."""
    figure.add_vline(x=place, line=_DASHES)
    return figure.add_annotation(
        x=place, xanchor="left", y=1, yref="paper", yanchor="top", **_note(threshold)
    )


def make_room_on_top(figure: go.Figure) -> go.Figure:
    """Room for a threshold's label over the highest of the stacked bars."""
    if not figure.data:
        return figure
    highest = float(np.sum([np.asarray(trace.y) for trace in figure.data], axis=0).max())
    return figure.update_yaxes(range=[0, highest * HEAD_ROOM])


def label(text: str, length: int = LABEL_LENGTH) -> str:
    """A text of the platform as a label of a chart: one line, short, no markup.

    >>> label("<b>new</b>")
    '&lt;b&gt;new&lt;/b&gt;'
    """
    return html.escape(short_line(text, length), quote=False)


def short_line(text: str, length: int = LABEL_LENGTH) -> str:
    """A text of the platform in one short line, without controls; its markup is left as it is."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1] + "…"


_DASHES = {"color": THRESHOLD, "dash": "dash", "width": 2}


def _note(threshold: float) -> dict[str, Any]:
    return {
        "text": f"threshold > {threshold:g}",
        "showarrow": False,
        "font": {"color": THRESHOLD, "size": 12},
        "bgcolor": "rgba(255,255,255,0.8)",
        "borderpad": 2,
    }
