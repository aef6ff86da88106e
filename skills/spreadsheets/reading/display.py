"""Values as one line of text that cannot be taken for anything else: document text is data."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final

from skills.spreadsheets.document.addresses import Area, quoted_sheet
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.dates import date_of_serial

LONGEST: Final = 60
_SEPARATOR: Final = "|"
# A text that reads as another kind of value, or as our own notation, is put in quotes.
_LOOKS_OTHERWISE: Final = re.compile(
    r"""\s|.*\s\Z|[-+.]?\d|['"=#@<…]|(?:true|false|-|n/?a|null|none|blank)\Z|.*[|\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]""",
    re.IGNORECASE | re.DOTALL,
)
_HAS_TIME: Final = re.compile(r"[hs]", re.IGNORECASE)
_HAS_DAY: Final = re.compile(r"[yd]|mmm", re.IGNORECASE)
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')


def anchor(sheet: str, area: Area | str) -> str:
    """A place as changes, findings and edits name it: "Sales!B2:D9"."""
    return f"{quoted_sheet(sheet)}!{area}"


def shown(value: CellValue, date_format: str | None = None, is_1904: bool = False) -> str:
    """A value in a row of values: texts bare where nothing else could be meant, else quoted; blank is "".

    `date_format` is the cell's number format when that makes a date of its number.
    """
    if isinstance(value, str):
        return quoted(value) if not value or _LOOKS_OTHERWISE.match(value) else cut(value)
    return plain(value, date_format, is_1904)


def plain(value: CellValue, date_format: str | None = None, is_1904: bool = False) -> str:
    """A value where only values stand: texts always quoted."""
    match value:
        case None:
            return ""
        case str():
            return quoted(value)
        case bool():
            return "TRUE" if value else "FALSE"
        case CellError():
            return value.code
        case _:
            dated = date_text(value, date_format, is_1904) if date_format else None
            return dated or number_text(value)


def uncomputed(formula: str) -> str:
    """A formula without a stored result, where its value would stand: it is no blank cell."""
    return f"{cut(formula)} (not computed)"


def cut(text: str, longest: int = LONGEST) -> str:
    """Long texts end in their length: "Lorem ips… (4,212 characters)"."""
    if len(text) <= longest:
        return text
    return f"{text[: longest - 20]}… ({len(text):,} characters)"


def quoted(text: str, longest: int = LONGEST) -> str:
    """In double quotes, on one line, controls and direction marks escaped, long ones cut with their length."""
    inner = json.dumps(text[:longest] if len(text) <= longest else text[: longest - 20], ensure_ascii=False)
    inner = re.sub(
        r"[\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]",
        lambda match: f"\\u{ord(match[0]):04x}",
        inner,
    )
    return inner if len(text) <= longest else f'{inner[:-1]}…" ({len(text):,} characters)'


def number_text(number: float) -> str:
    """As Excel's input line shows it: 15 significant digits, no trailing ".0"."""
    if isinstance(number, int):
        return str(number)
    text = f"{number:.15g}"
    return text if "e" not in text else text.upper().replace("E+", "E")


def date_text(serial: float, number_format: str, is_1904: bool = False) -> str | None:
    """ISO 8601 as far as the format shows it: a date, a time, or both; None for durations and outside the calendar."""
    if _is_duration(number_format):
        return None
    if 60 <= serial < 61 and not is_1904:
        # The day Excel's calendar has and no other (ISO/IEC 29500-1, 18.17.4.1).
        return "1900-02-29"
    moment = date_of_serial(serial, is_1904=is_1904)
    if moment is None:
        return None
    clock = moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
    if _is_time(number_format):
        return clock
    return f"{moment.date()} {clock}" if clock != "00:00" else str(moment.date())


@lru_cache(maxsize=1 << 8)
def _is_duration(number_format: str) -> bool:
    return "[h" in number_format.lower()


@lru_cache(maxsize=1 << 8)
def _is_time(number_format: str) -> bool:
    """Whether a date's format shows the time alone."""
    letters = _LITERAL.sub("", number_format)
    return bool(_HAS_TIME.search(letters)) and not _HAS_DAY.search(letters)
