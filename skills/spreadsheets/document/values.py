"""What an edit's JSON values become in cells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

from copilot_server.errors import ToolError
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.dates import parse_iso
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.style_change import StyleChange

Input: TypeAlias = str | int | float | bool | None

LONGEST_TEXT: Final = 32_767
_ERRORS: Final = frozenset({"#N/A", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A constant, and how it wants to be shown in a cell nobody has given a number format."""

    content: Content
    look: StyleChange | None = None


def is_formula(value: Input) -> bool:
    """Whether the value is to be a formula: "=…", or "{=…}" for an array formula of the old kind."""
    return isinstance(value, str) and len(value) > 1 and (value[0] == "=" or (value[:2] == "{=" and value[-1] == "}"))


def typed(value: Input, *, is_1904: bool) -> Typed:
    """Of a value that is no formula: numbers, booleans, error values and ISO dates as such, other strings as text.

    A leading apostrophe makes text of anything, as in Excel; null and "" clear. Raises ToolError for what no cell
    can hold.
    """
    if isinstance(value, str):
        return _of_text(value, is_1904=is_1904)
    if isinstance(value, float) and not math.isfinite(value):
        raise ToolError(f"a cell cannot hold {value}; use null, or the error value '#N/A'")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**15:
        return Typed(Content(_as_double(value)))
    return Typed(Content(value))


def _as_double(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        raise ToolError("a cell cannot hold a number beyond 1.8E+308") from None


def _of_text(text: str, *, is_1904: bool) -> Typed:
    if text.startswith("'"):
        return Typed(Content(_checked(text[1:])))
    if text in _ERRORS:
        return Typed(Content(CellError(text)))
    moment = parse_iso(text, is_1904=is_1904)
    if moment is not None:
        return Typed(Content(moment[0]), StyleChange(number_format=moment[1], only_if_general=True))
    return Typed(Content(_checked(text) or None))


def _checked(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ToolError(f"a cell holds at most {LONGEST_TEXT:,} characters, not {len(text):,}")
    return text.replace("\r\n", "\n").replace("\r", "\n")
