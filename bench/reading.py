"""What reading a very large sheet costs beside the bare read of it, and a query beside the engine alone."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import xlsxwriter
from python_calamine import CalamineWorkbook

from bench.ratio import Ratio, cpu_seconds
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.query.run import run_query
from skills.spreadsheets.reading.outline import outline

ROWS: Final = 1_000_000
SHEET: Final = "xl/worksheets/sheet1.xml"
_REGIONS: Final = ("North", "South", "East", "West")
_PRODUCTS: Final = tuple(f"Product {number}" for number in range(1, 21))
_HEADERS: Final = ("Id", "Date", "Region", "Product", "Units", "Price", "Cost", "Discount", "Score", "Weight")
_SQL: Final = 'SELECT Region, sum(Units * Price) AS revenue, count(*) AS n FROM "Data" GROUP BY Region ORDER BY Region'


def measure() -> Iterator[Ratio]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "million.xlsx"
        make_million(path)
        bare = cpu_seconds(lambda: _read_bare(path), repeat=1)
        ours = cpu_seconds(lambda: outline(Workbook.open(path)), repeat=1)
        detail = f"{ours:.1f} of {bare:.1f} CPU s"
        yield Ratio("outline of 1M × 10 / calamine's bare read", ours / bare, 1.5, detail=detail)
        engine = cpu_seconds(lambda: _query_bare(path), repeat=1)
        query = cpu_seconds(lambda: run_query(Workbook.open(path), _SQL), repeat=1)
        detail = f"{query:.1f} of {engine:.1f} CPU s"
        yield Ratio("query of 1M × 10, group by / the engine on calamine's rows", query / engine, 2, detail=detail)


def make_million(path: Path, rows: int = ROWS) -> None:
    """One sheet of ids, dates, two columns of words and six of numbers; the rows written as Excel spells them."""
    frame = io.BytesIO()
    with xlsxwriter.Workbook(frame) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, _HEADERS)
        sheet.write_datetime(
            1,
            1,
            dt.datetime(2026, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None),
            book.add_format({"num_format": "yyyy-mm-dd"}),
        )
        for row, word in enumerate((*_REGIONS, *_PRODUCTS), 2):
            sheet.write_string(row, 2, word)
    with zipfile.ZipFile(frame) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in source.namelist():
            if name != SHEET:
                target.writestr(name, source.read(name))
                continue
            text = source.read(name).decode()
            start, end = text.index('<row r="2"'), text.index("</sheetData>")
            with target.open(name, "w", force_zip64=True) as out:
                out.write(text[:start].encode())
                for first in range(2, rows + 2, 10_000):
                    last = min(first + 10_000, rows + 2)
                    out.write("".join(_row(row) for row in range(first, last)).encode())
                out.write(text[end:].encode())


def _row(row: int) -> str:
    number = row * 7919 % 5_003
    words = len(_HEADERS) + number % 4, len(_HEADERS) + 4 + number % 20
    values = (number % 90 + 1, number / 100, number // 2, number % 30 / 100, number % 1000 / 10, row % 977)
    cells = "".join(f'<c r="{letter}{row}"><v>{value}</v></c>' for letter, value in zip("EFGHIJ", values, strict=True))
    return (
        f'<row r="{row}"><c r="A{row}"><v>{row - 1}</v></c><c r="B{row}" s="1"><v>{45_000 + number % 700}</v></c>'
        f'<c r="C{row}" t="s"><v>{words[0]}</v></c><c r="D{row}" t="s"><v>{words[1]}</v></c>{cells}</row>'
    )


def _read_bare(path: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()  # type: ignore[return-value]


def _query_bare(path: Path) -> list[tuple[object, ...]]:
    """The least a query can be: calamine's rows as columns, handed to the engine."""
    rows = _read_bare(path)
    columns = list(zip(*rows[1:], strict=True))
    data = {name: np.array(column) for name, column in zip(_HEADERS, columns, strict=True) if name != "Date"}
    connection = duckdb.connect(":memory:")
    connection.register("Data", data)
    return connection.execute(_SQL).fetchall()
