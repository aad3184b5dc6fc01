"""Types of parameters and the values that fit them."""

import ast
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tfw.runs.values import adapter_of, fit, json_value


def check(type_text: str, value: object) -> Any:
    annotation = ast.parse(type_text, mode="eval").body
    return fit(adapter_of(annotation), type_text, value)


@pytest.mark.parametrize(
    ("type_text", "value", "result"),
    [
        ("int", 3, 3),
        ("float", 3, 3.0),
        ("float", 0.5, 0.5),
        ("str", "3", "3"),
        ("bool", False, False),
        ("int | None", None, None),
        ("Optional[str]", "a", "a"),
        ("Union[int, str]", "a", "a"),
        ("'int | None'", 3, 3),
        ("list", [1, "a", None], [1, "a", None]),
        ("list[str]", ("a", "b"), ["a", "b"]),
        ("dict[str, float]", {"a": 1}, {"a": 1.0}),
        ("dict[str, list[int]]", {"a": [1]}, {"a": [1]}),
        ("dict", {"a": {"b": 1}}, {"a": {"b": 1}}),
        ("Literal['a', 'b']", "b", "b"),
        ("Any", [1, {"a": None}], [1, {"a": None}]),
        ("int", np.int64(3), 3),
        ("float", np.float32(0.5), 0.5),
        ("bool", np.bool_(True), True),
        ("list[int]", [np.int64(3)], [3]),
        ("str", Path("a/b"), "a/b"),
        ("str", np.str_("x"), "x"),
    ],
)
def test_a_value_that_fits_becomes_plain_json(type_text: str, value: object, result: object):
    checked = check(type_text, value)
    assert checked == result
    assert type(checked) is type(result)


@pytest.mark.parametrize(
    ("type_text", "value", "message"),
    [
        ("int", True, "int is wanted, but True is a boolean"),
        ("int", "3", "'3' is text: write it without quotes"),
        ("int", 3.0, "3.0 is a number: write 3"),
        ("int", None, "None is nothing (null)"),
        ("float", True, "True is a boolean"),
        ("float", "x", "'x' is text"),
        ("bool", "yes", "'yes' is text: write true or false, without quotes"),
        ("bool", 1, "1 is a whole number"),
        ("str", 3, '3 is a whole number: quote it, "3"'),
        ("str", True, 'True is a boolean: quote it, "true"'),
        ("str | None", False, "str | None is wanted, but False is a boolean: quote it"),
        ("list[str]", "a", "'a' is text"),
        ("list[str]", ["a", 1], "item 2, 1 is a whole number: quote it"),
        ("dict[str, list[int]]", {"a": [1, "x"]}, "key 'a', item 2, 'x' is text"),
        ("Literal['a', 'b']", "c", "Literal['a', 'b'] is wanted, but 'c' is text"),
        ("float", float("nan"), "nan is not a number that JSON can hold"),
        ("Any", {1, 2}, "a set has no order; write a list"),
        ("str", date(2026, 11, 21), 'written as text: "2026-11-21"'),
        ("str", datetime(2026, 11, 21, 10), 'written as text: "2026-11-21T10:00:00"'),
        ("dict", {1: "a"}, "the key 1 is not text: quote it"),
        ("Any", pd.Series([1]), "a Series cannot be written into a notebook"),
        ("Any", b"x", "a bytes cannot be written into a notebook"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_to_write(
    type_text: str, value: object, message: str
):
    with pytest.raises(ValueError, match=re.escape(message)):
        check(type_text, value)


def test_a_value_that_holds_itself_is_refused():
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="holds itself"):
        json_value(endless)


@pytest.mark.parametrize(
    "type_text",
    ["set[int]", "tuple[int, int]", "list[int, str]", "dict[int, str]", "Path", "list[set]",
     "Literal[1]", "print('x')", "dict[str]", "Optional[int, str]"],
)  # fmt: skip
def test_a_type_that_is_not_understood_is_refused(type_text: str):
    with pytest.raises(ValueError, match="is not understood"):
        check(type_text, 1)
