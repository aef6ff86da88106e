"""All edits of a workbook, told apart by `op`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from skills.spreadsheets.edits.cells import Clear, Fill, SetCells
from skills.spreadsheets.edits.format import Format
from skills.spreadsheets.edits.layout import Freeze, Merge, Resize, Unmerge
from skills.spreadsheets.edits.names import DefineName
from skills.spreadsheets.edits.replace import ReplaceText
from skills.spreadsheets.edits.sheets import AddSheet, CopySheet, DeleteSheet, HideSheet, MoveSheet, RenameSheet
from skills.spreadsheets.edits.sort import Sort
from skills.spreadsheets.edits.structure import DeleteColumns, DeleteRows, InsertColumns, InsertRows
from skills.spreadsheets.edits.tables import MakeTable, TotalRow

AnyEdit: TypeAlias = Annotated[
    SetCells
    | Clear
    | Fill
    | ReplaceText
    | Format
    | Resize
    | InsertRows
    | DeleteRows
    | InsertColumns
    | DeleteColumns
    | AddSheet
    | RenameSheet
    | DeleteSheet
    | CopySheet
    | MoveSheet
    | HideSheet
    | Sort
    | TotalRow
    | MakeTable
    | DefineName
    | Freeze
    | Merge
    | Unmerge,
    Field(discriminator="op"),
]
