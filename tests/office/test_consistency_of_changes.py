"""What an edit did not do is not looked for, nor held against it, however a sheet is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from copilot_server.office import strict
from copilot_server.office.consistency import Fault, faults, new_faults
from copilot_server.office.package import Package

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Replace = Callable[[Package, str, str, str], Package]

SHEET = "xl/worksheets/sheet1.xml"
ODD_ROW = '<row r="2" spans="1:10"><c r="A2" t="s"><v>99</v></c><c r="B2"><v>3</v></c></row>'
GOOD_ROW = '<row r="2" spans="1:10"><c r="A2" t="s"><v>4</v></c><c r="B2"><v>3</v></c></row>'


def _prefixed(text: str) -> str:
    for name in ("worksheet", "sheetData", "row", "c", "v", "f"):
        for end in (" ", ">"):
            text = text.replace(f"<{name}{end}", f"<x:{name}{end}").replace(f"</{name}{end}", f"</x:{name}{end}")
    return text.replace("xmlns=", 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:x=', 1)


WRITINGS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "prefixed": lambda text: _prefixed(text).encode(),
    "UTF-16": lambda text: text.replace("UTF-8", "UTF-16", 1).encode("utf-16"),
    "single quotes": lambda text: text.replace('"', "'").replace("'a,b'", '"a,b"').encode(),
    "line breaks": lambda text: text.replace("><", ">\n<").encode(),
    "other order of attributes": lambda text: text.replace('r="B2"', 's="0" r="B2"').encode(),
    "without row numbers": lambda text: text.replace('<row r="2"', "<row").replace(' r="A2"', "").encode(),
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_bad_cell_is_found_however_the_sheet_is_written(workbook: Package, writing: str) -> None:
    text = workbook.read(SHEET).decode()
    good, bad = workbook.fork(), workbook.fork()
    good.write(SHEET, WRITINGS[writing](text))
    bad.write(SHEET, WRITINGS[writing](text.replace(GOOD_ROW, ODD_ROW)))
    assert faults(good) == ()
    assert {fault.kind for fault in new_faults(good, bad)} == {"shared string out of range"}
    assert {fault.kind for fault in faults(bad)} == {"shared string out of range"}


def test_fault_that_stood_there_moves_along_with_its_row(workbook: Package, replaced: Replace) -> None:
    before = replaced(workbook, SHEET, GOOD_ROW, ODD_ROW)
    later = ODD_ROW.replace('r="2"', 'r="4"').replace("A2", "A4").replace("B2", "B4")
    after = replaced(before, SHEET, ODD_ROW, "")
    after = replaced(after, SHEET, '<row r="5"', f'{later}<row r="5"')
    assert new_faults(before, after) == ()


def test_second_fault_of_a_kind_is_new(workbook: Package, replaced: Replace) -> None:
    before = replaced(workbook, SHEET, "<v>4</v>", "<v>99</v>")
    after = replaced(before, SHEET, "<v>5</v>", "<v>98</v>")
    assert new_faults(before, after) == (Fault("shared string out of range", SHEET, "A3: 98"),)


def test_part_that_did_not_change_is_not_looked_at(workbook: Package, replaced: Replace) -> None:
    before = replaced(workbook, SHEET, "<v>4</v>", "<v>99</v>")
    assert new_faults(before, replaced(before, "xl/worksheets/sheet2.xml", "<v>1</v>", "<v>2</v>")) == ()


def test_cell_that_lost_its_formula_is_missed_by_the_calculation_chain(workbook: Package, replaced: Replace) -> None:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    chain = '<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="B5" i="1"/></calcChain>'
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    workbook.write("xl/calcChain.xml", chain.encode(), content_type)
    workbook.relate("xl/workbook.xml", kind, "xl/calcChain.xml")
    assert faults(workbook) == ()
    after = replaced(workbook, SHEET, "<f>SUM(B2:B3)</f>", "")
    assert [fault.kind for fault in new_faults(workbook, after)] == ["calculation chain names a cell without formula"]
    assert new_faults(workbook, replaced(workbook, SHEET, "<v>7.5</v>", "<v>8</v>")) == ()


def test_relationship_taken_from_under_a_sheet_is_found(workbook: Package) -> None:
    after = workbook.fork()
    after.unrelate(SHEET, "rId2")
    assert {fault.kind for fault in new_faults(workbook, after)} == {
        "dangling relationship id",
        "part that nothing leads to",
    }


def test_part_removed_from_under_a_relationship_is_found(workbook: Package) -> None:
    after = workbook.fork()
    after.remove("xl/tables/table1.xml")
    assert [fault.kind for fault in new_faults(workbook, after)] == ["dangling relationship"]


def test_new_sheet_is_looked_at_whole(workbook: Package, replaced: Replace) -> None:
    after = replaced(workbook, "xl/worksheets/sheet2.xml", "<v>1</v>", "<v>x</v>")
    data = after.read("xl/worksheets/sheet2.xml")
    workbook.write("xl/worksheets/sheet3.xml", data, workbook.content_type(SHEET))
    assert "value is no number" in {fault.kind for fault in new_faults(Package.open(_saved(workbook, 2)), workbook)}


def test_strict_parts_are_read_like_transitional_ones(document: Package, replaced: Replace) -> None:
    names = [name for name in document.names if name.endswith((".xml", ".rels")) and not name.startswith("[")]
    for name in names:
        document.write(name, strict.to_strict(document.read(name), b""))
    assert document.is_strict
    assert faults(document) == ()
    body = "word/document.xml"
    after = replaced(document, body, '<w:commentReference w:id="0"/>', '<w:commentReference w:id="5"/>')
    assert [fault.kind for fault in new_faults(document, after)] == ["comment that is not there"]


def test_rows_are_never_all_held(workbook: Package) -> None:
    def rows(extra: str) -> Iterable[bytes]:
        yield b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        for number in range(1, 50_001):
            yield b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (number, number, number)
        yield f"{extra}</sheetData></worksheet>".encode()

    sheet = "xl/worksheets/sheet2.xml"
    workbook.write_chunks(sheet, rows(""))
    after = workbook.fork()
    after.write_chunks(sheet, rows('<row r="50001"><c r="A50001"><v>x</v></c></row>'))
    assert new_faults(workbook, after) == (Fault("value is no number", sheet, "A50001: x"),)


def _saved(package: Package, sheets: int) -> bytes:
    """The package without its sheets beyond the first few."""
    fork = package.fork()
    fork.remove(f"xl/worksheets/sheet{sheets + 1}.xml")
    return fork.to_bytes()


@pytest.mark.parametrize(
    ("part", "old", "new", "kind"),
    [
        ("xl/styles.xml", r"<dxfs .*</dxfs>", '<dxfs count="0"/>', "differential format out of range"),
        ("xl/tables/table1.xml", r' ref="[A-Z0-9:]+"', ' ref="F1:G3"', "merged cells in a table"),
        ("xl/worksheets/_rels/sheet1.xml.rels", r'Id="rId2"', 'Id="rId99"', "dangling relationship id"),
    ],
)
def test_frame_that_stands_as_it_stood_is_held_against_what_it_refers_to(
    workbook: Package, replaced: Replace, part: str, old: str, new: str, kind: str
) -> None:
    after = replaced(workbook, SHEET, "<v>7.5</v>", "<v>8</v>")
    assert new_faults(workbook, after) == ()
    after.write(part, re.sub(old, new, after.read(part).decode(), flags=re.DOTALL).encode())
    assert kind in {fault.kind for fault in new_faults(workbook, after)}


def test_fault_of_a_frame_is_new_only_where_it_was_not(workbook: Package, replaced: Replace) -> None:
    bad = replaced(workbook, SHEET, 'dxfId="0"', 'dxfId="9"')
    assert new_faults(workbook, bad) == (Fault("differential format out of range", SHEET, "9"),)
    assert new_faults(bad, replaced(bad, SHEET, "<v>7.5</v>", "<v>8</v>")) == ()
    worse = replaced(bad, SHEET, "<v>7.5</v>", "<v>x</v>")
    assert new_faults(bad, worse) == (Fault("value is no number", SHEET, "B5: x"),)
