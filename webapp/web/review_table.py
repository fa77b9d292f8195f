"""The variants as a table to read: a column for each parameter, where their JSON is simple enough."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..contract.form import AutotuneForm
from ..contract.json_input import write_json

MAX_COLUMNS = 6  # parameters; more are easier to read as JSON
MAX_CELL = 120  # characters
_TYPES: dict[type, str] = {bool: "true/false", int: "number", float: "number", str: "text"}


@dataclass(frozen=True)
class Column:
    """A parameter with its type, blank where the variants differ in it."""

    name: str
    type: str


@dataclass(frozen=True)
class Row:
    """`cells` has a text for each column, None where the variant lacks the parameter; `json` replaces them."""

    name: str
    share: str
    cells: tuple[str | None, ...]
    json: str


@dataclass(frozen=True)
class VariantsTable:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def has_shares(self) -> bool:
        return any(row.share for row in self.rows)


def variants_table(form: AutotuneForm) -> VariantsTable:
    """Of a validated form."""
    values = [variant.form.json.data for variant in form.variants]
    columns = _columns(values)
    rows = (
        Row(
            variant.form.name.typed.strip(),
            variant.form.size.typed.strip(),
            tuple(_cell(value, column) for column in columns),
            variant.form.json.typed,
        )
        for variant, value in zip(form.variants, values, strict=True)
    )
    return VariantsTable(columns, tuple(rows))


def _columns(values: Sequence[Any]) -> tuple[Column, ...]:
    """None where a value is no object, or would not fit into a table."""
    if not all(isinstance(value, dict) for value in values):
        return ()
    names = list(dict.fromkeys(name for value in values for name in value))
    cells = (item for value in values for item in value.values())
    if len(names) > MAX_COLUMNS or any(len(write_json(item)) > MAX_CELL for item in cells):
        return ()
    return tuple(Column(name, _type(name, values)) for name in names)


def _type(name: str, values: Sequence[Any]) -> str:
    types = {_TYPES.get(type(value[name]), "JSON") for value in values if name in value}
    return types.pop() if len(types) == 1 else ""


def _cell(value: dict[str, Any], column: Column) -> str | None:
    if column.name not in value:
        return None
    item = value[column.name]
    return item if column.type == "text" else write_json(item)
