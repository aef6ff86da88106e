"""A PDF opened for trial in a process of its own, capped in memory and time.

qpdf bounds all it unpacks but LZW, and what it reads at opening (cross-references, packed objects) it unpacks before
anyone can count. So a file that might pack those by LZW is opened here first; run as a program, with the file as input.
"""

from __future__ import annotations

import io
import re
import resource
import subprocess
import sys
from pathlib import Path

import pikepdf

UNPACKED = 64 << 20
_CAP, _MOST, _SECONDS, _COSTS_TOO_MUCH = 1 << 30, 256 << 20, 10, 3


def _spelled(name: str) -> str:
    """Any character of a name may be written as # and its number (ISO 32000-1 7.3.5)."""
    return "/" + "".join(f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in name)


_LZW = re.compile(_spelled("LZW").encode())
_FILTER = re.compile(_spelled("Filter").encode())
# What a filter must look like to be seen through: names right there, no reference to another object, no comment.
_PLAIN = re.compile(rb"\s*(?:/[\w.+-]+|\[\s*(?:/[\w.+-]+\s*)*\]|null\b)")


def may_use_lzw(data: bytes) -> bool:
    """Whether any stream of the file might be packed by LZW: named, or named where it is not seen from here."""
    if _LZW.search(data):
        return True
    return any(_PLAIN.match(data, found.end()) is None for found in _FILTER.finditer(data))


def costs_too_much(data: bytes) -> bool:
    """Whether opening it alone takes more than anything honest does."""
    command = [sys.executable, "-I", str(Path(__file__))]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=3 * _SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def limit_unpacking() -> None:
    """Of the process, not of the file: qpdf knows them only so, and nothing here wants them wider."""
    pikepdf.settings.set_qpdf_limits(
        doc_max_warnings=1_000, parser_max_container_size=500_000, max_stream_filters=4, flate_max_memory=UNPACKED,
        png_max_memory=UNPACKED, tiff_max_memory=UNPACKED, run_length_max_memory=UNPACKED,
    )  # fmt: skip


def _try() -> int:
    """qpdf takes running out of memory for damage and goes on, so what was used is looked at as well."""
    data = sys.stdin.buffer.read()
    before = _used()
    for what, most in ((resource.RLIMIT_AS, _CAP + 4 * len(data)), (resource.RLIMIT_CPU, _SECONDS)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    limit_unpacking()
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            _ = len(pdf.objects), len(pdf.pages)
    except (MemoryError, RecursionError):
        return _COSTS_TOO_MUCH
    except (pikepdf.PdfError, ValueError):
        pass  # what is wrong with the file, opening it says
    return _COSTS_TOO_MUCH if _used() - before > _MOST + 2 * len(data) else 0


def _used() -> int:
    """The most memory held at once, in bytes; macOS counts it in bytes, others in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    sys.exit(_try())
