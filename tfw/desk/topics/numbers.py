"""The part of the desk of topics that measures how many topics to learn, and learns anew."""

import re
import threading
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from tfw.desk.access import access
from tfw.desk.live_figure import live_figure
from tfw.desk.messages import Message
from tfw.desk.numbers import parse_whole
from tfw.desk.tables import Column, table
from tfw.desk.topics.state import NO_CORPUS, TopicsState
from tfw.errors import InputError
from tfw.relevance.learn import learn_vocabulary
from tfw.relevance.topic_number import NUMBERS, SAMPLE, NumberCurves, measure_numbers, read_curves
from tfw.relevance.vocabulary import save_vocabulary
from tfw.report.topic_charts import coherence_curve, stability_curve

INTRO = (
    "For each number, models are learnt from several random starts. Good is a number where "
    "coherence is high (the first words of topics really stand together) and stability too (other "
    "starts find the same topics); where coherence stays level, take the smaller stable number."
)
LEARNING = ("words_per_topic", "num_hashtags", "num_phrases", "seed", "restarts")
LONGEST_LIST = 30
WIDTH = 400


class NumbersPanel:
    """Controls, progress, both curves and their table; ``widget`` goes into the desk.

    Args:
        state: the model.
        message: where it is said what happens.
        learnt: is called with the id of a vocabulary that was learnt anew.
    """

    def __init__(self, state: TopicsState, message: Message, learnt: Callable[[str], None]) -> None:
        self._state, self._message, self._learnt = state, message, learnt
        self._stop = threading.Event()
        self.worker: threading.Thread | None = None
        # Said when one leaves the field: letter by letter, a click may overtake the last ones.
        typed: dict[str, Any] = {
            "style": {"description_width": "10em"}, "continuous_update": False,
        }  # fmt: skip
        self.numbers = widgets.Text(
            value=", ".join(map(str, NUMBERS)), description="Numbers of topics", **typed
        )
        self.starts = widgets.Text(value="3", description="Starts of each", **typed)
        self.sample = widgets.Text(value=str(SAMPLE), description="Texts at most", **typed)
        self.measure = self._button("Measure", self._measure)
        self.stop = self._button("Stop", self._stop.set)
        self.number = widgets.Text(description="Learn anew with", **typed)
        self.learn = self._button("Learn", self._learn)
        self.progress = widgets.HTML()
        self.curves = widgets.HBox(layout={"flex_flow": "row wrap", "width": "100%"})
        self.table = widgets.HTML()
        self.widget = widgets.VBox(
            [
                widgets.HTML(Markup('<p class="soft">{}</p>').format(INTRO)),
                widgets.HBox(
                    [self.numbers, self.starts, self.sample], layout={"flex_flow": "row wrap"}
                ),
                widgets.HBox([self.measure, self.stop, self.progress]),
                self.curves,
                self.table,
                widgets.HBox([self.number, self.learn]),
            ]
        )
        access().on_unlock(self._enable)

    def _button(self, description: str, work: Callable[[], None]) -> widgets.Button:
        button = widgets.Button(description=description)

        def clicked(_: object) -> None:
            with self._message.errors():
                work()

        button.on_click(clicked)
        return button

    def show(self) -> None:
        """Show the curves of the model's corpus."""
        self._draw(read_curves(self._state.store, self._state.vocabulary.corpus))
        number = self._state.vocabulary.parameters.get("num_topics")
        self.number.value = str(number or "")
        if not self._state.has_posts:
            self.progress.value = Markup('<span class="soft">{}</span>').format(NO_CORPUS)
        self._enable()

    def close(self) -> None:
        """Stop what is going on."""
        self._stop.set()

    def _enable(self) -> None:
        busy = self.worker is not None and self.worker.is_alive()
        ready = self._state.has_posts and access().may_write and not busy
        self.measure.disabled = self.learn.disabled = not ready
        self.stop.disabled = not busy

    def _draw(self, curves: NumberCurves | None) -> None:
        self.table.value = curves_table(curves)
        points = curves.points if curves else ()
        self.curves.children = [
            widgets.VBox(
                [live_figure(chart(points), WIDTH)],
                layout={"flex": "1 1 380px"},
            )
            for chart in (coherence_curve, stability_curve)
            if points
        ]

    def _measure(self) -> None:
        access().check()
        numbers = whole_numbers(self.numbers.value)
        starts, sample = parse_whole(self.starts.value), parse_whole(self.sample.value)
        if starts < 1 or sample < 0:
            raise InputError("At least one start of each, and 0 texts (all) or more.")
        self._begin("measuring", lambda: self._measured(numbers, starts, sample))

    def _measured(self, numbers: list[int], starts: int, sample: int) -> None:
        curves = measure_numbers(
            self._state.documents(),
            numbers,
            starts=starts,
            sample=sample,
            store=self._state.store,
            told=self._told,
            stopped=self._stop.is_set,
        )
        self._draw(curves)
        done = "Stopped; what was measured is kept." if self._stop.is_set() else "Measured."
        self._message.say(done, "info" if self._stop.is_set() else "good")

    def _told(self, done: int, total: int) -> None:
        self.progress.value = (
            f'<progress value="{done}" max="{total}" aria-label="models learnt"></progress> '
            f"{done} of {total} models"
        )

    def _learn(self) -> None:
        access().check()
        (number,) = whole_numbers(self.number.value)[:1]
        self._begin(f"learning {number} topics", lambda: self._learnt_anew(number))

    def _learnt_anew(self, number: int) -> None:
        last = self._state.vocabulary
        known = {name: last.parameters[name] for name in LEARNING if name in last.parameters}
        vocabulary = learn_vocabulary(
            self._state.instagram_posts(),
            num_topics=number,
            include_default_words=bool(last.parameters.get("include_default_words")),
            previous=last,
            name=last.name,
            **known,
        )
        vocabulary = vocabulary.model_copy(update={"source": last.source})
        new = save_vocabulary(self._state.store, vocabulary)
        state = "Learnt" if new else "Known already"
        self._message.say(f"{state}: {vocabulary.id}; {vocabulary.topic_changes}.", "good")
        self._learnt(vocabulary.id)

    def _begin(self, what: str, work: Callable[[], None]) -> None:
        self._stop.clear()
        self._message.say("")
        self.progress.value = Markup("<progress></progress> {} …").format(what)

        def run() -> None:
            with self._message.errors():
                work()
            self.progress.value = ""
            self.worker = None
            self._enable()

        self.worker = threading.Thread(target=run, name="topics", daemon=True)
        self.worker.start()
        self._enable()


def whole_numbers(text: str) -> list[int]:
    """The numbers of topics in a text, each once.

    >>> whole_numbers("4, 8; 12 8")
    [4, 8, 12]

    Raises:
        InputError: there is none, or something else stands among them.
    """
    found = [parse_whole(piece) for piece in re.split(r"[\s,;]+", text.strip()) if piece]
    if not found or len(found) > LONGEST_LIST or min(found) < 2 or max(found) > 200:
        raise InputError("Give numbers of topics from 2 to 200, such as 6, 8, 10.")
    return list(dict.fromkeys(found))


def curves_table(curves: NumberCurves | None) -> Markup:
    """The points of both curves, and where each is highest."""
    if curves is None or not curves.points:
        return Markup('<p class="empty">Not measured yet for this corpus.</p>')
    columns = (
        Column("Topics", number=True),
        Column("Coherence", number=True),
        Column("Range", number=True),
        Column("Stability", number=True),
        Column("Topics without coherence", number=True),
        Column("Note"),
    )
    rows = [
        (
            point.number,
            _two(point.coherence),
            f"{_two(point.lowest)} to {_two(point.highest)}",
            _two(point.stability),
            point.undefined,
            _note(curves, point.number),
        )
        for point in curves.points
    ]
    caption = f"{curves.sample:,} of {curves.documents:,} texts, corpus {curves.corpus}"
    return table(columns, rows, caption=caption)


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _note(curves: NumberCurves, number: int) -> str:
    notes = {"most coherent": curves.most_coherent, "most stable": curves.most_stable}
    return ", ".join(name for name, best in notes.items() if best == number)
