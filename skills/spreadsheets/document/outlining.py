"""Groups rows and columns into outlines that can be folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from copilot_server.errors import ToolError
from skills.spreadsheets.document.columns import column_spans, with_columns
from skills.spreadsheets.document.patches import RowPatch
from skills.spreadsheets.document.row_text import row_attributes

if TYPE_CHECKING:
    from copilot_server.office.xml import Element
    from skills.spreadsheets.document.sheet import Sheet

DEEPEST: Final = 7
_MOST_ROWS: Final = 200_000


def group_rows(sheet: Sheet, first: int, last: int, step: int, *, is_folded: bool | None) -> None:
    """Put rows one level deeper (`step` 1) or less deep (-1); `is_folded` hides or shows them."""
    if last - first >= _MOST_ROWS:
        raise ToolError(f"rows {first} to {last} are too many to group at once; at most {_MOST_ROWS:,}")
    levels = {row: _level(row_attributes(source).get(b"outlineLevel")) for row, source in _rows(sheet, first, last)}
    deepest = 0
    for row in range(first, last + 1):
        level = _stepped(levels.get(row, 0), step)
        deepest = max(deepest, level)
        sheet.change_row(row, RowPatch(is_hidden=is_folded, level=level))
    _note_depth(sheet, "outlineLevelRow", deepest)


def group_columns(sheet: Sheet, first: int, last: int, step: int, *, is_folded: bool | None) -> None:
    """As `group_rows`."""
    deepest = max((span.level for span in column_spans(sheet.frame)), default=0)

    def change(column: Element) -> None:
        nonlocal deepest
        level = _stepped(_level(column.get("outlineLevel")), step)
        deepest = max(deepest, level)
        _set(column, "outlineLevel", str(level) if level else None)
        if is_folded is not None:
            _set(column, "hidden", "1" if is_folded else None)

    sheet.frame = with_columns(sheet.frame, first, last, change)
    _note_depth(sheet, "outlineLevelCol", deepest)


def _rows(sheet: Sheet, first: int, last: int) -> list[tuple[int, bytes]]:
    return list(sheet.reader.row_texts(first, last))


def _stepped(level: int, step: int) -> int:
    if level + step > DEEPEST:
        raise ToolError(f"outlines are at most {DEEPEST} levels deep")
    return max(0, level + step)


def _level(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _set(element: Element, name: str, value: str | None) -> None:
    if value is None:
        element.attrib.pop(name, None)
    else:
        element.set(name, value)


def _note_depth(sheet: Sheet, name: str, deepest: int) -> None:
    """Excel draws as many buttons as the sheet says there are levels."""
    region = sheet.frame.find("sheetFormatPr")
    if region is None:
        region = sheet.frame.make("sheetFormatPr", defaultRowHeight="15")
    if deepest > _level(region.get(name)):
        region.set(name, str(deepest))
        sheet.frame = sheet.frame.with_region("sheetFormatPr", region)
