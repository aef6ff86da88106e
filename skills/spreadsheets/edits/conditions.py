"""Which rows an edit means: conditions on columns, as people say them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.dates import parse_iso
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.edits.formula_rows import rows_by_formula
from skills.spreadsheets.edits.places import find_column, main_block

Test = Literal["=", "<>", ">", ">=", "<", "<=", "between", "contains", "begins", "ends", "blank", "not_blank"]
Bound = str | int | float | bool
_SENT = [{"type": "string"}, {"type": "number"}]  # said shortly: the schema stands in several edits


class Where(BaseModel):
    """What a row meets."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Annotated[str | None, Field(description="header or letter")] = None
    test: Test = "="
    value: Annotated[
        Bound | list[Bound] | None,
        Field(description="text, number, ISO date; = and <> take several, between two"),
        WithJsonSchema({"anyOf": [*_SENT, {"type": "array", "items": {"anyOf": _SENT}}]}),
    ] = None
    formula: Annotated[
        str | None,
        Field(pattern="^=", description='"=COUNTIF(A:A,A2)>1" as of the first row; instead of column'),
    ] = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Where:
        if (self.column is None) == (self.formula is None):
            raise ValueError("give either column (with test and value) or formula")
        return self

    @property
    def values(self) -> list[Bound]:
        """What is compared with; raises ToolError when that is not as many as the test wants."""
        found = self.value if isinstance(self.value, list) else [] if self.value is None else [self.value]
        if self.test in {"blank", "not_blank"}:
            return []
        if not found:
            raise ToolError(f"where: {self.test!r} on {self.column!r} needs a value; for empty cells use blank")
        wanted = 2 if self.test == "between" else 1
        if self.test not in {"=", "<>"} and len(found) != wanted:
            raise ToolError(f"where: {self.test!r} takes {wanted} value{'s' if wanted > 1 else ''}, not {len(found)}")
        return found

    def holds(self, value: CellValue, *, is_1904: bool) -> bool:
        """Whether a cell's value meets it; texts without regard to case, numbers as numbers, dates by their day."""
        if isinstance(value, str) and not value.strip():
            value = None
        if self.test in {"blank", "not_blank"}:
            return (value is None) == (self.test == "blank")
        wanted = [_as_value(each, value, is_1904=is_1904) for each in self.values]
        match self.test:
            case "=":
                return any(_same(value, each) for each in wanted)
            case "<>":
                return not any(_same(value, each) for each in wanted)
            case "contains" | "begins" | "ends":
                return _has_text(value, str(self.values[0]), self.test)
            case "between":
                return _compare(value, wanted[0], ">=") and _compare(value, wanted[1], "<=")
            case _:
                return _compare(value, wanted[0], self.test)


def _as_conditions(sent: Any) -> Any:
    """One condition stands for a list of it, and a formula for the condition it is."""
    found = sent if isinstance(sent, list) else [sent]
    return [{"formula": each} if isinstance(each, str) else each for each in found]


Conditions = Annotated[list[Where], BeforeValidator(_as_conditions), Field(min_length=1, max_length=10)]


def rows_where(sheet: Sheet, area: Area, conditions: Sequence[Where]) -> list[int]:
    """The rows of the area that meet all conditions, its header rows left out where a formula says which.

    Raises as `find_column` and `rows_by_formula` do.
    """
    formulas = [each.formula for each in conditions if each.formula is not None]
    if formulas:
        area = _below_headers(sheet, area)
    met = [rows_by_formula(sheet, area, formula) for formula in formulas]
    tested = [(find_column(sheet, each.column), each) for each in conditions if each.column is not None]
    for column, each in tested:
        if not area.left <= column <= area.right:
            raise ToolError(f"where: column {each.column!r} lies outside the rows meant, {area}")
        _ = each.values
    found: dict[int, dict[int, CellValue]] = {row: {} for row in range(area.top, area.bottom + 1)}
    columns = {column for column, _ in tested}
    for cell in sheet.cells(area) if columns else ():
        if cell.column in columns:
            found[cell.row][cell.column] = cell.value
    is_1904 = sheet.book.is_1904
    return [
        row
        for row, values in found.items()
        if all(row in rows for rows in met)
        and all(each.holds(values.get(column), is_1904=is_1904) for column, each in tested)
    ]


def _below_headers(sheet: Sheet, area: Area) -> Area:
    headers = main_block(sheet).headers
    top = area.top
    while top in headers and top < area.bottom:
        top += 1
    return Area(top, area.left, area.bottom, area.right)


def _as_value(bound: Bound, value: CellValue, *, is_1904: bool) -> Bound:
    """A bound as the cell's kind of value: dates as serials, and numbers written as text where the cell has one."""
    if isinstance(bound, str) and isinstance(value, int | float) and not isinstance(value, bool):
        moment = parse_iso(bound, is_1904=is_1904)
        if moment is not None:
            return moment[0]
        try:
            return float(bound)
        except ValueError:
            return bound
    return bound


def _same(value: CellValue, bound: Bound) -> bool:
    if isinstance(value, CellError):
        return value.code == bound
    if isinstance(value, bool) or isinstance(bound, bool):
        return value is bound or (isinstance(bound, str) and str(value).casefold() == bound.casefold())
    if isinstance(value, str):
        return value.strip().casefold() == str(bound).strip().casefold()
    return value == bound


def _compare(value: CellValue, bound: Bound, test: str) -> bool:
    """Only what can be compared: numbers with numbers, texts with texts."""
    if isinstance(value, bool) or isinstance(bound, bool) or isinstance(value, CellError) or value is None:
        return False
    if isinstance(value, str) != isinstance(bound, str):
        return False
    pair: tuple[Any, Any] = (value.casefold(), str(bound).casefold()) if isinstance(value, str) else (value, bound)
    order = (pair[0] > pair[1]) - (pair[0] < pair[1])
    return {">": order > 0, ">=": order >= 0, "<": order < 0, "<=": order <= 0}[test]


def _has_text(value: CellValue, text: str, test: str) -> bool:
    if value is None or isinstance(value, bool | CellError):
        return False
    whole = (str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)).casefold()
    part = text.casefold()
    if test == "begins":
        return whole.startswith(part)
    return whole.endswith(part) if test == "ends" else part in whole
