"""New results of many formulas written in one pass over a block of rows; the measured hot path of recalculation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from skills.spreadsheets.document.addresses import column_letters, column_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skills.spreadsheets.document.cells import CellValue

MANY: Final = 50
"""Results of a sheet from which on one pass over its formulas costs less than finding each."""

Results: TypeAlias = "Mapping[int, Mapping[int, CellValue]]"
"""By column, then by row."""


class ResultSplicer:
    """For one sheet; `written` gives the type and the value element of a result."""

    def __init__(self, prefix: bytes, written: Callable[[CellValue], tuple[bytes, bytes]]) -> None:
        self._written = written
        name = re.escape(prefix)
        self._closing = b"</" + prefix + b"c>"
        self._usual = re.compile(
            b"(<" + name + rb'c r="([A-Z]{1,3})(\d{1,7})"(?: s="\d{1,9}")?)(?: t="[A-Za-z]{1,9}")?>'
            b"(<" + name + rb"f(?: [^>]*)?(?:/>|>[^<]*</" + name + b"f>))"
            b"(?:<" + name + rb"v(?: [^>]*)?(?:/>|>[^<]*</" + name + b"v>))?" + re.escape(self._closing)
        )

    def spliced(self, data: bytes, results: Results) -> tuple[bytes, dict[int, set[int]]]:
        """The text with the results in it, and the rows by column whose cells were found written the usual way."""
        by_letters = {column_letters(column).encode(): values for column, values in results.items()}
        done: dict[bytes, list[int]] = {letters: [] for letters in by_letters}
        pieces: list[bytes] = []
        at = 0
        for match in self._usual.finditer(data):
            head, letters, digits, formula = match.groups()
            values, row = by_letters.get(letters), int(digits)
            if values is None or row not in values:
                continue
            kind, value = self._written(values[row])
            start, end = match.span()
            pieces.append(
                b"%b%b%b%b%b%b"
                % (data[at:start], head, b' t="' + kind + b'">' if kind else b">", formula, value, self._closing)
            )
            at = end
            done[letters].append(row)
        pieces.append(data[at:])
        return b"".join(pieces), {column_number(letters.decode()): set(rows) for letters, rows in done.items()}
