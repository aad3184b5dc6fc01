"""What every desk is: widgets for a person, and the same figures on paper for nobody.

A desk is what the last line of a notebook's cell shows. Opened in JupyterLab or on the dashboard it
is live; in a run that nobody watches (`tfw run`) it is its static twin, which also stands in the
executed notebook. Both are made from the same data.
"""

from abc import ABC, abstractmethod
from functools import cache
from pathlib import Path
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from tfw.runs.record import current_run

CLASS = "tfw-desk"
_HERE = Path(__file__).parent


@cache
def desk_css() -> Markup:
    """The style of all desks; colours follow JupyterLab's theme, or the reader's system."""
    return Markup((_HERE / "desk.css").read_text(encoding="utf-8"))


class Desk(ABC):
    """One desk: subclasses say what :meth:`build` and :meth:`static` show.

    Args:
        watched: whether a person is there; found out by itself when not given (a run through
            `tfw run` has nobody).
    """

    def __init__(self, *, watched: bool | None = None) -> None:
        self.watched = current_run() is None if watched is None else watched
        self._view: widgets.Widget | None = None

    @abstractmethod
    def build(self) -> widgets.Widget:
        """The widgets, made once, when they are shown for the first time."""

    @abstractmethod
    def static(self) -> Markup:
        """The same on paper: HTML without scripts of its own, all texts escaped."""

    @property
    def view(self) -> widgets.Widget:
        """The live widgets."""
        if self._view is None:
            body = self.build()
            style = widgets.HTML(Markup("<style>{}</style>").format(desk_css()))
            style.layout.display = "none"
            self._view = widgets.VBox([style, body])
            self._view.add_class(CLASS)
        return self._view

    def page(self) -> Markup:
        """The static twin with its style."""
        return Markup('<style>{}</style><div class="{}">{}</div>').format(
            desk_css(), CLASS, self.static()
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401 - IPython's form
        if self.watched:
            return self.view._repr_mimebundle_(**kwargs)
        return {"text/plain": repr(self), "text/html": str(self.page())}
