"""Faults of a workbook's own part and of its styles."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from copilot_server.office.consistency.formulas import formula_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from copilot_server.office.xml import Element

_LONGEST_SHEET_NAME: Final = 31
_LONGEST_NAME: Final = 255
_BARRED_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\]|^'|'$")
_NAME: Final = re.compile(r"[^\W\d][\w.\\?]*|\\[\w.\\?]*")
_LIKE_A_CELL: Final = re.compile(
    r"(?i)[a-z]{1,2}[1-9]\d{0,6}|[a-w][a-z]{2}[1-9]\d{0,6}|x[a-f][a-d][1-9]\d{0,6}|r\d*(c\d*)?|c\d*"
)
# Attributes of a format that are numbers of entries in the list named; number formats have ids instead.
_FORMAT_PARTS: Final = (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"), ("xfId", "cellStyleXfs"))


def faults(book: Element) -> Iterator[tuple[str, str]]:
    """(kind, detail) of the faults in the workbook part."""
    sheets = list(book.iter("{*}sheet"))
    names = [sheet.get("name", "") for sheet in sheets]
    for name in names:
        if not 0 < len(name) <= _LONGEST_SHEET_NAME or _BARRED_IN_SHEET_NAMES.search(name):
            yield "sheet name Excel does not take", name
    yield from _repeated("duplicate sheet name", [name.lower() for name in names])
    yield from _repeated("duplicate sheet id", [sheet.get("sheetId", "") for sheet in sheets])
    if sheets and all(sheet.get("state", "visible") != "visible" for sheet in sheets):
        yield "no visible sheet", ""
    yield from _name_faults(book, len(sheets))


def global_names(book: Element) -> list[str]:
    """Defined names of the whole book, in lower case."""
    defined = book.iter("{*}definedName")
    return [element.get("name", "").lower() for element in defined if element.get("localSheetId") is None]


def style_faults(styles: Element) -> Iterator[tuple[str, str]]:
    """(kind, detail) of formats that point beyond the lists of the styles part."""
    counts = {local: sum(len(found) for found in styles.iterchildren(f"{{*}}{local}")) for _, local in _FORMAT_PARTS}
    for formats in styles.iterchildren("{*}cellXfs", "{*}cellStyleXfs"):
        for number, each in enumerate(formats):
            for attribute, local in _FORMAT_PARTS:
                chosen = each.get(attribute, "0")
                if chosen != "0" and not (chosen.isdecimal() and int(chosen) < counts[local]):
                    yield "format points beyond its list", f"format {number}: {attribute} {chosen}"
    numbers = [each.get("numFmtId", "") for each in styles.iterfind("{*}numFmts/{*}numFmt")]
    yield from _repeated("duplicate number format id", numbers)


def _name_faults(book: Element, sheets: int) -> Iterator[tuple[str, str]]:
    scoped: list[str] = []
    for element in book.iter("{*}definedName"):
        name, scope = element.get("name", ""), element.get("localSheetId", "")
        scoped.append(f"{name.lower()} {scope}".rstrip())
        if not _NAME.fullmatch(name) or _LIKE_A_CELL.fullmatch(name) or len(name) > _LONGEST_NAME:
            yield "defined name Excel does not take", name
        if scope and not (scope.isdecimal() and int(scope) < sheets):
            yield "name of a sheet that is not there", f"{name}: {scope}"
        if text := (element.text or "").strip():
            yield from ((kind, f"{name}: {text[:80]}") for kind in formula_faults(text))
    yield from _repeated("duplicate defined name", scoped)


def _repeated(kind: str, values: list[str]) -> Iterator[tuple[str, str]]:
    yield from ((kind, value) for value, times in Counter(values).items() if times > 1)
