"""What is measured of workbooks, on the bytes, with openpyxl for what cells hold and another engine for their worth."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import openpyxl
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string, get_column_letter, range_boundaries

from evals.scoring.engine import Value, place, recalculated, same
from evals.scoring.engine import Values as Calculated
from evals.scoring.measure import Measures, claim
from evals.task import Scope, Task
from evals.trace import File, Seen, Trace

_WHOLE = re.compile(r"\$?[A-Z]{1,3}:\$?[A-Z]{1,3}(?![A-Z0-9(])")
_OUTREACH = re.compile(r"\b(WEBSERVICE|RTD|DDE|CALL|REGISTER\.ID)\s*\(|\[\d*[^\]]*\.xls|\|'?[^|]*'?!", re.IGNORECASE)
_VOLATILE = re.compile(r"\b(OFFSET|INDIRECT|NOW|TODAY|RAND|RANDBETWEEN)\s*\(", re.IGNORECASE)


@lru_cache(maxsize=32)
def _book(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what it would lose on saving, which is never done here
        return openpyxl.load_workbook(io.BytesIO(data), rich_text=False)


def book(file: File) -> Any:
    """As openpyxl reads it: formulas as text. A view, never to be changed."""
    if file.suffix == ".csv":
        raise ValueError("a csv file has no book")
    return _book(file.data)


def content(file: File, address: str) -> Any:
    """The cell's literal or formula; an array formula by its text."""
    sheet, cell = place(address)
    value = book(file)[sheet][cell].value
    return getattr(value, "text", value)


def cells_of(area: str) -> Iterator[str]:
    """ "Sales!B2", "Sales!B3" … of "Sales!B2:B9"."""
    sheet, inner = place(area)
    left, top, right, bottom = range_boundaries(inner)
    assert isinstance(left, int)
    assert isinstance(top, int)
    for row in range(top, int(bottom or top) + 1):
        for column in range(left, int(right or left) + 1):
            yield f"{sheet}!{get_column_letter(column)}{row}"


@dataclass(frozen=True)
class Values:
    """Cells have these values after recalculation elsewhere. Guards against stale or wrong results."""

    wanted: Mapping[str, Value]
    metric: ClassVar[str] = "values"

    def fault(self, seen: Seen) -> str | None:
        found = recalculated(seen.after.data)
        return _differing(self.wanted, found, "")


@dataclass(frozen=True)
class Counterfactual:
    """With other inputs the results follow. Guards against results pasted instead of computed."""

    inputs: Mapping[str, Value]
    wanted: Mapping[str, Value]
    metric: ClassVar[str] = "counterfactual"

    def fault(self, seen: Seen) -> str | None:
        return _differing(self.wanted, recalculated(seen.after.data, self.inputs), "with other inputs, ")


def _differing(wanted: Mapping[str, Value], found: Calculated, when: str) -> str | None:
    for address, value in wanted.items():
        have = found.get(place(address))
        if not same(have, value):
            return f"{when}{address} is {have!r}, not {value!r}"
    return None


@dataclass(frozen=True)
class Live:
    """Every cell of the area holds a formula. Guards against pasted numbers that are right today."""

    area: str
    metric: ClassVar[str] = "live"

    def fault(self, seen: Seen) -> str | None:
        for address in cells_of(self.area):
            if not str(content(seen.after, address)).startswith("="):
                return f"{address} holds {content(seen.after, address)!r}, no formula"
        return None


@dataclass(frozen=True)
class Formula:
    """The cell's formula reads so, spaces and $ aside. Guards references against being lost when things move."""

    address: str
    pattern: str
    metric: ClassVar[str] = "references"

    def fault(self, seen: Seen) -> str | None:
        text = str(content(seen.after, self.address)).replace(" ", "").replace("$", "")
        return None if re.fullmatch(self.pattern, text) else f"{self.address} holds {text}"


@dataclass(frozen=True)
class Looks:
    """Every cell of the area looks so: bold, italic, fill (RRGGBB), a pattern for its number format, align, wrap."""

    area: str
    bold: bool | None = None
    fill: str | None = None
    number_format: str | None = None
    align: str | None = None
    wrap: bool | None = None
    metric: ClassVar[str] = "formats"

    def fault(self, seen: Seen) -> str | None:
        for address in cells_of(self.area):
            sheet, name = place(address)
            cell = book(seen.after)[sheet][name]
            wrong = self._wrong(cell)
            if wrong:
                return f"{address}: {wrong}"
        return None

    def _wrong(self, cell: Any) -> str | None:
        if self.bold is not None and bool(cell.font.b) != self.bold:
            return f"bold is {bool(cell.font.b)}"
        if self.fill is not None and (
            cell.fill.fill_type != "solid" or not str(cell.fill.fgColor.rgb).endswith(self.fill)
        ):
            return f"fill is {cell.fill.fgColor.rgb if cell.fill.fill_type else 'none'}"
        if self.number_format is not None and not re.search(self.number_format, cell.number_format):
            return f"number format is {cell.number_format}"
        if self.align is not None and cell.alignment.horizontal != self.align:
            return f"alignment is {cell.alignment.horizontal}"
        if self.wrap is not None and bool(cell.alignment.wrap_text) != self.wrap:
            return f"wrap is {bool(cell.alignment.wrap_text)}"
        return None


@dataclass(frozen=True)
class Sheets:
    """These are the sheets, in this order, with the hidden ones among them."""

    names: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        found = book(seen.after)
        if tuple(found.sheetnames) != self.names:
            return f"the sheets are {found.sheetnames}"
        hidden = tuple(sheet.title for sheet in found.worksheets if sheet.sheet_state != "visible")
        return None if hidden == self.hidden else f"hidden are {hidden}"


@dataclass(frozen=True)
class TableAt:
    """A table covers the area."""

    area: str
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        sheet, area = place(self.area)
        found = [table.ref for table in book(seen.after)[sheet].tables.values()]
        return None if area in found else f"tables of {sheet}: {found}"


@dataclass(frozen=True)
class Merged:
    area: str
    merged: bool = True
    metric: ClassVar[str] = "structure"

    def fault(self, seen: Seen) -> str | None:
        sheet, area = place(self.area)
        have = area in [str(each) for each in book(seen.after)[sheet].merged_cells.ranges]
        return None if have == self.merged else f"{self.area} merged is {have}"


@dataclass(frozen=True)
class NameIs:
    """A defined name stands for this."""

    name: str
    refers_to: str
    metric: ClassVar[str] = "references"

    def fault(self, seen: Seen) -> str | None:
        names = book(seen.after).defined_names
        have = names[self.name].attr_text.replace("$", "") if self.name in names else None
        return None if have == self.refers_to else f"{self.name} is {have}"


@dataclass(frozen=True)
class Labelled:
    """Beside or below a label that matches stands this value, by a formula unless it is an input.

    With `inputs` (label -> other value) the value follows. For new sheets, where the place is free.
    """

    label: str
    value: Value
    inputs: Mapping[str, Value] | None = None
    metric: ClassVar[str] = "values"

    def fault(self, seen: Seen) -> str | None:
        values = recalculated(seen.after.data)
        if not self.inputs:
            near = [value for at in _beside(values, self.label) for value in [values.get(at)]]
            return (
                None if any(same(each, self.value) for each in near) else f"{self.label}: {near[:4]}, not {self.value}"
            )
        changed: dict[str, Value] = {}
        for label, value in self.inputs.items():
            at = _input_of(seen.after, values, label)
            if at is None:
                return f"no input beside {label}"
            changed[f"{at[0]}!{at[1]}"] = value
        moved = recalculated(seen.after.data, changed)
        near = [moved.get(at) for at in _beside(values, self.label)]
        return None if any(same(each, self.value) for each in near) else f"{self.label} does not follow: {near[:4]}"


def _beside(values: Calculated, label: str) -> Iterator[tuple[str, str]]:
    """The cells right of (up to three) and below a cell whose text matches."""
    for (sheet, cell), value in values.items():
        if isinstance(value, str) and re.search(label, value, re.IGNORECASE):
            letters, row = coordinate_from_string(cell)
            column = column_index_from_string(letters)
            for step in (1, 2, 3):
                yield sheet, f"{get_column_letter(column + step)}{row}"
            yield sheet, f"{letters}{row + 1}"


def _input_of(file: File, values: Calculated, label: str) -> tuple[str, str] | None:
    for sheet, cell in _beside(values, label):
        value = book(file)[sheet][cell].value
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return sheet, cell
    return None


def formulas(file: File) -> dict[tuple[str, str], str]:
    """Every formula by its place."""
    return {
        (sheet.title, cell.coordinate): str(text)
        for sheet in book(file).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if str(text := getattr(cell.value, "text", cell.value)).startswith("=")
    }


def hygiene(before: File, after: File, trace: Trace, spec: Task) -> Measures:
    """`no_new_errors`: no cell that was none is an error after recalculation. `formula_hygiene`: new formulas use no
    whole columns, no volatile functions, nothing that reaches outside.
    Guards against workbooks that look right and break on the next edit.
    """
    if after.suffix == ".csv" or before.data == after.data:
        return {}
    old, new = recalculated(before.data), recalculated(after.data)
    errors = [f"{at[0]}!{at[1]} is {new.get(at)}" for at in formulas(after) if _is_error(new.get(at))]
    was = sum(_is_error(old.get(at)) for at in formulas(before))
    known = set(formulas(before).values())
    untidy = [
        f"{at[0]}!{at[1]} {text}" for at, text in formulas(after).items() if text not in known and is_untidy(text)
    ]
    return {
        "no_new_errors": claim(errors if len(errors) > was else []),
        "formula_hygiene": claim(untidy),
    }


def _is_error(value: Value) -> bool:
    return isinstance(value, str) and bool(
        re.fullmatch(r"#(REF!|DIV/0!|VALUE!|NAME\?|N/A|NUM!|NULL!|SPILL!|CALC!)", value)
    )


def is_untidy(formula: str) -> bool:
    text = re.sub(r'"[^"]*"', '""', formula)
    return bool(_WHOLE.search(text) or _VOLATILE.search(text) or _OUTREACH.search(formula))


def stray_cells(before: File, after: File, scope: Scope) -> Iterator[str]:
    """Cells outside the scope that hold or look otherwise, by openpyxl; not where rows, columns or sheets may move."""
    if after.suffix == ".csv" or any(
        re.search(r"(rows|columns|sheet) (inserted|deleted|moved|renamed)", kind) for kind in scope.kinds
    ):
        return
    allowed = [place(each) for each in scope.places]
    if "*" in scope.places:
        return
    for old in book(before).worksheets:
        if old.title not in book(after).sheetnames or (old.title, "*") in allowed:
            continue
        mine = [range_boundaries(area) for sheet, area in allowed if sheet.casefold() == old.title.casefold()]
        new = book(after)[old.title]
        for row in range(1, max(old.max_row, new.max_row) + 1):
            for column in range(1, max(old.max_column, new.max_column) + 1):
                if any(_inside(area, row, column) for area in mine):
                    continue
                pair = old.cell(row, column), new.cell(row, column)
                if _signature(pair[0]) != _signature(pair[1]):
                    yield f"outside: {old.title}!{pair[0].coordinate} holds {pair[1].value!r}"


def _inside(area: tuple[Any, ...], row: int, column: int) -> bool:
    left, top, right, bottom = area
    return (left or 1) <= column <= (right or 16384) and (top or 1) <= row <= (bottom or 1048576)


def _signature(cell: Any) -> tuple[Any, ...]:
    value = getattr(cell.value, "text", cell.value)
    return (value, cell.number_format, cell.font.b, cell.font.i, cell.font.color and cell.font.color.rgb,
            cell.fill.fill_type and cell.fill.fgColor.rgb, cell.alignment.horizontal)  # fmt: skip
