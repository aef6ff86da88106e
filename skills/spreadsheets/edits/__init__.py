"""All edits of a workbook, told apart by `op`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from skills.spreadsheets.edits.cells import Clear, Fill, SetCells
from skills.spreadsheets.edits.charts import ChangeChart, MakeChart
from skills.spreadsheets.edits.format import Format
from skills.spreadsheets.edits.layout import Freeze, Merge, Resize, Unmerge
from skills.spreadsheets.edits.marginalia import Comment, Link, Note
from skills.spreadsheets.edits.names import DefineName
from skills.spreadsheets.edits.objects import ImportData, Picture, Sparklines
from skills.spreadsheets.edits.outline import Group, Subtotals
from skills.spreadsheets.edits.page import PrintSetup, Protect
from skills.spreadsheets.edits.pivot import ChangePivot, Pivot
from skills.spreadsheets.edits.ranges import CopyRange, SplitText
from skills.spreadsheets.edits.replace import ReplaceText
from skills.spreadsheets.edits.rows import Filter, RemoveDuplicates
from skills.spreadsheets.edits.rules import ConditionalFormat, Validate
from skills.spreadsheets.edits.sheets import AddSheet, CopySheet, DeleteSheet, HideSheet, MoveSheet, RenameSheet
from skills.spreadsheets.edits.sort import Sort
from skills.spreadsheets.edits.structure import DeleteColumns, DeleteRows, InsertColumns, InsertRows
from skills.spreadsheets.edits.summary import Summarize
from skills.spreadsheets.edits.tables import ChangeTable, MakeTable, TotalRow

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
    | Unmerge
    | CopyRange
    | Filter
    | RemoveDuplicates
    | SplitText
    | ConditionalFormat
    | Validate
    | ChangeTable
    | MakeChart
    | ChangeChart
    | Group
    | Subtotals
    | Note
    | Comment
    | Link
    | PrintSetup
    | Protect
    | Sparklines
    | Picture
    | ImportData
    | Summarize
    | Pivot
    | ChangePivot,
    Field(discriminator="op"),
]
