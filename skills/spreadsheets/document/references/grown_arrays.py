"""Array formulas and data tables a shift runs through, where they can go on: Excel refuses all of them.

Where each line of an array is computed from the same line of what it reads, its area and those areas grow alike, and
every line goes on saying what it said; a data table's lines each stand for an input beside them. Other arrays, whose
size has nothing to do with the lines that come, stay in one piece, as Excel does with arrays that spill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.formula_tokens import Token, tokens
from skills.spreadsheets.document.references.cell_formulas import FormulaPatterns
from skills.spreadsheets.document.references.grammar import names_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.spreadsheets.document.references.cell_formulas import Anchor
    from skills.spreadsheets.document.references.geometry import Shift
    from skills.spreadsheets.document.sheet import Sheet

# Given arrays these give an array of the same size, or one value whatever the size.
_LINE_BY_LINE: Final = frozenset(
    "ABS AND AVERAGE CEILING CEILING.MATH CHAR CODE CONCATENATE COS COUNT COUNTA COUNTIF COUNTIFS DATE DAY EXACT EXP "
    "FALSE FIND FLOOR FLOOR.MATH HOUR IF IFERROR IFNA INT ISBLANK ISERROR ISNA ISNUMBER ISTEXT LEFT LEN LN LOG LOG10 "
    "LOWER MAX MEDIAN MID MIN MINUTE MOD MONTH NOT OR PI POWER PROPER RANK RIGHT ROUND ROUNDDOWN ROUNDUP SEARCH SECOND "
    "SIGN SIN SQRT STDEV SUBSTITUTE SUM SUMIF SUMIFS SUMPRODUCT TAN TEXT TIME TRIM TRUE TRUNC UPPER VALUE VAR VLOOKUP "
    "WEEKDAY YEAR".split()
)


Fate: TypeAlias = Literal["grows", "stays", "breaks"]
"""Of one the shift runs through: its area follows, it stays in one piece where it begins, or it cannot go on."""


def fate(anchor: Anchor, shift: Shift, sheet: str) -> Fate:
    """What becomes of an array formula or data table on that sheet."""
    if shift.cell(anchor.row, anchor.column) is None:
        return "breaks"
    if anchor.kind == "dataTable":
        return "grows"
    found = list(tokens(anchor.text))
    references = list(_references(found, sheet))
    if all(map(_is_plain, found)) and _are_alike(references, shift.lines_of(anchor.area), shift):
        return "grows"
    is_apart = not any(token.kind == "brackets" or _is_name(token) for token in found)
    reads_cut = any(is_own and shift.cuts(area) for is_own, area in references)
    return "stays" if is_apart and not reads_cut and not shift.deletes else "breaks"


def cut_arrays(sheet: Sheet, shift: Shift) -> list[Anchor]:
    """Those of a sheet the shift runs through, dynamic arrays left out."""
    if not sheet.text.layout.has_array_formulas:
        return []
    patterns = FormulaPatterns(sheet.text.prefix)
    anchors = (anchor for block in sheet.text.blocks() for anchor in patterns.anchors(block.data))
    return [
        each
        for each in anchors
        if each.kind in {"array", "dataTable"} and not each.is_dynamic and shift.cuts(each.area)
    ]


def _are_alike(references: list[tuple[bool, Area]], lines: tuple[int, int], shift: Shift) -> bool:
    """Whether each is of one line, or of the very lines the array has, on its own sheet."""
    spans = [(is_own, shift.lines_of(area)) for is_own, area in references]
    return all(span[0] == span[1] or (is_own and span == lines) for is_own, span in spans)


def _is_name(token: Token) -> bool:
    return token.kind == "name" and token.text.upper() not in {"TRUE", "FALSE"}


def _is_plain(token: Token) -> bool:
    """Names, tables and constant arrays may have any size."""
    if token.kind == "function":
        return token.text.upper() in _LINE_BY_LINE
    return token.kind not in {"array", "brackets", "unknown"} and token.text not in {"#", "@"} and not _is_name(token)


def _references(found: list[Token], sheet: str) -> Iterator[tuple[bool, Area]]:
    """Each with whether it lies on that sheet."""
    place = 0
    while place < len(found):
        token = found[place]
        place += 1
        if token.kind != "cell":
            continue
        before = found[place - 2] if place > 1 else token
        is_own = before.kind != "prefix" or names_sheet(before.text, sheet)
        text = token.text
        if place + 1 < len(found) and found[place].text == ":" and found[place + 1].kind == "cell":
            text = f"{text}:{found[place + 1].text}"
            place += 2
        if (area := Area.find(text)) is not None:
            yield is_own, area
