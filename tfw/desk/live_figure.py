"""A chart as a widget of the desk."""

import plotly.graph_objects as go


def live_figure(figure: go.Figure, width: int) -> go.FigureWidget:
    """A figure as a widget of so many pixels; left alone, a widget is 700 wide in any place."""
    return go.FigureWidget(figure.update_layout(width=width))
