"""Reads a sheet's cells from its text: rows as they stream by, shared strings and shared formulas looked up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import MAX_COLUMN, Area, column_number
from skills.spreadsheets.document.cell_text import CellParser, CellText, reference_column, unescape_x
from skills.spreadsheets.document.cells import Cell, CellError, CellValue
from skills.spreadsheets.document.dates import serial_of_iso
from skills.spreadsheets.document.formula_text import shown
from skills.spreadsheets.document.markup import element_in
from skills.spreadsheets.document.references.formulas import translate
from skills.spreadsheets.document.row_text import row_style

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.spreadsheets.document.cell_text import FormulaText
    from skills.spreadsheets.document.markup import Node
    from skills.spreadsheets.document.shared_strings import SharedStrings
    from skills.spreadsheets.document.sheet_text import SheetText


@dataclass(frozen=True, slots=True)
class Anchored:
    """A formula that speaks for an area: `kind` is shared, array or dataTable; it stands at `row`, `column`."""

    row: int
    column: int
    kind: str
    text: str
    area: Area
    group: str | None = None


class SheetReader:
    """The stored cells of one sheet; what is only pending is not seen here."""

    def __init__(self, text: SheetText, strings: SharedStrings, *, is_1904: bool) -> None:
        self.text = text
        self._strings = strings
        self._is_1904 = is_1904

    @cached_property
    def _parser(self) -> CellParser:
        return CellParser(self.text.prefix, self.text.root.bound)

    def rows(self, first: int, last: int) -> Iterator[tuple[int, list[CellText]]]:
        """The rows between two numbers that are stored, their cells as written."""
        for number, row in self.row_texts(first, last):
            yield number, list(self._parser.row(row))

    def row_texts(self, first: int, last: int) -> Iterator[tuple[int, bytes]]:
        """As `rows`, each as its bytes."""
        for block in self.text.blocks(first, last):
            for index, number in enumerate(block.numbers):
                if first <= number <= last:
                    yield number, block.row(index)

    def parsed(self, source: bytes) -> Iterator[CellText]:
        """The cells of one row's bytes as written."""
        return self._parser.row(source)

    def row_cells(self, row: int, source: bytes) -> Iterator[Cell]:
        """The cells in one row's bytes."""
        return (self.resolved(row, cell) for cell in self._parser.row(source))

    def cells(self, area: Area) -> Iterator[Cell]:
        """The stored cells of an area, row by row."""
        is_all = area.left == 1 and area.right == MAX_COLUMN
        for row, found in self.rows(area.top, area.bottom):
            for cell in found:
                if is_all or area.left <= cell.column <= area.right:
                    yield self.resolved(row, cell)

    def resolved(self, row: int, cell: CellText) -> Cell:
        """The cell as readers see it."""
        formula = cell.formula
        if formula is None and cell.kind == "n" and cell.rich_value is None:
            content = cell.content
            return Cell(row, cell.column, None if content is None else _number(content), None, cell.style)
        return Cell(
            row,
            cell.column,
            self.value(cell.kind, cell.content),
            None if formula is None else self.formula(row, cell.column, formula),
            cell.style,
            cell.is_rich or (cell.kind == "s" and cell.content is not None and self._is_rich(cell.content)),
            formula.area if formula is not None and formula.kind in {"array", "dataTable"} else None,
            cell.rich_value if formula is None else None,
        )

    def rich_string(self, row: int, column: int) -> Node | None:
        """The `si` or `is` behind a stored cell with text."""
        for _, source in self.row_texts(row, row):
            for node in element_in(source, self.text.root.bound).named(b"c"):
                if reference_column(node.attributes.get(b"r", "")) == column:
                    return self._string_of(node)
        return None

    def _string_of(self, cell: Node) -> Node | None:
        if cell.attributes.get(b"t") == "inlineStr":
            return next(cell.named(b"is"), None)
        value = next(cell.named(b"v"), None)
        return None if value is None else self._strings.node(int(value.text()))

    def stored_formula(self, row: int, column: int, formula: FormulaText) -> str:
        """The formula as files keep it, without `=`, a shared one as it reads in this cell."""
        if formula.kind != "shared" or formula.text:
            return formula.text
        master = self.master_of(formula.group, row, column)
        return translate(master.text, row - master.row, column - master.column, wraps=True) if master else ""

    def master_of(self, group: str | None, row: int, column: int) -> Anchored | None:
        """The cell that spells out the shared formula of a group."""
        return next((each for each in self._masters.get(group, ()) if each.area.contains(row, column)), None)

    @cached_property
    def anchored(self) -> tuple[Anchored, ...]:
        """The masters of shared formulas, the anchors of array formulas and of data tables."""
        return tuple(self._find_anchored()) if self.text.layout.has_formulas else ()

    @cached_property
    def _masters(self) -> dict[str | None, list[Anchored]]:
        found: dict[str | None, list[Anchored]] = {}
        for each in self.anchored:
            if each.kind == "shared":
                found.setdefault(each.group, []).append(each)
        return found

    @property
    def arrays(self) -> tuple[Anchored, ...]:
        """The array formulas and data tables."""
        return tuple(each for each in self.anchored if each.kind != "shared")

    def formatted_rows(self) -> Iterator[int]:
        """The rows that have a format of their own."""
        for block in self.text.blocks():
            if b"customFormat" in block.data:
                for index, number in enumerate(block.numbers):
                    if row_style(block.row(index)) is not None:
                        yield number

    @cached_property
    def used(self) -> Area | None:
        """The smallest area holding every cell that holds something."""
        return Area.around(self._row_extents())

    def _find_anchored(self) -> Iterator[Anchored]:
        for block in self.text.blocks():
            if b"ref=" not in block.data:
                continue
            for index, row in enumerate(block.numbers):
                source = block.row(index)
                if b"ref=" in source:
                    for cell in self._parser.row(source):
                        formula = cell.formula
                        if formula is not None and formula.area is not None and formula.kind != "normal":
                            yield Anchored(row, cell.column, formula.kind, formula.text, formula.area, formula.group)

    def _row_extents(self) -> Iterator[Area]:
        """How far each row is filled, mostly by its first and its last cell alone."""
        prefix = self.text.prefix
        name, closing = b"<" + prefix + b"c", b"</" + prefix + b"c>"
        filled = re.compile(re.escape(name) + rb' r="([A-Z]{1,3})\d+"(?:[^>]*[^/>])?>')
        every = re.compile(re.escape(name) + rb"[\s/>]")
        is_exact = self.text.layout.exact is not None
        for block in self.text.blocks():
            data, starts = block.data, block.starts
            is_usual = not is_exact and len(every.findall(data)) == data.count(name + b' r="')
            for index, number in enumerate(block.numbers):
                if not is_usual:
                    yield from self._parsed_extent(number, block.row(index))
                    continue
                start, end = starts[index], starts[index + 1] if index + 1 < len(starts) else len(data)
                first = filled.search(data, start, end)
                if first is None:
                    continue
                last = filled.match(data, data.rfind(name + b" ", start, data.rfind(closing, start, end) + 1))
                if last is None:
                    yield from self._parsed_extent(number, block.row(index))
                else:
                    yield Area(number, _column(first), number, _column(last))

    def _parsed_extent(self, number: int, row: bytes) -> Iterator[Area]:
        columns = [cell.column for cell in self._parser.row(row) if cell.content is not None or cell.formula]
        if columns:
            yield Area(number, min(columns), number, max(columns))

    def formula(self, row: int, column: int, formula: FormulaText) -> str:
        """The formula of a cell as people see it."""
        if formula.kind == "dataTable":
            return "=TABLE()"
        return "=" + shown(self.stored_formula(row, column, formula))

    def _is_rich(self, content: str) -> bool:
        return content.isdecimal() and self._strings.is_rich(int(content))

    def value(self, kind: str, content: str | None) -> CellValue:
        """What a cell of that `t` holds, given its text."""
        if content is None:
            return None
        match kind:
            case "s":
                return self._strings.text(int(content)) if content.strip().isdecimal() else ""
            case "b":
                return content.strip() in {"1", "true"}
            case "e":
                return CellError(content)
            case "str" | "inlineStr":
                return unescape_x(content)
            case "d":
                return serial_of_iso(content.strip(), is_1904=self._is_1904)
            case _:
                return _number(content)


def _column(cell: re.Match[bytes]) -> int:
    return column_number(cell[1].decode())


def _number(content: str) -> CellValue:
    try:
        return int(content) if content.removeprefix("-").isdecimal() else float(content)
    except ValueError:
        return content or None
