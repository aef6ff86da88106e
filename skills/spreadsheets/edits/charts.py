"""Edits of charts: made, changed, taken away."""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import Annotated, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import TargetNotFound, ToolError
from copilot_server.office import xml
from skills.spreadsheets.document.addresses import MAX_COLUMN, MAX_ROW, Area, parse_cell
from skills.spreadsheets.document.charts import changing
from skills.spreadsheets.document.charts.building import build_chart
from skills.spreadsheets.document.charts.drawing import Placed, charts_of, delete_chart, move_chart, put_chart
from skills.spreadsheets.document.charts.reading import read_chart
from skills.spreadsheets.document.charts.spec import ROUND, Chart, Kind, Legend, Series, Source, Stacking
from skills.spreadsheets.document.number_formats import check_format
from skills.spreadsheets.document.references.sheet_names import split_location
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Color, Range, SheetEdit, scope_of
from skills.spreadsheets.edits.format import NAMED_FORMATS
from skills.spreadsheets.edits.marginalia import with_parts
from skills.spreadsheets.edits.places import find_area, main_block

_COLUMNS, _ROWS = 8, 15  # the size of a new chart, in cells
_MOST_SERIES: Final = 20


class SeriesOf(BaseModel):
    """One series of a chart."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    values: Annotated[str, Field(description="range or column header, without the header cell")]
    name: Annotated[str | None, Field(description='text, or a cell ("=B1"); default: the cell above')] = None
    kind: Annotated[Kind | None, Field(description="where it is not the chart's own: a combination")] = None
    secondary: Annotated[bool, Field(description="on an axis of its own at the right")] = False
    color: Color | None = None


class _Charting(SheetEdit):
    """What makes and changes charts share."""

    data: Annotated[
        Range | None, Field(description="headers, categories first, then series; may name another sheet")
    ] = None
    categories: Annotated[str | None, Field(description="range or header, where `series` is given")] = None
    series: Annotated[
        list[SeriesOf] | None, Field(max_length=_MOST_SERIES, description="instead of all columns of `data`")
    ] = None
    by_rows: Annotated[bool, Field(description="each row of `data` is a series")] = False
    stacking: Stacking | None = None
    title: Annotated[str | None, Field(description='"" for none')] = None
    x_title: Annotated[str | None, Field(description="of the category axis")] = None
    y_title: Annotated[str | None, Field(description="of the value axis")] = None
    number_format: Annotated[str | None, Field(description="of values and labels, as in `format`")] = None
    labels: Annotated[bool | None, Field(description="values at the points, shares in pies")] = None
    legend: Legend | None = None
    y_min: Annotated[float | None, Field(description="where the value axis begins")] = None
    y_max: Annotated[float | None, Field(description="and ends")] = None

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        scope = scope_of(sheet, kinds=frozenset({"chart", "drawing", "part"}))
        return with_parts(sheet, scope, "drawings/*", "charts/*", "drawings/_rels/*", "charts/_rels/*", "embeddings/*")

    def _format(self) -> str | None:
        if self.number_format is None:
            return None
        code = NAMED_FORMATS.get(self.number_format.casefold(), self.number_format)
        check_format(code)
        return code

    def _sources(self, sheet: Sheet, kind: Kind) -> tuple[Series, ...]:
        if self.series:
            return tuple(self._named(sheet, each) for each in self.series)
        found = _of_block(*_place(sheet, self.data), kind, by_rows=self.by_rows)
        if not found:
            raise ToolError("data: holds no columns of numbers to draw; give headers and numbers, or name the `series`")
        if len(found) > _MOST_SERIES:
            raise ToolError(f"data: {len(found)} series are more than a chart shows well; choose `series`")
        return found

    def _named(self, sheet: Sheet, wanted: SeriesOf) -> Series:
        owner, area = _place(sheet, wanted.values)
        categories = None if self.categories is None else Source(*_named_place(sheet, self.categories))
        name: Source | str | None = wanted.name
        if wanted.name is None and area.top > 1 and area.columns == 1:
            name = Source(owner.name, Area.cell(area.top - 1, area.left))
        elif wanted.name is not None and wanted.name.startswith("="):
            name = Source(*_named_place(sheet, wanted.name[1:]))
        color = None if wanted.color is None else wanted.color.removeprefix("#").upper()
        return Series(Source(owner.name, area), categories, name, wanted.kind, wanted.secondary, color)


class MakeChart(_Charting):
    """Make a native chart that follows its cells."""

    is_rare: ClassVar[bool] = True
    op: Literal["make_chart"]
    kind: Kind = "column"
    y2_title: Annotated[str | None, Field(description="of the axis at the right")] = None
    at: Annotated[str | None, Field(description='"H2" or "H2:O18"; default: right of the data')] = None

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        chart = Chart(
            kind=self.kind,
            series=self._sources(sheet, self.kind),
            stacking=self.stacking or "none",
            title=self.title or None,
            x_title=self.x_title or None,
            y_title=self.y_title or None,
            y2_title=self.y2_title or None,
            number_format=self._format(),
            has_labels=bool(self.labels),
            legend=self.legend,
            value_range=(self.y_min, self.y_max),
        )
        if self.kind in ROUND and len(chart.series) > 1 and self.kind == "pie":
            raise ToolError("kind: a pie shows one series; choose it by `series`, or take a doughnut or column chart")
        put_chart(sheet, build_chart(document, chart), self._area(sheet), self.title or "")

    def _area(self, sheet: Sheet) -> Area:
        if self.at is None:
            used = sheet.used
            return _sized(used.top if used else 1, (used.right if used else 0) + 2)
        return _target(self.at)


class ChangeChart(_Charting):
    """Change a chart: titles, kind, source, labels, colours, place; or delete it."""

    is_rare: ClassVar[bool] = True
    op: Literal["change_chart"]
    chart: Annotated[int | str, Field(description="its number on the sheet, as `read` counts them, or its title")] = 1
    kind: Kind | None = None
    colors: Annotated[list[Color] | None, Field(description="of the series in order")] = None
    to: Annotated[str | None, Field(description='new place: "H2" or "H2:O18"')] = None
    delete: Annotated[bool, Field(description="take the chart away")] = False

    def loss(self, document: Workbook) -> str | None:
        return "a chart" if self.delete else super().loss(document)

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        chart = self._chart(sheet)
        if self.delete:
            delete_chart(sheet, chart)
            return
        combines = any(each.kind is not None or each.secondary for each in self.series or ())
        if self.kind is not None or self.stacking is not None or combines:
            self._rebuild(document, sheet, chart)
        elif self.data is not None or self.series:
            self._resource(document, sheet, chart)
        self._restyle(document, chart)
        if self.to is not None:
            move_chart(sheet, chart, _target(self.to, like=chart.area))

    def _chart(self, sheet: Sheet) -> Placed:
        found = charts_of(sheet)
        titles: list[str] = []
        for each in found:
            read = read_chart(sheet.book.package.xml(each.part))
            titles.append(f"{each.number} {(read.title if read else None) or each.name!r}")
            if str(self.chart) == str(each.number) or (
                read and (read.title or "").casefold() == str(self.chart).casefold()
            ):
                return each
        raise TargetNotFound(
            f"chart: no chart {self.chart!r} on sheet {sheet.name!r}; there are {', '.join(titles) or 'none'}"
        )

    def _rebuild(self, book: Workbook, sheet: Sheet, placed: Placed) -> None:
        """Another kind of chart is drawn anew, from what the old one said."""
        old = read_chart(book.package.xml(placed.part))
        if old is None:
            raise ToolError("chart: is of a kind not read here; make a new one and delete it")
        kind = self.kind or old.kind
        if self.data is not None or self.series:
            colors = [each.color for each in old.series]
            found = self._sources(sheet, kind)
            series = tuple(
                replace(each, color=each.color or color) for each, color in zip_longest(found, colors) if each
            )
        else:
            series = tuple(replace(each, kind=None if self.kind else each.kind) for each in old.series)
        new = Chart(
            kind=kind,
            series=series[:1] if kind == "pie" else series,
            stacking=self.stacking or (old.stacking if self.kind is None else "none"),
            title=old.title,
            x_title=old.x_title,
            y_title=old.y_title,
            y2_title=old.y2_title,
            number_format=self._format() or old.number_format,
            has_labels=old.has_labels,
            legend=old.legend,
            value_range=old.value_range,
        )
        book.package.write(placed.part, build_chart(book, new))

    def _resource(self, book: Workbook, sheet: Sheet, placed: Placed) -> None:
        old = read_chart(book.package.xml(placed.part))
        kind: Kind = "scatter" if old is not None and old.kind == "scatter" else "column"
        series = self._sources(sheet, kind)
        fresh = build_chart(book, Chart(kind, series))
        root = book.package.edit_xml(placed.part)
        changing.set_sources(root, series, fresh)
        changing.set_colors(root, [each.color for each in series])

    def _restyle(self, book: Workbook, placed: Placed) -> None:
        root = book.package.edit_xml(placed.part)
        if self.title is not None:
            changing.set_title(root, self.title)
        for text, is_across in ((self.x_title, True), (self.y_title, False)):
            if text is not None:
                changing.set_axis_title(root, text, is_across=is_across)
        if self.legend is not None:
            changing.set_legend(root, self.legend)
        if self.labels is not None:
            changing.set_labels(root, are_shown=self.labels)
        if (code := self._format()) is not None:
            changing.set_number_format(root, code)
        if self.y_min is not None or self.y_max is not None:
            changing.set_value_range(root, self.y_min, self.y_max)
        if self.colors:
            changing.set_colors(root, [color.removeprefix("#").upper() for color in self.colors])
        _ = xml.serialize(root)


def _sized(top: int, left: int, like: Area | None = None) -> Area:
    rows, columns = (_ROWS, _COLUMNS) if like is None or like.is_cell else (like.rows, like.columns)
    if top + rows > MAX_ROW or left + columns > MAX_COLUMN:
        raise ToolError("at: the chart would reach beyond the sheet")
    return Area(top, left, top + rows - 1, left + columns - 1)


def _target(text: str, like: Area | None = None) -> Area:
    place = parse_cell(text)
    if place is not None:
        return _sized(*place, like)
    area = Area.find(text)
    if area is None or area.is_whole_columns or area.is_whole_rows:
        raise ToolError(f'at: must be a cell like "H2" or a range like "H2:O18", not {text!r}')
    return area


def _place(sheet: Sheet, text: str | None) -> tuple[Sheet, Area]:
    """A range, perhaps of another sheet, or a table's name; the sheet's data for None."""
    book = sheet.book
    if text is None:
        block = main_block(sheet)
        top = block.headers[-1] if block.headers else block.data.top
        return sheet, Area(top, block.area.left, block.data.bottom, block.area.right)
    for each in book.sheets:
        for table in each.tables:
            if table.name.casefold() == text.casefold():
                return each, Area(
                    table.area.top, table.area.left, table.area.bottom - table.totals_rows, table.area.right
                )
    owner, place = split_location(text)
    found = sheet if owner is None else book.sheet(owner)
    area = find_area(found, place)
    used = found.used
    return found, area.intersection(used) or area if used is not None else area


def _named_place(sheet: Sheet, text: str) -> tuple[str, Area]:
    owner, area = _place(sheet, text)
    return owner.name, area


def _of_block(owner: Sheet, area: Area, kind: Kind, *, by_rows: bool) -> tuple[Series, ...]:
    """Series out of a block: its first row names them, its first column holds the categories, where they look so."""
    cells = {(cell.row, cell.column): cell for cell in owner.cells(area) if not cell.is_blank}
    if by_rows:
        lines, length = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
    else:
        lines, length = range(area.left, area.right + 1), range(area.top, area.bottom + 1)

    def at(line: int, along: int) -> tuple[int, int]:
        return (line, along) if by_rows else (along, line)

    def is_label(place: tuple[int, int]) -> bool:
        cell = cells.get(place)
        return cell is None or isinstance(cell.value, str) or owner.book.styles.is_date(cell.style)

    has_names = all(is_label(at(line, length[0])) for line in lines[1:]) and len(length) > 1
    first = length[1] if has_names else length[0]
    inner = [at(lines[0], along) for along in range(first, length[-1] + 1)]
    is_year = has_names and all(_is_year(cells[place].value) for place in inner if place in cells)
    has_categories = len(lines) > 1 and (kind == "scatter" or is_year or all(map(is_label, inner)))

    def source(line: int) -> Source:
        start, end = at(line, first), at(line, length[-1])
        return Source(owner.name, Area(*start, *end))

    categories = source(lines[0]) if has_categories else None
    return tuple(
        Series(source(line), categories, Source(owner.name, Area.cell(*at(line, length[0]))) if has_names else None)
        for line in lines[int(has_categories) :]
        if any(
            isinstance(cells[place].value, int | float)
            for along in range(first, length[-1] + 1)
            if (place := at(line, along)) in cells
        )
    )


def _is_year(value: object) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and 1900 <= value <= 2200 and value == int(value)
    )
