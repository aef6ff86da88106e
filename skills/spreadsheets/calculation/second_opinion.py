"""A second engine for the formulas of which the first is known to be wrong without a word: arrays where one value goes.

It starts slowly (seconds) and is fed cell by cell through WebAssembly, so it is asked for few formulas only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import CellError, CellValue

if TYPE_CHECKING:
    from skills.spreadsheets.calculation.engine import Engine
    from skills.spreadsheets.calculation.formula_runs import FormulaRun

MOST_FORMULAS: Final = 5_000
MOST_INPUTS: Final = 50_000
MOST_READ: Final = 2_500_000
"""Cells read by all formulas together: some ten seconds of its work."""

SECOND_ALONE: Final = frozenset({"AGGREGATE"})
"""Functions that only the second engine has."""

_ALONE: Final = re.compile(rf"\b(?:{'|'.join(SECOND_ALONE)})\(", re.IGNORECASE)

# Functions that take one value and, given many, are computed by IronCalc for one of them only: it then answers with a
# wrong value, or an error that IFERROR, COUNT and their like hide. Found by computing SUMPRODUCT(F(range)) and
# F(a)+F(b)+F(c) side by side in 0.9.1; those that agreed (INT, ABS, LEN, LEFT, YEAR, IF, …) are not here.
_LIFTED: Final = (
    r"(?:COUNTIFS?|SUMIFS?|AVERAGEIFS?|MINIFS|MAXIFS|[HVX]?LOOKUP|X?MATCH|INDEX|LARGE|SMALL|RANK(?:\.EQ|\.AVG)?|"
    r"SEARCH|FIND|TEXT(?:BEFORE|AFTER)?|VALUE|NUMBERVALUE|DATEVALUE|TIMEVALUE|CODE|CHAR|UNICODE|UNICHAR|FIXED|DOLLAR|"
    r"BASE|DECIMAL|N|T|NOT|IFS|SWITCH|IFERROR|IFNA|IS(?:ERROR|ERR|NUMBER|TEXT|NONTEXT|LOGICAL|ODD|EVEN)|"
    r"MOD|ROUND(?:UP|DOWN)?|TRUNC|LOG|CEILING(?:\.MATH)?|FLOOR(?:\.MATH)?|MROUND|QUOTIENT|GCD|LCM|COMBIN|"
    r"HOUR|MINUTE|SECOND|TIME|WEEKNUM|ISOWEEKNUM|EOMONTH|EDATE|DAYS|DAYS360|DATEDIF|YEARFRAC|"
    r"NETWORKDAYS(?:\.INTL)?|WORKDAY(?:\.INTL)?)\("
)
_IN_ARRAYS: Final = re.compile(rf"\{{|\b{_LIFTED}|\bCOUNTA?\(", re.IGNORECASE)
_IN_PRODUCTS: Final = re.compile(rf"\bSUMPRODUCT\(.*\b{_LIFTED}", re.IGNORECASE | re.DOTALL)
_COMPUTED_LOOKUP: Final = re.compile(r"(?<![A-Z.])LOOKUP\([^,]*,[^,]*[-+*/^=<>(]", re.IGNORECASE)
_CONSTANT: Final = re.compile(rf"\{{.*\b{_LIFTED}|\b{_LIFTED}.*\{{", re.IGNORECASE | re.DOTALL)
# Found by computing a hundred formulas over odd inputs with both: "<>text" leaves out blanks, numbers and truths, and
# texts that are empty are joined where they should be skipped.
_ON_ODD_INPUTS: Final = re.compile(
    r"""\b(?:COUNT|SUM|AVERAGE|MAX|MIN)IFS?\(.*"<>(?:[^"\d]|"\s*&)|\bTEXTJOIN\(|\bDATEVALUE\(""",
    re.IGNORECASE | re.DOTALL,
)
# The first engine reads no "1 May 2022" (nor does DATEVALUE, whose error hides in IFERROR and in criteria) and no day
# before 1 January 1900, which is what an empty cell is: it gives an error then.
_OF_DATES: Final = re.compile(
    r"\b(?:YEAR|MONTH|DAY|WEEKDAY|WEEKNUM|EOMONTH|EDATE|DATEDIF|YEARFRAC|NETWORKDAYS|WORKDAY|VALUE|TEXT)\(",
    re.IGNORECASE,
)
# Excel's calendar has a 29 February 1900; the first engine's has not, and takes every day before it for the one before.
_OF_EARLY_DAYS: Final = re.compile(r"\b(?:MONTH|DAY|TEXT|EDATE|EOMONTH|YEARFRAC|DATEDIF)\(", re.IGNORECASE)
_EARLY_DATE: Final = re.compile(r"\bDATE\(\s*(?:1900|0)\s*,", re.IGNORECASE)
FIRST_SURE_DAY: Final = 61
_LACKING: Final = (CellError("#NUM!"), CellError("#VALUE!"))
_UNKNOWN: Final = CellError("#NAME?")
_TEXT: Final = re.compile(r'"[^"]*"')
_ERROR_CODES: Final = 10


def is_doubtful(run: FormulaRun) -> bool:
    """Whether the first engine's answer should not be taken alone."""
    if _ON_ODD_INPUTS.search(run.text):
        return True
    text = _TEXT.sub('""', run.text)
    if _ALONE.search(text):
        return True
    if run.kind == "array" or run.is_dynamic:
        return bool(_IN_ARRAYS.search(text))
    return bool(
        _EARLY_DATE.search(text) or _CONSTANT.search(text) or _IN_PRODUCTS.search(text) or _COMPUTED_LOOKUP.search(text)
    )


def is_of_early_days(run: FormulaRun) -> bool:
    """Whether days before 1 March 1900, where it reads such, would be taken for others."""
    return bool(_OF_EARLY_DAYS.search(run.text))


def is_lacking(value: CellValue) -> bool:
    """Whether the first engine says so that it lacks a function, or that a formula reads one that does."""
    return value == _UNKNOWN


def is_suspect(run: FormulaRun, values: Sequence[CellValue]) -> bool:
    """Whether an error among the first engine's answers may be its own."""
    return any(error in values for error in _LACKING) and bool(_OF_DATES.search(_TEXT.sub('""', run.text)))


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the second engine gives for a formula: its value, and the area and values of an array."""

    value: CellValue
    area: Area
    values: dict[tuple[int, int], CellValue]


Place = tuple[str, int, int]
"""Sheet key, row, column."""


def opinions(
    sheets: Sequence[str], formulas: dict[Place, str], inputs: Iterable[tuple[Place, CellValue]]
) -> dict[Place, Opinion]:
    """Of each formula; texts without `=`."""
    book = _Book(sheets)
    for place, value in inputs:
        book.put(place, value)
    for place, text in formulas.items():
        book.put_formula(place, text)
    book.recalculate()
    return {place: book.opinion(place) for place in formulas}


class _Book:
    """A workbook of the second engine, whose rows and columns count from 0."""

    def __init__(self, sheets: Sequence[str]) -> None:
        import formulon  # noqa: PLC0415 - more than a second, for few workbooks

        self._formulon = formulon
        self._book: Any = formulon.Workbook.create_empty()
        self._index = {name.casefold(): place for place, name in enumerate(sheets)}
        for name in sheets:
            self._book.add_sheet(name)
        self._errors = {formulon.error_display_name(code): code for code in range(_ERROR_CODES)}

    def put(self, place: Place, value: CellValue) -> None:
        at = self._index[place[0]], place[1] - 1, place[2] - 1
        match value:
            case None:
                return
            case bool():
                self._book.set_bool(*at, value)
            case str():
                self._book.set_text(*at, value)
            case CellError(code):
                self._book.set_error(*at, self._errors.get(code, self._errors["#N/A"]))
            case _:
                self._book.set_number(*at, float(value))

    def put_formula(self, place: Place, text: str) -> None:
        """One it cannot read gives `#NAME?`."""
        at = self._index[place[0]], place[1] - 1, place[2] - 1
        try:
            self._book.set_formula(*at, "=" + text)
        except self._formulon.FormulonError:
            self._book.set_error(*at, self._errors["#NAME?"])

    def recalculate(self) -> None:
        self._book.recalc()

    def opinion(self, place: Place) -> Opinion:
        sheet, row, column = self._index[place[0]], place[1] - 1, place[2] - 1
        spill = self._book.spill_info(sheet, row, column)
        rows, columns = (spill.rows, spill.cols) if spill.engaged else (1, 1)
        area = Area(place[1], place[2], row + rows, column + columns)
        values = {cell: self._value(sheet, *cell) for cell in area.cells()}
        return Opinion(values[place[1], place[2]], area, values)

    def _value(self, sheet: int, row: int, column: int) -> CellValue:
        found = self._book.get_value(sheet, row - 1, column - 1)
        kinds = self._formulon.ValueKind
        if found.kind == kinds.NUMBER:
            return float(found.number)
        if found.kind == kinds.BOOL:
            return bool(found.boolean)
        if found.kind == kinds.TEXT:
            return str(found.text)
        if found.kind == kinds.ERROR:
            return CellError(self._formulon.error_display_name(found.error_code))
        return None


def filled_cells(engine: Engine, areas: Iterable[tuple[str, Area]]) -> Iterator[tuple[Place, CellValue]]:
    """What the first engine holds in some areas, each cell once."""
    seen: set[Place] = set()
    for key, area in areas:
        rows, columns = engine.extent_of(key)
        within = range(area.top, min(area.bottom, rows) + 1)
        for column in range(area.left, min(area.right, columns) + 1):
            for row, value in zip(within, engine.values(key, column, within), strict=True):
                if value is not None and (key, row, column) not in seen:
                    seen.add((key, row, column))
                    yield (key, row, column), value
