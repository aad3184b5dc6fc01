"""The card at the label desk: one post, its keys, and how far the coder is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from tfw.relevance.label_queue import LabelQueue, QueuedPost
from tfw.relevance.matching import hashtags_beside
from tfw.report.formats import thousands
from tfw.report.shown import Mask

ASK = "Is this post about fashion?"
SETTLE = "Coders differ on this post. Is it about fashion?"
NO_TEXT = "(This post has no text.)"
_HERE = Path(__file__).parent


class LabelCard(anywidget.AnyWidget):
    """What the browser of the person shows; it has no logic of its own."""

    _esm = _HERE / "labels.js"
    _css = _HERE / "labels.css"
    post = traitlets.Dict({}).tag(sync=True)
    words = traitlets.Unicode("").tag(sync=True)
    progress = traitlets.Dict({}).tag(sync=True)
    said = traitlets.Unicode("").tag(sync=True)
    heard = traitlets.Int(0).tag(sync=True)
    enabled = traitlets.Bool(True).tag(sync=True)

    def show(self, post: Mapping[str, Any], progress: Mapping[str, Any], words: str) -> None:
        """Show a post, or where there is none the words; all at once."""
        with self.hold_sync():
            self.words = words
            self.post = dict(post)
            self.progress = dict(progress)

    def answer(self, said: str) -> None:
        """Say what came of a key, and let the next one through."""
        with self.hold_sync():
            self.said = said
            self.heard += 1


def shown_post(queued: QueuedPost, serial: int, mask: Mask) -> dict[str, Any]:
    """The post as the coder sees it: its text with names hidden, and nothing of the scores."""
    text = queued.post.get("description", "")
    beside = hashtags_beside(text, queued.post.get("hashtags", ()))
    return {
        "serial": serial,
        "place": SETTLE if queued.answers else ASK,
        "text": mask.text(text) if text.strip() else NO_TEXT,
        "wordless": not text.strip(),
        "tags": mask.text(beside),
        "url": mask.url(queued.post),
        "answers": [
            {name: str(label.get(name) or "") for name in ("coder", "label", "note")}
            for label in queued.answers
        ],
    }


def progress_of(queue: LabelQueue, goal: int) -> dict[str, Any]:
    """How many labels were given, how many are wanted, and what is left, in words too."""
    goal = goal if queue.task == "first" else queue.done + queue.left
    more = max(goal - queue.done, 0)
    words = f"{thousands(queue.done)} of {thousands(goal)} done, {thousands(more)} to go"
    if queue.task == "first":
        words += f" · {thousands(queue.left)} posts without a label"
    if queue.skipped and queue.task != "skipped":
        words += f" · {thousands(queue.skipped)} skipped"
    return {"done": queue.done, "goal": goal, "words": words}
