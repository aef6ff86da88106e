"""Number formats: the built-in ones by id, the names people use for them, and which of them show dates."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from copilot_server.errors import ToolError

GENERAL: Final = "General"

BUILT_IN: Final[dict[int, str]] = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}
"""ISO/IEC 29500-1, 18.8.30; the ids between are the locale's."""

_LOCALE_DATES: Final = frozenset({*range(27, 37), *range(50, 59)})
_SILENT: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)

_LITERALS: Final = re.compile(r'"[^"]*"|\\.|_.|\*.', re.DOTALL)
_WORDS: Final = re.compile(r"\[[^\]]*\]|General|AM/PM|A/P|E[+-]", re.IGNORECASE)
_STRAY: Final = re.compile(r"[^\W\ddmyhsbge]+", re.IGNORECASE)


@lru_cache(maxsize=4096)
def is_date_format(code: str) -> bool:
    """Whether numbers in this format are shown as dates or times."""
    bare = _SILENT.sub("", code.partition(";")[0]).lower().replace("general", "")
    return any(letter in bare for letter in "dmyhs")


def format_of_id(number: int, own: dict[int, str]) -> str:
    """The format's code; ids of the locale's own dates read as the short date."""
    if number in own:
        return own[number]
    return BUILT_IN.get(number, BUILT_IN[14] if number in _LOCALE_DATES else GENERAL)


def id_of_format(code: str) -> int | None:
    """The built-in id with that very code."""
    return next((number for number, known in BUILT_IN.items() if known == code), None)


def check_format(code: str) -> None:
    """Raise ToolError unless Excel could read the format."""
    bare = _LITERALS.sub("", code)
    fault = None
    if not code or len(code) > 255:
        fault = "it must have 1 to 255 characters"
    elif '"' in bare:
        fault = "a quote is not closed"
    elif bare.count("[") != bare.count("]"):
        fault = "a bracket is not closed"
    elif bare.count(";") > 3:
        fault = "it has more than four sections"
    elif (stray := _STRAY.search(_WORDS.sub("", bare))) is not None:
        fault = f"put literal text like {stray[0]!r} in quotes"
    if fault is not None:
        raise ToolError(f'number_format {code!r}: {fault}; for example "0.00", "#,##0", "yyyy-mm-dd", "0%"')
