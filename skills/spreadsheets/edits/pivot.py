"""The edits that make a pivot table, and make another of one that is there."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused, TargetNotFound, ToolError
from skills.spreadsheets.calculation.settle import settle
from skills.spreadsheets.document.addresses import Area, parse_cell, quoted_sheet
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.guards import pivot_areas
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.pivots.fields import Period
from skills.spreadsheets.document.pivots.layout import PivotForm, PivotLayout
from skills.spreadsheets.document.pivots.looks import Meaning, meanings
from skills.spreadsheets.document.pivots.plan import PivotPlan, has_chart, plans, read_plan
from skills.spreadsheets.document.pivots.writing import PivotSource, put_pivot, replace_pivot
from skills.spreadsheets.document.references.sheet_names import split_location
from skills.spreadsheets.document.references.sheets import add_sheet
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.style_change import StyleChange
from skills.spreadsheets.document.values import typed
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, bookkeeping
from skills.spreadsheets.edits.conditions import Bound
from skills.spreadsheets.edits.pivot_layout import Wish, WishedValue, dress, layout_of
from skills.spreadsheets.edits.rows import data_area
from skills.spreadsheets.edits.summary import Measures, as_items

_KINDS: Final = frozenset({"pivot", "cell", "cells", "format", "columns resized", "sheet added", "part"})
_PERIODS: Final[dict[str, Period]] = {"year": "years", "quarter": "quarters", "month": "months"}


def _as_list(sent: Any) -> Any:
    return sent if isinstance(sent, list) else [sent]


class Shown(BaseModel):
    """A column people choose items of, above the table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Annotated[str, Field(description="header or letter")]
    show: Annotated[Bound | list[Bound] | None, Field(description="only these values; default: all")] = None


class Grouped(BaseModel):
    """Dates of a column of rows or columns put together."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Annotated[str, Field(description="header or letter")]
    by: Annotated[list[Literal["year", "quarter", "month"]], BeforeValidator(_as_list), Field(min_length=1)]


Columns = Annotated[list[str], BeforeValidator(_as_list)]


class Pivot(SheetEdit):
    """Make a real pivot table over the data, on a sheet of its own unless placed; Excel refreshes it on opening."""

    is_rare: ClassVar[bool] = True
    op: Literal["pivot"]
    rows: Annotated[Columns, Field(min_length=1, max_length=4, description="headers or letters")]
    columns: Annotated[Columns | None, Field(max_length=2, description="what goes across")] = None
    values: Annotated[Measures, Field(description="what is worked out")]
    filters: Annotated[list[Shown] | None, BeforeValidator(as_items), Field(max_length=5)] = None
    group: Annotated[list[Grouped] | None, BeforeValidator(_as_list), Field(description="dates by period")] = None
    subtotals: Annotated[bool, Field(description="below every group of rows")] = False
    range: Annotated[Range | None, Field(description="default: the sheet's data")] = None
    to_sheet: Annotated[str, Field(min_length=1, max_length=31, description="new, or one with room at `at`")] = "Pivot"
    at: Annotated[str, Field(description="first cell")] = "A1"
    name: Annotated[str | None, Field(min_length=1, max_length=255)] = None

    def scope(self, document: Workbook) -> Scope:
        folder = posixpath.dirname(document.main)
        places = {f"{quoted_sheet(self.to_sheet)}!*", *(f"sheet:{each.name}" for each in document.sheets)}
        made = ("pivotTables/*", "pivotCache/*", "worksheets/*", "_rels/*")
        parts = {posixpath.join(folder, each) for each in made} | {"docProps/app.xml"}
        return Scope(frozenset({*places, f"sheet:{self.to_sheet}"}), bookkeeping(document) | parts, _KINDS)

    def apply(self, document: Workbook) -> None:
        settle(document, document)  # the table shows results, so they must be there
        source = self.sheet_in(document)
        area = data_area(source, self.range)
        place = parse_cell(self.at)
        if place is None:
            raise ToolError(f'at: must be a cell like "A3", not {self.at!r}')
        layout = layout_of(source, area, self._wish(), place)
        held = PivotSource(source.name, Area(area.top - 1, area.left, area.bottom, area.right), _table_of(source, area))
        sheet = self._target(document, layout.whole)
        enter(sheet, layout.cells())
        sheet = document.sheet(sheet.name)
        dress(sheet, layout)
        put_pivot(sheet, layout, held, self._free_name(document))

    def _target(self, book: Workbook, area: Area) -> Sheet:
        if all(each.name.casefold() != self.to_sheet.casefold() for each in book.sheets):
            return book.sheet(add_sheet(book, self.to_sheet, None))
        sheet = book.sheet(self.to_sheet)
        taken = next((cell.name for cell in sheet.cells(area) if not cell.is_blank), None)
        if taken is not None:
            raise Refused(f"the pivot table would cover {area} of sheet {sheet.name!r}, where {taken} is not empty")
        for other, name in pivot_areas(sheet):
            if other.intersects(area):
                raise Refused(f"the pivot table would overlap {name!r} in {other} of sheet {sheet.name!r}")
        return sheet

    def _free_name(self, book: Workbook) -> str:
        taken = {name.casefold() for each in book.sheets if each.is_worksheet for _, name in pivot_areas(each)}
        if self.name is not None:
            if self.name.casefold() in taken:
                raise Refused(f"name: there is a pivot table {self.name!r} already")
            return self.name
        number = 1
        while f"pivottable{number}" in taken:
            number += 1
        return f"PivotTable{number}"

    def _wish(self) -> Wish:
        return Wish(
            self.rows,
            self.columns or (),
            [WishedValue(each.column, each.function) for each in self.values],
            _chosen(self.filters),
            _periods(self.group),
            form=PivotForm(has_subtotals=self.subtotals),
        )


class ChangePivot(SheetEdit):
    """Change a pivot table, anyone's: what is given takes the place of what was, the rest stays; it is redrawn."""

    is_rare: ClassVar[bool] = True
    op: Literal["change_pivot"]
    name: Annotated[str | None, Field(description="default: the only one of `sheet`, where it stands")] = None
    rows: Annotated[Columns | None, Field(min_length=1, max_length=4, description="headers of the source")] = None
    columns: Annotated[Columns | None, Field(max_length=2, description="[] for none")] = None
    values: Annotated[Measures | None, Field(description="all of them, also those that stay")] = None
    filters: Annotated[list[Shown] | None, BeforeValidator(as_items), Field(max_length=5)] = None
    group: Annotated[list[Grouped] | None, BeforeValidator(_as_list), Field(description="dates; [] for none")] = None
    subtotals: Annotated[bool | None, Field(description="of every group of rows")] = None
    source: Annotated[str | None, Field(description='with its headers, "Sales!A1:F90", or a table')] = None
    title: Annotated[str | None, Field(min_length=1, max_length=255, description="new name")] = None

    def scope(self, document: Workbook) -> Scope:
        sheet, plan = self._plan(document)
        made = ("pivotTables/*", "pivotCache/*", "worksheets/*", "_rels/*")
        folder = posixpath.dirname(document.main)
        held = set(document.package.related(plan.part, "pivotCacheDefinition"))
        held |= {part for cache in held for part in document.package.related(cache, "pivotCacheRecords")}
        parts = {posixpath.join(folder, each) for each in made} | held | {plan.part}
        return Scope(frozenset({f"{quoted_sheet(sheet.name)}!*"}), bookkeeping(document) | parts, _KINDS)

    def apply(self, document: Workbook) -> None:
        settle(document, document)
        sheet, plan = self._plan(document)
        if self.title is not None and self.title != plan.name and has_chart(sheet, plan.name):
            raise Refused(f"title: a pivot chart shows {plan.name!r} under its name; rename it in Excel")
        source, area = self._source(document, plan)
        layout = layout_of(source, area, self._wish(plan), (plan.whole.top, plan.whole.left))
        held = PivotSource(source.name, Area(area.top - 1, area.left, area.bottom, area.right), _table_of(source, area))
        _check_room(sheet, layout.whole, plan)
        looks = self._looks(document, sheet, plan)
        _wipe(sheet, plan.whole)
        replace_pivot(sheet, plan.part, layout, held, self.title or plan.name)
        sheet = document.sheet(sheet.name)
        _draw(sheet, layout)
        for place, meaning in meanings(layout).items():
            if (style := looks.get(meaning)) is not None:
                sheet.patches.add(*place, CellPatch(restyles=(StyleChange(base=style),)))

    def _looks(self, book: Workbook, sheet: Sheet, plan: PivotPlan) -> dict[Meaning, int]:
        """Of cells that were given any, by what they are of; none where the source says something else by now."""
        as_it_was = ChangePivot(op="change_pivot")
        try:
            source, area = as_it_was._source(book, plan)
            layout = layout_of(source, area, as_it_was._wish(plan), (plan.whole.top, plan.whole.left))
        except ToolError:
            return {}
        if layout.area != plan.area:
            return {}
        plain = sheet.book.styles.format(0)
        cells = {(cell.row, cell.column): cell.style for cell in sheet.cells(plan.whole)}
        return {
            meaning: cells[place]
            for place, meaning in meanings(layout).items()
            if place in cells and sheet.book.styles.format(cells[place]) != plain
        }

    def _plan(self, book: Workbook) -> tuple[Sheet, PivotPlan]:
        sheets = [each for each in book.sheets if each.is_worksheet] if self.sheet is None else [self.sheet_in(book)]
        found = [(sheet, name, part) for sheet in sheets for name, part in plans(sheet)]
        known = ", ".join(f"{name!r} on {sheet.name!r}" for sheet, name, _ in found) or "none"
        if self.name is not None:
            found = [each for each in found if each[1].casefold() == self.name.casefold()]
        if len(found) != 1:
            raise TargetNotFound(f"name: say which pivot table is meant; there are {known}")
        sheet, _, part = found[0]
        return sheet, read_plan(sheet, part)

    def _source(self, book: Workbook, plan: PivotPlan) -> tuple[Sheet, Area]:
        """The sheet and the data below the headers."""
        sheet, text = split_location(self.source) if self.source is not None else plan.source
        table = next(
            (each for one in book.sheets for each in one.tables if each.name.casefold() == text.casefold()), None
        )
        if sheet is None and table is not None and table.data is not None:
            return next(one for one in book.sheets if table in one.tables), table.data
        area = Area.find(text)
        if area is None or area.top == area.bottom:
            raise Refused(f'source: {text!r} is neither cells with headers, like "Sales!A1:F90", nor a table')
        held = book.sheet(sheet or plan.source[0] or "")
        used = held.used or area
        area = area.intersection(used) or area
        return held, Area(area.top + 1, area.left, area.bottom, area.right)

    def _wish(self, plan: PivotPlan) -> Wish:
        values = [WishedValue(each.column, each.function, each.caption, each.number_format) for each in plan.values]
        if self.values is not None:
            known = {(each.column.casefold(), each.function): each for each in values}
            wanted = [WishedValue(each.column, each.function) for each in self.values]
            values = [known.get((each.column.casefold(), each.function), each) for each in wanted]
        rows = self.rows if self.rows is not None else plan.rows
        if not values:
            raise Refused(f"pivot table {plan.name!r} works nothing out, as one must here; give `values`")
        if not rows:
            raise Refused(f"pivot table {plan.name!r} has nothing in its rows, as one must have here; give `rows`")
        columns = self.columns if self.columns is not None else plan.columns
        placed = {each.casefold() for each in (*rows, *columns)}
        filters = _chosen(self.filters) if self.filters is not None else plan.filters
        moved = [each for each in filters if self.filters is not None or each[0].casefold() not in placed]
        groups = {name: periods for name, periods in plan.groups.items() if name.casefold() in placed}
        has = plan.form.has_subtotals if self.subtotals is None else self.subtotals
        return Wish(
            rows,
            columns,
            values,
            moved,
            groups if self.group is None else _periods(self.group),
            plan.hidden,
            plan.orders,
            replace(plan.form, has_subtotals=has),
        )


def _chosen(filters: list[Shown] | None) -> list[tuple[str, list[Bound] | None]]:
    return [
        (each.column, each.show if isinstance(each.show, list) or each.show is None else [each.show])
        for each in filters or ()
    ]


def _periods(groups: list[Grouped] | None) -> dict[str, list[Period]]:
    return {each.column: [_PERIODS[period] for period in each.by] for each in groups or ()}


def _check_room(sheet: Sheet, area: Area, plan: PivotPlan) -> None:
    """Raises Refused where the pivot table would grow over something else."""
    taken = next(
        (
            cell.name
            for cell in sheet.cells(area)
            if not cell.is_blank and not plan.whole.contains(cell.row, cell.column)
        ),
        None,
    )
    if taken is not None:
        raise Refused(f"the pivot table would grow to {area} of sheet {sheet.name!r}, where {taken} is not empty")
    for other, name in pivot_areas(sheet):
        if name != plan.name and other.intersects(area):
            raise Refused(f"the pivot table would grow over {name!r} in {other} of sheet {sheet.name!r}")


def _wipe(sheet: Sheet, area: Area) -> None:
    """The cells it stood in, which are its own to write."""
    for cell in sheet.cells(area):
        style = StyleChange(base=sheet.inherited_style(cell.row, cell.column))
        sheet.patches.add(cell.row, cell.column, CellPatch(Content(), (style,)))
    sheet.book.stale.add_area(sheet.part, area)
    sheet.book.flush()


def _draw(sheet: Sheet, layout: PivotLayout) -> None:
    """Over its own area, which nothing else may write into."""
    for (row, column), value in layout.cells().items():
        constant = typed(value, is_1904=sheet.book.is_1904)
        looks = () if constant.look is None else (constant.look,)
        sheet.patches.add(row, column, CellPatch(constant.content, looks))
    sheet.book.stale.add_area(sheet.part, layout.whole)
    dress(sheet, layout)


def _table_of(sheet: Sheet, area: Area) -> str | None:
    return next((table.name for table in sheet.tables if table.data == area and table.header_rows == 1), None)
