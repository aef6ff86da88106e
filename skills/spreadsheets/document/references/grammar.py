"""How formulas write references: the patterns every rewriter here scans with, and sheet prefixes taken apart.

Scanning is one compiled pattern over the text, not a parser: texts, sheet names in quotes and structured references
are matched whole first, so that nothing inside them is taken for a cell. Every pattern is linear in the text's length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from skills.spreadsheets.document.addresses import MAX_COLUMN, column_number, quoted_sheet

REF_ERROR: Final = "#REF!"

# What may not stand before a reference: the end of a name or number, `!` of a prefix, `#REF!`, `]` of a workbook.
_BEFORE: Final = r"(?<![\w.\\?$!#'\]])"
# What may not follow: more of a name, the call of a function (LOG10), the `[` of a table, the `!` of a sheet called so.
_AFTER: Final = r"(?![\w.(\[!\\?$])"
_TEXT: Final = r'"[^"]*"'
_BRACKETS: Final = r"\[(?>(?:[^\[\]']|'.|\[(?>(?:[^\[\]']|'.)*)\])*)\]"
_QUOTED: Final = r"'(?>(?:[^']|'')*)'"
_NAME: Final = r"[\w.\\?]+"
_LETTERS: Final = r"[A-Za-z]{1,3}"
_DIGITS: Final = r"[1-9]\d{0,6}"
_NOT_A_RANGE: Final = rf"(?!\$?{_LETTERS}\$?{_DIGITS}:)"  # A1:Sheet1!B2 is a range, not sheets A1 to Sheet1
_BOOK: Final = r"\[[^\[\]']+\]"
_PREFIX: Final = rf"({_QUOTED}!|{_BEFORE}(?:{_BOOK})?{_NOT_A_RANGE}{_NAME}(?::{_NAME})?!)"


def _scanner(reference: str) -> re.Pattern[str]:
    """Group 1 is the sheet prefix with its `!`, then the reference's own groups; no `lastindex`: skip it."""
    return re.compile(rf"{_TEXT}|(?:{_PREFIX}|{_BEFORE})(?:{reference}){_AFTER}|{_BRACKETS}|{_QUOTED}")


def _bare_scanner(reference: str) -> re.Pattern[str]:
    """For text without quotes, brackets and prefixes, where group 1 is always empty: three times as fast."""
    return re.compile(rf"{_BEFORE}()(?:{reference}){_AFTER}")


# Either end of a range as what stays, the line that moves, what stays; then whole lines, with the same three twice.
_BY_ROW: Final = (
    rf"(\$?{_LETTERS}\$?)({_DIGITS})()(?::(\$?{_LETTERS}\$?)({_DIGITS})(){_AFTER})?"
    rf"|(\$?)({_DIGITS})():(\$?)({_DIGITS})()"
)
_BY_COLUMN: Final = (
    rf"(\$?)({_LETTERS})(\$?{_DIGITS})(?::(\$?)({_LETTERS})(\$?{_DIGITS}){_AFTER})?"
    rf"|(\$?)({_LETTERS})():(\$?)({_LETTERS})()"
)
# Both ends in full: `$`, column, `$`, row; then whole columns, then whole rows.
_WHOLE: Final = (
    rf"(\$?)({_LETTERS})(\$?)({_DIGITS})(?::(\$?)({_LETTERS})(\$?)({_DIGITS}){_AFTER})?"
    rf"|(\$?)({_LETTERS}):(\$?)({_LETTERS})|(\$?)({_DIGITS}):(\$?)({_DIGITS})"
)

BY_ROW: Final = _scanner(_BY_ROW)
BY_COLUMN: Final = _scanner(_BY_COLUMN)
BARE_BY_ROW: Final = _bare_scanner(_BY_ROW)
BARE_BY_COLUMN: Final = _bare_scanner(_BY_COLUMN)
# Single ends of bare ranges, which is all an insertion needs; a hint tells when whole lines call for the full scanner.
BARE_ROW_ENDS: Final = re.compile(rf"{_BEFORE}(\$?{_LETTERS}\$?)({_DIGITS}){_AFTER}")
BARE_COLUMN_ENDS: Final = re.compile(rf"{_BEFORE}(\$?)({_LETTERS})(\$?{_DIGITS}){_AFTER}")
WHOLE_ROWS_HINT: Final = re.compile(r":\$?\d")
WHOLE_COLUMNS_HINT: Final = re.compile(r":\$?[A-Za-z]{1,3}(?![\w$])")
REFERENCE: Final = _scanner(_WHOLE)
BARE_REFERENCE: Final = _bare_scanner(_WHOLE)

# Any use of a sheet's name: group 1 the prefix, then the range, name or error it stands before.
_LINES: Final = rf"\$?(?:{_LETTERS}\$?{_DIGITS}|{_LETTERS}|{_DIGITS})"
PREFIXED: Final = re.compile(
    rf"{_TEXT}|{_PREFIX}(?:{_LINES}(?::{_LINES})?{_AFTER}|[\w.\\?]+|#[A-Z/0]+[!?]?)?|{_BRACKETS}|{_QUOTED}"
)
# A table's name (which may be missing inside the table itself) and the brackets after it.
STRUCTURED: Final = re.compile(
    rf"{_TEXT}|{_QUOTED}|(?:((?<![\w.\\?!\]])[^\W\d][\w.\\]*)|(?<![\w.\\?!\]]))({_BRACKETS})(?![\w!.])"
)
# A name standing alone: a defined name, a table without brackets; no function, sheet or cell.
NAME: Final = re.compile(rf"{_TEXT}|{_BRACKETS}|{_QUOTED}|(?<![\w.\\?$!#])([^\W\d][\w.\\?]*)(?![\w.(\[!\\?])")
# A name that is called, as names for a LAMBDA are; functions look the same.
CALLED_NAME: Final = re.compile(rf"{_TEXT}|{_BRACKETS}|{_QUOTED}|(?<![\w.\\?$!#])([^\W\d][\w.\\?]*)(?=\()")


def is_bare(text: str) -> bool:
    """Whether every reference in the text is to its own sheet and nothing hides anything from the bare scanners."""
    return "!" not in text and '"' not in text and "'" not in text and "[" not in text


def is_column(letters: str) -> bool:
    """XFE to ZZZ look like columns but are names."""
    return len(letters) < 3 or column_number(letters) <= MAX_COLUMN


@dataclass(frozen=True, slots=True)
class Prefix:
    """The sheets a prefix names: `last` differs from `first` in a 3-D reference; `book` is "" for this workbook."""

    first: str
    last: str
    book: str

    @property
    def is_single(self) -> bool:
        return not self.book and self.first == self.last

    def __str__(self) -> str:
        """As Excel writes it, with its `!`."""
        if self.first == self.last:
            return quoted_sheet(self.first) + "!"
        span = f"{self.first}:{self.last}"
        is_plain = all(quoted_sheet(name) == name for name in (self.first, self.last))
        return f"{span}!" if is_plain else "'" + span.replace("'", "''") + "'!"


@lru_cache(maxsize=4096)
def parse_prefix(text: str) -> Prefix:
    """Of `'My Sheet'!`, `Sheet1:Sheet3!` or `'[1]Sheet1'!`, the `!` included."""
    inner = text[:-1]
    if inner.startswith("'"):
        inner = inner[1:-1].replace("''", "'")
    book, bracket, sheets = inner.rpartition("]")
    first, _, last = sheets.partition(":")
    return Prefix(first, last or first, book + bracket)


@lru_cache(maxsize=4096)
def names_sheet(prefix: str, sheet: str) -> bool:
    """Whether the prefix is that one sheet of this workbook; case ignored as Excel does."""
    parsed = parse_prefix(prefix)
    return parsed.is_single and parsed.first.casefold() == sheet.casefold()
