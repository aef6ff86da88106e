"""Sheets brought into the plain form the fast passes rely on: every row and cell says first where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from copilot_server.errors import Refused
from copilot_server.office.xml import local_name, serialize
from skills.spreadsheets.document.addresses import cell_name, parse_cell
from skills.spreadsheets.document.sheet_text import SheetText

if TYPE_CHECKING:
    from copilot_server.office.package import Package
    from copilot_server.office.xml import Element


def plain_sheet(package: Package, text: SheetText, sheet: str) -> SheetText:
    """A sheet's text, rewritten where it was not plain; raises Refused where that cannot be done safely."""
    if is_plain(text):
        return text
    _make_plain(package, text.text.name, sheet)
    text = SheetText(package, text.text.name)
    if not is_plain(text):
        raise Refused(
            f"the rows of sheet {sheet!r} are written in a way that cannot be moved safely; save it in Excel first"
        )
    return text


def is_plain(text: SheetText) -> bool:
    """Whether rows ascend, nothing but rows stands among them, and each row and cell starts with its address."""
    if text.layout.exact is not None:
        return False
    row, cell = b"<" + text.prefix + b"row", b"<" + text.prefix + b"c"
    any_cell = re.compile(re.escape(cell) + rb"(?=[\s/>])")
    for block in text.all_blocks(lambda _span: False):
        data = block if isinstance(block, bytes) else block.data
        cells = data.count(cell + b' r="')
        if data.count(row + b' r="') != data.count(row):
            return False
        if cells != data.count(cell) and cells != len(any_cell.findall(data)):
            return False
    return True


def _make_plain(package: Package, part: str, sheet: str) -> None:
    root = package.edit_xml(part)
    for holder in [child for child in root if local_name(child) == "sheetData"]:
        etree.strip_tags(holder, etree.Comment, etree.ProcessingInstruction)
        if any(local_name(row) != "row" for row in holder):
            raise Refused(f"sheet {sheet!r} holds alternative content among its rows, which cannot be moved safely")
        _number_rows(holder, sheet)
    bound = {prefix: uri for element in root.iter() for prefix, uri in element.nsmap.items() if prefix}
    etree.cleanup_namespaces(root, top_nsmap=bound, keep_ns_prefixes=list(bound))
    # As bytes: the tree may say no more than it did, and then the old spelling would be kept.
    package.write(part, serialize(root))


def _number_rows(holder: Element, sheet: str) -> None:
    numbers: list[int] = []
    for row in holder:
        number = int(row.get("r", "").strip() or (numbers[-1] + 1 if numbers else 1))
        _put_first(row, "r", str(number))
        row.tail = None
        _number_cells(row, number)
        numbers.append(number)
    holder.text = None
    if len(set(numbers)) != len(numbers):
        raise Refused(f"sheet {sheet!r} holds a row twice; open and save it in Excel first")
    if numbers != sorted(numbers):
        holder[:] = sorted(holder, key=lambda row: int(row.get("r", "")))


def _number_cells(row: Element, number: int) -> None:
    column = 0
    for cell in row:
        if local_name(cell) == "c":
            known = parse_cell(cell.get("r", "").strip())
            column = known[1] if known else column + 1
            _put_first(cell, "r", cell_name(number, column))


def _put_first(element: Element, name: str, value: str) -> None:
    others = [(key, old) for key, old in element.attrib.items() if key != name]
    element.attrib.clear()
    element.set(name, value)
    for key, old in others:
        element.set(key, old)
