"""Faults of single formulas: errors, references to nothing, constants written in, volatile functions, whole columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeAlias

from copilot_server.agent.changes import Finding
from copilot_server.office.relationships import part_of
from skills.spreadsheets.document.addresses import cell_name
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.references.sheet_names import sheets_named
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading import patterns
from skills.spreadsheets.reading.display import anchor, cut
from skills.spreadsheets.reading.grid import Column
from skills.spreadsheets.reading.view import View

_VOLATILE: Final = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY|OFFSET|INDIRECT)\(", re.IGNORECASE)
_WHOLE_COLUMN: Final = re.compile(r"(?<![\w$:.])\$?[A-Z]{1,3}:\$?[A-Z]{1,3}(?![\w(:.])", re.IGNORECASE)
_COMMON: Final = frozenset({0, 1, 2, 3, 4, 7, 10, 12, 24, 30, 60, 100, 365, 360, 1000, 3600, 1_000_000, 0.5})
_MOST_EACH: Final = 20


@dataclass(frozen=True, slots=True)
class _Gathered:
    """One finding for all cells that share formula and fault."""

    row: int
    column: int
    formula: str
    count: int = 1


_Found: TypeAlias = dict[tuple[str, str], _Gathered]  # by code and what


def formula_findings(view: View, sheets: frozenset[str]) -> Iterator[Finding]:
    """`sheets` are the names of the workbook's sheets, casefolded."""
    errors, others = _Found(), _Found()
    for column in view.grid.columns.values():
        for (code, what), each in column.noted("errors", _errors).items():
            _add(errors, code, what, each)
        for (code, what), each in column.noted("formulas", partial(_of_formulas, sheets)).items():
            _add(others, code, what, each)
    for (code, what), each in list(errors.items())[:_MOST_EACH]:
        yield _error(view, code, what, each)
    for (code, what), each in list(others.items())[:_MOST_EACH]:
        yield _TEXTS[code](view, what, each)


def _add(found: _Found, code: str, what: str, each: _Gathered) -> None:
    known = found.get((code, what))
    found[code, what] = each if known is None else replace(known, count=known.count + each.count)


def name_findings(book: Workbook) -> Sequence[Finding]:
    """Defined names that refer to nothing."""
    parts = [part for part in (book.main, part_of(book.main)) if part in book.package]
    return book.package.found("faults of names", parts, lambda: tuple(_of_names(book)))


def _of_names(book: Workbook) -> Iterator[Finding]:
    for name in book.names:
        if "#REF!" in name.text and not name.is_hidden and not name.is_built_in:
            yield Finding("broken-name", f"name:{name.name}", f"refers to nothing: {cut(name.text)}", what=name.text)


def _of_formulas(sheets: frozenset[str], column: Column) -> _Found:
    found = _Found()
    for run in patterns.runs(column.formulas, column.number) if column.formulas else ():
        for code, what in _faults(run.formula, sheets):
            _add(found, code, what, _Gathered(run.first, column.number, run.formula, len(run.rows)))
    return found


def _errors(column: Column) -> _Found:
    """Cells that hold an error, by it and by their formula as it reads from its cell."""
    if CellError not in column.types:
        return {}
    found, counts = _Found(), Counter[tuple[str, str]]()
    for row, value in zip(column.rows, column.values, strict=True):
        if isinstance(value, CellError):
            formula = column.formulas.get(row, "")
            form = patterns.relative_form(formula, row, column.number) if formula else ""
            counts[value.code, form] += 1
            if counts[value.code, form] == 1:
                found[value.code, form] = _Gathered(row, column.number, formula)
    return {key: replace(each, count=counts[key]) for key, each in found.items()}


def _error(view: View, code: str, form: str, each: _Gathered) -> Finding:
    where = anchor(view.sheet.name, cell_name(each.row, each.column))
    more = f" (and {each.count - 1} more like it)" if each.count > 1 else ""
    if not each.formula:
        return Finding("error-value", where, f"the value {code} stands there{more}", what=code, severity="hint")
    return Finding("formula-error", where, f"{cut(each.formula, 100)} gives {code}{more}", what=f"{code} {form}")


def _faults(formula: str, sheets: frozenset[str]) -> Iterator[tuple[str, str]]:
    """(code, what) of one formula."""
    if "#REF!" in formula:
        yield "broken-reference", formula
    for missing in sorted(sheets_named(formula) - sheets):
        yield "missing-sheet", missing
    bare = patterns.bare(formula)
    if match := _VOLATILE.search(bare):
        yield "volatile", match[1].upper()
    if _WHOLE_COLUMN.search(formula) and "!" not in formula:
        yield "whole-column", "whole columns"
    for constant in patterns.constants(formula):
        if float(constant.rstrip("%")) not in _COMMON and not _is_rounding(bare):
            yield "constant", constant
            return


def _is_rounding(bare: str) -> bool:
    """Formulas whose numbers are settings of a function, not data."""
    return bool(
        re.search(r"\b(?:ROUND\w*|DATE|TIME|LEFT|RIGHT|MID|TEXT|SUBTOTAL|AGGREGATE|CHAR|VLOOKUP|INDEX)\(", bare)
    )


def _cells(view: View, each: _Gathered) -> tuple[str, str]:
    more = f" ({each.count} cells)" if each.count > 1 else ""
    return anchor(view.sheet.name, cell_name(each.row, each.column)), more


def _broken_reference(view: View, what: str, each: _Gathered) -> Finding:
    where, more = _cells(view, each)
    return Finding("broken-reference", where, f"{cut(what, 100)} refers to nothing{more}", what=what)


def _missing_sheet(view: View, what: str, each: _Gathered) -> Finding:
    where, more = _cells(view, each)
    return Finding("missing-sheet", where, f"{cut(each.formula, 100)} names no sheet of this workbook{more}", what=what)


def _volatile(view: View, what: str, each: _Gathered) -> Finding:
    where, more = _cells(view, each)
    return Finding("volatile", where, f"{what} recalculates at every change{more}", what=what, severity="hint")


def _whole_column(view: View, what: str, each: _Gathered) -> Finding:
    where, more = _cells(view, each)
    text = f"{cut(each.formula, 80)} refers to {what}{more}"
    return Finding("whole-column", where, text, "bound the range", what=what, severity="hint")


def _constant(view: View, what: str, each: _Gathered) -> Finding:
    where, more = _cells(view, each)
    text = f"{what} is written into {cut(each.formula, 80)}{more}"
    return Finding("constant", where, text, "give it a labelled cell", what=what, severity="hint")


_TEXTS: Final[dict[str, Callable[[View, str, _Gathered], Finding]]] = {
    "broken-reference": _broken_reference,
    "missing-sheet": _missing_sheet,
    "volatile": _volatile,
    "whole-column": _whole_column,
    "constant": _constant,
}
