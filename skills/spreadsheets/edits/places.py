"""Finds the cells an edit means: in A1 notation, or by the header of a column, as people say it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Final

from copilot_server.errors import TargetNotFound, ToolError
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area, column_number
from skills.spreadsheets.document.near import nearest
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.blocks import Block
from skills.spreadsheets.reading.grid import Grid
from skills.spreadsheets.reading.view import View

_LETTERS: Final = re.compile(r"[A-Za-z]{1,3}\Z")
_LOOKED_AT: Final = 300  # rows; headers further down are not searched for


def find_area(sheet: Sheet, text: str) -> Area:
    """The cells meant by "B2:D9", "C:C", "3:5", "C", "header", "all", or a column's header (its data then).

    Raises ToolError, or TargetNotFound naming the headers there are.
    """
    text = _without_sheet(sheet, text.strip())
    if (area := Area.find(text)) is not None:
        return area
    if text.casefold() == "all":
        return sheet.used or Area.cell(1, 1)
    if text.casefold() in {"header", "headers"}:
        return header_area(sheet)
    if not _has_header(sheet, text) and _is_column(sheet, text):
        return Area(1, column_number(text), MAX_ROW, column_number(text))
    return _named_column(sheet, text)


def find_column(sheet: Sheet, text: str) -> int:
    """A column by its header or its letters, the header first; raises TargetNotFound."""
    text = _without_sheet(sheet, text.strip())
    whole = Area.find(text)
    if whole is not None and whole.columns == 1 and not _has_header(sheet, text):  # Q1 may be a header
        return whole.left
    if not _has_header(sheet, text) and _is_column(sheet, text):
        return column_number(text)
    return _named_column(sheet, text).left


def find_columns(sheet: Sheet, text: str) -> list[tuple[int, int]]:
    """First and last of each stretch meant by "C", "B,D:F", a header, or headers with `*` and `?` for any letters.

    Raises as `find_column` does.
    """
    text = _without_sheet(sheet, text.strip())
    area = Area.find(text)
    if area is not None and area.is_whole_columns:
        return [(area.left, area.right)]
    if not _has_header(sheet, text):
        if "," in text:
            return [span for part in text.split(",") for span in find_columns(sheet, part)]
        if "*" in text or "?" in text:
            return _like(sheet, text)
    column = find_column(sheet, text)
    return [(column, column)]


def _like(sheet: Sheet, text: str) -> list[tuple[int, int]]:
    found = {
        column
        for block in _view(sheet).blocks
        for column, header in headers_of_block(sheet, block).items()
        if fnmatchcase(header.strip().casefold(), text.casefold().replace("[", "[[]"))
    }
    if not found:
        raise TargetNotFound(f"no header on sheet {sheet.name!r} is like {text!r}")
    return [(column, column) for column in sorted(found)]


def main_block(sheet: Sheet) -> Block:
    """The sheet's largest table; raises TargetNotFound for an empty sheet."""
    blocks = _view(sheet).blocks
    if not blocks:
        raise TargetNotFound(f"sheet {sheet.name!r} is empty")
    return _to_the_end(sheet, max(blocks, key=lambda block: block.area.size))


def header_area(sheet: Sheet) -> Area:
    """The header rows of the sheet's largest table; its first row when none is told apart."""
    block = main_block(sheet)
    rows = block.headers or (block.area.top,)
    return Area(rows[0], block.area.left, rows[-1], block.area.right)


def headers_of(sheet: Sheet) -> dict[int, str]:
    """The headers of the sheet's largest table by column."""
    view = _view(sheet)
    if not view.blocks:
        return {}
    return view.headers(max(view.blocks, key=lambda block: block.area.size))


def headers_of_block(sheet: Sheet, block: Block) -> dict[int, str]:
    """The headers of one of the sheet's tables by column."""
    return _view(sheet).headers(block)


def _named_column(sheet: Sheet, text: str) -> Area:
    view, key = _view(sheet), text.casefold()
    found: list[Area] = []
    known: list[str] = []
    for block in view.blocks:
        for column, header in view.headers(block).items():
            known.append(header)
            if header.strip().casefold() == key:
                data = _to_the_end(sheet, block).data
                found.append(Area(data.top, column, max(data.top, data.bottom), column))
    if len(found) > 1:
        places = ", ".join(map(str, found))
        raise ToolError(f"{text!r} heads several columns of sheet {sheet.name!r}: {places}; say which in A1 notation")
    if found:
        return found[0]
    near = nearest(text, known)
    headers = ", ".join(map(repr, known[:40])) or "none"
    raise TargetNotFound(
        f"{text!r} is neither A1 notation nor a header on sheet {sheet.name!r}; {near}headers are {headers}"
    )


def _has_header(sheet: Sheet, text: str) -> bool:
    view, key = _view(sheet), text.casefold()
    return any(header.strip().casefold() == key for block in view.blocks for header in view.headers(block).values())


def _view(sheet: Sheet) -> View:
    """Of the rows in which headers are searched for."""
    return View.over(sheet, Grid.of(sheet.cells(Area(1, 1, _LOOKED_AT, MAX_COLUMN))))


def _to_the_end(sheet: Sheet, block: Block) -> Block:
    """The block with the rows that were not looked at."""
    used = sheet.used
    if block.name is not None or used is None or block.area.bottom < _LOOKED_AT or used.bottom <= _LOOKED_AT:
        return block
    start = (block.area.top, block.area.left)
    return next((each for each in View.of(sheet).blocks if (each.area.top, each.area.left) == start), block)


def _is_column(sheet: Sheet, text: str) -> bool:
    """Letters of a column; three of them are more likely a mistyped header, unless the sheet reaches that far."""
    if not _LETTERS.match(text) or column_number(text) > MAX_COLUMN:
        return False
    used = sheet.used
    return len(text) < 3 or (used is not None and column_number(text) <= used.right)


def _without_sheet(sheet: Sheet, text: str) -> str:
    """Without a sheet's name before it, which must be the sheet's own."""
    prefix, mark, place = text.rpartition("!")
    if not mark or Area.find(place) is None:
        return text
    name = prefix[1:-1].replace("''", "'") if prefix.startswith("'") else prefix
    if name.casefold() != sheet.name.casefold():
        raise ToolError(f"{text!r} is on another sheet than {sheet.name!r}; name the sheet in `sheet` instead")
    return place
