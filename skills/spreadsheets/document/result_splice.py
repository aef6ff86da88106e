"""New results of many formulas written in one pass over a block of rows; the measured hot path of recalculation."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias

from skills.spreadsheets.document.addresses import column_letters, column_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skills.spreadsheets.document.cells import CellValue

MANY: Final = 50
"""Results of a sheet from which on one pass over its formulas costs less than finding each."""

_KEPT: Final = object()
_NO_RESULTS: Final[dict[int, object]] = {}
_PERIOD: Final = 7  # pieces of the text a cell is split into, with what stands before the next one

Results: TypeAlias = "Mapping[int, Mapping[int, CellValue]]"
"""By column, then by row."""


class ResultSplicer:
    """For one sheet; `written` gives the type and the value element of a result."""

    def __init__(self, prefix: bytes, written: Callable[[CellValue], tuple[bytes, bytes]]) -> None:
        self._written = written
        name = re.escape(prefix)
        self._closing = b"</" + prefix + b"c>"
        # Its groups are all of its text, so that splitting by it loses nothing.
        self._usual = re.compile(
            b"(<" + name + rb'c r="([A-Z]{1,3})(\d{1,7})"(?: s="\d{1,9}")?)((?: t="[A-Za-z]{1,9}")?>)'
            b"(<" + name + rb"f(?: [^>]*)?(?:/>|>[^<]*</" + name + b"f>))"
            b"((?:<" + name + rb"v(?: [^>]*)?(?:/>|>[^<]*</" + name + b"v>))?" + re.escape(self._closing) + b")"
        )

    def spliced(self, data: bytes, results: Results) -> tuple[bytes, dict[int, set[int]]]:
        """The text with the results in it, and the rows by column whose cells were found written the usual way."""
        by_letters = {column_letters(column).encode(): values for column, values in results.items()}
        done: dict[bytes, set[int]] = {letters: set() for letters in by_letters}
        cut = self._usual.split(data)
        heads, letters, digits, kinds, formulas, rests, betweens = (cut[at::_PERIOD] for at in range(1, _PERIOD + 1))
        rows = list(map(int, digits))
        new = [by_letters.get(name, _NO_RESULTS).get(row, _KEPT) for name, row in zip(letters, rows, strict=True)]
        for at, value in enumerate(new):
            if value is not _KEPT:
                kind, rests[at] = self._element(value)
                kinds[at] = b' t="' + kind + b'">' if kind else b">"
                done[letters[at]].add(rows[at])
        pieces = chain.from_iterable(zip(heads, kinds, formulas, rests, betweens, strict=True))
        return b"".join((cut[0], *pieces)), {column_number(name.decode()): found for name, found in done.items()}

    def _element(self, value: object) -> tuple[bytes, bytes]:
        """The type of a result, and what follows the formula."""
        kind, element = self._written(value)  # type: ignore[arg-type]
        return kind, element + self._closing
