"""From what is wished of a pivot table to its layout, over the data as it stands now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from copilot_server.errors import Refused, TargetNotFound, ToolError
from skills.spreadsheets.document.addresses import Area, column_letters
from skills.spreadsheets.document.cells import CellError, CellValue
from skills.spreadsheets.document.formatting import change_formats
from skills.spreadsheets.document.pivots.fields import Period, SourceField, items_of, key_of
from skills.spreadsheets.document.pivots.grouping import PERIODS, group_dates
from skills.spreadsheets.document.pivots.layout import TABULAR, DataField, Function, PivotForm, PivotLayout
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sizes import fit_columns
from skills.spreadsheets.document.style_change import Edge, StyleChange
from skills.spreadsheets.edits.conditions import Bound, Where
from skills.spreadsheets.edits.places import find_column

_MOST_CELLS: Final = 1_000_000  # of the source, which the file then holds twice
_MOST_ROWS: Final = 5_000
_MOST_COLUMNS: Final = 250
_NAMES: Final[dict[Period, str]] = {"years": "Years", "quarters": "Quarters", "months": "Months"}


@dataclass(frozen=True, slots=True)
class WishedValue:
    column: str
    function: Function
    caption: str | None = None
    number_format: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Columns by header or letter; `choices` of filters are bounds people wrote, or values that stand in the file."""

    rows: Sequence[str]
    columns: Sequence[str]
    values: Sequence[WishedValue]
    filters: Sequence[tuple[str, Sequence[Bound | CellValue] | None]] = ()
    groups: Mapping[str, Sequence[Period]] = field(default_factory=dict)
    hidden: Mapping[str, Sequence[CellValue]] = field(default_factory=dict)
    orders: Mapping[str, Sequence[CellValue]] = field(default_factory=dict)
    form: PivotForm = TABULAR


def layout_of(sheet: Sheet, area: Area, wish: Wish, place: tuple[int, int]) -> PivotLayout:
    """Of the data in an area, headers above it; raises ToolError, TargetNotFound or Refused."""
    if area.size > _MOST_CELLS:
        raise Refused(f"range: {area} has {area.size:,} cells, more than a pivot's cache takes here; `summarize`")
    fields = source_fields(sheet, area)
    heads = {each.name.casefold(): at for at, each in reversed(list(enumerate(fields)))}

    def index(text: str) -> int:
        if (known := heads.get(text.strip().casefold())) is not None:
            return known
        number = find_column(sheet, text)
        if not area.left <= number <= area.right:
            raise ToolError(f"{text!r} lies outside the data at {area}")
        return number - area.left

    rows, columns = [index(each) for each in wish.rows], [index(each) for each in wish.columns]
    pages = [(index(name), name, chosen) for name, chosen in wish.filters]
    axes = [*rows, *columns, *(at for at, *_ in pages)]
    if len(set(axes)) < len(axes):
        raise ToolError("rows, columns, filters: one column can stand in one of them only, once")
    orders = {index(name): order for name, order in wish.orders.items() if name.strip().casefold() in heads}
    for at in axes:
        fields[at] = replace(fields[at], items=_ordered(items_of(fields[at].values), orders.get(at, ())))
    groups = {index(name): periods for name, periods in wish.groups.items()}
    spread = {at: _grouped(fields, at, periods, area, [*rows, *columns]) for at, periods in groups.items()}
    rows, columns = ([each for at in axis for each in spread.get(at, [at])] for axis in (rows, columns))
    data = _data(fields, [(index(each.column), each) for each in wish.values], area)
    shown = [(at, _items(fields[at], name, chosen)) for at, name, chosen in pages]
    hidden = [(index(name), _hidden(fields[index(name)], gone)) for name, gone in wish.hidden.items()]
    hidden = [(at, gone) for at, gone in hidden if at in axes]
    layout = PivotLayout(fields, rows, columns, data, shown, *place, wish.form, hidden)
    if not layout.row_keys:
        raise TargetNotFound("filters: no row of the data is left")
    if len(layout.lines) > _MOST_ROWS or len(layout.heads) > _MOST_COLUMNS:
        size = f"{len(layout.lines)} rows × {len(layout.heads)} columns"
        raise Refused(f"the pivot table would have {size}; put coarser columns in rows and columns")
    return layout


def source_fields(sheet: Sheet, area: Area) -> list[SourceField]:
    """The columns of the source; raises Refused where Excel would: a header is missing."""
    if area.top < 2:
        raise Refused("range: a pivot table needs a row of headers above its data")
    heads = {cell.column: cell.value for cell in sheet.cells(Area(area.top - 1, area.left, area.top - 1, area.right))}
    cells: dict[int, dict[int, tuple[CellValue, int]]] = {at: {} for at in range(area.left, area.right + 1)}
    for cell in sheet.cells(area):
        cells[cell.column][cell.row] = (cell.value, cell.style)
    styles, fields, taken = sheet.book.styles, list[SourceField](), set[str]()
    for column, found in cells.items():
        head = heads.get(column)
        if head is None or not str(head).strip():
            raise Refused(f"{column_letters(column)}{area.top - 1} is empty: every column of a pivot needs a header")
        values = [found[row][0] if row in found else None for row in range(area.top, area.bottom + 1)]
        filled = [style for value, style in found.values() if value is not None]
        numbers = all(isinstance(each, int | float) and not isinstance(each, bool) and each >= 1 for each in values)
        is_date = numbers and bool(filled) and all(styles.is_date(style) for style in filled)
        code = styles.number_format(filled[0]) if filled else "General"
        name = _told_apart(f"{head:.15g}" if isinstance(head, float) else str(head), taken)
        fields.append(SourceField(name, values, code, is_date, sheet.book.is_1904))
    return fields


def _grouped(
    fields: list[SourceField], at: int, periods: Sequence[Period], area: Area, axes: Sequence[int]
) -> list[int]:
    """The fields a column of dates becomes; it must be one, without gaps, in rows or columns."""
    found = fields[at]
    if at not in axes:
        raise ToolError(f"group: {found.name!r} stands neither in rows nor in columns")
    if not found.is_date:
        place = f"{column_letters(area.left + at)}{area.top}:{column_letters(area.left + at)}{area.bottom}"
        raise Refused(f"group: not every cell of {found.name!r} in {place} is a date, and blanks cannot be grouped")
    ordered: list[Period] = [period for period in PERIODS if period in periods]
    taken = {each.name.casefold() for each in fields}
    names = [_told_apart(_NAMES[period], taken) for period in ordered[:-1]]
    return group_dates(fields, at, ordered, names)


def _ordered(items: tuple[CellValue, ...], order: Sequence[CellValue]) -> tuple[CellValue, ...]:
    """Those known before as they stood, new ones behind."""
    if not order:
        return items
    places = {key_of(each): at for at, each in enumerate(order)}
    return tuple(sorted(items, key=lambda each: places.get(key_of(each), len(places))))


def _told_apart(name: str, taken: set[str]) -> str:
    new, number = name, 2
    while new.casefold() in taken:
        new, number = f"{name}{number}", number + 1
    taken.add(new.casefold())
    return new


def _data(fields: Sequence[SourceField], wanted: Sequence[tuple[int, WishedValue]], area: Area) -> list[DataField]:
    taken = {each.name.casefold() for each in fields}
    found: list[DataField] = []
    for at, value in wanted:
        source = fields[at]
        error = next((row for row, each in enumerate(source.stored) if isinstance(each, CellError)), None)
        if error is not None and value.function != "count":
            place = f"{column_letters(area.left + at)}{area.top + error}"
            raise Refused(f"values: {place} holds the error {source.stored[error]}; mend it first, or count instead")
        name = _told_apart(value.caption or f"{value.function.capitalize()} of {source.name}", taken)
        found.append(DataField(at, value.function, name, value.number_format))
    return found


def _items(source: SourceField, name: str, chosen: Sequence[Bound | CellValue] | None) -> frozenset[int] | None:
    if chosen is None:
        return None
    keys = {key_of(each) for each in chosen if not isinstance(each, str)}
    where = Where(column=name, value=[each for each in chosen if isinstance(each, str | int | float | bool)] or [""])
    found = frozenset(
        at for at, each in enumerate(source.items) if key_of(each) in keys or where.holds(each, is_1904=source.is_1904)
    )
    if not found:
        raise TargetNotFound(f"filters: {chosen!r} is no value of {source.name!r}")
    return found


def _hidden(source: SourceField, gone: Sequence[CellValue]) -> frozenset[int]:
    keys = {key_of(each) for each in gone}
    return frozenset(at for at, each in enumerate(source.items) if key_of(each) in keys)


def dress(sheet: Sheet, layout: PivotLayout) -> None:
    """Readers without a pivot engine see the plain cells: headers and totals told apart, numbers as in the source."""
    area, first = layout.area, layout.first_row(layout.area.top)
    start = area.left + layout.label_columns
    change_formats(sheet, Area(area.top, area.left, first - 1, area.right), StyleChange(bold=True))
    under = Area(first - 1, area.left, first - 1, area.right)
    change_formats(sheet, under, StyleChange(bottom=Edge("thin")))
    if layout.form.below:
        total = Area(area.bottom, area.left, area.bottom, area.right)
        change_formats(sheet, total, StyleChange(bold=True, top=Edge("thin")))
    _dress_labels(sheet, layout)
    for level, at in enumerate(layout.columns, area.top + 1):
        look = StyleChange(number_format=layout.fields[at].number_format, horizontal="right")
        change_formats(sheet, Area(level, start, level, area.right), look)
    for right, (_, data) in enumerate(layout.heads, start):
        measured = layout.data[data]
        code = measured.number_format or layout.fields[measured.field].number_format
        if (measured.function == "count" and measured.number_format is None) or code == "General":
            continue
        change_formats(sheet, Area(first, right, area.bottom, right), StyleChange(number_format=code))
    fit_columns(sheet, area.left, area.right)


def _dress_labels(sheet: Sheet, layout: PivotLayout) -> None:
    area, first = layout.area, layout.first_row(layout.area.top)
    for down, line in enumerate(layout.lines, first):
        if line.is_total:
            change_formats(sheet, Area(down, area.left, down, area.right), StyleChange(bold=True))
        if layout.form.is_compact and len(line.key) > 1:
            change_formats(sheet, Area(down, area.left, down, area.left), StyleChange(indent=len(line.key) - 1))
    for right, at in enumerate(layout.rows, area.left):
        code = layout.fields[at].number_format
        if layout.lines and code != "General" and not layout.form.is_compact:
            look = StyleChange(number_format=code, horizontal="left")
            change_formats(sheet, Area(first, right, first + len(layout.lines) - 1, right), look)
