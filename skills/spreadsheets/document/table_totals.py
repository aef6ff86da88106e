"""Keeps what a table says of its totals row in step with the cells of that row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.tables import stored_name, table_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.patches import Content
    from skills.spreadsheets.document.sheet import Sheet

FUNCTIONS: Final = {
    101: "average",
    102: "countNums",
    103: "count",
    104: "max",
    105: "min",
    107: "stdDev",
    109: "sum",
    110: "var",
}
"""The first argument of SUBTOTAL, by the name tables have for it (ISO/IEC 29500-1, 18.18.84)."""

_SUBTOTAL: Final = re.compile(r"SUBTOTAL\((\d{3}),(?:[^\W\d][\w.\\]*)?\[[^\[\]]*\]\)\Z")


def tell_totals(sheet: Sheet, contents: Mapping[tuple[int, int], Content]) -> None:
    """Say in the tables' parts what was put into cells of their totals rows."""
    for table in sheet.tables:
        totals = table.totals
        mine = {} if totals is None else {place: each for place, each in contents.items() if totals.contains(*place)}
        if mine:
            columns = table_columns(sheet.book.package.edit_xml(table.part))
            for (_, column), content in mine.items():
                tell_total(columns[column - table.area.left], content)


def tell_total(column: Element, content: Content) -> None:
    """Make a `tableColumn` say what its total is: a label, one of Excel's functions, or a formula."""
    for name in ("totalsRowLabel", "totalsRowFunction"):
        column.attrib.pop(name, None)
    for child in [each for each in column if local_name(each) == "totalsRowFormula"]:
        column.remove(child)
    if content.formula is None:
        if isinstance(content.value, str):
            column.set("totalsRowLabel", stored_name(content.value))
        return
    match = _SUBTOTAL.match(content.formula.text)
    if match is not None and int(match[1]) in FUNCTIONS:
        column.set("totalsRowFunction", FUNCTIONS[int(match[1])])
        return
    column.set("totalsRowFunction", "custom")
    formula = etree.Element(f"{{{etree.QName(column).namespace}}}totalsRowFormula")
    formula.text = content.formula.text
    # CT_TableColumn: behind the calculated column's formula, before what is not known here.
    column.insert(sum(1 for each in column if local_name(each) == "calculatedColumnFormula"), formula)
