"""Names the engine does not take (constants, formulas) spelt out in the formulas that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skills.spreadsheets.calculation.reads import is_called
from skills.spreadsheets.document.references.formulas import translate
from skills.spreadsheets.document.references.grammar import CALLED_NAME, NAME

if TYPE_CHECKING:
    import re

_MAX_DEPTH: Final = 20  # of names that stand for names


class SpeltNames:
    """What names stand for, by the sheet they hold on (None: all) and their name, both casefolded."""

    def __init__(self) -> None:
        self._texts: dict[tuple[str | None, str], str] = {}

    def __bool__(self) -> bool:
        return bool(self._texts)

    def add(self, name: str, sheet: str | None, text: str) -> None:
        self._texts[sheet, name.casefold()] = text

    def spelt(self, text: str, sheet: str, row: int, column: int, depth: int = 0) -> str:
        """A formula in a cell, its names replaced; relative references in a name are as seen from A1."""
        if not self._texts or depth > _MAX_DEPTH:
            return text

        def replaced(match: re.Match[str]) -> str:
            key = (match[1] or "").casefold()
            meant = self._texts.get((sheet, key), self._texts.get((None, key))) if key else None
            if meant is None:
                return match[0]
            moved = translate(meant, row - 1, column - 1, wraps=True)
            spelt = self.spelt(moved, sheet, row, column, depth + 1)
            return spelt if is_called(meant) else f"({spelt})"

        return CALLED_NAME.sub(replaced, NAME.sub(replaced, text))
