"""One worksheet part: its rows and the regions around them, rewritten together."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.office import xml
from skills.spreadsheets.document.markup import open_root
from skills.spreadsheets.document.part_text import KEPT
from skills.spreadsheets.document.references.areas import shifted_areas
from skills.spreadsheets.document.references.cell_formulas import FormulaPatterns, FormulaRewriter
from skills.spreadsheets.document.references.cells_pass import moved_rows
from skills.spreadsheets.document.references.holders.anchors import shift_anchors
from skills.spreadsheets.document.references.holders.columns import shift_columns
from skills.spreadsheets.document.references.holders.controls import rewrite_attributes
from skills.spreadsheets.document.references.holders.elements import discard, named
from skills.spreadsheets.document.references.holders.filters import shift_filters
from skills.spreadsheets.document.references.holders.hyperlinks import rewrite_locations, shift_hyperlinks
from skills.spreadsheets.document.references.holders.regions import shift_consolidation, shift_regions
from skills.spreadsheets.document.references.holders.rules import rule_formulas, shift_rules
from skills.spreadsheets.document.references.holders.sheet_attributes import rewrite_sheet_names
from skills.spreadsheets.document.references.holders.views import shift_breaks, shift_dimension, shift_views
from skills.spreadsheets.document.references.plain_rows import plain_sheet
from skills.spreadsheets.document.references.rewriter import ShiftRewriter
from skills.spreadsheets.document.references.shifted_formulas import ShiftedFormulas
from skills.spreadsheets.document.sheet_text import SheetText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.references.rewriter import Rewriter
    from skills.spreadsheets.document.sheet import Sheet

_MARK: Final = "\N{REPLACEMENT CHARACTER}rows"


def rewrite_worksheet(sheet: Sheet, rewriter: Rewriter) -> list[Area]:
    """Formulas, and on the shifted sheet all that says where it stands; raises Refused naming what would break.

    Gives the cells, as they stand afterwards, whose formulas came to hold #REF!.
    """
    package, part, name = sheet.book.package, sheet.part, sheet.name
    shift = rewriter if isinstance(rewriter, ShiftRewriter) else None
    is_own = shift is not None and shift.is_own(name)
    if not is_own and not _mentions(package, part, rewriter):
        return []
    text = plain_sheet(package, sheet.text, name)
    unused: list[str] = []

    def patch(root: Element) -> None:
        if shift is not None:
            shift_rules(root, shift, name)
            shift_consolidation(root, shift)
        _rewrite_formulas(root, rewriter, name, includes_rules=shift is None)
        if shift is not None and is_own:
            unused.extend(_shift_regions(root, shift))
            _drop_lost_tables(root, {relation.id for relation in package.relationships(part)})

    layout = text.layout
    head, tail = patched_frame(layout.head, layout.tail, patch)
    formulas = _formulas(text, rewriter, name)
    rows = moved_rows(text, shift.shift, formulas, name) if shift and is_own else _same_rows(text, formulas)
    text.text.write(chain((head,), rows, (tail,)))
    for rid in unused:
        package.unrelate(part, rid)
    return shifted_areas(formulas.broken, shift.shift) if shift and is_own else formulas.broken


def patched_frame(head: bytes, tail: bytes, patch: Callable[[Element], None]) -> tuple[bytes, bytes]:
    """A sheet's text around its rows after `patch` changed its tree; the very bytes when it changed nothing."""
    start = open_root(head).start
    root = xml.parse(head[start:] + tail)
    rows = next(iter(named(root, "sheetData")))
    rows.text = _MARK
    before = etree.tostring(root)
    patch(root)
    if etree.tostring(root) == before:
        return head, tail
    data = etree.tostring(root, encoding="UTF-8", with_tail=False)
    new_head, new_tail = data.split(_MARK.encode())
    return head[:start] + new_head, new_tail


def patch_worksheet(package: Package, part: str, patch: Callable[[Element], None]) -> None:
    """Change the regions of a sheet and leave its rows."""
    text = SheetText(package, part)
    head, tail = patched_frame(text.layout.head, text.layout.tail, patch)
    text.text.write(chain((head,), _data(text), (tail,)))


def rewrite_tree(root: Element, rewriter: Rewriter, sheet: str) -> None:
    """A sheet without cells of its own, or a macro sheet, as a tree: formulas only."""
    _rewrite_formulas(root, rewriter, sheet, includes_rules=True)


def _rewrite_formulas(root: Element, rewriter: Rewriter, sheet: str, *, includes_rules: bool) -> None:
    apart = set() if includes_rules else set(rule_formulas(root))
    for element in named(root, "f", "formula", "formula1", "formula2"):
        if element not in apart and element.text and not element.text.isspace():
            element.text = rewriter.formula(element.text, sheet)
    rewrite_attributes(root, rewriter, sheet)
    rewrite_locations(root, rewriter, sheet)
    rewrite_sheet_names(root, rewriter)


def _shift_regions(root: Element, rewriter: ShiftRewriter) -> list[str]:
    """Everything around the rows; gives the relationships that became useless."""
    shift = rewriter.shift
    shift_dimension(root, shift)
    shift_views(root, shift)
    shift_breaks(root, shift)
    shift_filters(root, shift)
    shift_anchors(root, shift)
    shift_regions(root, shift, rewriter.sheet)
    if shift.axis == "column":
        shift_columns(root, shift)
    return shift_hyperlinks(root, shift)


def _drop_lost_tables(root: Element, related: set[str]) -> None:
    """Tables whose parts went with all their cells."""
    for table in named(root, "tablePart"):
        if not any(value in related for key, value in table.attrib.items() if key.endswith("}id")):
            discard(table)


def _formulas(text: SheetText, rewriter: Rewriter, sheet: str) -> FormulaRewriter:
    patterns = FormulaPatterns(text.prefix)
    if not isinstance(rewriter, ShiftRewriter):
        return FormulaRewriter(patterns, lambda formula: rewriter.formula(formula, sheet))
    anchors = (anchor for data in _data(text) for anchor in patterns.anchors(data)) if text.layout.has_formulas else ()
    return ShiftedFormulas(patterns, rewriter, anchors, sheet)


def _same_rows(text: SheetText, formulas: FormulaRewriter) -> Iterator[bytes]:
    return map(formulas.block, _data(text)) if text.layout.has_formulas else _data(text)


def _data(text: SheetText) -> Iterator[bytes]:
    return (block if isinstance(block, bytes) else block.data for block in text.all_blocks(lambda _span: False))


def _mentions(package: Package, part: str, rewriter: Rewriter) -> bool:
    """Whether any formula of a part may change; a part too large to hold is not searched."""
    return package.size(part) > KEPT or rewriter.mentions(package.read(part))
