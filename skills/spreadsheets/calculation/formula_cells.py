"""Every formula of a sheet with its cached value, found without looking at the cells that hold none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import Area, cell_name, column_number
from skills.spreadsheets.document.markup import plain
from skills.spreadsheets.document.patches import Content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.spreadsheets.document.patches import CellPatch
    from skills.spreadsheets.document.row_scanner import Block
    from skills.spreadsheets.document.sheet import Sheet


@dataclass(slots=True)
class FormulaCell:
    """`text` as files store it, without `=`; `kind` normal, array or dataTable, `area` what an array fills.

    `cached` is the stored result's text and `cached_kind` its `t`; both None and "n" for a pending formula.
    """

    sheet: Sheet
    row: int
    column: int
    text: str
    kind: str = "normal"
    area: Area | None = None
    cached: str | None = None
    cached_kind: str = "n"
    is_dynamic: bool = False


def formula_cells(sheet: Sheet) -> Iterator[FormulaCell]:
    """Those stored and not overwritten, then those pending."""
    pending = sheet.patches.cells
    if sheet.has_formulas:
        for cell in _stored(sheet):
            patch = pending.get(cell.row, {}).get(cell.column)
            if patch is None or not isinstance(patch.content, Content):
                yield cell
    for row, columns in pending.items():
        for column, patch in columns.items():
            yield from _pending(sheet, row, column, patch)


def _pending(sheet: Sheet, row: int, column: int, patch: CellPatch) -> Iterator[FormulaCell]:
    content = patch.content
    if isinstance(content, Content) and content.formula is not None:
        formula = content.formula
        is_dynamic = content.metadata is not None
        yield FormulaCell(sheet, row, column, formula.text, formula.kind, formula.area, is_dynamic=is_dynamic)


def _stored(sheet: Sheet) -> Iterator[FormulaCell]:
    name = re.escape(sheet.text.prefix)
    usual = re.compile(
        b"<" + name + rb'c r="([A-Z]{1,3})(\d{1,7})"(?: s="\d{1,9}")?(?: t="([a-z]{1,3})")?>'
        b"<" + name + rb"f>([^<]*)</" + name + b"f>"
        b"(?:<" + name + rb'v(?: xml:space="preserve")?>([^<]*)</' + name + b"v>)?</" + name + b"c>"
    )
    opening = re.compile(b"<" + name + rb"f[\s/>]")
    for block in sheet.text.blocks():
        found = list(usual.finditer(block.data)) if b"<!" not in block.data else []
        if len(found) == len(opening.findall(block.data)):
            for letters, row, kind, text, value in (match.groups() for match in found):
                yield FormulaCell(
                    sheet,
                    int(row),
                    column_number(letters.decode()),
                    plain(text),
                    cached=None if value is None else plain(value),
                    cached_kind=kind.decode() if kind else "n",
                )
        else:
            yield from _exactly(sheet, block)


def _exactly(sheet: Sheet, block: Block) -> Iterator[FormulaCell]:
    """As the cell reader sees them: shared formulas, arrays, odd spellings."""
    for index, number in enumerate(block.numbers):
        source = block.row(index)
        if b"f>" not in source and b"f " not in source and b"f/>" not in source:
            continue
        for cell in sheet.reader.parsed(source):
            formula = cell.formula
            if formula is None:
                continue
            yield FormulaCell(
                sheet,
                number,
                cell.column,
                sheet.reader.stored_formula(number, cell.column, formula),
                "normal" if formula.kind == "shared" else formula.kind,
                formula.area if formula.kind in {"array", "dataTable"} else None,
                cell.content,
                cell.kind,
                formula.kind == "array" and _has_metadata(source, cell_name(number, cell.column)),
            )


def _has_metadata(row: bytes, name: str) -> bool:
    """Whether the cell is marked as a dynamic array's ([MS-XLSX] and ISO/IEC 29500-1, 18.3.1.4: `cm`)."""
    return re.search(rb"c r=[\"']" + name.encode() + rb"[\"'][^>]*\scm=", row) is not None
