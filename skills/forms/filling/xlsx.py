"""The entry sheet of an Excel form: a row a slot, its name in column A, its answer in column C."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal, TypeAlias

from copilot_server.errors import UnsupportedFile
from copilot_server.office.package import Package
from copilot_server.office.xml import Element, qname
from skills.forms.filling.docx import FilledFile

_NAME, _ANSWER = "A", "C"
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,11})(?:\.\d{1,9})?(?<!-0)")
Format: TypeAlias = Literal["date", "text", "number"]
_EPOCH = date(1899, 12, 30)


def read(data: bytes) -> dict[str, Any]:
    """Slot name -> text, number, or True for a tick; empty answers are left out. Raises UnsupportedFile."""
    package = Package.open(data)
    part, texts = _entry(package), _shared(package)
    formats = _formats(package)
    found: dict[str, Any] = {}
    for row in package.xml(part).iter(qname("x:row")):
        cells = _cells(row)
        name = _value(cells.get(_NAME), texts)
        answer = cells.get(_ANSWER)
        value = _value(answer, texts)
        if name and value not in (None, ""):
            style = answer.get("s", "0") if answer is not None else "0"
            is_date = formats.get(style) == "date" and isinstance(value, float)
            found[str(name)] = _plain(str(name), _day(value) if is_date else value)
    return found


def fill(data: bytes, values: Mapping[str, Any]) -> FilledFile:
    """Answers by slot name; every other cell and part stays as it is. Raises UnsupportedFile."""
    package = Package.open(data)
    part, texts = _entry(package), _shared(package)
    formats = _formats(package)
    left = dict(values)
    for row in package.edit_xml(part).iter(qname("x:row")):
        cells = _cells(row)
        name = _value(cells.get(_NAME), texts)
        if name in left and _ANSWER in cells:
            _write(cells[_ANSWER], left.pop(str(name)), formats.get(cells[_ANSWER].get("s", "0"), "number"))
    return FilledFile(package.to_bytes(), tuple((name, "the sheet has no row for it") for name in left))


def _entry(package: Package) -> str:
    for part in package.related(package.main_part, "worksheet"):
        return part
    raise UnsupportedFile("the workbook has no worksheet")


def _cells(row: Element) -> dict[str, Element]:
    return {(cell.get("r") or "").rstrip("0123456789"): cell for cell in row.iter(qname("x:c"))}


def _shared(package: Package) -> list[str]:
    for part in package.related(package.main_part, "sharedStrings"):
        return ["".join(text.text or "" for text in each.iter(qname("x:t"))) for each in package.xml(part)]
    return []


def _formats(package: Package) -> dict[str, Format]:
    """What a cell of each style is for: days have built-in formats or a year in theirs, texts have "@"."""
    for part in package.related(package.main_part, "styles"):
        root = package.xml(part)
        own = {each.get("numFmtId"): each.get("formatCode", "") for each in root.iter(qname("x:numFmt"))}
        formats = root.find(qname("x:cellXfs"))
        listed = enumerate(formats if formats is not None else ())
        return {str(index): _format(each.get("numFmtId", "0"), own) for index, each in listed}
    return {}


def _format(number: str, own: Mapping[str | None, str]) -> Format:
    if number in {"14", "15", "16", "17", "22"} or "yy" in own.get(number, "").lower():
        return "date"
    return "text" if number == "49" or own.get(number) == "@" else "number"


def _value(cell: Element | None, texts: list[str]) -> Any:
    if cell is None:
        return None
    kind, held = cell.get("t", "n"), cell.find(qname("x:v"))
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(qname("x:t")))
    if held is None or not held.text:
        return None
    if kind == "s":
        return texts[int(held.text)]
    return held.text if kind == "str" else held.text == "1" if kind == "b" else float(held.text)


def _plain(name: str, value: Any) -> Any:
    if "#" in name:
        return str(value).strip() != ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _day(serial: float) -> str:
    return (_EPOCH + timedelta(int(serial))).isoformat()


def _write(cell: Element, value: Any, kind: Format) -> None:
    for child in list(cell):
        cell.remove(child)
    number = _number(str(value), kind)
    if number is not None:
        cell.attrib.pop("t", None)
        held = cell.makeelement(qname("x:v"))
        held.text = number
        cell.append(held)
        return
    cell.set("t", "inlineStr")
    inline, text = cell.makeelement(qname("x:is")), cell.makeelement(qname("x:t"))
    text.text = "x" if value is True else str(value)
    text.set(qname("xml:space"), "preserve")
    inline.append(text)
    cell.append(inline)


def _number(value: str, kind: Format) -> str | None:
    """As the cell holds it, when a number says exactly the same; "007" stays a text."""
    match kind:
        case "date":
            try:
                return str((date.fromisoformat(value) - _EPOCH).days)
            except ValueError:
                return None
        case "number":
            return value if _NUMBER.fullmatch(value) else None
        case "text":
            return None
