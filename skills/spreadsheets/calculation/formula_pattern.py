"""A formula as it is filled down a column: its text with the rows of relative references left open."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import MAX_ROW
from skills.spreadsheets.document.references.grammar import BARE_BY_ROW, BY_ROW, is_bare

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

# The row of either end of a range, then of either end of whole rows; before each stands what tells whether it moves.
_ROWS = ((2, 3), (5, 6), (8, 9), (11, 12))


@dataclass(frozen=True, slots=True)
class Pattern:
    """`form` takes the rows at `offsets` from the formula's own; equal texts at two rows are one formula filled.

    In the rows from `first` to `last` all references stay on the sheet.
    """

    form: str
    offsets: tuple[int, ...]
    first: int = 1
    last: int = MAX_ROW

    @classmethod
    def of(cls, text: str, row: int) -> Pattern:
        """Of a formula that stands in that row."""
        pieces, offsets, at = list[str](), list[int](), 0
        for match in (BARE_BY_ROW if is_bare(text) else BY_ROW).finditer(text):
            for start, end in _relative_rows(match):
                pieces.append(text[at:start].replace("%", "%%"))
                offsets.append(int(text[start:end]) - row)
                at = end
        form = "%d".join((*pieces, text[at:].replace("%", "%%")))
        return cls(form, tuple(offsets), 1 - min(offsets, default=0), MAX_ROW - max(offsets, default=0))

    def at(self, row: int) -> str | None:
        """The text in another row; None where a reference would leave the sheet."""
        if not self.holds(row):
            return None
        return self.form % tuple([row + offset for offset in self.offsets])

    def texts(self, top: int, bottom: int) -> Iterator[str]:
        """The texts in rows that all hold it."""
        if not self.offsets:
            return repeat(self.form % (), bottom - top + 1)
        rows = (range(top + offset, bottom + offset + 1) for offset in self.offsets)
        return map(self.form.__mod__, zip(*rows, strict=True))

    def holds(self, row: int) -> bool:
        """Whether all references stay on the sheet in that row."""
        return self.first <= row <= self.last


def _relative_rows(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    if match.lastindex:
        for before, row in _ROWS:
            if match[row] is not None and not match[before].endswith("$"):
                yield match.span(row)
