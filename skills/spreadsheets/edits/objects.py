"""Edits that bring things in: sparklines, pictures, data of other files."""

from __future__ import annotations

import hashlib
import io
import json
import posixpath
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import FileError, Refused, TargetNotFound, ToolError
from skills.spreadsheets.document.addresses import Area, parse_cell
from skills.spreadsheets.document.charts.drawing import put_picture
from skills.spreadsheets.document.columns import column_spans
from skills.spreadsheets.document.delimited_book import SUFFIXES, load
from skills.spreadsheets.document.entry import enter
from skills.spreadsheets.document.near import nearest
from skills.spreadsheets.document.number_formats import GENERAL
from skills.spreadsheets.document.patches import CellPatch, Content
from skills.spreadsheets.document.references.sheet_names import split_location
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sizes import fit_columns
from skills.spreadsheets.document.sparklines import Look, clear_sparklines, put_sparklines
from skills.spreadsheets.document.style_change import StyleChange
from skills.spreadsheets.document.values import Input
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Color, Range, SheetEdit, scope_of, with_tables
from skills.spreadsheets.edits.cells import MOST_CELLS
from skills.spreadsheets.edits.marginalia import with_parts
from skills.spreadsheets.edits.places import find_area

_PICTURES: Final = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif", "BMP": "bmp"}


class Sparklines(SheetEdit):
    """Put small charts into cells, one for each row (or column) of the data; or take them away."""

    is_rare: ClassVar[bool] = True
    op: Literal["sparklines"]
    at: Annotated[Range, Field(description='the cells they stand in: "H2:H9"')]
    data: Annotated[Range | None, Field(description='"B2:G9"; null takes them away')] = None
    kind: Literal["line", "column", "win_loss"] = "line"
    color: Color = "376092"
    markers: Annotated[bool, Field(description="a dot at every point")] = False
    extremes: Annotated[bool, Field(description="highest and lowest marked")] = False

    def scope(self, document: Workbook) -> Scope:
        return scope_of(self.sheet_in(document), kinds=frozenset({"sheet setting"}))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        at = find_area(sheet, self.at)
        if self.data is None:
            clear_sparklines(sheet, at)
            return
        name, place = split_location(self.data)
        owner = sheet if name is None else document.sheet(name)
        look = Look(self.kind, self.color.removeprefix("#").upper(), self.markers, self.extremes)
        put_sparklines(sheet, owner, find_area(owner, place), at, look)


class Picture(SheetEdit):
    """Put an attached picture on a sheet."""

    is_rare: ClassVar[bool] = True
    op: Literal["picture"]
    file: Annotated[str, Field(description="name of an attached file")]
    at: Annotated[str, Field(description='first cell, "H2"')]
    width: Annotated[int | None, Field(ge=8, le=4000, description="pixels; default: its own")] = None
    alt: Annotated[str, Field(description="what it shows, for who cannot see it")] = ""

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        scope = scope_of(sheet, kinds=frozenset({"drawing", "part"}))
        return with_parts(sheet, scope, "drawings/*", "drawings/_rels/*", "media/*")

    def apply(self, document: Workbook) -> None:
        sheet, data = self.sheet_in(document), attached(document, self.file)
        place = parse_cell(self.at)
        if place is None:
            raise ToolError(f'at: must be a cell like "H2", not {self.at!r}')
        kind, across, down = _measured(data)
        scale = (self.width or across) / across
        folder = posixpath.dirname(posixpath.dirname(sheet.part))
        part = posixpath.join(folder, f"media/{hashlib.sha256(data).hexdigest()[:16]}.{kind}")
        if part not in document.package:
            document.package.write(part, data, f"image/{kind}")
        put_picture(sheet, part, place, (round(across * scale), round(down * scale)), self.alt)


class ImportData(SheetEdit):
    """Bring in data of an attached csv, json or Excel file as values, numbers and dates kept as such."""

    is_rare: ClassVar[bool] = True
    op: Literal["import_data"]
    file: Annotated[str, Field(description="name of an attached file")]
    at: Annotated[str, Field(description='first cell, "A1"')] = "A1"
    from_sheet: Annotated[str | None, Field(description="of an Excel file; default: the one in front")] = None
    from_range: Annotated[str | None, Field(description="of that sheet; default: all that is filled")] = None
    header: Annotated[bool, Field(description="with the first row")] = True

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return with_tables(sheet, scope_of(sheet))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        place = parse_cell(self.at)
        if place is None:
            raise ToolError(f'at: must be a cell like "A1", not {self.at!r}')
        values, formats = self._cells(attached(document, self.file), is_1904=document.is_1904)
        if not values:
            raise TargetNotFound(f"file: {self.file!r} holds no data there")
        if len(values) > MOST_CELLS:
            raise Refused(f"file: {len(values):,} cells; at most {MOST_CELLS:,} can be brought in at once")
        top, left = place
        landing = Area.around(Area.cell(top + row, left + column) for row, column in values)
        standing = next((cell for cell in sheet.cells(landing) if not cell.is_blank), None) if landing else None
        if standing is not None:
            raise Refused(f"at: {standing.name} is not empty; choose a free place, or clear it first")
        for (row, column), code in formats.items():
            sheet.patches.add(top + row, left + column, CellPatch(restyles=(StyleChange(number_format=code),)))
        enter(
            sheet,
            {(top + row, left + column): value for (row, column), value in values.items() if isinstance(value, str)},
        )
        others = {
            (top + row, left + column): Content(value)
            for (row, column), value in values.items()
            if not isinstance(value, str)
        }
        sheet = document.sheet(sheet.name)
        sheet.write(others)
        if landing is not None:
            _widen(sheet, landing)

    def _cells(self, data: bytes, *, is_1904: bool) -> tuple[dict[tuple[int, int], Any], dict[tuple[int, int], str]]:
        """Values by (row, column) from 0, and the number formats of those that have one."""
        suffix = posixpath.splitext(self.file.lower())[1]
        if suffix == ".json":
            return self._without_header(_of_json(self.file, data)), {}
        try:
            if suffix in SUFFIXES:
                source = Workbook.create()
                load(source, data, suffix)
            else:
                source = Workbook.open(data)
        except FileError as error:
            raise ToolError(f"file: {self.file!r} cannot be read: {error}") from error
        return self._of_book(source, is_1904=is_1904)

    def _of_book(
        self, source: Workbook, *, is_1904: bool
    ) -> tuple[dict[tuple[int, int], Any], dict[tuple[int, int], str]]:
        sheet = source.active if self.from_sheet is None else source.sheet(self.from_sheet)
        area = sheet.used or Area.cell(1, 1)
        if self.from_range is not None:
            area = find_area(sheet, self.from_range).intersection(area) or area
        top = area.top if self.header else area.top + 1
        values: dict[tuple[int, int], Any] = {}
        formats: dict[tuple[int, int], str] = {}
        days = 1462 * (source.is_1904 - is_1904)
        for cell in sheet.cells(Area(min(top, area.bottom), area.left, area.bottom, area.right)):
            if cell.value is None:
                continue
            place, code = (cell.row - top, cell.column - area.left), source.styles.number_format(cell.style)
            is_date = source.styles.is_date(cell.style) and isinstance(cell.value, int | float)
            values[place] = (
                cell.value + days if is_date and isinstance(cell.value, int | float) else _literal(cell.value)
            )
            if code != GENERAL:
                formats[place] = code
        return values, formats

    def _without_header(self, cells: dict[tuple[int, int], Any]) -> dict[tuple[int, int], Any]:
        return cells if self.header else {(row - 1, column): value for (row, column), value in cells.items() if row}


def attached(book: Workbook, name: str) -> bytes:
    """A file that came along with the request; raises TargetNotFound naming those that did."""
    if name in book.attached:
        return book.attached[name]
    names = list(book.attached)
    listed = ", ".join(map(repr, names)) or "none"
    raise TargetNotFound(f"file: no attached file {name!r}; {nearest(name, names)}attached are {listed}")


def _literal(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) else value


def _measured(data: bytes) -> tuple[str, int, int]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - half of what a small edit's imports may take

    try:
        with Image.open(io.BytesIO(data)) as image:
            kind, size = _PICTURES.get(image.format or ""), image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise ToolError(f"file: that is no picture that can be shown: {error}") from error
    if kind is None:
        raise ToolError("file: pictures can be PNG, JPEG, GIF or BMP")
    return kind, max(1, size[0]), max(1, size[1])


def _widen(sheet: Sheet, area: Area) -> None:
    """Give columns that never had a width room for what was brought in: dates would show as ####."""
    spans = column_spans(sheet.frame)
    for column in range(area.left, area.right + 1):
        if not any(span.first <= column <= span.last and span.width is not None for span in spans):
            fit_columns(sheet, column, column)


def _of_json(name: str, data: bytes) -> dict[tuple[int, int], Any]:
    """Of a list of objects (keys head the columns) or of lists."""
    try:
        rows = json.loads(data)
    except ValueError as error:
        raise ToolError(f"file: {name!r} is no JSON: {error}") from error
    if isinstance(rows, dict):
        lists = [value for value in rows.values() if isinstance(value, list)]
        rows = lists[0] if len(lists) == 1 else [rows]
    if not isinstance(rows, list) or not rows:
        raise ToolError(f"file: {name!r} holds no list of rows")
    if all(isinstance(row, Mapping) for row in rows):
        keys = list(dict.fromkeys(str(key) for row in rows for key in row))
        rows = [keys, *([row.get(key) for key in keys] for row in rows)]
    lines: Iterable[Any] = rows
    return {
        (down, right): _scalar(value)
        for down, row in enumerate(lines)
        for right, value in enumerate(row if isinstance(row, list) else [row])
        if value is not None
    }


def _scalar(value: Any) -> Input:
    """Texts that are ISO dates become dates; what is nested stays JSON."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "{", "'")) else value
    return value if isinstance(value, int | float | bool) else json.dumps(value, ensure_ascii=False)
