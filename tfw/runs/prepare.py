"""Everything that can be checked before the first notebook starts.

A wrong parameter of the last step must not come out after a night: all notebooks are read and all
parameters checked first, and all problems are told at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from nbformat import NotebookNode
from pydantic import JsonValue

from tfw.errors import InputError, ParameterError
from tfw.runs.notebooks import fingerprint, load_notebook, runs
from tfw.runs.parameters import NotebookParameters, parameters_of
from tfw.runs.plan import PlanFile, Step
from tfw.runs.record import Status, StepRecord
from tfw.settings import Settings


@dataclass(frozen=True)
class Override:
    """A parameter set on the command line: ``STEP.NAME=VALUE``."""

    step: str
    name: str
    text: str

    @property
    def place(self) -> str:
        """What error messages call it; the value is not shown, it may be a secret by mistake."""
        return f"-p {self.step}.{self.name}"


@dataclass(frozen=True)
class PreparedStep:
    """A step whose notebook has been read and whose parameters are right."""

    name: str
    notebook: NotebookNode
    path: Path
    parameters: dict[str, JsonValue]

    def record(self, number: int) -> StepRecord:
        """The step's record before it runs; ``number`` is its place in the plan, from 1."""
        return StepRecord(
            name=self.name,
            notebook=self.path.name,
            notebook_fingerprint=fingerprint(self.notebook),
            parameters=self.parameters,
            output=f"{number:02d}_{self.name}.ipynb",
            cells_total=sum(map(runs, self.notebook.cells)),
        )


def prepare(
    plan: PlanFile, settings: Settings, overrides: Iterable[str] = ()
) -> list[PreparedStep]:
    """The steps of a plan, ready to run.

    Raises:
        ParameterError: notebooks that are missing or unreadable, parameters that they do not
            have, or values of another type; the message lists all of them.
        SettingsError: an override names a step that is not in the plan.
    """
    given = [parse_override(text) for text in overrides]
    for override in given:
        plan.step_index(override.step)
    problems: list[str] = []
    prepared = [
        _prepare_step(plan, index, [o for o in given if o.step == step.name], settings, problems)
        for index, step in enumerate(plan.plan.steps)
    ]
    if problems:
        raise ParameterError("\n".join(dict.fromkeys(problems)))
    return [step for step in prepared if step]


def step_records(steps: Iterable[PreparedStep], only: str | None) -> list[StepRecord]:
    """The records of steps before they run; with ``only``, the other ones are skipped."""
    records = [step.record(number) for number, step in enumerate(steps, start=1)]
    for record in records:
        if only not in (None, record.name):
            record.status, record.reason = Status.SKIPPED, f"only {only} was asked for"
    return records


def parse_override(text: str) -> Override:
    """The parts of ``STEP.NAME=VALUE``.

    >>> parse_override("score_posts.max_posts=100")
    Override(step='score_posts', name='max_posts', text='100')

    Raises:
        ParameterError: the text has another form.
    """
    target, equals, value = text.partition("=")
    step, dot, name = target.strip().partition(".")
    if not (equals and dot and step and name):
        raise ParameterError(
            f"-p {target} has another form than STEP.NAME=VALUE, as in "
            "-p score_posts.max_posts_to_process=100."
        )
    return Override(step, name, value)


def _prepare_step(
    plan: PlanFile,
    index: int,
    overrides: list[Override],
    settings: Settings,
    problems: list[str],
) -> PreparedStep | None:
    """One step; what is wrong with it is added to the problems."""
    step = plan.plan.steps[index]
    try:
        notebook, declared = _read(step, settings)
    except InputError as error:
        problems.append(f"{plan.place('steps', index, 'notebook')}, step {step.name}: {error}")
        return None
    checked, wrong = declared.examine(step.parameters)
    for name, why in wrong.items():
        where = plan.place("steps", index, "parameters", name)
        problems.append(f"{where}, step {step.name}, parameter {name}: {why}")
    for override in overrides:
        _apply(override, declared, checked, wrong, problems)
    if wrong:
        problems.append(declared.valid())
    return PreparedStep(step.name, notebook, step.path(settings), checked)


def _apply(
    override: Override,
    declared: NotebookParameters,
    checked: dict[str, JsonValue],
    wrong: dict[str, str],
    problems: list[str],
) -> None:
    try:
        checked[override.name] = declared[override.name].parse(override.text)
    except ValueError as error:
        wrong[override.name] = str(error)
        problems.append(f"{override.place}: {error}.")


def _read(step: Step, settings: Settings) -> tuple[NotebookNode, NotebookParameters]:
    path = step.path(settings)
    if not path.is_file():
        known = sorted(found.stem for found in settings.notebooks.glob("*.ipynb"))
        close = get_close_matches(path.stem, known, n=1)
        guess = f" (did you mean {close[0]}?)" if close else ""
        raise ParameterError(
            f"there is no notebook {step.notebook!r}{guess}. In {settings.notebooks} there are: "
            f"{', '.join(known) or 'none'}."
        )
    notebook = load_notebook(path)
    return notebook, parameters_of(notebook, path.name)
