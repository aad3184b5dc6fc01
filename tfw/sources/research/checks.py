"""What is wrong with a condition or an option of a query, in words that say what would be valid."""

from collections.abc import Sequence

from tfw.sources.research.fields import (
    FIELD_HINTS,
    MAX_PER_PAGE,
    NOT_FILTERABLE,
    OPERATIONS,
    ORDERED_FIELDS,
    ORDERING_OPERATIONS,
    QUERY_FIELD_HINTS,
    QUERY_FIELDS,
)
from tfw.sources.research.values import suggestion, values_problems

Problems = list[tuple[str, str]]
"""Pairs of the key that is wrong and what is wrong with it."""


def condition_problems(operation: str, field_name: str, values: Sequence[str]) -> Problems:
    """What is wrong with a condition; an empty list for a good one."""
    problems = _operation_problems(operation) + _field_problems(field_name)
    if not problems and operation not in operations_of(field_name):
        problems = [("operation", _no_order(operation, field_name))]
    if not values:
        return [*problems, ("field_values", "the list is empty; give at least one value")]
    if operation in OPERATIONS and operation != "IN" and len(values) > 1:
        problems.append(("field_values", _too_many(operation, field_name, values)))
    if field_name in QUERY_FIELDS:
        wrong = values_problems(QUERY_FIELDS[field_name], values)
        problems += [("field_values", problem) for problem in wrong]
    return problems


def operations_of(field_name: str) -> tuple[str, ...]:
    """The operations that a field can be asked for with."""
    if field_name in ORDERED_FIELDS:
        return OPERATIONS
    return tuple(name for name in OPERATIONS if name not in ORDERING_OPERATIONS)


def fields_problems(fields: Sequence[str], valid: Sequence[str], needed: Sequence[str]) -> Problems:
    """What is wrong with a list of fields to ask for."""
    if not valid:
        return [("fields", "this endpoint has none; take the key out")] if fields else []
    problems = [
        f"{name!r} is not a field of this endpoint{suggestion(name, valid, FIELD_HINTS)}. "
        f"Valid: {', '.join(valid)}"
        for name in fields
        if name not in valid
    ]
    problems += [
        f"{name} is missing; without it the rows cannot be stored"
        for name in needed
        if name not in fields
    ]
    return [("fields", problem) for problem in problems or ([] if fields else ["it is empty"])]


def page_size_problems(max_count: int, largest: int = MAX_PER_PAGE) -> Problems:
    """What is wrong with the number of rows asked for at once."""
    if 1 <= max_count <= largest:
        return []
    return [("max_count", f"{max_count} is not possible; a page has 1 to {largest} rows")]


def _operation_problems(operation: str) -> Problems:
    if operation in OPERATIONS:
        return []
    known = f"{operation!r} is no operation{suggestion(operation, OPERATIONS)}"
    return [("operation", f"{known}. Valid: {', '.join(OPERATIONS)}, in capitals")]


def _field_problems(field_name: str) -> Problems:
    if field_name in QUERY_FIELDS:
        return []
    valid = f"Valid: {', '.join(QUERY_FIELDS)}"
    if field_name in NOT_FILTERABLE:
        message = f"the API cannot filter by {field_name}; filter after collecting. {valid}"
    else:
        close = suggestion(field_name, QUERY_FIELDS, QUERY_FIELD_HINTS)
        message = f"{field_name!r} is not a field that can be asked for{close}. {valid}"
    return [("field_name", message)]


def _no_order(operation: str, field_name: str) -> str:
    return (
        f"{operation} needs a field with an order, and {field_name} has none. Fields with one: "
        f"{', '.join(ORDERED_FIELDS)}. For {field_name}, use EQ or IN"
    )


def _too_many(operation: str, field_name: str, values: Sequence[str]) -> str:
    given = ", ".join(repr(value) for value in values)
    message = f"{operation} takes exactly one value, not {len(values)}: {given}. "
    if operation == "EQ":
        return message + "Use IN for any one of them, or one section with EQ for each of them"
    if QUERY_FIELDS.get(field_name) == "count":
        return message + f"Write a number without commas, such as {''.join(values)}"
    return message + "Keep one of them"
