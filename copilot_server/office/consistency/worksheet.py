"""Faults of one worksheet: its rows, and the frame of settings, rules and links around them."""

from __future__ import annotations

import re
from collections import Counter, deque
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

from copilot_server.errors import FileError
from copilot_server.office import xml
from copilot_server.office.consistency import opc, tables
from copilot_server.office.consistency.areas import area, overlaps
from copilot_server.office.consistency.fault import Fault
from copilot_server.office.consistency.formulas import formula_faults
from copilot_server.office.consistency.rows import RowCheck
from copilot_server.office.consistency.sheet_text import SheetText, unlike
from copilot_server.office.xml import local_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from copilot_server.office.consistency.areas import Area
    from copilot_server.office.consistency.cells import Bounds
    from copilot_server.office.consistency.fault import View
    from copilot_server.office.xml import Element

# The order the schema asks for (ISO/IEC 29500-1, CT_Worksheet); Excel repairs a sheet in any other.
_ORDER_TEXT: Final = """
sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations
hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches
ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems
tableParts extLst
"""
_ORDER: Final = {name: place for place, name in enumerate(_ORDER_TEXT.split())}
_MAY_REPEAT: Final = frozenset({"conditionalFormatting", "cols"})
_NEVER_EMPTY: Final = frozenset({"cols", "conditionalFormatting", "dataValidations", "hyperlinks", "mergeCells"})
_FORMULA_HOLDERS: Final = frozenset({"formula", "formula1", "formula2"})
_ONE_AREA: Final = frozenset({"autoFilter", "hyperlink", "mergeCell"})
_MANY_AREAS: Final = frozenset({"conditionalFormatting", "dataValidation", "protectedRange", "ignoredError"})
_QUOTED_LIST: Final = re.compile(r'"(?:[^"]|"")*"')
_LONGEST_LIST: Final = 255


def faults(
    view: View, name: str, bounds: Bounds, other: View | None, formats: int, *, frame_refers_alike: bool
) -> Iterator[Fault]:
    """Faults of the sheet; given `other`, rows that stand just so there, too, are passed over.

    So is a frame, if what it refers to is also the same. `formats` is how many differential formats rules may choose
    from.
    """
    sheet = SheetText(view.package.chunks(name))
    check = RowCheck(sheet, bounds)
    try:
        before = _before(sheet, view, name, other)
        for ahead, piece in _pieces(sheet, before):
            yield from (Fault(kind, name, detail) for kind, detail in check.faults(ahead, piece))
        if frame_refers_alike and before is not None and before.frame == sheet.frame:
            return
        frame = xml.parse(view.spelled(sheet.frame))
    except FileError as error:
        yield Fault("not well-formed XML", name, str(error))
        return
    yield from opc.unresolved_ids(view, name, frame)
    for kind, detail in frame_faults(frame, formats):
        yield Fault(kind, name, detail)
    for table in tables.of_sheet(view, name):
        for merge in _merges(frame):
            if merge.overlaps(table.place):
                yield Fault("merged cells in a table", name, f"{merge} in {table.place}")


def _before(sheet: SheetText, view: View, name: str, other: View | None) -> SheetText | None:
    """The sheet in `other`, itself where it is the same there."""
    if other is None or name not in other.package:
        return None
    return sheet if view.package.shares(name, other.package) else SheetText(other.package.chunks(name))


def _pieces(sheet: SheetText, before: SheetText | None) -> Iterator[tuple[bytes, bytes]]:
    if before is None:
        yield from pairwise(chain((b"",), sheet.rows()))
    elif before is sheet:
        deque(sheet.rows(), maxlen=0)
    else:
        yield from unlike(before, sheet)


def frame_faults(frame: Element, formats: int) -> Iterator[tuple[str, str]]:
    """(kind, detail) of the faults in a worksheet's XML without its rows."""
    yield from _order_faults([local_name(child) for child in frame])
    for element in frame.iter():
        yield from _element_faults(element)
        chosen = element.get("dxfId")
        if chosen is not None and not (chosen.isdecimal() and int(chosen) < formats):
            yield "differential format out of range", chosen
    yield from _overlapping_merges(frame)
    yield from _overlapping_columns(frame)


def _order_faults(names: list[str]) -> Iterator[tuple[str, str]]:
    known = [name for name in names if name in _ORDER]
    for one, other in pairwise(known):
        if _ORDER[one] > _ORDER[other]:
            yield "elements out of order", f"{other} after {one}"
    for name, times in Counter(known).items():
        if times > 1 and name not in _MAY_REPEAT:
            yield "element repeated", name
    if "sheetData" not in names:
        yield "element missing", "sheetData"


def _element_faults(element: Element) -> Iterator[tuple[str, str]]:
    name = local_name(element)
    if name in _NEVER_EMPTY and len(element) == 0:
        yield "element empty", name
    elif name in _ONE_AREA:
        yield from _area_faults(name, [element.get("ref", "")])
    elif name in _MANY_AREAS and element.get("sqref") is not None:
        yield from _area_faults(name, element.get("sqref", "").split() or [""])
    elif name in _FORMULA_HOLDERS and (text := (element.text or "").strip()):
        yield from ((kind, f"{name}: {text[:80]}") for kind in formula_faults(text))
        if _QUOTED_LIST.fullmatch(text) and len(text) > _LONGEST_LIST + 2:
            yield "list of choices too long", text[:80]


def _area_faults(name: str, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from (("no area of cells", f"{name}: {text!r}") for text in texts if area(text) is None)


def _overlapping_merges(frame: Element) -> Iterator[tuple[str, str]]:
    yield from (("overlapping merges", f"{one} and {other}") for one, other in overlaps(_merges(frame)))


def _merges(frame: Element) -> list[Area]:
    return [found for element in frame.iter("{*}mergeCell") if (found := area(element.get("ref", "")))]


def _overlapping_columns(frame: Element) -> Iterator[tuple[str, str]]:
    last = 0
    for column in frame.iterfind("{*}cols/{*}col"):
        first, end = (int(text) if text.isdecimal() else 0 for text in (column.get("min", ""), column.get("max", "")))
        if not last < first <= end:
            yield "columns overlap or stand out of order", f"{first} to {end}"
        last = end
