"""The tables of a sheet (ListObjects), read from their parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot_server.office.xml import local_name
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cell_text import unescape_x
from skills.spreadsheets.document.formats import number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element


@dataclass(frozen=True, slots=True)
class Table:
    """`area` holds header, data and totals; `columns` are the columns' names in order."""

    id: int
    name: str
    area: Area
    columns: tuple[str, ...]
    header_rows: int
    totals_rows: int
    part: str
    style: str | None = None

    @property
    def header(self) -> Area | None:
        """The row of column names, None when the table hides it."""
        top = self.area.top
        return Area(top, self.area.left, top, self.area.right) if self.header_rows else None

    @property
    def data(self) -> Area | None:
        """The rows between header and totals."""
        first, last = self.area.top + self.header_rows, self.area.bottom - self.totals_rows
        return Area(first, self.area.left, last, self.area.right) if first <= last else None

    @property
    def totals(self) -> Area | None:
        bottom = self.area.bottom
        return Area(bottom, self.area.left, bottom, self.area.right) if self.totals_rows else None


def read_tables(package: Package, sheet_part: str) -> Iterator[Table]:
    """The tables whose parts the sheet relates to; one without a readable area is left out."""
    for part in package.related(sheet_part, "table"):
        root = package.xml(part)
        area = Area.find(root.get("ref", ""))
        if area is not None:
            yield Table(
                id=number(root, "id"),
                name=root.get("displayName") or root.get("name", ""),
                area=area,
                columns=tuple(unescape_x(column.get("name", "")) for column in table_columns(root)),
                header_rows=int(root.get("headerRowCount", "1") or 0),
                totals_rows=number(root, "totalsRowCount"),
                part=part,
                style=next((each.get("name") for each in root if local_name(each) == "tableStyleInfo"), None),
            )


def stored_name(name: str) -> str:
    """A column's name as the table's part keeps it, line breaks spelt out."""
    return name.replace("\r", "_x000d_").replace("\n", "_x000a_").replace("\t", "_x0009_")


def table_columns(root: Element) -> list[Element]:
    """The `tableColumn` elements of a table."""
    lists = (child for child in root if local_name(child) == "tableColumns")
    return [column for each in lists for column in each if local_name(column) == "tableColumn"]
