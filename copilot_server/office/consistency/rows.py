"""Faults of a worksheet's rows: most are proven good from their text, and only the others are parsed."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.parsers import expat

from copilot_server.errors import DamagedFile
from copilot_server.office.consistency.areas import LAST_ROW
from copilot_server.office.consistency.cells import LONGEST_TEXT, Bounds, row_faults
from copilot_server.office.consistency.formulas import formula_faults

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from copilot_server.office.consistency.sheet_text import SheetText

_NONE: frozenset[bytes] = frozenset()
_NUMBER_BYTES = b"0123456789+-.eE"
_SAME_DIGITS = bytes.maketrans(b"123456789", b"000000000")


class RowCheck:
    """Checks pieces of one sheet; what it has once found good it knows again."""

    def __init__(self, sheet: SheetText, bounds: Bounds) -> None:
        self._bounds = bounds
        self._sheet = sheet
        self._cell_start = b"<" + sheet.prefix + b"c"
        self._patterns = _patterns(sheet.prefix)
        self._reader = self._new_reader()
        self._good_columns: set[tuple[bytes, ...]] = set()
        self._good_formulas: set[bytes] = set()

    def faults(self, ahead: bytes, piece: bytes) -> Iterator[tuple[str, str]]:
        """(kind, detail) of each fault in a piece, `ahead` being the piece before it."""
        previous = self._sheet.last_number(ahead) or 0
        if not self._is_proven_good(previous, piece):
            yield from self._parsed_faults(previous, piece)

    def _is_proven_good(self, previous: int, piece: bytes) -> bool:
        """False says nothing yet: the piece may just be unusual."""
        cells = self._patterns.cell.findall(piece)
        if not cells or len(cells) != piece.count(self._cell_start) or piece.count(self._sheet.row_start) != 1:
            return False
        columns, rows, styles, types = zip(*cells, strict=True)
        number = int(rows[0])
        return (
            previous < number <= LAST_ROW
            and self._sheet.last_number(piece) == number
            and rows.count(rows[0]) == len(rows)
            and self._bounds.chain.get(number, _NONE).issubset(self._patterns.calculated.findall(piece))
            and self._are_ascending(columns)
            and self._are_styles(set(styles))
            and _are_numbers(self._patterns.number.findall(piece))
            and len(self._patterns.boolean.findall(piece)) == types.count(b"b")
            and len(self._patterns.error.findall(piece)) == types.count(b"e")
            and self._are_strings(self._patterns.string.findall(piece), types.count(b"s"))
            and (len(piece) <= LONGEST_TEXT or b"str" not in types)
            and all(map(self._is_formula, self._patterns.formula.findall(piece)))
            and self._is_well_formed(piece)
        )

    def _are_ascending(self, columns: tuple[bytes, ...]) -> bool:
        if columns not in self._good_columns:
            order = [letters.rjust(3) for letters in columns]
            if order != sorted(set(order)) or order[-1] > b"XFD":
                return False
            self._good_columns.add(columns)
        return True

    def _are_styles(self, styles: set[bytes]) -> bool:
        return all(int(style) < self._bounds.styles for style in styles if style)

    def _are_strings(self, indices: Sequence[bytes], expected: int) -> bool:
        return len(indices) == expected and (not indices or max(map(int, indices)) < self._bounds.strings)

    def _is_formula(self, text: bytes) -> bool:
        """Formulas that differ in digits only, as those filled down a column do, are looked at once."""
        shape = text.translate(_SAME_DIGITS)
        if shape not in self._good_formulas:
            if any(formula_faults(html.unescape(text.decode("utf-8", "replace")))):
                return False
            self._good_formulas.add(shape)
        return True

    def _is_well_formed(self, piece: bytes) -> bool:
        try:
            self._reader.Parse(piece + self._sheet.closing, False)
        except expat.ExpatError:
            self._reader = self._new_reader()
            return False
        return True

    def _new_reader(self) -> expat.XMLParserType:
        reader = expat.ParserCreate(namespace_separator="}")
        reader.Parse(self._sheet.root_tag, False)
        return reader

    def _parsed_faults(self, previous: int, piece: bytes) -> Iterator[tuple[str, str]]:
        try:
            root = self._sheet.parsed(piece)
        except DamagedFile as error:
            yield "not well-formed XML", f"row after {previous}: {error}"
            return
        yield from row_faults(root, previous, self._bounds)


class _Patterns:
    """What to look for in rows whose names have a prefix; attributes in the order every known writer uses."""

    def __init__(self, prefix: bytes) -> None:
        names = {b"p": prefix}
        self.cell = re.compile(
            rb'<%(p)bc r="([A-Z]{1,3})(\d{1,7})"(?: s="(\d{1,6})")?(?: t="(n|s|b|e|str)")?/?>' % names
        )
        names[b"f"] = rb"(?:<%(p)bf[^>]*/>|<%(p)bf[^>]*>[^<]*</%(p)bf>)?" % names
        self.number = re.compile(rb'<%(p)bc r="\w+"(?: s="\d+")?(?: t="n")?>%(f)b<%(p)bv>([^<]*)<' % names)
        self.boolean = re.compile(rb' t="b">%(f)b<%(p)bv>[01]<' % names)
        self.error = re.compile(rb' t="e">%(f)b<%(p)bv>#' % names)
        self.string = re.compile(rb' t="s"><%(p)bv>(\d{1,9})<' % names)
        self.calculated = re.compile(rb'<%(p)bc r="(\w+)"[^>]*><%(p)bf\b' % names)
        self.formula = re.compile(rb"<%(p)bf\b[^>]*>([^<]+)<" % names)


@lru_cache(maxsize=16)
def _patterns(prefix: bytes) -> _Patterns:
    return _Patterns(re.escape(prefix))


def _are_numbers(values: Sequence[bytes]) -> bool:
    if b"".join(values).translate(None, _NUMBER_BYTES):
        return False
    try:
        list(map(float, filter(None, values)))
    except ValueError:
        return False
    return True
