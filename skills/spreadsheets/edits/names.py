"""The edit that defines names."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from copilot_server.agent.changes import Scope
from skills.spreadsheets.document.addresses import Area
from skills.spreadsheets.document.name_edits import absolute, define_name
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.edits.base import SheetEdit, bookkeeping


class DefineName(SheetEdit):
    """Name a range, a constant or a formula, or change what a name stands for."""

    is_rare: ClassVar[bool] = True
    op: Literal["define_name"]
    name: str
    refers_to: Annotated[str, Field(description='"B2:B9", "Sales!B2", "=0.19" or "=SUM(A:A)"', min_length=1)]

    def scope(self, document: Workbook) -> Scope:
        return Scope(frozenset({f"name:{self.name}"}), bookkeeping(document), frozenset({"name"}))

    def apply(self, document: Workbook) -> None:
        define_name(document, self.name, self._text(document))

    def _text(self, document: Workbook) -> str:
        text = self.refers_to.removeprefix("=").strip()
        prefix, _, place = text.rpartition("!")
        area = Area.find(place)
        if area is None:
            return text
        name = prefix[1:-1].replace("''", "'") if prefix.startswith("'") else prefix
        return absolute(document.sheet(name) if name else self.sheet_in(document), area)
