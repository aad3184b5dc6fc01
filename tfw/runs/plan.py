"""Params files: which notebooks run, in which order, with which parameters.

::

    title: Demo on an invented world
    database: demo                      # optional: the kernels' TFW_DATABASE
    lab: {seed: 7, posts: 400}          # optional: a stand-in TikTok that answers during the run
    steps:
      - notebook: 02_import_posts       # notebooks/02_import_posts.ipynb
        name: import_posts              # optional: the notebook's name without its number
        parameters: {path: posts.csv, max_posts_to_process: 0}

The same notebook may stand twice under different names.
"""

import os
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from tfw.errors import SettingsError
from tfw.runs.stand_in import StandIn
from tfw.settings import Settings, load_settings
from tfw.yamlfile import YamlFile, read_yaml

STEP_NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,59}$"
DATABASE_NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,37}$"
EXPLANATIONS = {
    "missing": "is missing",
    "string_type": "must be text; quote it if it looks like a number or true/false",
    "list_type": "must be a list, one '- ' a line",
    "tuple_type": "must be a list, one '- ' a line",
    "dict_type": "must be a mapping, 'name: value' a line",
    "model_type": "must be a mapping, 'name: value' a line",
    "model_attributes_type": "must be a mapping, 'name: value' a line",
    "too_short": "must have at least one entry",
}


class Step(BaseModel):
    """One notebook of a plan; ``name`` tells it from other steps."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str = Field(default="", pattern=STEP_NAME)
    notebook: str = Field(min_length=1)
    parameters: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        # A section whose last entry was deleted is empty, not wrong.
        given = {key: value for key, value in data.items() if value is not None}
        if isinstance(given.get("notebook"), str):
            given.setdefault("name", step_name(given["notebook"]))
        return given

    def path(self, settings: Settings) -> Path:
        """The notebook's file."""
        name = self.notebook if self.notebook.endswith(".ipynb") else f"{self.notebook}.ipynb"
        return settings.notebooks / name


class Plan(BaseModel):
    """The content of a params file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: str | None = None
    database: str | None = Field(default=None, pattern=DATABASE_NAME)
    lab: StandIn | None = None
    steps: list[Step] = Field(min_length=1)


class PlanFile:
    """A params file that has been read: its plan, and where in the file everything stands."""

    def __init__(self, source: YamlFile, plan: Plan) -> None:
        self.source = source
        self.plan = plan

    @property
    def path(self) -> Path:
        """The params file."""
        return self.source.path

    @property
    def title(self) -> str:
        """The plan's title, else the file's name."""
        return self.plan.title or self.path.stem

    def place(self, *keys: str | int) -> str:
        """Where a key of the file stands, for an error message."""
        return f"{self.path}, line {self.source.line(keys)}"

    def step_index(self, name: str) -> int:
        """The position of a step.

        Raises:
            SettingsError: there is no such step; the message lists the steps.
        """
        names = [step.name for step in self.plan.steps]
        if name not in names:
            raise SettingsError(
                f"{self.path} has no step {name!r}{_guess(name, names)}. Its steps: "
                f"{', '.join(names)}."
            )
        return names.index(name)


def read_plan(params_file: str | Path, settings: Settings) -> PlanFile:
    """The plan of a params file.

    Raises:
        SettingsError: the file is missing or has something wrong in it; the message names file,
            line and key, and what would be valid.
    """
    source = read_yaml(find_params_file(params_file, settings))
    try:
        plan = Plan.model_validate(source.data)
    except ValidationError as error:
        problems = [_explain(source, details) for details in error.errors(include_url=False)]
        raise SettingsError("\n".join(problems)) from error
    _refuse_twins(source, plan)
    return PlanFile(source, plan)


def settings_for(params_file: str | Path) -> Settings:
    """The settings of a run: the params file's own project, unless `TFW_HOME` names another.

    A scheduler starts in any working directory, so the file says which project is meant.
    """
    settings = load_settings()
    if not os.environ.get("TFW_HOME"):
        for folder in Path(params_file).expanduser().resolve().parents:
            if (folder / "params").is_dir() and (folder / "notebooks").is_dir():
                return settings.model_copy(update={"home": folder})
    return settings


def find_params_file(name: str | Path, settings: Settings) -> Path:
    """The params file of this name: from here, from the project folder, or from its params/."""
    given = Path(name).expanduser()
    candidates = [given, settings.home / given, settings.params / given]
    for candidate in candidates:
        if candidate.is_file():
            return candidate.resolve()
    known = sorted(path.name for path in settings.params.glob("*.y*ml"))
    raise SettingsError(
        f"There is no params file {str(name)!r}{_guess(given.name, known)}. In {settings.params} "
        f"there are: {', '.join(known) or 'none'}."
    )


def step_name(notebook: str) -> str:
    """A notebook's name without its number.

    >>> step_name("02_import_posts"), step_name("weekly/08_report.ipynb")
    ('import_posts', 'report')
    """
    return re.sub(r"^\d+[_-]+", "", Path(notebook).name.removesuffix(".ipynb"))


def _refuse_twins(source: YamlFile, plan: Plan) -> None:
    seen: set[str] = set()
    for index, step in enumerate(plan.steps):
        if step.name in seen:
            raise SettingsError(
                f"{source.path}, line {source.line(['steps', index])}: a second step is called "
                f"{step.name!r}. Give it a 'name:' of its own."
            )
        seen.add(step.name)


def _explain(source: YamlFile, error: ErrorDetails) -> str:
    """One problem of a params file in words, with its line."""
    keys = error["loc"]
    where = f"{source.path}, line {source.line(keys)}"
    return f"{where}: {_section(keys)} {_problem(keys, error)}."


def _problem(keys: Sequence[str | int], error: ErrorDetails) -> str:
    if error["type"] == "extra_forbidden":
        valid = list((Plan if len(keys) == 1 else Step).model_fields)
        return f"is not a key{_guess(str(keys[-1]), valid)}. Valid keys: {', '.join(valid)}"
    if error["type"] == "string_pattern_mismatch":
        return f"is {error['input']!r}; valid are a letter, then letters, digits, '_' and '-'"
    return EXPLANATIONS.get(error["type"], error["msg"])


def _section(keys: Sequence[str | int]) -> str:
    if not keys:
        return "the file"
    words = [f"entry {key + 1}" if isinstance(key, int) else repr(key) for key in keys]
    return ", ".join(words)


def _guess(name: str, valid: Sequence[str] | Mapping[str, object]) -> str:
    close = get_close_matches(name, valid, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
