"""Every kind of edit as it would be asked for on a real sheet, and what it may change there."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from PIL import Image

from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area, cell_name, column_letters
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.places import main_block
from tests.skills.spreadsheets.structure.compare import Lines

Edits = list[dict[str, Any]]

_DRAWN: Final = ("*/drawings/*", "*/charts/*", "*/media/*")
_NOTED: Final = ("*comments*", "*vmlDrawing*", "*/threadedComments/*", "*/persons/*", "*/drawings/*")
_TABLES: Final = ("*/tables/*",)
_ANY: Final = ("*",)
# What may stand in or refer to lines and cells that are deleted, and then goes with them.
_OF_CELLS: Final = frozenset(
    {
        "cell values",
        "formulas",
        "cached formula values",
        "cell metadata (cm, vm)",
        "rich text runs in cells",
        "phonetic runs",
        "hyperlinks",
    }
)
_OF_LINES: Final = _OF_CELLS | {
    "merged cells",
    "cell comments",
    "VML shapes",
    "conditional formats",
    "x14 conditional formats",
    "data validations",
    "column settings",
    "table columns",
    "sparklines",
    "page breaks",
    "extensions",
}


@dataclass(frozen=True)
class Place:
    """A block of data on a real sheet, with the first free cell right of everything."""

    sheet: str
    part: str
    data: Area
    free: str
    right: int

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(column_letters(column) for column in range(self.data.left, self.data.right + 1))

    @property
    def first(self) -> Area:
        """The first column of the data."""
        return Area(self.data.top, self.data.left, self.data.bottom, self.data.left)

    @property
    def block(self) -> Area:
        """The data with the row above it."""
        return Area(max(1, self.data.top - 1), self.data.left, self.data.bottom, self.data.right)

    @property
    def beyond(self) -> Area:
        """All that is free right of the sheet."""
        return Area(1, self.right + 1, 1_048_576, 16_384)


@dataclass(frozen=True)
class Case:
    """Edits, the parts they may touch beside their sheet's own, and what they may take away.

    `writes`: cells that may read otherwise, "all" of the sheet, or None for no cell at all.
    `takes`: features that may become fewer. `lines`: the shift they come to, held against every referrer.
    """

    name: str
    edits: Edits
    touches: tuple[str, ...] = ()
    writes: Area | str | None = None
    takes: frozenset[str] = frozenset()
    lines: Lines | None = None
    attached: dict[str, bytes] = field(default_factory=dict)


def place_in(book: Workbook) -> Place | None:
    """The main block of the first sheet that has one worth editing."""
    for sheet in book.sheets:
        if not sheet.is_worksheet or sheet.state != "visible":
            continue
        used = sheet.used
        if used is None or used.rows < 4 or used.columns < 2 or used.size > 200_000 or used.right > 16_000:
            continue
        try:
            data = main_block(sheet).data
        except ToolError:
            continue
        if data.rows >= 2 and data.columns >= 2:
            return Place(sheet.name, sheet.part, data, cell_name(used.top, used.right + 3), used.right)
    return None


def cases(book: Workbook, at: Place) -> Iterator[Case]:
    """Every kind of edit of a workbook once, some in several ways."""
    yield from _of_cells(at)
    yield from _of_lines(book, at)
    yield from _of_rows(at)
    yield from _of_ranges(at)
    yield from _of_rules(at)
    yield from _of_tables(at)
    yield from _drawn(at)
    yield from _around(at)
    yield from _of_sheets(book, at)
    yield from _summaries(at)


def _of_cells(at: Place) -> Iterator[Case]:
    sheet, free = at.sheet, at.free
    top = Area.parse(free).top
    yield Case("set_cells", [{"op": "set_cells", "sheet": sheet, "at": free, "values": [[1, "a"]]}], writes=at.beyond)
    formula = f"={cell_name(at.data.top, at.data.left)}"
    down = f"{free}:{cell_name(top + at.data.rows - 1, Area.parse(free).left)}"
    twice = [
        {"op": "set_cells", "sheet": sheet, "at": free, "values": formula},
        {"op": "fill", "sheet": sheet, "source": free, "to": down},
    ]
    yield Case("fill", twice, writes=at.beyond)
    yield Case("clear", [{"op": "clear", "sheet": sheet, "range": str(at.first)}], (), at.first, _OF_CELLS)
    looks = {"op": "clear", "sheet": sheet, "range": str(at.first), "what": "formats"}
    yield Case("clear formats", [looks], takes=frozenset({"rich text runs in cells"}))
    yield Case("replace_text", [{"op": "replace_text", "sheet": sheet, "find": "e", "replace": "E"}], _TABLES, "all")
    look = {"bold": True, "fill": "FFF2CC", "number_format": "0.00", "border": "thin"}
    yield Case("format", [{"op": "format", "sheet": sheet, "range": str(at.data), **look}])
    yield Case("resize", [{"op": "resize", "sheet": sheet, "columns": at.columns[0], "width": 22}])
    yield Case("resize rows", [{"op": "resize", "sheet": sheet, "rows": str(at.data.top), "hidden": True}])


def _of_lines(book: Workbook, at: Place) -> Iterator[Case]:
    sheet, row, column = at.sheet, at.data.top + at.data.rows // 2, at.data.left + 1
    letters = column_letters(column)
    insert = [{"op": "insert_rows", "sheet": sheet, "before": row, "count": 2}]
    yield Case("insert_rows", insert, _ANY, lines=Lines(sheet, "row", row, 2))
    delete = [{"op": "delete_rows", "sheet": sheet, "rows": str(row)}]
    yield Case("delete_rows", delete, _ANY, takes=_OF_LINES, lines=Lines(sheet, "row", row, 1, deletes=True))
    insert = [{"op": "insert_columns", "sheet": sheet, "before": f"{letters}:{letters}"}]
    yield Case("insert_columns", insert, _ANY, lines=Lines(sheet, "column", column, 1))
    delete = [{"op": "delete_columns", "sheet": sheet, "columns": f"{letters}:{letters}"}]
    yield Case("delete_columns", delete, _ANY, takes=_OF_LINES, lines=Lines(sheet, "column", column, 1, deletes=True))


def _of_rows(at: Place) -> Iterator[Case]:
    sheet, data = at.sheet, at.data
    where = {"column": at.columns[0], "test": "not_blank"}
    yield Case("filter", [{"op": "filter", "sheet": sheet, "range": str(data), "where": where}], _TABLES)
    duplicates = [{"op": "remove_duplicates", "sheet": sheet, "range": str(data)}]
    yield Case("remove_duplicates", duplicates, _NOTED, data, _OF_CELLS | {"cell comments", "VML shapes"})
    by = {"column": at.columns[0], "descending": True}
    yield Case("sort", [{"op": "sort", "sheet": sheet, "range": str(data), "by": [by]}], _NOTED, data)
    grouped = [
        {"op": "sort", "sheet": sheet, "by": at.columns[0]},
        {"op": "subtotals", "sheet": sheet, "by": at.columns[0], "columns": [at.columns[-1]], "function": "count"},
    ]
    yield Case("subtotals", grouped, _ANY, "all")
    yield Case("total_row", [{"op": "total_row", "sheet": sheet}], _ANY, "all")


def _of_ranges(at: Place) -> Iterator[Case]:
    sheet = at.sheet
    copy = {"op": "copy_range", "sheet": sheet, "source": str(at.first), "to": at.free}
    yield Case("copy_range", [copy], _TABLES, at.beyond)
    turned = {**copy, "what": "values", "transpose": at.data.rows < 1000}
    yield Case("copy_range values", [turned], _TABLES, at.beyond)
    yield Case("copy_range move", [{**copy, "move": True}], _ANY, "all")
    split = {"op": "split_text", "sheet": sheet, "range": str(at.first), "at": " ", "to": at.free}
    yield Case("split_text", [split], _TABLES, at.beyond)
    blocks = {"op": "split_text", "sheet": sheet, "range": str(at.first), "blocks": True, "to": at.free}
    yield Case("split_text blocks", [blocks], _TABLES, at.beyond)
    csv = {"a.csv": b"code,day,n\n007,2026-01-31,1.5\n"}
    yield Case("import_data", [_import(sheet, at.free)], _TABLES, at.beyond, attached=csv)


def _import(sheet: str, at: str) -> dict[str, Any]:
    return {"op": "import_data", "sheet": sheet, "file": "a.csv", "at": at}


def _of_rules(at: Place) -> Iterator[Case]:
    one = {"sheet": at.sheet, "range": str(at.first)}
    yield Case("conditional_format", [{"op": "conditional_format", **one, "when": "data_bar"}])
    rule = {"op": "conditional_format", **one, "when": "cell", "operator": ">", "value": 5, "fill": "FFC7CE"}
    yield Case("conditional_format cell", [rule])
    lift = {"op": "conditional_format", "sheet": at.sheet, "range": "all", "when": "clear"}
    rules = frozenset({"conditional formats", "x14 conditional formats", "extensions"})
    yield Case("conditional_format clear", [lift], takes=rules)
    yield Case("validate", [{"op": "validate", **one, "allow": "list", "choices": ["a", "b"]}])


def _of_tables(at: Place) -> Iterator[Case]:
    make = {"op": "make_table", "sheet": at.sheet, "range": str(at.block), "name": "Sweep9"}
    header = Area(at.block.top, at.block.left, at.block.top, at.block.right)
    # A formula that heads a column becomes its text, as in Excel.
    headed = frozenset({"formulas", "cached formula values", "cell metadata (cm, vm)"})
    yield Case("make_table", [make], _TABLES, header, headed)
    change = {"op": "change_table", "table": "Sweep9", "style": "TableStyleLight9", "first_column": True}
    yield Case("change_table", [make, {**change, "name": "Sweep10"}], _TABLES, header, headed)


def _drawn(at: Place) -> Iterator[Case]:
    narrow = Area(at.block.top, at.block.left, at.block.bottom, min(at.block.right, at.block.left + 3))
    chart = {"op": "make_chart", "sheet": at.sheet, "data": str(narrow), "at": at.free, "title": "Chart"}
    yield Case("make_chart", [chart], _DRAWN)
    change = {"op": "change_chart", "sheet": at.sheet, "chart": "Chart", "title": "T", "labels": True}
    yield Case("change_chart", [chart, change], _DRAWN)
    free = Area.parse(at.free)
    down = Area(at.data.top, free.left, at.data.bottom, free.left)
    lines = {"op": "sparklines", "sheet": at.sheet, "data": str(at.data), "at": str(down)}
    yield Case("sparklines", [lines])
    picture = {"op": "picture", "sheet": at.sheet, "file": "dot.png", "at": at.free, "alt": "a dot"}
    yield Case("picture", [picture], _DRAWN, attached={"dot.png": _dot()})


def _dot() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


def _around(at: Place) -> Iterator[Case]:
    sheet, free = at.sheet, at.free
    yield Case("group", [{"op": "group", "sheet": sheet, "lines": f"{at.data.top}:{at.data.bottom}"}])
    yield Case("group columns", [{"op": "group", "sheet": sheet, "lines": f"{at.columns[0]}:{at.columns[-1]}"}])
    yield Case("note", [{"op": "note", "sheet": sheet, "cell": free, "text": "seen"}], _NOTED)
    yield Case("comment", [{"op": "comment", "sheet": sheet, "cell": free, "text": "why?"}], _NOTED)
    link = {"op": "link", "sheet": sheet, "range": free, "to": "https://example.com"}
    yield Case("link", [link], writes=at.beyond)
    page = {"orientation": "landscape", "fit_width": 1, "title_rows": str(at.data.top), "footer": "&P of &N"}
    yield Case("print_setup", [{"op": "print_setup", "sheet": sheet, "row_breaks": [at.data.top + 1], **page}])
    yield Case("protect", [{"op": "protect", "sheet": sheet, "unlock": [free]}])
    yield Case("freeze", [{"op": "freeze", "sheet": sheet, "rows": 1, "columns": 1}], takes=frozenset({"panes"}))
    cell = Area.parse(free)
    merged = str(Area(cell.top, cell.left, cell.top + 1, cell.left + 1))
    yield Case("merge", [{"op": "merge", "sheet": sheet, "range": merged}])
    undone = [{"op": "merge", "sheet": sheet, "range": merged}, {"op": "unmerge", "sheet": sheet, "range": merged}]
    yield Case("unmerge", undone)
    yield Case("define_name", [{"op": "define_name", "sheet": sheet, "name": "sweep_9", "refers_to": str(at.data)}])


def _of_sheets(book: Workbook, at: Place) -> Iterator[Case]:
    made = ("*/worksheets/*", "docProps/app.xml")
    yield Case("add_sheet", [{"op": "add_sheet", "name": "Sweep 9"}], made)
    renamed = [{"op": "rename_sheet", "sheet": at.sheet, "name": "Sweep 9"}]
    back = {"op": "rename_sheet", "sheet": "Sweep 9", "name": at.sheet}
    yield Case("rename_sheet", [*renamed, back], _ANY)
    copied = [{"op": "copy_sheet", "sheet": at.sheet, "name": "Sweep 9"}]
    yield Case("copy_sheet", copied, _ANY)
    yield Case("delete_sheet", [*copied, {"op": "delete_sheet", "sheet": "Sweep 9"}], _ANY)
    yield Case("hide_sheet", [{"op": "add_sheet"}, {"op": "hide_sheet", "sheet": at.sheet}], made)
    if len(book.sheets) > 1:
        yield Case("move_sheet", [{"op": "move_sheet", "sheet": at.sheet, "to": "end"}], _ANY)
        yield Case("move_sheet active", [{"op": "move_sheet", "sheet": at.sheet, "active": True}], _ANY)


def _summaries(at: Place) -> Iterator[Case]:
    made = ("*/worksheets/*", "docProps/app.xml")
    totals = {"column": at.columns[-1], "function": "count"}
    by = {"sheet": at.sheet, "rows": at.columns[0], "values": [totals], "to_sheet": "Sweep 9"}
    yield Case("summarize", [{"op": "summarize", **by}], made)
    pivot = {"op": "pivot", **by, "range": str(at.block)}
    yield Case("pivot", [pivot], (*made, "*/pivot*"))
    other = {
        "op": "change_pivot",
        "sheet": "Sweep 9",
        "rows": at.columns[-1],
        "filters": at.columns[0],
        "title": "Sweep",
    }
    yield Case("change_pivot", [pivot, other], (*made, "*/pivot*"))
