"""What inserted rows and columns look like: as the row above or the column before, as Excel makes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import column_letters
from skills.spreadsheets.document.markup import attributes_of, open_root

if TYPE_CHECKING:
    from collections.abc import Callable

    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.sheet_text import SheetText


def row_like(text: SheetText, shift: Shift) -> list[bytes]:
    """The inserted rows, empty cells in the formats of the row above; none where there is nothing to take over."""
    source = _row(text, shift.at - 1)
    if not source:
        return []
    prefix = text.prefix
    attributes = attributes_of(open_root(source).tag)
    kept = {name: attributes[name] for name in (b"s", b"customFormat") if name in attributes}
    styled = [(letters, style) for letters, style in _styles(source, prefix) if style != b"0"]
    if not styled and not kept:
        return []
    head = b"".join(b' %b="%b"' % (name, value.encode()) for name, value in kept.items())
    return [
        b'<%brow r="%d"%b>%b</%brow>'
        % (prefix, row, head, b"".join(_empty(prefix, letters, row, style) for letters, style in styled), prefix)
        for row in range(shift.at, shift.last + 1)
    ]


def with_cells_like(text: SheetText, shift: Shift) -> Callable[[bytes], bytes]:
    """Puts empty cells in the format of the one before into a block whose columns have been moved; not at the first."""
    prefix = text.prefix
    name, end = re.escape(b"<" + prefix), re.escape(b"</" + prefix)
    before = column_letters(shift.at - 1).encode()
    pattern = re.compile(name + rb'c r="' + before + rb'(\d+)"([^>]*?)(?:/>|>.*?' + end + rb"c>)", re.DOTALL)
    letters = [column_letters(column).encode() for column in range(shift.at, shift.last + 1)]

    def followed(match: re.Match[bytes]) -> bytes:
        style = attributes_of(match[2]).get(b"s", "0").encode()
        if style == b"0":
            return match[0]
        return match[0] + b"".join(_empty(prefix, letter, int(match[1]), style) for letter in letters)

    return lambda data: pattern.sub(followed, data)


def _row(text: SheetText, number: int) -> bytes:
    for block in text.blocks(number, number):
        if number in block.numbers:
            return block.row(block.numbers.index(number))
    return b""


def _styles(row: bytes, prefix: bytes) -> list[tuple[bytes, bytes]]:
    cells = re.finditer(b"<" + re.escape(prefix) + rb'c r="([A-Z]{1,3})\d+"([^>]*)>', row)
    return [(cell[1], attributes_of(cell[2]).get(b"s", "0").encode()) for cell in cells]


def _empty(prefix: bytes, letters: bytes, row: int, style: bytes) -> bytes:
    return b'<%bc r="%b%d" s="%b"/>' % (prefix, letters, row, style)
