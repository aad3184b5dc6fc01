"""Pages of lists, and rows with the fields that were asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tfw.lab.dice import Dice
from tfw.lab.research_calls import Call
from tfw.lab.research_faults import FaultEngine
from tfw.lab.research_refusals import Json, invalid

T = TypeVar("T")
RowOf = Callable[[T], Json | None]


@dataclass(frozen=True)
class Page:
    """Rows, the cursor of the next page, and whether there is one."""

    rows: list[Json]
    cursor: int
    more: bool

    def data(self, name: str) -> Json:
        """The ``data`` of an answer whose list has this name."""
        return {name: self.rows, "cursor": self.cursor, "has_more": self.more}


def index_page(things: Sequence[T], cursor: int, size: int, row_of: RowOf[T]) -> Page:
    """The page at an index; things without a row are left out while the cursor counts them."""
    rows = [row for thing in things[cursor : cursor + size] if (row := row_of(thing)) is not None]
    end = min(cursor + size, max(len(things), cursor))
    return Page(rows, end, end < len(things))


def row_before(things: Sequence[T], cursor: int, row_of: RowOf[T]) -> list[Json]:
    """The last row of the pages before the cursor, alone in a list; empty where there is none."""
    for place in range(min(cursor, len(things)) - 1, -1, -1):
        row = row_of(things[place])
        if row is not None:
            return [row]
    return []


def faulty_page(
    page: Page, call: Call, engine: FaultEngine, things: Sequence[T], row_of: RowOf[T]
) -> Page:
    """The page with the faults of pages that happen now; no row is lost by them."""
    cursor = int(str(call.cursor))
    rows, end, more = page.rows, page.cursor, page.more
    if engine.fires("duplicate_row", call):
        rows = row_before(things, cursor, row_of) + rows
    if engine.fires("stuck_cursor", call):
        end, more = cursor, True
    return Page(rows, end, more)


def asked_fields(call: Call, engine: FaultEngine) -> frozenset[str]:
    """The fields of a request.

    Raises:
        Refusal: they are missing, or one is unknown.
    """
    names = {name.strip() for name in _field_text(call).split(",")} - {""}
    if not names:
        raise invalid("Invalid fields: the parameter fields is missing or empty")
    fault = engine.fires("unknown_field", call)
    known = (call.endpoint.fields or frozenset()) - ({fault.field} if fault else set())
    unknown = sorted(names - known)
    if unknown:
        raise invalid(f"Invalid fields: {unknown[0]} is not a valid field")
    return frozenset(names)


def picked(row: Json, fields: frozenset[str], key: object) -> Json:
    """Those fields of a row that have a value, in an order of the row's own."""
    names = [name for name in row if name in fields]
    return {name: row[name] for name in Dice("order", key).some(names, len(names))}


def _field_text(call: Call) -> str:
    in_body = (call.body or {}).get("fields") if call.endpoint.fields_in_body else None
    if call.fields is None and in_body:
        return ",".join(map(str, in_body)) if isinstance(in_body, list) else str(in_body)
    return call.fields or ""
