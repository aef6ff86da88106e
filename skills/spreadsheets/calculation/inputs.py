"""The cells that formulas to be computed read, each fed to the engine once."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.calculation.wanted import Wanted
from skills.spreadsheets.document.addresses import Area, column_letters, column_number
from skills.spreadsheets.document.cell_text import CellText
from skills.spreadsheets.document.markup import plain
from skills.spreadsheets.document.patches import Content

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from skills.spreadsheets.calculation.engine import Engine
    from skills.spreadsheets.calculation.formula_runs import FormulaRun
    from skills.spreadsheets.document.cells import CellValue
    from skills.spreadsheets.document.row_scanner import Block
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook

_Found = tuple[bytes, bytes, bytes, bytes]
"""Letters, row, type and value of a cell."""

_FEW: Final = 20  # rows of a block; more are read in one pass over it
_MANY_COLUMNS: Final = 64


def feed(book: Workbook, engine: Engine, computed: Sequence[FormulaRun], read: Mapping[str, Iterable[Area]]) -> None:
    """Put what stands in the areas read into the engine, except what the computed formulas fill themselves."""
    own: dict[str, list[Area]] = defaultdict(list)
    for run in computed:
        own[run.key].append(run.fills)
    for sheet in book.sheets:
        key = sheet.name.casefold()
        if key in read and sheet.is_worksheet:
            _Feeding(sheet, engine, Wanted(read[key]), Wanted(own.get(key, ()))).all()


class _Feeding:
    """Of one sheet. Rows wanted in plenty are read by one pattern over a block's text: the measured hot path."""

    def __init__(self, sheet: Sheet, engine: Engine, wanted: Wanted, own: Wanted) -> None:
        self._sheet = sheet
        self._engine = engine
        self._key = sheet.name.casefold()
        self._wanted = wanted
        self._own = own
        columns = wanted.columns
        self._patterns = _Patterns(sheet.text.prefix, columns) if 0 < len(columns) <= _MANY_COLUMNS else None

    def all(self) -> None:
        stretches = list(self._wanted.stretches())
        if self._patterns is None or self._sheet.text.layout.exact is not None:
            for stretch in stretches:
                self._one_by_one(stretch)
            return
        for block in self._sheet.text.blocks(stretches[0].top, stretches[-1].bottom):
            inside = _within(stretches, *block.bounds)
            if sum(each.rows for each in inside) <= _FEW or not self._is_fed_whole(block, self._patterns):
                for stretch in inside:
                    self._one_by_one(stretch)
        self._pending()

    def _put(self, row: int, column: int, value: CellValue) -> None:
        if value is not None and self._wanted.holds(row, column) and not self._own.holds(row, column):
            self._engine.put_value(self._key, row, column, value)

    def _one_by_one(self, stretch: Area) -> None:
        for cell in self._sheet.cells(stretch):
            self._put(cell.row, cell.column, cell.value)

    def _pending(self) -> None:
        for row, columns in self._sheet.patches.cells.items():
            for column, patch in columns.items():
                if isinstance(patch.content, Content):
                    self._put(row, column, patch.content.value)

    def _is_fed_whole(self, block: Block, patterns: _Patterns) -> bool:
        """Feeds all that is wanted of a block; False when its cells are not all written the usual way."""
        try:
            return self._feed_whole(block, patterns)
        except ValueError:  # a number that is none
            return False

    def _feed_whole(self, block: Block, patterns: _Patterns) -> bool:
        found = patterns.cells(block.data)
        if found is None:
            return False
        pending, put = self._sheet.patches.cells, self._engine.number_putter(self._key)
        sure = self._sure_columns(block)
        if found and self._are_numbers(found, sure, block):
            letters, digits, _, values = zip(*found, strict=True)
            deque(map(put, map(int, digits), map(sure.__getitem__, letters), map(float, values)), maxlen=0)
            return True
        for letters, digits, kind, value in found:
            row, column = int(digits), sure.get(letters)
            if column and not kind and value and row not in pending:
                put(row, column, float(value))
            elif value:
                self._put_one(row, column_number(letters.decode()), kind.decode() or "n", value)
        return True

    def _are_numbers(self, found: Sequence[_Found], sure: Mapping[bytes, int], block: Block) -> bool:
        """Whether all cells found are stored numbers to be fed."""
        first, last = block.bounds
        if any(first <= row <= last for row in self._sheet.patches.cells):
            return False
        return all(not kind and value and letters in sure for letters, _, kind, value in found)

    def _put_one(self, row: int, column: int, kind: str, value: bytes) -> None:
        patch = self._sheet.patches.cells.get(row, {}).get(column)
        if patch is None or not isinstance(patch.content, Content):
            text = CellText(column, kind=kind, content=plain(value))
            self._put(row, column, self._sheet.reader.resolved(row, text).value)

    def _sure_columns(self, block: Block) -> dict[bytes, int]:
        """By their letters, the columns of which every cell in the block is to be fed."""
        first, last = block.bounds
        return {
            column_letters(column).encode(): column
            for column in self._wanted.columns
            if self._wanted.holds_all(column, first, last) and self._own.misses_all(column, first, last)
        }


class _Patterns:
    """Finds the cells of some columns as nearly all are written, none but those."""

    def __init__(self, prefix: bytes, columns: Collection[int]) -> None:
        name = re.escape(prefix)
        letters = "|".join(map(column_letters, sorted(columns))).encode()
        self._start = re.compile(b"<" + name + b'c r="(?:' + letters + rb")\d")
        self._usual = re.compile(
            b"<" + name + rb'c r="(' + letters + rb')(\d{1,7})"(?: s="\d{1,9}")?(?: t="([A-Za-z]{1,9})")?(?:/>|>'
            b"(?:<" + name + rb"f(?: [^>]*)?(?:/>|>[^<]*</" + name + b"f>))?"
            b"(?:<" + name + rb'v(?: xml:space="preserve")?>([^<]*)</' + name + b"v>)?</" + name + b"c>)"
        )
        self._any = b"<" + prefix + b"c"

    def cells(self, data: bytes) -> list[_Found] | None:
        """Letters, row, type and value of each; None when some are written otherwise."""
        if data.count(self._any + b' r="') != data.count(self._any):
            return None
        found = self._usual.findall(data)
        return found if len(found) == len(self._start.findall(data)) else None


def _within(stretches: Sequence[Area], first: int, last: int) -> list[Area]:
    inside = (each for each in stretches if each.top <= last and each.bottom >= first)
    return [Area(max(each.top, first), each.left, min(each.bottom, last), each.right) for each in inside]
