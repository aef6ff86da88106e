"""A new workbook from the tables that came along with the request."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, Final

from copilot_server.agent.phrases import EditData, Request

_TABLES: Final = (".csv", ".tsv", ".json")
_FIRST: Final = "Sheet1"  # what a new workbook begins with
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]+")
_LONGEST: Final = 31


def from_data(request: Request) -> list[EditData]:
    """Each attached table on a sheet named after its file: header bold and frozen, columns as wide as needed."""
    files = [name for name in request.texts or {} if PurePath(name).suffix.lower() in _TABLES]
    edits: list[EditData] = []
    for file, sheet in zip(files, _names(files), strict=True):
        begun = {"op": "add_sheet", "name": sheet} if edits else {"op": "rename_sheet", "sheet": _FIRST, "name": sheet}
        if sheet != _FIRST or edits:
            edits.append(begun)
        on_sheet: dict[str, Any] = {"sheet": sheet}
        edits += [
            {"op": "import_data", "file": file, **on_sheet},
            {"op": "format", "range": "header", "bold": True, **on_sheet},
            {"op": "freeze", "rows": 1, **on_sheet},
            {"op": "resize", "columns": "all", "width": "fit", **on_sheet},
        ]
    return edits


def _names(files: Iterable[str]) -> list[str]:
    """Names Excel takes (18.2.19): 1 to 31 characters, none of []:*?/\\, no two alike whatever their case."""
    names: list[str] = []
    for file in files:
        wanted = _FORBIDDEN.sub(" ", PurePath(file).stem).strip(" '") or "Data"
        name, number = wanted[:_LONGEST].strip(), 2
        while name.casefold() in {taken.casefold() for taken in names}:
            name, number = f"{wanted[: _LONGEST - 4]} {number}", number + 1
        names.append(name)
    return names
