"""Delimited text in and out: what is not changed comes back byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_server.errors import DamagedFile
from skills.spreadsheets.document.patches import Content
from skills.spreadsheets.document.workbook import Workbook

GERMAN = (
    'Name;Wert;Tag\r\n"Ä ""x""";1.50;2026-01-31\r\n007;-3;31.12.2025\r\n\r\n'
    'mehr;"a\nb";TRUE\r\n"q";=1+1;12%\r\n5" Rohr;2;'
)


def test_fields_become_values_and_unchanged_lines_stay(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_bytes(b"\xef\xbb\xbf" + GERMAN.encode())
    book = Workbook.open(source)
    assert [cell.value for cell in book.active.cells()][3:8] == ['Ä "x"', 1.5, 46053, "007", -3]
    assert book.active.cell(6, 2).formula is None  # type: ignore[union-attr]
    book.save(target)
    assert target.read_bytes() == source.read_bytes()
    book.active.write({(3, 2): Content(7.25)})
    book.fork().save(target)
    assert target.read_bytes() == source.read_bytes().replace(b"007;-3;", b"007;7.25;")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)), max_size=8))
def test_any_file_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    path = tmp_path_factory.mktemp("text") / "a.tsv"
    path.write_bytes("\n".join("\t".join(row) for row in rows).encode())
    try:
        book = Workbook.open(path)
    except DamagedFile:
        return
    out = path.with_name("b.tsv")
    book.save(out)
    assert out.read_bytes().rstrip() == path.read_bytes().rstrip()


def test_a_workbook_is_saved_as_text_by_its_values(tmp_path: Path) -> None:
    book = Workbook.create()
    book.active.write({(1, 1): Content("a,b"), (2, 2): Content(2.5), (3, 1): Content(True)})
    book.save(tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == b'"a,b"\n,2.5\nTRUE\n'


def test_binary_data_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"PK\x03\x04\0\0")
    with pytest.raises(DamagedFile, match="binary"):
        Workbook.open(path)
