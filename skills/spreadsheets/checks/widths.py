"""Numbers and dates too wide for their column, which Excel shows as ####."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import partial
from typing import Final, cast

from copilot_server.agent.changes import Finding
from skills.spreadsheets.document.addresses import cell_name
from skills.spreadsheets.document.columns import DEFAULT_WIDTH, column_spans
from skills.spreadsheets.document.number_formats import GENERAL
from skills.spreadsheets.reading.display import anchor, plain
from skills.spreadsheets.reading.grid import Column
from skills.spreadsheets.reading.view import View

_DIGIT: Final = 1.06
"""How wide a digit is really, in the whole pixels a column's width counts it by (Calibri 11: 7.43 of 7)."""

_MARK: Final = 0.6
_SLACK: Final = 0.1
_DEFAULT: Final = DEFAULT_WIDTH + 5 / 7
_SILENT: Final = re.compile(
    r"_.|\*.|\[(?:Red|Black|Blue|Green|Color\d+|[<>=][^\]]*|Cyan|Magenta|White|Yellow)\]", re.IGNORECASE
)
_LITERAL: Final = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\]-]*)[^\]]*\]')
_DATE_WIDTHS: Final = {
    "yyyy": 4,
    "yy": 2,
    "mmmm": 9,
    "mmm": 3,
    "mm": 2,
    "m": 2,
    "dddd": 9,
    "ddd": 3,
    "dd": 2,
    "d": 2,
    "hh": 2,
    "h": 2,
    "ss": 2,
    "s": 2,
    "am/pm": 2,
}
_DATE_CODE: Final = re.compile("|".join(sorted(_DATE_WIDTHS, key=len, reverse=True)), re.IGNORECASE)


def width_findings(view: View) -> Iterator[Finding]:
    """One finding a column, at its widest number; cells merged over several columns have the room of all."""
    spans = column_spans(view.sheet.frame)
    merged: dict[int, set[int]] = {}
    for each in view.sheet.merges:
        if each.columns > 1:
            merged.setdefault(each.left, set()).add(each.top)
    for column in view.grid.columns.values():
        span = next((each for each in spans if each.first <= column.number <= each.last), None)
        if span is not None and (span.is_hidden or span.width == 0):
            continue
        width = span.width if span is not None and span.width else _DEFAULT
        shared = frozenset(merged.get(column.number, ()))
        finding = column.noted(("too wide", width, shared), partial(_of_column, view, width, shared))
        if finding is not None:
            yield finding


def _of_column(view: View, width: float, merged: Set[int], column: Column) -> Finding | None:
    """`merged` are the rows in which its cells have the room of others too."""
    too_wide = []
    numbers = cast("list[float]", column.values)  # where figures are, they are
    for style, places in column.figures().items():
        alone = [at for at in places if column.rows[at] not in merged] if merged else places
        if not alone:
            continue
        at = max(alone, key=lambda at: abs(numbers[at]))
        value, row = numbers[at], column.rows[at]
        look = view.sheet.book.styles.format(style)
        size = (look.size or 11) / 11 * (1.04 if look.bold else 1) * _DIGIT
        needed = shown_width(value, look.number_format, is_date=view.manner.is_date(style)) * size
        if needed > width + _SLACK:
            too_wide.append((needed, row, value))
    if not too_wide:
        return None
    needed, row, value = max(too_wide)
    where = anchor(view.sheet.name, cell_name(row, column.number))
    shown = plain(value, view.manner.date_format(column.style(row) or 0), view.manner.is_1904)
    text = f"{shown} shows as #### in a column {width:.1f} wide"
    return Finding("truncated", where, text, f"widen the column to {needed + 1:.0f}", what=str(column.number))


def shown_width(value: float, number_format: str, *, is_date: bool) -> float:
    """How wide a number is shown, in digits."""
    code = _section(number_format, value)
    if number_format == GENERAL:
        # General drops decimals to fit, so only the whole part counts, and that turns scientific at 12 digits.
        return min(len(str(abs(int(value)))), 6) + (value < 0) * 0.7
    literals = "".join(next(filter(None, match), "") for match in _LITERAL.findall(code))
    bare = _SILENT.sub("", _LITERAL.sub("", code))
    if is_date:
        letters = sum(_DATE_WIDTHS[match.lower()] for match in _DATE_CODE.findall(bare))
        marks = len(_DATE_CODE.sub("", bare))
        return letters + _MARK * marks + len(literals)
    if "E" in bare.upper():
        return len(bare) + len(literals)
    return _number_width(abs(value), bare) + len(literals) + (value < 0 and ";" not in number_format) * 0.7


def _number_width(value: float, bare: str) -> float:
    scaled = value * 100 if "%" in bare else value
    decimals = len(match[1]) if (match := re.search(r"\.([0#?]+)", bare)) else 0
    digits = len(str(int(round(scaled, decimals))))
    separators = (digits - 1) // 3 if re.search(r"[#0],[#0]", bare) else 0
    marks = sum(1 if mark in "%$€£¥" else 0.5 for mark in bare if mark in "%$€£¥()- ")
    return digits + decimals + 0.5 * separators + (0.5 if decimals else 0) + marks


def _section(number_format: str, value: float) -> str:
    sections = number_format.split(";")
    if value < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if value == 0 and len(sections) > 2 else sections[0]
