"""A new workbook: one empty sheet, as small as Excel opens without repair."""

from __future__ import annotations

import io
from functools import cache

import xlsxwriter

from copilot_server.office.package import Package


def empty_workbook() -> Package:
    """A package with one empty sheet, "Sheet1", Calibri 11 and the Office theme."""
    return Package.open(_bytes())


@cache
def _bytes() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Sheet1")
    return out.getvalue()
