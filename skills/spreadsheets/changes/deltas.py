"""Cells of two versions side by side: what of each is different, after shifts are taken into account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import Cell, CellValue

FormulaMover: TypeAlias = Callable[[str], str]
"""A formula of the earlier version, with its "=", as it should read in the later one."""


@dataclass(frozen=True, slots=True)
class Delta:
    """One place, in the later version's coordinates, where a cell came, went or differs."""

    row: int
    column: int
    before: Cell | None
    after: Cell | None

    @property
    def value_before(self) -> CellValue:
        return None if self.before is None else self.before.value

    @property
    def value_after(self) -> CellValue:
        return None if self.after is None else self.after.value


@dataclass(frozen=True, slots=True)
class Differences:
    """Deltas apart by what differs."""

    content: tuple[Delta, ...]
    looks: tuple[Delta, ...]
    recalculated: tuple[Delta, ...]


def differences(
    before: Mapping[tuple[int, int], Cell],
    after: Mapping[tuple[int, int], Cell],
    move: FormulaMover,
    same_look: Callable[[Delta], bool],
    spills: Sequence[Area] = (),
) -> Differences:
    """`before` goes by where its cells stand now; `spills` are the areas array formulas fill with their results."""
    content: list[Delta] = []
    looks: list[Delta] = []
    recalculated: list[Delta] = []
    for place in sorted(before.keys() | after.keys()):
        delta = Delta(*place, before.get(place), after.get(place))
        if not _same_content(delta, move):
            is_spilled = _holds_no_formula(delta) and any(area.contains(*place) for area in spills)
            (recalculated if is_spilled else content).append(delta)
        elif not same_value(delta.value_before, delta.value_after):
            recalculated.append(delta)
        if not same_look(delta):
            looks.append(delta)
    return Differences(tuple(content), tuple(looks), tuple(recalculated))


def _holds_no_formula(delta: Delta) -> bool:
    return all(cell is None or cell.formula is None for cell in (delta.before, delta.after))


def _same_content(delta: Delta, move: FormulaMover) -> bool:
    """Whether what a person entered there is the same: formula, or constant."""
    one, other = delta.before, delta.after
    old, new = _formula(one), _formula(other)
    if old is not None and new is not None:
        has_same_area = (one and one.array is None) == (other and other.array is None)
        return (old == new or move(old) == new) and has_same_area
    if old is not None or new is not None:
        return False
    is_rich_kept = (one is not None and one.is_rich) == (other is not None and other.is_rich)
    return same_value(delta.value_before, delta.value_after) and is_rich_kept


def _formula(cell: Cell | None) -> str | None:
    """Cells an array formula fills may carry an empty one of their own, which says nothing."""
    return None if cell is None or cell.formula == "=" else cell.formula


def same_value(one: CellValue, other: CellValue) -> bool:
    """Equal and of the same kind: 1 is not TRUE; numbers as far as 15 digits tell them apart."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other or f"{one:.15g}" == f"{other:.15g}"
    return type(one) is type(other) and one == other
