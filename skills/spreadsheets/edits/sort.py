"""The edit that sorts rows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from copilot_server.agent.changes import Scope
from copilot_server.errors import ToolError
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.sheet import Sheet
from skills.spreadsheets.document.sorting import SortKey, sort_rows
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import Range, SheetEdit, scope_of, with_notes
from skills.spreadsheets.edits.places import find_area, find_column, main_block


class By(BaseModel):
    """A column to sort by."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    column: Annotated[str, Field(description="header or letter")]
    descending: bool = False


def _as_keys(sent: Any) -> Any:
    """A column's name alone means ascending."""
    keys = sent if isinstance(sent, list) else [sent]
    return [{"column": key} if isinstance(key, str) else key for key in keys]


class Sort(SheetEdit):
    """Sort rows, formulas and formats with them; header and total rows stay."""

    op: Literal["sort"]
    by: Annotated[
        list[By], BeforeValidator(_as_keys), Field(min_length=1, max_length=10, description="first key first")
    ]
    range: Annotated[Range | None, Field(description="default: the sheet's data")] = None
    has_header: Annotated[bool | None, Field(description="of the range; default: found out")] = None

    def scope(self, document: Workbook) -> Scope:
        sheet = self.sheet_in(document)
        return with_notes(sheet, scope_of(sheet, self._rows(sheet)))

    def apply(self, document: Workbook) -> None:
        sheet = self.sheet_in(document)
        area = self._rows(sheet)
        keys = [SortKey(find_column(sheet, key.column), key.descending) for key in self.by]
        for key, asked in zip(keys, self.by, strict=True):
            if not area.left <= key.column <= area.right:
                raise ToolError(f"by: column {asked.column!r} lies outside the sorted range {area}")
        sort_rows(sheet, area, keys)

    def _rows(self, sheet: Sheet) -> Area:
        """The rows that are sorted, without header and totals; raises ToolError when there are none."""
        block = main_block(sheet)
        area = block.data if self.range is None else find_area(sheet, self.range)
        if self.range is not None and area.is_whole_columns:
            area = Area(block.data.top, area.left, block.data.bottom, area.right)
        has_header = self.has_header
        if has_header is None:
            has_header = self.range is not None and area.top in block.headers
        top = area.top + bool(has_header)
        if top >= area.bottom:
            raise ToolError(f"range: {area} has no rows to sort")
        return Area(top, area.left, area.bottom, area.right)
