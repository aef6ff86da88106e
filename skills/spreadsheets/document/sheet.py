"""One sheet of a workbook: what stands in it, and what is to change there until the book is flushed."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from copilot_server.errors import Refused
from skills.spreadsheets.document import guards
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cell_text import FormulaText
from skills.spreadsheets.document.cell_writer import CellWriter
from skills.spreadsheets.document.columns import column_style
from skills.spreadsheets.document.frame import Frame
from skills.spreadsheets.document.overlay import overlaid
from skills.spreadsheets.document.part_text import noted
from skills.spreadsheets.document.patches import CellPatch, Content, Promotion, Result, RowPatch, SheetPatches
from skills.spreadsheets.document.reading import SheetReader
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.row_splice import RowSplicer
from skills.spreadsheets.document.row_text import row_style
from skills.spreadsheets.document.shared_formulas import rehome
from skills.spreadsheets.document.sheet_text import SheetText
from skills.spreadsheets.document.splice import SplicedRows
from skills.spreadsheets.document.tables import Table, read_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skills.spreadsheets.document.cell_text import CellText
    from skills.spreadsheets.document.cells import Cell
    from skills.spreadsheets.document.style_change import StyleChange
    from skills.spreadsheets.document.workbook import Workbook

State: TypeAlias = Literal["visible", "hidden", "veryHidden"]
_FORMULAS: Final = "formulas"


class Sheet:
    """A worksheet, or a chart or dialog sheet, which has a name and nothing else here.

    Changes wait in `patches` and in a changed frame; reading sees them; `flush` writes them in one pass.
    """

    def __init__(self, book: Workbook, name: str, part: str, state: State, sheet_id: int) -> None:
        self.book = book
        self.name = name
        self.part = part
        self.state: State = state
        self.id = sheet_id
        self.patches = SheetPatches()
        self._text: SheetText | None = None
        self._reader: SheetReader | None = None
        self._frame: Frame | None = None

    def on(self, book: Workbook) -> Sheet:
        """The same sheet in a fork of its book; nothing must be waiting to be flushed."""
        other = Sheet(book, self.name, self.part, self.state, self.id)
        if self.is_worksheet:
            other._text = self.text.on(book.package)
            other._frame = self._frame
        return other

    @cached_property
    def is_worksheet(self) -> bool:
        package = self.book.package
        return self.part in package and "worksheet" in (package.content_type(self.part) or "")

    @property
    def text(self) -> SheetText:
        """The stored text; raises Refused for sheets that hold no cells."""
        if not self.is_worksheet:
            raise Refused(f"sheet {self.name!r} holds no cells: it is a chart or dialog sheet, or damaged")
        if self._text is None:
            self._text = SheetText(self.book.package, self.part)
        return self._text

    @property
    def reader(self) -> SheetReader:
        """The stored cells, without what waits to be flushed."""
        if self._reader is None:
            self._reader = SheetReader(self.text, self.book.strings, is_1904=self.book.is_1904)
        return self._reader

    @property
    def frame(self) -> Frame:
        """What surrounds the rows."""
        if self._frame is None:
            layout = self.text.layout
            made = partial(Frame, layout.head, layout.tail)
            self._frame = noted(self.book.package, self.part, "frame", made)
        return self._frame

    @frame.setter
    def frame(self, frame: Frame) -> None:
        self._frame = frame

    @property
    def is_settled(self) -> bool:
        """Whether nothing waits to be flushed: what is read is what the package holds."""
        return not self.patches and not self._has_new_frame

    # Reading

    def cells(self, area: Area | None = None) -> Iterator[Cell]:
        """The existing cells of an area row by row, pending changes seen; all of them by default."""
        if not self.is_worksheet:
            return iter(())
        return overlaid(self, area or Area.whole())

    def cell(self, row: int, column: int) -> Cell | None:
        return next(iter(self.cells(Area.cell(row, column))), None)

    def formulas(self, area: Area) -> dict[tuple[int, int], Content]:
        """The formulas of an area as files store them, shared ones spelt out, pending ones seen; no cached values."""
        found: dict[tuple[int, int], Content] = {}
        if self.has_formulas:
            for row, cells in self.reader.rows(area.top, area.bottom):
                for cell in cells:
                    if cell.formula is not None and area.contains(row, cell.column):
                        found[row, cell.column] = self._as_content(row, cell, cell.formula)
        for row, columns in self.patches.cells.items():
            for column, patch in columns.items():
                if isinstance(patch.content, Content) and area.contains(row, column):
                    found[row, column] = patch.content
        return {place: content for place, content in found.items() if content.formula is not None}

    def _as_content(self, row: int, cell: CellText, formula: FormulaText) -> Content:
        text = self.reader.stored_formula(row, cell.column, formula)
        if formula.kind == "shared":
            return Content(formula=FormulaText(text))
        return Content(formula=replace(formula, text=text), metadata=cell.metadata)

    @property
    def used(self) -> Area | None:
        """The smallest area holding every cell that holds something; None for an empty sheet."""
        if not self.is_worksheet:
            return None
        pending = [
            Area.cell(row, column)
            for row, columns in self.patches.cells.items()
            for column, patch in columns.items()
            if isinstance(patch.content, Content) and not patch.content.is_blank
        ]
        stored = self.reader.used
        return Area.around(pending if stored is None else [stored, *pending])

    @property
    def has_formulas(self) -> bool:
        """Whether any formula is stored here; pending ones do not count."""
        return self.is_worksheet and self.text.layout.has_formulas

    @property
    def formulas_known(self) -> list[object]:
        """Room for what calculation knows of the formulas stored here and their results; new once one has changed."""
        return noted(self.book.package, self.part, _FORMULAS, list)

    @property
    def merges(self) -> tuple[Area, ...]:
        return self.frame.merges

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(read_tables(self.book.package, self.part))

    def inherited_style(self, row: int, column: int) -> int:
        """The format a new cell takes: its row's, else its column's."""
        for _, source in self.reader.row_texts(row, row):
            own = row_style(source)
            return column_style(self.frame, column) if own is None else own
        return column_style(self.frame, column)

    # Writing

    def write(self, contents: Mapping[tuple[int, int], Content]) -> None:
        """Put contents into cells by (row, column); raises Refused naming what would break."""
        guards.check_writable(self, contents)
        for (row, column), content in contents.items():
            self.patches.add(row, column, CellPatch(content))
        self.book.stale.add_cells(self.part, contents)

    def restyle(self, row: int, column: int, change: StyleChange) -> None:
        """Change the format of a cell, which comes into being for it."""
        self.patches.add(row, column, CellPatch(restyles=(change,)))

    def change_row(self, row: int, patch: RowPatch) -> None:
        self.patches.add_row(row, patch)

    def flush(self) -> set[tuple[int, int]]:
        """Write what waits in one pass over the sheet's text; the cells that lost their formulas by it."""
        if self.is_settled:
            return set()
        results = self.patches.take_results()
        rehome(self)
        frame = self._grown_frame()
        writer = CellWriter(self.text.prefix, self.book.strings, self.book.styles)
        splicer = RowSplicer(self.text.prefix, self.text.root.bound, writer, partial(column_style, self.frame))
        rows = SplicedRows(self.text, self.patches, splicer, results)
        formulas = self.formulas_known
        self.text.text.write(chain((frame.head,), rows.pieces(), (frame.tail,)))
        if not (results or writer.lost_formulas or any(map(_is_of_formula, self.patches.contents()))):
            noted(self.book.package, self.part, _FORMULAS, lambda: formulas)
        self.forget()
        self._text = SheetText(self.book.package, self.part, rows.layout(frame.head, frame.tail))
        self._frame = noted(self.book.package, self.part, "frame", lambda: frame)
        return writer.lost_formulas

    def forget(self) -> None:
        """Drop what is known and what waits, after the part was written."""
        self.patches = SheetPatches()
        self._text = self._reader = self._frame = None

    @property
    def _has_new_frame(self) -> bool:
        if self._frame is None:
            return False
        layout = self.text.layout
        return (self._frame.head, self._frame.tail) != (layout.head, layout.tail)

    def _grown_frame(self) -> Frame:
        """The frame, its `dimension` reaching around the cells that are to come."""
        known = self.frame.dimension
        new = Area.around(Area.cell(*cell) for cell in self._coming())
        if known is None or new is None or known.covers(new) or (region := self.frame.find("dimension")) is None:
            return self.frame
        region.set("ref", written(Area.around((known, new)) or known))
        return self.frame.with_region("dimension", region)

    def _coming(self) -> Iterator[tuple[int, int]]:
        for row, columns in self.patches.cells.items():
            for column, patch in columns.items():
                content = patch.content
                if patch.restyles or (isinstance(content, Content) and not content.is_blank):
                    yield row, column


def _is_of_formula(content: Content | Result | Promotion | None) -> bool:
    """Whether it puts a formula into its cell, or a result."""
    return content is not None and (not isinstance(content, Content) or content.formula is not None)
