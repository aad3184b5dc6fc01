"""A question that a desk asks before it does what cannot be undone."""

from collections.abc import Callable, Mapping

import ipywidgets as widgets

from tfw.desk.messages import Message

Answer = Callable[[], None]


class Question:
    """A line with a button for each answer; ``widget`` is what to put into a desk.

    Args:
        message: where what goes wrong in an answer is said.
    """

    def __init__(self, message: Message) -> None:
        self._message = message
        self._words = Message()
        self._buttons = widgets.HBox()
        self.widget = widgets.VBox([self._words.widget, self._buttons])
        self.close()

    def ask(self, text: str, answers: Mapping[str, Answer]) -> None:
        """Show a question; each answer does its work and closes it."""
        self._message.say("")
        self._words.say(text, "warning")
        self._buttons.children = tuple(self._button(*one) for one in answers.items())
        self.widget.layout.display = ""

    def close(self) -> None:
        """Take the question away."""
        self._words.say("")
        self._buttons.children = ()
        self.widget.layout.display = "none"

    def _button(self, words: str, answer: Answer) -> widgets.Button:
        button = widgets.Button(description=words, layout={"width": "auto"})

        def choose(_: object) -> None:
            with self._message.errors():
                self.close()
                answer()

        button.on_click(choose)
        return button
