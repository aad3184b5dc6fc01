"""YAML as people read it, with the line of every key.

PyYAML reads YAML 1.1, where the region `NO` is false, `12:30` is 750, `0123` is 83, `1e-3` is
text and 2026-11-21 is a date. Here only `true` and `false` are booleans, numbers are decimal,
and everything else is text as it was written: the core schema of YAML 1.2, without octal and
hexadecimal numbers, so that an id with leading zeros keeps them. A key that stands twice is
refused.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from tfw.errors import SettingsError

Model = TypeVar("Model", bound=BaseModel)

PLAIN_VALUES = {
    "null": r"~|null|Null|NULL|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?(?:0|[1-9][0-9]*)",
    "float": r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?[0-9]+[eE][-+]?[0-9]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
    "merge": r"<<",
}


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader with the plain values above."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node)
            if not isinstance(key, str):
                raise _problem(key_node, f'the key {key!r} is not text. Quote it: "{key}"')
            if key in seen:
                raise _problem(key_node, f"the key {key!r} stands here for the second time")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


class _Dumper(yaml.SafeDumper):
    """PyYAML's safe dumper, which also quotes texts that the loader would take for numbers."""


_Loader.yaml_implicit_resolvers = {}
for _name, _pattern in PLAIN_VALUES.items():
    for _way in (_Loader, _Dumper):
        _way.add_implicit_resolver(
            f"tag:yaml.org,2002:{_name}", re.compile(f"(?:{_pattern})\\Z"), None
        )


@dataclass(frozen=True)
class YamlFile:
    """The content of a YAML file, and where in the file each part of it stands."""

    path: Path
    data: Any
    node: yaml.Node | None

    def line(self, keys: Sequence[str | int]) -> int:
        """The line (from 1) of a key or list entry; of the nearest one above it when absent."""
        node, line = self.node, 1
        for key in keys:
            found = _child(node, key)
            if found is None:
                break
            marked, node = found
            line = marked.start_mark.line + 1
        return line


def read_yaml(path: Path) -> YamlFile:
    """The content of a YAML file.

    Raises:
        SettingsError: the file is missing or is not YAML; the message names line and column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}.") from error
    return parse_yaml(text, path)


def read_model(model: type[Model], path: Path) -> Model:
    """A YAML file of keys and values as a pydantic model.

    Raises:
        SettingsError: the file is missing or is not YAML, or a key or value of it is wrong; the
            message names file, line, key, value and the valid keys.
    """
    file = read_yaml(path)
    if not isinstance(file.data, dict):
        keys = ", ".join(model.model_fields)
        raise SettingsError(f"{path} must hold keys and values; valid keys are {keys}.")
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        raise SettingsError(_explain(file, model, error)) from None


def _explain(file: YamlFile, model: type[BaseModel], error: ValidationError) -> str:
    first = error.errors()[0]
    key = str(first["loc"][0]) if first["loc"] else ""
    valid = ", ".join(model.model_fields)
    return (
        f"{file.path}, line {file.line([key])}, key {key!r}, value {file.data.get(key)!r}: "
        f"{first['msg']}. Valid keys: {valid}."
    )


def as_yaml(content: Mapping[str, Any]) -> str:
    """Keys and values as YAML that any reader reads back as they are, in their order."""
    return yaml.dump(dict(content), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=99)


def parse_yaml(text: str, path: Path) -> YamlFile:
    """The content of a text in YAML; ``path`` is what error messages call it."""
    try:
        node, data = _construct(text)
    except yaml.MarkedYAMLError as error:
        raise SettingsError(f"{path}{_place(error)}: {_why(error)}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SettingsError(f"{path} is not a YAML text file: {error}.") from error
    return YamlFile(path, data, node)


def _construct(text: str) -> tuple[yaml.Node | None, Any]:
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return node, None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _problem(node: yaml.Node, message: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=message, problem_mark=node.start_mark)


def _place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _why(error: yaml.MarkedYAMLError) -> str:
    return ", ".join(part for part in (error.context, error.problem) if part)


def _child(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == key), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key]
    return None
