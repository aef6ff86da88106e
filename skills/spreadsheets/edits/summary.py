"""The edit that sums data up on a sheet of its own, in live formulas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, ToolError
from skills.spreadsheets.document.addresses import Area, column_letters, quoted_sheet
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.dates import date_of_serial
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.formatting import change_formats
from skills.spreadsheets.document.panes import freeze
from skills.spreadsheets.document.references.sheets import add_sheet
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sizes import fit_columns
from skills.spreadsheets.document.style_change import Edge, StyleChange
from skills.spreadsheets.document.tables import Table
from skills.spreadsheets.document.values import Input
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, everywhere
from skills.spreadsheets.edits.places import find_column, headers_of
from skills.spreadsheets.edits.rows import data_area

Function = Literal["sum", "count", "average", "min", "max"]
Period = Literal["year", "quarter", "month", "day"]

_MOST_LABELS: Final = 2_000
_IFS: Final = {"sum": "SUMIFS", "average": "AVERAGEIFS", "min": "MINIFS", "max": "MAXIFS"}
_WHOLE: Final = {"sum": "SUM", "average": "AVERAGE", "min": "MIN", "max": "MAX"}
_MONTHS: Final = {"year": 12, "quarter": 3, "month": 1}
_FORMATS: Final = {"year": "yyyy", "quarter": "yyyy-mm", "month": "yyyy-mm", "day": "yyyy-mm-dd"}


class Grouping(BaseModel):
    """A column whose values become labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Annotated[str, Field(description="header or letter")]
    period: Annotated[Period | None, Field(description="of dates: one label for each")] = None


class Measure(BaseModel):
    """What is worked out for each label."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Annotated[str, Field(description="header or letter")]
    function: Function = "sum"


def as_items(sent: Any) -> Any:
    """A column's name alone will do, and one item without its list."""
    items = sent if isinstance(sent, list) else [sent]
    return [{"column": each} if isinstance(each, str) else each for each in items]


Groupings = Annotated[list[Grouping], BeforeValidator(as_items), Field(min_length=1, max_length=3)]
Measures = Annotated[list[Measure], BeforeValidator(as_items), Field(min_length=1, max_length=10)]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the source: how formulas name its cells, what it is called, what stands in it."""

    header: str
    reference: str
    values: Sequence[CellValue]
    number_format: str
    period: Period | None = None

    def criteria(self, label: str) -> str:
        """The arguments that pick the rows of the label in that cell."""
        if self.period is None:
            return f"{self.reference},{label}"
        end = f"{label}+1" if self.period == "day" else f"EDATE({label},{_MONTHS[self.period]})"
        return f'{self.reference},">="&{label},{self.reference},"<"&{end}'

    def labels(self, *, is_1904: bool) -> list[Any]:
        """The different values in order, numbers before texts; dates at the start of their period."""
        found: dict[Any, None] = {}
        for value in self.values:
            if value is None or value == "" or isinstance(value, CellError):
                continue
            found[_start(value, self.period, is_1904=is_1904) if self.period else value] = None
        texts: dict[str, str] = {}
        for value in found:
            if isinstance(value, str):
                texts.setdefault(value.casefold(), value)
        numbers = sorted(value for value in found if not isinstance(value, str))
        return [*numbers, *(texts[key] for key in sorted(texts))]


class Summarize(SheetEdit):
    """Sum data up by one to three columns on a sheet of its own, in live formulas (SUMIFS …) that follow the data."""

    is_rare: ClassVar[bool] = True
    op: Literal["summarize"]
    rows: Annotated[Groupings, Field(description="what goes down")]
    values: Annotated[Measures, Field(description="what is worked out")]
    columns: Annotated[
        Grouping | None,
        BeforeValidator(lambda sent: {"column": sent} if isinstance(sent, str) else sent),
        Field(description="what goes across"),
    ] = None
    range: Annotated[Range | None, Field(description="default: the sheet's data")] = None
    to_sheet: Annotated[str, Field(min_length=1, max_length=31, description="new sheet")] = "Summary"
    title: str | None = None

    def scope(self, document: Workbook) -> Scope:
        places = (
            f"sheet:{self.to_sheet}",
            f"{quoted_sheet(self.to_sheet)}!*",
            *(f"sheet:{each.name}" for each in document.sheets),
        )
        return everywhere(document, *places, loses_cells=True)

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        area = data_area(sheet, self.range)
        rows = [_column(sheet, area, each.column, each.period) for each in self.rows]
        across = None if self.columns is None else _column(sheet, area, self.columns.column, self.columns.period)
        measures: list[tuple[_Column, Function]] = [
            (_column(sheet, area, each.column, None), each.function) for each in self.values
        ]
        if across is not None and len(measures) > 1:
            raise ToolError("values: with `columns`, one value at a time; make a second summary for the other")
        plan = _Plan(rows, across, measures, self.title, document.is_1904)
        add_sheet(document, self.to_sheet, None)
        plan.write(document.sheet(self.to_sheet))


class _Plan:
    """Where everything stands: title, a row of headers, a row for each combination of labels, totals."""

    def __init__(
        self,
        rows: Sequence[_Column],
        across: _Column | None,
        measures: Sequence[tuple[_Column, Function]],
        title: str | None,
        is_1904: bool,
    ) -> None:
        self.rows, self.across, self.measures = rows, across, measures
        self.labels = _combinations(rows, is_1904=is_1904)
        self.heads = [] if across is None else across.labels(is_1904=is_1904)
        if not self.labels:
            raise Refused(f"rows: {rows[0].header!r} holds no values to sum up by")
        if len(self.labels) * max(1, len(self.heads)) > _MOST_LABELS * 5 or len(self.heads) > 200:
            raise Refused(
                f"rows: {len(self.labels)} × {len(self.heads) or 1} labels make no summary; group by something coarser"
            )
        self.title = title or _titled(rows, across, measures)
        self.top = 4

    def write(self, sheet: Sheet) -> None:
        first, last = self.top, self.top + len(self.labels) - 1
        left = len(self.rows) + 1
        width = len(self.heads) + 1 if self.across else len(self.measures)
        values: dict[tuple[int, int], Input] = {(1, 1): f"'{self.title}"}
        for index, column in enumerate(self.rows, 1):
            values[first - 1, index] = f"'{column.header}"
            for down, combination in enumerate(self.labels):
                label = combination[index - 1]
                values[first + down, index] = f"'{label}" if isinstance(label, str) else label
        for index, head in enumerate(self._heads(), left):
            values[first - 1, index] = head
        for down in range(len(self.labels)):
            for right in range(width):
                values[first + down, left + right] = self._cell(first + down, left + right, right)
        values[last + 1, 1] = "Total"
        for right in range(width):
            values[last + 1, left + right] = self._total(left + right, right)
        enter(sheet, values)
        self._dress(sheet, Area(first, 1, last + 1, left + width - 1), left)

    def _heads(self) -> list[Input]:
        if self.across is None:
            return [f"'{_named(column, function)}" for column, function in self.measures]
        return [*(f"'{head}" if isinstance(head, str) else head for head in self.heads), "Total"]

    def _criteria(self, row: int) -> list[str]:
        return [column.criteria(f"${column_letters(index)}{row}") for index, column in enumerate(self.rows, 1)]

    def _cell(self, row: int, column: int, right: int) -> str:
        criteria = self._criteria(row)
        if self.across is not None and right < len(self.heads):
            criteria.append(self.across.criteria(f"{column_letters(column)}${self.top - 1}"))
        return _formula(*self._measure(right), criteria)

    def _total(self, column: int, right: int) -> str:
        if self.across is not None and right < len(self.heads):
            return _formula(*self._measure(right), [self.across.criteria(f"{column_letters(column)}${self.top - 1}")])
        return _formula(*self._measure(right), [])

    def _measure(self, right: int) -> tuple[_Column, Function]:
        return self.measures[0 if self.across is not None else right]

    def _dress(self, sheet: Sheet, area: Area, left: int) -> None:
        change_formats(sheet, Area.cell(1, 1), StyleChange(bold=True, size=14))
        header = Area(area.top - 1, 1, area.top - 1, area.right)
        change_formats(sheet, header, StyleChange(bold=True, bottom=Edge("thin"), wrap=None))
        change_formats(sheet, Area(area.bottom, 1, area.bottom, area.right), StyleChange(bold=True, top=Edge("thin")))
        for index, column in enumerate(self.rows, 1):
            code = _FORMATS[column.period] if column.period else column.number_format
            change_formats(
                sheet, Area(area.top, index, area.bottom - 1, index), StyleChange(number_format=code, horizontal="left")
            )
        if self.across is not None and self.heads:
            code = _FORMATS[self.across.period] if self.across.period else self.across.number_format
            change_formats(
                sheet,
                Area(area.top - 1, left, area.top - 1, area.right - 1),
                StyleChange(number_format=code, horizontal="right"),
            )
        for column in range(left, area.right + 1):
            measured, function = self._measure(column - left)
            code = "#,##0" if function == "count" else measured.number_format
            if code == "General":
                code = "#,##0" if _are_whole(measured.values) and function != "average" else "#,##0.00"
            change_formats(sheet, Area(area.top, column, area.bottom, column), StyleChange(number_format=code))
        fit_columns(sheet, 1, area.right)
        freeze(sheet, area.top - 1, left - 1)


def _formula(column: _Column, function: Function, criteria: Sequence[str]) -> str:
    if function == "count":
        return f"=COUNTIFS({','.join(criteria)})" if criteria else f"=COUNTA({column.reference})"
    if not criteria:
        return f"={_WHOLE[function]}({column.reference})"
    formula = f"{_IFS[function]}({column.reference},{','.join(criteria)})"
    # Where no row meets the criteria there is nothing to average.
    return f'=IFERROR({formula},"")' if function == "average" else f"={formula}"


def _column(sheet: Sheet, area: Area, text: str, period: Period | None) -> _Column:
    number = find_column(sheet, text)
    if not area.left <= number <= area.right:
        raise ToolError(f"{text!r} lies outside the data at {area}")
    cells = {cell.row: cell for cell in sheet.cells(Area(area.top, number, area.bottom, number))}
    header = headers_of(sheet).get(number) or column_letters(number)
    first = next(iter(cells.values()), None)
    code = sheet.book.styles.number_format(first.style) if first else "General"
    table = next(
        (each for each in sheet.tables if each.data and each.data.covers(Area(area.top, number, area.bottom, number))),
        None,
    )
    return _Column(
        header,
        _reference(sheet, area, number, table),
        [cells[row].value if row in cells else None for row in range(area.top, area.bottom + 1)],
        code,
        period,
    )


def _reference(sheet: Sheet, area: Area, number: int, table: Table | None) -> str:
    if table is not None:
        name = "".join(f"'{each}" if each in "[]#'@" else each for each in table.columns[number - table.area.left])
        return f"{table.name}[{name}]"
    letters = column_letters(number)
    return f"{quoted_sheet(sheet.name)}!${letters}${area.top}:${letters}${area.bottom}"


def _combinations(rows: Sequence[_Column], *, is_1904: bool) -> list[tuple[Any, ...]]:
    """The labels of the rows that occur together, in order."""
    ranks = [{_key(label): (at, label) for at, label in enumerate(column.labels(is_1904=is_1904))} for column in rows]
    found: dict[tuple[int, ...], tuple[Any, ...]] = {}
    for values in zip(*(column.values for column in rows), strict=True):
        picked: list[tuple[int, Any]] = []
        for value, column, rank in zip(values, rows, ranks, strict=True):
            start = value
            if column.period and value is not None and not isinstance(value, CellError):
                start = _start(value, column.period, is_1904=is_1904)
            if (known := rank.get(_key(start))) is not None:
                picked.append(known)
        if len(picked) == len(rows):
            found[tuple(at for at, _ in picked)] = tuple(label for _, label in picked)
    return [found[key] for key in sorted(found)]


def _key(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _start(value: Any, period: Period | None, *, is_1904: bool) -> Any:
    """The serial number of the first day of the value's period."""
    if isinstance(value, str | bool):
        raise ToolError(f"period: {value!r} is no date")
    moment = date_of_serial(value, is_1904=is_1904)
    if moment is None:
        raise ToolError(f"period: {value!r} is no date")
    day = int(value)
    match period:
        case "year":
            return day - (moment.timetuple().tm_yday - 1)
        case "quarter":
            month = moment.replace(month=(moment.month - 1) // 3 * 3 + 1, day=1)
            return day - (moment.date() - month.date()).days
        case "month":
            return day - (moment.day - 1)
        case _:
            return day


def _are_whole(values: Sequence[CellValue]) -> bool:
    return all(float(value).is_integer() for value in values if isinstance(value, int | float))


def _named(column: _Column, function: Function) -> str:
    return {"sum": column.header, "count": f"Count of {column.header}"}.get(
        function, f"{function.capitalize()} of {column.header}"
    )


def _titled(rows: Sequence[_Column], across: _Column | None, measures: Sequence[tuple[_Column, Function]]) -> str:
    by = " and ".join(each.header for each in (*rows, *([] if across is None else [across])))
    return f"{', '.join(_named(column, function) for column, function in measures)} by {by}"
