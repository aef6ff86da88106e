"""What an edit of a large sheet costs beside the work nobody can avoid, and beside the usual library."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import ironcalc
import openpyxl
import xlsxwriter

from bench.ratio import Ratio, cpu_seconds, cpu_seconds_apart
from copilot_server.agent.draft import Draft
from skills.spreadsheets.agent import skill
from skills.spreadsheets.calculation.settle import settle
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.workbook import Workbook
from skills.spreadsheets.tools import edit

SHEET: Final = "xl/worksheets/sheet1.xml"
ROWS: Final = 100_000
COLUMNS: Final = 20

# Run alone, so that the peak is its own; the interpreter and the imports are in it on both sides.
_PEAK: Final = """
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""
_OURS_ALONE: Final = """
import sys
from pathlib import Path
from bench.spreadsheets import edit_one
edit_one(Path(sys.argv[1]), Path(sys.argv[1] + ".out"))
"""
_OPENPYXL_ALONE: Final = """
import sys
import openpyxl
book = openpyxl.load_workbook(sys.argv[1])
book.active["C50000"] = 5
book.save(sys.argv[1] + ".out")
"""


def measure() -> Iterator[Ratio]:
    with tempfile.TemporaryDirectory() as folder:
        values, formulas, chain = (Path(folder) / f"{name}.xlsx" for name in ("values", "formulas", "chain"))
        make_values(values)
        yield from _one_cell(values)
        make_formulas(formulas)
        yield from _recalculated(formulas)
        make_chain(chain)
        yield from _beside_the_engine(chain)


def make_values(path: Path) -> None:
    """100,000 rows of 20 numbers with two decimals."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(ROWS):
        sheet.write_row(row, 0, _numbers(row, COLUMNS))
    book.close()


def make_formulas(path: Path) -> None:
    """The same with formulas in the last two columns, all of which follow from V1."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(ROWS):
        numbers = _numbers(row, COLUMNS - 2)
        sheet.write_row(row, 0, numbers)
        product = numbers[0] * 2
        sheet.write(row, COLUMNS - 2, f"=A{row + 1}*$V$1", None, product)
        sheet.write(row, COLUMNS - 1, f"=S{row + 1}+B{row + 1}", None, product + numbers[1])
        if row == 0:
            sheet.write(0, 21, 2)
    book.close()


def make_chain(path: Path) -> None:
    """100,000 formulas over two columns of numbers, all of which follow from E1."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(ROWS):
        first, second = _numbers(row, 2)
        sheet.write_row(row, 0, (first, second))
        sheet.write(row, 2, f"=A{row + 1}*B{row + 1}+$E$1", None, first * second + 1)
        if row == 0:
            sheet.write(0, 4, 1)
    book.close()


def edit_one(source: Path, target: Path, cells: int = 1) -> None:
    """Open, set scattered cells, bring dependants up to date, save."""
    book = Workbook.open(source)
    step = ROWS // cells
    book.active.write({(row * step + step // 2, 3): Content(5.25) for row in range(cells)})
    settle(book, book)
    book.save(target)


def _one_cell(path: Path) -> Iterator[Ratio]:
    out = path.with_suffix(".out")
    ours = cpu_seconds(lambda: edit_one(path, out))
    unavoidable = cpu_seconds(lambda: _inflate_and_deflate(path))
    yield Ratio("one-cell edit / inflate + deflate of its sheet", ours / unavoidable, 1.5, detail=_seconds(ours))
    many = cpu_seconds(lambda: edit_one(path, out, 1000))
    yield Ratio("1,000 scattered cells / one cell", many / ours, 1.3, detail=_seconds(many))
    most = cpu_seconds(lambda: edit_one(path, out, 10_000))
    yield Ratio("10,000 scattered cells / one cell", most / ours, 1.5, detail=_seconds(most))
    turn = cpu_seconds(lambda: _whole_turn(path, out), repeat=1)
    yield Ratio(
        "one-cell edit through the draft's gate / inflate + deflate", turn / unavoidable, 1.5, detail=_seconds(turn)
    )
    library = cpu_seconds(lambda: _load_and_save(path, out), repeat=1)
    yield Ratio("openpyxl's load + save / one-cell edit", library / ours, 20, "at least", _seconds(library))
    mine, theirs = _peak(_OURS_ALONE, path), _peak(_OPENPYXL_ALONE, path)
    yield Ratio("peak memory / openpyxl's", mine / theirs, 1 / 3, detail=f"{mine:.0f} MiB of {theirs:.0f}")


def _recalculated(path: Path) -> Iterator[Ratio]:
    out = path.with_suffix(".out")
    ours = cpu_seconds(lambda: _edit_and_follow(path, out, (1, 22)), repeat=1)
    library = cpu_seconds(lambda: _load_and_save(path, out), repeat=1)
    claim = "openpyxl's load + save, nothing calculated / one-cell edit with 200,000 dependants calculated"
    yield Ratio(claim, library / ours, 5, "at least", _seconds(ours))


def _beside_the_engine(path: Path) -> Iterator[Ratio]:
    ours, engine = cpu_seconds_apart(
        partial(_edit_and_follow, path, path.with_suffix(".out"), (1, 5)), partial(_evaluate, path), repeat=5
    )
    yield Ratio(
        "100,000 dependants calculated and written / IronCalc's load + evaluate",
        ours / engine,
        3,
        detail=_seconds(ours),
    )


def _evaluate(path: Path) -> None:
    ironcalc.load_from_xlsx(str(path)).evaluate()


def _edit_and_follow(source: Path, target: Path, cell: tuple[int, int]) -> None:
    book = Workbook.open(source)
    book.active.write({cell: Content(3)})
    settle(book, book)
    book.save(target)


def _whole_turn(source: Path, target: Path) -> None:
    """The edit tool on a draft: recalculated, compared, checked, saved."""
    draft = Draft(skill, Workbook.open(source))
    arguments = edit.arguments.model_validate({"edits": [{"op": "set_cells", "at": "C50000", "values": 5.25}]})
    edit.run(draft, **{name: getattr(arguments, name) for name in edit.arguments.model_fields})
    draft.document.save(target)


def _inflate_and_deflate(path: Path) -> None:
    zlib.compress(zipfile.ZipFile(path).read(SHEET))


def _load_and_save(source: Path, target: Path) -> None:
    openpyxl.load_workbook(source).save(target)


def _peak(program: str, path: Path) -> float:
    """The peak memory of a program of its own, in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", program + _PEAK, str(path)], check=True, capture_output=True, text=True
    )
    return int(done.stdout.split()[-1]) / 1024


def _numbers(row: int, count: int) -> list[float]:
    return [(row * 7919 + column * 104_729) % 100_003 / 100 for column in range(count)]


def _seconds(value: float) -> str:
    return f"{value:.2f} CPU s"
