"""All edits of a workbook, told apart by `op`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from skills.spreadsheets.edits.cells import Clear, Fill, SetCells
from skills.spreadsheets.edits.format import Format
from skills.spreadsheets.edits.layout import Freeze, Merge, Resize, Unmerge
from skills.spreadsheets.edits.replace import ReplaceText

AnyEdit: TypeAlias = Annotated[
    SetCells | Clear | Fill | ReplaceText | Format | Resize | Merge | Unmerge | Freeze, Field(discriminator="op")
]
