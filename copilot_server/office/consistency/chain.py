"""The calculation chain: which cells it takes for formulas."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Final

from copilot_server.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copilot_server.office.consistency.fault import View

_CELL: Final = re.compile(rb"<(?:[\w.-]+:)?c\s([^>]*)>")
_PLACE: Final = re.compile(rb"""\br=["']([A-Z]{1,3}(\d{1,7}))["']""")
_SHEET: Final = re.compile(rb"""\bi=["'](\d+)["']""")


class Chain:
    """The chain of one workbook; empty when there is none or it cannot be read."""

    def __init__(self, view: View, book: str) -> None:
        self._view = view
        self._parts = view.related(book, "calcChain")

    def cells(self, sheet_id: str) -> Mapping[int, set[bytes]]:
        """Those of one sheet, by row."""
        return self._by_sheet.get(sheet_id.encode(), {})

    @cached_property
    def _by_sheet(self) -> dict[bytes, defaultdict[int, set[bytes]]]:
        found: dict[bytes, defaultdict[int, set[bytes]]] = {}
        sheet = b""
        for attributes in _CELL.findall(b"".join(map(self._read, self._parts))):
            if written := _SHEET.search(attributes):
                sheet = written[1]
            if place := _PLACE.search(attributes):
                found.setdefault(sheet, defaultdict(set))[int(place[2])].add(place[1])
        return found

    def _read(self, part: str) -> bytes:
        try:
            return self._view.package.read(part)
        except FileError:
            return b""
