"""Takes a rewriter to every part of a workbook that holds references."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.calc_chain import drop_chain
from skills.spreadsheets.document.references.holders import calculation, charts, comments, pivots, tables
from skills.spreadsheets.document.references.holders.anchors import shift_anchors
from skills.spreadsheets.document.references.holders.controls import rewrite_attributes
from skills.spreadsheets.document.references.holders.hyperlinks import rewrite_targets
from skills.spreadsheets.document.references.holders.legacy import edit_vml, rewrite_vml_formulas, shift_vml
from skills.spreadsheets.document.references.holders.sheet_attributes import rewrite_sheet_names
from skills.spreadsheets.document.references.holders.single_cells import shift_single_cells
from skills.spreadsheets.document.references.holders.workbook_names import rewrite_names
from skills.spreadsheets.document.references.rewriter import ShiftRewriter
from skills.spreadsheets.document.references.worksheet import rewrite_tree, rewrite_worksheet
from skills.spreadsheets.document.tables import read_tables

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.references.rewriter import Rewriter
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook


def follow(book: Workbook, rewriter: Rewriter) -> dict[tuple[int, int], str]:
    """Rewrite all of a flushed book; raises Refused naming what would break. Reload the book afterwards.

    Gives the header cells to write for columns that tables of the shifted sheet gained.
    """
    follower = _Follower(book, rewriter)
    for sheet in book.sheets:
        if sheet.part in book.package:
            follower.sheet(sheet)
    follower.workbook()
    return follower.headers


def follow_sheet(book: Workbook, sheet: Sheet, rewriter: Rewriter) -> None:
    """Rewrite one sheet and the parts that belong to it. Reload the book afterwards."""
    _Follower(book, rewriter).sheet(sheet)


class _Follower:
    def __init__(self, book: Workbook, rewriter: Rewriter) -> None:
        self._book, self._package, self._rewriter = book, book.package, rewriter
        self._moves = rewriter if isinstance(rewriter, ShiftRewriter) else None
        self.headers: dict[tuple[int, int], str] = {}

    def sheet(self, sheet: Sheet) -> None:
        """A sheet's part and every part that belongs to it alone."""
        self._tables(sheet)  # first: a table that goes takes its relationship with it, which the sheet's content heeds
        self._content(sheet)
        shift = self._shift_on(sheet)
        for part in self._package.related(sheet.part, "drawing"):
            self._drawing(part, sheet)
        for part in self._package.related(sheet.part, "vmlDrawing"):
            self._vml(part, sheet)
        for part in self._package.related(sheet.part, "ctrlProp"):
            if self._concerns(part, sheet):
                rewrite_attributes(self._package.edit_xml(part), self._rewriter, sheet.name)
        if shift is None or self._moves is None:
            return
        for kind in ("comments", "threadedComment"):
            for part in self._package.related(sheet.part, kind):
                comments.shift_comments(self._package.edit_xml(part), shift)
        for part in self._package.related(sheet.part, "pivotTable"):
            pivots.shift_pivot(self._package.edit_xml(part), self._moves)
        for part in self._package.related(sheet.part, "tableSingleCells"):
            shift_single_cells(self._package.edit_xml(part), shift, sheet.name)
        for part in self._package.related(self._book.main, "volatileDependencies"):
            calculation.shift_listeners(self._package.edit_xml(part), shift, sheet.id)

    def workbook(self) -> None:
        """What belongs to no sheet."""
        package, main = self._package, self._book.main
        rewrite_names(package.edit_xml(main), self._rewriter)
        for part in package.related(main, "connections"):
            if self._rewriter.mentions(package.read(part)):
                rewrite_attributes(package.edit_xml(part), self._rewriter, None)
        for part in package.related(main, "pivotCacheDefinition"):
            if self._rewriter.mentions(package.read(part)):
                rewrite_sheet_names(package.edit_xml(part), self._rewriter)
                if self._moves is not None:
                    pivots.shift_source(package.edit_xml(part), self._moves)
        if self._moves is not None:
            drop_chain(package, main)

    def _content(self, sheet: Sheet) -> None:
        if sheet.is_worksheet:
            for area in rewrite_worksheet(sheet, self._rewriter):
                self._book.stale.uncomputed.setdefault(sheet.part, []).append(area)
        elif self._rewriter.mentions(self._package.read(sheet.part)):
            rewrite_tree(self._package.edit_xml(sheet.part), self._rewriter, sheet.name)

    def _drawing(self, part: str, sheet: Sheet) -> None:
        shift = self._shift_on(sheet)
        if shift is not None:
            shift_anchors(self._package.edit_xml(part), shift)
        if self._concerns(part, sheet):
            rewrite_attributes(self._package.edit_xml(part), self._rewriter, sheet.name)
        rewrite_targets(self._package, part, self._rewriter, sheet.name)
        for kind in ("chart", "chartEx"):
            for chart in self._package.related(part, kind):
                self._chart(chart, sheet)

    def _chart(self, part: str, sheet: Sheet) -> None:
        if self._concerns(part, sheet):
            root = self._package.edit_xml(part)
            if self._moves is not None:
                charts.shift_caches(root, self._moves)
            charts.rewrite_chart(root, self._rewriter, sheet.name)
        for shapes in self._package.related(part, "chartUserShapes"):
            if self._concerns(shapes, sheet):
                rewrite_attributes(self._package.edit_xml(shapes), self._rewriter, sheet.name)

    def _vml(self, part: str, sheet: Sheet) -> None:
        shift = self._shift_on(sheet)
        if shift is None and not self._concerns(part, sheet):
            return

        def change(root: Element) -> None:
            rewrite_vml_formulas(root, self._rewriter, sheet.name)
            if shift is not None:
                shift_vml(root, shift)

        edit_vml(self._package, part, change)

    def _tables(self, sheet: Sheet) -> None:
        shift = self._shift_on(sheet)
        for table in list(read_tables(self._package, sheet.part)):
            if shift is None or self._moves is None:
                if self._concerns(table.part, sheet):
                    tables.rewrite_table(self._package.edit_xml(table.part), self._rewriter, sheet.name)
            elif shift.swallows(table.area):
                self._drop_part(sheet, table.part)
            else:
                root = self._package.edit_xml(table.part)
                headers = tables.shift_table(root, table, self._moves)
                for query in self._package.related(table.part, "queryTable") if headers else ():
                    tables.add_query_fields(self._package.edit_xml(query), root)
                self.headers.update(headers)

    def _drop_part(self, sheet: Sheet, part: str) -> None:
        """A part only this sheet relates to; what in the sheet refers to it is taken away with the sheet's regions."""
        for relation in self._package.relationships(sheet.part):
            if relation.target == part:
                self._package.unrelate(sheet.part, relation.id)
        self._package.remove(part)

    def _shift_on(self, sheet: Sheet) -> Shift | None:
        """The shift, when it is that sheet whose cells move."""
        return self._moves.shift if self._moves is not None and self._moves.is_own(sheet.name) else None

    def _concerns(self, part: str, sheet: Sheet) -> bool:
        """Whether formulas of a part on a sheet may change; those on the shifted sheet need not name it."""
        return self._shift_on(sheet) is not None or self._rewriter.mentions(self._package.read(part))
