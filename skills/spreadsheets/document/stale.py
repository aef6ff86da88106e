"""Which cells were changed since the book was last calculated, so that only what depends on them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skills.spreadsheets.document.addresses import Area

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Stale:
    """By sheet part: areas whose cells changed, and areas whose formulas must be computed themselves."""

    def __init__(self) -> None:
        self.changed: dict[str, list[Area]] = {}
        self.uncomputed: dict[str, list[Area]] = {}

    def __bool__(self) -> bool:
        return any(self.changed.values()) or any(self.uncomputed.values())

    def copy(self) -> Stale:
        other = Stale()
        other.changed = {part: list(areas) for part, areas in self.changed.items()}
        other.uncomputed = {part: list(areas) for part, areas in self.uncomputed.items()}
        return other

    def add_cells(self, part: str, cells: Iterable[tuple[int, int]]) -> None:
        """Cells that hold something else now; formulas among them are computed too."""
        self.changed.setdefault(part, []).extend(runs(cells))

    def add_area(self, part: str, area: Area) -> None:
        """As `add_cells`, for all cells of an area."""
        self.changed.setdefault(part, []).append(area)

    def add_formulas(self, part: str, cells: Iterable[tuple[int, int]]) -> None:
        """Formulas that read something else now, though no cell they name has changed."""
        self.uncomputed.setdefault(part, []).extend(runs(cells))

    def move(self, part: str, moved: Callable[[Area], Area | None]) -> None:
        """Follow rows or columns of a sheet that were inserted or deleted."""
        for found in (self.changed, self.uncomputed):
            found[part] = [area for each in found.get(part, []) if (area := moved(each))]

    def drop(self, part: str) -> None:
        """Forget a sheet that is gone."""
        self.changed.pop(part, None)
        self.uncomputed.pop(part, None)

    def clear(self) -> None:
        self.changed.clear()
        self.uncomputed.clear()


def runs(cells: Iterable[tuple[int, int]]) -> list[Area]:
    """The cells as areas: unbroken stretches of a column, side by side ones joined."""
    stretches: list[Area] = []
    for column, row in sorted((column, row) for row, column in cells):
        last = stretches[-1] if stretches else None
        if last is not None and last.left == column and last.bottom + 1 == row:
            stretches[-1] = Area(last.top, column, row, column)
        elif last is None or not last.contains(row, column):
            stretches.append(Area.cell(row, column))
    return _joined(stretches)


def _joined(stretches: list[Area]) -> list[Area]:
    joined: dict[tuple[int, int], list[Area]] = {}
    for area in stretches:
        same_rows = joined.setdefault((area.top, area.bottom), [])
        if same_rows and same_rows[-1].right + 1 == area.left:
            same_rows[-1] = Area(area.top, same_rows[-1].left, area.bottom, area.right)
        else:
            same_rows.append(area)
    return [area for areas in joined.values() for area in areas]
