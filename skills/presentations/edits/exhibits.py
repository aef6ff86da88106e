"""Edits of tables, charts and pictures."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import Refused
from copilot_server.office.xml import Element
from skills.presentations.design.filling import describe
from skills.presentations.design.free import free_area
from skills.presentations.design.tabling import add_table
from skills.presentations.document import chart_looks, charting, tables
from skills.presentations.document.building import fill
from skills.presentations.document.chart_data import Series
from skills.presentations.document.deck import Deck
from skills.presentations.document.markup import child, children, number
from skills.presentations.document.pictures import add_picture, replace_picture
from skills.presentations.document.shapes import Box, Shape
from skills.presentations.document.slide import Slide
from skills.presentations.edits.add import Chart, ChartSeries, attached_picture, category_names
from skills.presentations.edits.base import (
    CHART_PARTS,
    CONTENT_TYPES,
    MEDIA_PARTS,
    DeckEdit,
    ShapeRef,
    SlideRef,
    slide_scope,
)
from skills.presentations.edits.format import Color
from skills.presentations.edits.shapes import EMU

Inch = float


class Place(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    x: Inch
    y: Inch
    width: Inch
    height: Inch

    def box(self) -> Box:
        return Box(*(round(value * EMU) for value in (self.x, self.y, self.width, self.height)))


class AddExhibit(DeckEdit):
    """Put a table, chart or attached picture on a slide; without `at` it fills free room."""

    op: Literal["add_exhibit"]
    slide: SlideRef
    table: Annotated[list[list[str | float]], Field(description="rows, the header first")] = Field(default_factory=list)
    chart: Chart | None = None
    picture: Annotated[str, Field(description="an attached file")] = ""
    alt: str = ""
    at: Annotated[Place | None, Field(description="inches")] = None

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(
            slide, [f"{slide.anchor}/{slide.free_shape_id}"], [*CHART_PARTS, *MEDIA_PARTS, CONTENT_TYPES]
        )

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        box = self.at.box() if self.at else free_area(slide)
        if self.chart is not None:
            describe(
                charting.add_chart(slide, "Chart", box, self.chart.data()), self.alt or self.chart.title or "Chart"
            )
        elif self.table:
            add_table(
                slide, box, [[word if isinstance(word, str) else f"{word:,.10g}" for word in row] for row in self.table]
            )
        elif self.picture:
            picture = attached_picture(document, self.picture, self.alt)
            add_picture(slide, picture.data, picture.suffix, box, picture.alt)
        else:
            raise Refused("add_exhibit needs a table, a chart or a picture")


class Cell(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    row: Annotated[int, Field(ge=1, description="1 = first, the header included")]
    column: Annotated[int, Field(ge=1)]
    text: str | None = None
    fill: Color | None = None


class EditTable(DeckEdit):
    """Change a table: cells, then rows and columns, in the table's own style."""

    is_rare: ClassVar[bool] = True
    op: Literal["edit_table"]
    slide: SlideRef
    shape: ShapeRef = "table"
    cells: list[Cell] = Field(default_factory=list)
    add_rows: list[list[str]] = Field(default_factory=list)
    rows_before: Annotated[int | None, Field(description="row the new rows come before; none: at the end")] = None
    delete_rows: list[int] = Field(default_factory=list)
    add_column: Annotated[list[str], Field(description="texts, the header first")] = Field(default_factory=list)
    column_before: int | None = None
    delete_column: int | None = None
    widths: Annotated[list[float], Field(description="of all columns, in inches")] = Field(default_factory=list)

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(slide, [slide.shape(self.shape).anchor])

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        shape = slide.shape(self.shape)
        table = shape.table
        if table is None:
            raise Refused(f"shape {self.shape!r} on slide {slide.number} is no table")
        if tables.merged(table) and (self.add_rows or self.delete_rows or self.add_column or self.delete_column):
            raise Refused("this table has merged cells; its rows and columns cannot be changed here, its cells can")
        for cell in self.cells:
            if cell.text is not None:
                tables.set_cell(table, cell.row, cell.column, cell.text)
            if cell.fill is not None:
                tables.shade(tables.cell(table, cell.row, cell.column), fill(cell.fill))
        for row in sorted(self.delete_rows, reverse=True):
            tables.delete_rows(table, row, 1)
        if self.add_rows:
            tables.insert_rows(table, self.rows_before or len(children(table, "a:tr")) + 1, self.add_rows)
        if self.delete_column:
            tables.delete_column(table, self.delete_column)
        if self.add_column:
            width = len(children(child(table, "a:tblGrid"), "a:gridCol"))
            tables.insert_column(table, self.column_before or width + 1, self.add_column)
        if self.widths:
            tables.set_widths(table, [round(width * EMU) for width in self.widths])
        _set_size(shape, table)

    def loss(self, document: Deck) -> str | None:
        rows = f"rows {self.delete_rows}" if self.delete_rows else ""
        column = f"column {self.delete_column}" if self.delete_column else ""
        lost = " and ".join(part for part in (rows, column) if part)
        return f"{lost} of the table on slide {document.slide(self.slide).number}" if lost else None


class SetChartData(DeckEdit):
    """Replace a chart's data, its formatting kept; its workbook follows."""

    is_rare: ClassVar[bool] = True
    op: Literal["set_chart_data"]
    slide: SlideRef
    shape: ShapeRef = "chart"
    categories: list[str | float]
    series: Annotated[list[ChartSeries], Field(min_length=1)]

    def scope(self, document: Deck) -> Scope:
        return chart_scope(document.slide(self.slide), self.shape)

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        names = category_names(self.categories)
        for each in self.series:
            if len(each.values) != len(names):
                raise Refused(f"series {each.name!r} has {len(each.values)} values for {len(names)} categories")
        charting.replace_data(
            slide, slide.shape(self.shape), names, [Series(each.name, each.values) for each in self.series]
        )


class StyleChart(DeckEdit):
    """Set a chart's title, value labels, legend, colours or the range of its value axis."""

    is_rare: ClassVar[bool] = True
    op: Literal["style_chart"]
    slide: SlideRef
    shape: ShapeRef = "chart"
    title: Annotated[str | None, Field(description='"" takes it off')] = None
    labels: Annotated[bool | None, Field(description="values at the points")] = None
    number_format: str | None = None
    legend: Literal["right", "left", "top", "bottom", "none"] | None = None
    colors: Annotated[
        dict[str, Color], Field(description="colour by name of a series (of a category where there is one series)")
    ] = Field(default_factory=dict)
    low: Annotated[float | None, Field(description="where the value axis begins")] = None
    high: float | None = None

    def scope(self, document: Deck) -> Scope:
        return chart_scope(document.slide(self.slide), self.shape)

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        part = slide.shape(self.shape).chart_part
        if part is None:
            raise Refused(f"shape {self.shape!r} on slide {slide.number} is no chart")
        root = document.parts.edit(part)
        if self.title is not None:
            chart_looks.set_title(root, self.title)
        if self.labels is not None:
            chart_looks.set_labels(root, shown=self.labels, number_format=self.number_format)
        if self.legend is not None:
            chart_looks.set_legend(root, "" if self.legend == "none" else self.legend[0])
        for name, color in self.colors.items():
            chart_looks.set_color(root, name, color)
        chart_looks.set_range(root, self.low, self.high)


class ReplacePicture(DeckEdit):
    """Show another attached picture in the same frame, cropped to fill it."""

    is_rare: ClassVar[bool] = True
    op: Literal["replace_picture"]
    slide: SlideRef
    shape: ShapeRef = "picture"
    picture: Annotated[str, Field(description="an attached file")]
    alt: str = ""

    def scope(self, document: Deck) -> Scope:
        slide = document.slide(self.slide)
        return slide_scope(slide, [slide.shape(self.shape).anchor], [*MEDIA_PARTS, CONTENT_TYPES])

    def apply(self, document: Deck) -> None:
        slide = document.slide(self.slide)
        slide.edit()
        shape = slide.shape(self.shape)
        picture = attached_picture(document, self.picture, self.alt)
        replace_picture(slide, shape, picture.data, picture.suffix)
        describe(shape, picture.alt)


def chart_scope(slide: Slide, reference: str) -> Scope:
    """The chart's shape, its part and its workbook."""
    return slide_scope(slide, [slide.shape(reference).anchor], [*CHART_PARTS, CONTENT_TYPES])


def _set_size(shape: Shape, table: Element) -> None:
    """The frame is as wide as its columns and as high as its rows."""
    extent = child(shape.element, "p:xfrm/a:ext")
    if extent is not None:
        extent.set("cx", str(sum(tables.widths(table))))
        extent.set("cy", str(sum(number(row, "h") for row in children(table, "a:tr"))))
