"""What the columns of a block are called."""

from __future__ import annotations

from collections.abc import Sequence

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.reading.blocks import Block
from skills.spreadsheets.reading.display import plain
from skills.spreadsheets.reading.grid import Column, Grid
from skills.spreadsheets.reading.profiles import Manner


def column_headers(grid: Grid, block: Block, manner: Manner, merges: Sequence[Area] = ()) -> dict[int, str]:
    """Column number to its name; over two header rows the group comes first: "Q1 / Units"."""
    names: dict[int, str] = {}
    for depth, row in enumerate(block.headers):
        is_group = depth < len(block.headers) - 1
        held = ""
        for number in range(block.area.left, block.area.right + 1):
            text = _text(grid.columns[number], row, manner) if number in grid.columns else ""
            held = text or (held if is_group and _goes_on(row, number, merges) else "")
            if held and held != names.get(number):
                names[number] = f"{names[number]} / {held}" if number in names else held
    return names


def _goes_on(row: int, column: int, merges: Sequence[Area]) -> bool:
    """Without any merge in the row a group is taken to last until the next one."""
    in_row = [merge for merge in merges if merge.top == row and merge.columns > 1]
    return not in_row or any(merge.contains(row, column) for merge in in_row)


def _text(column: Column, row: int, manner: Manner) -> str:
    value = column.value(row)
    if isinstance(value, str):
        return " ".join(value.split())
    return plain(value, manner.date_format(column.style(row) or 0), manner.is_1904)
