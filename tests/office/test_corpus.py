"""Real files: all open, unchanged ones come back byte for byte, and an edit of one part leaves the others alone."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from copilot_server.errors import FileError, HostileFile
from copilot_server.office.consistency import faults, new_faults
from copilot_server.office.package import Package
from copilot_server.office.strict import to_strict, to_transitional
from tests.office.zips import entries

if TYPE_CHECKING:
    from pathlib import Path

# Filed among the good ones, but its document has a DOCTYPE with an external entity.
WITH_DOCTYPE = "poi__ExternalEntityInText.docx"


def _files(corpus: Path) -> list[Path]:
    return sorted(path for kind in ("xlsx", "docx", "pptx") for path in (corpus / kind).iterdir())


def _check(path: Path) -> None:
    if path.name == WITH_DOCTYPE:
        with pytest.raises(HostileFile, match="DOCTYPE"):
            Package.open(path)
        return
    package = Package.open(path)
    assert package.to_bytes() == path.read_bytes()
    edited = package.fork()
    part = next(name for name in package.names if name.lower().startswith("docprops/") or name == package.main_part)
    edited.write(part, package.read(part) + b" ")
    before, after = entries(path.read_bytes()), entries(edited.to_bytes())
    assert list(after) == list(before)
    changed = [name for name in before if before[name][0] != after[name][0]]
    assert [name.replace("\\", "/") for name in changed] == [part]
    assert new_faults(package, edited) == ()


def test_every_fifteenth_real_file_is_kept(corpus: Path) -> None:
    for path in _files(corpus)[::15]:
        _check(path)


@pytest.mark.slow
def test_every_real_file_is_kept(corpus: Path) -> None:
    for path in _files(corpus):
        _check(path)


@pytest.mark.slow
def test_few_real_files_have_a_fault(corpus: Path) -> None:
    packages = [Package.open(path) for path in _files(corpus) if path.name != WITH_DOCTYPE]
    faulty = [package for package in packages if faults(package)]
    assert len(faulty) < len(packages) * 0.05, "checks that find faults in files Office opens are wrong themselves"


def test_hostile_files_are_refused_or_read_quickly(corpus: Path) -> None:
    for path in sorted((corpus / "hostile").iterdir()):
        started = time.process_time()
        with suppress(FileError):
            _read(Package.open(path))
        assert time.process_time() - started < 2, path.name


def _read(package: Package) -> None:
    for name in package.names:
        package.read(name)
        if name.endswith((".xml", ".rels")):
            package.xml(name)


def test_strict_parts_come_back_exactly(corpus: Path) -> None:
    packages = [Package.open(path) for path in _files(corpus) if "strict" in path.name.lower()]
    assert packages
    assert any(package.is_strict for package in packages)
    for package in packages:
        for part in (package.read(name) for name in package.names if name.endswith((".xml", ".rels"))):
            assert to_strict(to_transitional(part), part) == part
