"""Changes tables: their look, totals, columns' formulas, extent, name; or makes plain cells of them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.errors import Refused, TargetNotFound, ToolError
from copilot_server.office.xml import local_name
from skills.spreadsheets.calculation.structured import Tables
from skills.spreadsheets.document.addresses import Area, cell_name
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.charts.building import reference
from skills.spreadsheets.document.charts.changing import follow_table
from skills.spreadsheets.document.charts.spec import Source
from skills.spreadsheets.document.entry import FormulaEntry, enter, enter_throughout
from skills.spreadsheets.document.formats import elements
from skills.spreadsheets.document.name_edits import check_name
from skills.spreadsheets.document.near import nearest
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.references.follow import follow
from skills.spreadsheets.document.references.holders.elements import child, recount
from skills.spreadsheets.document.references.rewriter import NameHint, Rewriter
from skills.spreadsheets.document.references.table_names import rename_table
from skills.spreadsheets.document.tables import stored_name, table_columns

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.tables import Table
    from skills.spreadsheets.document.workbook import Workbook

FUNCTIONS: Final = {"sum": 109, "average": 101, "count": 103, "max": 104, "min": 105, "stdev": 107}


def find_table(book: Workbook, name: str) -> tuple[Sheet, Table]:
    """Raises TargetNotFound naming the tables there are."""
    found = [(sheet, table) for sheet in book.sheets for table in sheet.tables]
    for sheet, table in found:
        if table.name.casefold() == name.casefold():
            return sheet, table
    names = [table.name for _, table in found]
    listed = ", ".join(map(repr, names)) or "none"
    raise TargetNotFound(f"no table {name!r}; {nearest(name, names)}tables are {listed}")


def restyle(sheet: Sheet, table: Table, style: str | None, flags: dict[str, bool]) -> None:
    """`flags` by the names of CT_TableStyleInfo; `style` "" shows the cells' own formats."""
    root = sheet.book.package.edit_xml(table.part)
    info = child(root, "tableStyleInfo")
    if info is None:
        info = etree.Element(f"{{{etree.QName(root).namespace}}}tableStyleInfo")
        behind = [each for each in elements(root) if local_name(each) in {"autoFilter", "sortState", "tableColumns"}]
        behind[-1].addnext(info)
    if style == "":
        info.attrib.pop("name", None)
    elif style is not None:
        info.set("name", style)
    for name, is_on in flags.items():
        info.set(name, str(int(is_on)))


def set_total(sheet: Sheet, table: Table, column: str, function: str) -> None:
    """What the totals row says of one column: a function by name, a formula, or a label."""
    place = (table.area.bottom, table.area.left + _index(table, column))
    if function in FUNCTIONS:
        name = table.columns[_index(table, column)]
        quoted = "".join(f"'{each}" if each in "[]#'@" else each for each in name)
        function = f"=SUBTOTAL({FUNCTIONS[function]},{table.name}[{quoted}])"
    enter(sheet, {place: None if function == "none" else function})


def calculate_column(sheet: Sheet, table: Table, column: str, formula: str) -> None:
    """Fill a column with one formula, which rows to come take too."""
    data = table.data
    if data is None:
        raise Refused(f"table {table.name!r} has no rows of data")
    index = _index(table, column)
    area = Area(data.top, data.left + index, data.bottom, data.left + index)
    content = FormulaEntry(sheet).content(formula, area.top, area.left)
    enter_throughout(sheet, area, formula)
    element = table_columns(sheet.book.package.edit_xml(table.part))[index]
    for old in [each for each in element if local_name(each) == "calculatedColumnFormula"]:
        element.remove(old)
    kept = etree.Element(f"{{{etree.QName(element).namespace}}}calculatedColumnFormula")
    kept.text = content.formula.text if content.formula else ""
    element.insert(0, kept)


def resize(sheet: Sheet, table: Table, area: Area) -> None:
    """Let the table reach over another area with the same header row; what falls out becomes plain cells."""
    if area.top != table.area.top:
        raise Refused(f"table {table.name!r} keeps its header in row {table.area.top}; resize it from there")
    if table.totals_rows:
        raise Refused(f"table {table.name!r} has a totals row; take it off before resizing")
    if area.rows < 2 or not area.intersects(table.area):
        raise Refused(f"{area} has no rows of data of table {table.name!r}")
    for other in sheet.tables:
        if other.id != table.id and other.area.intersects(area):
            raise Refused(f"{area} meets table {other.name!r} at {other.area}")
    if any(merge.intersects(area) for merge in sheet.merges):
        raise Refused(f"{area} holds merged cells, which no table can")
    root = sheet.book.package.edit_xml(table.part)
    root.set("ref", written(area))
    for each in (child(root, "autoFilter"),):
        if each is not None:
            each.set("ref", written(area))
    _match_columns(sheet, table, area, root)
    _grow_charts(sheet, table, area)


def _grow_charts(sheet: Sheet, table: Table, area: Area) -> None:
    """Charts of whole columns of the table show its new rows too, as they do in Excel."""
    data = table.data
    if data is None:
        return
    moves: dict[tuple[str, str], Source] = {}
    for column in range(max(area.left, table.area.left), min(area.right, table.area.right) + 1):
        old = Source(sheet.name, Area(data.top, column, data.bottom, column))
        new = Source(sheet.name, Area(data.top, column, area.bottom, column))
        moves[sheet.name.casefold(), reference(old).rpartition("!")[2]] = new
    package = sheet.book.package
    for each in sheet.book.sheets:
        for drawing in package.related(each.part, "drawing"):
            for part in package.related(drawing, "chart"):
                follow_table(package.edit_xml(part), moves)


def _match_columns(sheet: Sheet, table: Table, area: Area, root: Element) -> None:
    holder = child(root, "tableColumns")
    if holder is None:
        return
    old = dict(zip(range(table.area.left, table.area.right + 1), table_columns(root), strict=False))
    fresh = max((int(each.get("id", "0")) for each in old.values()), default=0) + 1
    heads = {cell.column: cell.value for cell in sheet.cells(Area(area.top, area.left, area.top, area.right))}
    taken = {each.get("name", "").casefold() for column, each in old.items() if area.left <= column <= area.right}
    for each in elements(holder):
        holder.remove(each)
    new_headers: dict[tuple[int, int], str] = {}
    for column in range(area.left, area.right + 1):
        element = old.get(column)
        if element is None:
            name = _free(_as_text(heads.get(column)) or f"Column{column - area.left + 1}", taken)
            taken.add(name.casefold())
            element = etree.Element(
                f"{{{etree.QName(root).namespace}}}tableColumn", id=str(fresh), name=stored_name(name)
            )
            fresh += 1
            if heads.get(column) != name:
                new_headers[area.top, column] = f"'{name}"
        holder.append(element)
    recount(holder)
    if new_headers:
        enter(sheet, new_headers)


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None or isinstance(value, CellError) else str(value)


def _free(name: str, taken: set[str]) -> str:
    number, new = 2, name
    while new.casefold() in taken:
        new, number = f"{name}{number}", number + 1
    return new


def drop_totals(sheet: Sheet, table: Table) -> None:
    """Take the totals row off; its cells are emptied."""
    if not table.totals_rows:
        raise Refused(f"table {table.name!r} has no totals row")
    totals = table.totals
    root = sheet.book.package.edit_xml(table.part)
    area = Area(table.area.top, table.area.left, table.area.bottom - table.totals_rows, table.area.right)
    root.set("ref", written(area))
    root.attrib.pop("totalsRowCount", None)
    for column in table_columns(root):
        for name in ("totalsRowFunction", "totalsRowLabel"):
            column.attrib.pop(name, None)
        for each in [each for each in column if local_name(each) == "totalsRowFormula"]:
            column.remove(each)
    if totals is not None:
        enter(sheet, {(cell.row, cell.column): None for cell in sheet.cells(totals) if not cell.is_blank})


class _TableRename(Rewriter):
    """A table gets another name."""

    def __init__(self, old: str, new: str) -> None:
        self._old, self._new, self._hint = old, new, NameHint(old)

    def formula(self, text: str, on: str | None) -> str:
        return rename_table(text, self._old, self._new)

    def location(self, text: str, on: str) -> str:
        return text

    def mentions(self, data: bytes) -> bool:
        return self._hint.is_in(data)


def rename(book: Workbook, table: Table, new: str) -> None:
    """Give a table another name; all that names it follows. The book is read anew."""
    check_name(new)
    taken = {each.name.casefold() for sheet in book.sheets for each in sheet.tables} - {table.name.casefold()}
    if new.casefold() in taken | {each.name.casefold() for each in book.names}:
        raise Refused(f"{new!r} is taken by another table or name")
    root = book.package.edit_xml(table.part)
    root.set("name", new)
    root.set("displayName", new)
    book.flush()
    follow(book, _TableRename(table.name, new))
    book.reload()


def to_range(sheet: Sheet, table: Table) -> None:
    """Make plain cells of a table; formulas that named it name its cells, and its look stays behind.

    Raises Refused for what cannot do without it.
    """
    book, package = sheet.book, sheet.book.package
    for name in package.related(table.part, "queryTable"):
        raise Refused(f"table {table.name!r} is filled by a query ({name})")
    tables = Tables(book)
    for each in book.sheets:
        changed: dict[tuple[int, int], str] = {}
        for cell in each.cells() if each.is_worksheet and (each.has_formulas or each.patches) else ():
            if cell.formula and "[" in cell.formula:
                new = _resolved(tables, cell.formula, each, (cell.row, cell.column), table, sheet)
                if new is not None:
                    changed[cell.row, cell.column] = new
        if changed:
            enter(each, dict(changed.items()))
    for relation in package.relationships(sheet.part):
        if relation.target == table.part:
            _unlist(sheet, relation.id)
            package.unrelate(sheet.part, relation.id)
    package.remove(table.part)


def _resolved(
    tables: Tables, formula: str, sheet: Sheet, place: tuple[int, int], table: Table, owner: Sheet
) -> str | None:
    inside = sheet.part == owner.part and table.area.contains(*place)
    if not inside and not NameHint(table.name).is_in(formula.encode()):
        return None
    new = tables.resolved(formula[1:], sheet.name, *place)
    if new is None:
        raise ToolError(f"{sheet.name}!{cell_name(*place)} names table {table.name!r} in a way not understood here")
    return None if new == formula[1:] else f"={new}"


def _unlist(sheet: Sheet, rid: str) -> None:
    region = sheet.frame.find("tableParts")
    if region is None:
        return
    for each in elements(region):
        if rid in each.attrib.values():
            region.remove(each)
    recount(region)
    sheet.frame = sheet.frame.with_region("tableParts", region if elements(region) else None)


def _index(table: Table, column: str) -> int:
    names = [name.casefold() for name in table.columns]
    if column.casefold() in names:
        return names.index(column.casefold())
    listed = ", ".join(map(repr, table.columns))
    raise TargetNotFound(f"table {table.name!r} has no column {column!r}; columns are {listed}")
