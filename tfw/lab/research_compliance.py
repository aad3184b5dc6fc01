"""Batch compliance: a file of ids goes in, the file of those still valid comes out."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tfw.lab.research_calls import Call
from tfw.lab.research_comments import CommentShelf
from tfw.lab.research_posts import Shelf
from tfw.lab.research_refusals import Json, Refusal, invalid, to_text

MOST_IDS = 10_000
_TASKS_KEPT = 64


@dataclass
class _Task:
    category: str
    ids: list[str]
    polls: int = 0
    failed: bool = False


class Compliance:
    """Takes tasks and answers for them; the last ones are kept."""

    def __init__(self, shelf: Shelf, comments: CommentShelf) -> None:
        self._shelf, self._comments = shelf, comments
        self._tasks: OrderedDict[str, _Task] = OrderedDict()
        self._valid: Mapping[str, Callable[[str], bool]] = {
            "video": lambda text: shelf.find(text) is not None,
            "comment": comments.is_shown,
            "user": self._is_user,
        }

    def create(self, call: Call) -> Json:
        """``validation_task/create``."""
        category = to_text(call.data, "category")
        if category not in self._valid:
            raise invalid(f"Invalid category: {category}; valid: {', '.join(self._valid)}")
        failed = self._shelf.engine.fires("task_failed", call) is not None
        ids = _ids(call.upload)
        second = int(self._shelf.now().timestamp() * 1_000)
        task_id = str(second * 10_000 + len(self._tasks))
        while task_id in self._tasks:
            task_id = str(int(task_id) + 1)
        self._tasks[task_id] = _Task(category, ids, failed=failed)
        while len(self._tasks) > _TASKS_KEPT:
            self._tasks.popitem(last=False)
        return {"task_id": int(task_id)}

    def status(self, call: Call) -> Json:
        """``validation_task_status/get``: every question brings the task on."""
        task = self._task(call)
        task.polls += 1
        return {"task_status": self._state(task)}

    def download(self, call: Call) -> str:
        """``validation_task/download``: the ids still valid, one a line."""
        task = self._task(call)
        if self._state(task) != "Completed":
            raise invalid(f"Invalid task_id: the task is {self._state(task)}")
        is_valid = self._valid[task.category]
        return "".join(f"{text}\n" for text in task.ids if is_valid(text))

    def _task(self, call: Call) -> _Task:
        task_id = to_text(call.data, "task_id")
        if task_id not in self._tasks:
            raise invalid(f"Invalid task_id: {task_id} is not known")
        return self._tasks[task_id]

    def _state(self, task: _Task) -> str:
        if task.polls <= self._shelf.engine.plan.rules.compliance_polls:
            return "Processing"
        return "Failed" if task.failed else "Completed"

    def _is_user(self, name: str) -> bool:
        account = self._shelf.world.find_account(name) if len(name) <= 100 else None
        return account is not None and self._shelf.is_open(account)


def _ids(upload: bytes | None) -> list[str]:
    try:
        ids = (upload or b"").decode("utf-8-sig").split()
    except UnicodeDecodeError:
        raise _bad_file("the file is not text") from None
    if not ids:
        raise _bad_file("the file is missing or empty")
    if len(ids) > MOST_IDS:
        raise _bad_file(f"the file holds {len(ids)} ids, {MOST_IDS} are allowed")
    return ids


def _bad_file(why: str) -> Refusal:
    return Refusal(400, "invalid_file_upload", f"Invalid file upload: {why}")
