"""What is to change in a sheet's cells and rows, collected until one pass writes it all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skills.spreadsheets.document.cell_text import FormulaText
    from skills.spreadsheets.document.cells import CellValue
    from skills.spreadsheets.document.style_change import StyleChange


@dataclass(frozen=True, slots=True)
class Content:
    """What is to stand in a cell; `formula` as files store it. `metadata` is the `cm` of a dynamic array.

    `rich` is what stands between the tags of a string with runs of its own format, of which `value` is the text.
    """

    value: CellValue = None
    formula: FormulaText | None = None
    metadata: int | None = None
    rich: bytes | None = None

    @property
    def is_blank(self) -> bool:
        return self.value is None and self.formula is None


@dataclass(frozen=True, slots=True)
class Result:
    """A new cached value for a formula that stays as it is, but for another spelling where `formula` gives one."""

    value: CellValue
    formula: FormulaText | None = None


@dataclass(frozen=True, slots=True)
class Promotion:
    """Another spelling of the same formula; the value stays."""

    formula: FormulaText


@dataclass(frozen=True, slots=True)
class CellPatch:
    """What to change in one cell; what is not given stays. `restyles` are made in order."""

    content: Content | Result | Promotion | None = None
    restyles: tuple[StyleChange, ...] = ()

    def then(self, later: CellPatch) -> CellPatch:
        """Both, one after the other."""
        content = later.content if later.content is not None else self.content
        if isinstance(later.content, Result) and isinstance(self.content, Content):
            content = replace(self.content, value=later.content.value)
        elif isinstance(later.content, Promotion) and isinstance(self.content, Result):
            content = replace(self.content, formula=later.content.formula)
        return CellPatch(content, self.restyles + later.restyles)


@dataclass(frozen=True, slots=True)
class RowPatch:
    """What to change in a row itself; `height` in points, 0 for the default; `level` of the outline, 0 for none."""

    height: float | None = None
    is_hidden: bool | None = None
    restyles: tuple[StyleChange, ...] = ()
    level: int | None = None

    def then(self, later: RowPatch) -> RowPatch:
        return RowPatch(
            self.height if later.height is None else later.height,
            self.is_hidden if later.is_hidden is None else later.is_hidden,
            self.restyles + later.restyles,
            self.level if later.level is None else later.level,
        )


@dataclass(slots=True)
class SheetPatches:
    """The pending changes of one sheet, by row and then by column."""

    cells: dict[int, dict[int, CellPatch]] = field(default_factory=dict[int, dict[int, CellPatch]])
    rows: dict[int, RowPatch] = field(default_factory=dict[int, RowPatch])

    def __bool__(self) -> bool:
        return bool(self.cells or self.rows)

    def add(self, row: int, column: int, patch: CellPatch) -> None:
        columns = self.cells.setdefault(row, {})
        earlier = columns.get(column)
        columns[column] = patch if earlier is None else earlier.then(patch)

    def add_row(self, row: int, patch: RowPatch) -> None:
        earlier = self.rows.get(row)
        self.rows[row] = patch if earlier is None else earlier.then(patch)

    def touched_rows(self) -> list[int]:
        return sorted(self.cells.keys() | self.rows.keys())

    def copy(self) -> SheetPatches:
        return SheetPatches({row: dict(columns) for row, columns in self.cells.items()}, dict(self.rows))
