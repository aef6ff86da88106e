"""The whole workbook in few words, as every turn starts with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from copilot_server.office.relationships import part_of
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.display import cut, quoted
from skills.spreadsheets.reading.features import head_line
from skills.spreadsheets.reading.sheet_outline import sheet_outline

TOKENS: Final = 2_500
"""An outline's budget, in tokens of four characters."""

_MOST_NAMES: Final = 12


def outline(book: Workbook, tokens: int = TOKENS) -> str:
    """Sheets in full while the budget lasts, the active one first; then a line each."""
    left = tokens * 4
    active = book.active if any(sheet.is_worksheet for sheet in book.sheets) else None
    ordered = sorted(book.sheets, key=lambda sheet: (sheet is not active, sheet.state != "visible"))
    told: dict[str, str] = {}
    for sheet in ordered:
        is_told = left > 0 and sheet.is_worksheet
        text = _within(sheet_outline(sheet), left, sheet.name) if is_told else head_line(sheet, sheet.used)
        told[sheet.name] = text
        left -= len(text)
    return "\n".join([*_head(book), *(told[sheet.name] for sheet in book.sheets)])


def _within(text: str, characters: int, name: str) -> str:
    if len(text) <= max(characters, 800):
        return text
    kept = text[: max(characters, 800)].rpartition("\n")[0]
    return f"{kept}\n … the rest: read(sheet={quoted(name)})"


def _head(book: Workbook) -> list[str]:
    lines: list[str] = []
    sheets = book.sheets
    if len(sheets) > 1 and any(sheet.is_worksheet for sheet in sheets):
        lines.append(f"{len(sheets)} sheets, active {quoted(book.active.name)}")
    parts = [part for part in (book.main, part_of(book.main)) if part in book.package]
    lines += book.package.found("names", parts, lambda: tuple(_names(book)))
    if book.package.has_macros:
        lines.append("has macros (kept, never run)")
    if book.attached:
        lines.append(f"attached files: {', '.join(book.attached)}")
    return lines


def _names(book: Workbook) -> Iterator[str]:
    names = [name for name in book.names if not name.is_built_in and not name.is_hidden]
    if names:
        shown = ", ".join(f"{name.name} = {cut(name.text, 50)}" for name in names[:_MOST_NAMES])
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        yield f"names: {shown}{more}"
