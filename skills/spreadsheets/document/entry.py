"""Turns what an edit wants in a cell, a formula or a constant, into what is stored there."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.array_formulas import dynamic_metadata, may_spill
from skills.spreadsheets.document.cell_text import FormulaText
from skills.spreadsheets.document.formula_check import check_syntax, policy
from skills.spreadsheets.document.formula_text import stored
from skills.spreadsheets.document.formula_tokens import tokens
from skills.spreadsheets.document.near import nearest
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.references.formulas import translate
from skills.spreadsheets.document.references.grammar import parse_prefix
from skills.spreadsheets.document.table_headers import header_texts, rename_columns
from skills.spreadsheets.document.table_totals import tell_totals
from skills.spreadsheets.document.values import is_formula, typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.tables import Table
    from skills.spreadsheets.document.values import Input


def enter(sheet: Sheet, values: Mapping[tuple[int, int], Input]) -> None:
    """Put values and formulas into cells by (row, column).

    Raises ToolError for what no cell can hold, Refused for what would break something. The sheet may have been
    read anew afterwards: ask the book for it.
    """
    entry = FormulaEntry(sheet)
    contents: dict[tuple[int, int], Content] = {}
    looks: dict[tuple[int, int], CellPatch] = {}
    for place, value in values.items():
        if isinstance(value, str) and is_formula(value):
            contents[place] = entry.content(value, *place)
            continue
        constant = typed(value, is_1904=sheet.book.is_1904)
        contents[place] = constant.content
        if constant.look is not None:
            looks[place] = CellPatch(restyles=(constant.look,))
    for (row, column), patch in looks.items():
        sheet.patches.add(row, column, patch)
    write(sheet, contents)


def enter_throughout(sheet: Sheet, area: Area, value: Input) -> None:
    """Put one value or formula into every cell of an area, references relative to its first cell; raises as `enter`."""
    if not (isinstance(value, str) and is_formula(value)):
        enter(sheet, dict.fromkeys(area.cells(), value))
        return
    first = FormulaEntry(sheet).content(value, area.top, area.left)
    formula = first.formula
    if formula is None:
        return
    contents = {
        (row, column): replace(first, formula=moved_formula(formula, row - area.top, column - area.left))
        for row, column in area.cells()
    }
    write(sheet, contents)


def moved_formula(formula: FormulaText, rows: int, columns: int) -> FormulaText:
    """The formula as it reads that far down and right; an array formula's area comes along."""
    text = translate(formula.text, rows, columns)
    area = formula.area
    if area is None:
        return replace(formula, text=text)
    moved = Area(area.top + rows, area.left + columns, area.bottom + rows, area.right + columns)
    return replace(formula, text=text, area=moved)


class FormulaEntry:
    """Checks formulas for one sheet; what they may name is looked up once, when there is one."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._allowed: set[str] = set()

    @cached_property
    def _sheets(self) -> dict[str, str]:
        return {each.name.casefold(): each.name for each in self._sheet.book.sheets}

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {table.name.casefold(): table for each in self._sheet.book.sheets for table in each.tables}

    @cached_property
    def _own_tables(self) -> tuple[Table, ...]:
        return self._sheet.tables

    @cached_property
    def _names(self) -> list[str]:
        return [name.name for name in self._sheet.book.names]

    def content(self, value: str, row: int, column: int) -> Content:
        """Of "=…" or "{=…}" in a cell of the sheet; raises ToolError or Refused."""
        is_old_array = value.startswith("{")
        text = (value[2:-1] if is_old_array else value[1:]).strip()
        self._check(text)
        table = next((each.name for each in self._own_tables if each.area.contains(row, column)), None)
        spelt = stored(text, table)
        if is_old_array or may_spill(text):
            metadata = None if is_old_array else dynamic_metadata(self._sheet.book.package, self._sheet.book.main)
            return Content(formula=FormulaText(spelt, "array", Area.cell(row, column)), metadata=metadata)
        return Content(formula=FormulaText(spelt))

    def _check(self, text: str) -> None:
        if text in self._allowed:
            return
        policy(text)
        check_syntax(text, self._names, knows_all=self._sheet.book.package.has_macros)
        self._check_names(text)
        self._allowed.add(text)

    def _check_names(self, text: str) -> None:
        """Excel repairs a file, formulas lost, that names a sheet or a table it has not."""
        before = ""
        for token in tokens(text):
            if token.kind == "prefix":
                self._check_prefix(text, token.text)
            elif token.kind == "brackets" and before and before.casefold() not in self._tables:
                names = [table.name for table in self._tables.values()]
                raise ToolError(f"'={text}': no table {before!r}; {nearest(before, names)}{_listed('tables', names)}")
            before = token.text if token.kind == "name" else ""

    def _check_prefix(self, text: str, prefix: str) -> None:
        parsed = parse_prefix(prefix)
        for name in (parsed.first, parsed.last):
            if not parsed.book and name.casefold() not in self._sheets:
                names = list(self._sheets.values())
                raise ToolError(f"'={text}': no sheet {name!r}; {nearest(name, names)}{_listed('sheets', names)}")


def write(sheet: Sheet, contents: Mapping[tuple[int, int], Content]) -> None:
    """As `Sheet.write`; columns of tables are renamed with the cells that head them."""
    headers = header_texts(sheet, contents)
    sheet.write({**contents, **{place: Content(name) for place, name in headers.items()}})
    tell_totals(sheet, contents)
    rename_columns(sheet, headers)


def _listed(what: str, names: list[str]) -> str:
    return f"{what} are {', '.join(map(repr, names))}" if names else f"the book has no {what}"
