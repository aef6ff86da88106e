"""Tables: their cells, columns and formulas after rows or columns of their sheet were inserted or deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from copilot_server.errors import Refused
from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.references.areas import written
from skills.spreadsheets.document.references.holders.elements import child, children, named, recount
from skills.spreadsheets.document.references.holders.filters import shift_filters
from skills.spreadsheets.document.references.spread import spread

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.references.rewriter import Rewriter, ShiftRewriter
    from skills.spreadsheets.document.tables import Table


def rewrite_table(root: Element, rewriter: Rewriter, sheet: str) -> None:
    """The formulas of calculated columns and totals."""
    for formula in named(root, "calculatedColumnFormula", "totalsRowFormula"):
        if formula.text:
            formula.text = rewriter.formula(formula.text, sheet)


def check_table(table: Table, shift: Shift) -> None:
    """Raises Refused naming a table that would lose its header or all its data, but not the whole of it."""
    if not shift.deletes or shift.axis == "column" or shift.swallows(table.area):
        return
    if table.header and shift.swallows(table.header):
        raise Refused(
            f"row {table.area.top} is the header of table {table.name!r}; delete the whole table or other rows"
        )
    if table.data and shift.swallows(table.data):
        raise Refused(f"table {table.name!r} would be left without a row of data; keep one, or delete the whole table")


def lost_columns(table: Table, shift: Shift) -> list[str]:
    """The names of the columns a deletion takes away, the table itself surviving."""
    if not shift.deletes or shift.axis == "row" or shift.swallows(table.area):
        return []
    return [name for place, name in enumerate(table.columns) if shift.line(table.area.left + place) is None]


def shift_table(root: Element, table: Table, rewriter: ShiftRewriter) -> dict[tuple[int, int], str]:
    """A table on the shifted sheet; gives the header cells to write for new columns.

    Columns between those a query or XML data fills belong to neither. Raises Refused naming a table that would lose
    columns of a query.
    """
    shift = rewriter.shift
    moved = shift.area(table.area)
    if moved is None:
        raise Refused(f"table {table.name!r} would be pushed off the sheet")
    _shift_formulas(root, table, rewriter)
    shift_filters(root, shift)
    root.set("ref", written(moved))
    if table.totals and shift.swallows(table.totals):
        del root.attrib["totalsRowCount"]
    if shift.axis == "row" or not shift.cuts(table.area):
        return {}
    if shift.deletes:
        if _is_of_query(root):
            raise Refused(f"table {table.name!r} is filled by a query, which decides what columns it has")
        _drop_columns(root, table, shift)
        return {}
    return _add_columns(root, table, shift)


def _shift_formulas(root: Element, table: Table, rewriter: ShiftRewriter) -> None:
    """A calculated column's formula is written for the table's first row of data."""
    data = table.data or table.area
    moved = rewriter.shift.area(data)
    for place, column in enumerate(named(root, "tableColumn")):
        cells = Area(data.top, data.left + place, data.bottom, data.left + place)
        for formula in children(column, "calculatedColumnFormula"):
            what = f"the formula of column {column.get('name')!r} of table {table.name!r}"
            pieces = spread(
                [cells], [rewriter.without_lost(formula.text or "")], rewriter.cells, is_own=True, what=what
            )
            if pieces and moved:
                # Where the rows do not shift alike, each keeps its own formula; the column's is that of most.
                most = max(pieces, key=lambda piece: sum(area.size for area in piece.areas))
                formula.text = rewriter.at(most.formulas[0], moved.top - min(area.top for area in most.areas))
        for formula in children(column, "totalsRowFormula"):
            formula.text = rewriter.formula(formula.text or "", rewriter.sheet)


def _is_of_query(root: Element) -> bool:
    return root.get("tableType") == "queryTable" or any(
        "queryTableFieldId" in column.attrib for column in named(root, "tableColumn")
    )


def _is_of_xml(root: Element) -> bool:
    return root.get("tableType") == "xml" or bool(named(root, "xmlColumnPr"))


def add_query_fields(query: Element, table: Element) -> None:
    """Let a query know the columns that came into its table, which it does not fill (ISO 29500-1, 18.13.2)."""
    columns = list(named(table, "tableColumn"))
    for refresh in named(query, "queryTableRefresh"):
        for holder in named(refresh, "queryTableFields"):
            fields = {each.get("id"): each for each in children(holder, "queryTableField")}
            for place, column in enumerate(columns):
                field = column.get("queryTableFieldId", "")
                if field not in fields:
                    values = {"id": field, "dataBound": "0", "tableColumnId": column.get("id", "")}
                    holder.insert(place, holder.makeelement(_beside(holder.tag, "queryTableField"), values))
            recount(holder)
        fresh = max((int(column.get("queryTableFieldId", "0")) for column in columns), default=0) + 1
        if fresh > int(refresh.get("nextId", "1")):
            refresh.set("nextId", str(fresh))


def _beside(tag: object, name: str) -> str:
    """A name in the namespace of another tag."""
    head, brace, _ = str(tag).rpartition("}")
    return f"{head}{brace}{name}"


def _drop_columns(root: Element, table: Table, shift: Shift) -> None:
    for holder in children(root, "tableColumns"):
        for place, column in enumerate(list(children(holder, "tableColumn"))):
            if shift.line(table.area.left + place) is None:
                holder.remove(column)
        recount(holder)


def _add_columns(root: Element, table: Table, shift: Shift) -> dict[tuple[int, int], str]:
    holder = child(root, "tableColumns")
    columns = [] if holder is None else [each for each in holder if local_name(each) == "tableColumn"]
    if holder is None or not columns:
        return {}
    fresh = max(int(column.get("id", "0")) for column in columns) + 1
    field = max(int(column.get("queryTableFieldId", "0")) for column in columns) + 1
    names = {name.casefold() for name in table.columns}
    headers: dict[tuple[int, int], str] = {}
    for number in range(shift.count):
        name = _unused_name(names)
        bound = {"uniqueName": str(fresh + number)} if _is_of_query(root) or _is_of_xml(root) else {}
        told = {"queryTableFieldId": str(field + number)} if _is_of_query(root) else {}
        values = {"id": str(fresh + number), **bound, "name": name, **told}
        column = holder.makeelement(columns[0].tag, values, nsmap=holder.nsmap)
        columns[shift.at - table.area.left - 1 if number == 0 else -1].addnext(column)
        columns.append(column)
        if table.header:
            headers[table.area.top, shift.at + number] = name
    recount(holder)
    return headers


def _unused_name(names: set[str]) -> str:
    """ "Column1" or the first like it that is free, as Excel names new columns; then taken."""
    number = 1
    while f"column{number}" in names:
        number += 1
    names.add(f"column{number}")
    return f"Column{number}"
