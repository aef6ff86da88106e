"""What is kept of a sheet hangs on nothing but the parts it is kept by."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import TypeVar

import pytest

from copilot_server.errors import CopilotError
from copilot_server.office.package import Package
from copilot_server.office.part import Part
from skills.spreadsheets.agent import skill
from skills.spreadsheets.document.workbook import Workbook
from tests.skills.spreadsheets.books import book_of

T = TypeVar("T")
FIXTURES = Path(__file__).parents[4] / "fixtures" / "spreadsheets"


class Watched:
    """Notes every part that is looked at while something is found in others."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.strays: set[tuple[Hashable, str]] = set()
        self._finding: list[tuple[Hashable, set[str]]] = []
        self._found, self._part = Package.found, Package._part  # pyright: ignore[reportPrivateUsage]
        watched = self

        def found(package: Package, what: Hashable, parts: Iterable[str], find: Callable[[], T]) -> T:
            names = list(parts)

            def watched_find() -> T:
                watched._finding.append((what, {name.lower() for name in names}))
                try:
                    return find()
                finally:
                    watched._finding.pop()

            return watched._found(package, what, names, watched_find)

        def part(package: Package, name: str) -> Part:
            for what, allowed in watched._finding:
                if name.lower() not in allowed:
                    watched.strays.add((what, name))
            return watched._part(package, name)

        patch.setattr(Package, "found", found)
        patch.setattr(Package, "_part", part)


def strays(book: Workbook, patch: pytest.MonkeyPatch) -> set[tuple[Hashable, str]]:
    with patch.context() as inner:
        watched = Watched(inner)
        skill.check(book)
        skill.outline(book)
    return watched.strays


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.xlsx")), ids=lambda path: path.stem)
def test_outline_and_findings_look_at_no_other_parts(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert strays(Workbook.open(path), monkeypatch) == set()


@pytest.mark.slow
def test_outline_and_findings_of_real_workbooks_look_at_no_other_parts(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[str, set[tuple[Hashable, str]]] = {}
    for path in sorted((corpus / "xlsx").iterdir()):
        try:
            found[path.name] = strays(Workbook.open(path), monkeypatch)
        except CopilotError:
            continue
    assert {name: each for name, each in found.items() if each} == {}


def test_text_added_to_the_strings_leaves_other_sheets_as_they_are_kept() -> None:
    book = book_of([["a", "b"], [1, 2]])
    kept = book.package.found("outline", [book.sheets[0].part], object)
    fork = book.fork()
    strings = fork.package.related(fork.main, "sharedStrings")
    parts = [fork.sheets[0].part, *strings]
    told = fork.package.found("of strings", parts, object)
    fork.strings.index_of("never seen before")
    fork.flush()

    assert fork.package.found("of strings", parts, object) is told
    assert fork.package.found("outline", [fork.sheets[0].part], object) is kept


def test_text_added_where_a_cell_named_no_string_is_read_anew() -> None:
    book = book_of([["a", "b"], [1, 2]])
    part = book.sheets[0].part
    book.package.write(part, book.package.read(part).replace(b"<v>1</v></c></row>", b"<v>7</v></c></row>", 1))
    book.reload()
    assert "seven" not in skill.outline(book)
    for number in range(8):
        book.strings.index_of(f"seven {number}")
    book.flush()

    assert "seven" in skill.outline(book)
