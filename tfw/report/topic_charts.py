"""Charts of topics: their share over time, how many to learn, how alike two models are."""

import html
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from tfw.relevance.topic_number import NumberPoint
from tfw.report.chart_layout import FASHION, LINE, PALETTE, label, laid_out

PERIODS = {"D": "day", "W-MON": "week", "MS": "month"}
NAME_LENGTH = 60
ROW_HEIGHT = 28


def share_over_time(table: pd.DataFrame, name: str, period: str) -> go.Figure:
    """A line of a topic's share of posts by day, week or month.

    Args:
        table: columns ``share`` (0 to 1, nan where there is no post) and ``posts``, by time.
        name: what the topic is called.
        period: the length of a period, as :class:`tfw.relevance.topic_shares.TopicShares` says.
    """
    unit = PERIODS[period]
    figure = go.Figure()
    figure.add_scatter(
        x=[f"{time:%Y-%m-%d}" for time in table.index],
        y=table["share"] * 100,
        mode="lines+markers",
        line={"color": FASHION, "width": 2},
        marker={"size": 5},
        customdata=table["posts"],
        connectgaps=False,
        hovertemplate=f"{unit} of %{{x|%Y-%m-%d}}: %{{y:.1f}} % of %{{customdata:,}} posts"
        "<extra></extra>",
    )
    laid_out(figure, label(name, NAME_LENGTH), f"{unit} (UTC)", "share of posts (%)", height=300)
    return figure.update_yaxes(rangemode="tozero")


def coherence_curve(points: Sequence[NumberPoint]) -> go.Figure:
    """A line of the coherence of models by their number of topics; bars span the starts."""
    known = [point for point in points if point.coherence is not None]
    means = np.array([point.coherence for point in known], dtype=float)
    low = np.array([point.lowest for point in known], dtype=float)
    high = np.array([point.highest for point in known], dtype=float)
    figure = go.Figure()
    figure.add_scatter(
        x=[point.number for point in known],
        y=means,
        mode="lines+markers",
        line={"color": FASHION, "width": 2},
        error_y={
            "type": "data", "array": high - means, "arrayminus": means - low,
            "color": LINE, "thickness": 2,
        },
        hovertemplate="%{x} topics: coherence %{y:.3f}<extra></extra>",
    )  # fmt: skip
    title = "Coherence (mean and range of the starts)"
    return laid_out(figure, title, "topics", "c_npmi (-1 to 1)", height=300)


def stability_curve(points: Sequence[NumberPoint]) -> go.Figure:
    """A line of how alike the topics of several starts are, by the number of topics."""
    known = [point for point in points if point.stability is not None]
    figure = go.Figure()
    figure.add_scatter(
        x=[point.number for point in known],
        y=[point.stability for point in known],
        mode="lines+markers",
        line={"color": PALETTE[2], "width": 2, "dash": "dot"},
        marker={"symbol": "diamond", "size": 8},
        hovertemplate="%{x} topics: stability %{y:.3f}<extra></extra>",
    )
    laid_out(figure, "Stability over the starts", "topics", "likeness (0 to 1)", height=300)
    return figure.update_yaxes(range=[0, 1.05])


def likeness_map(
    table: npt.NDArray[np.float64], old: Sequence[str], new: Sequence[str]
) -> go.Figure:
    """Squares of how alike the topics of two models are, (old, new), with the number in each.

    Args:
        table: likeness of all pairs, 0 to 1.
        old: names of the rows' topics.
        new: names of the columns' topics.
    """
    figure = go.Figure()
    figure.add_heatmap(
        z=table,
        x=list(range(len(new))),
        y=list(range(len(old))),
        zmin=0,
        zmax=1,
        colorscale=[[0, "rgba(0,114,178,0)"], [1, "rgba(0,114,178,0.9)"]],
        text=[[f"{value:.1f}"[1:] if 0.05 <= value < 0.95 else _whole(value) for value in row]
              for row in table],
        texttemplate="%{text}",
        customdata=[[f"{label(a, NAME_LENGTH)}<br>{label(b, NAME_LENGTH)}" for b in new]
                    for a in old],
        hovertemplate="%{customdata}<br>likeness %{z:.2f}<extra></extra>",
        showscale=False,
        xgap=2,
        ygap=2,
    )  # fmt: skip
    height = 190 + ROW_HEIGHT * len(old)
    laid_out(figure, "How alike the topics are", "topics of the other model", "", height=height)
    figure.update_xaxes(tickvals=list(range(len(new))), ticktext=[label(n, 18) for n in new])
    figure.update_xaxes(showgrid=False, zeroline=False)
    return figure.update_yaxes(
        tickvals=list(range(len(old))),
        ticktext=[label(name) for name in old],
        autorange="reversed",
        showgrid=False,
        zeroline=False,
    )


def _whole(value: float) -> str:
    return "1" if value >= 0.95 else ""


def sparkline(values: Sequence[float], width: int = 120, height: int = 26) -> str:
    """A small line of shares as an SVG element; the words for it stand in its title.

    Args:
        values: shares, nan where there is none.
        width: in pixels.
        height: in pixels.
    """
    known = np.array(values, dtype=float)
    top = float(np.nanmax(known, initial=0.0))
    points = [
        f"{2 + (width - 4) * place / max(len(known) - 1, 1):.1f},"
        f"{height - 3 - (height - 6) * value / max(top, 1e-9):.1f}"
        for place, value in enumerate(known)
        if np.isfinite(value)
    ]
    words = _in_words(known[np.isfinite(known)])
    shape = (
        f'<polyline points="{" ".join(points)}" fill="none" stroke="{FASHION}" stroke-width="2"/>'
        if len(points) > 1
        else "".join(_dot(*point.split(",")) for point in points)
    )
    return (
        f'<svg role="img" aria-label="{html.escape(words)}" width="{width}" height="{height}">'
        f"<title>{html.escape(words)}</title>{shape}</svg>"
    )


def _dot(x: str, y: str) -> str:
    return f'<circle cx="{x}" cy="{y}" r="3" fill="{FASHION}"/>'


def _in_words(known: npt.NDArray[np.float64]) -> str:
    if not len(known):
        return "no dated posts"
    first, last, top = (float(value) for value in (known[0], known[-1], known.max()))
    return f"from {first:.1%} to {last:.1%}, highest {top:.1%}"
