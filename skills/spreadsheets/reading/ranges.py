"""A range as rows of values, with its formulas as patterns, or its formats as areas, within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.cells import Cell
from skills.spreadsheets.document.formats import Format
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading.attachments import attachments
from skills.spreadsheets.reading.column_lines import formula_runs
from skills.spreadsheets.reading.display import anchor, cut, quoted, shown, uncomputed
from skills.spreadsheets.reading.folding import fold
from skills.spreadsheets.reading.grid import Grid
from skills.spreadsheets.reading.loading import manner_of
from skills.spreadsheets.reading.patterns import relative_form
from skills.spreadsheets.reading.profiles import Manner

Show: TypeAlias = Literal["values", "formulas", "formats", "trace"]
_NAMES_FROM: Final = 6
_MOST_FORMULAS: Final = 40
_MOST_FORMATS: Final = 40
_COPY: Final = "=…"


def range_text(sheet: Sheet, area: Area, show: Show, tokens: int) -> str:
    """Rows from the top until the budget is spent, then how to read on; blank rows are left out."""
    used = sheet.used
    inside = area.intersection(used) if used is not None else None
    if inside is None:
        return f"{anchor(sheet.name, area)} is blank; {f'the sheet holds {used}' if used else 'the sheet is empty'}"
    manner = manner_of(sheet.book)
    lines = [f"{anchor(sheet.name, inside)}:"]
    if inside.left > 1 or inside.columns > _NAMES_FROM:
        lines.append(f"row|{'|'.join(map(column_letters, range(inside.left, inside.right + 1)))}")
    held: list[Cell] = []
    left = tokens * 4
    copies = _Copies()
    for row, cells in _rows(sheet.cells(inside)):
        line = _line(row, cells, inside, manner, copies if show == "formulas" else None)
        left -= len(line) + 1
        if left < 0 and held:
            rest = Area(row, inside.left, inside.bottom, inside.right)
            lines.append(f'… {rest.rows} more rows: read(sheet={quoted(sheet.name)}, range="{rest}")')
            break
        held.extend(cells)
        if line:
            lines.append(line)
    if show != "formulas":
        lines.extend(_formulas(held))
    elif copies.count:
        lines.append(f"{_COPY} filled from above or the left: {'; '.join(_filled(held))}")
    if show == "formats":
        lines.extend([*_formats(held, sheet), *attachments(sheet, inside)])
    return "\n".join(lines)


def _rows(cells: Iterable[Cell]) -> Iterator[tuple[int, list[Cell]]]:
    held: list[Cell] = []
    for cell in cells:
        if held and held[0].row != cell.row:
            yield held[0].row, held
            held = []
        held.append(cell)
    if held:
        yield held[0].row, held


@dataclass
class _Copies:
    """Tells formulas that are filled from the cell above or the one to the left, row after row."""

    count: int = 0
    above: dict[int, str] = field(default_factory=dict)
    left: tuple[int, int, str] = (0, 0, "")

    def shown(self, cell: Cell, formula: str) -> str:
        """The formula, or a mark for one that is a copy."""
        form = relative_form(formula, cell.row, cell.column)
        is_copy = self.above.get(cell.column) == form or self.left == (cell.row, cell.column - 1, form)
        self.above[cell.column], self.left = form, (cell.row, cell.column, form)
        self.count += is_copy
        return _COPY if is_copy else cut(formula, 200)


def _line(row: int, cells: Sequence[Cell], area: Area, manner: Manner, copies: _Copies | None) -> str:
    """ "7|North|12||3.5"; "" for a row with nothing in it, and for one of nothing but copies."""
    texts = [""] * area.columns
    for cell in cells:
        if copies is not None and cell.formula is not None:
            texts[cell.column - area.left] = copies.shown(cell, cell.formula)
        else:
            texts[cell.column - area.left] = _value(cell, manner)
    while texts and not texts[-1]:
        texts.pop()
    if set(texts) <= {"", _COPY}:
        return ""
    return f"{row}|{'|'.join(texts)}" if texts else ""


def _value(cell: Cell, manner: Manner) -> str:
    if cell.value is None:
        return "" if cell.formula is None else uncomputed(cell.formula)
    return shown(cell.value, manner.date_format(cell.style), manner.is_1904)


def _filled(cells: Iterable[Cell]) -> list[str]:
    """Where formulas are filled, each with the one it is: the first in full stands in its cell."""
    grid = Grid.of(cell for cell in cells if cell.formula is not None)
    found = [
        each for each in formula_runs([column for _, column in sorted(grid.columns.items())]) if ":" in each.split()[0]
    ]
    return [*found[:_MOST_FORMULAS], *([f"{len(found) - _MOST_FORMULAS} more"] if len(found) > _MOST_FORMULAS else [])]


def _formulas(cells: Iterable[Cell]) -> Iterator[str]:
    grid = Grid.of(cell for cell in cells if cell.formula is not None)
    found = formula_runs([column for _, column in sorted(grid.columns.items())])
    if found:
        more = f"; {len(found) - _MOST_FORMULAS} more" if len(found) > _MOST_FORMULAS else ""
        yield f"formulas: {'; '.join(found[:_MOST_FORMULAS])}{more}"


def _formats(cells: Iterable[Cell], sheet: Sheet) -> Iterator[str]:
    styles = sheet.book.styles
    plain = format_words(styles.format(0), Format())
    words: dict[tuple[int, int], str] = {}
    for cell in cells:
        text = format_words(styles.format(cell.style), styles.format(0))
        if text and text != plain:
            words[cell.row, cell.column] = text
    folded = fold(words)
    if folded:
        listed = "; ".join(f"{area} {text}" for area, text in folded[:_MOST_FORMATS])
        more = f"; {len(folded) - _MOST_FORMATS} more areas" if len(folded) > _MOST_FORMATS else ""
        yield f"formats: {listed}{more}"


def format_words(look: Format, usual: Format) -> str:
    """What is unusual about a format: "bold, fill FFFF00, 0.00%"."""
    words = [name for name in ("bold", "italic", "underline", "strike", "wrap") if getattr(look, name)]
    words += [f"{name} {getattr(look, name)}" for name in ("fill",) if getattr(look, name)]
    words += [
        f"{name} {getattr(look, name)}"
        for name in ("font", "size", "color", "horizontal", "vertical", "indent")
        if getattr(look, name) != getattr(usual, name) and getattr(look, name)
    ]
    if look.borders:
        words.append(f"border {', '.join(look.borders)}")
    if look.number_format != "General":
        words.append(f"[{look.number_format}]")
    return ", ".join(words) + ("" if look.locked else ", unlocked")
