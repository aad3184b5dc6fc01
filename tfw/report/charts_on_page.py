"""Charts as a page holds them."""

from dataclasses import dataclass

import plotly.graph_objects as go
from markupsafe import Markup

from tfw.report.embed import json_block


@dataclass(frozen=True)
class Chart:
    """A chart as the page holds it: its title as text, the rest as data."""

    name: str
    title: str
    data: Markup
    height: int


def page_chart(name: str, figure: go.Figure) -> Chart:
    """The page writes the title itself: one inside the drawing would be cut on a phone."""
    title = figure.layout.title.text
    figure.layout.title.text = None
    data = json_block(f"chart-{name}", figure.to_json())
    return Chart(name, title, data, figure.layout.height)
