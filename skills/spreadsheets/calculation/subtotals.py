"""Formulas whose answer depends on more than the values they read: subtotals, and questions about the file itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from skills.spreadsheets.calculation.results import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skills.spreadsheets.calculation.dependants import Node
    from skills.spreadsheets.calculation.engine import Engine
    from skills.spreadsheets.calculation.formula_runs import FormulaRun
    from skills.spreadsheets.document.addresses import Area
    from skills.spreadsheets.document.sheet import Sheet
    from skills.spreadsheets.document.workbook import Workbook

_SUBTOTAL: Final = re.compile(r"\bSUBTOTAL\(", re.IGNORECASE)
_AGGREGATE: Final = re.compile(r"\bAGGREGATE\([^,]*,([^,]*),", re.IGNORECASE)
_OVER_HIDDEN: Final = frozenset("1357")
_OVER_SUBTOTALS: Final = frozenset("0123")
# The engine is given values where formulas are up to date, and sheets of its own beside the book's.
_ABOUT_THE_FILE: Final = re.compile(r"\b(?:FORMULATEXT|ISFORMULA|SHEETS?|CELL|INFO)\(", re.IGNORECASE)
_OF_ITS_KIND: Final = re.compile(r"\b(?:SUBTOTAL|AGGREGATE)\(", re.IGNORECASE)
_HIDDEN: Final = re.compile(rb"""\shidden=["'](?:1|true)["']""")


def is_subtotal(text: str) -> bool:
    return bool(_SUBTOTAL.search(text))


def leaves_out_hidden(text: str) -> bool:
    """Whether rows that are hidden may not count."""
    return is_subtotal(text) or any(option in _OVER_HIDDEN for option in _options(text))


def leaves_out_subtotals(text: str) -> bool:
    """Whether AGGREGATE in it leaves out results of its own kind, which a second engine is given as mere numbers."""
    return any(option in _OVER_SUBTOTALS for option in _options(text))


def _options(text: str) -> list[str]:
    """The second argument of each AGGREGATE; 3, which leaves out all that can be, for one that is computed."""
    found = (match[1].strip() or "0" for match in _AGGREGATE.finditer(text))
    return [option if option.isdigit() else "3" for option in found]


def reads_formulas(text: str) -> bool:
    """Whether it asks what formulas read, or how the file is made."""
    return bool(_ABOUT_THE_FILE.search(text))


def subtotals_among(nodes: Sequence[Node]) -> list[FormulaRun]:
    return [node.run for node in nodes if is_subtotal(node.run.text)]


def hold_subtotals(engine: Engine, run: FormulaRun) -> None:
    """Put subtotals that are up to date into the engine, as subtotals: others leave them out of theirs."""
    for row, cached in enumerate(run.cached, run.top):
        value = number_of(cached)
        if value is not None:
            engine.put_subtotal(run.key, row, run.column, value)


def holds_subtotals(sheet: Sheet, area: Area) -> bool:
    """Whether an area holds formulas that AGGREGATE may leave out."""
    found = (content.formula for content in sheet.formulas(area).values())
    return any(formula is not None and _OF_ITS_KIND.search(formula.text) for formula in found)


class HiddenRows:
    """Which rows of a book's sheets are hidden; each sheet is looked through once."""

    def __init__(self, book: Workbook) -> None:
        self._sheets = {sheet.name.casefold(): sheet for sheet in book.sheets if sheet.is_worksheet}
        self._rows: dict[str, set[int]] = {}

    def within(self, key: str, area: Area) -> bool:
        """Whether an area of the sheet of that key reaches over a hidden row."""
        if key not in self._rows:
            self._rows[key] = self._hidden(key)
        return any(area.top <= row <= area.bottom for row in self._rows[key])

    def _hidden(self, key: str) -> set[int]:
        sheet = self._sheets.get(key)
        if sheet is None:
            return set()
        found = {
            number
            for block in sheet.text.blocks()
            if b"hidden=" in block.data
            for index, number in enumerate(block.numbers)
            if _HIDDEN.search(tag := block.row(index), 0, tag.find(b">") + 1)
        }
        for row, patch in sheet.patches.rows.items():
            if patch.is_hidden is not None:
                (found.add if patch.is_hidden else found.discard)(row)
        return found
