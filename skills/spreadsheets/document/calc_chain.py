"""The calculation chain: forgets the cells that lost their formulas (Excel adds new ones by itself)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import cell_name
from skills.spreadsheets.document.formats import elements

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from copilot_server.office.package import Package


def forget_formulas(package: Package, main: str, losses: Mapping[int, Collection[tuple[int, int]]]) -> None:
    """Take cells out of the chain, by sheet id; a chain left empty goes altogether.

    An entry without `i` is on the sheet of the one before it (ISO/IEC 29500-1, 18.6.1).
    """
    gone = {sheet: {cell_name(*cell) for cell in cells} for sheet, cells in losses.items() if cells}
    if not gone:
        return
    for part in package.related(main, "calcChain"):
        chain = package.edit_xml(part)
        sheet, written = 0, 0
        for entry in elements(chain):
            sheet = int(entry.get("i", sheet))
            if entry.get("r") in gone.get(sheet, ()):
                chain.remove(entry)
            else:
                if "i" not in entry.attrib and sheet != written:
                    entry.set("i", str(sheet))
                written = sheet
        if not elements(chain):
            drop_chain(package, main)


def drop_chain(package: Package, main: str) -> None:
    """Take the whole chain away; Excel makes a new one."""
    for each in package.relationships(main):
        if each.kind == "calcChain":
            package.unrelate(main, each.id)
            if each.target in package:
                package.remove(each.target)
