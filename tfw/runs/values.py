"""Types of notebook parameters: what an annotation allows, and whether a value fits.

Understood are ``int``, ``float``, ``str``, ``bool``, ``None``, ``list[...]``, ``dict[str, ...]``,
``Literal["a", "b"]``, ``Any``, and unions of them. Nothing is guessed: ``True`` is no int, and
``"3"`` is no number. An int is fine where a float is wanted.
"""

import ast
import math
from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import PurePath
from typing import Any, Literal, Optional, Union

import numpy as np
from pydantic import ConfigDict, JsonValue, TypeAdapter, ValidationError

DEEPEST = 20
STRICT = ConfigDict(strict=True, allow_inf_nan=False)
PLAIN_TYPES: dict[str, Any] = {
    "int": int, "float": float, "str": str, "bool": bool, "None": None, "Any": Any,
    "list": list, "dict": dict,
}  # fmt: skip
GENERICS: dict[str, Any] = {
    "list": list, "dict": dict, "Optional": Optional, "Union": Union,
}  # fmt: skip
ARGUMENTS = {"list": 1, "dict": 2, "Optional": 1}
YAML_1_1_BOOLEANS = frozenset({"yes", "no", "on", "off", "y", "n"})
KINDS = {str: "text", bool: "a boolean", int: "a whole number", float: "a number",
         list: "a list", dict: "a mapping", type(None): "nothing (null)"}  # fmt: skip


def json_value(value: object, depth: int = 0) -> JsonValue:
    """The value as JSON can hold it: NumPy scalars, paths and tuples become plain values.

    Papermill would silently write ``numpy.int64(3)`` as ``"3"`` and a set or a date as text.

    Raises:
        ValueError: it cannot be converted without a guess; the message says what to write.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | str) or value is None:
        return value
    if depth > DEEPEST:
        raise ValueError("it is nested too deeply, or holds itself")
    if isinstance(value, float):
        return _finite(value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, list | tuple):
        return [json_value(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_text_key(key): json_value(item, depth + 1) for key, item in value.items()}
    raise ValueError(_refusal(value))


def resolve_type(annotation: ast.expr) -> object:
    """The Python type that an annotation names; nothing of the notebook is executed.

    Raises:
        ValueError: the annotation is not one of those above.
    """
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return resolve_type(ast.parse(annotation.value, mode="eval").body)
    name = ast.unparse(annotation)
    if name in PLAIN_TYPES:
        return PLAIN_TYPES[name]
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return Union[resolve_type(annotation.left), resolve_type(annotation.right)]  # noqa: UP007
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.value, ast.Name):
        inner = annotation.slice
        return _generic(
            annotation.value.id, inner.elts if isinstance(inner, ast.Tuple) else [inner]
        )
    raise ValueError(f"the type {name} is not understood")


def adapter_of(annotation: ast.expr) -> TypeAdapter[JsonValue]:
    """What checks values against an annotation."""
    wanted: Any = resolve_type(annotation)
    return TypeAdapter(wanted, config=STRICT)


def fit(adapter: TypeAdapter[JsonValue], type_text: str, value: object) -> JsonValue:
    """The value as plain JSON of the wanted type.

    Raises:
        ValueError: it does not fit; the message says what is wanted and how to write it.
    """
    plain = json_value(value)
    try:
        return adapter.validate_python(plain)
    except ValidationError as error:
        raise ValueError(_misfit(type_text, plain, error)) from error


def _generic(name: str, arguments: Sequence[ast.expr]) -> object:
    """The type ``name[arguments]``."""
    if name == "Literal" and all(_is_text(argument) for argument in arguments):
        return Literal[tuple(ast.literal_eval(argument) for argument in arguments)]
    types = [resolve_type(argument) for argument in arguments] if name in GENERICS else []
    fits = len(types) == ARGUMENTS.get(name, len(types)) > 0
    if fits and (name != "dict" or types[0] is str):
        return GENERICS[name][tuple(types) if len(types) > 1 else types[0]]
    inner = ", ".join(map(ast.unparse, arguments))
    raise ValueError(f"the type {name}[{inner}] is not understood")


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number that JSON can hold; use null for 'unknown'")
    return float(value)


def _text_key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"the key {key!r} is not text: quote it")
    return key


def _refusal(value: object) -> str:
    if isinstance(value, set | frozenset):
        return "a set has no order; write a list"
    if isinstance(value, date | time):
        return f'a date or time is written as text: "{value.isoformat()}"'
    return f"a {type(value).__name__} cannot be written into a notebook as plain JSON"


def _misfit(type_text: str, value: object, error: ValidationError) -> str:
    place, wrong = _innermost(value, error.errors(include_url=False)[0]["loc"])
    kind = KINDS.get(type(wrong), type(wrong).__name__)
    return f"{type_text} is wanted, but {place}{wrong!r} is {kind}{_hint(type_text, wrong)}"


def _innermost(value: object, location: Sequence[int | str]) -> tuple[str, object]:
    """The part that does not fit, and words for where it is."""
    place = ""
    for key in location:
        if isinstance(value, list) and isinstance(key, int) and key < len(value):
            place, value = f"{place}item {key + 1}, ", value[key]
        elif isinstance(value, dict) and key in value:
            place, value = f"{place}key {key!r}, ", value[key]
    return place, value


def _hint(type_text: str, wrong: object) -> str:
    if isinstance(wrong, str):
        if "bool" in type_text and wrong.lower() in {*YAML_1_1_BOOLEANS, "true", "false"}:
            return ": write true or false, without quotes"
        if _is_number(wrong) and ("int" in type_text or "float" in type_text):
            return ": write it without quotes"
    elif isinstance(wrong, bool | int | float) and ("str" in type_text or "Literal" in type_text):
        written = str(wrong).lower() if isinstance(wrong, bool) else wrong
        return f': quote it, "{written}"'
    elif isinstance(wrong, float) and wrong.is_integer():
        return f": write {int(wrong)}"
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
