"""Formulas compared by what they mean in their place: the same formula filled down has one relative form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from skills.spreadsheets.document.addresses import column_number

# What a formula's references may hide in: texts, quoted sheet names, structured references.
_TOKEN: Final = re.compile(
    r"""
    "(?:[^"]|"")*"                                             # a text
    | '(?:[^']|'')+'!?                                         # a quoted sheet name
    | \[[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*\]                    # a structured or external reference
    | (?<![\w.$\\])
      (?:
        (?P<column_anchor>\$?)(?P<column>[A-Za-z]{1,3})(?P<row_anchor>\$?)(?P<row>[1-9]\d{0,6})
        | (?P<first_anchor>\$?)(?P<first>[A-Za-z]{1,3}):(?P<last_anchor>\$?)(?P<last>[A-Za-z]{1,3})
        | (?P<top_anchor>\$?)(?P<top>[1-9]\d{0,6}):(?P<bottom_anchor>\$?)(?P<bottom>[1-9]\d{0,6})
      )
      (?![\w.(!\\])
    """,
    re.VERBOSE,
)
# Powers of ten are units and tie-breakers rather than figures of their own.
_POWER: Final = re.compile(r"(?<![\w.])10\^-?\d+(?![\w.])")
_NUMBER: Final = re.compile(r"(?<![\w.$#:\]])(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?%?(?![\w.:!(])")


@lru_cache(maxsize=1 << 14)
def relative_form(formula: str, row: int, column: int) -> str:
    """The formula with every relative reference as an offset from its cell: "=D2*$E$1" in F2 -> "=R[0]C[-2]*R1C5"."""

    def replace(match: re.Match[str]) -> str:
        if match["row"]:
            down = _step("R", match["row_anchor"], int(match["row"]), row)
            return down + _step("C", match["column_anchor"], column_number(match["column"]), column)
        if match["first"]:
            first = _step("C", match["first_anchor"], column_number(match["first"]), column)
            return f"{first}:{_step('C', match['last_anchor'], column_number(match['last']), column)}"
        if match["top"]:
            top = _step("R", match["top_anchor"], int(match["top"]), row)
            return f"{top}:{_step('R', match['bottom_anchor'], int(match['bottom']), row)}"
        return match[0]

    return _TOKEN.sub(replace, formula)


def _step(axis: str, anchor: str, number: int, origin: int) -> str:
    return f"{axis}{number}" if anchor else f"{axis}[{number - origin}]"


@dataclass(frozen=True, slots=True)
class Filled:
    """A formula as filling it down its column writes it: `at(row)` without parsing anything again."""

    template: str
    offsets: tuple[int, ...]

    @classmethod
    def of(cls, formula: str, row: int) -> Filled:
        pieces: list[str] = []
        offsets: list[int] = []
        end = 0
        for start, stop, number in _relative_rows(formula):
            pieces.append(formula[end:start].replace("%", "%%"))
            offsets.append(number - row)
            end = stop
        pieces.append(formula[end:].replace("%", "%%"))
        return cls("%d".join(pieces), tuple(offsets))

    def at(self, row: int) -> str:
        return self.template % tuple([row + offset for offset in self.offsets])


def _relative_rows(formula: str) -> Iterator[tuple[int, int, int]]:
    """(start, end, number) of each row number without `$`."""
    for match in _TOKEN.finditer(formula):
        for group in ("row", "top", "bottom"):
            if match[group] and not match[f"{group}_anchor"]:
                yield *match.span(group), int(match[group])


@dataclass(frozen=True, slots=True)
class Run:
    """Rows of one column whose formulas are one formula filled down; `formula` is the first row's."""

    rows: tuple[int, ...]
    formula: str
    form: str

    @property
    def first(self) -> int:
        return self.rows[0]

    @property
    def last(self) -> int:
        return self.rows[-1]


def runs(formulas: Mapping[int, str], column: int) -> list[Run]:
    """The formulas of one column by row, each filled-down stretch as one; breaks in between do not end a stretch."""
    found: dict[str, tuple[Filled, list[int], str]] = {}
    latest: tuple[Filled, list[int], str] | None = None
    for row in sorted(formulas):
        formula = formulas[row]
        if latest is not None and latest[0].at(row) == formula:
            latest[1].append(row)
            continue
        form = relative_form(formula, row, column)
        latest = found.setdefault(form, (Filled.of(formula, row), [], formula))
        latest[1].append(row)
    return [Run(tuple(rows), formula, form) for form, (_, rows, formula) in found.items()]


def bare(formula: str) -> str:
    """The formula without its texts, sheet names and references: what is left are functions, operators, constants."""
    return _TOKEN.sub(lambda match: '""' if match[0].startswith('"') else "@", formula)


def constants(formula: str) -> tuple[str, ...]:
    """The numbers written into the formula itself: ("0.19",) of "=A1*0.19"."""
    return tuple(_NUMBER.findall(_POWER.sub("@", bare(formula))))
