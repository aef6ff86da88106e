"""One sheet as facts: what it holds beside cells, and each table drawn on it by columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.reading import features, patterns
from skills.spreadsheets.reading.blocks import Block
from skills.spreadsheets.reading.column_lines import alike_line, column_line, formula_runs
from skills.spreadsheets.reading.display import quoted, shown, uncomputed
from skills.spreadsheets.reading.folding import row_spans
from skills.spreadsheets.reading.grid import Column
from skills.spreadsheets.reading.profiles import Profile, profile
from skills.spreadsheets.reading.view import View, found_in

_SMALL: Final = 60
_MOST_BLOCKS: Final = 12
_MOST_COLUMNS: Final = 60
_WIDE: Final = 24  # columns, from which on those that are alike are told as one
_LONG_LIST: Final = 8


def sheet_outline(sheet: Sheet) -> str:
    """The sheet's head line, then its tables."""
    return found_in(sheet, "outline", lambda: _told(View.of(sheet)))


def _told(view: View) -> str:
    sheet = view.sheet
    lines = [features.head_line(sheet, view.grid.extent)]
    if view.grid.skipped:
        lines.append(f"(large: profiled from a sample, {view.grid.skipped:,} rows not looked at)")
    for block in view.blocks[:_MOST_BLOCKS]:
        lines.extend(block_lines(view, block))
    if len(view.blocks) > _MOST_BLOCKS:
        rest = ", ".join(str(block.area) for block in view.blocks[_MOST_BLOCKS : _MOST_BLOCKS + 20])
        lines.append(f" {len(view.blocks) - _MOST_BLOCKS} more areas: {rest}")
    return "\n".join(lines)


def block_lines(view: View, block: Block) -> list[str]:
    """A table by its columns, or as it stands when it is small."""
    is_list = block.area.columns == 1 and block.area.rows > _LONG_LIST
    if block.area.rows <= 3 or (block.area.size <= _SMALL and not is_list):
        return _as_it_stands(view, block)
    lines = [_layers(view, block), *_columns(view, block)]
    data = block.data
    samples = dict.fromkeys([data.top, data.top + 1, data.bottom, *block.totals])
    most = _MOST_COLUMNS if block.area.columns <= _MOST_COLUMNS else _MOST_COLUMNS // 4
    lines.extend(row_line(view, row, block.area, most) for row in samples if data.top <= row <= block.area.bottom)
    return lines


def _columns(view: View, block: Block) -> list[str]:
    """A line for each column; in wide tables one for neighbours that are alike."""
    headers, data, columns = view.headers(block), block.data, view.grid.within(block.area)
    is_wide = len(columns) > _WIDE
    most = _MOST_COLUMNS // 2 if len(columns) > _MOST_COLUMNS else _MOST_COLUMNS
    profiles = ((each, *_profile(view, each.number, headers.get(each.number, ""), data)) for each in columns)
    lines: list[str] = []
    told = 0
    for _, group in groupby(profiles, key=lambda each: _likeness(*each[:2]) if is_wide else each[0].number):
        found = list(group)
        if len(lines) == most:
            break
        lines.append(f" {found[0][2] if len(found) == 1 else alike_line([facts for _, facts, _ in found])}")
        told += len(found)
    if told < len(columns):
        lines.append(f" … {len(columns) - told} more columns to {column_letters(columns[-1].number)}")
    return lines


def _profile(view: View, number: int, header: str, data: Area) -> tuple[Profile, str]:
    """The facts of a column's data rows, and the line that tells them."""

    def find(column: Column) -> tuple[Profile, str]:
        facts = profile(column, header, data, view.manner)
        return facts, column_line(facts)

    return view.grid.columns[number].noted(("profile", header, data), find)


def _likeness(column: Column, facts: Profile) -> tuple[object, ...]:
    """What columns must share to be told as one: what stands out in one keeps it apart."""
    if facts.odd:
        return (facts.column,)
    runs = patterns.runs(column.formulas, column.number)
    return (facts.kind, facts.number_format, *((run.form, run.rows) for run in runs))


def _layers(view: View, block: Block) -> str:
    facts = [f"table {quoted(block.name)} {block.area}" if block.name else str(block.area)]
    if block.titles:
        texts = [value for row in block.titles for _, value in view.grid.row(row, block.area.left, block.area.right)]
        facts.append(f"title {' / '.join(quoted(str(text)) for text in texts)}")
    facts.append(f"{_rows('header', block.headers)}" if block.headers else "no header row")
    facts.append(f"data rows {block.data.top}-{block.data.bottom}")
    if block.totals:
        facts.append(_rows("total", block.totals))
    if block.notes:
        facts.append(_rows("note", block.notes))
    return ", ".join(facts) + ":"


def _rows(what: str, rows: Sequence[int]) -> str:
    spans = ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in row_spans(rows))
    return f"{what} row{'s' if len(rows) > 1 else ''} {spans}"


def _as_it_stands(view: View, block: Block) -> list[str]:
    name = f"table {quoted(block.name)} " if block.name else ""
    rows = range(block.area.top, block.area.bottom + 1)
    return [f"{name}{block.area}:", *(row_line(view, row, block.area) for row in rows), *_formulas(view, block.area)]


def _formulas(view: View, area: Area) -> list[str]:
    found = formula_runs(view.grid.within(area))
    more = f" and {len(found) - 8} more" if len(found) > 8 else ""
    return [f" formulas: {'; '.join(found[:8])}{more}"] if found else []


def row_line(view: View, row: int, area: Area, most: int = _MOST_COLUMNS) -> str:
    """A row as it stands: `7|North|12||3.5`, blanks between bars."""
    columns = range(area.left, min(area.right, area.left + most - 1) + 1)
    return f" {row}|{'|'.join(_cell_text(view, row, number) for number in columns)}".rstrip("|")


def _cell_text(view: View, row: int, number: int) -> str:
    column = view.grid.columns.get(number)
    at = None if column is None else column.find(row)
    if column is None or at is None:
        return ""
    value = column.values[at]
    if value is None and (formula := column.formulas.get(row)):
        return uncomputed(formula)
    date_format = None if isinstance(value, str) else view.manner.date_format(column.styles[at])
    return shown(value, date_format, view.manner.is_1904)
