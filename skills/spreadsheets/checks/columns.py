"""Faults of a table's columns: formulas that break their pattern, numbers stored as text, mixed kinds, twin headers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from copilot_server.agent.changes import Finding
from skills.spreadsheets.document.addresses import Area, cell_name, column_letters
from skills.spreadsheets.document.cells import CellValue
from skills.spreadsheets.reading import patterns
from skills.spreadsheets.reading.blocks import Block
from skills.spreadsheets.reading.display import anchor, cut, number_text, quoted
from skills.spreadsheets.reading.grid import Column
from skills.spreadsheets.reading.profiles import is_number_text, kind_of
from skills.spreadsheets.reading.view import View

_LOCALE = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
_UNIT = re.compile(r"[%$€£¥₹₽₩]|\b(?:USD|EUR|GBP|JPY|CHF|CNY|INR|kr)\b")
_LEAST_RUN = 4
_MOST_EACH = 5
_LEAST_MIXED = 4  # rows; fewer are a tile of a dashboard rather than a column
_KINDS_OF_FIGURES = 3
_MOST_FIGURES = 40


def column_findings(view: View) -> Iterator[Finding]:
    for block in view.blocks:
        data = block.data
        if data.rows < 2:
            continue
        headers = view.headers(block)
        yield from _twin_headers(view, block, headers)
        for column in view.grid.crossing(data):
            header = headers.get(column.number, "") if block.headers else None
            found = partial(_of_column, view, data, header)
            yield from column.noted(("faults", data, header), found)


def _of_column(view: View, data: Area, header: str | None, whole: Column) -> Sequence[Finding]:
    """Of the data rows of a column; `header` is None in tables without."""
    column = whole.between(data.top, data.bottom)
    found: list[Finding] = []
    if not column.rows:
        return found
    if column.formulas:
        found += _breaks(view, column)
    figures = column.figures()
    found += _number_texts(view, column, sum(map(len, figures.values())))
    if _is_list_of_figures(view, column, figures):
        return found
    found += _mixed_units(view, column, data, figures)
    if header is not None and data.rows >= _LEAST_MIXED and kind_of(column, view.manner) == "mixed":
        where = anchor(view.sheet.name, Area(data.top, column.number, data.bottom, column.number))
        text = f"column {quoted(header)} mixes kinds of values" if header else "mixes kinds of values"
        found.append(Finding("mixed-column", where, text, what=header, severity="hint"))
    return found


def _twin_headers(view: View, block: Block, headers: Mapping[int, str]) -> Iterator[Finding]:
    counts = Counter(header.casefold() for header in headers.values() if header)
    for twin in (name for name, count in counts.items() if count > 1):
        columns = [number for number, header in headers.items() if header.casefold() == twin]
        where = anchor(view.sheet.name, cell_name(block.headers[-1], columns[1]))
        letters = ", ".join(map(column_letters, columns))
        text = f"columns {letters} are all called {quoted(headers[columns[0]])}"
        yield Finding("duplicate-header", where, text, what=twin, severity="hint")


def _breaks(view: View, column: Column) -> Iterator[Finding]:
    """Cells of a filled column that do not follow its formula."""
    runs = sorted(patterns.runs(column.formulas, column.number), key=lambda run: -len(run.rows))
    main = runs[0]
    if len(main.rows) < _LEAST_RUN or len(main.rows) * 10 < len(column.rows) * 7:
        return
    others = {row: run for run in runs[1:] for row in run.rows if main.first < row < main.last}
    for row, run in list(others.items())[:_MOST_EACH]:
        expected = patterns.Filled.of(main.formula, main.first).at(row)
        yield _break(
            view, row, column.number, "inconsistent-formula", f"{cut(run.formula)} breaks the column", expected
        )
    constants = [
        (row, value)
        for row, value in zip(column.rows, column.values, strict=True)
        if main.first < row < main.last and row not in column.formulas
    ]
    for row, value in constants[:_MOST_EACH]:
        expected = patterns.Filled.of(main.formula, main.first).at(row)
        text = f"{_constant(value)} is typed over the column's formula"
        yield _break(view, row, column.number, "hard-coded", text, expected)


def _constant(value: CellValue) -> str:
    return quoted(value) if isinstance(value, str) else number_text(value) if isinstance(value, float) else str(value)


def _break(view: View, row: int, column: int, code: str, text: str, expected: str) -> Finding:
    where = anchor(view.sheet.name, cell_name(row, column))
    return Finding(code, where, text, f"the column's formula here is {cut(expected, 100)}", what=text)


def _is_list_of_figures(view: View, column: Column, figures: Mapping[int, list[int]]) -> bool:
    """Inputs or key figures one below the other, an amount, a rate, a date: no column of one quantity."""
    if len(column.rows) > _MOST_FIGURES or len(figures) < _KINDS_OF_FIGURES:
        return False
    kinds = {"date" if view.manner.is_date(style) else _unit(view.manner.number_format(style)) for style in figures}
    return len(kinds) >= _KINDS_OF_FIGURES


def _mixed_units(view: View, column: Column, data: Area, figures: Mapping[int, list[int]]) -> Iterator[Finding]:
    """Numbers of one column shown in several currencies, or some as percentages: they cannot be added up."""
    units: dict[str, list[int]] = {}
    for style, places in figures.items():
        if unit := _unit(view.manner.number_format(style)):
            units.setdefault(unit, []).extend(column.rows[at] for at in places)
    if len(units) < 2:
        return
    rare = min(units.values(), key=len)
    where = anchor(view.sheet.name, Area(data.top, column.number, data.bottom, column.number))
    counts = ", ".join(f"{unit} ×{len(rows)}" for unit, rows in units.items())
    text = f"numbers in several units: {counts} (first odd one {cell_name(min(rare), column.number)})"
    yield Finding("mixed-units", where, text, "convert them, or give each unit its column", "/".join(units), "hint")


def _unit(code: str) -> str:
    """A currency's sign or code, or the percent sign, that a number format shows."""
    shown = _LOCALE.sub(r"\1", code)
    found = _UNIT.search(shown)
    return found[0] if found else ""


def _number_texts(view: View, column: Column, numbers: int) -> Iterator[Finding]:
    """Numbers stored as text among numbers, which sums leave out."""
    if not numbers or str not in column.types:
        return
    texts = [
        (row, value)
        for row, value in zip(column.rows, column.values, strict=True)
        if isinstance(value, str) and row not in column.formulas and is_number_text(value)
    ]
    if not texts or numbers < 2 * len(texts):
        return
    rows = [row for row, _ in texts]
    where = anchor(view.sheet.name, cell_name(rows[0], column.number))
    text = f"{quoted(texts[0][1])} is a number stored as text{_more(rows)}"
    yield Finding("text-number", where, text, "write it as a number", what=texts[0][1])


def _more(rows: Sequence[int]) -> str:
    return f" (and {len(rows) - 1} more in the column)" if len(rows) > 1 else ""
