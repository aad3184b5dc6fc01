"""What a desk says to the person: what was done, and what went wrong, in words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import ipywidgets as widgets
from markupsafe import Markup

from tfw.errors import TfwError

logger = logging.getLogger(__name__)

Kind = Literal["info", "good", "warning", "error"]
ROLES = {"info": "status", "good": "status", "warning": "alert", "error": "alert"}


class Message:
    """One line under a desk's controls; ``widget`` is what to put there."""

    def __init__(self) -> None:
        self.widget = widgets.HTML()
        self.text = ""

    def say(self, text: str, kind: Kind = "info") -> None:
        """Show a text; an empty one clears the line."""
        self.text = text
        self.widget.value = (
            Markup('<div class="message {}" role="{}"><bdi>{}</bdi></div>').format(
                kind, ROLES[kind], text
            )
            if text
            else ""
        )

    @contextmanager
    def errors(self) -> Iterator[None]:
        """What goes wrong inside is said here; a widget's callback has nobody else to tell.

        >>> message = Message()
        >>> with message.errors():
        ...     raise TfwError("There are no posts yet.")
        >>> message.text
        'There are no posts yet.'
        """
        try:
            yield
        except TfwError as error:
            self.say(str(error), "error")
        except Exception as error:
            logger.exception("a desk could not do what was asked")
            self.say(
                f"This did not work: {type(error).__name__}: {error}. The notebook's log "
                "(View, Show Log Console) has the details.",
                "error",
            )
