"""Faults of the tables of a workbook, and of header cells that say something else than their column's name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from copilot_server.office.consistency import strings
from copilot_server.office.consistency.areas import Area, area, overlaps
from copilot_server.office.consistency.fault import Fault
from copilot_server.office.consistency.formulas import formula_faults
from copilot_server.office.consistency.sheet_text import SheetText
from copilot_server.office.xml import local_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from copilot_server.office.consistency.fault import View
    from copilot_server.office.xml import Element

# Excel writes line breaks in names as _x000a_, and folds blanks; neither makes a difference.
_BLANKS: Final = re.compile(r"_x000[aAdD9]_|\s")
_FORMATS: Final = "DxfId"


@dataclass(frozen=True)
class Table:
    """A table part that can be read; `header_row` is 0 when it has none."""

    part: str
    root: Element
    place: Area
    columns: tuple[str, ...]

    @property
    def header_row(self) -> int:
        return 0 if self.root.get("headerRowCount") == "0" else self.place.top


def of_sheet(view: View, sheet: str) -> tuple[Table, ...]:
    return tuple(filter(None, (_table(view, part) for part in view.related(sheet, "table"))))


def _table(view: View, part: str) -> Table | None:
    root = view.tree(part)
    place = None if root is None else area(root.get("ref", ""))
    if root is None or place is None:
        return None
    return Table(part, root, place, tuple(column.get("name", "") for column in root.iter("{*}tableColumn")))


def name_faults(view: View, book: str, parts: Sequence[str], defined: Sequence[str]) -> Iterator[Fault]:
    """Tables that share an id or a name, with each other or with a defined name of the book."""
    roots = [root for part in parts if (root := view.tree(part)) is not None]
    names = [root.get("displayName", "").lower() for root in roots]
    for name, times in Counter([*names, *defined]).items():
        if times > 1 and name in names:
            yield Fault("duplicate table name", book, name)
    for number, times in Counter(root.get("id", "") for root in roots).items():
        if times > 1:
            yield Fault("duplicate table id", book, number)


def faults(view: View, sheet: str, formats: int, book: str) -> Iterator[Fault]:
    """Those of the tables on one sheet."""
    found = of_sheet(view, sheet)
    for one, other in overlaps(table.place for table in found):
        yield Fault("overlapping tables", sheet, f"{one} and {other}")
    for part in view.related(sheet, "table"):
        root = view.tree(part)
        if root is not None and area(root.get("ref", "")) is None:
            yield Fault("no area of cells", part, root.get("ref", ""))
    for table in found:
        yield from (Fault(kind, table.part, detail) for kind, detail in _table_faults(table, formats))
    yield from _header_faults(view, sheet, found, book)


def _table_faults(table: Table, formats: int) -> Iterator[tuple[str, str]]:
    if len(table.columns) != table.place.right - table.place.left + 1:
        yield "table columns do not fit its area", f"{len(table.columns)} in {table.root.get('ref')}"
    for name, times in Counter(column.lower() for column in table.columns).items():
        if times > 1:
            yield "duplicate table column", name
    for number, times in Counter(c.get("id", "") for c in table.root.iter("{*}tableColumn")).items():
        if times > 1:
            yield "duplicate table column id", number
    for element in table.root.iter():
        yield from _element_faults(element, formats)


def _element_faults(element: Element, formats: int) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if str(name).endswith(_FORMATS) and not (str(value).isdecimal() and int(value) < formats):
            yield "differential format out of range", str(value)
    if local_name(element).endswith("Formula") and (text := (element.text or "").strip()):
        yield from ((kind, text[:80]) for kind in formula_faults(text))


def _header_faults(view: View, sheet: str, found: Sequence[Table], book: str) -> Iterator[Fault]:
    headed = [table for table in found if table.header_row]
    if not headed:
        return
    texts = _texts(view, sheet, {table.header_row for table in headed}, book)
    for table in headed:
        for column, name in enumerate(table.columns, table.place.left):
            text = texts.get((table.header_row, column), "")
            if _BLANKS.sub("", text) != _BLANKS.sub("", name):
                yield Fault("table header differs from its cell", table.part, f"{name!r} / {text!r}")


def _texts(view: View, sheet: str, rows: Collection[int], book: str) -> dict[tuple[int, int], str]:
    """What the cells of those rows say, by row and column; the sheet is read no further than the last of them."""
    cells = {place: cell for row in _rows(view, sheet, rows) for cell in row if (place := _place(cell))}
    strings_used = ((place, _value(cell)) for place, cell in cells.items() if cell.get("t") == "s")
    shared = {place: int(index) for place, index in strings_used if index.isdecimal()}
    said: dict[int, str] = {}
    for part in view.related(book, "sharedStrings"):
        said = strings.texts(view, part, shared.values())
    return {place: said.get(shared[place], "") if place in shared else _value(cell) for place, cell in cells.items()}


def _rows(view: View, sheet: str, wanted: Collection[int]) -> Iterator[Element]:
    if not wanted:
        return
    text = SheetText(view.package.chunks(sheet))
    for piece in text.rows():
        first, last = text.first_number(piece), text.last_number(piece)
        if first is not None and first > max(wanted):
            return
        if last is not None and last >= min(wanted):
            yield from (row for row in text.parsed(piece) if row.get("r", "0") in {str(number) for number in wanted})


def _place(cell: Element) -> tuple[int, int] | None:
    place = area(cell.get("r", ""))
    return (place.top, place.left) if place else None


def _value(cell: Element) -> str:
    """The text of a cell's value, or of its inline text."""
    return "".join("".join(child.itertext()) for child in cell if local_name(child) in {"v", "is"})
