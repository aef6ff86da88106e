"""Edits of tables: cells, rows, columns, looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, ToolError
from skills.documents.document import splice
from skills.documents.document.blocks import mark_end, properties_of_row
from skills.documents.document.markup import (
    TBLPR,
    TC,
    TCPR,
    P,
    child,
    drop,
    insert_in_order,
    make,
    number,
    properties,
    put,
    w,
)
from skills.documents.document.orders import TBLPR_ORDER, TCPR_ORDER, TRPR_ORDER
from skills.documents.document.paragraph import Paragraph
from skills.documents.document.styles import use_style
from skills.documents.document.tables import Cell, Table, cell_like, find_table, row_like, set_width
from skills.documents.document.word import WordDocument
from skills.documents.edits.base import TableAt, WordEdit, give_ids, scope_of
from skills.documents.edits.blocks import strike_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copilot_server.office.xml import Element
    from skills.documents.document.splice import Marker


class OnTable(WordEdit):
    """An edit of one table."""

    table: TableAt

    def scope(self, document: WordDocument) -> Scope:
        table = find_table(document, self.table)
        inside = set(table.element.iter(P))
        places = {each.place for each in document.paragraphs(table.story) if each.element in inside}
        around = {f"table:{place}" for place in places} | {f"after:{place}" for place in places}
        return scope_of(document, places | around, {table.story})


class CellText(BaseModel):
    """One cell's new text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    row: Annotated[int, Field(ge=1, description="from 1")]
    column: Annotated[int | str, Field(description="from 1, or its header text")]
    text: Annotated[str, Field(description="a line break starts a paragraph")]


class SetCells(OnTable):
    """Set the text of table cells, keeping their formatting."""

    op: Literal["set_cells"]
    cells: Annotated[list[CellText], Field(min_length=1, max_length=2000, description="what to set")]

    def apply(self, document: WordDocument) -> None:
        table = find_table(document, self.table, editing=True)
        marker = self.marker(document, table.story)
        for each in self.cells:
            column = each.column if isinstance(each.column, int) else table.column_named(each.column)
            _set_cell(document, table, table.cell(each.row, column), each.text, marker)


class AddRows(OnTable):
    """Add rows, formatted like the row they follow."""

    op: Literal["add_rows"]
    rows: Annotated[list[list[str]], Field(min_length=1, max_length=500, description="texts, row by row")]
    after: Annotated[int | None, Field(ge=1, description="row number; default: at the end")] = None

    def apply(self, document: WordDocument) -> None:
        table = find_table(document, self.table, editing=True)
        present = table.rows
        at = len(present) if self.after is None else self.after
        if not 1 <= at <= len(present):
            raise ToolError(f"after: {table.label} has {len(present)} rows")
        is_header = at <= table.header_rows or (at == 1 and len(present) > 1)
        model = present[at] if is_header and at < len(present) else present[at - 1]
        width = sum(1 for cell in model.iter(TC) if next(cell.iterancestors(w("tr"))) is model)
        if any(len(row) > width for row in self.rows):
            raise ToolError(f"rows: {table.label} has {width} cells a row there")
        made = [row_like(model, row) for row in self.rows]
        for row in reversed(made):
            present[at - 1].addnext(row)
        give_ids(document, table.story, made)
        marker = self.marker(document, table.story)
        if marker is not None:
            for row in made:
                mark_row_inserted(row, marker)


class DeleteRows(OnTable):
    """Delete table rows."""

    op: Literal["delete_rows"]
    rows: Annotated[list[int], Field(min_length=1, description="numbers, from 1")]

    def apply(self, document: WordDocument) -> None:
        table = find_table(document, self.table, editing=True)
        present = table.rows
        wrong = [row for row in self.rows if not 1 <= row <= len(present)]
        if wrong:
            raise ToolError(f"rows: {table.label} has no row {wrong[0]}; it has {len(present)}")
        if len(set(self.rows)) == len(present):
            raise Refused(f"that is every row of {table.label}; delete the table instead")
        marker = self.marker(document, table.story)
        for row in [present[each - 1] for each in set(self.rows)]:
            if marker is not None:
                strike_row(row, marker)
            else:
                _refuse_merged(table, row)
                row.getparent().remove(row)  # pyright: ignore[reportOptionalMemberAccess] - a row stands in its table


class ChangeColumns(OnTable):
    """Add or delete a table column; not as a tracked change."""

    op: Literal["columns"]
    is_rare: ClassVar[bool] = True
    delete: Annotated[int | str | None, Field(description="number or header text")] = None
    add_after: Annotated[int | str | None, Field(description="number (0: first) or header text")] = None
    texts: Annotated[tuple[str, ...], Field(description="of the new column, header first")] = ()

    def apply(self, document: WordDocument) -> None:
        table = find_table(document, self.table, editing=True)
        if self.is_tracked(document):
            raise Refused("columns cannot be changed as a tracked change; use track: false")
        if (self.delete is None) == (self.add_after is None):
            raise ToolError("give `delete` or `add_after`")
        if any(cell.span > 1 for row in table.grid for cell in row):
            raise Refused(f"{table.label} has cells that span columns; unmerge them first")
        if self.delete is not None:
            _delete_column(table, _column(table, self.delete))
        elif self.add_after is not None:
            _add_column(document, table, 0 if self.add_after == 0 else _column(table, self.add_after), self.texts)


class FormatTable(OnTable):
    """Style, repeated header rows, column widths, alignment of a table."""

    op: Literal["format_table"]
    is_rare: ClassVar[bool] = True
    style: Annotated[str | None, Field(description="table style name")] = None
    header_rows: Annotated[int | None, Field(ge=0, le=10, description="rows repeated on each page")] = None
    widths: Annotated[list[float] | None, Field(description="of all columns, in cm")] = None
    align: Annotated[Literal["left", "center", "right"] | None, Field(description="of the table on the page")] = None
    alt: Annotated[str | None, Field(description="alternative text")] = None

    def apply(self, document: WordDocument) -> None:
        table = find_table(document, self.table, editing=True)
        about = properties(table.element, TBLPR)
        if self.style is not None:
            put(about, "tblStyle", TBLPR_ORDER, {"val": use_style(document, self.style, "table")})
        if self.align is not None:
            put(about, "jc", TBLPR_ORDER, {"val": self.align})
        if self.alt is not None:
            put(about, "tblDescription", TBLPR_ORDER, {"val": self.alt})
        if self.header_rows is not None:
            for index, row in enumerate(table.rows):
                drop(row.find(w("trPr")), "tblHeader")
                if index < self.header_rows:
                    insert_in_order(properties_of_row(row), make("tblHeader"), TRPR_ORDER)
        if self.widths is not None:
            _set_widths(table, [round(each * 567) for each in self.widths])


class MergeCells(OnTable):
    """Merge a block of cells into its first; texts are joined."""

    op: Literal["merge_cells"]
    is_rare: ClassVar[bool] = True
    top: Annotated[int, Field(ge=1, description="first row")]
    left: Annotated[int, Field(ge=1, description="first column")]
    bottom: Annotated[int, Field(ge=1, description="last row")]
    right: Annotated[int, Field(ge=1, description="last column")]

    def apply(self, document: WordDocument) -> None:
        table = find_table(document, self.table, editing=True)
        if self.is_tracked(document):
            raise Refused("cells cannot be merged as a tracked change; use track: false")
        rows = range(self.top, self.bottom + 1)
        block = [[table.cell(row, column) for column in range(self.left, self.right + 1)] for row in rows]
        if any(cell.span > 1 for row in block for cell in row):
            raise Refused("some of those cells are merged already")
        first = block[0][0]
        for index, row in enumerate(block):
            for cell in row:
                if cell.element is not first.element:
                    _pour(cell, first)
            for cell in row[1:]:
                row[0].element.getparent().remove(cell.element)  # pyright: ignore[reportOptionalMemberAccess]
            about = properties(row[0].element, TCPR)
            if len(row) > 1:
                put(about, "gridSpan", TCPR_ORDER, {"val": str(len(row))})
            if len(block) > 1:
                put(about, "vMerge", TCPR_ORDER, {"val": "restart"} if index == 0 else {})


def mark_row_inserted(row: Element, marker: Marker) -> None:
    """The row and its text as tracked insertions."""
    insert_in_order(properties_of_row(row), marker.element("ins"), TRPR_ORDER)
    for run in list(row.iter(w("r"))):
        splice.wrap(run, marker.element("ins"))


def _set_cell(document: WordDocument, table: Table, cell: Cell, text: str, marker: Marker | None) -> None:
    """Paragraph by paragraph; those that are too many are emptied, or removed where nothing is tracked."""
    lines = text.split("\n")
    present = cell.paragraphs
    if not present:
        raise Refused(f"{table.label} row {cell.row} column {cell.column} holds no paragraph of its own")
    while len(present) < len(lines):
        new = splice.copied(present[-1])
        present[-1].addnext(new)
        if marker is not None:
            mark_end(present[-1], marker, "ins")  # the break is new; the last end stays the cell's
        give_ids(document, table.story, [new])
        present.append(new)
    for index, element in enumerate(present):
        paragraph = Paragraph(table.story, "", element)
        splice.replace(paragraph, 0, len(paragraph.text), lines[index] if index < len(lines) else "", marker)
    if marker is None:
        for element in present[max(1, len(lines)) :]:
            cell.element.remove(element)


def _refuse_merged(table: Table, row: Element) -> None:
    """A row that begins a merge downwards would leave cells covered by nothing."""
    following = row.getnext()
    for cell in row.iterchildren(TC):
        merge = child(cell.find(TCPR), "vMerge")
        if merge is not None and merge.get(w("val")) == "restart" and following is not None:
            raise Refused(f"a row of {table.label} begins a cell merged over several rows; unmerge it first")


def _column(table: Table, name: int | str) -> int:
    if isinstance(name, str):
        return table.column_named(name)
    if not 1 <= name <= table.width:
        raise ToolError(f"{table.label} has {table.width} columns, no column {name}")
    return name


def _delete_column(table: Table, column: int) -> None:
    if table.width == 1:
        raise Refused(f"that is the only column of {table.label}; delete the table instead")
    for row in table.grid:
        for cell in row:
            if cell.column == column:
                cell.element.getparent().remove(cell.element)  # pyright: ignore[reportOptionalMemberAccess]
    grid = child(table.element, "tblGrid")
    if grid is not None and column <= len(grid):
        grid.remove(grid[column - 1])


def _add_column(document: WordDocument, table: Table, after: int, texts: Sequence[str]) -> None:
    """Of the looks of its neighbour; the widths are shared anew so that the table stays as wide."""
    made: list[Element] = []
    for index, row in enumerate(table.grid):
        model = next((cell for cell in row if cell.column == max(1, after)), row[-1])
        new = cell_like(model.element, texts[index] if index < len(texts) else "")
        made.append(new)
        if after == 0:
            model.element.addprevious(new)
        else:
            model.element.addnext(new)
    give_ids(document, table.story, made)
    grid = child(table.element, "tblGrid")
    if grid is None:
        return
    old = [number(each.get(w("w"))) for each in grid]
    share = sum(old) // (len(old) + 1)
    kept = [width * (sum(old) - share) // max(1, sum(old)) for width in old]
    grid.insert(after, make("gridCol", {"w": str(share)}))
    _set_widths(table, [*kept[:after], share, *kept[after:]])


def _set_widths(table: Table, widths: list[int]) -> None:
    if len(widths) != table.width:
        raise ToolError(f"widths: {table.label} has {table.width} columns, not {len(widths)}")
    grid = child(table.element, "tblGrid")
    for column, width in zip(grid if grid is not None else (), widths, strict=False):
        column.set(w("w"), str(width))
    for row in table.grid:
        for cell in row:
            set_width(cell.element, sum(widths[cell.column - 1 : cell.column - 1 + cell.span]))
    put(properties(table.element, TBLPR), "tblW", TBLPR_ORDER, {"w": str(sum(widths)), "type": "dxa"})


def _pour(cell: Cell, into: Cell) -> None:
    """Its paragraphs with text go to the merged cell; an empty one is left."""
    worded = [paragraph for paragraph in cell.paragraphs if any(node.text for node in paragraph.iter(w("t")))]
    for paragraph in worded:
        into.element.append(paragraph)
    if not cell.paragraphs:
        cell.element.append(splice.copied(worded[0]) if worded else make("p"))
