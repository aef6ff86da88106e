"""What is to change in a sheet's cells and rows, collected until one pass writes it all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skills.spreadsheets.document.cell_text import FormulaText
    from skills.spreadsheets.document.cells import CellValue
    from skills.spreadsheets.document.style_change import StyleChange


@dataclass(frozen=True, slots=True)
class Content:
    """What is to stand in a cell; `formula` as files store it. `metadata` is the `cm` of a dynamic array.

    `rich` is what stands between the tags of a string with runs of its own format, of which `value` is the text;
    `rich_value` is the `vm` of a picture or linked data.
    """

    value: CellValue = None
    formula: FormulaText | None = None
    metadata: int | None = None
    rich: bytes | None = None
    rich_value: int | None = None

    @property
    def is_blank(self) -> bool:
        return self.value is None and self.formula is None

    @property
    def is_constant(self) -> bool:
        """A value and nothing else."""
        others = (self.formula, self.metadata, self.rich, self.rich_value)
        return self.value is not None and all(each is None for each in others)


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
            spelt = later.content.formula or self.content.formula
            content = replace(self.content, value=later.content.value, formula=spelt)
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


class SheetPatches:
    """The pending changes of one sheet, by row and then by column.

    New results of stored formulas come by the hundred thousand: they are kept apart, by column and then by row, until
    somebody looks at the cells or `take_results` hands them over.
    """

    def __init__(self) -> None:
        self.rows: dict[int, RowPatch] = {}
        self._cells: dict[int, dict[int, CellPatch]] = {}
        self._results: dict[int, dict[int, CellValue]] = {}

    def __bool__(self) -> bool:
        return bool(self._cells or self._results or self.rows)

    @property
    def cells(self) -> dict[int, dict[int, CellPatch]]:
        for column, values in self.take_results().items():
            for row, value in values.items():
                self.add(row, column, CellPatch(Result(value)))
        return self._cells

    def add(self, row: int, column: int, patch: CellPatch) -> None:
        columns = self._cells.setdefault(row, {})
        earlier = columns.get(column)
        columns[column] = patch if earlier is None else earlier.then(patch)

    def add_results(self, column: int, values: dict[int, CellValue]) -> None:
        """New results of a column's formulas, by row."""
        if self._cells.keys().isdisjoint(values) and column not in self._results:
            self._results[column] = values
            return
        kept = self._results.setdefault(column, {})
        for row, value in values.items():
            if row in self._cells:
                self.add(row, column, CellPatch(Result(value)))
            else:
                kept[row] = value

    def take_results(self) -> dict[int, dict[int, CellValue]]:
        """The results that wait, by column and row, which wait no longer."""
        taken, self._results = self._results, {}
        return taken

    def add_row(self, row: int, patch: RowPatch) -> None:
        earlier = self.rows.get(row)
        self.rows[row] = patch if earlier is None else earlier.then(patch)

    def contents(self) -> Iterator[Content | Result | Promotion | None]:
        """Of all cells."""
        return (patch.content for columns in self.cells.values() for patch in columns.values())

    def touched_rows(self) -> list[int]:
        return sorted(self.cells.keys() | self.rows.keys())

    def copy(self) -> SheetPatches:
        other = SheetPatches()
        other.rows = dict(self.rows)
        other._cells = {row: dict(columns) for row, columns in self.cells.items()}
        return other
