"""What a sheet holds, read by lxml alone: the reference the splicer is held against."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from fixtures.spreadsheets.raw import MAIN, SHEET

_LETTERS = re.compile(r"[A-Z]+")


@dataclass(frozen=True)
class CellModel:
    """`attributes` without `r`; `inside` the canonical XML of the children."""

    attributes: tuple[tuple[str, str], ...]
    inside: bytes
    text: str


@dataclass(frozen=True)
class SheetModel:
    cells: dict[tuple[int, int], CellModel]
    rows: dict[int, tuple[tuple[str, str], ...]]


def sheet_model(package: bytes, part: str = SHEET) -> SheetModel:
    root = etree.fromstring(zipfile.ZipFile(BytesIO(package)).read(part))
    cells: dict[tuple[int, int], CellModel] = {}
    rows: dict[int, tuple[tuple[str, str], ...]] = {}
    number = 0
    for row in root.iter(f"{{{MAIN}}}row"):
        number = int(row.get("r", str(number + 1)))
        rows[number] = _attributes(row, "r", "spans")
        column = 0
        for cell in row.iterchildren(f"{{{MAIN}}}c"):
            match = _LETTERS.match(cell.get("r", ""))
            column = _column(match[0]) if match else column + 1
            inside = b"".join(
                etree.tostring(child, method="c14n", with_comments=False, with_tail=False)
                for child in cell.iterchildren(etree.Element)
            )
            cells[number, column] = CellModel(_attributes(cell, "r"), inside, "".join(cell.itertext(etree.Element)))
    return SheetModel(cells, rows)


def _attributes(element: etree._Element, *without: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(key), str(value)) for key, value in element.attrib.items() if key not in without))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
