"""Which post a coder labels next, and what was said about it.

Everything that a queue knows stands in the database: the labels, the decisions with their undo
(:mod:`tfw.relevance.label_log`), and which post is before whom (collection ``label_holds``). So
labelling goes on where it stopped, and two coders at the same time get different posts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from pymongo.errors import DuplicateKeyError

from tfw.bulk import chunks, read_by_id
from tfw.connection import clear_errors
from tfw.errors import InputError
from tfw.relevance import label_log
from tfw.relevance.label_draws import Draw, drawn_order, shuffled
from tfw.relevance.label_log import Decision, Document, Task, Undone
from tfw.relevance.labels import ADJUDICATED, COLLECTION, Drawn, LabelValue, disputed, read_labels
from tfw.relevance.replay import ScoreColumns
from tfw.relevance.thresholds import Thresholds

if TYPE_CHECKING:
    from tfw.store import Store

TASKS: dict[Task, str] = {
    "first": "Label new posts",
    "second": "Second coder: posts that others labelled, blind",
    "skipped": "Posts I skipped",
    "adjudicate": "Settle posts on which coders differ",
}
HOLDS = "label_holds"
# A post is kept for the one who sees it so long; who takes longer may share it with another coder.
HOLD = timedelta(minutes=10)
# Texts are read for so many posts at a time.
AHEAD = 10
# Nothing of the scores, so that a coder cannot see what the machine thinks.
FIELDS = dict.fromkeys(("url", "author.name", "description", "hashtags", "created_at"), 1)
LONGEST_NAME = 64


@dataclass(frozen=True)
class QueuedPost:
    """A post to label; ``answers`` are the labels of other coders, known to adjudicators only."""

    post: Document
    answers: tuple[Mapping[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """The post's id."""
        return str(self.post["_id"])


class LabelQueue:
    """The posts of one task for one coder; :meth:`next` shows one, then it is decided or skipped.

    Args:
        store: the database.
        coder: who labels.
        task: ``first`` (posts that nobody has labelled), ``second`` (posts that other coders
            labelled), ``skipped`` (those that this coder skipped), ``adjudicate`` (posts on which
            coders differ; the label is kept under :data:`tfw.relevance.labels.ADJUDICATED`).
        draw: of the first task, see :func:`tfw.relevance.label_draws.drawn_order`.
        thresholds: those that ``near`` means.
        columns: the stored scores, where they were read already.

    Raises:
        InputError: the coder's name, the task or the draw cannot be used.
    """

    def __init__(
        self,
        store: "Store",
        coder: str,
        *,
        task: Task = "first",
        draw: Draw = "near",
        thresholds: Thresholds | None = None,
        columns: ScoreColumns | None = None,
    ) -> None:
        if task not in TASKS:
            raise InputError(f"task is {task!r}; valid are {', '.join(TASKS)}.")
        self.store, self.coder, self.task, self.draw = store, check_coder(coder), task, draw
        self._order: list[str] = []
        if task == "first":
            scores = ScoreColumns.read(store) if columns is None else columns
            self._order = drawn_order(scores, draw, thresholds)
        self._showing: str | None = None
        self._again: list[str] = []
        self._texts: dict[str, Document] = {}
        self._drawn: dict[str, Drawn] = {}
        self._done: set[str] = set()
        self._refresh()

    @property
    def done(self) -> int:
        """How many posts this coder has labelled in this task; of the first one, by this draw."""
        return len(self._done)

    @property
    def left(self) -> int:
        """How many posts this task has still."""
        return len(self._wanted)

    @property
    def skipped(self) -> int:
        """How many posts this coder skipped and has not labelled since."""
        return len(self._skipped)

    @clear_errors("read posts to label")
    def next(self) -> QueuedPost | None:
        """The next post, kept for this coder for some minutes; None when there is none."""
        for post_id, again in self._coming():
            if (found := self._take(post_id, again)) is not None:
                self._showing = post_id
                self._keep_sample()
                return found
        return None

    @clear_errors("save a label")
    def decide(self, value: LabelValue) -> None:
        """Save what the coder says about the post that :meth:`next` gave."""
        post_id = self._shown()
        label_log.decide(self.store, self._how(post_id), post_id, value)
        self._done.add(post_id)
        self._labelled.add(post_id)
        self._skipped.pop(post_id, None)
        self._leave(post_id)

    @clear_errors("skip a post")
    def skip(self) -> None:
        """Set the post that :meth:`next` gave aside."""
        post_id = self._shown()
        how = self._how(post_id)
        label_log.skip(self.store, how, post_id)
        if self.task != "adjudicate":
            self._skipped[post_id] = how.drawn
        self._leave(post_id)

    @clear_errors("undo a decision")
    def undo(self) -> Undone | None:
        """Take back this coder's last decision; its post is the next one. None: nothing is left.

        A decision of another task is taken back too, but its post is not shown in this one.
        """
        undone = label_log.undo(self.store, self.coder)
        if undone is None or undone.kept:
            return undone
        self._refresh()
        if undone.task == self.task:
            if self._showing is not None:
                self._again.append(self._showing)
                self.close()
            self._again.append(undone.post_id)
            self._drawn[undone.post_id] = undone.drawn
        return undone

    def close(self) -> None:
        """Leave the post that is shown to other coders."""
        if self._showing is not None:
            self._free(self._showing)
            self._showing = None

    def _refresh(self) -> None:
        """Read what the database says, other coders' work included."""
        labels = read_labels(self.store)
        people = labels[labels["coder"] != ADJUDICATED]
        own = labels[labels["coder"] == self._name]
        others = set(people.loc[people["coder"] != self.coder, "post_id"])
        mine = set(own["post_id"])
        skipped = label_log.skipped(self.store, self.coder)
        self._skipped = {id_: drawn for id_, drawn in skipped.items() if id_ not in mine}
        self._labelled = set(labels["post_id"])
        self._sampled = set(labels.loc[labels["drawn"] == "random", "post_id"])
        self._held: set[str] = set()
        self._walked: list[str] = []
        self._place = 0
        if self.task == "first":
            self._done = set(own.loc[own["drawn"] == self.draw, "post_id"])
            self._wanted = set(self._order) - self._labelled - self._skipped.keys()
            return
        if self.task == "second":
            everything, self._wanted = others, others - mine - self._skipped.keys()
        elif self.task == "adjudicate":
            everything = disputed(labels)
            self._wanted = everything - mine
        else:
            everything, self._wanted = set(self._skipped), set(self._skipped)
            self._drawn |= self._skipped
        self._done = (everything | self._done) & mine
        self._order = shuffled(everything, self.coder)

    @property
    def _name(self) -> str:
        return ADJUDICATED if self.task == "adjudicate" else self.coder

    def _how(self, post_id: str) -> Decision:
        usual: dict[Task, Drawn] = {
            "first": self.draw, "second": "second", "skipped": self.draw,
            "adjudicate": "adjudication",
        }  # fmt: skip
        return Decision(self.coder, self.task, self._drawn.get(post_id, usual[self.task]))

    def _coming(self) -> Iterator[tuple[str, bool]]:
        """Undone posts, then the order; what came meanwhile is looked for once at the end."""
        while self._again:
            yield self._again.pop(), True
        yield from self._walk()
        self._refresh()
        yield from self._walk()

    def _walk(self) -> Iterator[tuple[str, bool]]:
        while self._place < len(self._order):
            post_id = self._order[self._place]
            self._place += 1
            if post_id in self._wanted and post_id not in self._held:
                yield post_id, False
            elif post_id in self._labelled and post_id not in self._sampled:
                self._walked.append(post_id)

    def _take(self, post_id: str, again: bool) -> QueuedPost | None:
        """The post, if it is still wanted and before nobody else."""
        if not self._hold(post_id):
            self._held.add(post_id)
            return None
        post = self._read(post_id)
        if post is None or (not again and self._answered(post_id)):
            self._wanted.discard(post_id)
            self._free(post_id)
            return None
        return QueuedPost(post, self._answers(post_id))

    def _read(self, post_id: str) -> Document | None:
        if post_id not in self._texts:
            rest = (id_ for id_ in self._order[self._place :] if id_ in self._wanted)
            ids = [post_id, *islice(rest, AHEAD - 1)]
            self._texts = {
                post["_id"]: post for post in read_by_id(self.store.database["posts"], ids, FIELDS)
            }
        return self._texts.get(post_id)

    def _answered(self, post_id: str) -> bool:
        """Whether somebody was faster; a post that is undone has the coder's own earlier label."""
        query = {"post_id": post_id} if self.task == "first" else self._own_label(post_id)
        return self.store.database[COLLECTION].find_one(query, {"_id": 1}) is not None

    def _own_label(self, post_id: str) -> dict[str, str]:
        return {"_id": f"{post_id}:{self._name}"}

    def _answers(self, post_id: str) -> tuple[Mapping[str, Any], ...]:
        if self.task != "adjudicate":
            return ()
        found = self.store.database[COLLECTION].find({"post_id": post_id})
        said = [label for label in found if label["coder"] != ADJUDICATED]
        return tuple(sorted(said, key=lambda label: str(label["coder"])))

    def _hold(self, post_id: str) -> bool:
        """Keep a post for this coder; False while another one has it. Blind passes need not."""
        if self.task not in ("first", "adjudicate"):
            return True
        now = datetime.now(UTC)
        mine = {"_id": post_id, "$or": [{"coder": self.coder}, {"until": {"$lte": now}}]}
        kept = {"$set": {"coder": self.coder, "until": now + HOLD}}
        try:
            self.store.database[HOLDS].update_one(mine, kept, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def _free(self, post_id: str) -> None:
        self.store.database[HOLDS].delete_one({"_id": post_id, "coder": self.coder})

    def _shown(self) -> str:
        if self._showing is None:
            raise InputError("No post is shown that could be labelled.")
        return self._showing

    def _leave(self, post_id: str) -> None:
        self._wanted.discard(post_id)
        self._free(post_id)
        self._showing = None

    def _keep_sample(self) -> None:
        """Posts that a random draw comes to are of the random sample, though labelled before.

        Without them the sample would lack just the posts that were picked. How such a post was
        met first stands in the log of decisions.
        """
        if self.task == "first" and self.draw == "random":
            for ids in chunks(self._walked, AHEAD):
                self.store.database[COLLECTION].update_many(
                    {"post_id": {"$in": ids}}, {"$set": {"drawn": "random"}}
                )
            self._sampled.update(self._walked)
        self._walked = []


def check_coder(name: str) -> str:
    """The name of a coder without blanks around it.

    Raises:
        InputError: it is empty, too long, or kept for adjudicated labels.
    """
    coder = name.strip()
    if not coder or len(coder) > LONGEST_NAME or coder == ADJUDICATED:
        raise InputError(
            f"A coder cannot be named {coder!r}. Give a name of 1 to {LONGEST_NAME} characters "
            f"other than {ADJUDICATED!r}, which is the name of settled disagreements."
        )
    return coder
