"""Which cell of a pivot table is which, whatever its place: so that looks of its own stay with what they are of."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from skills.spreadsheets.document.pivots.fields import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.spreadsheets.document.pivots.layout import Key, PivotLayout

Meaning: TypeAlias = tuple[object, ...]


def meanings(layout: PivotLayout) -> dict[tuple[int, int], Meaning]:
    """Of each cell: what its row is of and what its column is, by names and values."""
    across = list(_across(layout))
    found = {(row, column): (*down, *right) for row, down in _down(layout) for column, right in across}
    for down, (at, _) in enumerate(layout.pages):
        for right in (0, 1):
            found[layout.top + down, layout.left + right] = ("filter", layout.fields[at].name, right)
    return found


def _down(layout: PivotLayout) -> Iterator[tuple[int, Meaning]]:
    first = layout.first_row(layout.area.top)
    for row in range(layout.area.top, first):
        yield row, ("head", first - row)
    for row, line in enumerate(layout.lines, first):
        yield row, ("line", _said(layout, layout.rows, line.key), line.is_total)
    if layout.form.below:
        yield layout.area.bottom, ("grand",)


def _across(layout: PivotLayout) -> Iterator[tuple[int, Meaning]]:
    for right in range(layout.label_columns):
        name = "" if layout.form.is_compact else layout.fields[layout.rows[right]].name
        yield layout.area.left + right, ("labels", name)
    for right, (key, data) in enumerate(layout.heads, layout.area.left + layout.label_columns):
        yield right, ("results", _said(layout, layout.columns, key), layout.data[data].name)


def _said(layout: PivotLayout, fields: Sequence[int], key: Key) -> Meaning:
    return tuple(
        (layout.fields[at].name, key_of(layout.fields[at].items[item])) for at, item in zip(fields, key, strict=False)
    )
