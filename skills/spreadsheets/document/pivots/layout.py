"""Where everything of a pivot table stands, and what it comes to: the cells for readers that have no pivot engine."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.cells import CellError
from skills.spreadsheets.document.pivots.fields import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from skills.spreadsheets.document.cells import CellValue
    from skills.spreadsheets.document.pivots.fields import SourceField
    from skills.spreadsheets.document.values import Input

Function: TypeAlias = Literal["sum", "count", "average", "min", "max"]
Kind: TypeAlias = Literal["tabular", "outline", "compact"]
Key: TypeAlias = tuple[int, ...]

GRAND: Final = "Grand Total"
ROWS: Final = "Row Labels"
COLUMNS: Final = "Column Labels"


@dataclass(frozen=True, slots=True)
class DataField:
    """A column worked out: which field, how, under which name; `number_format` where it is not the source's."""

    field: int
    function: Function
    name: str
    number_format: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of results: a key, or of a subtotal and in compact form of what stands above others, its first items.

    The first `same` items are those of the line before.
    """

    key: Key
    same: int
    is_total: bool = False
    has_results: bool = True


@dataclass(frozen=True, slots=True)
class PivotForm:
    """How rows of several fields look, as Excel calls it.

    Tabular: a column for each row field, subtotals below their rows. Outline: each item heads its rows on a line of its
    own, with its subtotals. Compact: so too, all in one column. `below` and `right` are the grand totals there.
    """

    kind: Kind = "tabular"
    has_subtotals: bool = False
    below: bool = True
    right: bool = True

    @property
    def is_compact(self) -> bool:
        return self.kind == "compact"

    @property
    def is_nested(self) -> bool:
        """Whether what is above others has a line of its own."""
        return self.kind != "tabular"


TABULAR: Final = PivotForm()


@dataclass(frozen=True)
class PivotLayout:
    """A pivot table: what stands in its cells.

    `rows`, `columns` and `pages` are indices of fields; `pages` have the items shown (None: all), `hidden` the items of
    other fields that are not. `top`, `left` is where its filters begin, or the table itself without any.
    """

    fields: Sequence[SourceField]
    rows: Sequence[int]
    columns: Sequence[int]
    data: Sequence[DataField]
    pages: Sequence[tuple[int, frozenset[int] | None]]
    top: int = 1
    left: int = 1
    form: PivotForm = TABULAR
    hidden: Sequence[tuple[int, frozenset[int]]] = ()

    @cached_property
    def groups(self) -> dict[tuple[Key, Key], list[int]]:
        """The records of each row key and the beginnings of it, and of each column key; () stands for all of them."""
        indices = {at: self.fields[at].indices for at in (*self.rows, *self.columns, *(at for at, _ in self.pages))}
        found: dict[tuple[Key, Key], list[int]] = defaultdict(list)
        for record in range(len(self.fields[0].values)):
            of = {at: index[key_of(self.fields[at].values[record])] for at, index in indices.items()}
            if any(shown is not None and of[at] not in shown for at, shown in self.pages):
                continue
            if any(of[at] in items for at, items in self.hidden):
                continue
            row, column = tuple(of[at] for at in self.rows), tuple(of[at] for at in self.columns)
            for place in {(row[:end], each) for end in range(len(row) + 1) for each in (column, ())}:
                found[place].append(record)
        return found

    @cached_property
    def row_keys(self) -> list[Key]:
        return sorted({row for row, _ in self.groups if len(row) == len(self.rows)})

    @cached_property
    def column_keys(self) -> list[Key]:
        return sorted({column for _, column in self.groups if column}) if self.columns else []

    @cached_property
    def lines(self) -> list[Line]:
        """The rows of results in their order, the grand total left out."""
        found, before = list[Line](), ()
        for key in self.row_keys:
            same = _same(before, key)
            if self.form.is_nested:
                last = len(key) - 1
                has = self.form.has_subtotals
                found += [Line(key[: at + 1], at, has_results=has or at == last) for at in range(same, len(key))]
            else:
                found += [*self._closing(before, same), Line(key, same)]
            before = key
        return [*found, *self._closing(before, 0)]

    def _closing(self, before: Key, same: int) -> list[Line]:
        """The subtotals of what ends with a line, the innermost first."""
        if not self.form.has_subtotals or self.form.is_nested:
            return []
        return [Line(before[: at + 1], at, is_total=True) for at in range(len(before) - 2, same - 1, -1)]

    @property
    def label_columns(self) -> int:
        return 1 if self.form.is_compact else len(self.rows)

    @property
    def levels(self) -> int:
        """Rows of headers below the captions, or the only one where nothing goes across."""
        return len(self.columns) + (len(self.data) > 1) if self.columns else 1

    @property
    def heads(self) -> list[tuple[Key, int]]:
        """The column key and the data field of each column of results; totals, whose key is (), come last."""
        keys: list[Key] = [*self.column_keys, *([()] if self.form.right or not self.columns else [])]
        return [(key, at) for key in keys for at in range(len(self.data))]

    @property
    def area(self) -> Area:
        """The table itself, filters left out."""
        top = self.top + (len(self.pages) + 1 if self.pages else 0)
        bottom = self.first_row(top) + len(self.lines) + self.form.below - 1
        return Area(top, self.left, bottom, self.left + self.label_columns + len(self.heads) - 1)

    @property
    def whole(self) -> Area:
        right = max(self.area.right, self.left + 1) if self.pages else self.area.right
        return Area(self.top, self.left, self.area.bottom, right)

    def first_row(self, top: int) -> int:
        """Of the results."""
        return top + self.levels + bool(self.columns)

    def cells(self) -> dict[tuple[int, int], Input]:
        """All that is shown, as it is entered; texts are marked as such."""
        return {place: _entered(value) for place, value in self._shown()}

    def _shown(self) -> Iterator[tuple[tuple[int, int], CellValue]]:
        first = self.first_row(self.area.top)
        for down, (at, shown) in enumerate(self.pages):
            yield (self.top + down, self.left), self.fields[at].name
            yield (self.top + down, self.left + 1), self._page_label(at, shown)
        yield from self._captions()
        yield from self._labels(first)
        start = self.left + self.label_columns
        lines = [*self.lines, *([Line((), 0)] if self.form.below else list[Line]())]
        for down, line in enumerate(lines):
            for right, (column, data) in enumerate(self.heads if line.has_results else ()):
                if (records := self.groups.get((line.key, column))) is not None:
                    yield (first + down, start + right), self._result(self.data[data], records)

    def _labels(self, first: int) -> Iterator[tuple[tuple[int, int], CellValue]]:
        captions = [ROWS] if self.form.is_compact else [self.fields[at].name for at in self.rows]
        for right, caption in enumerate(captions):
            yield (first - 1, self.left + right), caption
        for down, line in enumerate(self.lines):
            for level in range(line.same, len(line.key)):
                label = self._label(self.rows[level], line.key[level])
                right = 0 if self.form.is_compact else level
                yield (first + down, self.left + right), f"{_said(label)} Total" if line.is_total else label
        if self.form.below:
            yield (self.area.bottom, self.left), GRAND

    def _captions(self) -> Iterator[tuple[tuple[int, int], CellValue]]:
        top, start = self.area.top, self.left + self.label_columns
        if not self.columns:
            for right, data in enumerate(self.data):
                yield (top, start + right), data.name
            return
        if len(self.data) == 1:
            yield (top, self.left), self.data[0].name
        names = [COLUMNS] if self.form.is_compact else [self.fields[at].name for at in self.columns]
        names += ["Values"] if len(self.data) > 1 and not self.form.is_compact else []
        for right, name in enumerate(names):
            yield (top, start + right), name
        before: Key = ()
        for right, (key, data) in enumerate(self.heads):
            name = self.data[data].name
            if not key:
                yield (top + 1, start + right), GRAND if len(self.data) == 1 else f"Total {name}"
                continue
            same = _same(before, key) if data == 0 else len(key)
            for level in range(same, len(key)):
                yield (top + 1 + level, start + right), self._label(self.columns[level], key[level])
            if len(self.data) > 1:
                yield (top + self.levels, start + right), name
            before = key

    def _label(self, at: int, item: int) -> CellValue:
        value = self.fields[at].items[item]
        return "(blank)" if value is None else value.code if isinstance(value, CellError) else value

    def _page_label(self, at: int, shown: frozenset[int] | None) -> CellValue:
        if shown is None:
            return "(All)"
        return self._label(at, next(iter(shown))) if len(shown) == 1 else "(Multiple Items)"

    def _result(self, data: DataField, records: Sequence[int]) -> CellValue:
        values = self.fields[data.field].stored
        found = [values[record] for record in records if values[record] is not None]
        if data.function == "count":
            return len(found)
        numbers = [each for each in found if isinstance(each, int | float) and not isinstance(each, bool)]
        if not numbers:
            return None if data.function == "average" else 0
        match data.function:
            case "min":
                return min(numbers)
            case "max":
                return max(numbers)
            case "average":
                return math.fsum(numbers) / len(numbers)
            case _:
                total = math.fsum(numbers)
                return int(total) if total.is_integer() and abs(total) < 1e15 else total


def with_repeats(keys: Sequence[Key]) -> Iterator[tuple[Key, int]]:
    """Each key with how many of its leading items are those of the one before."""
    before: Key = ()
    for key, _ in groupby(keys):
        yield key, _same(before, key)
        before = key


def _said(label: CellValue) -> str:
    return f"{label:.15g}" if isinstance(label, float) else str(label)


def _same(before: Key, key: Key) -> int:
    count = 0
    while count < min(len(before), len(key)) and before[count] == key[count]:
        count += 1
    return count


def _entered(value: CellValue) -> Input:
    if isinstance(value, CellError):
        return f"'{value.code}"
    return f"'{value}" if isinstance(value, str) else value
