"""Files without a name are known by what they hold."""

from __future__ import annotations

import pytest

from copilot_server.errors import FileError, NotAPackage, UnsupportedFile
from copilot_server.office.package import Package
from copilot_server.office.suffixes import name_as, suffix_of


def test_office_files_are_told_by_their_main_part(
    workbook_bytes: bytes, document_bytes: bytes, deck_bytes: bytes
) -> None:
    assert [suffix_of(data) for data in (workbook_bytes, document_bytes, deck_bytes)] == [".xlsx", ".docx", ".pptx"]


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", ".xlsm"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml", ".xltx"),
        ("application/vnd.ms-word.template.macroEnabledTemplate.main+xml", ".dotm"),
        ("application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml", ".ppsx"),
    ],
)
def test_templates_and_macros_keep_their_kind(workbook_bytes: bytes, kind: str, suffix: str) -> None:
    package = Package.open(workbook_bytes)
    package.set_content_type(package.main_part, kind)

    assert suffix_of(package.to_bytes()) == suffix


def test_an_office_file_of_a_kind_nobody_edits_is_refused_by_its_type(workbook_bytes: bytes) -> None:
    package = Package.open(workbook_bytes)
    package.set_content_type(package.main_part, "application/vnd.ms-visio.drawing.main+xml")

    with pytest.raises(NotAPackage, match="visio"):
        suffix_of(package.to_bytes())


@pytest.mark.parametrize(
    ("data", "suffix"), [(b"a,b\n1,2\n", ".csv"), (b'\xef\xbb\xbf{"format": "x"}', ".json"), (b"{not json", ".csv")]
)
def test_texts_are_data_or_json(data: bytes, suffix: str) -> None:
    assert suffix_of(data) == suffix


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"<html><body>", b"\x00\x01\xff", b"PK\x03\x04cut"]
)
def test_what_is_neither_is_an_error(data: bytes) -> None:
    with pytest.raises(FileError):
        suffix_of(data)


def test_a_file_becomes_the_kind_its_new_name_says(workbook_bytes: bytes) -> None:
    package = Package.open(workbook_bytes)

    for suffix in (".xltx", ".xlsm", ".xlsx"):
        name_as(package, suffix)
        assert suffix_of(package.to_bytes()) == suffix


def test_macros_are_not_lost_by_a_name(workbook_bytes: bytes) -> None:
    package = Package.open(workbook_bytes)
    package.write("xl/vbaProject.bin", b"macros", "application/vnd.ms-office.vbaProject")

    with pytest.raises(UnsupportedFile, match=r"name it \.xlsm"):
        name_as(package, ".xlsx")
