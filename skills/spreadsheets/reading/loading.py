"""A sheet's cells brought in by column: all of them, or a stated sample where there are too many.

Blocks of rows that are built alike, as tables are, are taken apart by one regular expression and sliced into columns;
other blocks whose cells are all written in the usual ways by another, cell by cell. What is left is read exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from skills.spreadsheets.document.addresses import MAX_COLUMN, Area, column_number
from skills.spreadsheets.document.cell_text import FormulaText, unescape_x
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.formula_text import shown
from skills.spreadsheets.document.markup import attributes_of, plain
from skills.spreadsheets.document.row_scanner import Block
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sheet_text import BlockSpan
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.reading.grid import Column, Grid
from skills.spreadsheets.reading.profiles import Manner

MOST_BLOCKS: Final = 200
"""Blocks (1 MiB of text each) up to which a sheet is read whole: some five million cells."""

_SAMPLED: Final = 60
_START: Final = rb'<c r="([A-Z]{1,3})\d+"((?: s="\d+")?(?: t="[A-Za-z]+")?)'
_CELL_START: Final = re.compile(_START)
_PLAIN_CELL: Final = re.compile(_START + rb"(?:/>|>(?:<v>([^<]*)</v>)?</c>)")
_ANY_CELL: Final = re.compile(
    _START + rb'(?:/>|>(?:<f>([^<]*)</f>)?(?:<v>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_ROW_OR_CELL: Final = re.compile(
    rb'<(row)[\s/>]|<c r="([A-Z]{1,3})\d{1,7}"((?: s="\d{1,9}")?(?: t="[A-Za-z]+")?)(?: cm="\d+")?(?: vm="\d+")?(?:/>|>'
    rb'(?:<f((?: [A-Za-z0-9:]+="[^"<>]*")*)(?:/>|>([^<]*)</f>))?'
    rb'(?:<v(?: xml:space="preserve")?>([^<]*)</v>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_CELL: Final = re.compile(rb"<c[\s/>]")
_ATTRIBUTES: Final = re.compile(rb'(?: s="(\d+)")?(?: t="([A-Za-z]+)")?')
_GROUPS: Final = re.Match[bytes].groups
_TEXT_KINDS: Final = frozenset({b"str", b"inlineStr"})  # these can hold an empty text; others hold nothing then


@dataclass(frozen=True, slots=True)
class _Run:
    """One column of a block as written: rows, attributes, formulas (or none at all) and values in parallel."""

    number: int
    rows: Sequence[int]
    attributes: Sequence[bytes]
    formulas: Sequence[bytes]
    values: Sequence[bytes]


def manner_of(book: Workbook) -> Manner:
    return Manner(book.styles.number_format, book.styles.is_date, book.is_1904)


def load(sheet: Sheet) -> Grid:
    """Of the filled cells; `skipped` rows were left out of a sheet too large to read whole."""
    if not lies_as_read(sheet):
        return Grid.of(sheet.cells())
    spans = sheet.text.layout.spans
    wanted = set(spans if len(spans) <= MOST_BLOCKS else sampled(spans))
    left_out = [(span.first, span.last) for span in spans if span not in wanted]
    grid = Grid(skipped=sum(last - first + 1 for first, last in left_out), gaps=_joined_gaps(left_out))
    blocks = sheet.text.all_blocks(wanted.__contains__)
    for span, block in zip(spans, blocks, strict=True):
        if isinstance(block, Block):
            _add(grid, _taken(sheet, span, block))
    grid.columns = dict(sorted(grid.columns.items()))
    return grid


def lies_as_read(sheet: Sheet) -> bool:
    """Whether its rows can be read as they lie in its text."""
    is_stored = sheet.is_worksheet and not sheet.patches
    return is_stored and sheet.text.layout.exact is None and not sheet.text.prefix


def _joined_gaps(spans: Sequence[tuple[int, int]]) -> dict[int, int]:
    """First and last row of each unbroken stretch."""
    gaps: dict[int, int] = {}
    start = end = 0
    for first, last in spans:
        if end + 1 != first or not start:
            start = first
        end = gaps[start] = last
    return gaps


def stream(sheet: Sheet, first: int, last: int) -> Iterator[Grid]:
    """The filled cells of some rows block by block, however large the sheet; rows beside them may come along."""
    if not lies_as_read(sheet):
        yield Grid.of(sheet.cells(Area(first, 1, last, MAX_COLUMN)))
        return
    spans = sheet.text.layout.spans
    blocks = sheet.text.all_blocks(lambda span: span.first <= last and first <= span.last)
    for span, block in zip(spans, blocks, strict=True):
        yield _taken(sheet, span, block) if isinstance(block, Block) else Grid()


def sampled(spans: Sequence[BlockSpan]) -> Iterator[BlockSpan]:
    """The first, the last, and some in between."""
    step = max(1, len(spans) // _SAMPLED)
    yield from (*spans[:4], *spans[4:-2:step], *spans[-2:])


def _add(grid: Grid, part: Grid) -> None:
    grid.is_by_cell = part.is_by_cell and not grid.columns
    for number, column in part.columns.items():
        whole = grid.columns.setdefault(number, Column(number))
        whole.rows += column.rows
        whole.values += column.values
        whole.styles += column.styles
        whole.formulas |= column.formulas


def _taken(sheet: Sheet, span: BlockSpan, block: Block) -> Grid:
    """The block's cells, in the fastest way it allows."""
    grid = (_alike(sheet, block) if may_be_alike(block.data) else None) or by_cell(sheet, block.data, block.numbers)
    return grid or Grid.of(sheet.cells(Area(span.first, 1, span.last, MAX_COLUMN)))


def by_cell(sheet: Sheet, data: bytes, rows: Sequence[int]) -> Grid | None:
    """The cells of any rows; None when one of them is written in a way few programs write."""
    reader, numbers = sheet.reader, iter(rows)
    columns: dict[bytes, Column] = {}
    forms: dict[bytes, tuple[int, str]] = {}
    known: dict[tuple[str, bytes], CellValue] = {}
    row = seen = 0
    for is_row, letters, attributes, about, formula, given, text in map(_GROUPS, _ROW_OR_CELL.finditer(data)):
        if is_row:
            row = next(numbers, 0)
            continue
        seen += 1
        form = forms.get(attributes)
        if form is None:
            form = forms[attributes] = _form(attributes)
        style, kind = form
        content = text if given is None else given
        value = None
        if content is not None:
            key = kind, content
            value = known[key] if key in known else known.setdefault(key, reader.value(kind, plain(content)))
        if value is None and about is None:
            continue
        column = columns.get(letters)
        if column is None:
            column = columns[letters] = Column(column_number(letters.decode()))
        column.rows.append(row)
        column.values.append(value)
        column.styles.append(style)
        if about is not None:
            column.formulas[row] = reader.formula(row, column.number, _formula_text(about, formula or b""))
    if seen != len(_CELL.findall(data)):
        return None
    found = {column.number: column for column in columns.values()}
    return Grid(dict(sorted(found.items())), is_by_cell=True)


def _form(attributes: bytes) -> tuple[int, str]:
    """(format, type) of cells so written."""
    match = _ATTRIBUTES.fullmatch(attributes)
    style, kind = match.groups() if match else (None, None)
    return int(style or 0), (kind or b"n").decode()


def _formula_text(attributes: bytes, text: bytes) -> FormulaText:
    if not attributes:
        return FormulaText(plain(text))
    about = attributes_of(attributes)
    area = about.get(b"ref")
    return FormulaText(plain(text), about.get(b"t", "normal"), Area.find(area) if area else None, about.get(b"si"))


def may_be_alike(data: bytes) -> bool:
    """Whether the first row has the same columns in the same kinds of cells as the last one: a header seldom has."""
    last = data.rfind(b"<row")
    first = data.find(b"<row", 1)
    return last <= 0 or _kinds(data[:first]) == _kinds(data[last:])


def _kinds(row: bytes) -> list[tuple[bytes, bytes]]:
    return [(letters, attributes.partition(b" t=")[2] or b'"n"') for letters, attributes in _CELL_START.findall(row)]


def _alike(sheet: Sheet, block: Block) -> Grid | None:
    """The block's cells if all of its rows have the same columns in the same forms."""
    is_plain = b"<f" not in block.data and b"<is>" not in block.data
    cells = (_PLAIN_CELL if is_plain else _ANY_CELL).findall(block.data)
    rows = block.numbers
    width, rest = divmod(len(cells), len(rows))
    if rest or not width or len(cells) != len(_CELL.findall(block.data)):
        return None
    letters, attributes, *others = (list(each) for each in zip(*cells, strict=True))
    if letters != letters[:width] * len(rows):
        return None
    part = Grid()
    for at in range(width):
        held = others[-1] if is_plain or b"inlineStr" in attributes[at] else others[1]
        formulas = () if is_plain else others[0][at::width]
        run = _Run(column_number(letters[at].decode()), rows, attributes[at::width], formulas, held[at::width])
        column = _column(sheet, run)
        if column is None:
            return None
        if column.rows:
            part.columns[column.number] = column
    return part


def _column(sheet: Sheet, run: _Run) -> Column | None:
    """The column's filled cells; None when they are not all of one kind, or may be blank here and there."""
    forms = {form: match for form in set(run.attributes) if (match := _ATTRIBUTES.fullmatch(form))}
    kinds = {match[2] or b"n" for match in forms.values()}
    if len(kinds) > 1 or kinds == {b"d"} or (kinds == {b"str"} and b"" in run.values):
        return None
    styles = {form: int(match[1] or 0) for form, match in forms.items()}
    column = Column(run.number, list(run.rows), [], [styles[form] for form in run.attributes])
    if any(run.formulas):
        written = zip(run.rows, run.formulas, strict=True)
        column.formulas = {row: f"={shown(plain(text))}" for row, text in written if text}
    values = run.values
    if b"" in values and kinds != {b"inlineStr"}:
        kept = [at for at, value in enumerate(values) if value or (run.formulas and run.formulas[at])]
        column.rows, column.styles = [run.rows[at] for at in kept], [column.styles[at] for at in kept]
        values = [values[at] for at in kept]
    column.values = _values(sheet, kinds.pop(), values)
    return column


def _values(sheet: Sheet, kind: bytes, texts: Sequence[bytes]) -> list[CellValue]:
    """The values of cells of one kind, each distinct text read once where reading takes more than a number does."""
    if kind == b"n" and b"" not in texts:
        return list(map(float, texts))
    known = {text: _value(sheet, kind, text) for text in set(texts)}
    return [known[text] for text in texts]


def _value(sheet: Sheet, kind: bytes, text: bytes) -> CellValue:
    if not text and kind not in _TEXT_KINDS:
        return None
    match kind:
        case b"n":
            return float(text)
        case b"s":
            return sheet.book.strings.text(int(text))
        case b"b":
            return text == b"1"
        case b"e":
            return CellError(plain(text))
        case _:
            return unescape_x(plain(text))
