"""Edits of how cells look."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.formatting import change_formats
from skills.spreadsheets.document.number_formats import check_format
from skills.spreadsheets.document.style_change import BorderStyle, Edge, StyleChange
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Color, Range, SheetEdit, scope_of
from skills.spreadsheets.edits.places import find_area

NAMED_FORMATS: Final = {
    "general": "General",
    "number": "#,##0.00",
    "integer": "#,##0",
    "currency": "$#,##0.00",
    "percent": "0%",
    "date": "yyyy-mm-dd",
    "time": "hh:mm",
    "datetime": "yyyy-mm-dd hh:mm",
    "text": "@",
    "scientific": "0.00E+00",
}


_STYLES: Final[dict[str, BorderStyle]] = {
    "thin": "thin",
    "medium": "medium",
    "thick": "thick",
    "double": "double",
    "none": "none",
}
_BORDER: Final = re.compile(rf"(?:{'|'.join(_STYLES)})(?: #?[0-9A-Fa-f]{{6}})?")


def _checked_border(text: str | None) -> str | None:
    if text is not None and not _BORDER.fullmatch(text):
        raise ValueError(f"{text!r} is none of {', '.join(_STYLES)}, nor one of these with a colour, as 'thin 0070C0'")
    return text


class Format(SheetEdit):
    """Change how cells look; what is not given stays."""

    op: Literal["format"]
    range: Range
    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    strike: bool | None = None
    font: Annotated[str | None, Field(min_length=1, max_length=31)] = None
    size: Annotated[float | None, Field(ge=1, le=409, description="points")] = None
    color: Annotated[Color | None, Field(description="of the text, RRGGBB")] = None
    fill: Annotated[Color | Literal["none"] | None, Field(description="background, RRGGBB or none")] = None
    number_format: Annotated[
        str | None,
        Field(description='Excel code ("0.00", "$#,##0.00") or currency, percent, date, integer, text, general'),
    ] = None
    align: Literal["left", "center", "right", "general"] | None = None
    valign: Literal["top", "center", "bottom"] | None = None
    wrap: bool | None = None
    indent: Annotated[int | None, Field(ge=0, le=250)] = None
    border: Annotated[
        str | None,
        AfterValidator(_checked_border),
        Field(description='thin, medium, thick, double or none; coloured: "thin 0070C0"'),
    ] = None
    sides: Annotated[Literal["all", "outline", "top", "bottom"], Field(description="which sides `border` is for")] = (
        "all"
    )

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return scope_of(sheet, find_area(sheet, self.range), kinds=frozenset({"format"}))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        area = find_area(sheet, self.range)
        change = self._change()
        if change == StyleChange() and self.border is None:
            raise ToolError("format: say what to change: bold, fill, number_format …")
        if change != StyleChange():
            change_formats(sheet, area, change)
        if self.border is not None:
            for part, sides in _bordered(area, self.sides, _edge(self.border)):
                change_formats(sheet, part, sides)

    def _change(self) -> StyleChange:
        return StyleChange(
            number_format=None if self.number_format is None else _format_code(self.number_format),
            bold=self.bold,
            italic=self.italic,
            underline=self.underline,
            strike=self.strike,
            size=self.size,
            font=self.font,
            color=_rgb(self.color),
            fill="" if self.fill == "none" else _rgb(self.fill),
            horizontal=self.align,
            vertical=self.valign,
            wrap=self.wrap,
            indent=self.indent,
        )


def _edge(border: str) -> Edge:
    style, _, color = border.partition(" ")
    return Edge(_STYLES[style], _rgb(color or None))


def _rgb(color: str | None) -> str | None:
    return None if color is None else color.removeprefix("#").upper()


def _format_code(text: str) -> str:
    code = NAMED_FORMATS.get(text.strip().casefold(), text)
    check_format(code)
    return code


def _bordered(area: Area, sides: str, edge: Edge) -> list[tuple[Area, StyleChange]]:
    """Which cells get which sides."""
    top = Area(area.top, area.left, area.top, area.right)
    bottom = Area(area.bottom, area.left, area.bottom, area.right)
    match sides:
        case "all":
            return [(area, StyleChange(top=edge, bottom=edge, left=edge, right=edge))]
        case "top":
            return [(top, StyleChange(top=edge))]
        case "bottom":
            return [(bottom, StyleChange(bottom=edge))]
        case _:
            return [
                (top, StyleChange(top=edge)),
                (bottom, StyleChange(bottom=edge)),
                (Area(area.top, area.left, area.bottom, area.left), StyleChange(left=edge)),
                (Area(area.top, area.right, area.bottom, area.right), StyleChange(right=edge)),
            ]
