from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest

from copilot_server.errors import DamagedFile
from copilot_server.office import saving, xml
from copilot_server.office.package import Package, PartMissing
from tests.office.zips import entries, zipped

if TYPE_CHECKING:
    from pathlib import Path

SHEET = "xl/worksheets/sheet1.xml"
BOOK = "xl/workbook.xml"
TABLE_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"


def test_package_without_changes_is_saved_as_the_very_bytes_it_came_from(workbook_bytes: bytes) -> None:
    package = Package.open(workbook_bytes)
    package.xml(BOOK)
    package.edit_xml(SHEET)
    assert package.to_bytes() == workbook_bytes
    assert package.changed() == frozenset()


def test_change_of_one_part_leaves_all_other_entries_as_they_lay(workbook_bytes: bytes) -> None:
    package = Package.open(workbook_bytes)
    package.write(SHEET, package.read(SHEET).replace(b"4.5", b"4.75"))
    before, after = entries(workbook_bytes), entries(package.to_bytes())
    assert list(after) == list(before)
    assert {name for name in before if before[name][0] != after[name][0]} == {SHEET}
    assert package.changed() == {SHEET}


def test_changed_tree_is_saved_and_an_unchanged_one_gives_the_original_bytes_back(workbook: Package) -> None:
    original = workbook.read(BOOK)
    root = workbook.edit_xml(BOOK)
    root.set("conformance", "transitional")
    assert b'conformance="transitional"' in workbook.read(BOOK)
    del root.attrib["conformance"]
    assert workbook.read(BOOK) == original
    assert workbook.changed() == frozenset()


def test_order_of_attributes_makes_no_change(workbook: Package) -> None:
    view = next(workbook.edit_xml(BOOK).iter("{*}workbookView"))
    attributes = dict(view.attrib)
    view.attrib.clear()
    for name, value in reversed(attributes.items()):
        view.set(name, value)
    assert workbook.changed() == frozenset()


def test_fork_and_original_do_not_see_each_others_changes(workbook: Package) -> None:
    root = workbook.edit_xml(BOOK)
    root.set("a", "1")
    fork = workbook.fork()
    root.set("a", "2")
    fork.edit_xml(BOOK).set("b", "3")
    fork.write(SHEET, b"<worksheet/>")
    assert (workbook.xml(BOOK).get("a"), workbook.xml(BOOK).get("b")) == ("2", None)
    assert (fork.xml(BOOK).get("a"), fork.xml(BOOK).get("b")) == ("1", "3")
    assert workbook.read(SHEET) != b"<worksheet/>"


def test_writing_the_same_bytes_is_no_change(workbook: Package) -> None:
    workbook.write(SHEET, b"<worksheet/>")
    workbook.write(SHEET, Package.open(workbook.to_bytes()).read(SHEET))
    assert workbook.changed() == {SHEET}
    fork = workbook.fork()
    fork.write(SHEET, workbook.read(SHEET))
    assert fork.shares(SHEET, workbook)


def test_write_ends_the_life_of_a_tree(workbook: Package) -> None:
    workbook.edit_xml(BOOK).set("a", "1")
    workbook.write(BOOK, b"<workbook/>")
    assert workbook.read(BOOK) == b"<workbook/>"


def test_streamed_part_reads_back_and_is_never_held_whole(workbook: Package) -> None:
    workbook.write_chunks(SHEET, (b"<a>%06d</a>" % number for number in range(100_000)))
    assert workbook.size(SHEET) == 100_000 * 13
    assert max(map(len, workbook.chunks(SHEET, 4096))) == 4096
    reopened = Package.open(workbook.to_bytes())
    assert reopened.read(SHEET) == workbook.read(SHEET)
    assert reopened.read(SHEET).endswith(b"<a>099999</a>")


@pytest.mark.parametrize("size", [300, 1 << 12, 1 << 22])
def test_part_comes_in_pieces_of_the_size_asked_for_however_large_it_is(workbook: Package, size: int) -> None:
    data = bytes(range(256)) * (size // 256)
    workbook.write_chunks(SHEET, [data[:200], data[200:]])
    for package in (workbook, Package.open(workbook.to_bytes())):
        for _ in range(2):
            pieces = list(package.chunks(SHEET, 1000))
            assert b"".join(pieces) == package.read(SHEET) == data
            assert max(map(len, pieces)) <= 1000


def test_names_are_found_in_any_case_and_kept_in_their_own(workbook: Package) -> None:
    assert "XL/Workbook.XML" in workbook
    workbook.write("XL/Workbook.XML", b"<workbook/>")
    assert BOOK in workbook.names
    assert workbook.read(BOOK) == b"<workbook/>"


def test_missing_part_is_named(workbook: Package) -> None:
    with pytest.raises(PartMissing, match=r"xl/none\.xml"):
        workbook.read("xl/none.xml")


def test_removed_part_takes_its_relationships_and_content_type_along(workbook: Package) -> None:
    workbook.remove(SHEET)
    assert SHEET not in workbook
    assert "xl/worksheets/_rels/sheet1.xml.rels" not in workbook
    assert workbook.content_type(SHEET) == "application/xml"
    assert SHEET not in zipfile.ZipFile(io.BytesIO(workbook.to_bytes())).namelist()


def test_new_part_stands_at_the_end_with_its_content_type(workbook: Package) -> None:
    name = workbook.fresh_name("xl/worksheets/sheet{}.xml")
    workbook.write(name, b"<worksheet/>", "application/x-sheet+xml")
    reopened = Package.open(workbook.to_bytes())
    assert (name, reopened.names[-1]) == ("xl/worksheets/sheet3.xml", name)
    assert reopened.content_type(name) == "application/x-sheet+xml"


def test_part_with_an_unsafe_name_is_never_written(workbook: Package) -> None:
    with pytest.raises(Exception, match="unsafe name"):
        workbook.write("../evil.xml", b"")


def test_relating_again_returns_the_relationship_there_is(workbook: Package) -> None:
    first = workbook.relate(SHEET, TABLE_KIND, "xl/tables/table1.xml")
    assert first == workbook.relate(SHEET, TABLE_KIND, "xl/tables/table1.xml")
    assert "xl/worksheets/_rels/sheet1.xml.rels" not in workbook.changed()
    new = workbook.relate("xl/worksheets/sheet2.xml", TABLE_KIND, "xl/tables/table1.xml")
    assert workbook.related("xl/worksheets/sheet2.xml", "table") == ("xl/tables/table1.xml",)
    assert b'Target="../tables/table1.xml"' in workbook.read("xl/worksheets/_rels/sheet2.xml.rels")
    workbook.unrelate("xl/worksheets/sheet2.xml", new)
    assert workbook.relationships("xl/worksheets/sheet2.xml") == ()


def test_file_on_disk_is_replaced_whole_and_keeps_its_mode(workbook_bytes: bytes, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook_bytes)
    path.chmod(0o640)
    package = Package.open(path)
    package.write(SHEET, b"<worksheet/>")
    package.save(path)
    assert Package.open(path).read(SHEET) == b"<worksheet/>"
    assert package.read(BOOK) == Package.open(workbook_bytes).read(BOOK), "the opened file is still there to read"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_failed_save_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"before")

    def fail(_: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        saving.replace_file(path, fail)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_package_built_from_nothing_opens_in_a_reader() -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    sheet_type = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    namespaces = f'xmlns="{xml.NS["x"]}" xmlns:r="{xml.NS["r"]}"'
    package = Package.empty()
    package.write(SHEET, f"<worksheet {namespaces}><sheetData/></worksheet>".encode(), sheet_type + "worksheet+xml")
    rid = package.relate(BOOK, office + "worksheet", SHEET)
    sheets = f'<workbook {namespaces}><sheets><sheet name="S" sheetId="1" r:id="{rid}"/></sheets></workbook>'
    package.write(BOOK, sheets.encode(), sheet_type + "sheet.main+xml")
    package.relate("", office + "officeDocument", BOOK)
    assert package.main_part == BOOK
    assert openpyxl.load_workbook(io.BytesIO(package.to_bytes())).sheetnames == ["S"]


def test_main_part_is_known_by_its_type_when_relationships_are_missing(workbook: Package) -> None:
    workbook.remove("_rels/.rels")
    assert workbook.main_part == BOOK


def test_package_without_a_main_part_says_so() -> None:
    with pytest.raises(DamagedFile, match="which of its parts"):
        _ = Package.open(zipped({"a.xml": b"<a/>"})).main_part


def test_macros_and_signatures_are_seen() -> None:
    package = Package.open(zipped({"xl/vbaProject.bin": b"x", "_xmlsignatures/sig1.xml": b"<a/>"}))
    assert package.has_macros
    assert package.is_signed
    assert not package.is_strict


def test_relationships_are_resolved_anew_when_a_part_comes_or_goes(workbook: Package) -> None:
    workbook.relate(BOOK, TABLE_KIND, "xl/Extra.xml")
    assert workbook.relationships(BOOK)[-1].target == "xl/Extra.xml"
    workbook.write("xl/extra.xml", b"<x/>", "application/xml")
    assert workbook.relationships(BOOK)[-1].target == "xl/extra.xml"
    workbook.remove("xl/extra.xml")
    assert workbook.relationships(BOOK)[-1].target == "xl/Extra.xml"


def test_a_part_given_as_a_tree_is_saved_as_that_tree_stands(workbook: Package) -> None:
    root = xml.parse(b"<x/>")
    workbook.write_xml("xl/extra.xml", root, "application/xml")
    root.append(root.makeelement("y"))
    assert b"<y/>" in workbook.fork().read("xl/extra.xml")


def test_what_is_related_follows_parts_and_relationships_that_come_and_go(workbook: Package) -> None:
    tables = workbook.related(SHEET, "table")
    fork = workbook.fork()
    fork.remove(tables[0])
    assert fork.related(SHEET, "table") == tables[1:]
    fork.write(tables[0], b"<table/>")
    assert set(fork.related(SHEET, "table")) == set(tables)
    for each in fork.relationships(SHEET):
        if each.kind == "table":
            fork.unrelate(SHEET, each.id)
    assert fork.related(SHEET, "table") == ()
    assert workbook.related(SHEET, "table") == tables
