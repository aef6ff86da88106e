"""How large a dynamic array is: its rows and columns counted where nothing stands in its way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.document.addresses import quoted_sheet
from skills.spreadsheets.document.references.grammar import REFERENCE

if TYPE_CHECKING:
    from skills.spreadsheets.calculation.engine import Engine
    from skills.spreadsheets.calculation.formula_runs import FormulaRun

_FUNCTION: Final = re.compile(r"\"[^\"]*\"|([A-Za-z_][\w.]*)\(")
# Functions that take ranges and give one value; a formula made of these alone cannot give an array.
_SINGLE: Final = frozenset(
    """
    SUM SUMIF SUMIFS SUMPRODUCT SUMSQ COUNT COUNTA COUNTIF COUNTIFS COUNTBLANK AVERAGE AVERAGEIF AVERAGEIFS MIN
    MAX MINIFS MAXIFS MEDIAN PRODUCT SUBTOTAL STDEV STDEV.S STDEV.P VAR VAR.S VAR.P RANK LARGE SMALL PERCENTILE
    QUARTILE VLOOKUP HLOOKUP MATCH XMATCH IRR NPV XNPV XIRR CORREL SLOPE INTERCEPT FORECAST TEXTJOIN CONCAT
    ROWS COLUMNS AND OR IF IFERROR IFNA ROUND ROUNDUP ROUNDDOWN ABS INT TEXT VALUE LEFT RIGHT MID LEN TRIM
    UPPER LOWER NOT DATE YEAR MONTH DAY ISBLANK ISNUMBER ISTEXT ISERROR
    """.split()
)
_SCALAR_WITH_RANGE: Final = re.compile(
    r"\b(?:IF|IFERROR|IFNA|ROUND|ROUNDUP|ROUNDDOWN|ABS|INT|TEXT|VALUE|LEFT|RIGHT|MID|LEN|TRIM|UPPER|LOWER|NOT|YEAR|"
    r"MONTH|DAY|ISBLANK|ISNUMBER|ISTEXT|ISERROR)\([^()]*:",
    re.IGNORECASE,
)


def may_spill(text: str) -> bool:
    """Whether a formula could give more than one value: what is sure not to needs no further look."""
    if "{" in text:
        return True
    names = {match[1].upper() for match in _FUNCTION.finditer(text) if match[1]}
    if not names <= _SINGLE:
        return True
    return ":" in text and (not names or bool(_SCALAR_WITH_RANGE.search(text)) or ":" in _outside_calls(text))


def _outside_calls(text: str) -> str:
    depth, kept = 0, list[str]()
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            kept.append(character)
    return "".join(kept)


class Scratch:
    """What counts each dynamic array, on a sheet apart; references are made to name the sheet they meant."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._numbers: dict[tuple[str, int, int], int] = {}

    def put(self, run: FormulaRun, text: str) -> None:
        own = quoted_sheet(run.sheet.name)
        qualified = REFERENCE.sub(
            lambda match: f"{own}!{match[0]}" if match.lastindex and not match[1] else match[0], text
        )
        self._numbers[_key(run)] = self._engine.put_size(qualified)

    def size(self, run: FormulaRun) -> tuple[int, int]:
        """(rows, columns) of the result."""
        number = self._numbers.get(_key(run))
        return (1, 1) if number is None else self._engine.size(number)


def _key(run: FormulaRun) -> tuple[str, int, int]:
    return run.sheet.name, run.top, run.column
