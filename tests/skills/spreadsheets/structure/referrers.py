"""Reads every reference of a workbook on its own terms (zipfile, lxml, openpyxl's tokenizer), nothing of ours.

A referrer is a place (a formula cell, a name, a rule as one of its cells reads it, a chart's formula) with the areas
its text names. The sweep compares referrers before and after an edit.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from lxml import etree
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter, range_boundaries

Place = tuple[object, ...]


@dataclass(frozen=True)
class Target:
    """One area a formula names; None for a bound that whole columns or rows leave out; `text` is what stood there."""

    sheet: str
    first: tuple[int | None, int | None]
    last: tuple[int | None, int | None]
    text: str = field(compare=False, default="")


@dataclass
class Book:
    """`formulas`: place -> (text, sheet it stands on). Cell places are ("cell", sheet, row, column).

    `contents`: cell -> (type, value, style), as the file says it; `spills`: areas that arrays fill.
    """

    sheets: list[str]
    formulas: dict[Place, tuple[str, str | None]] = field(default_factory=dict)
    contents: dict[tuple[str, int, int], tuple[str, str, str]] = field(default_factory=dict)
    spills: dict[str, list[tuple[int, int, int, int]]] = field(default_factory=dict)
    merges: dict[str, set[tuple[int, int, int, int]]] = field(default_factory=dict)
    rules: dict[str, list[tuple[str, list[tuple[int, int, int, int]], list[str]]]] = field(default_factory=dict)


def read(source: Path | bytes) -> Book:
    archive = zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source)
    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}

    def tree(name: str):
        return etree.fromstring(archive.read(names[name.lower()]))

    main = _targets(tree("_rels/.rels"), "", "officeDocument")[0][1]
    root = tree(main)
    parts = dict(_targets(tree(_rels(main)), main, ""))
    entries = [each for each in root.iter("{*}sheet") if _rid(each) in parts]
    book = Book([each.get("name") for each in entries])
    for each in entries:
        part = parts[_rid(each)]
        if part.lower() not in names:
            continue
        _read_sheet(book, each.get("name"), tree(part))
        if _rels(part).lower() in names:
            for _, drawing in _targets(tree(_rels(part)), part, "drawing"):
                if _rels(drawing).lower() in names:
                    for _, chart in _targets(tree(_rels(drawing)), drawing, "chart"):
                        for number, element in enumerate(tree(chart).iter("{*}f")):
                            book.formulas["chart", chart.lower(), number] = (element.text or "", each.get("name"))
    for element in root.iter("{*}definedName"):
        scope = element.get("localSheetId")
        owner = book.sheets[int(scope)] if scope is not None and int(scope) < len(book.sheets) else None
        book.formulas["name", element.get("name"), owner] = (element.text or "", None)
    return book


def undividable(source: Path | bytes, sheet: str) -> list[tuple[str, tuple[int, int, int, int]]]:
    """(what, area) of all on a sheet that Excel itself lets no row or column be inserted into.

    "We can't make this change for the selected cells because it will affect a PivotTable"; "You can't change part of
    an array"; "Cannot change part of a data table".
    """
    archive = zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source)
    names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
    main = _targets(etree.fromstring(archive.read(names["_rels/.rels"])), "", "officeDocument")[0][1]
    parts = dict(_targets(etree.fromstring(archive.read(names[_rels(main).lower()])), main, ""))
    root = etree.fromstring(archive.read(names[main.lower()]))
    (part,) = (parts[_rid(each)] for each in root.iter("{*}sheet") if each.get("name") == sheet)
    found: list[tuple[str, tuple[int, int, int, int]]] = []
    for formula in etree.fromstring(archive.read(names[part.lower()])).iter("{*}f"):
        is_dynamic = formula.getparent().get("cm") is not None
        if formula.get("t") in {"array", "dataTable"} and formula.get("ref") and not is_dynamic:
            found.append((formula.get("t"), _box(formula.get("ref"))))
    if _rels(part).lower() in names:
        relations = etree.fromstring(archive.read(names[_rels(part).lower()]))
        for _, pivot in _targets(relations, part, "pivotTable"):
            location = etree.fromstring(archive.read(names[pivot.lower()])).find("{*}location")
            found.append(("pivot table", _box(location.get("ref"))))
    return found


def pivots(source: Path | bytes, sheet: str) -> list[tuple[int, int, int, int]]:
    """Where the pivot tables of a sheet lie."""
    return [box for what, box in undividable(source, sheet) if what == "pivot table"]


def _read_sheet(book: Book, sheet: str, root) -> None:
    masters: dict[str, tuple[str, str]] = {}
    row = 0
    for row_element in root.iter("{*}row"):
        row = int(row_element.get("r", row + 1))
        column = 0
        for cell in row_element.iter("{*}c"):
            column = range_boundaries(cell.get("r"))[0] if cell.get("r") else column + 1
            inline = "".join(cell.find("{*}is").itertext()) if cell.find("{*}is") is not None else ""
            value = cell.findtext("{*}v", inline)
            if value:
                book.contents[sheet, row, column] = (cell.get("t", "n"), value, cell.get("s", "0"))
            formula = cell.find("{*}f")
            if formula is not None and formula.get("t") in {"array", "dataTable"} and formula.get("ref"):
                book.spills.setdefault(sheet, []).append(_box(formula.get("ref")))
            if formula is None or formula.get("t") == "dataTable":
                continue
            text, address = formula.text or "", f"{get_column_letter(column)}{row}"
            if formula.get("t") == "shared":
                if text:
                    masters[formula.get("si")] = (text, address)
                elif formula.get("si") in masters:
                    master, origin = masters[formula.get("si")]
                    text = Translator("=" + master, origin).translate_formula(address)[1:]
            if text:
                book.formulas["cell", sheet, row, column] = (text, sheet)
    book.merges[sheet] = {_box(each.get("ref")) for each in root.iter("{*}mergeCell")}
    book.rules[sheet] = list(_rules(root))


def _rules(root) -> Iterator[tuple[str, list[tuple[int, int, int, int]], list[str]]]:
    for block in root.iter("{*}conditionalFormatting", "{*}dataValidation"):
        inner = block.find("{*}sqref")
        sqref = block.get("sqref") if inner is None else inner.text
        if not sqref or "#" in sqref:
            continue
        areas = [_box(word) for word in sqref.split()]
        rules = list(block.iter("{*}cfRule")) or [block]
        for rule in rules:
            kind = f"{etree.QName(rule).localname} {rule.get('type')} {rule.get('priority')} {rule.get('operator')}"
            holders = [e for e in rule if etree.QName(e).localname in {"formula", "formula1", "formula2", "f"}]
            yield kind, areas, ["".join(e.itertext()).strip() for e in holders]


def rule_cells(book: Book, sheet: str) -> set[tuple[str, int, int]]:
    """Cells to look into: (rule, row, column) at the edges and in the middle of each rule's areas."""
    return {
        (kind, row, column)
        for kind, areas, _ in book.rules.get(sheet, [])
        for top, left, bottom, right in areas
        for row in (top, min(top + 1, bottom), (top + bottom) // 2, max(bottom - 1, top), bottom)
        for column in (left, right)
    }


def targets(text: str, sheet: str | None) -> list[Target]:
    """The areas a formula names, in order; names, tables, other books and several sheets at once left out."""
    tokens = Tokenizer("=" + text).items
    found: list[Target] = []
    for token in tokens:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            target = _target(token.value, sheet)
            if target is not None:
                found.append(target)
    return found


_CELL = r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})"
_SHAPES = (
    re.compile(rf"{_CELL}(?::{_CELL})?#?\Z"),
    re.compile(r"\$?([A-Za-z]{1,3})():\$?([A-Za-z]{1,3})()\Z"),
    re.compile(r"()\$?(\d{1,7}):()\$?(\d{1,7})\Z"),
)


def _target(value: str, sheet: str | None) -> Target | None:
    value = value.lstrip("@")
    owner, mark, area = value.rpartition("!")
    if mark:
        owner = owner[1:-1].replace("''", "'") if owner.startswith("'") else owner
        if "[" in owner or ":" in owner:
            return None
    elif sheet is None:
        return None
    else:
        owner = sheet
    for shape in _SHAPES:
        if match := shape.match(area):
            one, two, three, four = match.groups()
            three, four = (one, two) if three is None else (three, four)
            first, last = (_number(two), _column(one)), (_number(four), _column(three))
            if max(first[1] or 0, last[1] or 0) > 16384:
                return None
            return Target(owner.casefold(), first, last, value)
    return None


def _number(digits: str) -> int | None:
    return int(digits) if digits else None


def _column(letters: str) -> int | None:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number or None


def _box(ref: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(ref.replace("$", ""))
    return (top or 1, left or 1, bottom or 1048576, right or 16384)


def _rid(element) -> str | None:
    return next((value for key, value in element.attrib.items() if key.endswith("}id")), None)


def _rels(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def _targets(root, source: str, kind: str) -> list[tuple[str, str]]:
    """(id, part) of the relationships whose type ends in `kind`."""
    found = []
    for each in root:
        if each.get("TargetMode") != "External" and each.get("Type", "").rpartition("/")[2].startswith(kind):
            path = posixpath.join("/" + posixpath.dirname(source), each.get("Target").replace("\\", "/"))
            found.append((each.get("Id"), posixpath.normpath(path).lstrip("/")))
    return found
