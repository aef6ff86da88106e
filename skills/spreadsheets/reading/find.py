"""Where a text stands: in values, formulas, notes, names; each hit with its column's header and its row's label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from skills.spreadsheets.document.cells import Cell
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.attachments import notes
from skills.spreadsheets.reading.display import anchor, cut, plain, quoted
from skills.spreadsheets.reading.loading import manner_of
from skills.spreadsheets.reading.profiles import Manner

_COUNTED: Final = 10_000
_HEADER_ROWS: Final = 20
Look: TypeAlias = Callable[[str], re.Match[str] | None]


@dataclass(frozen=True, slots=True)
class Query:
    """A text to look for, `*` and `?` standing for anything and for one character; `~` before them makes them plain."""

    text: str
    match_case: bool = False
    whole_cell: bool = False

    def pattern(self) -> re.Pattern[str]:
        pieces = re.split(r"(~[*?~]|\*|\?)", self.text)
        wild = {"*": ".*", "?": "."}
        source = "".join(
            wild.get(piece) or re.escape(piece[1:] if re.fullmatch(r"~[*?~]", piece) else piece) for piece in pieces
        )
        flags = re.DOTALL | (re.NOFLAG if self.match_case else re.IGNORECASE)
        return re.compile(rf"{source}\Z" if self.whole_cell else source, flags)


def find_text(book: Workbook, query: Query, sheets: Iterable[Sheet], most: int) -> str:
    """The first hits and how many there are; sheet and defined names too."""
    pattern = query.pattern()
    look = pattern.match if query.whole_cell else pattern.search
    shown: list[str] = []
    count = 0
    for hit in _hits(book, look, list(sheets)):
        count += 1
        if len(shown) < most:
            shown.append(hit)
        if count >= _COUNTED:
            break
    if not count:
        return f"{quoted(query.text)} is found nowhere"
    total = f"{count:,}{' or more' if count >= _COUNTED else ''} found"
    return "\n".join([total + (f", the first {most}:" if count > most else ":"), *shown])


def _hits(book: Workbook, look: Look, sheets: Sequence[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        if look(sheet.name):
            yield f"sheet {quoted(sheet.name)}"
    for name in book.names:
        if look(name.name) and not name.is_hidden:
            yield f"name {name.name} = {cut(name.text)}"
    for sheet in sheets:
        yield from _in_cells(sheet, look)
        yield from (
            f"{anchor(sheet.name, place)} note {text.partition(' ')[2]}" for place, text in notes(sheet) if look(text)
        )


def _in_cells(sheet: Sheet, look: Look) -> Iterator[str]:
    manner = manner_of(sheet.book)
    headers: dict[int, str] = {}
    label, row = "", 0
    for cell in sheet.cells():
        value = cell.value
        if cell.row != row:
            row, label = cell.row, value if isinstance(value, str) else ""
        if row <= _HEADER_ROWS and isinstance(value, str):
            headers.setdefault(cell.column, value)
        text = value if isinstance(value, str) else plain(value, manner.date_format(cell.style), manner.is_1904)
        if (text and look(text)) or (cell.formula is not None and look(cell.formula)):
            yield _hit(sheet.name, cell, manner, headers.get(cell.column, ""), label)


def _hit(sheet: str, cell: Cell, manner: Manner, header: str, label: str) -> str:
    """`Sales!C17 "Nort" (column "Region", row "ORD-00016")`"""
    value = plain(cell.value, manner.date_format(cell.style), manner.is_1904)
    said = f"{cut(cell.formula, 100)} ({value})" if cell.formula is not None else value
    near = [f"column {quoted(header, 30)}"] if header and header != cell.value else []
    near += [f"row {quoted(label, 30)}"] if label and label != cell.value else []
    return f"{anchor(sheet, cell.name)} {said}" + (f" ({', '.join(near)})" if near else "")
