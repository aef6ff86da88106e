"""Delimited text as a workbook of one sheet and back; lines whose values did not change are written as they were."""

from __future__ import annotations

from collections import defaultdict, deque
from functools import cache
from itertools import chain, groupby
from typing import TYPE_CHECKING, Final, TypeAlias

from skills.spreadsheets.document.addresses import column_letters
from skills.spreadsheets.document.cell_writer import number_text
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.dates import iso_of_serial
from skills.spreadsheets.document.delimited import Manner, date_of, is_number, read_manner, records, value_of, written
from skills.spreadsheets.document.style_change import StyleChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from skills.spreadsheets.document.cells import Cell, CellValue
    from skills.spreadsheets.document.delimited import Record
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook

Values: TypeAlias = "tuple[CellValue, ...]"

SUFFIXES: Final = frozenset({".csv", ".tsv"})


class TextSource:
    """The file a workbook was read from: how it is written, and its lines."""

    def __init__(self, manner: Manner, lines: Sequence[Record]) -> None:
        self.manner = manner
        self.lines = lines


def load(book: Workbook, data: bytes, suffix: str) -> TextSource:
    """Fill the only sheet of a new workbook; raises a kind of FileError."""
    manner, text = read_manner(data, suffix)
    lines = list(records(text, manner))
    sheet = book.sheets[0]
    writer = _RowWriter(book)
    layout = sheet.text.layout
    rows = (writer.row(number, line.fields) for number, line in enumerate(lines, 1))
    sheet.text.text.write(chain((layout.head,), rows, (layout.tail,)))
    sheet.forget()
    book.flush()
    return TextSource(manner, lines)


def dump(sheet: Sheet, source: TextSource | None, suffix: str) -> bytes:
    """The sheet's values as delimited text, in the manner of `source` where there is one.

    Formulas give their results. A line whose values are those of a line of the source is written as it was there.
    """
    manner = source.manner if source else Manner("\t" if suffix == ".tsv" else ",")
    known = _by_values(source) if source else {}
    pieces: list[str] = []
    at = 1
    for row, cells in groupby(sheet.cells(), key=lambda cell: cell.row):
        values = _values(sheet, cells)
        if values:
            pieces.extend(_line(known, (), manner) for _ in range(at, row))
            pieces.append(_line(known, values, manner))
            at = row + 1
    return manner.mark + "".join(pieces).encode(manner.encoding, "replace")


class _RowWriter:
    """Writes rows of fields as a sheet's XML; a file's worth of cells at once, so from bytes."""

    def __init__(self, book: Workbook) -> None:
        self._styles = book.styles
        self._strings = book.strings
        self._dates: dict[str, bytes] = {}

    def row(self, number: int, fields: Sequence[str]) -> bytes:
        made = (self._cell(column, number, field) for column, field in enumerate(fields, 1))
        return b'<row r="%d">%b</row>' % (number, b"".join(made))

    def _cell(self, column: int, row: int, field: str) -> bytes:
        if not field:
            return b""
        name = b"%b%d" % (_letters(column), row)
        if is_number(field):
            return b'<c r="%b"><v>%b</v></c>' % (name, field.encode())
        if moment := date_of(field):
            return b'<c r="%b" s="%b"><v>%b</v></c>' % (name, self._date(moment[1]), number_text(moment[0]))
        if isinstance(value := value_of(field), bool):
            return b'<c r="%b" t="b"><v>%d</v></c>' % (name, value)
        return b'<c r="%b" t="s"><v>%d</v></c>' % (name, self._strings.index_of(field))

    def _date(self, code: str) -> bytes:
        if code not in self._dates:
            self._dates[code] = str(self._styles.variant(0, StyleChange(number_format=code))).encode()
        return self._dates[code]


def _by_values(source: TextSource) -> dict[Values, deque[str]]:
    """The lines as they stand, by their values."""
    found: dict[Values, deque[str]] = defaultdict(deque)
    for line in source.lines:
        found[_trimmed([_meant(field) for field in line.fields])].append(line.source)
    return found


def _meant(field: str) -> CellValue:
    """A field as it comes back from its cell; dates spelt out as they are written."""
    moment = date_of(field)
    return value_of(field) if moment is None else iso_of_serial(moment[0], is_1904=False)


def _values(sheet: Sheet, cells: Iterable[Cell]) -> Values:
    """A row's values from column A on, dates spelt out."""
    values: list[CellValue] = []
    for cell in cells:
        values.extend(None for _ in range(len(values), cell.column - 1))
        value = cell.value
        if cell.style and isinstance(value, int | float) and sheet.book.styles.is_date(cell.style):
            value = iso_of_serial(value, is_1904=sheet.book.is_1904) or value
        values.append(value)
    return _trimmed(values)


def _trimmed(values: Sequence[CellValue]) -> Values:
    """Without the empty ones at the end."""
    last = max((at for at, value in enumerate(values, 1) if value is not None), default=0)
    return tuple(values[:last])


def _line(known: dict[Values, deque[str]], values: Values, manner: Manner) -> str:
    """A line as it stood, or written anew."""
    lines = known.get(values)
    return lines.popleft() if lines else written([_field(value) for value in values], manner)


def _field(value: CellValue) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            return number_text(value).decode()
        case CellError(code):
            return code
        case str():
            return value


@cache
def _letters(column: int) -> bytes:
    return column_letters(column).encode()
