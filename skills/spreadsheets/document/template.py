"""A new workbook: one empty sheet, as small as Excel opens without repair."""

from __future__ import annotations

import io
from functools import cache
from typing import Final

from copilot_server.office.package import Package
from copilot_server.office.xml import NS

_STRINGS: Final = "xl/sharedStrings.xml"
_STRINGS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def empty_workbook() -> Package:
    """A package with one empty sheet, "Sheet1", Calibri 11, the Office theme and no strings yet."""
    return Package.open(_bytes())


@cache
def _bytes() -> bytes:
    import xlsxwriter  # noqa: PLC0415 - slow to load, and for new workbooks only

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Sheet1")
    package = Package.open(out.getvalue())
    package.write(_STRINGS, f'<sst xmlns="{NS["x"]}" count="0" uniqueCount="0"/>'.encode(), _STRINGS_TYPE)
    package.relate(package.main_part, f"{NS['r']}/sharedStrings", _STRINGS)
    return package.to_bytes()
