"""What a package costs beside plain file work: fork, save, memory, and the check of one changed cell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import xlsxwriter

from bench.ratio import Ratio, cpu_seconds, wall_seconds
from copilot_server.office import consistency
from copilot_server.office.package import Package

SHEET: Final = "xl/worksheets/sheet1.xml"
BOOK: Final = "xl/workbook.xml"
_MEGABYTE: Final = 1 << 20
_SIZE: Final = 49 * _MEGABYTE

# Run alone, so that the peak is its own; the interpreter and the imports are in it. getrusage would give the parent's.
_EDIT_ALONE: Final = """
import sys
from pathlib import Path
from copilot_server.office.package import Package
package = Package.open(Path(sys.argv[1]))
package.write_chunks("xl/worksheets/sheet1.xml", package.fork().chunks("xl/worksheets/sheet1.xml"))
package.write("xl/workbook.xml", package.read("xl/workbook.xml") + b" ")
package.save(Path(sys.argv[1] + ".out"))
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""


def measure() -> Iterator[Ratio]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        _make(path)
        yield _fork(path)
        yield _save(path)
        yield _memory(path)
        yield _check(path)


def _make(path: Path) -> None:
    """100,000 rows of 20 numbers, and pictures' worth of bytes that do not pack, to just under 50 MB."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet()
    for row in range(100_000):
        sheet.write_row(row, 0, [(row * 7919 + column * 104_729) % 100_003 / 100 for column in range(20)])
    book.close()
    package = Package.open(path)
    package.write("xl/media/image1.bin", os.urandom(_SIZE - path.stat().st_size), "application/octet-stream")
    package.save(path)


def _fork(path: Path) -> Ratio:
    package = Package.open(path)
    package.read(BOOK)
    seconds = wall_seconds(package.fork, repeat=21)
    return Ratio("fork of a 49 MB workbook, milliseconds", seconds * 1000, 5)


def _save(path: Path) -> Ratio:
    package = Package.open(path)
    package.write(BOOK, package.read(BOOK) + b" ")
    saved = cpu_seconds(lambda: package.save(path.with_suffix(".saved")), repeat=7)
    copied = cpu_seconds(lambda: shutil.copyfile(path, path.with_suffix(".copied")), repeat=7)
    return Ratio(
        "save with one small part changed / copying the file", saved / copied, 3, detail=f"{saved * 1000:.0f} ms"
    )


def _memory(path: Path) -> Ratio:
    done = subprocess.run([sys.executable, "-c", _EDIT_ALONE, str(path)], capture_output=True, check=True, text=True)
    peak = int(done.stdout) * 1024
    return Ratio(
        "peak memory of a rewritten sheet / the file's size", peak / _SIZE, 6, detail=f"{peak / _MEGABYTE:.0f} MB"
    )


def _check(path: Path) -> Ratio:
    before = Package.open(path)
    after = before.fork()
    data = before.read(SHEET)
    cell = data.index(b"<v>", len(data) // 2) + 3
    after.write(SHEET, data[:cell] + b"7" + data[cell:])
    after.to_bytes()
    checked = cpu_seconds(lambda: consistency.new_faults(before, after))
    packed = cpu_seconds(lambda: zlib.compress(data))
    unpacked = cpu_seconds(lambda: before.read(SHEET))
    return Ratio("check of one changed cell / inflate + deflate of its sheet", checked / (packed + unpacked), 0.6)
