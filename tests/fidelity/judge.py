"""The judge of fidelity: a package comparison nobody here wrote, and values read back by another library."""

from __future__ import annotations

import importlib.util
import re
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from python_calamine import CalamineError, CalamineWorkbook

from skills.spreadsheets.document.addresses import Area


@cache
def _tool(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("package_diff", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["package_diff"] = module
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Judge:
    """Compares packages through `package_diff.py` of the shared tools."""

    tool: ModuleType

    def findings(self, before: bytes, after: bytes, allow: Sequence[str]) -> dict[str, Any]:
        """All the tool says."""
        return self.tool.compare(BytesIO(before), BytesIO(after), allow=tuple(allow), strict=True)

    def complaints(self, before: bytes, after: bytes, allow: Sequence[str]) -> list[str]:
        """What changed or was lost outside `allow`, what features were lost anywhere, and new faults."""
        result = self.findings(before, after, allow)
        return [f"{key}: {value}" for key, value in result.items() if key in _COMPLAINTS and value]


@dataclass
class Told:
    """What the last edit said of results that are not computed here, in the words of its notes."""

    text: str = ""

    @property
    def uncomputed(self) -> int:
        """How many formulas it names or counts."""
        said = self.text.partition("not computed here, left")[2].partition("\n")[0]
        more = re.search(r" and (\d+) more", said)
        return len(re.findall(r"![A-Z]{1,3}\d+ \(", said)) + (int(more[1]) if more else 0)


@dataclass(frozen=True)
class RecalculatingJudge:
    """As the judge, but results that the edit says are not computed may go, so many and no more.

    Only where the book then asks to be calculated when it is opened.
    """

    judge: Judge
    told: Told

    def complaints(self, before: bytes, after: bytes, allow: Sequence[str]) -> list[str]:
        found = self.findings(before, after, allow)
        return [f"{key}: {value}" for key, value in found.items() if key in _COMPLAINTS and value]

    def findings(self, before: bytes, after: bytes, allow: Sequence[str]) -> dict[str, Any]:
        """As the judge's, without the results that were cleared as told."""
        found = dict(self.judge.findings(before, after, allow))
        lost = dict(found.get("features_lost") or {})
        had, has = lost.get("cached formula values", (0, 0))
        if had - has <= self.told.uncomputed and asks_to_be_calculated(after):
            lost.pop("cached formula values", None)
            had, has = lost.get("cell values", (0, 0))
            if self.told.uncomputed and had - has <= filled_by_arrays(before):
                lost.pop("cell values", None)
        return {**found, "features_lost": lost}


def filled_by_arrays(data: bytes) -> int:
    """The cells array formulas fill beside their own, whose results are stored like values."""
    archive = zipfile.ZipFile(BytesIO(data))
    sheets = b"".join(archive.read(name) for name in archive.namelist() if "/worksheets/sheet" in name)
    formulas = re.findall(rb'<(?:\w+:)?f [^>]*t="array"[^>]*>', sheets)
    areas = (re.search(rb'ref="([^"]+)"', each) for each in formulas)
    return sum(Area.parse(found[1].decode()).size - 1 for found in areas if found)


def asks_to_be_calculated(data: bytes) -> bool:
    archive = zipfile.ZipFile(BytesIO(data))
    books = (name for name in archive.namelist() if "workbook" in name.lower() and name.endswith(".xml"))
    return any(b'fullCalcOnLoad="1"' in archive.read(name) for name in books)


_COMPLAINTS = (
    "outside_allow",
    "dropped",
    "features_lost",
    "relationships_dropped",
    "content_types_dropped",
    "new_faults",
)


@pytest.fixture(scope="session")
def judge(corpus: Path) -> Judge:
    path = corpus.parent / "tools" / "package_diff.py"
    if not path.is_file():
        pytest.skip(f"{path} is not here: nothing to judge by")
    return Judge(_tool(path))


def values(data: bytes) -> dict[str, list[list[Any]]] | None:
    """Every sheet's values as calamine reads them; None where it cannot."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    except (CalamineError, ValueError, OSError):
        return None
